"""Public checks of tensors in PyTorch; where that is not installed, they are skipped.

A check cannot hold a tensor of yours in its hands: it asks for tensors to be made on your side, by `student.tensor`.
"""

import numpy as np
import pytest

from autograder import expect


@pytest.mark.task("5.1")
def test_share(student):
    """A number written into the array is seen in the tensor, and the other way round; the dtype is the array's."""
    kept = student.keep(np.array([[1.0, 2.0], [3.0, 4.0]]))
    tensor = student.tensors_torch.share(kept)
    expect.tensor(tensor, [[1.0, 2.0], [3.0, 4.0]], dtype="float64")
    kept[0] = 9.0
    expect.tensor(student.keep(tensor), [[9.0, 9.0], [3.0, 4.0]])
    tensor[1] = -1.0
    expect.array(kept, [[9.0, 9.0], [-1.0, -1.0]])


@pytest.mark.task("5.1")
def test_copy(student):
    """A copy has the dtype that was asked for, and memory of its own, also if the array has that dtype already."""
    for wanted in ("float32", "float64"):
        dtype = student.tensor(0.0, dtype=wanted).dtype
        kept = student.keep(np.array([0.5, -2.0, 3.0]))
        tensor = student.tensors_torch.copy(kept, dtype)
        expect.tensor(tensor, [0.5, -2.0, 3.0], dtype=wanted, requires_grad=False)
        kept[0] = 9.0
        expect.tensor(student.keep(tensor), [0.5, -2.0, 3.0])


@pytest.mark.task("5.2")
def test_to_numpy(student):
    """A tensor becomes an array of the same shape and dtype, transposed ones and whole numbers too."""
    for values, dtype in [([[1.5, 2.0, 3.0], [4.0, 5.0, 6.0]], "float32"), ([[1, 2], [3, 4]], "int64")]:
        tensor = student.tensor(values, dtype=dtype)
        expect.array(student.tensors_torch.to_numpy(tensor), values, dtype=dtype)
        expect.array(student.tensors_torch.to_numpy(tensor.t()), np.transpose(values), dtype=dtype)


@pytest.mark.task("5.2")
def test_to_numpy_of_a_tracked_tensor(student):
    """A tracked tensor, and one that is computed from it, become arrays, and stay tracked."""
    weights = student.tensor([0.5, -2.0], requires_grad=True)
    doubled = weights.mul(2.0)
    for tensor, values in [(weights, [0.5, -2.0]), (doubled, [1.0, -4.0])]:
        expect.array(student.tensors_torch.to_numpy(tensor), values, dtype="float32")
        expect.tensor(student.keep(tensor), values, requires_grad=True)


@pytest.mark.task("5.3")
def test_torch_layer(student):
    """The layer has the numbers of NumPy's, in float64 as well, and gradients flow back to weights and biases."""
    X, W, b = (
        np.array([[1.0, 2.0], [0.1, -1.0], [3.0, 0.5]]),
        np.array([[1.0, 10.0], [-2.0, 0.7]]),
        np.array([0.5, -1.0]),
    )
    for count in (3, 2, 1):
        weights, biases = (student.tensor(values, dtype="float64", requires_grad=True) for values in (W, b))
        sums = student.tensors_torch.layer(student.tensor(X[:count], dtype="float64"), weights, biases)
        expect.tensor(sums, X[:count] @ W.T + b, dtype="float64", requires_grad=True, rtol=1e-12, atol=1e-12)
        sums.sum().backward()
        expect.tensor(weights.grad, np.tile(X[:count].sum(axis=0), (2, 1)))
        expect.tensor(biases.grad, [count, count])


@pytest.mark.task("5.4")
def test_centred(student):
    """Each column has its own mean taken away, and the array stays as it was."""
    for dtype in ("float64", "float32"):
        array = np.array([[1.0, 10.0], [3.0, 40.0]], dtype=dtype)
        kept = student.keep(array)
        expect.tensor(student.tensors_torch.centred(kept), [[-1.0, -15.0], [1.0, 15.0]], dtype=dtype)
        expect.array(kept, array)
