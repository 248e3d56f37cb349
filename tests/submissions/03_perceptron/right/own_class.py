# /// submission
# about = "A class built otherwise: slots, one array for weights and bias, properties, in-place updates."
# earns = "everything"
# ///
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TABLE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


class Neuron:
    """Weights and bias in one array, the bias last."""

    __slots__ = ("_parameters",)

    def __init__(self, n_inputs: int) -> None:
        self._parameters = np.zeros(n_inputs + 1)

    @property
    def weights(self) -> NDArray[np.float64]:
        return self._parameters[:-1]

    @weights.setter
    def weights(self, value: NDArray[np.float64]) -> None:
        self._parameters[:-1] = value

    @property
    def bias(self) -> float:
        return float(self._parameters[-1])

    @bias.setter
    def bias(self, value: float) -> None:
        self._parameters[-1] = value

    def __call__(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        ones = np.ones(samples.shape[1:])[np.newaxis]
        return self._parameters @ np.concatenate([samples, ones])


class Perceptron(Neuron):
    __slots__ = ()

    def predict(self, X: NDArray[np.float64]) -> int | NDArray[np.int64]:
        answers = (self(X) >= 0).astype(np.int64)
        return int(answers) if X.ndim == 1 else answers

    def update(self, x: NDArray[np.float64], target: int) -> bool:
        match int(target) - self.predict(x):
            case 0:
                return False
            case error:
                self._parameters += error * np.append(x, 1)
                return True

    def fit(self, X: NDArray[np.float64], y: NDArray[np.int64], max_epochs: int) -> list[int]:
        history: list[int] = []
        for _ in range(max_epochs):
            history += [sum(map(self.update, X.T, y))]
            if not history[-1]:
                break
        return history


def step(z):
    return np.greater_equal(z, 0).astype(int)


def neuron(x, w, b, f):
    return f(np.append(w, b) @ np.append(x, 1))


def boundary(weights, bias, x1):
    slope_and_shift = np.array([weights[0], bias])
    if not weights[1]:
        raise ValueError(f"{weights=} belong to a vertical line")
    return np.polyval(slope_and_shift / -weights[1], x1)


def mistakes_on_xor(epochs):
    return Perceptron(2).fit(TABLE.T, np.array([0, 1, 1, 0]), max_epochs=epochs)


def draw_gate(weights, bias, targets):
    """A line through the point that is nearest to the origin, at right angles to the weights: never a special case."""
    from matplotlib import pyplot

    figure = pyplot.figure(layout="tight")
    axes = figure.add_subplot(1, 1, 1, aspect="equal", xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xlabel="x₁", ylabel="x₂")
    for sample, target in zip(TABLE, targets, strict=True):
        axes.annotate("yes" if target else "no", sample, ha="center", bbox={"boxstyle": "round", "fc": "white"})
    nearest, along = -bias * weights / (weights @ weights), np.array([-weights[1], weights[0]])
    axes.plot(*np.transpose([nearest - 9 * along, nearest + 9 * along]), label="w·x + b = 0")
    axes.legend()
    return figure
