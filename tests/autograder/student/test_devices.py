"""Checks on a device other than the CPU: how it is chosen, when it is watched, and which styles it lets pass."""

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import ProtocolFailure, StudentError
from autograder.checks.answers import WrongAnswer

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from autograder.student import devices  # noqa: E402 - it imports PyTorch
from quality.device_styles import SETTINGS, STYLES, passes  # noqa: E402

NO_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="no tensor can be made on CUDA here")
WATCHED = [pytest.param(setting, marks=[NO_CUDA] * (setting == "cuda")) for setting in SETTINGS[1:]]

MODULE = """
    import torch

    def product(a, b):
        return a @ b

    def read(x):
        return x.sum().item()

    def fails(x):
        raise ValueError("as it was told")

    def calls(function, x):
        return function(x), x.sum().item()
"""


@pytest.fixture
def student(open_student):
    return open_student(imports=("numpy", "torch"), memory=512, m=MODULE)


@pytest.mark.parametrize("setting", WATCHED)
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.words)
def test_each_style_is_judged_rightly(style, setting):
    assert passes(style, setting) is style.right


def test_the_bare_meta_device_judges_right_and_wrong_styles_wrongly():
    misjudged = [style.right for style in STYLES if passes(style, "bare meta") is not style.right]
    assert True in misjudged
    assert False in misjudged


def test_a_device_of_the_block_and_none_after_it(student):
    x = student.tensor(np.ones((2, 2)))
    with student.on_device() as device:
        moved = x.to(device)
        expect.tensor(moved, shape=(2, 2), device=device)
        expect.number(student.m.read(moved))
        with pytest.raises(StudentError, match="on the same device"):
            student.m.product(moved, x)
    expect.tensor(student.m.product(x, x), np.full((2, 2), 2.0))
    if device.name == "meta":
        with pytest.raises(StudentError, match="cannot be called on meta tensors"):
            student.m.read(moved)


def test_a_block_that_ends_by_an_error_is_left_too(student):
    x = student.tensor(np.ones(3))
    with pytest.raises(StudentError, match="as it was told"), student.on_device() as device:
        student.m.fails(x)
    if device.name == "meta":
        moved = x.to(device)
        with pytest.raises(StudentError, match="cannot be called on meta tensors"):
            student.m.read(moved)


def test_a_function_of_the_checks_is_watched_too(student):
    with student.on_device() as device:
        moved = student.tensor(np.ones(3)).to(device)
        first, second = expect.items(student.m.calls(lambda x: expect.number(x.sum().item()), moved), 2)
        expect.number(first)
        expect.number(second)


def test_a_tensor_that_was_left_on_the_cpu(student):
    x = student.tensor(np.ones(3))
    with student.on_device() as device, pytest.raises(WrongAnswer, match="lies on the wrong device"):
        expect.tensor(x, device=device)


def test_a_device_that_is_none_is_a_protocol_failure(student, monkeypatch):
    monkeypatch.setattr(student._client, "request", lambda operation: "cuda")
    with pytest.raises(ProtocolFailure), student.on_device():
        pass


def test_numbers_that_stay_on_the_cpu_are_their_own():
    with devices.watched():
        assert torch.full((2,), 3.0).sum().item() == 6.0
        assert torch.full((), 2.0, device="meta").item() == 1.0
        assert torch.full((2,), 2.0, device="meta").cpu().tolist() == [0.0, 0.0]


def test_cuda_that_cannot_be_used_is_not_chosen(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "zeros", _refused)
    assert devices.chosen() == torch.device("meta")


def _refused(*_, **__):
    raise RuntimeError("CUDA error: operation not permitted")


def test_a_library_makes_things_on_the_students_side(student):
    layer = student.library("torch.nn").Linear(2, 3)
    expect.tensor(layer.weight, shape=(3, 2), requires_grad=True)
    expect.items(student.library("builtins").list(layer.parameters()), 2)
