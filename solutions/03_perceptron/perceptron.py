"""Assignment 03: the perceptron.

Samples stand in columns: `X` has shape (n_features, m), and column i is sample i. A target is 0 or 1.

A result called *array-like* may be a NumPy array or a list of numbers. An array of Python objects, as
`np.frompyfunc` makes it, is not an array of numbers. A number may be an int, a float or
a NumPy scalar.
"""

import numpy as np

# The truth tables: four samples of two inputs, and the answer of each gate for each sample.
INPUTS = np.array(
    [
        [0, 0, 1, 1],
        [0, 1, 0, 1],
    ]
)
GATES = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "XOR": np.array([0, 1, 1, 0]),
}


def step(z):
    """The step activation (task 1.1).

    z: a number, or an array of any shape.
    Returns 1 where z >= 0 and 0 elsewhere, so step(0) is 1: a number for a number, array-like of the same
    shape for an array. The answers are numbers, not True and False.
    """
    ### BEGIN SOLUTION
    return 1 * (z >= 0)
    ### END SOLUTION


def neuron(x, w, b, f):
    """One neuron, y = f(w·x + b) (task 1.2).

    x: array (n,), one sample. w: array (n,), the weights. b: number, the bias.
    f: the activation, any function that takes a number.
    Returns what f answers. Changes none of its arguments.
    """
    ### BEGIN SOLUTION
    return f(w @ x + b)
    ### END SOLUTION


class Perceptron:
    """A neuron with the step activation, trained by Rosenblatt's rule.

    weights: array-like (n_inputs,). bias: number. Both start at zero, and both may be set from outside, the weights
    to an array of floats.
    """

    def __init__(self, n_inputs):
        self.weights = np.zeros(n_inputs)
        self.bias = 0.0

    def predict(self, X):
        """Answer 0 or 1 with the present weights and bias (task 2.1). May call `step`.

        X: array (n_inputs,), one sample, or array (n_inputs, m), a batch of m samples in columns.
        Returns a number for one sample, array-like (m,) for a batch. Changes nothing.
        """
        ### BEGIN SOLUTION
        return step(self.weights @ X + self.bias)
        ### END SOLUTION

    def update(self, x, target):
        """Learn from one sample by Rosenblatt's rule (task 2.2). May call `predict`.

        x: array (n_inputs,). target: 0 or 1.
        With error = target - prediction, error·x is added to the weights and error to the bias. The
        prediction is the one made before anything changes. x stays as it is.
        Returns True if the prediction was wrong (so that something was learned), False if it was right.
        """
        ### BEGIN SOLUTION
        error = target - self.predict(x)
        self.weights = self.weights + error * x
        self.bias = self.bias + error
        return bool(error != 0)
        ### END SOLUTION

    def fit(self, X, y, max_epochs):
        """Train until an epoch passes without a mistake, for max_epochs epochs at most (task 2.3).

        X: array (n_inputs, m). y: array (m,) of targets. Neither is changed. May call `update`.
        An epoch updates on every sample once, in the order of the columns. Training starts from the present
        weights and bias.
        Returns a list with one int for each epoch that this call ran: how many samples were mistaken at the moment
        they were shown. An epoch without a mistake is the last one, and its 0 is in the list. If max_epochs is 0,
        none is run, and the list is empty.
        """
        ### BEGIN SOLUTION
        mistakes = []
        for _ in range(max_epochs):
            wrong = sum(self.update(x, target) for x, target in zip(X.T, y, strict=True))
            mistakes.append(wrong)
            if wrong == 0:
                break
        return mistakes
        ### END SOLUTION


def boundary(weights, bias, x1):
    """Where the decision line w1·x1 + w2·x2 + b = 0 passes (task 3.1).

    weights: array (2,), that is w1 and w2. bias: number b. x1: a number or an array.
    Returns x2: a number for a number, array-like of the same shape for an array. Changes nothing.
    Raises ValueError if w2 is exactly 0: such a line is vertical, and x1 does not decide x2. However small another
    w2 is, it has an answer.
    """
    ### BEGIN SOLUTION
    w1, w2 = weights
    if w2 == 0:
        raise ValueError("w2 is 0, so the line is vertical: x1 does not decide x2")
    return -(w1 * x1 + bias) / w2
    ### END SOLUTION


def mistakes_on_xor(epochs):
    """Try to learn XOR with a new perceptron (task 3.3). May use everything above.

    Returns the mistakes of each epoch, as `fit` reports them: `epochs` ints, because none of them is ever 0. `epochs`
    may be 0.
    """
    ### BEGIN SOLUTION
    return Perceptron(2).fit(INPUTS, GATES["XOR"], epochs)
    ### END SOLUTION


