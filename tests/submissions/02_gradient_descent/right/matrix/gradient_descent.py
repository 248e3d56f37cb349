# /// submission
# about = "A table with a column of ones and one vector of both parameters, in arrays made beforehand."
# earns = "everything"
# ///
import numpy as np

MINIMUM = 3.0


def table(x):
    return np.column_stack([x, np.ones(len(x))])


def predict(x, w, b):
    return table(x) @ np.array([w, b])


def loss(x, y, w, b):
    e = table(x) @ np.array([w, b]) - y
    return e @ e / len(y)


def gradients(x, y, w, b):
    A = table(x)
    return tuple(2 / len(y) * A.T @ (A @ np.array([w, b]) - y))


def central_differences(f, w, b, epsilon=1e-4):
    p = np.array([w, b], dtype=float)
    slopes = np.empty(2)
    for i, move in enumerate(np.eye(2) * epsilon):
        slopes[i] = (f(*(p + move)) - f(*(p - move))) / (2 * epsilon)
    return slopes


def update(x, y, w, b, learning_rate):
    return np.array([w, b]) - learning_rate * np.array(gradients(x, y, w, b))


def fit(x, y, w, b, learning_rate, epochs, batch_size=None, rng=None):
    n = len(x)
    size = n if batch_size is None else min(batch_size, n)
    rounds = -(-n // size)
    A = table(x)
    places = np.empty((epochs * rounds + 1, 2))
    places[0] = w, b
    for epoch in range(epochs):
        order = np.arange(n) if batch_size is None else np.argsort(rng.random(n))
        for k in range(rounds):
            chosen = order[k * size : (k + 1) * size]
            now = epoch * rounds + k
            errors = A[chosen] @ places[now] - y[chosen]
            places[now + 1] = places[now] - learning_rate * 2 * (A[chosen].T @ errors) / len(chosen)
    losses = np.mean((places @ A.T - y) ** 2, axis=1)
    return places[:, 0], places[:, 1], losses


def descend(w, learning_rate, steps):
    return MINIMUM + (w - MINIMUM) * (1 - 2 * learning_rate) ** np.arange(steps + 1.0)


def count_steps(w, minimum, within):
    close = np.flatnonzero(np.abs(w - minimum) < within)
    if close.size == 0:
        raise ValueError
    return close[0]


def steps_needed(learning_rate, fraction):
    if not 0 < learning_rate < 1:
        raise ValueError("the factor is 1 or more")
    with np.errstate(divide="ignore"):
        n = np.log(fraction) / np.log(np.abs(1 - 2 * learning_rate))
    return max(1, int(np.ceil(n)))


def describe_rate(w, minimum):
    d = np.abs(w - minimum)
    inside = np.flatnonzero(d < 1e-9)
    end = inside[0] if len(inside) else len(d)
    shrinks = (d[1:end] < d[: end - 1]).all()
    signs = np.sign(w[:end] - minimum)
    answers = {
        "diverges": d[-1] - d[0] > 1e-9,
        "bounces": np.ptp(d) <= 1e-9,
        "one step": d[1] < 1e-9,
        "overshoots": shrinks and (signs[1:] == -signs[:-1]).all(),
        "creeps": shrinks and d[20] > d[0] / 2,
    }
    return next((word for word, true in answers.items() if true), "converges")


def largest_rate(x):
    return len(x) / np.dot(x, x)


def standardise(x):
    return (x - np.average(x)) / np.sqrt(np.var(x))


def sweep(x, y, ws, b):
    return ((ws[:, np.newaxis] * x + b - y) ** 2).mean(axis=1)


def lowest_w(x, y, b):
    return np.dot(x, y - b) / np.dot(x, x)


def draw_slice(ws, losses, steps, step_losses):
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots()
    axes.fill_between(ws, losses, alpha=0.3)
    axes.scatter(steps, step_losses)
    axes.set_xlabel("slope $w$")
    axes.set_ylabel("$L$")
    return axes


def batches(n, batch_size, rng):
    return np.split(rng.permutation(n), range(batch_size, n, batch_size))


def draw_paths(ws, bs, losses, paths):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.contour(ws, bs, losses)
    lines = [axes.plot(*place)[0] for place in paths.values()]
    figure.legend(lines, list(paths))
    axes.set(xlabel="w", ylabel="b")
    return figure


def least_squares(x, y):
    return tuple(np.linalg.lstsq(table(x), y, rcond=None)[0])


def learn_line(x, y, learning_rate, epochs):
    ws, bs, _ = fit(standardise(x), y, 0, 0, learning_rate, epochs)
    at_zero, at_one = (ws[-1] * (place - np.mean(x)) / np.std(x) + bs[-1] for place in (0, 1))
    return at_one - at_zero, at_zero
