"""What a failed check shows: what comes before any talk of numbers, the call, and the state before it."""

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import Frame, StandInRaises, StudentError
from autograder.checks.answers import WrongAnswer
from autograder.checks.causes import with_kind
from autograder.checks.verdicts import HIDDEN, verdict_of
from autograder.outcomes import Outcome

MODULE = """
import numpy as np

def none(x):
    x + 1

def in_place(x):
    x *= 2
    return x

def in_place_of_a_dict(parameters):
    parameters["W"] *= 2

def nan(x):
    return x / 0

def single(x):
    return x.astype("float32")

def ask(x):
    return helper(x[:1])

def helper(x):
    return x

def curve(x):
    return {"a": x}

def fits(x):
    raise KeyError(x[0])

class Model:
    def __init__(self, n):
        self.weights = np.zeros(n)

    def update(self, x, target):
        self.weights = self.weights - x

    def method(self):
        return self.update
"""
X = np.array([1.5, -2.25, 3.125])


@pytest.fixture
def student(open_student):
    return open_student(m=MODULE)


def refusal(function, *positional, **named):
    with pytest.raises(WrongAnswer) as caught:
        function(*positional, **named)
    return caught.value


def test_a_forgotten_return(student):
    wrong = refusal(expect.array, student.m.none(X), X)
    assert wrong.fixed == "The result is None: is a `return` missing? It should be an array."
    assert wrong.shown == "got:      None\nexpected: an array\ncall:     m.none([ 1.5 , -2.25 , 3.125])"


def test_an_argument_that_has_changed(student):
    kept, parameters = student.keep(X), student.keep({"W": X})
    student.m.in_place(kept)
    wrong = refusal(expect.array, kept, X)
    assert wrong.fixed == "The array that was passed in has changed. Make a new one."
    assert wrong.shown.endswith("call:     m.in_place([ 1.5 , -2.25 , 3.125])")
    student.m.in_place_of_a_dict(parameters)
    assert "has changed" in refusal(expect.array, parameters["W"], X).fixed


def test_a_result_is_no_argument_that_has_changed(student):
    kept = student.keep(X)
    assert "has changed" not in refusal(expect.array, student.m.in_place(kept), X).fixed
    assert "has changed" not in refusal(expect.array, student.keep(X), X + 1).fixed


def test_nan_infinity_and_single_precision(student):
    with np.errstate(all="ignore"):
        wrong = refusal(expect.array, student.m.nan(np.array([0.0, 1.0])), [1.0, 2.0])
    assert wrong.fixed == f"The result holds NaN and infinity. {expect.NOT_A_NUMBER}"
    wrong = refusal(expect.array, student.m.single(X / 7), X / 7, rtol=1e-9)
    assert "All agree to seven digits: they were stored as float32" in wrong.fixed


def test_a_method_the_state_before_and_what_was_passed(student):
    model = student.m.Model(3)
    model.weights = X
    model.update(2 * X, 1)
    wrong = refusal(expect.array, model.weights, 3 * X)
    assert wrong.fixed.endswith(
        "The change from what was there before is −1 times what it should be: the step goes the other way."
    )
    assert wrong.shown.splitlines() == [
        "got:      [-1.5 , 2.25 , -3.125]",
        "expected: [ 4.5 , -6.75 , 9.375]",
        "All 3 numbers differ; first at [0]: -1.5 instead of 4.5; worst at [2]: -3.125 instead of 9.375.",
        "before:   weights = [ 1.5 , -2.25 , 3.125]",
        "call:     m.Model(3).update([ 3. , -4.5 , 6.25], 1)",
        "then:     .weights",
    ]
    assert "before:" not in refusal(expect.array, student.m.Model(2).weights, [1.0, 1.0]).shown


def test_calls_of_another_object_are_none_of_this_one(student):
    one, other = student.m.Model(2), student.m.Model(2)
    one.update(np.array([1.0, 2.0]), 1)
    other.update(np.array([5.0, 6.0]), 1)
    assert "5." not in refusal(expect.array, one.weights, [0.0, 0.0]).shown


def test_an_earlier_call_with_what_was_kept_is_shown(student):
    kept, other = student.keep(X), student.keep(X)
    student.m.in_place(other)
    student.m.single(kept)
    student.m.in_place(kept)
    shown = refusal(expect.array, student.m.in_place(kept), X).shown
    assert [line.partition("(")[0] for line in shown.splitlines()[-2:]] == [
        "call:     m.in_place",
        "then:     m.in_place",
    ]
    assert "then:" not in refusal(expect.array, student.m.in_place(X), X).shown


