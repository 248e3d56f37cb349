def value(w, b, x):
    return w * x + b
