"""The numbers of 04: the sample that the handout carries through, the loss, and how many starts learn XOR."""

from typing import Any

import numpy as np

from quality.figures import Figure, Measurement, close, reference

NAME, FILE = "04_xor", "xor_network.py"
STARTS = 1000


def one_sample() -> list[Figure]:
    """The way forward and back that the handout carries through, and one step."""
    one = reference(NAME, FILE)
    parameters = {
        "W1": np.array([[1.0, -1.0], [0.5, 0.5]]),
        "b1": np.array([[0.0], [-0.5]]),
        "W2": np.array([[1.0, -1.0]]),
        "b2": np.array([[0.0]]),
    }
    X, Y = np.array([[1.0], [0.0]]), np.array([[1.0]])
    A1, A2 = one.forward(parameters, X)
    slopes = one.backward(parameters, X, Y, A1, A2)
    moved = one.update(parameters, slopes, 1.0)
    return [
        close("example: first hidden unit", 0.7616, A1[0, 0], 5e-5),
        close("example: second hidden unit", 0, A1[1, 0], 1e-12),
        close("example: answer", 0.6817, A2.item(), 5e-5),
        close("example: loss", 0.3832, one.binary_cross_entropy(A2, Y), 5e-5),
        close("example: slope along Z2, and of b2", -0.3183, slopes["db2"].item(), 5e-5),
        close("example: gradient of W2", -0.2424, slopes["dW2"][0, 0], 5e-5),
        close("example: gradient of W1, first row", -0.1337, slopes["dW1"][0, 0], 5e-5),
        close("example: gradient of W1, second row", 0.3183, slopes["dW1"][1, 0], 5e-5),
        close("example: loss after one step", 0.1342, one.binary_cross_entropy(one.forward(moved, X)[1], Y), 5e-5),
    ]


def losses() -> list[Figure]:
    """The loss of whoever says 0.5, the largest loss, and where networks get stuck."""
    one = reference(NAME, FILE)
    undecided = one.binary_cross_entropy(np.full((1, 4), 0.5), one.TARGETS)
    wrong = one.binary_cross_entropy(1 - one.TARGETS, one.TARGETS)
    half = one.binary_cross_entropy(np.array([[0.5, 1.0, 0.5, 0.0]]), one.TARGETS)
    return [
        close("loss of 0.5 for everything", 0.693, undecided, 5e-4),
        close("largest loss", 27.6, wrong, 0.05),
        close("loss with two right and two at 0.5", 0.35, half, 5e-3),
    ]


def starts() -> list[Figure]:
    """Return how many of 1,000 starts learn XOR, by the number of hidden units."""
    one = reference(NAME, FILE)
    figures = [
        close(f"starts of {STARTS} that learn, {units} hidden units", known, _learned(one, units, 1.0), 0)
        for units, known in [(2, 504), (3, 847), (4, 977), (5, 997), (8, 1000)]
    ]
    return [*figures, close("the same with 5 units and weights a hundredth", 0, _learned(one, 5, 0.01), 0)]


def _learned(one: Any, units: int, scale: float) -> int:
    learned = 0
    for seed in range(STARTS):
        start = one.initialise(2, units, np.random.default_rng(seed))
        start |= {name: scale * start[name] for name in ("W1", "W2")}
        trained, _ = one.train(start, one.INPUTS, one.TARGETS, one.LEARNING_RATE, one.STEPS)
        learned += bool(np.all((one.forward(trained, one.INPUTS)[1] > 0.5) == (one.TARGETS == 1)))
    return learned


def all_zero() -> list[Figure]:
    """The gradients of a network whose parameters are all 0, on XOR: answer 1 of "Think about it"."""
    one = reference(NAME, FILE)
    zero = {name: np.zeros_like(value) for name, value in one.initialise(2, 2, np.random.default_rng(0)).items()}
    slopes = one.backward(zero, one.INPUTS, one.TARGETS, *one.forward(zero, one.INPUTS))
    return [
        close("largest gradient on XOR where all parameters are 0", 0, max(np.abs(s).max() for s in slopes.values()), 0)
    ]


MEASUREMENTS: list[Measurement] = [one_sample, losses, starts, all_zero]
