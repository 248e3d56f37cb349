"""A line."""

import math
from collections.abc import Sequence

LIMIT = 3


# How steep it is.
def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope through two points."""
    ### BEGIN SOLUTION
    (x0, y0), (x1, y1) = points
    return (y1 - y0) / (x1 - x0)
    ### END SOLUTION


class Line:
    """y = w x + b."""

    def __init__(self, w: float, b: float) -> None:
        self.w = w
        self.b = b

    def value(self, x: float) -> float:
        """The value at x."""
        ### BEGIN SOLUTION
        if math.isnan(x):
            return x

        return self.w * x + self.b
        ### END SOLUTION


### BEGIN SOLUTION
SECRET = 42
### END SOLUTION
