# /// submission
# about = "Plain loops over single numbers and Python's math; NumPy only where an array is asked for."
# earns = "everything"
# ///
import math

import matplotlib.pyplot as plt
import numpy as np

MINIMUM = 3.0


def predict(x, w, b):
    answers = []
    for value in x:
        answers.append(w * float(value) + b)
    return np.array(answers)


def loss(x, y, w, b):
    total = 0
    for i in range(len(x)):
        error = predict([x[i]], w, b)[0] - y[i]
        total += error * error
    return float(total / len(x))


def gradients(x, y, w, b):
    dw = 0
    db = 0
    for i in range(len(x)):
        error = float(predict(x[i : i + 1], w, b)[0]) - float(y[i])
        dw += error * float(x[i])
        db += error
    return [2 * dw / len(x), 2 * db / len(x)]


def central_differences(f, w, b, epsilon=1e-6):
    up = f(w + epsilon, b)
    down = f(w - epsilon, b)
    right = f(w, b + epsilon)
    left = f(w, b - epsilon)
    return 0.5 * (up - down) / epsilon, 0.5 * (right - left) / epsilon


def update(x, y, w, b, learning_rate):
    slope_w, slope_b = 0.0, 0.0
    for i in range(len(x)):
        one, two = gradients(x[i : i + 1], y[i : i + 1], w, b)
        slope_w += one / len(x)
        slope_b += two / len(x)
    return w - learning_rate * slope_w, b - learning_rate * slope_b


def fit(x, y, w, b, learning_rate, epochs, batch_size=None, rng=None):
    ws = [float(w)]
    bs = [float(b)]
    losses = [loss(x, y, w, b)]
    for epoch in range(epochs):
        order = list(range(len(x)))
        size = len(x)
        if batch_size is not None:
            size = batch_size
            for i in range(len(x) - 1, 0, -1):
                j = int(rng.integers(i + 1))
                order[i], order[j] = order[j], order[i]
        for first in range(0, len(x), size):
            batch = order[first : first + size]
            w, b = update(x[batch], y[batch], w, b, learning_rate)
            ws.append(float(w))
            bs.append(float(b))
            losses.append(loss(x, y, w, b))
    return np.array(ws), np.array(bs), np.array(losses)


def descend(w, learning_rate, steps):
    path = np.zeros(steps + 1)
    path[0] = w
    for k in range(steps):
        path[k + 1] = path[k] - learning_rate * 2 * (path[k] - MINIMUM)
    return path


def count_steps(w, minimum, within):
    k = 0
    while k < len(w):
        if math.fabs(w[k] - minimum) < within:
            return k
        k += 1
    raise ValueError("never")


def steps_needed(learning_rate, fraction):
    factor = abs(1 - 2 * learning_rate)
    if not factor < 1:
        raise ValueError("never")
    left = 1.0
    n = 0
    while left >= fraction:
        left *= factor
        n += 1
    return n


def describe_rate(w, minimum):
    d = [abs(float(value) - minimum) for value in w]
    if d[-1] > d[0] + 1e-9:
        return "diverges"
    bounces = True
    for distance in d:
        if abs(distance - d[0]) > 1e-9:
            bounces = False
    if bounces:
        return "bounces"
    if d[1] < 1e-9:
        return "one step"
    shrinks = True
    sides = True
    before = None
    for value in w:
        offset = float(value) - minimum
        if abs(offset) < 1e-9:
            continue
        if before is not None:
            if abs(offset) >= abs(before):
                shrinks = False
            if (offset > 0) == (before > 0):
                sides = False
        before = offset
    if shrinks and sides:
        return "overshoots"
    if shrinks and d[20] > 0.5 * d[0]:
        return "creeps"
    return "converges"


def largest_rate(x):
    total = 0.0
    for value in x:
        total += float(value) ** 2
    return len(x) / total


def standardise(x):
    mean = sum(float(value) for value in x) / len(x)
    variance = sum((float(value) - mean) ** 2 for value in x) / len(x)
    return np.array([(float(value) - mean) / math.sqrt(variance) for value in x])


def sweep(x, y, ws, b):
    result = np.zeros(len(ws))
    for i, w in enumerate(ws):
        result[i] = loss(x, y, w, b)
    return result


def lowest_w(x, y, b):
    above, below = 0.0, 0.0
    for value, target in zip(x, y):
        above += float(value) * (float(target) - b)
        below += float(value) ** 2
    return above / below


def draw_slice(ws, losses, steps, step_losses):
    plt.figure()
    plt.plot(ws, losses)
    for i in range(len(steps)):
        plt.plot(steps[i], step_losses[i], "ro")
    plt.xlabel("w")
    plt.ylabel("the loss")
    return plt.gcf()


def batches(n, batch_size, rng):
    left = list(range(n))
    result = []
    while left:
        batch = []
        while left and len(batch) < batch_size:
            batch.append(left.pop(int(rng.integers(len(left)))))
        result.append(np.array(batch))
    return result


def draw_paths(ws, bs, losses, paths):
    fig = plt.figure()
    ax = fig.add_subplot(1, 1, 1)
    ax.contourf(ws, bs, losses, 20)
    for name in paths:
        ax.plot(paths[name][0], paths[name][1], label=name)
    ax.set_xlabel("w")
    ax.set_ylabel("b")
    ax.legend()
    return ax


def least_squares(x, y):
    n = len(x)
    x_mean = sum(float(value) for value in x) / n
    y_mean = sum(float(value) for value in y) / n
    above, below = 0.0, 0.0
    for i in range(n):
        above += (float(x[i]) - x_mean) * (float(y[i]) - y_mean)
        below += (float(x[i]) - x_mean) ** 2
    return above / below, y_mean - above / below * x_mean


def learn_line(x, y, learning_rate, epochs):
    z = standardise(x)
    ws, bs, losses = fit(z, y, 0, 0, learning_rate, epochs)
    mean, deviation = float(np.mean(x)), float(np.std(x))
    return ws[-1] / deviation, bs[-1] - ws[-1] * mean / deviation
