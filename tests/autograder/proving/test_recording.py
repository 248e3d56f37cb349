"""What a recording of the checks makes of tensors, which live with the student."""

import numpy as np
import pytest

from autograder.channel.client import Exchange
from autograder.channel.values import Handle, TensorSnapshot
from autograder.checks.answers import Answer, Origin
from autograder.proving.recording import _Listener

MODULE, MADE = Handle(1, "module"), Handle(-1, "Tensor", kept=True)
COMPUTED = TensorSnapshot(
    ident=2,
    shape=(2,),
    values=np.float32([0.0, 3.0]),
    dtype="float32",
    device="cpu",
    requires_grad=True,
    is_leaf=False,
    grad_fn="MulBackward0",
)


class Client:
    def is_released(self, value):
        return False


@pytest.mark.parametrize(
    ("held", "made"),
    [
        (MADE, Exchange("tensor", None, ([0, 3], "float32", True), MADE)),
        (COMPUTED, Exchange("invoke", MADE, ("mul", [2.0], {}), COMPUTED)),
    ],
)
def test_tensors_are_seen_with_their_values(held, made):
    calls = []
    listener = _Listener(calls, {"step": ("W",)}, 0)
    listener.hear(Exchange("load", None, ("autograd",), MODULE))
    listener.hear(made)
    listener.hear(Exchange("invoke", MODULE, ("step", [Answer(Client(), held, Origin("W"))], {}), None))
    listener.hear(Exchange("value", held, (), None))
    (call,) = calls
    assert call.arguments["W"].dtype == np.float32
    assert call.arguments["W"].tolist() == [0.0, 3.0]
    assert call.compared == {"W"}


def test_a_tensor_without_an_axis_is_a_number():
    calls = []
    listener = _Listener(calls, {"step": ("b",)}, 0)
    listener.hear(Exchange("load", None, ("autograd",), MODULE))
    listener.hear(Exchange("tensor", None, (2, "float32", True), MADE))
    listener.hear(Exchange("invoke", MODULE, ("step", [Answer(Client(), MADE, Origin("b"))], {}), None))
    assert calls[0].arguments["b"] == 2.0
    assert isinstance(calls[0].arguments["b"], np.float32)
