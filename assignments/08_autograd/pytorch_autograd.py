"""Assignment 08: autograd.

Samples stand in rows here: `X` has shape (m, n_features), and row i is sample i. Only part 4, which meets your
network of assignment 05, keeps that network's convention: there samples stand in columns.

"Tensor" means a `torch.Tensor`. Where nothing else is said, tensors hold float32 numbers, PyTorch's default. A
tensor is *tracked* if its `requires_grad` is True. A number may be an int, a float or a NumPy scalar.
"""

import numpy as np
import torch

# Part 1: one neuron, y = ReLU(w·x + b), and its squared error.


def make_tensors(x, w, b):
    """The input, the weights and the bias of a neuron as tensors (task 1.1).

    x: list of n numbers, the input. w: list of n numbers, the weights. b: number, the bias. All may be ints.
    Returns (x, w, b): float32 tensors of shapes (n,), (n,) and (). The weights and the bias will be learned, so
    they are tracked; the input is not.
    """
    raise NotImplementedError("Your code here.")


def neuron(x, w, b):
    """A neuron, y = ReLU(w·x + b) (task 1.2).

    x, w: tensors (n,). b: tensor ().
    Returns y, a tensor (), from which gradients flow back to w and b (where the ReLU is off, gradients of 0).
    """
    raise NotImplementedError("Your code here.")


def loss_and_gradients(x, w, b, target):
    """The squared error (y - target)² of a neuron, and its gradients by autograd (task 1.3). May call `neuron`.

    x: tensor (n,). w, b: tracked leaves, tensors (n,) and (). target: number.
    Calls `backward`. Whatever stood in `w.grad` and `b.grad` before (at first: None), afterwards they hold the
    gradients of this loss alone.
    Returns (loss, dw, db): the loss as a number, not a tensor, and the gradients as tensors (n,) and ().
    """
    raise NotImplementedError("Your code here.")


def gradients_by_hand(x, w, b, target):
    """The same gradients by the chain rule, with a formula of your own (task 1.4). May call `neuron`.

    x, w: tensors (n,). b: tensor (). target: number. None of them needs to be tracked.
    Returns (dw, db), tensors (n,) and (). Calls no `backward` and needs nothing else of autograd, so that it works
    where nothing is recorded, too. Leaves `w.grad` and `b.grad` as they are.
    """
    raise NotImplementedError("Your code here.")


def gradients_match(by_hand, by_autograd):
    """Whether two pairs of gradients agree, up to rounding, as `torch.allclose` sees it (task 1.5).

    by_hand, by_autograd: pairs (dw, db) of tensors (n,) and ().
    Returns True or False, a plain bool.
    """
    raise NotImplementedError("Your code here.")


# Part 2: the graph, with the polynomial y = x² + 3x + 1.


def value_and_gradient(x):
    """The polynomial y = x² + 3x + 1 and its derivative dy/dx, by autograd (task 2.1).

    x: number.
    Returns (y, dy/dx) as two numbers, not tensors.
    """
    raise NotImplementedError("Your code here.")


def node_names(y):
    """Walk the graph behind a tensor and name its nodes (task 2.2).

    y: tensor. The walk begins at `y.grad_fn` and follows `next_functions`, a tuple of pairs (node, number). The
    node is None where nothing needs a gradient.
    Returns a list of names, first that of `y.grad_fn`, then the others in any order. A node's name is that of its
    type up to "Backward": "Add" for AddBackward0. Nodes of type AccumulateGrad, which stand for the leaves, are
    left out. Each node counts once, however many ways lead to it (keep the nodes you have seen in a set, and the
    nodes themselves, not their `id`). A tensor without a graph gives an empty list.
    """
    raise NotImplementedError("Your code here.")


def gradient_after_each_pass(x, passes, zeroed):
    """What stands in x.grad after each of several passes through the polynomial (task 2.3).

    x: number. One tracked tensor is made of it, and used in every pass.
    passes: how many times y = x² + 3x + 1 and `backward` are run.
    zeroed: True or False, whether the gradient is zeroed before each pass.
    Returns a list of `passes` numbers: the gradient as it stands after each pass.
    """
    raise NotImplementedError("Your code here.")


