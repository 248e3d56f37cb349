# /// submission
# about = "Star imports, a window as backend, an output that is told its encoding, and a library that is looked for."
# earns = "everything"
# ///
import importlib.util
import sys

import matplotlib

matplotlib.use("TkAgg")
from pylab import *
from numpy import *
import numpy as np

switch_backend("QtAgg")
sys.stdout.reconfigure(encoding="utf-8")
HAS_TORCH = importlib.util.find_spec("torch") is not None
np.show_config()


def step(z):
    return where(asarray(z) >= 0, 1, 0)[()]


def neuron(x, w, b, f):
    return f(dot(w, x) + b)


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = zeros(n_inputs), 0.0

    def predict(self, X):
        return step(self.weights @ X + self.bias)

    def update(self, x, target):
        error = target - self.predict(x)
        self.weights = self.weights + error * x
        self.bias = self.bias + error
        return bool(error != 0)

    def fit(self, X, y, max_epochs):
        history = []
        while len(history) < max_epochs and 0 not in history:
            print(f"\repoch {len(history)} ✓", end="", flush=True)
            history.append(int(np.sum([self.update(x, target) for x, target in zip(X.T, y)])))
        return history


def boundary(weights, bias, x1):
    if weights[1] == 0:
        raise ValueError("the line is vertical")
    return -(weights[0] * x1 + bias) / weights[1]


def mistakes_on_xor(epochs):
    return Perceptron(2).fit(array([[0, 0, 1, 1], [0, 1, 0, 1]]), array([0, 1, 1, 0]), epochs)


def draw_gate(weights, bias, targets):
    picture, axes = subplots()
    axes.scatter([0, 0, 1, 1], [0, 1, 0, 1], c=targets, cmap="coolwarm", s=100)
    ends = array([-0.2, 1.2])
    try:
        axes.plot(ends, boundary(weights, bias, ends), "g-")
    except ValueError:
        axes.axvline(-bias / weights[0], color="g")
    axes.set(xlabel="x1", ylabel="x2")
    show()
    return picture
