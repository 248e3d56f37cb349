"""The numbers of 03: the first epoch of AND, how long the gates take, and where XOR's weights end up."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from quality.figures import Figure, Measurement, close, reference

NAME, FILE = "03_perceptron", "perceptron.py"


def gates() -> list[Figure]:
    """The epochs that AND and OR take, and the first epoch of AND that the handout carries through."""
    one = reference(NAME, FILE)
    figures = []
    for gate, epochs in [("AND", 6), ("OR", 4)]:
        mistakes = one.Perceptron(2).fit(one.INPUTS, one.GATES[gate], 100)
        figures.append(close(f"epochs of {gate}", epochs, len(mistakes), 0))
    learner = one.Perceptron(2)
    [wrong] = learner.fit(one.INPUTS, one.GATES["AND"], 1)
    figures.append(close("AND: mistakes in the first epoch", 2, wrong, 0))
    figures.append(_said("AND: weights and bias after it", "1, 1, 0", [*learner.weights, learner.bias]))
    return figures


def orders() -> list[Figure]:
    """AND with its samples in each of the 24 orders: answer 1 of "Think about it"."""
    one = reference(NAME, FILE)
    epochs, lines = set(), set()
    for order in permutations(range(4)):
        learner = one.Perceptron(2)
        epochs.add(len(learner.fit(one.INPUTS[:, order], one.GATES["AND"][list(order)], 100)))
        lines.add((*map(float, learner.weights), float(learner.bias)))
    return [
        _said("AND in any order: epochs", "6, 7, 8", sorted(epochs)),
        _said("AND in any order: lines", "(1, 2, -3), (2, 1, -3)", sorted(lines)),
    ]


def xor() -> list[Figure]:
    """Return how many mistakes XOR ends with, and the weights that then repeat: answer 3."""
    one = reference(NAME, FILE)
    learner = one.Perceptron(2)
    mistakes = learner.fit(one.INPUTS, one.GATES["XOR"], 3)
    figures = [_said("XOR: weights and bias after three epochs", "-1, 0, 0", [*learner.weights, learner.bias])]
    mistakes += learner.fit(one.INPUTS, one.GATES["XOR"], 9)
    figures.append(_said("XOR: the same after twelve", "-1, 0, 0", [*learner.weights, learner.bias]))
    return [*figures, _said("XOR: mistakes of the first four epochs", "3, 3, 4, 4", mistakes[:4])]


def a_point_beside() -> list[Figure]:
    """Return what the line of AND says of (0.9, 0.9): answer 4."""
    one = reference(NAME, FILE)
    learner = one.Perceptron(2)
    learner.fit(one.INPUTS, one.GATES["AND"], 100)
    total = learner.weights @ np.array([0.9, 0.9]) + learner.bias
    return [close("AND: w·x + b at (0.9, 0.9)", -0.3, total, 1e-9)]


def _said(what: str, expected: str, values: Sequence[object]) -> Figure:
    measured = ", ".join(f"({', '.join(f'{n:g}' for n in v)})" if isinstance(v, tuple) else f"{v:g}" for v in values)
    return Figure(what, expected, measured, expected == measured)


MEASUREMENTS: list[Measurement] = [gates, orders, xor, a_point_beside]