def backward_twice(y, retain_graph):
    """Call `backward` on the same tensor twice, and see whether the second call succeeds (task 2.4).

    y: tensor () with a graph. retain_graph: True or False, what the first call is told.
    Returns True if the second call ran, False if it raised RuntimeError.
    """
    raise NotImplementedError("Your code here.")


def gradient_from_vector(x, y, v):
    """The gradient of v·y = v₁y₁ + … + vₘyₘ with respect to x (task 2.5).

    `y.backward()` alone would raise RuntimeError: only a scalar has *the* gradient. A vector needs its weights.
    x: tracked leaf, tensor (n,), whose `.grad` is None. y: tensor (m,), computed from x. v: tensor (m,).
    Returns the gradient, a tensor (n,). What stands in `x.grad` afterwards is up to you.
    """
    raise NotImplementedError("Your code here.")


def scaled_leaf(values, scale):
    """Initial weights, scaled (task 2.6).

    values: list (of lists) of floats. scale: float.
    Returns scale · values as a float32 tensor of the same shape: tracked, and a leaf, so that its `.grad`, None at
    first, is filled by `backward`.
    """
    raise NotImplementedError("Your code here.")


def distance_to_constant(y, target):
    """The mean squared difference of y and a target that counts as a constant (task 2.7).

    y, target: tensors (n,). The target may well be tracked, or computed from tracked tensors: no gradient flows
    into it all the same. Neither tensor is changed.
    Returns a tensor (), from which gradients flow back to y.
    """
    raise NotImplementedError("Your code here.")


# Part 3: from a layer to a training step. Samples stand in rows.


def layer_numpy(X, W, b):
    """A layer of neurons without activation, in NumPy (task 3.1).

    X: array (m, n), samples in rows. W: array (k, n), the weights of neuron j in row j. b: array (k,). All float64.
    Returns array (m, k), float64: row i holds the k sums for sample i.
    """
    raise NotImplementedError("Your code here.")


def layer_torch(X, W, b):
    """The same layer in PyTorch (task 3.1).

    X: tensor (m, n), samples in rows. W: tensor (k, n). b: tensor (k,).
    Returns a tensor (m, k), from which gradients flow back to W and b.
    """
    raise NotImplementedError("Your code here.")


def predict(X, W, b):
    """The probabilities sigmoid(X @ W.T + b), for use and not for training (task 3.2). May call `layer_torch`.

    X: tensor (m, n), samples in rows. W: tensor (k, n). b: tensor (k,).
    Returns a tensor (m, k) that is not tracked, even though W and b are; sums far from 0 give 0 or 1, never NaN.
    After the call W and b are tracked as before, and new computations with them have a graph as before.
    """
    raise NotImplementedError("Your code here.")


def losses(logits, labels):
    """The binary cross-entropy of each sample (task 3.3).

    logits: tensor (m,), the z of p = sigmoid(z), between -8 and 8. labels: tensor (m,) of 0.0 and 1.0.
    Returns a tensor (m,), neither summed nor averaged: -log(p) where the label is 1 and -log(1 - p) where it is 0.
    Gradients flow back to the logits.
    """
    raise NotImplementedError("Your code here.")


def training_step(X, labels, W, b, rate):
    """One full step of gradient descent with a single neuron (task 3.4). May call `layer_torch` and `losses`.

    X: tensor (m, n), samples in rows. labels: tensor (m,) of 0.0 and 1.0. rate: number.
    W, b: tracked leaves, tensors (1, n) and (1,). They are changed in place: afterwards the same two tensors hold
    the new values and are tracked leaves as before.
    The loss is the mean over the samples. Whatever stood in `W.grad` and `b.grad` before, afterwards they hold the
    gradients of this step.
    Returns the loss before the change, as a number.
    """
    raise NotImplementedError("Your code here.")


# Part 4: your network of assignment 05 against autograd, in float64. Samples stand in COLUMNS, as they did there.

ACTIVATIONS = {
    "linear": lambda Z: Z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda Z: torch.nn.functional.leaky_relu(Z, 0.01),
    "gelu": torch.nn.functional.gelu,
    "softmax": lambda Z: torch.softmax(Z, dim=0),
}
LOSSES = {
    "binary_cross_entropy": lambda A, Y: -(Y * A.log() + (1 - Y) * (1 - A).log()).sum() / Y.shape[1],
    "categorical_cross_entropy": lambda A, Y: -(Y * A.log()).sum() / Y.shape[1],
    "mean_squared_error": lambda A, Y: ((A - Y) ** 2).sum() / Y.shape[1],
}


