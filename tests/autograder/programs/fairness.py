import numpy as np


def many(function, times):
    for _ in range(times):
        function()
    return times


def shapes(arrays):
    return [array.shape[0] for array in arrays]


def same(f, g):
    return f is g


def named(f):
    return f.__name__


def ones(count):
    return [np.zeros(1)] * count


def deep(levels):
    value = np.zeros(2)
    for _ in range(levels):
        value = [value]
    return value


def forge(name):
    import autograder.student.server as server

    original = server.Server._reply
    server.Server._reply = lambda self, sequence, content, encoder=None: original(self, sequence, FORGED[name])


FORGED = {
    "unsendable": ["unsendable"],
    "unsendable text": ["unsendable", "LEAK"],
    "value": ["value"],
    "raised": ["raised", "X", [], "text", [], "LEAK"],
    "length": ["value", 2**63],
    "overlap": ["value", ["list", ["array", "float64", [10], 0], ["array", "float64", [10], 0]]],
    "nothing": ["nothing"],
}
