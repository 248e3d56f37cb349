"""What a check asks for later than it says so: order, errors and their moment, and how many exchanges it takes."""

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import CheckMisuse, ProtocolFailure, StudentError
from autograder.channel.frames import Kind, Message
from autograder.channel.values import Decoder, Encoder
from autograder.checks.answers import WrongAnswer

MODULE = """
    import numpy as np

    LIMIT = 3

    class Model:
        def __init__(self):
            self.weights = np.zeros(2)
            self.fetched = 0

        @property
        def fresh(self):
            self.fetched += 1
            number = self.fetched
            def function(x):
                if x < 0:
                    raise ValueError("negative")
                return number * x
            return function

        @property
        def broken(self):
            raise KeyError("broken")

        def add(self, x):
            self.weights = self.weights + x
            return self.weights

        @property
        def small(self):
            return self._small

        @small.setter
        def small(self, value):
            if callable(value):
                value = value(3)
            if value > 9:
                raise ValueError(f"{value} is not small")
            self._small = value

    def twice(x):
        return 2 * x

    def replaced(x):
        return twice(x)

    def apply(function, x):
        return function(x)
"""


@pytest.fixture
def student(open_student):
    return open_student(m=MODULE)


@pytest.fixture
def exchanges(student, monkeypatch):
    """The number of exchanges until now, as a function."""
    transport = student._client._transport
    original, count = transport.exchange, []

    def counting(*positional, **named):
        count.append(1)
        return original(*positional, **named)

    monkeypatch.setattr(transport, "exchange", counting)
    return lambda: len(count)


def test_an_attribute_and_its_call_are_one_exchange(student, exchanges):
    _ = student.m
    before = exchanges()
    expect.number(student.m.twice(2), 4)
    expect.number(student.m.twice(student.keep(3)), 6)
    assert exchanges() - before == 2


def test_attributes_that_are_named_together_are_one_exchange(student, exchanges):
    model = student.m.Model()
    before = exchanges()
    weights, limit = model.weights, student.m.LIMIT
    expect.array(weights, [0.0, 0.0])
    expect.number(limit, 3)
    assert exchanges() - before == 1
    weights, absent = model.weights, model.absent
    with pytest.raises(StudentError, match="no attribute 'absent'"):
        expect.array(weights, [0.0, 0.0])
    expect.array(weights, [0.0, 0.0])
    with pytest.raises(StudentError, match="no attribute 'absent'"):
        expect.number(absent)


def test_a_call_comes_after_the_attributes_that_were_named_before_it(student, exchanges):
    model = student.m.Model()
    before = exchanges()
    weights, _, add = model.weights, model.fetched, model.add
    add(1.0)
    expect.array(weights, [0.0, 0.0])
    assert exchanges() - before == 2


def test_what_is_made_for_the_student_goes_with_the_next_request(student, exchanges):
    _ = student.m
    before = exchanges()
    kept = [student.keep(number) for number in range(20)]
    rng = student.rng(7)
    expect.number(student.m.twice(kept[19]), 38)
    assert exchanges() - before == 1
    expect.number(kept[3], 3)
    expect.number(rng.normal(), np.random.default_rng(7).normal())
    expect.same(student.keep(kept[3]), kept[3])


def test_an_attribute_is_fetched_once(student):
    model = student.m.Model()
    fresh = model.fresh
    for _ in range(2):
        expect.number(fresh(5), 5)
    expect.number(model.fetched, 1)
    again = model.fresh
    with expect.raises("ValueError"):
        again(-1)
    expect.number(again(5), 10)
    expect.number(model.fetched, 2)


def test_an_attribute_is_what_it_was_when_it_was_named(student):
    model = student.m.Model()
    before = model.weights
    model.add(1.0)
    expect.array(before, [0.0, 0.0])
    twice = student.m.twice
    student.m.twice = lambda x: 0
    expect.number(twice(2), 4)
    expect.number(student.m.replaced(2), 0)


def test_what_is_no_function_is_not_called(student):
    with pytest.raises(WrongAnswer) as caught:
        student.m.LIMIT(1)
    assert caught.value.shown == "got:      3 (int)\nexpected: something to call\nof:       m.LIMIT"
    limit = student.m.LIMIT
    with pytest.raises(WrongAnswer):
        limit()
    expect.number(limit, 3)


def test_a_missing_attribute_fails_whatever_comes_next(student):
    model = student.m.Model()
    _ = model.absent
    with pytest.raises(StudentError, match="no attribute 'absent'"):
        student.m.twice(2)
    expect.number(student.m.twice(2), 4)


def test_a_missing_attribute_fails_when_it_is_called_and_when_it_is_opened(student):
    absent = student.m.absent
    for use in (lambda: absent(1), lambda: expect.number(absent), lambda: student.m.twice(absent)):
        with pytest.raises(StudentError, match="no attribute 'absent'"):
            use()


def test_what_a_block_raises_is_what_was_named_inside_it(student):
    with expect.raises("AttributeError"):
        _ = student.m.absent
    with expect.raises("KeyError"):
        _ = student.m.Model().broken
    model = student.m.Model()
    _ = model.broken
    with pytest.raises(StudentError, match="KeyError"), expect.raises("ValueError"):
        model.fresh(-1)
    _ = model.broken
    with pytest.raises(StudentError), expect.raises("KeyError"):
        pass


