"""Assignment 02: gradient descent on a line, with NumPy alone.

The line is ŷ = w·x + b. There is one input for each sample, so the samples are plain vectors:

    x  (N,)   the inputs      float64 or whole numbers
    y  (N,)   the targets     float64 or whole numbers
    w, b      numbers         Python's float or int, or a NumPy scalar

N is 1 or more. A result called *a number* may be a float or a NumPy scalar; for a tuple, a list will do. No function
changes an array that it is given. Randomness comes from `rng`, a numpy.random.Generator, and from nowhere else.
"""

import numpy as np

MINIMUM = 3.0  # where (w - 3)², the bowl of part 3, is lowest


def predict(x, w, b):
    """The line's answers ŷ = w·x + b (task 1.1).

    Returns an array (N,), one answer for each input.
    """
    raise NotImplementedError("Your code here.")


def loss(x, y, w, b):
    """The mean squared error of the line (task 1.2). May call `predict`.

    Returns a number: the mean of (ŷ - y)² over the samples.
    """
    raise NotImplementedError("Your code here.")


def gradients(x, y, w, b):
    """The slopes of the loss along w and along b, by the formulas (task 1.3). May call `predict`.

    Returns the tuple (dw, db) of two numbers.
    """
    raise NotImplementedError("Your code here.")


def central_differences(f, w, b, epsilon=1e-5):
    """The slopes of any function of two numbers, measured (task 1.4).

    f: a function of two numbers that returns a number, called as f(w, b). epsilon: a number above 0.
    Returns the tuple (dw, db) of two numbers. For dw only w moves, by epsilon to either side, and what f has changed
    is divided by the whole way; likewise for db.
    """
    raise NotImplementedError("Your code here.")


def update(x, y, w, b, learning_rate):
    """One step of gradient descent (task 1.5). May call `gradients`.

    learning_rate: a number.
    Returns the tuple (w, b) of two numbers, the new ones. Both gradients are those at the old w and the old b.
    """
    raise NotImplementedError("Your code here.")


def fit(x, y, w, b, learning_rate, epochs, batch_size=None, rng=None):
    """Gradient descent from (w, b), and everything on the way (tasks 2.1 and 5.2).

    w, b: where to start; they may be whole numbers. epochs: a whole number, 0 or more.
    May call `update`, `gradients`, `loss`, `predict` and `batches`.
    Without batch_size an epoch is one update that uses all samples, and rng is not needed (task 2.1).
    With batch_size, 1 or more, an epoch takes every sample once: it divides them at random, anew in each epoch, into
    batches of batch_size samples, the last one smaller where the division leaves a remainder, and makes one update
    with each batch (task 5.2). rng is its only source of randomness; you choose what to draw from it.
    Returns the tuple (ws, bs, losses) of three float64 arrays (updates + 1,): w, b and the loss over *all* samples, at
    the start and after each update. Without batch_size there are as many updates as epochs.
    """
    raise NotImplementedError("Your code here.")


def descend(w, learning_rate, steps):
    """Gradient descent in the bowl (w - 3)² (task 3.1).

    w: a number, where to start; it may be a whole number. steps: a whole number, 0 or more.
    Returns a float64 array (steps + 1,): w at the start and after each step.
    """
    raise NotImplementedError("Your code here.")


def count_steps(w, minimum, within):
    """Count how many steps a path takes to come close (task 3.2).

    w: array (n,), a path with its start, as from `descend`. minimum: a number. within: a number above 0.
    Returns an int: how many steps lead to the first w whose distance from minimum is below `within`; 0 if the start is
    that close.
    Raises ValueError if no w on the path is.
    """
    raise NotImplementedError("Your code here.")


def steps_needed(learning_rate, fraction):
    """How many steps the bowl (w - 3)² takes until only a fraction of the distance is left (task 3.2).

    learning_rate: a number. fraction: a number, 0 < fraction < 1.
    Returns an int: the smallest n for which the distance after n steps is below `fraction` times the first one,
    wherever descent starts (but at the minimum). A formula or counting: both are right. Where some n leaves exactly
    that fraction, n and n + 1 are both right.
    Raises ValueError if no number of steps is enough.
    """
    raise NotImplementedError("Your code here.")


