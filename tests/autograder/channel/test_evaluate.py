"""Operators applied in the student process: an expression in one exchange, its results by handle, their release."""

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import CheckMisuse, ProtocolFailure, StudentError
from autograder.channel.frames import Kind, Message
from autograder.channel.values import Decoder, Encoder
from autograder.checks.answers import Result, WrongAnswer

MODULE = """
    class Value:
        def __init__(self, data, parents=()):
            self.data = data
            self.parents = parents

        def __add__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            return Value(self.data + other.data, (self, other))

        __radd__ = __add__

        def __mul__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            return Value(self.data * other.data, (self, other))

        def __rsub__(self, other):
            return Value(other - self.data, (self,))

        def __neg__(self):
            return Value(-self.data, (self,))

        def __pos__(self):
            return self

        def __truediv__(self, other):
            raise ZeroDivisionError("not like this")

        def __pow__(self, exponent):
            return self

    def data(value):
        return value.data

    def parent(value):
        return value.parents[0]
"""


@pytest.fixture
def student(open_student):
    return open_student(m=MODULE)


@pytest.fixture
def x(student):
    return student.m.Value(3.0)


def test_an_expression(student, x):
    y = student.m.Value(5.0)
    product, total = student.evaluate([("mul", x, 2.0), ("add", Result(0), y)])
    expect.number(product.data, 6.0)
    expect.number(total.data, 11.0)
    expect.same(student.m.parent(total), product)


def test_numbers_stand_on_either_side(student, x):
    left, right, negative = student.evaluate([("add", 2.0, x), ("sub", 1.0, x), ("neg", x)])
    expect.number(left.data, 5.0)
    expect.number(right.data, -2.0)
    expect.number(negative.data, -3.0)


def test_an_attribute_is_read_and_written_as_in_python(student, x):
    total, number = student.evaluate([("add", x, 4.0), ("getattr", Result(0), "data")])
    expect.number(number, 7.0)
    with pytest.raises(WrongAnswer) as caught:
        expect.number(number, 8.0)
    assert caught.value.shown.endswith("call:     (m.Value(3.0) + 4.0).data")
    with pytest.raises(StudentError, match="no attribute 'colour'"):
        student.evaluate([("getattr", total, "colour")])
    with pytest.raises(CheckMisuse, match="with 1 operands is no operator"):
        student.evaluate([("getattr", total)])


def test_a_node_is_used_twice(student, x):
    steps = [("add", x, 1.0), ("mul", Result(0), Result(0)), ("add", Result(1), Result(0))]
    (last,) = student.evaluate(steps, wanted=[2])
    expect.number(last.data, 20.0)


def test_plain_results_stay_until_they_are_opened(student):
    a = np.arange(4.0).reshape(2, 2)
    product, power, flat = student.evaluate([("matmul", a, a), ("pow", 2, 10), ("truediv", 1, 4)])
    expect.array(product, a @ a)
    expect.integer(power, 1024)
    expect.number(flat, 0.25)


def test_thousands_of_nodes_are_one_exchange(student, x, monkeypatch):
    transport = student._client._transport
    original, sizes = transport.exchange, []

    def counting(batch, *positional, **named):
        sizes.append(len(batch))
        return original(batch, *positional, **named)

    monkeypatch.setattr(transport, "exchange", counting)
    steps = [("add", x, 1.0), *(("add" if n % 2 else "mul", Result(n - 1), 1.0) for n in range(1, 5000))]
    (last,) = student.evaluate(steps, wanted=[4999])
    assert sizes == [1]
    expect.number(last.data, 3.0 + 1 + 2500)
    assert len(student.evaluate(steps)) == 5000


def test_wanted_results_come_in_their_order_and_may_repeat(student, x):
    steps = [("add", x, 1.0), ("pow", Result(0), 2), ("add", Result(1), 1.0)]
    last, first, again, power = student.evaluate(steps, wanted=[2, 0, 0, 1])
    expect.number(last.data, 5.0)
    expect.same(first, again)
    expect.same(first, power)
    assert student.evaluate(steps, wanted=[]) == []


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([("eval", 1, 2)], None),
        ([("attrgetter", "data")], None),
        ([("__add__", 1, 2)], None),
        ([("setitem", 1, 2, 3)], None),
        ([(["add"], 1, 2)], None),
        ([("add", 1)], None),
        ([("neg", 1, 2)], None),
        ([("call",)], None),
        ([("getitem", 1)], None),
        ([("add", Result(0), 1)], None),
        ([("add", 1, 1), ("add", Result(2), 1)], None),
        ([("add", Result(-1), 1)], None),
        ([("add", 1, 1)], [1]),
        ([("add", 1, 1)], [-1]),
        ([("add", 1, object())], None),
    ],
)
def test_what_is_no_expression_is_our_fault(student, steps, wanted):
    with pytest.raises(CheckMisuse):
        student.evaluate(steps, wanted)


