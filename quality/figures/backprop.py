"""The numbers of 05: the network carried through in the handout, its program, the steps of the gradient check."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.figures import Figure, Measurement, close, reference

NAME, FILE = "05_backprop", "numpy_network.py"
LOSS = "binary_cross_entropy"


def two_samples() -> list[Figure]:
    """The 2-2-1 network that the handout carries through."""
    one = reference(NAME, FILE)
    parameters = {
        "W1": np.array([[0.5, -0.5], [1.0, 0.5]]),
        "b1": np.array([[0.0], [-0.5]]),
        "W2": np.array([[1.0, -2.0]]),
        "b2": np.array([[0.5]]),
    }
    X, Y, kinds = np.array([[1.0, 2.0], [2.0, -1.0]]), np.array([[1.0, 0.0]]), ["relu", "sigmoid"]
    AL, caches = one.forward(X, parameters, kinds)
    slopes = one.backward(AL, Y, caches, kinds, LOSS)
    moved = one.update_parameters(parameters, slopes, 0.5)
    return [
        _array("example: Z1", [[-0.5, 1.5], [1.5, 1]], caches[0][3]),
        _array("example: A1", [[0, 1.5], [1.5, 1]], caches[1][0]),
        _array("example: Z2", [[-2.5, 0]], caches[1][3]),
        _array("example: A2", [[0.0759, 0.5]], AL),
        _array("example: dZ2", [[-0.9241, 0.5]], AL - Y),
        _array("example: what W2 hands on", [[-0.9241, 0.5], [1.8483, -1]], parameters["W2"].T @ (AL - Y)),
        close("example: loss", 1.6360, one.compute_loss(AL, Y, LOSS), 5e-5),
        _array("example: dW2", [[0.375, -0.4431]], slopes["dW2"]),
        _array("example: db2", [[-0.2121]], slopes["db2"]),
        _array("example: dW1", [[0.5, -0.25], [-0.0759, 2.3483]], slopes["dW1"]),
        _array("example: db1", [[0.25], [0.4241]], slopes["db1"]),
        close(
            "example: loss after one update", 0.2607, one.compute_loss(one.forward(X, moved, kinds)[0], Y, LOSS), 5e-5
        ),
    ]


def program() -> list[Figure]:
    """The cost of the example at the program: a ring of 200 points, 16 units, rate 0.5, 500 epochs."""
    one = reference(NAME, FILE)
    X, Y = _ring(0, 200)
    start = one.initialize_parameters([2, 16, 1], "he", np.random.default_rng(0))
    _, costs = one.train(X, Y, start, ["relu", "sigmoid"], LOSS, 500, 0.5)
    return [
        close("example: cost at first", 0.6223, costs[0], 5e-5),
        close("example: last cost", 0.0099, costs[-1], 5e-5),
    ]


def all_zero() -> list[Figure]:
    """Return which parameters move where all begin at 0, on a ring with more points of one kind: answer 1."""
    one = reference(NAME, FILE)
    X, Y = _ring(0, 200)
    assert Y.mean() != 0.5
    figures = []
    for kind, expected in [("relu", "b2"), ("sigmoid", "W1, W2, b1, b2")]:
        start = one.initialize_parameters([2, 4, 1], "zeros", np.random.default_rng(0))
        trained, _ = one.train(X, Y, start, [kind, "sigmoid"], LOSS, 100, 0.5)
        moved = ", ".join(sorted(name for name in trained if np.any(trained[name] != start[name])))
        figures.append(Figure(f"all 0, {kind}: what moves", expected, moved, moved == expected))
        if kind == "sigmoid":
            spread = max(np.ptp(trained["W1"], axis=0).max(), np.ptp(trained["W2"]))
            figures.append(close("all 0, sigmoid: how far units differ", 0, spread, 1e-12))
    return figures


def steps() -> list[Figure]:
    """The distance that the gradient check finds for right gradients, by its step: answer 3."""
    one = reference(NAME, FILE)
    X, Y = _ring(0, 200)
    kinds = ["tanh", "sigmoid"]
    parameters = one.initialize_parameters([2, 4, 1], "xavier", np.random.default_rng(0))
    AL, caches = one.forward(X, parameters, kinds)
    slopes = one.backward(AL, Y, caches, kinds, LOSS)
    figures = []
    for step, least, most in [
        (1, 1e-2, 1),
        (1e-2, 1e-6, 1e-4),
        (1e-5, 0, 1e-9),
        (1e-8, 1e-9, 1e-6),
        (1e-12, 1e-5, 1e-2),
    ]:
        found = one.gradient_check(parameters, slopes, X, Y, kinds, LOSS, step)
        said = f"{least:g} to {most:g}"
        figures.append(
            Figure(f"distance of right gradients at h = {step:g}", said, f"{found:.1e}", least <= found <= most)
        )
    return figures


def _ring(seed: int, m: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The points of the handout's example: label 1 on a ring, label 0 inside it."""
    rng = np.random.default_rng(seed)
    Y = rng.integers(2, size=(1, m)).astype(float)
    radius, angle = Y + rng.uniform(0.2, 0.8, size=(1, m)), rng.uniform(0, 2 * np.pi, size=(1, m))
    return np.vstack([radius * np.cos(angle), radius * np.sin(angle)]), Y


def _array(what: str, expected: list[list[float]], measured: NDArray[Any]) -> Figure:
    agrees = measured.shape == np.shape(expected) and bool(np.allclose(measured, expected, rtol=0, atol=5e-5))
    return Figure(what, str(expected), str(np.round(measured, 4).tolist()), agrees)


MEASUREMENTS: list[Measurement] = [two_samples, program, all_zero, steps]