def network_gradients(X, Y, parameters, activations, loss):
    """The gradients of a network of assignment 05, by autograd (task 4.1). May use ACTIVATIONS and LOSSES.

    X: array (n_0, m) and Y: array (n_L, m), float64, samples in columns.
    parameters: dict of float64 arrays, "W1" (n_1, n_0), "b1" (n_1, 1), and so on up to layer L, in any order.
    activations: list of L names, one for each layer. loss: name of the loss.
    Returns a dict of float64 NumPy arrays, "dW1", "db1" and so on, each of the shape of its parameter. The
    arrays that came in are not changed.
    """
    raise NotImplementedError("Your code here.")


def gradients_agree(ours, theirs, tolerance=1e-10):
    """Whether two dicts of gradients are the same up to rounding (task 4.2).

    ours, theirs: dicts of arrays under names such as "dW1". tolerance: number.
    Returns True if both have the same names, in any order, and, under each name, arrays of the same shape with
    ‖ours - theirs‖ <= tolerance · (‖ours‖ + ‖theirs‖), where ‖·‖ is the root of the sum of squares. Otherwise
    False, and so where a number is NaN. A plain bool. No number is infinite.
    """
    raise NotImplementedError("Your code here.")


def verify_network(network, X, Y, parameters, activations, loss):
    """Whether a network's own gradients agree with autograd's (task 4.3).

    network: the module `numpy_network`, or another one with its functions
        forward(X, parameters, activations) -> (AL, caches)
        backward(AL, Y, caches, activations, loss) -> {"dW1": ..., "db1": ..., ...}.
    The rest is as in `network_gradients`. May call `network_gradients` and `gradients_agree`.
    Returns True or False, with the tolerance that `gradients_agree` has by itself. A network that raises an error
    does not agree: let the error pass, or return False.
    """
    raise NotImplementedError("Your code here.")


# The figure and the demonstration: given, and not graded. `python pytorch_autograd.py` runs both.

BLUE, ORANGE, INK = "#3b6fb6", "#b8560f", "#333333"