def test_an_argument_of_a_stand_in_is_named(student):
    def stand_in(values):
        return expect.array(values, shape=(3,))

    student.m.helper = stand_in
    wrong = refusal(student.m.ask, X)
    assert wrong.fixed.endswith("It is the argument values of helper, as your code calls it.")
    assert wrong.shown == "got:      shape (1,)\nexpected: shape (3,)\ncall:     m.ask([ 1.5 , -2.25 , 3.125])"

    def picky(values):
        expect.that(False, "It should be asked for more.", asked=expect.numbers(values))

    student.m.helper = picky
    wrong = refusal(student.m.ask, X)
    assert wrong.fixed == "helper: It should be asked for more." and "asked = [1.5]" in wrong.shown


def test_a_stand_in_raises_a_value_error_of_its_own(student):
    def stand_in(x):
        raise StandInRaises("there is no answer")

    student.m.helper = stand_in
    with pytest.raises(StudentError, match="ValueError: there is no answer"):
        student.m.ask(X)
    with expect.raises("ValueError"):
        student.m.ask(X)


def test_an_array_where_a_pair_should_be(student):
    curve = expect.mapping(student.m.curve(np.array([0.5, 0.25])), ["a"])["a"]
    wrong = refusal(expect.array, expect.items(curve, 2)[0], [0.5])
    assert wrong.fixed == "The result is one array, and should be a list or tuple: its part [0] should be an array."
    assert wrong.shown.startswith("got:      [0.5 , 0.25]")


def test_a_function_that_was_not_called(student):
    assert "not called" in refusal(expect.number, student.m.Model(2).method(), 1).shown


def test_what_was_raised_instead(student):
    with pytest.raises(WrongAnswer) as caught, expect.raises("ValueError"):
        student.m.fits(X)
    assert caught.value.fixed == "This should raise ValueError, but raised a KeyError."


def test_what_is_made_of_a_library_is_not_shown_as_the_call(student):
    student.library("operator").attrgetter("grad")
    assert refusal(expect.that, False, "Wrong.").shown == ""
    student.m.none(X)
    template = student.library("string").Template("ab")
    assert refusal(expect.that, False, "Wrong.").shown == "call:     m.none([ 1.5 , -2.25 , 3.125])"
    template.substitute()
    assert refusal(expect.that, False, "Wrong.").shown == "call:     string.Template('ab').substitute()"


def test_long_calls_leave_out_the_numbers_of_arrays(student):
    wrong = refusal(expect.number, student.m.helper({"W": np.ones((20, 20)), "names": ["a", "b"]}), 1)
    assert wrong.shown.endswith("call:     m.helper({'W': <array (20, 20)>, 'names': ['a', 'b']})")


@pytest.mark.parametrize("public", [True, False])
def test_the_kind_of_input_is_said_and_no_value(student, public):
    with pytest.raises(WrongAnswer) as caught, expect.given("a network of one layer"), expect.given("a batch of one"):
        expect.array(student.m.helper(X), X + np.array([0.0, 1.0, 2.0]))
    verdict = with_kind(verdict_of(caught.value), caught.value)
    message = verdict.message(public=public)
    assert "Here: a batch of one." in message and "one layer" not in message
    assert (HIDDEN in message) is not public
    assert ("1.5" in message) is public


def test_a_hidden_check_names_the_type_and_the_function():
    frames = (Frame("m.py", 12, "train", "…"), Frame("m.py", 4, "forward", "…"), Frame("m.py", 900, "secret", "…"))
    error = StudentError("Mine", ("KeyError", "LookupError", "Exception"), "'W3'", frames)
    message = verdict_of(error, functions={"train", "forward"}).message(public=False)
    assert message == f"The code raised a KeyError in `forward`.\n{HIDDEN}"
    unknown = verdict_of(StudentError("Mine", ("Exception",), "x", frames)).message(public=False)
    assert unknown == f"The code raised an exception.\n{HIDDEN}"


def test_a_check_that_did_not_run_is_not_said_to_be_hidden():
    stub = StudentError("NotImplementedError", ("NotImplementedError",), "Your code here.", ())
    verdict = verdict_of(stub)
    assert verdict.outcome is Outcome.NOT_ATTEMPTED and HIDDEN not in verdict.message(public=False)


def test_hints_stand_below_what_python_says():
    error = StudentError("TypeError", ("TypeError",), "unsupported operand type(s) for ^: 'float' and 'int'", ())
    assert verdict_of(error).evidence.endswith("`^` is the exclusive or. A power is written `**`.")
