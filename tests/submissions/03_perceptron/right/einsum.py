# /// submission
# about = "Vectorised with einsum, the batch as the only case, and fit as the only place with a loop."
# earns = "everything"
# ///
import numpy as np

X4 = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
T4 = X4[0] ^ X4[1]


def step(z):
    return 1 * (np.asarray(z) >= 0)


def neuron(x, w, b, f):
    return f(np.einsum("i,i->", x, w) + b)


class Perceptron:
    def __init__(self, n_inputs):
        self.weights = np.zeros(n_inputs)
        self.bias = 0.0

    def predict(self, X):
        batch = X.reshape(len(X), -1)
        answers = step(np.einsum("i,ij->j", self.weights, batch) + self.bias)
        return answers if X.ndim == 2 else answers.item()

    def update(self, x, target):
        (error,) = target - self.predict(x.reshape(-1, 1))
        self.weights = np.einsum("i->i", self.weights) + error * x
        self.bias += error
        return bool(abs(error))

    def fit(self, X, y, max_epochs):
        mistakes = []
        for _ in range(max_epochs):
            mistakes += [int(np.sum([self.update(X[:, i], y[i]) for i in range(X.shape[1])]))]
            if mistakes[-1] == 0:
                break
        return mistakes


def boundary(weights, bias, x1):
    if weights[1] == 0:
        raise ValueError("The line is vertical.")
    return np.einsum("i,i...->...", np.array([weights[0], bias]), np.stack([x1, np.ones_like(x1)])) / -weights[1]


def mistakes_on_xor(epochs):
    return Perceptron(n_inputs=2).fit(X=X4, y=T4, max_epochs=epochs)


def draw_gate(weights, bias, targets):
    import matplotlib.pyplot as plt

    fig, (plane, bars) = plt.subplots(1, 2)
    side = np.linspace(-0.25, 1.25, 31)
    plane.contourf(side, side, np.einsum("i,ijk->jk", weights, np.stack(np.meshgrid(side, side))) + bias > 0)
    plane.set(xlabel="x1", ylabel="x2", title="answers and targets")
    for x1, x2, target in zip(*X4, targets):
        plane.text(x1, x2, str(target), color="red")
    bars.bar(np.arange(4), np.einsum("i,ij->j", weights, X4) + bias, color=np.where(targets, "orange", "blue"))
    return fig
