"""Assignment 05: a dense network of any depth, in NumPy.

Samples stand in columns: X has shape (n_0, m), where n_0 counts the features and m the samples. The layers are
numbered 1 to L, and layer l has n_l units:

    Z_l = W_l @ A_(l-1) + b_l,    A_l = g_l(Z_l),    A_0 = X
    W_l: (n_l, n_(l-1))    b_l: (n_l, 1)    Z_l, A_l: (n_l, m)

- `parameters` is a dict: "W1", "b1", … "WL", "bL".
- `activations` is a list of L names, one for each layer: "linear", "sigmoid", "tanh", "relu", "leaky_relu" or
  "gelu", and for the last layer also "softmax".
- `loss` is a name: "binary_cross_entropy", "categorical_cross_entropy" or "mean_squared_error".
- Y, the targets, has the shape of A_L: (n_L, m).

Every array of real numbers is float64, what you are given and what you return. (Assignment 06 passes samples in
float32: compute with what comes.) No function changes its arguments.
"""

import argparse
import math

import matplotlib.pyplot as plt
import numpy as np

# What a loss takes for 0: the argument of a logarithm is kept between EPSILON and 1 - EPSILON.
EPSILON = 1e-12

# The error function, for arrays: math.erf takes a single number.
erf = np.vectorize(math.erf, otypes=[float])


# Part 1: activations. Z is an array of any shape with numbers up to 10,000 in size, of either sign; what comes
# back has its shape, and holds neither NaN nor infinity.


def linear(Z):
    """The activation that changes nothing, for the output of a regression (given)."""
    return Z.copy()


def sigmoid(Z):
    """1 / (1 + e^(-z)), element by element (task 1.1)."""
    ### BEGIN SOLUTION
    return (1 + np.tanh(Z / 2)) / 2  # the same function, in which no exponential overflows
    ### END SOLUTION


def tanh(Z):
    """The hyperbolic tangent, element by element (task 1.1)."""
    ### BEGIN SOLUTION
    return np.tanh(Z)
    ### END SOLUTION


def relu(Z):
    """z where z > 0, and 0 elsewhere (task 1.1)."""
    ### BEGIN SOLUTION
    return np.maximum(Z, 0.0)
    ### END SOLUTION


def leaky_relu(Z):
    """z where z > 0, and 0.01·z elsewhere (task 1.1)."""
    ### BEGIN SOLUTION
    return np.where(Z > 0, Z, 0.01 * Z)
    ### END SOLUTION


def gelu(Z):
    """z·Φ(z), element by element (task 1.2).

    Φ(z) = (1 + erf(z / √2)) / 2 is the probability that a standard normal number is below z. The approximation
    of GELU by tanh is accepted: it is off by less than 0.001.
    """
    ### BEGIN SOLUTION
    return Z * normal_cdf(Z)
    ### END SOLUTION


def softmax(Z):
    """e^z of each class, divided by the sum over the classes of the same sample (task 1.3).

    Z: array (n, m), classes in rows and samples in columns. Returns an array (n, m) whose columns add up to 1.
    """
    ### BEGIN SOLUTION
    exponentials = np.exp(Z - Z.max(axis=0))
    return exponentials / exponentials.sum(axis=0)
    ### END SOLUTION


def linear_derivative(Z):
    """The slope of `linear`, 1 everywhere (given)."""
    return np.ones_like(Z)


def sigmoid_derivative(Z):
    """The slope of `sigmoid` at z, element by element (task 1.4). May call `sigmoid`."""
    ### BEGIN SOLUTION
    A = sigmoid(Z)
    return A * (1 - A)
    ### END SOLUTION


def tanh_derivative(Z):
    """The slope of `tanh` at z, element by element (task 1.4). May call `tanh`."""
    ### BEGIN SOLUTION
    return 1 - tanh(Z) ** 2
    ### END SOLUTION


def relu_derivative(Z):
    """The slope of `relu` at z, element by element (task 1.4). Nobody asks for the one at 0."""
    ### BEGIN SOLUTION
    return np.where(Z > 0, 1.0, 0.0)
    ### END SOLUTION


