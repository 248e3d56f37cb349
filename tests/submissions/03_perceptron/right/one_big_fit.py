# /// submission
# about = "No function calls another one: each writes the sum out, and fit holds the whole rule."
# earns = "everything"
# ///
import numpy as np


def step(z):
    return np.asarray(z >= 0, dtype=float)


def neuron(x, w, b, f):
    return f((x * w).sum() + b)


class Perceptron:
    def __init__(self, n_inputs):
        self.weights = np.zeros(n_inputs)
        self.bias = 0.0

    def predict(self, X):
        return ((X.T * self.weights).sum(axis=-1) + self.bias >= 0) + 0

    def update(self, x, target):
        guess = 1 if np.dot(x, self.weights) + self.bias >= 0 else 0
        self.weights = self.weights + x * (target - guess)
        self.bias = self.bias + target - guess
        return bool(target != guess)

    def fit(self, X, y, max_epochs):
        w, b = np.copy(self.weights), self.bias
        mistakes = []
        for _ in range(max_epochs):
            wrong = 0
            for i in range(len(y)):
                guess = int(np.dot(X[:, i], w) + b >= 0)
                if guess != y[i]:
                    w, b, wrong = w + (y[i] - guess) * X[:, i], b + y[i] - guess, wrong + 1
            mistakes.append(wrong)
            if not wrong:
                break
        self.weights, self.bias = w, b
        return mistakes


def boundary(weights, bias, x1):
    if weights[1] == 0.0:
        raise ValueError
    return -weights[0] / weights[1] * x1 - bias / weights[1]


def mistakes_on_xor(epochs):
    perceptron = Perceptron(2)
    X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    return [perceptron.fit(X, np.array([0, 1, 1, 0]), 1)[0] for _ in range(epochs)]


def draw_gate(weights, bias, targets):
    import matplotlib.pyplot as plt

    plt.clf()
    plt.scatter([0, 0, 1, 1], [0, 1, 0, 1], s=50 + 200 * targets)
    if weights[1] == 0:
        plt.plot([-bias / weights[0]] * 2, [0, 1])
    else:
        plt.axline((0, -bias / weights[1]), slope=-weights[0] / weights[1])
    plt.xlabel("x1")
    plt.ylabel("x2")
    return plt.gcf()