def test_what_came_first_counts_if_the_block_itself_fails(student):
    model = student.m.Model()
    with expect.raises("KeyError"):
        _ = model.broken
        expect.that(False, "This comes later.")


def test_an_attribute_named_in_a_function_is_fetched_there(student):
    def function(x):
        _ = student.m.absent
        return x

    with pytest.raises(StudentError, match="absent"):
        student.m.apply(function, 1)


def test_a_restart_comes_after_what_was_named(student):
    _ = student.m.absent
    with pytest.raises(StudentError, match="absent"):
        student.restart()


def test_what_is_set_travels_with_the_next_request(student, exchanges):
    model = student.m.Model()
    before = exchanges()
    for number in range(5):
        model.weights = np.full(2, float(number))
    model.small = 3
    assert exchanges() == before
    expect.array(model.add(1.0), [5.0, 5.0])
    assert exchanges() - before == 1
    expect.number(model.small, 3)


def test_what_is_set_is_what_it_was_then(student):
    model, array = student.m.Model(), np.zeros(2)
    model.weights = array
    array += 7.0
    expect.array(model.weights, [0.0, 0.0])


def test_items_are_set_in_their_order(student):
    model = student.m.Model()
    weights = student.keep(np.zeros(2))
    weights[0] = 1.0
    model.weights = weights
    weights[0] = 2.0
    weights[1] = 3.0
    expect.array(model.weights, [2.0, 3.0])


def test_what_is_large_is_not_put_off(student, exchanges):
    model = student.m.Model()
    before = exchanges()
    model.weights = np.zeros(2**20)
    assert exchanges() - before == 1
    for _ in range(20):
        model.weights = np.zeros(1000)
    assert exchanges() - before == 3


def test_a_failing_set_is_raised_by_what_comes_next_which_is_not_done(student):
    model = student.m.Model()
    model.small = 10
    model.weights = np.ones(2)
    with pytest.raises(StudentError, match="10 is not small") as caught:
        model.add(1.0)
    (frame,) = caught.value.frames
    assert (frame.file, frame.function) == ("m.py", "small")
    expect.array(model.weights, [0.0, 0.0])


def test_a_failing_set_belongs_to_its_block(student):
    model = student.m.Model()
    with expect.raises("ValueError"):
        model.small = 10
    model.small = 11
    with pytest.raises(StudentError, match="11"), expect.raises("ValueError"):
        model.fresh(-1)
    with expect.raises("ValueError"):
        model.small = 12
        expect.that(False, "This comes later.")
    with pytest.raises(WrongAnswer, match="raised nothing"), expect.raises("ValueError"):
        model.small = 1


def test_what_cannot_be_set_is_our_fault_at_once(student):
    model = student.m.Model()
    model.small = 2
    with pytest.raises(CheckMisuse):
        model.weights = object()
    expect.number(model.small, 2)


def test_a_set_calls_a_function_of_the_check_while_others_wait(student):
    model, seen = student.m.Model(), []

    def function(x):
        seen.append(expect.number(x))
        model.weights = np.full(2, expect.number(student.m.twice(x)))
        return 4

    model.small = function
    assert seen == []
    expect.array(model.add(1.0), [7.0, 7.0])
    assert seen == [3]
    model.small = function
    model.weights = np.zeros(2)
    expect.array(model.add(1.0), [1.0, 1.0])
    expect.number(model.small, 4)


def test_what_a_function_sets_is_set_before_the_student_goes_on(student):
    model = student.m.Model()

    def function(x):
        model.weights = np.full(2, expect.number(x))
        model.small = 5
        return model

    expect.array(student.m.apply(function, 2).weights, [2.0, 2.0])
    expect.number(model.small, 5)


def test_what_a_function_fails_to_set_fails_the_check(student):
    model = student.m.Model()

    def function(x):
        model.small = 10
        return x

    with pytest.raises(StudentError, match="10 is not small"):
        student.m.apply(function, 2)


def test_a_restart_comes_after_what_was_set(student):
    model = student.m.Model()
    model.small = 10
    with pytest.raises(StudentError, match="10 is not small"):
        student.restart()


class Forger:
    """A transport that answers a call by a reply of its own."""

    memory_files = False

    def __init__(self, inner, *content):
        self._inner = inner
        self._content = content

    def exchange(self, batch, answer, **named):
        operation = Decoder(None).body(batch[-1].body)[0]
        if operation != "invoke":
            return self._inner.exchange(batch, answer, **named)
        encoder = Encoder(None)
        return Message(Kind.REPLY, batch[-1].sequence, encoder.body(list(self._content)), encoder.blob())

    def original_error(self):
        return None


HANDLE = ["handle", 1, "function", False]


@pytest.mark.parametrize(
    "content",
    [
        ["value", 4],
        ["got"],
        ["got", 3, "value", 4],
        ["got", HANDLE],
        ["got", HANDLE, "value"],
        ["got", HANDLE, "value", 4, 5],
        ["got", HANDLE, HANDLE, 4],
        ["got", HANDLE, "got", HANDLE, "value", 4],
        ["value", 4, "got", HANDLE],
    ],
)
def test_forged_replies_to_a_call_are_refused(student, content):
    _ = student.m
    client = student._client
    client._transport = Forger(client._transport, *content)
    with pytest.raises(ProtocolFailure):
        student.m.twice(2)
