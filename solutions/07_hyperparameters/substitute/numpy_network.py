"""What stands in for a student's numpy_network.py that did not pass: its gradients come from PyTorch.

The five functions that assignment 06 calls, with the shapes and names of assignment 05. There is no backpropagation
in here to copy.
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


def forward(X, parameters, activations):
    """A_L, and (A_prev, W, b, Z) of each layer."""
    layers = [(parameters[f"W{layer}"], parameters[f"b{layer}"]) for layer in range(1, len(activations) + 1)]
    with torch.no_grad():
        A, caches = _through(*_tensors(X, layers), activations)
    return A.numpy(), [tuple(part.numpy() for part in cache) for cache in caches]


def compute_loss(AL, Y, loss):
    """The mean over the samples of what each one costs, a number."""
    answers, targets = (torch.from_numpy(np.array(part, dtype=np.float64)) for part in (AL, Y))
    return float(_loss(answers, targets, loss))


def backward(AL, Y, caches, activations, loss):
    """dW1, db1 … dWL, dbL, by automatic differentiation of the loss."""
    X, leaves = _tensors(caches[0][0], [(W, b) for _, W, b, _ in caches])
    for part in (part for leaf in leaves for part in leaf):
        part.requires_grad_()
    answers, remembered = _through(X, leaves, activations)
    targets = torch.from_numpy(np.array(Y)).to(answers.dtype)
    if loss == "categorical_cross_entropy" and activations[-1] == "softmax":
        scores = remembered[-1][3]
        value = -(targets * torch.log_softmax(scores, dim=0)).sum(dim=0).mean()
    else:
        value = _loss(answers, targets, loss)
    value.backward()
    gradients = {}
    for layer, (W, b) in enumerate(leaves, start=1):
        gradients[f"dW{layer}"], gradients[f"db{layer}"] = W.grad.numpy(), b.grad.numpy()
    return gradients


def update_parameters(parameters, gradients, learning_rate):
    """A new dict, one step further down."""
    return {name: value - learning_rate * gradients[f"d{name}"] for name, value in parameters.items()}


def _through(A, layers, activations):
    caches = []
    for (W, b), name in zip(layers, activations, strict=True):
        Z = W @ A + b
        caches.append((A, W, b, Z))
        A = ACTIVATIONS[name](Z)
    return A, caches


def _loss(answers, targets, loss):
    clipped = answers.clamp(EPSILON, 1 - EPSILON)
    costs = {
        "binary_cross_entropy": -(targets * clipped.log() + (1 - targets) * (1 - clipped).log()),
        "categorical_cross_entropy": -targets * clipped.log(),
        "mean_squared_error": (answers - targets) ** 2,
    }[loss]
    return costs.sum(dim=0).mean()


def _tensors(X, layers):
    """Copies of the samples and of each layer's weights and biases, all of one dtype: float32 if all were."""
    dtype = np.result_type(np.float32, X, *(part for layer in layers for part in layer))
    copies = [tuple(torch.from_numpy(np.array(part, dtype=dtype)) for part in layer) for layer in layers]
    return torch.from_numpy(np.array(X, dtype=dtype)), copies
