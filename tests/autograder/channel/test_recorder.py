"""A recorder hears of every operation, in order, with its answer."""

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import StudentError
from autograder.checks.answers import WrongAnswer

MODULE = """
    class Model:
        def __init__(self):
            self.size = 2

        @property
        def small(self):
            return 1

        def grow(self, by):
            self.size += by
            return self.size

    def apply(function, x):
        return function(x)
"""


@pytest.fixture
def student(open_student):
    return open_student(m=MODULE)


@pytest.fixture
def recorded(student):
    assert student._client.recorder is None
    found = []
    student._client.recorder = found.append
    return found


def test_operations_and_answers(student, recorded):
    model = student.m.Model()
    model.size = 5
    expect.number(model.grow(2), 7)
    expect.number(model.size, 7)
    kept = student.keep(np.ones(2))
    expect.array(kept, [1.0, 1.0])
    assert [one.operation for one in recorded] == ["load", "notes", "invoke", "set", "invoke", "get", "keep", "value"]
    load, _, make, change, grow, get, keep, value = recorded
    assert (load.target, load.arguments) == (None, ("m",))
    assert (make.target, make.arguments, make.result.type_name) == (load.result, ("Model", [], {}), "Model")
    assert (change.target, change.arguments, change.result) == (make.result, ("size", 5), None)
    assert (grow.target, grow.arguments, grow.result) == (make.result, ("grow", [2], {}), 7)
    assert (get.target, get.arguments, get.result) == (make.result, ("size",), 7)
    assert keep.target is None and value.target == keep.result
    assert not any(one.error for one in recorded)


def test_errors_come_in_place_of_results(student, recorded):
    model = student.m.Model()
    with pytest.raises(StudentError, match="small"):
        model.small = 2
    assert recorded[-1].operation == "set"
    with expect.raises("TypeError"):
        model.grow("x")
    assert recorded[-1].operation == "invoke"
    assert recorded[-1].error.type_name == "TypeError"
    with expect.raises("AttributeError"):
        _ = model.absent
    assert (recorded[-1].operation, recorded[-1].arguments) == ("get", ("absent",))
    assert isinstance(recorded[-1].error, StudentError)


def test_what_a_function_of_the_check_asks_for_comes_before_its_call(student, recorded):
    model = student.m.Model()

    def function(x):
        model.size = 3
        return expect.number(model.grow(x))

    expect.number(student.m.apply(function, 4), 7)
    assert [one.operation for one in recorded[-3:]] == ["set", "invoke", "invoke"]

    def failing(x):
        raise WrongAnswer("wrong")

    with pytest.raises(WrongAnswer):
        student.m.apply(failing, 4)
    assert isinstance(recorded[-1].error, WrongAnswer)


def test_it_stays_over_a_restart(student, recorded):
    student.restart()
    _ = student.m
    assert [one.operation for one in recorded] == ["load", "notes"]
