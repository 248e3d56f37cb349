"""The numbers of 08: one neuron, the polynomial, and the training step on four people."""

from typing import Any

import numpy as np
import torch

from quality.figures import Figure, Measurement, close, reference

NAME, FILE = "08_autograd", "pytorch_autograd.py"


def neuron() -> list[Figure]:
    """The neuron of part 1 and its gradients, which the polynomial of part 2 follows."""
    one = reference(NAME, FILE)
    x, w, b = one.make_tensors([1.0, 2.0, 3.0], [0.5, 0.1, 0.2], 0.0)
    y = one.neuron(x, w, b)
    loss = (y - 1.0) ** 2
    torch.autograd.backward(loss)
    at = torch.tensor(2.0, requires_grad=True)
    value = at**2 + 3 * at + 1
    torch.autograd.backward(value)
    assert at.grad is not None
    return [
        close("a neuron's answer", 1.3, y.item(), 1e-6),
        close("its squared error against 1", 0.09, loss.item(), 1e-6),
        _row("its gradient of w", [0.6, 1.2, 1.8], w.grad, 1e-6),
        close("its gradient of b", 0.6, b.grad.item(), 1e-6),
        close("x² + 3x + 1 at 2", 11, value.item(), 0),
        close("its slope", 7, at.grad.item(), 0),
    ]


def people() -> list[Figure]:
    """The step of the handout's table."""
    one = reference(NAME, FILE)
    X = torch.tensor([[170.0, 65, 25], [160, 55, 30], [180, 80, 22], [155, 50, 35]])
    labels = torch.tensor([1.0, 0, 1, 0])
    W = torch.tensor([[0.01, -0.02, 0.03]], requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    logits = (X @ W.detach().T)[:, 0]
    second = X @ torch.tensor([0.02, 0.01, -0.01])
    before = one.training_step(X, labels, W, b, 1e-4)
    assert W.grad is not None and b.grad is not None
    afterwards = torch.nn.functional.binary_cross_entropy_with_logits((X @ W.detach().T)[:, 0] + b.detach(), labels)
    return [
        _row("logits of the first neuron", [1.15, 1.40, 0.86, 1.60], logits, 5e-3),
        _row("logits of the second neuron", [3.80, 3.45, 4.18, 3.25], second, 5e-3),
        _row("probabilities", [0.7595, 0.8022, 0.7027, 0.8320], torch.sigmoid(logits), 5e-5),
        _row("losses", [0.2751, 1.6204, 0.3529, 1.7839], one.losses(logits, labels), 5e-5),
        close("mean loss", 1.0081, float(before), 5e-5),
        _row("W.grad", [40.7270, 11.5755, 10.1581], W.grad[0], 5e-5),
        close("b.grad", 0.2741, b.grad.item(), 5e-5),
        _row("weights afterwards", [0.0059, -0.0212, 0.0290], W.detach()[0], 5e-5),
        close("bias afterwards", -2.7409e-5, b.item(), 5e-10),
        close("mean loss afterwards", 0.8785, afterwards.item(), 5e-5),
    ]


def _row(what: str, expected: list[float], measured: Any, within: float) -> Figure:
    found = np.asarray(measured)
    agrees = bool(np.allclose(found, expected, rtol=0, atol=within))
    return Figure(what, str(expected), str([float(f"{number:.5g}") for number in found]), agrees)


MEASUREMENTS: list[Measurement] = [neuron, people]
