# /// submission
# about = "NumPy scalars and 0-d arrays everywhere: heaviside, np.float64 biases, np.bool_ answers, np.int64 counts."
# earns = "everything"
# ///
import numpy as np


def step(z):
    return np.heaviside(z, 1.0)


def neuron(x, w, b, f):
    return f(np.float64(np.inner(x, w)) + np.float64(b))


class Perceptron:
    def __init__(self, n_inputs):
        self.weights = np.zeros(shape=(n_inputs,), dtype=np.float64)
        self.bias = np.array(0.0)

    def predict(self, X):
        return np.where(np.tensordot(self.weights, X, axes=1) + self.bias >= 0, np.float64(1), np.float64(0))

    def update(self, x, target):
        wrong = np.not_equal(self.predict(x), target)
        if wrong:
            sign = np.float64(1) if target else np.float64(-1)
            self.weights = np.add(self.weights, np.multiply(sign, x))
            self.bias = np.array(self.bias + sign)
        return wrong

    def fit(self, X, y, max_epochs):
        mistakes = []
        for _ in np.arange(max_epochs):
            mistakes.append(np.int64(0))
            for i in np.arange(y.size):
                mistakes[-1] += self.update(np.take(X, i, axis=1), y[i])
            if np.equal(mistakes[-1], 0):
                break
        return mistakes


def boundary(weights, bias, x1):
    if np.equal(weights[1], 0):
        raise ValueError("vertical")
    return np.negative(np.add(np.multiply(weights[0], x1), bias)) / weights[1]


def mistakes_on_xor(epochs):
    X = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], indexing="ij")).reshape(2, 4)
    return Perceptron(2).fit(X, np.logical_xor(*X).astype(np.float32), np.int64(epochs))


def draw_gate(weights, bias, targets):
    import matplotlib.pyplot as plt

    X = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], indexing="ij")).reshape(2, 4)
    _, axes = plt.subplots()
    axes.scatter(*np.compress(np.equal(targets, 1), X, axis=1), marker="^")
    axes.scatter(*np.compress(np.equal(targets, 0), X, axis=1), marker="v")
    if not np.isclose(weights[1], 0):
        x1 = np.arange(-0.5, 1.75, 0.25, dtype=np.float32)
        axes.plot(x1, boundary(np.float64(weights), np.array(bias), x1))
    axes.set(xlabel="$x_1$", ylabel="$x_2$", ylim=(np.float64(-1), np.int64(2)))
    return axes.get_figure()
