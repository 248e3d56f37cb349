"""Tensors on the channel: snapshots with identity, dtypes, devices, generators."""

from pathlib import Path

import numpy as np
import pytest

from autograder import expect
from autograder.channel.values import Device, DType
from autograder.checks.answers import WrongAnswer, value_of

PROGRAMS = Path(__file__).with_name("programs")

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

MODULE = (PROGRAMS / "tensors.py").read_text()


@pytest.fixture
def student(open_student):
    return open_student(imports=("numpy", "torch"), memory=512, m=MODULE)


def test_a_tensor_goes_and_comes_back_as_the_same_object(student):
    x = student.m.leaf([1.0, 2.0, 3.0])
    snapshot = expect.tensor(x, [1.0, 2.0, 3.0], dtype="float32", requires_grad=True)
    assert (snapshot.is_leaf, snapshot.grad_fn, snapshot.device) == (True, None, "cpu")
    loss = student.m.square(x)
    assert expect.tensor(loss, 14.0).grad_fn == "SumBackward0"
    expect.none(x.grad)
    student.m.backward(loss)
    expect.tensor(x.grad, [2.0, 4.0, 6.0], requires_grad=False)
    expect.same(x, x)
    with pytest.raises(WrongAnswer):
        expect.same(x, student.m.leaf([1.0, 2.0, 3.0]))


def test_a_checks_tensor_arrives_as_one(student):
    tensor = torch.arange(3, dtype=torch.float64).requires_grad_()
    dtype, device, requires_grad, is_leaf = expect.items(student.m.described(tensor), 4)
    assert value_of(dtype) == DType("torch", "float64")
    assert value_of(device) == Device("cpu")
    expect.boolean(requires_grad, True)
    expect.boolean(is_leaf, True)


def test_dtypes_and_devices_can_be_passed(student):
    x = student.m.leaf([1.0])
    expect.tensor(student.m.cast(x, torch.float64, torch.device("cpu")), [1.0], dtype="float64")
    expect.tensor(student.m.cast(x, value_of(x.dtype), "cpu"), [1.0], dtype="float32")


def test_other_tensors(student):
    expect.tensor(student.m.parameter(), [0.0, 0.0], requires_grad=True)
    assert expect.tensor(student.m.half(), [1.5, 1.5, 1.5]).dtype == "bfloat16"
    meta = expect.tensor(student.m.meta(), shape=(2, 3))
    assert (meta.values, meta.device) == (None, "meta")
    expect.items(student.m.size(), 2)
    values, indices = expect.items(student.m.largest(torch.tensor([1.0, 3.0, 2.0])), 2)
    expect.tensor(values, 3.0)
    expect.tensor(indices, 1, dtype="int64")


def test_generators_are_seeded(student):
    expected = torch.rand(3, generator=torch.Generator().manual_seed(4)).numpy()
    expect.tensor(student.m.draw(student.generator(4)), expected)


def test_a_subclass_is_no_tensor(student):
    with pytest.raises(WrongAnswer, match="wrong type"):
        expect.tensor(student.m.sly())


def test_a_sparse_tensor_is_said_to_be_one(student):
    with pytest.raises(Exception, match="not dense"):
        expect.tensor(student.m.sparse())


def test_a_tensor_of_another_shape_or_dtype(student):
    with pytest.raises(WrongAnswer, match="wrong shape"):
        expect.tensor(student.m.leaf([1.0, 2.0]), [[1.0, 2.0]])
    with pytest.raises(WrongAnswer, match="wrong dtype"):
        expect.tensor(student.m.leaf([1.0, 2.0]), dtype="float64")
    with pytest.raises(WrongAnswer, match="wrong type"):
        expect.tensor(student.m.size())
    with pytest.raises(WrongAnswer, match="require gradients"):
        expect.tensor(student.m.half(), requires_grad=True)
    np.testing.assert_array_equal(expect.tensor(student.m.leaf([1.0])).values, [1.0])
