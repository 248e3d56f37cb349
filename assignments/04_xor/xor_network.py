"""Assignment 04: a network with one hidden layer that learns XOR.

Samples stand in columns. For n_inputs inputs, n_hidden hidden units and m samples:

    X   (n_inputs, m)           the samples
    W1  (n_hidden, n_inputs)    b1  (n_hidden, 1)    A1 = tanh(W1 @ X + b1)       (n_hidden, m)
    W2  (1, n_hidden)           b2  (1, 1)           A2 = sigmoid(W2 @ A1 + b2)   (1, m)
    Y   (1, m)                  the targets, each 0 or 1

`parameters` is a dict of these four float64 arrays: {"W1": …, "b1": …, "W2": …, "b2": …}. `gradients` is a
dict of four more, the slope of the loss along each: {"dW1": …, "db1": …, "dW2": …, "db2": …}. Both dicts may
stand in another order: go by the names. Each gradient is an array of the
shape of its parameter. No function changes an array or a dict that it is given.
"""

import numpy as np

# The truth table of XOR: four samples of two inputs, and the target of each.
INPUTS = np.array(
    [
        [0.0, 0.0, 1.0, 1.0],
        [0.0, 1.0, 0.0, 1.0],
    ]
)
TARGETS = np.array([[0.0, 1.0, 1.0, 0.0]])

# How `learn_xor` trains. You may choose otherwise.
LEARNING_RATE = 1.0
STEPS = 500


def sigmoid(z):
    """The sigmoid 1 / (1 + e^(-z)), element by element (task 1.1).

    z: a number (float or int), or an array of them of any shape, with |z| up to 10,000.
    Returns a number for a number, an array of the same shape for an array: float64, and none of its numbers is NaN.
    """
    raise NotImplementedError("Your code here.")


def initialise(n_inputs, n_hidden, rng):
    """New parameters to start from (task 1.2).

    rng: numpy.random.Generator, the only source of randomness: the same state, the same parameters.
    Returns parameters. The weights are independent random numbers with mean 0 and a standard deviation of 1,
    and anything from 0.3 to 2 will do, in each layer, with 20 inputs or 20 hidden units, too. They come from a
    continuous distribution, such as the normal or the uniform one, so that no two are alike. The biases are 0.
    """
    raise NotImplementedError("Your code here.")


def forward(parameters, X):
    """The network's answers to m samples (task 2.1). May call `sigmoid`.

    Returns the tuple (A1, A2): what the hidden units say, array (n_hidden, m), and what the output unit says,
    array (1, m), the probability that the target is 1.
    """
    raise NotImplementedError("Your code here.")


def binary_cross_entropy(A2, Y):
    """The loss of m answers: the mean of -log(probability given to the right answer) (task 2.2).

    A2: array (1, m) of probabilities; 0 and 1 may be among them. Y: array (1, m) of targets.
    Returns a number. A probability (that in A2, or that of the right answer) is first moved into
    [1e-12, 1 - 1e-12] and changed no further, so the loss is always finite.
    """
    raise NotImplementedError("Your code here.")


def backward(parameters, X, Y, A1, A2):
    """The gradients of the loss over m samples (task 2.3).

    A1, A2: what `forward(parameters, X)` returned. No answer is so certain that the loss would move it.
    Returns gradients.
    """
    raise NotImplementedError("Your code here.")


def update(parameters, gradients, learning_rate):
    """One step of gradient descent (task 2.4).

    Returns new parameters: each of the old ones minus learning_rate times its gradient.
    """
    raise NotImplementedError("Your code here.")


def train(parameters, X, Y, learning_rate, steps):
    """Gradient descent on all m samples at once, `steps` times (task 3.1).

    steps: a whole number, 0 or more. May call `forward`, `binary_cross_entropy`, `backward` and `update`.
    Returns the tuple (parameters, losses): the parameters after the last step, and a list of `steps` numbers,
    the loss before each step.
    """
    raise NotImplementedError("Your code here.")


def learn_xor(n_hidden, rng, max_starts):
    """Train on XOR from one start after another until a network has learned it (task 3.2).

    A start is what `initialise(2, n_hidden, rng)` returns, with this rng, and nothing else. A network has learned
    XOR when A2 is above 0.5 for the targets 1 and below 0.5 for the targets 0; 0.5 itself is neither. May call
    `initialise`, `train` (also several times for a start) and `forward`, or train with a loop of its own.
    Returns the parameters of the first network that has learned. Raises RuntimeError if none of max_starts has.
    """
    raise NotImplementedError("Your code here.")


def decision_grid(parameters, x1, x2):
    """The answers of a network with two inputs all over the plane (task 4.1). May call `forward`.

    x1: array (columns,), the coordinates along the first axis. x2: array (rows,), those along the second. They
    stand in any order, and may be whole numbers.
    Returns an array P (rows, columns): P[i, j] is A2 for the sample (x1[j], x2[i]).
    """
    raise NotImplementedError("Your code here.")