def leaky_relu_derivative(Z):
    """The slope of `leaky_relu` at z, element by element (task 1.4). Nobody asks for the one at 0."""
    ### BEGIN SOLUTION
    return np.where(Z > 0, 1.0, 0.01)
    ### END SOLUTION


def gelu_derivative(Z):
    """The slope of `gelu` at z, element by element (task 1.4). The slope of the form by tanh will do."""
    ### BEGIN SOLUTION
    return normal_cdf(Z) + Z * normal_density(Z)
    ### END SOLUTION


### BEGIN SOLUTION
def normal_cdf(Z):
    """The probability that a standard normal number is below z."""
    return (1 + erf(Z / math.sqrt(2))) / 2


def normal_density(Z):
    """The density of the standard normal distribution, which is the slope of its probability."""
    return np.exp(-(Z**2) / 2) / math.sqrt(2 * math.pi)


### END SOLUTION
def softmax_jacobian(z):
    """How each output of softmax changes with each input, for one sample (task 1.5). May call `softmax`.

    z: array (n,). Returns an array (n, n): row i, column j holds ∂a_i/∂z_j, where a = softmax(z).
    """
    ### BEGIN SOLUTION
    a = softmax(z[:, np.newaxis])[:, 0]
    return np.diag(a) - np.outer(a, a)
    ### END SOLUTION


def activate(Z, name):
    """A = g(Z), where `name` is one of the seven activations (given)."""
    functions = {
        "linear": linear,
        "sigmoid": sigmoid,
        "tanh": tanh,
        "relu": relu,
        "leaky_relu": leaky_relu,
        "gelu": gelu,
        "softmax": softmax,
    }
    return functions[name](Z)


def activation_derivative(Z, name):
    """g'(Z), element by element, where `name` is one of the activations but softmax (given)."""
    functions = {
        "linear": linear_derivative,
        "sigmoid": sigmoid_derivative,
        "tanh": tanh_derivative,
        "relu": relu_derivative,
        "leaky_relu": leaky_relu_derivative,
        "gelu": gelu_derivative,
    }
    return functions[name](Z)


def activation_curves(z):
    """What the figure of the activations shows (task 1.6). May call the activations and their derivatives.

    z: array (n,). Returns a dict with the keys "sigmoid", "tanh", "relu", "leaky_relu" and "gelu". Each value is
    a tuple of two arrays (n,): the activation at z, and its derivative there.
    """
    ### BEGIN SOLUTION
    names = ["sigmoid", "tanh", "relu", "leaky_relu", "gelu"]
    return {name: (activate(z, name), activation_derivative(z, name)) for name in names}
    ### END SOLUTION


def draw_activations(z, curves):
    """Draw each activation with its derivative (task 1.6). May call `new_panels` and `show_legend`.

    z: array (n,). curves: a dict of the kind that `activation_curves` returns.
    Returns the figure. Its x axis has a label, and each activation is named in a title or a legend.
    """
    ### BEGIN SOLUTION
    figure, panels = new_panels()
    for axes, (name, (values, slopes)) in zip(panels, curves.items(), strict=False):
        axes.plot(z, values, color=BLUE, label="activation $g(z)$")
        axes.plot(z, slopes, color=ORANGE, linestyle="--", label="derivative $g'(z)$")
        axes.set(title=name, xlabel="$z$")
    show_legend(panels)
    return figure
    ### END SOLUTION


# Part 2: initial weights.


def initialize_parameters(layer_dims, method, rng):
    """Initial parameters of a network (task 2.1).

    layer_dims: list of ints [n_0, n_1, … n_L]. rng: numpy.random.Generator, the only source of randomness.
    method: "zeros": all weights are 0. Otherwise they are drawn independently from a normal distribution with
    mean 0 and a standard deviation of 100 ("large"), √(1 / n_(l-1)) ("xavier") or √(2 / n_(l-1)) ("he").
    Returns the dict of parameters. All biases are 0.
    """
    ### BEGIN SOLUTION
    parameters = {}
    for layer in range(1, len(layer_dims)):
        n_out, n_in = layer_dims[layer], layer_dims[layer - 1]
        deviations = {"zeros": 0, "large": 100, "xavier": np.sqrt(1 / n_in), "he": np.sqrt(2 / n_in)}
        parameters[f"W{layer}"] = rng.normal(0, deviations[method], size=(n_out, n_in))
        parameters[f"b{layer}"] = np.zeros((n_out, 1))
    return parameters
    ### END SOLUTION


