# /// submission
# about = "A class does the work in place on its own copies, and the functions around it hand over."
# earns = "everything"
# ///
from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Array = NDArray[np.float64]
INPUTS: Array = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
TARGETS: Array = np.logical_xor(*INPUTS).astype(float).reshape(1, 4)


def sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0, -z))


@dataclass
class Network:
    W1: Array
    b1: Array
    W2: Array
    b2: Array

    @classmethod
    def random(cls, n_inputs: int, n_hidden: int, rng: np.random.Generator) -> Network:
        numbers = rng.standard_normal(n_hidden * (n_inputs + 1))
        W1, W2 = np.split(numbers, [n_hidden * n_inputs])
        return cls(W1.reshape(n_hidden, n_inputs), np.zeros((n_hidden, 1)), W2[np.newaxis], np.zeros((1, 1)))

    @classmethod
    def copy_of(cls, parameters: dict[str, Array]) -> Network:
        return cls(**{name: np.array(value, dtype=float) for name, value in parameters.items()})

    def parameters(self) -> dict[str, Array]:
        return OrderedDict(W1=self.W1, b1=self.b1, W2=self.W2, b2=self.b2)

    def __call__(self, X: Array) -> tuple[Array, Array]:
        self.A1 = np.matmul(self.W1, X)
        self.A1 += self.b1
        np.tanh(self.A1, out=self.A1)
        return self.A1, sigmoid(self.W2.dot(self.A1) + self.b2)

    def slopes(self, X: Array, Y: Array, A1: Array, A2: Array) -> dict[str, Array]:
        delta2 = np.subtract(A2, Y)
        delta2 /= X.shape[-1]
        delta1 = self.W2.T.dot(delta2)
        delta1 *= 1 - np.square(A1)
        ones = np.ones((X.shape[-1], 1))
        return {"dW1": delta1.dot(X.T), "db1": delta1.dot(ones), "dW2": delta2.dot(A1.T), "db2": delta2.dot(ones)}

    def step(self, slopes: dict[str, Array], rate: float) -> Network:
        for name in ("W1", "b1", "W2", "b2"):
            value = getattr(self, name)
            value -= rate * slopes["d" + name]
        return self


def initialise(n_inputs, n_hidden, rng):
    return Network.random(n_inputs, n_hidden, rng).parameters()


def forward(parameters, X):
    return Network(**parameters)(X)


def binary_cross_entropy(A2, Y):
    odds = np.clip(np.concatenate([A2[Y == 1], 1 - A2[Y == 0]]), 1e-12, 1 - 1e-12)
    return float(np.negative(np.log(odds)).mean())


def backward(parameters, X, Y, A1, A2):
    return Network(**parameters).slopes(X, Y, A1, A2)


def update(parameters, gradients, learning_rate):
    return Network.copy_of(parameters).step(gradients, learning_rate).parameters()


def train(parameters, X, Y, learning_rate, steps):
    network, losses = Network.copy_of(parameters), []
    while len(losses) < steps:
        A1, A2 = network(X)
        losses += [binary_cross_entropy(A2, Y)]
        network.step(network.slopes(X, Y, A1, A2), learning_rate)
    return network.parameters(), losses


def learn_xor(n_hidden, rng, max_starts):
    for attempt in range(1, max_starts + 1):
        parameters, _ = train(initialise(2, n_hidden, rng), INPUTS, TARGETS, 2.0, 400)
        if (np.sign(Network(**parameters)(INPUTS)[1] - 0.5) == 2 * TARGETS - 1).all():
            return parameters
    raise RuntimeError(f"gave up after attempt {attempt}")


def decision_grid(parameters, x1, x2):
    points = np.array([(a, b) for b in x2 for a in x1])
    return Network(**parameters)(points.T)[1].reshape(len(x2), -1)


def hidden_representation(parameters):
    return Network(**parameters)(INPUTS)[0]


def output_plane(W2, b2, a1, a2):
    points = np.array([(a, b) for b in a2 for a in a1])
    return sigmoid(W2.dot(points.T) + b2).reshape(len(a2), -1)


def draw_boundary(x1, x2, P):
    figure = Figure()
    axes = figure.add_subplot()
    axes.imshow(P, origin="lower", extent=(x1[0], x1[-1], x2[0], x2[-1]), vmin=0, vmax=1)
    axes.set(xlabel="first input", ylabel="second input")
    return figure


def draw_hidden(A1, a1, a2, P):
    figure = Figure()
    axes = figure.add_subplot(xlabel="first hidden unit", ylabel="second hidden unit")
    axes.contourf(a1, a2, P, levels=[0, 0.5, 1])
    axes.scatter(A1[0], A1[1], c="white")
    return figure
