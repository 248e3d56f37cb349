"""Hidden checks of tensors in PyTorch. Nothing here imports it: tensors live with the student."""

import numpy as np
import pytest

from autograder import expect

DTYPES = ("float64", "float32", "int64", "uint8")


@pytest.mark.task("5.1")
def test_share_any_dtype(student, rng):
    """An array of any shape and dtype is shared in both directions, and keeps its dtype."""
    shapes = [(3,), (3,), (2, 3), (2, 2, 2), (4, 4), (1, 2)]
    for dtype, shape in zip(("float64", *DTYPES, "float64"), shapes, strict=True):
        array = (rng.integers(0, 100, size=shape) * (1 if dtype == "uint8" else -3)).astype(dtype)
        kept = student.keep(array)
        tensor = student.tensors_torch.share(kept)
        expect.tensor(tensor, array, dtype=dtype, requires_grad=False)
        kept[0] = 101
        expect.tensor(student.keep(tensor)[0], np.full(shape[1:], 101))
        tensor[-1] = 0
        expect.array(kept[-1], np.zeros(shape[1:])) if len(shape) > 1 else expect.number(kept[-1], 0)


@pytest.mark.task("5.1")
def test_copy_any_dtype(student, rng):
    """A copy has any dtype that is asked for and shares no memory with the array, in either direction."""
    for given, wanted in [
        *zip(DTYPES, DTYPES, strict=True),
        ("float64", "float32"),
        ("uint8", "float32"),
        DTYPES[1::-1],
    ]:
        array = (rng.integers(0, 100, size=(2, 2)) * (1 if given == "uint8" else -3)).astype(given)
        kept, dtype = student.keep(array), student.tensor(0, dtype=wanted).dtype
        tensor = student.tensors_torch.copy(kept, dtype)
        expect.tensor(tensor, array, dtype=wanted, requires_grad=False)
        expect.array(kept, array, dtype=given)
        kept[0] = 101
        expect.tensor(student.keep(tensor), array)
        tensor[1] = 102
        expect.array(kept[1], array[1])
    dtype = student.tensor(0, dtype="int64").dtype
    expect.tensor(student.tensors_torch.copy(np.array([[0.0, 300.0]]), dtype), [[0, 300]], dtype="int64")


@pytest.mark.task("5.2")
def test_to_numpy_of_any_tensor(student, rng):
    """Every dtype and shape arrives as it is: a single number, a transposed view, truth values."""
    for dtype, values in [
        ("float64", rng.normal(size=(2, 3))),
        ("float32", np.float32(rng.normal(size=(3, 3)))),
        ("int64", np.array([[0, -300], [7, 0]])),
        ("bool", np.array([[True, False, True]])),
    ]:
        tensor = student.tensor(values, dtype=dtype)
        expect.array(student.tensors_torch.to_numpy(tensor), values, dtype=dtype)
        expect.array(student.tensors_torch.to_numpy(tensor.t()), values.T, dtype=dtype)
        expect.tensor(student.keep(tensor), values, requires_grad=False)
    expect.array(student.tensors_torch.to_numpy(student.tensor(0.25)), 0.25, dtype="float32")


@pytest.mark.task("5.2")
def test_to_numpy_of_any_tracked_tensor(student, rng):
    """Tracked leaves, and what is computed from them, are read, and stay tracked: gradients still flow."""
    values = rng.normal(size=(2, 3))
    leaf = student.tensor(values, dtype="float64", requires_grad=True)
    computed = leaf.mul(3.0)
    for tensor, expected in [(leaf, values), (computed, 3 * values), (computed.t(), 3 * values.T)]:
        expect.array(student.tensors_torch.to_numpy(tensor), expected, dtype="float64")
        expect.tensor(student.keep(tensor), expected, requires_grad=True)
    computed.sum().backward()
    expect.tensor(leaf.grad, np.full((2, 3), 3.0))
    expect.array(student.tensors_torch.to_numpy(student.tensor(0.0, requires_grad=True)), 0.0, dtype="float32")


@pytest.mark.task("5.3")
def test_torch_layer_of_any_size(student, rng):
    """The numbers are NumPy's to 12 digits, for square sizes and one sample too; gradients flow, arguments stay."""
    for m, n_in, n_out in [(4, 3, 2), (4, 3, 2), (3, 3, 3), (1, 5, 4)]:
        X, W, b = rng.normal(size=(m, n_in)), rng.normal(size=(n_out, n_in)), rng.normal(size=n_out)
        weights, biases = (student.tensor(values, dtype="float64", requires_grad=True) for values in (W, b))
        samples = student.tensor(X, dtype="float64")
        sums = student.tensors_torch.layer(samples, weights, biases)
        expect.tensor(sums, X @ W.T + b, dtype="float64", requires_grad=True, rtol=1e-12, atol=1e-12)
        sums.sum().backward()
        expect.tensor(weights.grad, np.tile(X.sum(axis=0), (n_out, 1)))
        expect.tensor(biases.grad, np.full(n_out, m))
        for tensor, values in [(samples, X), (weights, W), (biases, b)]:
            expect.tensor(student.keep(tensor), values)


@pytest.mark.task("5.3")
def test_torch_layer_in_single_precision(student, rng):
    """In float32 the layer stays in float32, tracked or not, with zeros among the numbers."""
    X, W, b = np.array([[0.0, 2.0], [-300.0, 0.0]]), rng.normal(size=(3, 2)), np.array([0.0, 0.5, -1.0])
    sums = student.tensors_torch.layer(*map(student.tensor, (X, W, b)))
    expect.tensor(sums, X @ W.T + b, dtype="float32", requires_grad=False, rtol=1e-4, atol=1e-4)


@pytest.mark.task("5.4")
def test_centred_columns_of_any_array(student, rng):
    """Each column has its own mean taken away, in square arrays and for one sample too; the array stays."""
    for array in (
        *rng.normal(size=(2, 4, 3)),
        rng.normal(size=(3, 3)) - 300,
        np.float32(rng.normal(size=(5, 2))),
        np.array([[2.0, 0.0, -3.0]]),
    ):
        kept = student.keep(array)
        tensor = student.tensors_torch.centred(kept)
        expected = array - array.mean(axis=0)
        expect.tensor(tensor, expected, dtype=array.dtype.name, atol=1e-6)
        expect.array(kept, array)