def describe_rate(w, minimum):
    """Say in a word what a path does (task 3.3).

    w: array (n,) of finite numbers, a path with its start, n >= 21. minimum: a number; w[0] is not there.
    With the distances d = |w - minimum|, returns the first of these texts that fits:

        "diverges"    the last distance is larger than the first, by more than 1e-9
        "bounces"     all distances are equal to the first, to within 1e-9
        "one step"    d[1] is below 1e-9
        "overshoots"  d shrinks, and each w lies on the other side of the minimum than the one before it
        "creeps"      d shrinks, and d[20] is more than half of d[0]
        "converges"   all others

    d shrinks if each distance is smaller than the one before it. Whether d shrinks and where w lies is asked only of
    those w that are 1e-9 or more away from the minimum, and "the one before it" is one of them, too: closer to it,
    rounding decides.
    """
    raise NotImplementedError("Your code here.")


def largest_rate(x):
    """The learning rate below which descent along w converges, b being fixed (task 3.4).

    x: array (N,), not all zeros.
    Returns a number, 1 / mean(x²).
    """
    raise NotImplementedError("Your code here.")


def standardise(x):
    """Shift and scale inputs so that their mean is 0 and their standard deviation is 1 (task 3.4).

    x: array (N,), not all equal. The standard deviation is the root of the mean squared distance from the mean.
    Returns a float64 array (N,).
    """
    raise NotImplementedError("Your code here.")


def sweep(x, y, ws, b):
    """A slice through the loss: one loss for each w of many, b being fixed (task 4.1). May call `loss`.

    ws: array (k,), in any order. k need not be N.
    Returns a float64 array (k,).
    """
    raise NotImplementedError("Your code here.")


def lowest_w(x, y, b):
    """Where the slice is lowest, in closed form: the w with the smallest loss for this b (task 4.1).

    x: array (N,), not all zeros.
    Returns a number.
    """
    raise NotImplementedError("Your code here.")


def draw_slice(ws, losses, steps, step_losses):
    """Draw a slice of the loss, and the steps of descent on it (task 4.2).

    ws, losses: arrays (k,), the slice, with ws ascending.
    steps, step_losses: arrays (n,), w and the loss at the start and after each step.
    Returns the matplotlib Figure or its Axes. Both axes have labels, and the picture changes with each of the four
    arrays. `new_picture`, below, may be of help.
    """
    raise NotImplementedError("Your code here.")


def batches(n, batch_size, rng):
    """Divide n samples at random into batches (task 5.1).

    n: a whole number, 1 or more. batch_size: a whole number, 1 or more; it may be larger than n.
    Returns a list of integer arrays (lists of ints will do): the indices of the samples in each batch. Each index from
    0 to n - 1 stands in exactly one batch. All batches have batch_size indices; only the last one is smaller, where the
    division leaves a remainder. Every order of the samples is equally likely, and the next call with the same rng
    divides them anew.
    """
    raise NotImplementedError("Your code here.")


def draw_paths(ws, bs, losses, paths):
    """Draw several descents over the contours of the loss (task 5.3).

    ws: array (k,). bs: array (l,). Both ascend. losses: array (l, k): losses[i, j] is the loss at ws[j] and bs[i].
    paths: a dict. Each key is a name, and each value a tuple of two arrays (n,): w and b on the way.
    Returns the matplotlib Figure or its Axes. Both axes have labels, a legend has the name of each path, and the
    picture changes with the losses and with each path.
    `new_picture` and `show_contours`, below, may be of help.
    """
    raise NotImplementedError("Your code here.")


def least_squares(x, y):
    """The line with the smallest loss of all, in closed form (task 7.1).

    x: array (N,), not all equal.
    Returns the tuple (w, b) of two numbers.
    """
    raise NotImplementedError("Your code here.")


def learn_line(x, y, learning_rate, epochs):
    """Descend to a line for inputs in any unit (task 7.2). May use everything above.

    x: array (N,), not all equal.
    Standardises x and runs `fit` on that, with all samples, from w = 0 and b = 0.
    Returns the tuple (w, b) of two numbers for x *as it was given*: w·x + b is the same line that `fit` has found.
    """
    raise NotImplementedError("Your code here.")


# Given, and not graded: parts for your pictures, and what `python gradient_descent.py` prints and draws.

BLUE, ORANGE, INK = "#3b6fb6", "#e08a2c", "#333333"

# Eight people: height in cm, weight in kg.
HEIGHTS = np.array([152.0, 158.0, 163.0, 167.0, 171.0, 176.0, 181.0, 188.0])
WEIGHTS = np.array([51.0, 56.0, 59.0, 66.0, 68.0, 75.0, 79.0, 88.0])


def new_picture():
    """A matplotlib Figure with one pair of axes: returns (figure, axes)."""
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(5.6, 4), layout="constrained")


