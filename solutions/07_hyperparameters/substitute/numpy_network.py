"""What stands in for a student's numpy_network.py that did not pass: its gradients come from PyTorch.

The four functions that assignment 07 calls, with the shapes and names of assignment 05. There is no backpropagation in
here to copy.
"""

import numpy as np
import torch

EPSILON = 1e-12
ACTIVATIONS = {
    "linear": lambda Z: Z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda Z: torch.nn.functional.leaky_relu(Z, 0.01),
    "gelu": torch.nn.functional.gelu,
    "softmax": lambda Z: torch.softmax(Z, dim=0),
}


def initialize_parameters(layer_dims, method, rng):
    """Weights of the deviation that `method` names, and biases of 0."""
    parameters = {}
    for layer in range(1, len(layer_dims)):
        n_out, n_in = layer_dims[layer], layer_dims[layer - 1]
        deviation = {"zeros": 0.0, "large": 100.0, "xavier": n_in**-0.5, "he": (2 / n_in) ** 0.5}[method]
        parameters[f"W{layer}"] = rng.normal(0.0, deviation, size=(n_out, n_in))
        parameters[f"b{layer}"] = np.zeros((n_out, 1))
    return parameters


def minibatches(X, Y, batch_size, rng):
    """The samples in a random order, cut into batches: tuples of inputs and targets."""
    order = rng.permutation(X.shape[1])
    chosen = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    return [(X[:, columns], Y[:, columns]) for columns in chosen]


def forward(X, parameters, activations):
    """A_L, and (A_prev, W, b, Z) of each layer."""
    with torch.no_grad():
        A, caches = _through(_tensor(X), _leaves(parameters, activations), activations)
    return A.numpy(), [tuple(part.numpy() for part in cache) for cache in caches]


def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    """Gradient descent: the parameters at the end, and the cost of each epoch, taken before its updates."""
    leaves, costs = _leaves(parameters, activations), []
    for _ in range(epochs):
        total = 0.0
        for x, y in [(X, Y)] if batch_size is None else minibatches(X, Y, batch_size, rng):
            parts = [part.requires_grad_() for leaf in leaves for part in leaf]
            answers, caches = _through(_tensor(x), leaves, activations)
            cost = _cost(answers, caches[-1][3], _tensor(y), activations[-1], loss)
            slopes = torch.autograd.grad(cost, parts)
            with torch.no_grad():
                moved = [part - learning_rate * slope for part, slope in zip(parts, slopes, strict=True)]
                total += float(_clipped_loss(answers, _tensor(y), loss)) * x.shape[1]
            leaves = list(zip(moved[::2], moved[1::2], strict=True))
        costs.append(total / X.shape[1])
    found = {}
    for layer, (W, b) in enumerate(leaves, start=1):
        found[f"W{layer}"], found[f"b{layer}"] = W.detach().numpy(), b.detach().numpy()
    return found, costs


def _through(A, layers, activations):
    caches = []
    for (W, b), name in zip(layers, activations, strict=True):
        Z = W @ A + b
        caches.append((A, W, b, Z))
        A = ACTIVATIONS[name](Z)
    return A, caches


def _cost(answers, scores, targets, activation, loss):
    """Return the values that gradients are taken of: a cross-entropy goes back through the scores, so no answer is
    clipped.
    """
    if loss == "categorical_cross_entropy" and activation == "softmax":
        return -(targets * torch.log_softmax(scores, dim=0)).sum(dim=0).mean()
    if loss == "binary_cross_entropy" and activation == "sigmoid":
        costs = torch.nn.functional.binary_cross_entropy_with_logits(scores, targets, reduction="none")
        return costs.sum(dim=0).mean()
    return _clipped_loss(answers, targets, loss)


def _clipped_loss(answers, targets, loss):
    clipped = answers.clamp(EPSILON, 1 - EPSILON)
    costs = {
        "binary_cross_entropy": -(targets * clipped.log() + (1 - targets) * (1 - clipped).log()),
        "categorical_cross_entropy": -targets * clipped.log(),
        "mean_squared_error": (answers - targets) ** 2,
    }[loss]
    return costs.sum(dim=0).mean()


def _leaves(parameters, activations):
    """The weights and the biases of each layer, as tensors of their own."""
    layers = range(1, len(activations) + 1)
    return [(_tensor(parameters[f"W{layer}"]), _tensor(parameters[f"b{layer}"])) for layer in layers]


def _tensor(array):
    """A copy, in float64."""
    return torch.from_numpy(np.array(array, dtype=np.float64))