def draw_gate(weights, bias, targets):
    """Draw a gate: its four samples and the decision line (task 3.4). May call `boundary`.

    weights: array (2,), that is w1 and w2, not both 0. bias: number b.
    targets: array (4,), a 0 or 1 for each column of INPUTS.
    Marks each sample at its place (x1, x2), differently for a target of 0 and of 1. Where w2 is 0, the line is
    vertical and `boundary` raises ValueError: draw it yourself, or draw the samples only. Both axes have labels.
    Returns the matplotlib Figure or its Axes. `new_picture`, `show_samples` and ENDS, below, may be of help.
    """
    ### BEGIN SOLUTION
    figure, axes = new_picture()
    show_samples(axes, targets)
    if weights[1] != 0:
        axes.plot(ENDS, boundary(weights, bias, ENDS), color=INK)
    axes.set(xlabel="$x_1$", ylabel="$x_2$")
    return figure
    ### END SOLUTION


# Given, and not graded: parts for your picture, and what `python perceptron.py` draws.

BLUE, ORANGE, INK = "#3b6fb6", "#e08a2c", "#333333"
ENDS = np.array([-0.5, 1.5])  # where a picture ends, along x1 and along x2


def new_picture():
    """A matplotlib Figure with one pair of axes: returns (figure, axes)."""
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(4, 4), layout="constrained")


def show_samples(axes, targets):
    """Draw the four samples as discs, blue with a 0 or orange with a 1, and end both axes at ENDS."""
    for sample, target in zip(INPUTS.T, targets, strict=True):
        axes.plot(*sample, "o", markersize=13, color=ORANGE if target else BLUE)
        axes.annotate(f"{target:.0f}", sample, color="white", ha="center", va="center", fontweight="bold")
    axes.set(xlim=ENDS, ylim=ENDS, xticks=[0, 1], yticks=[0, 1], aspect="equal")


def draw_gates(path, epochs=12):
    """Train a new perceptron on each gate and save its decision line and its mistakes per epoch to `path`."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(
        2, len(GATES), figsize=(9, 5.4), height_ratios=(5, 2), layout="constrained", sharey="row"
    )
    for (name, y), plane, curve in zip(GATES.items(), *panels, strict=True):
        perceptron = Perceptron(2)
        mistakes = perceptron.fit(INPUTS, y, epochs)
        draw_plane(plane, perceptron, y)
        draw_mistakes(curve, mistakes, epochs)
        plane.set_title(f"{name}: " + ("learned" if mistakes[-1] == 0 else "not learned"))
    panels[0, 0].set_ylabel("$x_2$")
    panels[1, 0].set_ylabel("mistakes")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def draw_plane(axes, perceptron, targets):
    """Draw the half-planes, the line between them and the samples of one gate, with a ring if mistaken."""
    (w1, w2), bias = perceptron.weights, perceptron.bias
    corners = [[w1 * left + w2 * right + bias for left in ENDS] for right in ENDS]
    axes.contourf(ENDS, ENDS, corners, levels=[-np.inf, 0, np.inf], colors=[BLUE, ORANGE], alpha=0.15)
    if w2 != 0:
        axes.plot(ENDS, boundary(perceptron.weights, bias, ENDS), color=INK)
    elif w1 != 0:
        axes.axvline(-bias / w1, color=INK)
    show_samples(axes, targets)
    for sample, target in zip(INPUTS.T, targets, strict=True):
        if perceptron.predict(sample) != target:
            axes.plot(*sample, "o", markersize=24, markeredgewidth=2, markeredgecolor=INK, fillstyle="none")
    axes.set_xlabel("$x_1$")


def draw_mistakes(axes, mistakes, epochs):
    """Draw the mistakes of each epoch."""
    axes.plot(range(1, len(mistakes) + 1), mistakes, "o-", markersize=4, color=INK)
    axes.set(xlim=(0.5, epochs + 0.5), ylim=(-0.3, 4.3), yticks=[0, 2, 4], xlabel="epoch")
    axes.grid(axis="y", alpha=0.3)


if __name__ == "__main__":
    draw_gates("my_gates.png")
    learner = Perceptron(2)
    learner.fit(INPUTS, GATES["AND"], 12)
    draw_gate(learner.weights, learner.bias, GATES["AND"]).figure.savefig("my_gate.png", dpi=120)
    print("Saved my_gates.png and my_gate.png.")
