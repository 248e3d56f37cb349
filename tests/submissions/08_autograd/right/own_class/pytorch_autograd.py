# /// submission
# about = "Type hints, frozen dataclasses and classes behind thin functions; hooks, and NumPy scalars as answers."
# earns = "everything"
# ///
from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float64]


class Tensors(NamedTuple):
    x: Tensor
    w: Tensor
    b: Tensor


@dataclass(frozen=True)
class Neuron:
    w: Tensor
    b: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        return torch.maximum(self.w.inner(x) + self.b, torch.zeros_like(self.b))

    def clear(self) -> None:
        for parameter in (self.w, self.b):
            parameter.grad = torch.zeros_like(parameter)


def make_tensors(x: Sequence[float], w: Sequence[float], b: float) -> Tensors:
    x, w, b = (torch.as_tensor(np.asarray(part, dtype=np.float32)) for part in (x, w, b))
    return Tensors(x, w.requires_grad_(), b.requires_grad_())


def neuron(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return Neuron(w, b)(x)


def loss_and_gradients(x: Tensor, w: Tensor, b: Tensor, target: float) -> tuple[float, Tensor, Tensor]:
    unit = Neuron(w, b)
    unit.clear()
    loss = (neuron(x, w, b) - target).square()
    loss.backward()
    return np.float64(loss.item()), w.grad, b.grad


def gradients_by_hand(x: Tensor, w: Tensor, b: Tensor, target: float) -> tuple[Tensor, Tensor]:
    x, w, b = x.detach(), w.detach(), b.detach()
    y = neuron(x, w, b)
    db = torch.where(y > 0, 2 * (y - target), torch.zeros_like(y))
    return db * x, db


def gradients_match(by_hand: Sequence[Tensor], by_autograd: Sequence[Tensor]) -> bool:
    return min(map(torch.allclose, by_hand, by_autograd))


class Polynomial:
    def __init__(self, at: float) -> None:
        self.x = torch.tensor(np.float32(at)).requires_grad_()

    def run(self) -> Tensor:
        y = self.x.square() + self.x * 3 + 1
        y.backward()
        return y

    @property
    def gradient(self) -> np.floating[Any]:
        return self.x.grad.numpy()[()].copy()


def value_and_gradient(x: float) -> tuple[Any, Any]:
    polynomial = Polynomial(x)
    return polynomial.run().detach().numpy()[()], polynomial.gradient


def _walk(node: Any, seen: set[Any]) -> Iterator[str]:
    if node is None or node in seen:
        return
    seen.add(node)
    name, backward, _ = type(node).__name__.rpartition("Backward")
    if backward:
        yield name
    for child, _ in node.next_functions:
        yield from _walk(child, seen)


def node_names(y: Tensor) -> list[str]:
    return list(_walk(y.grad_fn, set()))


def gradient_after_each_pass(x: float, passes: int, zeroed: bool) -> list[Any]:
    polynomial = Polynomial(x)

    def one() -> Any:
        if zeroed and polynomial.x.grad is not None:
            polynomial.x.grad *= 0
        polynomial.run()
        return polynomial.gradient

    return [one() for _ in range(passes)]


def backward_twice(y: Tensor, retain_graph: bool) -> bool:
    y.backward(retain_graph=retain_graph)
    with contextlib.suppress(RuntimeError):
        y.backward()
        return True
    return False


def gradient_from_vector(x: Tensor, y: Tensor, v: Tensor) -> Tensor:
    (y * v).sum().backward()
    return x.grad


def scaled_leaf(values: Sequence[Any], scale: float) -> Tensor:
    with torch.no_grad():
        weights = torch.tensor(values, requires_grad=True) * scale
    return weights.requires_grad_()


def distance_to_constant(y: Tensor, target: Tensor) -> Tensor:
    constant = torch.tensor(target.tolist())
    return torch.dist(y, constant) ** 2 / y.numel()


@dataclass(frozen=True)
class Layer:
    W: Any
    b: Any

    def __call__(self, X: Any) -> Any:
        return X @ self.W.swapaxes(0, 1) + self.b


def layer_numpy(X: Floats, W: Floats, b: Floats) -> Floats:
    return Layer(W, b)(X)


def layer_torch(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    return Layer(W, b)(X)


def predict(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    return layer_torch(X, W.detach(), b.detach()).sigmoid()


def losses(logits: Tensor, labels: Tensor) -> Tensor:
    return torch.nn.functional.softplus(torch.where(labels > 0.5, -logits, logits))


def training_step(X: Tensor, labels: Tensor, W: Tensor, b: Tensor, rate: float) -> float:
    (logits,) = layer_torch(X, W, b).unbind(dim=1)
    loss = torch.mean(losses(logits, labels))
    for parameter, gradient in zip((W, b), torch.autograd.grad(loss, (W, b)), strict=True):
        parameter.grad = gradient
        with torch.no_grad():
            parameter.copy_(parameter - rate * gradient)
    return loss.detach().numpy()[()]


FUNCTIONS = {
    "linear": lambda Z: Z,
    "sigmoid": torch.special.expit,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda Z: torch.relu(Z) - 0.01 * torch.relu(-Z),
    "gelu": lambda Z: Z * torch.special.ndtr(Z),
    "softmax": lambda Z: torch.log_softmax(Z, dim=0).exp(),
}


def network_gradients(
    X: Floats, Y: Floats, parameters: Mapping[str, Floats], activations: Sequence[str], loss: str
) -> dict[str, Floats]:
    def cost(own: dict[str, Tensor]) -> Tensor:
        A, targets = torch.tensor(X), torch.tensor(Y)
        for layer, name in enumerate(activations, start=1):
            A = FUNCTIONS[name](Layer(own[f"W{layer}"], own[f"b{layer}"].T)(A.T).T)
        each = {
            "binary_cross_entropy": lambda: -torch.special.xlogy(targets, A) - torch.special.xlog1py(1 - targets, -A),
            "categorical_cross_entropy": lambda: -torch.special.xlogy(targets, A),
            "mean_squared_error": lambda: (A - targets).square(),
        }[loss]()
        return each.sum(dim=0).mean()

    found = torch.func.grad(cost)({name: torch.tensor(value) for name, value in parameters.items()})
    return {f"d{name}": gradient.numpy() for name, gradient in found.items()}


def gradients_agree(ours: Mapping[str, Floats], theirs: Mapping[str, Floats], tolerance: float = 1e-10) -> bool:
    if ours.keys() ^ theirs.keys() or any(ours[name].shape != theirs[name].shape for name in ours):
        return False
    off = np.array([np.linalg.norm(ours[n] - theirs[n]) for n in ours])
    size = np.array([np.linalg.norm(ours[n]) + np.linalg.norm(theirs[n]) for n in ours])
    return bool(np.all(off <= tolerance * size))


def verify_network(network: Any, *task: Any) -> bool:
    X, Y, parameters, activations, loss = task
    AL, caches = network.forward(X, parameters, activations)
    return gradients_agree(network.backward(AL, Y, caches, activations, loss), network_gradients(*task))