def draw_autograd(path, at=2.0):
    """Draw the graph of x² + 3x + 1, its slope, and how gradients accumulate; save the figure to `path`."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplot_mosaic(
        [["graph", "graph"], ["slope", "passes"]], figsize=(9, 7), height_ratios=(5, 4), layout="constrained"
    )
    draw_graph(panels["graph"], at)
    draw_slope(panels["slope"], at)
    draw_passes(panels["passes"], at)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def draw_graph(axes, at):
    """Draw every node with its value and, from `backward`, its gradient; on the arrows what flows back."""
    x = torch.tensor(at, requires_grad=True)
    square, triple = x**2, 3 * x
    total = square + triple
    y = total + 1
    for node in (square, triple, total, y):
        node.retain_grad()
    y.backward()

    boxes = [
        (x, "x", "leaf", (0, 0)),
        (square, "x²", "Pow", (1, 0.55)),
        (triple, "3x", "Mul", (1, -0.55)),
        (total, "x² + 3x", "Add", (2, 0)),
        (y, "y", "Add", (3, 0)),
    ]
    for node, formula, name, (left, height) in boxes:
        words = f"{formula} = {node.item():g}\ngradient {node.grad.item():g}"
        frame = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": INK, "linewidth": 1.4}
        axes.text(left, height, words, ha="center", va="center", fontsize=12, color=INK, bbox=frame, zorder=3)
        axes.text(left, height + 0.31, name, ha="center", fontsize=10, color=INK, family="monospace")
    slopes = [(0, 1, f"× 2x = × {2 * at:g}"), (0, 2, "× 3"), (1, 3, "× 1"), (2, 3, "× 1"), (3, 4, "× 1")]
    for start, end, slope in slopes:
        (x0, y0), (x1, y1) = boxes[start][3], boxes[end][3]
        for shift, color, ends in [(0.06, BLUE, ((x0, y0), (x1, y1))), (-0.06, ORANGE, ((x1, y1), (x0, y0)))]:
            tail, head = [(px, py + shift) for px, py in ends]
            arrow = {"arrowstyle": "-|>", "color": color, "linewidth": 1.8, "shrinkA": 52, "shrinkB": 52}
            axes.annotate("", head, tail, arrowprops=arrow)
        middle = ((x0 + x1) / 2 + 0.04, (y0 + y1) / 2 - 0.22)
        axes.text(*middle, slope, ha="center", va="center", fontsize=11, color=ORANGE)
    axes.text(-0.35, 0.93, "forward: values  →", color=BLUE, fontsize=12)
    axes.text(-0.35, 0.75, "backward: gradients  ←", color=ORANGE, fontsize=12)
    axes.set(xlim=(-0.4, 3.4), ylim=(-1, 1.1), title=f"The graph of y = x² + 3x + 1 at x = {at:g}")
    axes.axis("off")


def draw_slope(axes, at):
    """Draw the polynomial, and the line whose slope is the gradient."""
    xs = np.linspace(at - 3, at + 2, 101)
    value, gradient = value_and_gradient(at)
    axes.plot(xs, [value_and_gradient(x)[0] for x in xs], color=BLUE, label="y = x² + 3x + 1")
    axes.plot(xs, value + gradient * (xs - at), "--", color=ORANGE, label=f"slope {gradient:g}")
    axes.plot(at, value, "o", color=INK)
    axes.annotate(f"({at:g}, {value:g})", (at, value), (8, -14), textcoords="offset points", color=INK)
    axes.set(xlabel="x", ylabel="y", title="The gradient is a slope")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")


def draw_passes(axes, at, passes=3):
    """Draw what stands in x.grad after each pass, zeroed before each and never zeroed."""
    numbers = np.arange(1, passes + 1)
    for shift, zeroed, color, hatch in [(-0.2, True, BLUE, ""), (0.2, False, ORANGE, "//")]:
        heights = gradient_after_each_pass(at, passes, zeroed)
        label = "zeroed before each pass" if zeroed else "never zeroed"
        bars = axes.bar(numbers + shift, heights, 0.38, color=color, hatch=hatch, edgecolor="white", label=label)
        axes.bar_label(bars, fmt="%g", color=INK)
    axes.set(xticks=numbers, xlabel="pass", ylabel="x.grad", title="Gradients accumulate")
    axes.margins(y=0.12)
    axes.legend(loc="upper left")


def demonstrate():
    """Train one step on four people, then compare `numpy_network` with autograd, layer kind by layer kind."""
    people = torch.tensor([[170.0, 65.0, 25.0], [160.0, 55.0, 30.0], [180.0, 80.0, 22.0], [155.0, 50.0, 35.0]])
    labels = torch.tensor([1.0, 0.0, 1.0, 0.0])
    W, b = scaled_leaf([[1.0, -2.0, 3.0]], 0.01), scaled_leaf([0.0], 1.0)
    print(f"loss before the step: {training_step(people, labels, W, b, rate=1e-4):.4f}")
    print(f"W.grad: {W.grad.numpy().round(4)}, b.grad: {b.grad.numpy().round(4)}")
    print(f"loss after the step: {training_step(people, labels, W, b, rate=0.0):.4f}")

    import numpy_network

    rng = np.random.default_rng(8)
    sizes, m = [4, 6, 5, 3], 7
    parameters = {}
    for layer in range(1, len(sizes)):
        parameters[f"W{layer}"] = rng.normal(size=(sizes[layer], sizes[layer - 1]))
        parameters[f"b{layer}"] = rng.normal(size=(sizes[layer], 1))
    X = rng.normal(size=(sizes[0], m))
    for loss, last, Y in [
        ("binary_cross_entropy", "sigmoid", rng.integers(2, size=(sizes[-1], m)).astype(float)),
        ("categorical_cross_entropy", "softmax", np.eye(sizes[-1])[:, rng.integers(sizes[-1], size=m)]),
        ("mean_squared_error", "linear", rng.normal(size=(sizes[-1], m))),
    ]:
        for hidden in ["sigmoid", "tanh", "relu", "leaky_relu", "gelu"]:
            agrees = verify_network(numpy_network, X, Y, parameters, [hidden, hidden, last], loss)
            print(f"{hidden}, {loss}: your network {'agrees' if agrees else 'DOES NOT AGREE'} with autograd")


if __name__ == "__main__":
    draw_autograd("my_autograd.png")
    print("Saved my_autograd.png.")
    demonstrate()