def activation_variances(X, parameters, activations):
    """How far the activations of each layer spread (task 2.2). May call `forward` and `activate`.

    Returns an array (L,): for each layer, the variance of all numbers in A_l, taken over units and samples at
    once (their mean squared distance from their mean).
    """
    ### BEGIN SOLUTION
    AL, caches = forward(X, parameters, activations)
    outputs = [A_prev for A_prev, _, _, _ in caches[1:]] + [AL]
    return np.array([A.var() for A in outputs])
    ### END SOLUTION


def draw_variances(variances):
    """Draw how the variance of the activations changes from layer to layer (task 2.3). May call `new_log_axes`.

    variances: a dict from the name of a method to the array (L,) of its variances, some of which may be 0.
    Returns the figure. Its axes have labels, and each method is named in a title or a legend.
    """
    ### BEGIN SOLUTION
    figure, axes = new_log_axes()
    for method, values in variances.items():
        layers = range(1, len(values) + 1)
        axes.plot(layers, values, label=method)
    axes.set(xlabel="layer", ylabel="variance of the activations")
    axes.legend()
    return figure
    ### END SOLUTION


# Part 3: from the input to the loss.


def forward(X, parameters, activations):
    """What the network answers (task 3.1). May call `activate`.

    X: array (n_0, m). Returns A_L, an array (n_L, m), and `caches`, a list of L tuples (A_prev, W, b, Z): the
    arrays that layer l has worked with, A_prev being A_(l-1).
    """
    ### BEGIN SOLUTION
    A, caches = X, []
    for layer, name in enumerate(activations, start=1):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        Z = W @ A + b
        caches.append((A, W, b, Z))
        A = activate(Z, name)
    return A, caches
    ### END SOLUTION


def compute_loss(AL, Y, loss):
    """The mean over the samples of what each one costs (task 3.2).

    AL, Y: arrays (n_L, m). One sample, with answers a_k and targets y_k, costs

        binary_cross_entropy:       the sum over k of -(y_k·log a_k + (1 - y_k)·log(1 - a_k))
        categorical_cross_entropy:  the sum over k of -y_k·log a_k
        mean_squared_error:         the sum over k of (a_k - y_k)²

    In both cross-entropies, an a_k below EPSILON counts as EPSILON, and one above 1 - EPSILON as 1 - EPSILON.
    Returns a number.
    """
    ### BEGIN SOLUTION
    clipped = np.clip(AL, EPSILON, 1 - EPSILON)
    if loss == "binary_cross_entropy":
        costs = -(Y * np.log(clipped) + (1 - Y) * np.log(1 - clipped))
    elif loss == "categorical_cross_entropy":
        costs = -Y * np.log(clipped)
    else:
        costs = (AL - Y) ** 2
    return costs.sum(axis=0).mean()
    ### END SOLUTION


# Part 4: from the loss to the gradients.


def backward(AL, Y, caches, activations, loss):
    """How the loss changes with each parameter (task 4.1). May call `activation_derivative`.

    AL, caches: what `forward` returned. Y: array (n_L, m).
    The pairs of last activation and loss are sigmoid with binary_cross_entropy, softmax with
    categorical_cross_entropy, and any activation but softmax with mean_squared_error. Nobody asks for others.
    Returns a dict: "dW1", "db1", … "dWL", "dbL", each of the shape of its parameter.
    """
    ### BEGIN SOLUTION
    m = Y.shape[1]
    gradients = {}
    if loss == "mean_squared_error":
        _, _, _, Z = caches[-1]
        dZ = 2 * (AL - Y) * activation_derivative(Z, activations[-1])
    else:
        dZ = AL - Y
    for layer in range(len(caches), 0, -1):
        A_prev, W, _, _ = caches[layer - 1]
        gradients[f"dW{layer}"] = dZ @ A_prev.T / m
        gradients[f"db{layer}"] = dZ.sum(axis=1, keepdims=True) / m
        if layer > 1:
            _, _, _, Z = caches[layer - 2]
            dZ = W.T @ dZ * activation_derivative(Z, activations[layer - 2])
    return gradients
    ### END SOLUTION