def test_functions_are_called_and_items_taken(open_student):
    student = open_student(m="def pair(a, b=1):\n    return a + b, a - b\n\ndef fails():\n    return 1 / 0\n")
    pair = student.m.pair
    steps = [("call", pair, 5, 2), ("getitem", Result(0), 1), ("call", pair, Result(1)), ("getitem", Result(2), 0)]
    difference, total = student.evaluate(steps, wanted=[1, 3])
    assert (expect.integer(difference), expect.integer(total)) == (3, 4)
    assert repr(total) == "<answer (m.pair((…[1]))[0])>"
    with pytest.raises(StudentError, match="ZeroDivisionError") as caught:
        student.evaluate([("call", student.m.fails)])
    assert caught.value.frames[-1].line == 5


def test_an_error_in_the_middle_is_the_students(student, x):
    with pytest.raises(StudentError, match="not like this") as caught:
        student.evaluate([("add", x, 1.0), ("truediv", Result(0), 2.0), ("add", Result(1), 1.0)])
    (frame,) = caught.value.frames
    assert (frame.file, frame.function) == ("m.py", "__truediv__")
    with expect.raises("TypeError"):
        student.evaluate([("matmul", x, x)])


def test_messages_show_the_expression(student, x):
    product, total, deep = student.evaluate(
        [("mul", x, 2.0), ("add", Result(0), x), ("neg", Result(1))], wanted=[0, 1, 2]
    )
    with pytest.raises(WrongAnswer) as caught:
        expect.number(product.data, 7.0)
    assert caught.value.shown == "got:      6.0\nexpected: 7.0\ncall:     (m.Value(3.0) * 2.0).data"
    assert str(total._chain_origin) == "((m.Value(3.0) * 2.0) + m.Value(3.0))"
    assert str(deep._chain_origin) == "(-((m.Value(3.0) * 2.0) + m.Value(3.0)))"
    (deeper,) = student.evaluate([("neg", x), *(("neg", Result(n)) for n in range(9))], wanted=[9])
    assert str(deeper._chain_origin) == "(-(-(-…)))"


def test_what_is_released_cannot_be_used(student, x):
    kept, gone = student.evaluate([("add", x, 1.0), ("add", Result(0), 1.0)])
    expect.number(gone.data, 5.0)
    same = student.evaluate([("pow", gone, 1)])[0]
    student.release([gone])
    for use in (
        lambda: gone.data,
        lambda: gone(1),
        lambda: len(gone),
        lambda: expect.number(gone),
        lambda: expect.same(gone, kept),
        lambda: student.m.data(gone),
        lambda: student.m.data([gone]),
        lambda: student.evaluate([("add", gone, 1.0)]),
        lambda: student.release([gone]),
        lambda: same.data,
    ):
        with pytest.raises(CheckMisuse, match="released"):
            use()
    expect.number(student.m.data(kept), 4.0)


def test_a_number_is_never_used_again(student, x):
    first, second = student.evaluate([("add", x, 1.0), ("add", Result(0), 1.0)])
    idents = {first._chain_value.ident, second._chain_value.ident}
    student.release([first, second])
    (third,) = student.evaluate([("add", x, 1.0)])
    assert third._chain_value.ident > max(idents)
    parent = student.m.parent(third)
    expect.same(parent, x)


def test_what_the_student_still_holds_comes_back_under_another_number(student, x):
    (total,) = student.evaluate([("add", x, 1.0)])
    student.release([x])
    expect.number(student.m.parent(total).data, 3.0)


def test_there_is_nothing_to_release_of_a_value(student, x):
    with pytest.raises(CheckMisuse, match="plain value"):
        student.release([x.data])


def test_a_released_object_that_comes_back_is_interference(student, x):
    handle = x._chain_value
    student.release([x])
    with pytest.raises(ProtocolFailure, match="released"):
        student._client.decode_foreign("handle", [handle.ident, "Value", False], Decoder(student._client))


class Forger:
    """A transport that answers an evaluation by a reply of its own."""

    memory_files = False

    def __init__(self, inner, results):
        self._inner = inner
        self._results = results

    def exchange(self, batch, answer, **named):
        if Decoder(None).body(batch[-1].body)[0] != "evaluate":
            return self._inner.exchange(batch, answer, **named)
        return Message(Kind.REPLY, batch[-1].sequence, Encoder(None).body(["value", self._results]))

    def original_error(self):
        return None


GOOD = ["handle", 7, "Value", True]


@pytest.mark.parametrize(
    "results",
    [
        None,
        GOOD,
        ["list"],
        ["list", GOOD],
        ["list", GOOD, GOOD, GOOD],
        ["tuple", GOOD, GOOD],
        ["list", GOOD, 4.0],
        ["list", GOOD, ["handle", -1, "Value", True]],
        ["list", GOOD, ["handle", 0, "Value", True]],
        ["list", GOOD, ["handle", True, "Value", True]],
        ["list", GOOD, ["handle", "7", "Value", True]],
        ["list", GOOD, ["handle", 7, "Value", False]],
        ["list", GOOD, ["list", GOOD]],
    ],
)
def test_forged_results_are_refused(student, x, results):
    client = student._client
    client._transport = Forger(client._transport, results)
    with pytest.raises(ProtocolFailure):
        student.evaluate([("add", x, 1.0), ("add", x, 2.0)])
    client._transport = Forger(client._transport, ["list", GOOD, GOOD])
    assert len(student.evaluate([("add", x, 1.0), ("add", x, 2.0)])) == 2
