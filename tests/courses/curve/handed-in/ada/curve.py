import line


def value(x):
    return line.value(2.0, 1.0, x) ** 2