def update_parameters(parameters, gradients, learning_rate):
    """One step of gradient descent (task 4.2).

    Returns a new dict of parameters, and leaves the one that was passed in, with its arrays, as it was.
    """
    ### BEGIN SOLUTION
    return {name: value - learning_rate * gradients[f"d{name}"] for name, value in parameters.items()}
    ### END SOLUTION


def gradient_check(parameters, gradients, X, Y, activations, loss, step=1e-5):
    """How far gradients are from what the loss itself says (task 4.3). May call `forward` and `compute_loss`.

    Each number θ of each parameter is moved by `step` up and by `step` down, all others staying where they are;
    the central difference (J(θ + step) - J(θ - step)) / (2·step) estimates its gradient. Put all numbers of
    `gradients` into one long vector g and all estimates, in the same order, into e.
    Returns the number |g - e| / (|g| + |e|), where |·| is the Euclidean length.
    """

    ### BEGIN SOLUTION
    def loss_at(moved):
        AL, _ = forward(X, moved, activations)
        return compute_loss(AL, Y, loss)

    given, estimated = [], []
    for name, value in parameters.items():
        for place in np.ndindex(value.shape):
            up, down = value.copy(), value.copy()
            up[place] += step
            down[place] -= step
            rise = loss_at({**parameters, name: up}) - loss_at({**parameters, name: down})
            estimated.append(rise / (2 * step))
            given.append(gradients[f"d{name}"][place])
    g, e = np.array(given), np.array(estimated)
    return np.linalg.norm(g - e) / (np.linalg.norm(g) + np.linalg.norm(e))
    ### END SOLUTION


# Part 5: training.


def minibatches(X, Y, batch_size, rng):
    """The samples in a random order, cut into batches (task 5.1).

    X: array (n_0, m). Y: array (n_L, m). rng: numpy.random.Generator, the only source of randomness.
    Returns a list of tuples (X_batch, Y_batch) in which every sample stands once, beside its target. All batches
    have `batch_size` samples but the last, which has what is left: 1 to batch_size.
    """
    ### BEGIN SOLUTION
    m = X.shape[1]
    order = rng.permutation(m)
    chosen = [order[start : start + batch_size] for start in range(0, m, batch_size)]
    return [(X[:, columns], Y[:, columns]) for columns in chosen]
    ### END SOLUTION


def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    """Gradient descent (task 5.2). May call everything in parts 3 and 4, and `minibatches`.

    An epoch shows every sample once. With batch_size None it makes one update, from all samples at once (full
    batch); otherwise one update for each mini-batch, and every epoch draws its mini-batches anew from `rng`.
    A batch_size of 1 is stochastic descent.
    Returns the parameters at the end, and a list with one cost for each epoch: the mean over its samples of what
    each one cost when its batch was shown, before the update that the batch led to.
    """
    ### BEGIN SOLUTION
    costs = []
    for _ in range(epochs):
        batches = [(X, Y)] if batch_size is None else minibatches(X, Y, batch_size, rng)
        total = 0.0
        for X_batch, Y_batch in batches:
            AL, caches = forward(X_batch, parameters, activations)
            total += compute_loss(AL, Y_batch, loss) * X_batch.shape[1]
            gradients = backward(AL, Y_batch, caches, activations, loss)
            parameters = update_parameters(parameters, gradients, learning_rate)
        costs.append(total / X.shape[1])
    return parameters, costs
    ### END SOLUTION


def predict(X, parameters, activations):
    """The label that the network gives to each sample (task 5.3). May call `forward`.

    Returns an array (m,) of integers. With a single output unit: 1 where its answer is 0.5 or more, 0 elsewhere.
    With several: the number, from 0 on, of the unit that answers most.
    """
    ### BEGIN SOLUTION
    AL, _ = forward(X, parameters, activations)
    if AL.shape[0] == 1:
        return (AL[0] >= 0.5).astype(int)
    return AL.argmax(axis=0)
    ### END SOLUTION