def hidden_representation(parameters):
    """Where the hidden layer puts the four samples of XOR (task 4.2). May call `forward`.

    Returns an array (n_hidden, 4): column i is what the hidden units say of sample i of INPUTS.
    """
    raise NotImplementedError("Your code here.")


def output_plane(W2, b2, a1, a2):
    """What the output unit answers all over the plane of two hidden units (task 4.2). May call `sigmoid`.

    W2: array (1, 2). b2: array (1, 1).
    a1: array (columns,), what the first hidden unit may say. a2: array (rows,), what the second one may say. They
    are as x1 and x2 in `decision_grid`.
    Returns an array P (rows, columns): P[i, j] is the answer where the hidden units say a1[j] and a2[i].
    """
    raise NotImplementedError("Your code here.")


def draw_boundary(x1, x2, P):
    """Draw what a network answers all over the plane, and the samples of XOR (task 4.3).

    x1, x2, P: as in `decision_grid`. May call `show_answers` and `show_samples`.
    Returns a matplotlib Figure. Both axes have labels.
    """
    raise NotImplementedError("Your code here.")


def draw_hidden(A1, a1, a2, P):
    """Draw the plane of two hidden units: the four samples in it, and what the output unit answers (task 4.3).

    A1: array (2, 4), as from `hidden_representation`. a1, a2, P: as in `output_plane`.
    May call `show_answers` and `show_samples`.
    Returns a matplotlib Figure. Both axes have labels.
    """
    raise NotImplementedError("Your code here.")


# Given, and not graded: parts for your pictures, and what `python xor_network.py` draws.

BLUE, ORANGE, INK = "#3b6fb6", "#e08a2c", "#333333"
PALE_BLUE, PALE_ORANGE = "#a3bcdf", "#f1cb9e"


def new_picture():
    """A matplotlib Figure with one pair of axes: returns (figure, axes)."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(4.4, 4.4), layout="constrained")
    axes.set_aspect("equal")
    axes.locator_params(nbins=5)
    return figure, axes


def show_answers(axes, x1, x2, P):
    """Colour the plane from blue (P = 0) to orange (P = 1), with a line where P = 0.5."""
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("answers", [PALE_BLUE, "white", PALE_ORANGE])
    axes.pcolormesh(x1, x2, P, cmap=colours, vmin=0, vmax=1)
    if np.min(P) < 0.5 < np.max(P):
        axes.contour(x1, x2, P, levels=[0.5], colors=INK, linewidths=2)


def show_samples(axes, points):
    """Draw the four samples of XOR at the columns of `points` (2, 4): discs with the targets, and their names."""
    places = []
    for sample, target, point in zip(INPUTS.T, TARGETS[0], points.T, strict=True):
        colour = ORANGE if target else BLUE
        axes.plot(*point, "o", markersize=15, color=colour, markeredgecolor="white", markeredgewidth=1.5)
        axes.annotate(f"{target:.0f}", point, color="white", ha="center", va="center", fontweight="bold")
        lines_below = sum(np.hypot(*(point - place)) < 0.25 for place in places)
        places.append(point)
        name, height = f"({sample[0]:.0f}, {sample[1]:.0f})", 12 + 13 * lines_below
        axes.annotate(name, point, xytext=(0, height), textcoords="offset points", ha="center", color=INK)


def draw_losses(histories, learned):
    """Draw the losses of one training after another; those that have learned XOR stand out."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    for losses, good in zip(histories, learned, strict=True):
        colour, name = (ORANGE, "learned") if good else (BLUE, "stuck")
        axes.semilogy(losses, "-" if good else "--", color=colour, label=name)
    axes.axhline(np.log(2), color=INK, linewidth=1, linestyle=":")
    axes.annotate("all answers 0.5", (len(histories[0]), np.log(2)), ha="right", va="bottom", color=INK)
    handles = dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True))
    axes.legend(handles.values(), handles.keys(), loc="lower left")
    axes.set(xlabel="step", ylabel="loss", title="Ten starts of a network with two hidden units")
    return figure


if __name__ == "__main__":
    rng = np.random.default_rng(5)
    trained = [train(initialise(2, 2, rng), INPUTS, TARGETS, LEARNING_RATE, STEPS) for _ in range(10)]
    learned = [np.all(np.abs(forward(parameters, INPUTS)[1] - TARGETS) < 0.5) for parameters, _ in trained]
    draw_losses([losses for _, losses in trained], learned).savefig("my_losses.png", dpi=120)

    network = learn_xor(2, rng, 20)
    plane = np.linspace(-0.5, 1.5, 101)
    draw_boundary(plane, plane, decision_grid(network, plane, plane)).savefig("my_boundary.png", dpi=120)

    plane = np.linspace(-1.25, 1.25, 101)
    P = output_plane(network["W2"], network["b2"], plane, plane)
    draw_hidden(hidden_representation(network), plane, plane, P).savefig("my_hidden.png", dpi=120)
    print("Saved my_losses.png, my_boundary.png and my_hidden.png.")
