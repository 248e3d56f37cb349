"""Hidden checks of part 6. Nothing here imports PyTorch: what is expected comes from the formulas, in NumPy."""

import numpy as np
import pytest

from autograder import expect

# Twelve digits: the sums of a few samples lose one or two of float64's sixteen; float32 has seven.
FLOAT64 = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.task("6.1")
def test_backward_of_any_samples(student, rng):
    """Autograd finds the gradients of any samples, one too, and leaves them as they were."""
    for x, y, w, b in cases(rng):
        tensors = student.tensor(x, dtype="float64"), student.tensor(y, dtype="float64")
        errors = w * x + b - y
        found = student.gradient_descent_torch.gradients_by_autograd(*tensors, w, b)
        for slope, expected in zip(expect.items(found, 2), (np.mean(2 * errors * x), np.mean(2 * errors)), strict=True):
            expect.number(slope, expected, **FLOAT64)
        unchanged(tensors, x, y)


@pytest.mark.task("6.2")
def test_any_descent_with_autograd(student, rng):
    """The loop with autograd gives every w, b and loss of any descent, and leaves the samples as they were."""
    judge(student, "fit_by_autograd", rng)


@pytest.mark.task("6.3")
def test_any_descent_with_a_module(student, rng):
    """The loop with a module gives every w, b and loss of any descent, and leaves the samples as they were."""
    judge(student, "fit_by_module", rng)


def judge(student, name, rng):
    """See what a loop says of several descents."""
    for (x, y, w, b), rate, epochs in zip(cases(rng), [0.1, 0, 0.02, 1, 0.25], [12, 3, 5, 2, 0], strict=True):
        tensors = student.tensor(x, dtype="float64"), student.tensor(y, dtype="float64")
        found = expect.items(getattr(student.gradient_descent_torch, name)(*tensors, w, b, rate, epochs), 3)
        for part, expected in zip(found, path(x, y, w, b, rate, epochs), strict=True):
            expect.tensor(part, expected, dtype="float64", requires_grad=False, **FLOAT64)
        unchanged(tensors, x, y)


def path(x, y, w, b, rate, epochs):
    """Every w, every b and every loss of a descent."""
    found = []
    for _ in range(epochs + 1):
        errors = w * x + b - y
        found.append((w, b, np.mean(errors**2)))
        w, b = w - rate * np.mean(2 * errors * x), b - rate * np.mean(2 * errors)
    return np.transpose(found)


def cases(rng):
    """Samples and where to start, five times: (x, y, w, b)."""
    yield rng.normal(size=7), rng.normal(size=7), float(rng.normal()), float(rng.normal())
    yield np.array([1.5]), np.array([-0.5]), 0.1, 3.0
    yield np.array([4.0, 0.0, -1.0]), np.array([0.0, 2.0, 1.0]), 0, -2
    yield rng.normal(size=7), rng.normal(size=7), -1.5, 0.0
    yield rng.normal(size=2), rng.normal(size=2), 0.7, 1


def unchanged(tensors, *values):
    """See whether the samples are as they were."""
    for tensor, expected in zip(tensors, values, strict=True):
        expect.tensor(tensor, expected, dtype="float64", requires_grad=False, **FLOAT64)