def save_parameters(path, parameters, activations):
    """Write a network to an .npz file (task 5.4).

    path: text that ends in ".npz". The file holds each parameter under its own name, and under "activations" an
    array (L,) of text. It holds no pickled objects.
    """
    ### BEGIN SOLUTION
    np.savez(path, activations=np.array(activations), **parameters)
    ### END SOLUTION


def load_parameters(path):
    """Read a network from a file that `save_parameters` wrote (task 5.4).

    Returns the dict of parameters and the list of activations, each of type str, as they were saved. Loading a
    pickled object can run a stranger's code, so a file that holds one is refused with a ValueError.
    """
    ### BEGIN SOLUTION
    with np.load(path, allow_pickle=False) as file:
        parameters = {name: file[name] for name in file if name != "activations"}
        return parameters, file["activations"].tolist()
    ### END SOLUTION


# Part 6: the program. `python numpy_network.py train --help` shows how it is called.


def train_command(options):
    """Train a network and save it (task 6.2). May call everything above.

    options: what `main` read from the command line: data, out, hidden, activation, loss, method, epochs,
    learning_rate, batch_size, seed. May also call `report`.
    The layers between the input and the output have the widths `hidden` (a list of ints) and the activation
    `activation`; n_0 and n_L are those of the data. The last activation is the one that belongs to the loss:
    sigmoid, softmax, or linear for mean_squared_error. One generator, numpy.random.default_rng(seed), first
    draws the initial parameters and then the mini-batches. The trained network is saved to `out`.
    """
    ### BEGIN SOLUTION
    X, Y = read_data(options.data)
    last = {
        "binary_cross_entropy": "sigmoid",
        "categorical_cross_entropy": "softmax",
        "mean_squared_error": "linear",
    }
    activations = [options.activation] * len(options.hidden) + [last[options.loss]]
    rng = np.random.default_rng(options.seed)
    parameters = initialize_parameters([X.shape[0], *options.hidden, Y.shape[0]], options.method, rng)
    parameters, costs = train(
        X,
        Y,
        parameters,
        activations,
        options.loss,
        options.epochs,
        options.learning_rate,
        options.batch_size,
        rng,
    )
    save_parameters(options.out, parameters, activations)
    report(costs, options.out)
    ### END SOLUTION


def predict_command(options):
    """Print the labels, one per line, after anything else (task 6.2). May call everything above.

    options: what `main` read from the command line: weights, the file of a saved network, and data.
    """
    ### BEGIN SOLUTION
    X, _ = read_data(options.data)
    parameters, activations = load_parameters(options.weights)
    for label in predict(X, parameters, activations):
        print(label)
    ### END SOLUTION


# From here on, everything is given, and nothing is graded.

BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#aa4499"


def new_panels():
    """A figure and a list of the axes of its six panels, which have one scale."""
    figure, panels = plt.subplots(2, 3, figsize=(9, 5.4), layout="constrained", sharex=True, sharey=True)
    for axes in panels.flat:
        axes.tick_params(labelbottom=True)
        axes.grid(alpha=0.3)
    return figure, list(panels.flat)


def show_legend(panels):
    """Put the legend of the first panel into the last one, which stays empty."""
    panels[-1].axis("off")
    panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="center")


def new_log_axes():
    """A figure and its axes, with a logarithmic scale from 0 to 100,000,000 and a style for each curve."""
    figure, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    axes.set_prop_cycle(color=[BLUE, ORANGE, GREEN, PURPLE], marker=["o", "s", "D", "^"], markersize=[4] * 4)
    axes.set_yscale("symlog", linthresh=1e-8, linscale=0.5)  # the part below 1e-8 is linear, to have room for 0
    axes.set(ylim=(-4e-9, 1e8), yticks=[0, 1e-8, 1e-6, 1e-4, 1e-2, 1, 1e2, 1e4, 1e6, 1e8])
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3)
    return figure, axes


def read_data(path):
    """X and Y from an .npz file that holds arrays of these names; Y is None where the file has none."""
    with np.load(path, allow_pickle=False) as file:
        return file["X"], file.get("Y")


