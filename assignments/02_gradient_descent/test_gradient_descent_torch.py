"""Public checks of part 6, which needs PyTorch.

A check cannot hold a tensor of yours in its hands: it asks for tensors to be made on your side.
"""

import numpy as np
import pytest

from autograder import expect

# Two samples, whose best line is x - 1, and a descent to it from w = 5, b = 1 with the rate 0.25.
X, Y = np.array([0.0, 2.0]), np.array([-1.0, 1.0])
WS, BS, LOSSES = [5.0, 0.0, 1.5, 1.0], [1.0, -2.0, -1.0, -1.25], [52.0, 5.0, 0.5, 0.0625]

# Twelve digits.
FLOAT64 = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.task("6.1")
def test_backward_finds_the_gradients(student):
    """Autograd finds the gradients of the formulas, whether w and b are whole numbers or not."""
    for w, b, gradients in [(5.0, 1.0, (20.0, 12.0)), (0, -2, (-6.0, -4.0)), (0.1, 0.7, (-0.2, 1.6))]:
        found = student.gradient_descent_torch.gradients_by_autograd(*samples(student), w, b)
        for slope, expected in zip(expect.items(found, 2), gradients, strict=True):
            expect.number(slope, expected, **FLOAT64)


@pytest.mark.task("6.2")
def test_autograd_keeps_everything(student):
    """The loop with autograd gives the w, b and losses of the loop with NumPy, in float64."""
    judge(student, "fit_by_autograd")


@pytest.mark.task("6.3", timeout=10)
def test_module_keeps_everything(student):
    """The loop with a module and an optimiser gives the w, b and losses of the loop with NumPy, in float64."""
    judge(student, "fit_by_module")


def judge(student, name):
    """See what a loop says of the two samples, after three updates and after none, and from a place with fractions."""
    crooked = [0.1, 0.12], [0.7, 0.54], [1.45, 1.21]
    x, y = samples(student)
    for w, b, rate, epochs, expected in [
        (5, 1, 0.25, 3, (WS, BS, LOSSES)),
        (5.0, 1.0, 0.25, 0, (WS[:1], BS[:1], LOSSES[:1])),
        (0.1, 0.7, 0.1, 1, crooked),
    ]:
        path = expect.items(getattr(student.gradient_descent_torch, name)(x, y, w, b, rate, epochs), 3)
        for part, numbers in zip(path, expected, strict=True):
            expect.tensor(part, numbers, dtype="float64", requires_grad=False, **FLOAT64)
    expect.tensor(x, X, dtype="float64", requires_grad=False)
    expect.tensor(y, Y, dtype="float64", requires_grad=False)


def samples(student):
    """The two samples as tensors."""
    return student.tensor(X, dtype="float64"), student.tensor(Y, dtype="float64")
