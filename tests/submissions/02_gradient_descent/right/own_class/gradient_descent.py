# /// submission
# about = "A class that holds the line and its history; the functions asked for only call it."
# earns = "everything"
# ///
from dataclasses import dataclass, field
from math import ceil, log

import numpy as np
from matplotlib import pyplot as plt


@dataclass
class Line:
    w: float
    b: float
    history: list = field(default_factory=list)

    def __call__(self, x):
        return np.multiply(x, self.w) + self.b

    def errors(self, x, y):
        return self(x) - y

    def loss(self, x, y):
        return np.square(self.errors(x, y)).mean()

    def slopes(self, x, y):
        e = self.errors(x, y)
        return (2 * e * x).mean(), (2 * e).mean()

    def step(self, x, y, rate):
        for name, slope in zip(("w", "b"), self.slopes(x, y), strict=True):
            setattr(self, name, getattr(self, name) - rate * slope)

    def note(self, x, y):
        self.history.append((self.w, self.b, self.loss(x, y)))


class Bowl:
    minimum = 3

    def slope(self, w):
        return 2 * (w - self.minimum)


def predict(x, w, b):
    return Line(w, b)(x)


def loss(x, y, w, b):
    return Line(w, b).loss(x, y)


def gradients(x, y, w, b):
    return Line(w, b).slopes(x, y)


def central_differences(f, w, b, epsilon=1e-5):
    def along(g):
        return (g(epsilon) - g(-epsilon)) / (2 * epsilon)

    return along(lambda e: f(w + e, b)), along(lambda e: f(w, b + e))


def update(x, y, w, b, learning_rate):
    line = Line(w, b)
    line.step(x, y, learning_rate)
    return line.w, line.b


def fit(x, y, w, b, learning_rate, epochs, batch_size=None, rng=None):
    line = Line(w, b)
    line.note(x, y)
    for _ in range(epochs):
        parts = batches(len(x), batch_size or len(x), rng) if rng is not None else [np.arange(len(x))]
        for part in parts:
            line.step(x[part], y[part], learning_rate)
            line.note(x, y)
    ws, bs, losses = np.array(line.history, dtype=np.float64).T
    return ws, bs, losses


def descend(w, learning_rate, steps):
    bowl, path = Bowl(), [float(w)]
    while len(path) <= steps:
        w = w - learning_rate * bowl.slope(w)
        path.append(w)
    return np.asarray(path)


def count_steps(w, minimum, within):
    close = abs(w - minimum) < within
    if not close.any():
        raise ValueError("this path stays away")
    return int(close.argmax())


def steps_needed(learning_rate, fraction):
    factor = abs(1 - 2 * learning_rate)
    try:
        if factor >= 1:
            raise ValueError("this rate never arrives")
        return ceil(log(fraction) / log(factor))
    except ValueError:
        if factor == 0:
            return 1
        raise


def describe_rate(w, minimum):
    offsets = w - minimum
    d = abs(offsets)
    match [bool(d[-1] > d[0] + 1e-9), bool(max(abs(d - d[0])) <= 1e-9), bool(d[1] < 1e-9)]:
        case [True, _, _]:
            return "diverges"
        case [_, True, _]:
            return "bounces"
        case [_, _, True]:
            return "one step"
    outside = [value for value in offsets if abs(value) >= 1e-9]
    pairs = list(zip(outside, outside[1:], strict=False))
    if all(abs(after) < abs(before) for before, after in pairs):
        if all(after * before < 0 for before, after in pairs):
            return "overshoots"
        if d[20] / d[0] > 0.5:
            return "creeps"
    return "converges"


def largest_rate(x):
    curvature = 2 * np.square(x).mean()
    return 2 / curvature


def standardise(x):
    return np.divide(x - x.mean(), x.std())


def sweep(x, y, ws, b):
    return np.fromiter((Line(w, b).loss(x, y) for w in ws), dtype=float)


def lowest_w(x, y, b):
    # The slope at w = 0, over how much it grows with w.
    at_zero, _ = Line(0, b).slopes(x, y)
    return -at_zero / (2 * np.mean(x * x))


def draw_slice(ws, losses, steps, step_losses):
    figure, axes = plt.subplots()
    axes.plot(ws, losses, "k-", steps, step_losses, "r.--")
    axes.set_title("a slice")
    plt.xlabel("w")
    plt.ylabel("loss")
    plt.close(figure)
    return figure


def batches(n, batch_size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return [order[i : i + batch_size].copy() for i in range(0, n, batch_size)]


def draw_paths(ws, bs, losses, paths):
    figure, axes = plt.subplots()
    axes.pcolormesh(ws, bs, losses)
    for name, (path_w, path_b) in paths.items():
        axes.scatter(path_w, path_b, label=f"{name} ({len(path_w)} places)")
    axes.legend(title="paths")
    axes.set_xlabel("w")
    axes.set_ylabel("b")
    return figure


def least_squares(x, y):
    w, b = np.polyfit(x, y, 1)
    return w, b


def learn_line(x, y, learning_rate, epochs):
    ws, bs, _ = fit(standardise(x), y, 0.0, 0.0, learning_rate, epochs)
    w = ws[-1] / x.std()
    return float(w), float(bs[-1] - w * x.mean())
