"""A line."""


def value(w, b, x):
    """w x + b."""
    ### BEGIN SOLUTION
    return w * x + b
    ### END SOLUTION


def slope(w, b):
    """The slope of the line."""
    ### BEGIN SOLUTION
    return value(w, b, 1.0) - value(w, b, 0.0)
    ### END SOLUTION
