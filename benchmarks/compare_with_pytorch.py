"""Train the reference of assignment 05 and the same network in PyTorch from the same weights, and compare.

    python benchmarks/compare_with_pytorch.py

Prints, for networks of several depths, activations and losses, the largest difference between any two gradients
and between any two parameters after 20 updates with the full batch, all in float64. Exits with 1 where the
gradients differ by more than 1e-10 or the parameters by more than 1e-8.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

REFERENCE = Path(__file__).parents[1] / "solutions" / "05_backprop" / "numpy_network.py"
GRADIENT_BOUND = 1e-10
PARAMETER_BOUND = 1e-8
UPDATES = 20
RATE = 0.3
SAMPLES = 50
OUTPUTS = {
    "binary_cross_entropy": ("sigmoid", 1),
    "categorical_cross_entropy": ("softmax", 5),
    "mean_squared_error": ("linear", 3),
}
HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu")
WIDTHS = (12, 9, 14, 8, 11)
DEPTHS = (1, 2, 3, 6)

Array = NDArray[Any]
Arrays = dict[str, Array]


def load_reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("numpy_network", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def targets(loss: str, n_out: int, rng: np.random.Generator) -> Array:
    if loss == "binary_cross_entropy":
        return rng.integers(2, size=(n_out, SAMPLES)).astype(float)
    if loss == "categorical_cross_entropy":
        return np.eye(n_out)[:, rng.integers(n_out, size=SAMPLES)]
    return rng.normal(size=(n_out, SAMPLES))


def torch_network(parameters: Arrays, activations: list[str]) -> torch.nn.Sequential:
    """The same network without its last activation, which PyTorch's losses contain."""
    kinds = {
        "sigmoid": torch.nn.Sigmoid,
        "tanh": torch.nn.Tanh,
        "relu": torch.nn.ReLU,
        "leaky_relu": torch.nn.LeakyReLU,  # its slope is 0.01
        "gelu": torch.nn.GELU,
    }
    layers: list[torch.nn.Module] = []
    for number, name in enumerate(activations, start=1):
        W, b = parameters[f"W{number}"], parameters[f"b{number}"]
        layer = torch.nn.Linear(W.shape[1], W.shape[0], dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(W))
            layer.bias.copy_(torch.from_numpy(b[:, 0]))
        layers.append(layer)
        if number < len(activations):
            layers.append(kinds[name]())
    return torch.nn.Sequential(*layers)


def torch_loss(scores: torch.Tensor, Y: torch.Tensor, loss: str) -> torch.Tensor:
    """The mean over the samples (rows) of what each one costs."""
    if loss == "binary_cross_entropy":
        return torch.nn.functional.binary_cross_entropy_with_logits(scores, Y, reduction="sum") / len(Y)
    if loss == "categorical_cross_entropy":
        return torch.nn.functional.cross_entropy(scores, Y)
    return torch.nn.functional.mse_loss(scores, Y, reduction="sum") / len(Y)


def largest_difference(ours: Arrays, prefix: str, network: torch.nn.Sequential, *, gradients: bool) -> float:
    worst = 0.0
    linear = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
    for number, layer in enumerate(linear, start=1):
        for kind, tensor in (("W", layer.weight), ("b", layer.bias)):
            theirs = tensor.grad if gradients else tensor
            assert theirs is not None
            mine = ours[f"{prefix}{kind}{number}"]
            worst = max(worst, float(np.abs(mine - theirs.detach().numpy().reshape(mine.shape)).max()))
    return worst


def compare(reference: ModuleType, depth: int, hidden: str, loss: str, rng: np.random.Generator) -> tuple[float, float]:
    """The largest differences between gradients, over all updates, and between parameters at the end."""
    last, n_out = OUTPUTS[loss]
    dims = [10, *WIDTHS[: depth - 1], n_out]
    activations = [hidden] * (depth - 1) + [last]
    X, Y = rng.normal(size=(dims[0], SAMPLES)), targets(loss, n_out, rng)
    parameters = reference.initialize_parameters(dims, "xavier", rng)
    network = torch_network(parameters, activations)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    rows_X, rows_Y = torch.from_numpy(X.T.copy()), torch.from_numpy(Y.T.copy())
    gradient_difference = 0.0
    trained = parameters
    for _ in range(UPDATES):
        AL, caches = reference.forward(X, trained, activations)
        gradients = reference.backward(AL, Y, caches, activations, loss)
        optimizer.zero_grad()
        found: Any = torch_loss(network(rows_X), rows_Y, loss)
        found.backward()
        difference = largest_difference(gradients, "d", network, gradients=True)
        gradient_difference = max(gradient_difference, difference)
        trained = reference.update_parameters(trained, gradients, RATE)
        optimizer.step()
    at_once, _ = reference.train(X, Y, parameters, activations, loss, UPDATES, RATE)
    return gradient_difference, largest_difference(at_once, "", network, gradients=False)


def main() -> None:
    reference, rng = load_reference(), np.random.default_rng(0)
    print(f"{'loss':27}{'layers':>6}  {'hidden':12}{'gradients':>10}{'parameters':>12}")
    broken = 0
    for loss in OUTPUTS:
        for depth in DEPTHS:
            for hidden in HIDDEN if depth > 1 else ("none",):
                gradients, parameters = compare(reference, depth, hidden, loss, rng)
                holds = gradients <= GRADIENT_BOUND and parameters <= PARAMETER_BOUND
                broken += not holds
                print(
                    f"{loss:27}{depth:6}  {hidden:12}{gradients:10.1e}{parameters:12.1e}"
                    + ("" if holds else "  too large")
                )
    print(f"Gradients within {GRADIENT_BOUND:g}, parameters within {PARAMETER_BOUND:g}: ", end="")
    print("all of them." if not broken else f"all but {broken}.")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
