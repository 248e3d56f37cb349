import sys
import numpy as np


class Model:
    def __init__(self, n, *, scale=1.0):
        self.weights = np.full(n, scale)
        self.history = []

    def __len__(self):
        return len(self.weights)

    def __getitem__(self, key):
        return self.weights[key]

    def __setitem__(self, key, value):
        self.weights[key] = value

    def apply(self, function, times=1):
        for _ in range(times):
            self.weights = function(self.weights)
        return self.weights


def twice(x):
    return 2 * x


def echo(*positional, **named):
    return positional, named


def mutate(x):
    x += 1


def explode(x):
    raise ValueError(f"bad {x} at {object()}")


def swallow(function):
    try:
        function()
    except Exception as error:
        return str(error)


def itself():
    loop = []
    loop.append(loop)
    return loop


def draw(rng):
    return rng.normal(size=3)


def total(x):
    x[0, 0] = -1.0
    return float(x.sum())


def leave():
    sys.exit(3)
