# /// submission
# about = "Generators and itertools; sums by math.fsum and statistics, batches by rng.choice."
# earns = "everything"
# ///
import itertools
import math
import statistics

import matplotlib.pyplot as plt
import numpy as np


def predict(x, w, b):
    return np.array([w * value + b for value in x.tolist()])


def errors(x, y, w, b):
    return [w * value + b - target for value, target in zip(x.tolist(), y.tolist(), strict=True)]


def loss(x, y, w, b):
    return statistics.fmean(e * e for e in errors(x, y, w, b))


def gradients(x, y, w, b):
    e = errors(x, y, w, b)
    dw = math.fsum(one * value for one, value in zip(e, x.tolist(), strict=True))
    return 2 * dw / len(e), 2 * math.fsum(e) / len(e)


def central_differences(f, w, b, epsilon=2e-5):
    (w_high, w_low), (b_high, b_low) = [(p + epsilon, p - epsilon) for p in (w, b)]
    return (f(w_high, b) - f(w_low, b)) / (w_high - w_low), (f(w, b_high) - f(w, b_low)) / (b_high - b_low)


def update(x, y, w, b, learning_rate):
    return tuple(p - learning_rate * dp for p, dp in zip((w, b), gradients(x, y, w, b), strict=True))


def parts(n, epochs, batch_size, rng):
    for _ in range(epochs):
        if batch_size is None:
            yield np.arange(n)
        else:
            order = rng.choice(n, size=n, replace=False)
            yield from (order[k : k + batch_size] for k in range(0, n, batch_size))


def walk(x, y, w, b, learning_rate, divided):
    yield float(w), float(b)
    for part in divided:
        w, b = update(x[part], y[part], w, b, learning_rate)
        yield float(w), float(b)


def fit(x, y, w, b, learning_rate, epochs, batch_size=None, rng=None):
    places = list(walk(x, y, w, b, learning_rate, parts(len(x), epochs, batch_size, rng)))
    ws, bs = np.array(places).T
    return ws, bs, np.array([loss(x, y, *place) for place in places])


def descend(w, learning_rate, steps):
    path = itertools.accumulate(range(steps), lambda w, _: w - 2 * learning_rate * (w - 3.0), initial=float(w))
    return np.fromiter(path, dtype=np.float64)


def count_steps(w, minimum, within):
    try:
        return next(k for k, place in enumerate(w) if abs(place - minimum) < within)
    except StopIteration:
        raise ValueError("no place is close enough") from None


def steps_needed(learning_rate, fraction):
    factor = abs(1 - 2 * learning_rate)
    if factor >= 1:
        raise ValueError
    return next(n for n in itertools.count(1) if factor**n < fraction)


def describe_rate(w, minimum):
    d = np.abs(w - minimum).tolist()
    if d[-1] > d[0] + 1e-9:
        return "diverges"
    if all(math.isclose(one, d[0], rel_tol=0, abs_tol=1e-9) for one in d):
        return "bounces"
    if d[1] < 1e-9:
        return "one step"
    far = [value for value in (w - minimum).tolist() if abs(value) >= 1e-9]
    shrinks = all(abs(b) < abs(a) for a, b in itertools.pairwise(far))
    if shrinks and all(math.copysign(1, a) != math.copysign(1, b) for a, b in itertools.pairwise(far)):
        return "overshoots"
    return "creeps" if shrinks and 2 * d[20] > d[0] else "converges"


def largest_rate(x):
    return 1 / statistics.fmean(value**2 for value in x.tolist())


def standardise(x):
    values = x.tolist()
    mean, deviation = statistics.fmean(values), statistics.pstdev(values)
    return np.array([(value - mean) / deviation for value in values])


def sweep(x, y, ws, b):
    return np.array(list(map(lambda w: loss(x, y, w, b), ws.tolist())))


def lowest_w(x, y, b):
    pairs = list(zip(x.tolist(), y.tolist(), strict=True))
    return math.fsum(value * (target - b) for value, target in pairs) / math.fsum(value**2 for value, _ in pairs)


def draw_slice(ws, losses, steps, step_losses):
    figure, axes = plt.subplots()
    axes.step(ws, losses, where="mid")
    axes.stem(steps, step_losses)
    axes.set(xlabel="w", ylabel="mean squared error")
    return figure


def batches(n, batch_size, rng):
    order = iter(rng.choice(n, n, replace=False).tolist())
    return [np.array(part) for part in iter(lambda: list(itertools.islice(order, batch_size)), [])]


def draw_paths(ws, bs, losses, paths):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), sharex=True)
    left.contourf(ws, bs, losses)
    for name, (path_w, path_b) in paths.items():
        left.plot(path_w, path_b, label=name)
        right.plot(path_w, path_b, "+", label=name)
    for axes in (left, right):
        axes.set(xlabel="w", ylabel="b")
    right.legend(loc="upper left")
    return figure


def least_squares(x, y):
    line = statistics.linear_regression(x.tolist(), y.tolist())
    return line.slope, line.intercept


def learn_line(x, y, learning_rate, epochs):
    ws, bs, _ = fit(standardise(x), y, 0, 0, learning_rate, epochs)
    deviation = statistics.pstdev(x.tolist())
    return ws[-1] / deviation, bs[-1] - statistics.fmean(x.tolist()) * ws[-1] / deviation
