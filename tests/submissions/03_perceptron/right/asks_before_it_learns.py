# /// submission
# about = "fit asks predict first and calls update for mistaken samples only; further parameters have defaults."
# earns = "everything"
# ///
import numpy as np

AND, OR, XOR = 8, 14, 6


def step(z, threshold=0.0):
    return np.where(z < threshold, 0, 1)


def neuron(x, w, b=0.0, f=step):
    return f(np.vdot(w, x) + b)


class Perceptron:
    def __init__(self, n_inputs, rate=1):
        self.rate = rate
        self.weights = np.full(n_inputs, 0.0)
        self.bias = 0

    def predict(self, X):
        return np.apply_along_axis(neuron, 0, X, self.weights, self.bias, step)

    def update(self, x, target, rate=None):
        if self.predict(X=x) == target:
            return False
        direction = (rate or self.rate) * (2 * target - 1)
        self.weights = self.weights + direction * x
        self.bias = self.bias + direction
        return True

    def fit(self, X, y, max_epochs=100):
        mistakes = []
        for _ in range(max_epochs):
            wrong = 0
            for x, target in zip(X.T, y):
                if self.predict(X=x) != target:
                    self.update(x=x, target=target)
                    wrong += 1
            mistakes.append(wrong)
            if wrong == 0:
                break
        return mistakes


def boundary(weights, bias, x1):
    w1, w2 = weights
    try:
        1 / float(w2)
    except ZeroDivisionError:
        raise ValueError("x1 does not decide x2") from None
    return (0 - bias - x1 * w1) / w2


def mistakes_on_xor(epochs):
    bits = np.arange(4)
    return Perceptron(2, rate=1).fit(np.array([bits // 2, bits % 2]), XOR >> bits & 1, epochs)


def draw_gate(weights, bias, targets, ends=(-0.2, 1.2)):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    ax.scatter([0, 0, 1, 1], [0, 1, 0, 1], c=targets, cmap="coolwarm", s=100)
    try:
        ax.plot(ends, [boundary(weights, bias, x1=end) for end in ends], "g-")
    except ValueError:
        ax.axvline(-bias / weights[0], color="g")
    ax.set_xlabel("x1")
    ax.set_ylabel("x2")
    return fig