def noisy_line(n, rng):
    """n samples of the line 2x - 1 with noise: returns (x, y)."""
    x = rng.uniform(-1, 3, size=n)
    return x, 2 * x - 1 + 0.5 * rng.normal(size=n)


def surface(x, y, ws, bs):
    """The loss at each w and each b: an array (len(bs), len(ws))."""
    errors = ws[None, :, None] * x + bs[:, None, None] - y
    return np.mean(errors**2, axis=2)


def show_contours(axes, ws, bs, losses):
    """Draw lines of equal loss, each for twice the loss above the lowest of the one before it."""
    levels = np.min(losses) + np.ptp(losses) * 2.0 ** np.arange(-9, 1)
    axes.contour(ws, bs, losses, levels=levels, colors="#b0b0b0", linewidths=0.8)


def draw_rates(rates, steps):
    """Draw the bowl once for each rate, with the path from w = 0 in it."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(rates), figsize=(10, 2.9), layout="constrained", sharey=True)
    bowl = np.linspace(-2, 8, 101)
    for rate, axes in zip(rates, panels, strict=True):
        path = descend(0, rate, steps)
        axes.plot(bowl, (bowl - MINIMUM) ** 2, color=INK)
        axes.plot(path, (path - MINIMUM) ** 2, "o-", markersize=4, linewidth=1, color=ORANGE)
        axes.set(title=f"rate {rate}: {describe_rate(path, MINIMUM)}", xlabel="w", xlim=(-2, 8), ylim=(-1, 25))
    panels[0].set_ylabel("$(w-3)^2$")
    return figure


def draw_three_paths(rng):
    """Draw what descent with the full batch, with mini-batches and with single samples does to a noisy line."""
    x, y = noisy_line(40, rng)
    paths = {
        "full batch": fit(x, y, -1.0, 2.5, 0.05, 60)[:2],
        "mini-batches of 8": fit(x, y, -1.0, 2.5, 0.05, 12, 8, rng)[:2],
        "single samples": fit(x, y, -1.0, 2.5, 0.05, 2, 1, rng)[:2],
    }
    ws, bs = np.linspace(-1.5, 4, 81), np.linspace(-3, 3, 81)
    return draw_paths(ws, bs, surface(x, y, ws, bs), paths)


def print_rates(rates):
    """Print what each rate does in the bowl from w = 0, and how many steps it takes to 1 % of the distance."""
    print("rate   in a word    steps, counted and computed")
    for rate in rates:
        path = descend(0, rate, 1000)
        try:
            steps = f"{count_steps(path, MINIMUM, 0.01 * MINIMUM)}, {steps_needed(rate, 0.01)}"
        except ValueError:
            steps = "never"
        print(f"{rate:<6} {describe_rate(path[:101], MINIMUM):<12} {steps}")


def print_people():
    """Print how far 1000 steps lead, with heights in centimetres and with standardised ones."""
    w, b = least_squares(HEIGHTS, WEIGHTS)
    least = loss(HEIGHTS, WEIGHTS, w, b)
    for name, x in [("centimetres", HEIGHTS), ("standardised", standardise(HEIGHTS))]:
        rate = largest_rate(x)
        losses = fit(x, WEIGHTS, 0.0, 0.0, 0.9 * rate, 1000)[2]
        print(f"{name}: largest rate {rate:.3g}; the loss after 1000 steps is {losses[-1] - least:.3g} above the least")


if __name__ == "__main__":
    x, y = np.array([1.0, 2.0, 3.0]), np.array([3.0, 5.0, 7.0])
    print("gradients by the formulas:  ", gradients(x, y, 0.5, 0.0))
    print("by central differences:     ", central_differences(lambda w, b: loss(x, y, w, b), 0.5, 0.0))
    print_rates([0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.05])
    print_people()

    draw_rates([0.01, 0.1, 0.9, 1.05], 20).savefig("my_rates.png", dpi=120)
    x, y = noisy_line(40, np.random.default_rng(2))
    ws = np.linspace(-1, 5, 101)
    steps = [-0.5]
    for _ in range(8):
        steps.append(steps[-1] - 0.06 * gradients(x, y, steps[-1], -1.0)[0])
    steps = np.array(steps)
    picture = draw_slice(ws, sweep(x, y, ws, -1.0), steps, sweep(x, y, steps, -1.0))
    getattr(picture, "figure", picture).savefig("my_slice.png", dpi=120)
    picture = draw_three_paths(np.random.default_rng(2))
    getattr(picture, "figure", picture).savefig("my_paths.png", dpi=120)
    print("Saved my_rates.png, my_slice.png and my_paths.png.")
