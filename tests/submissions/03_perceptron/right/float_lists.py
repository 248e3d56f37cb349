# /// submission
# about = "Lists of floats wherever something array-like is promised; NumPy only for the truth table."
# earns = "everything"
# ///


def step(z):
    if hasattr(z, "tolist"):
        return _map(lambda number: 1.0 if number >= 0 else 0.0, z.tolist())
    return 1.0 if z >= 0 else 0.0


def _map(f, z):
    return [_map(f, part) for part in z] if isinstance(z, list) else f(z)


def _sum(x, w, b):
    return sum(float(xi) * float(wi) for xi, wi in zip(x, w)) + float(b)


def neuron(x, w, b, f):
    return f(_sum(x, w, b))


class Perceptron:
    def __init__(self, n_inputs):
        self.weights = [0.0] * n_inputs
        self.bias = 0.0

    def predict(self, X):
        rows = X.tolist()
        if isinstance(rows[0], list):
            return [step(_sum(column, self.weights, self.bias)) for column in zip(*rows)]
        return step(_sum(rows, self.weights, self.bias))

    def update(self, x, target):
        error = float(target) - self.predict(x)
        self.weights = [float(wi) + error * float(xi) for wi, xi in zip(self.weights, x)]
        self.bias = float(self.bias) + error
        return error != 0.0

    def fit(self, X, y, max_epochs):
        mistakes = []
        while len(mistakes) < max_epochs and 0 not in mistakes:
            mistakes.append([self.update(x, t) for x, t in zip(X.T, y.tolist())].count(True))
        return mistakes


def boundary(weights, bias, x1):
    w1, w2 = map(float, weights)
    if w2 == 0.0:
        raise ValueError("no x2 for a vertical line")
    if hasattr(x1, "tolist"):
        return _map(lambda number: -(w1 * number + float(bias)) / w2, x1.tolist())
    return -(w1 * x1 + float(bias)) / w2


def mistakes_on_xor(epochs):
    import numpy as np

    return Perceptron(2).fit(np.array([[0, 0, 1, 1], [0, 1, 0, 1]]), np.array([0, 1, 1, 0]), epochs)


def draw_gate(weights, bias, targets):
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.add_subplot()
    for x1, x2, target in zip([0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0], targets.tolist()):
        axes.plot([x1], [x2], "rx" if target else "bo")
    if float(weights[1]) != 0.0:
        axes.plot([-1.0, 2.0], [boundary(weights, bias, -1.0), boundary(weights, bias, 2.0)])
    axes.set_xlabel("first input")
    axes.set_ylabel("second input")
    return axes