def report(costs, path):
    """Say how training went."""
    print(f"The cost went from {costs[0]:.4f} to {costs[-1]:.4f}. Saved {path}.")


def figures_command(options):
    """Draw the two figures of the handout and save them as my_activations.png and my_variances.png."""
    z = np.linspace(-4, 4, 401)
    draw_activations(z, activation_curves(z)).savefig("my_activations.png", dpi=120)
    rng = np.random.default_rng(options.seed)
    X = rng.normal(size=(100, 500))
    variances = {}
    for method in ["zeros", "large", "xavier", "he"]:
        parameters = initialize_parameters([100] * 21, method, rng)
        variances[method] = activation_variances(X, parameters, ["relu"] * 20)
    draw_variances(variances).savefig("my_variances.png", dpi=120)
    plt.close("all")
    print("Saved my_activations.png and my_variances.png.")


def benchmark_command(options):
    """Compare gradients and time with PyTorch, where it is installed."""
    try:
        import torch
    except ImportError:
        print("PyTorch is not here: nothing to compare with.")
        return
    from time import perf_counter

    rng = np.random.default_rng(options.seed)
    dims, activations, loss = [20, 64, 32, 5], ["relu", "tanh", "softmax"], "categorical_cross_entropy"
    X, Y = rng.normal(size=(20, 1000)), np.eye(5)[:, rng.integers(5, size=1000)]
    parameters = initialize_parameters(dims, "he", rng)

    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in parameters.items()}
    rows, labels = torch.from_numpy(X.T), torch.from_numpy(Y.argmax(axis=0))  # PyTorch wants samples in rows

    def yours():
        AL, caches = forward(X, parameters, activations)
        return backward(AL, Y, caches, activations, loss)

    def pytorchs():
        hidden = torch.relu(rows @ tensors["W1"].T + tensors["b1"].T)
        hidden = torch.tanh(hidden @ tensors["W2"].T + tensors["b2"].T)
        scores = hidden @ tensors["W3"].T + tensors["b3"].T
        cost = torch.nn.functional.cross_entropy(scores, labels)
        return dict(zip(tensors, torch.autograd.grad(cost, list(tensors.values())), strict=True))

    def best_of_ten(run):
        times = []
        for _ in range(10):
            start = perf_counter()
            gradients = run()
            times.append(perf_counter() - start)
        return gradients, 1000 * min(times)

    gradients, your_time = best_of_ten(yours)
    references, pytorchs_time = best_of_ten(pytorchs)
    differences = [np.abs(gradients[f"d{name}"] - references[name].numpy()).max() for name in tensors]
    print(f"The largest difference between your gradients and PyTorch's: {max(differences):.1e}")
    print(f"Forward and backward, the best of ten: yours {your_time:.1f} ms, PyTorch's {pytorchs_time:.1f} ms")


def main():
    """Read the command line and carry out the command that it names."""
    parser = argparse.ArgumentParser(description="A dense network of any depth, in NumPy.")
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("train", help="train a network and save it")
    command.add_argument("--data", required=True, help=".npz file with X (n_0, m) and Y (n_L, m)")
    command.add_argument("--out", required=True, help=".npz file to write the network to")
    command.add_argument("--hidden", type=int, nargs="*", default=[16], help="widths of the hidden layers")
    command.add_argument("--activation", default="relu", help="activation of the hidden layers")
    command.add_argument("--loss", default="categorical_cross_entropy")
    command.add_argument("--method", default="he", help="how the weights are drawn")
    command.add_argument("--epochs", type=int, default=100)
    command.add_argument("--learning-rate", type=float, default=0.1)
    command.add_argument("--batch-size", type=int, help="default: all samples at once")
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=train_command)

    command = commands.add_parser("predict", help="print the label of each sample")
    command.add_argument("--weights", required=True, help=".npz file with a saved network")
    command.add_argument("--data", required=True, help=".npz file with X (n_0, m)")
    command.set_defaults(run=predict_command)

    command = commands.add_parser("figures", help="draw the figures of the handout")
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=figures_command)

    command = commands.add_parser("benchmark", help="compare with PyTorch, if it is installed")
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=benchmark_command)

    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
