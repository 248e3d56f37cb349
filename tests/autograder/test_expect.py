"""What `expect` accepts, what it refuses, and what it says."""

import numpy as np
import pytest

from autograder import expect
from autograder.channel.client import Client
from autograder.channel.failures import CheckMisuse, StudentError
from autograder.channel.values import Handle, TensorSnapshot
from autograder.checks.answers import Answer, Origin, WrongAnswer
from autograder.checks.verdicts import verdict_of
from autograder.outcomes import Outcome

NOBODY = Client(None)


def answer(value):
    return Answer(NOBODY, value, Origin("m.f(3)"))


def refusal(function, *positional, **named):
    with pytest.raises(WrongAnswer) as caught:
        function(*positional, **named)
    return caught.value


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int8(2), np.array(2.0), 2 + 1e-10])
def test_numbers(value):
    assert expect.number(answer(value), 2) == pytest.approx(2)


@pytest.mark.parametrize("value", [True, np.bool_(True), "2", None, [2], np.array([2.0]), 2j, Handle(1, "X")])
def test_no_numbers(value):
    assert "should be a number" in refusal(expect.number, answer(value), 2).fixed


@pytest.mark.parametrize("value", [np.nan, np.inf, 10**400, 2.1])
def test_wrong_numbers(value):
    assert "expected: 2" in refusal(expect.number, answer(value), 2).shown


def test_numbers_without_an_expected_one_are_finite():
    assert expect.number(answer(3.5)) == 3.5
    assert refusal(expect.number, answer(np.nan)).fixed == f"The result is NaN. {expect.NOT_A_NUMBER}"
    assert refusal(expect.number, answer(-np.inf)).fixed == "The result is infinity."


def test_an_expected_infinity_or_nan_is_met():
    assert expect.number(answer(np.inf), np.inf) == np.inf
    assert np.isnan(expect.number(answer(np.nan), np.nan))


def test_integers():
    assert expect.integer(answer(np.int64(3)), 3) == 3
    assert expect.integer(answer(3), minimum=1, maximum=3) == 3
    for value in (3.0, True, "3", None, np.float64(3)):
        assert "should be an integer" in refusal(expect.integer, answer(value)).fixed
    assert "out of range" in refusal(expect.integer, answer(3), minimum=4).fixed
    assert "at most 2" in refusal(expect.integer, answer(3), maximum=2).shown


def test_booleans_texts_and_none():
    assert expect.boolean(answer(np.bool_(False)), False) is False
    assert expect.boolean(answer(True), np.bool_(True)) is True
    assert expect.boolean(answer(False), False, plain=True) is False
    assert "a plain bool" in refusal(expect.boolean, answer(np.True_), True, plain=True).fixed
    for value in (1, 0, "True", None):
        assert "True or False" in refusal(expect.boolean, answer(value)).fixed
    assert refusal(expect.boolean, answer(True), False).fixed == "The truth value is wrong."
    assert expect.text(answer("a"), "a") == "a"
    assert "expected: 'b'" in refusal(expect.text, answer("a"), "b").shown
    expect.none(answer(None))
    assert "should be None" in refusal(expect.none, answer(0)).fixed


def test_arrays_are_compared_in_shape_then_dtype_then_numbers():
    array = np.arange(6.0).reshape(2, 3)
    assert expect.array(answer(array), array, dtype="float64") is array
    wrong = refusal(expect.array, answer(array.astype(complex)), array.T, dtype="float")
    assert wrong.fixed == "The array has the wrong shape. It is transposed."
    assert wrong.shown == "got:      shape (2, 3)\nexpected: shape (3, 2)\ncall:     m.f(3)"
    wrong = refusal(expect.array, answer(array.astype("int32")), array + 1, dtype="float")
    assert wrong.shown == "got:      dtype int32\nexpected: floating-point numbers\ncall:     m.f(3)"
    wrong = refusal(expect.array, answer(array), array + np.array([[0, 0, 1], [0, 0, -5]]))
    assert wrong.fixed == "The shape is right, the numbers are wrong."
    assert (
        "2 of 6 numbers differ; first at [0, 2]: 2.0 instead of 3.0; worst at [1, 2]: 5.0 instead of 0.0."
        in wrong.shown
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.zeros(1), 0.0),
        (np.float64(0), [0.0]),
        (np.zeros((3, 1)), np.zeros(3)),
        (np.zeros((1, 3)), np.zeros(3)),
        (np.zeros(3), np.zeros((3, 3))),
        (np.zeros(0), [1.0]),
    ],
)
def test_nothing_is_broadcast(value, expected):
    refusal(expect.array, answer(value), expected)


@pytest.mark.parametrize("value", [[1.0, 2.0], (1, 2), [np.float32(1), 2], [True, 2]])
def test_lists_count_where_they_may(value):
    np.testing.assert_array_equal(expect.array(answer(value), [1, 2], array_like=True), [1, 2])
    assert "should be an array" in refusal(expect.array, answer(value), [1, 2]).fixed


@pytest.mark.parametrize("value", [[1, "2"], [[1], [2, 3]], [None], [10**30, 1], "12", {1: 2}, Handle(1, "list"), None])
def test_lists_of_something_else_do_not(value):
    refusal(expect.array, answer(value), [1, 2], array_like=True)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_arrays_are_finite_unless_expected_otherwise(bad):
    array = np.array([1.0, bad, 2.0])
    assert "1 of 3 numbers; the first at [1]" in refusal(expect.array, answer(array)).shown
    refusal(expect.array, answer(array), [1.0, 0.0, 2.0])
    expect.array(answer(array), array)


def test_a_shape_may_leave_lengths_open():
    expect.array(answer(np.zeros((2, 7))), shape=(2, None))
    assert "expected: shape (any, 2)" in refusal(expect.array, answer(np.zeros((2, 7))), shape=(None, 2)).shown


def test_items_and_mappings():
    first, second = expect.items(answer((1, "x")), 2)
    assert (expect.integer(first), expect.text(second)) == (1, "x")
    assert [expect.number(item) for item in expect.items(answer(np.arange(3.0)))] == [0, 1, 2]
    shown = refusal(expect.items, answer((1, 2)), 3).shown
    assert shown == "got:      2 items: (1, 2) (tuple)\nexpected: 3 items\ncall:     m.f(3)"
    refusal(expect.items, answer({1: 2}))
    refusal(expect.items, answer("ab"), 2)
    refusal(expect.items, answer(np.zeros((2, 2))))
    found = expect.mapping(answer({"a": 1, "b": 2}), ["a"])
    assert expect.integer(found["a"]) == 1
    assert "Missing: 'c'." in refusal(expect.mapping, answer({"a": 1, "b": 2}), ["a", "c"]).shown
    refusal(expect.mapping, answer([("a", 1)]), ["a"])


def test_exceptions():
    error = StudentError("Mine", ("ValueError", "Exception"), "text", ())
    with expect.raises("ValueError"):
        raise error
    with pytest.raises(WrongAnswer, match="raised nothing"), expect.raises("ValueError"):
        pass
    with pytest.raises(WrongAnswer, match="raised a ValueError"), expect.raises("KeyError"):
        raise error


NOT_IMPLEMENTED = ("NotImplementedError", "RuntimeError", "Exception")


@pytest.mark.parametrize("type_name", NOT_IMPLEMENTED)
def test_a_stub_raises_nothing_that_a_check_could_want(type_name):
    untouched = StudentError("NotImplementedError", NOT_IMPLEMENTED, "Your code here.", ())
    assert verdict_of(untouched).outcome is Outcome.NOT_ATTEMPTED
    with pytest.raises(StudentError), expect.raises(type_name):
        raise untouched


@pytest.mark.parametrize("text", ["", 'Module [Net] is missing the required "forward" function', "your code here"])
def test_any_other_not_implemented_error_is_an_exception_like_others(text):
    error = StudentError("NotImplementedError", NOT_IMPLEMENTED, text, ())
    assert verdict_of(error).outcome is Outcome.ERROR
    with expect.raises("RuntimeError"):
        raise error
    with pytest.raises(WrongAnswer, match="raised a NotImplementedError"), expect.raises("ValueError"):
        raise error


def test_conditions():
    expect.that(np.bool_(True), "Fine.")
    wrong = refusal(expect.that, False, "The loss must fall.", before=1.0, after=2.0)
    assert (wrong.fixed, wrong.shown) == ("The loss must fall.", "before = 1.0\nafter = 2.0")
    with pytest.raises(CheckMisuse):
        expect.that(answer(True), "An answer is no condition.")


def test_what_is_fixed_holds_no_value():
    secret = 987654321.25
    values = [secret, [secret], np.full(3, secret), str(secret), {secret: secret}, None, Handle(1, str(secret))]
    calls = [
        lambda a: expect.number(a, 1.5),
        lambda a: expect.integer(a, 7),
        lambda a: expect.boolean(a, True),
        lambda a: expect.text(a, "expected text"),
        lambda a: expect.array(a, [1.5, 2.5]),
        lambda a: expect.items(a, 4),
        lambda a: expect.mapping(a, ["W1"]),
        lambda a: expect.tensor(a),
    ]
    found = []
    for value in values:
        for call in calls:
            try:
                call(answer(value))
            except WrongAnswer as wrong:
                found.append(wrong.fixed)
    assert len(found) > 40
    assert not [text for text in found for part in ("987654321", "1.5", "7", "expected text", "W1") if part in text]


def test_long_values_are_shortened():
    wrong = refusal(expect.array, answer(np.arange(10000.0)), np.zeros(10000))
    assert len(wrong.shown) < 800
    assert len(refusal(expect.text, answer("x" * 10**6), "y").shown) < 400
    assert "401 digits" in refusal(expect.integer, answer(10**400), 3).shown


def test_tensors_are_told_from_arrays():
    snapshot = TensorSnapshot(1, (2,), np.ones(2, "float32"), "float32", "cpu", False, True, None)
    assert expect.tensor(answer(snapshot), [1, 1]) is snapshot
    assert "a PyTorch tensor" in refusal(expect.tensor, answer(np.ones(2))).fixed
    assert "an array" in refusal(expect.array, answer(snapshot)).fixed


@pytest.mark.parametrize("value", [np.empty((0, 2**22), bool), np.empty((2**22, 0, 3)), np.ones(2**22, np.int8)])
def test_numbers_for_a_stand_in_are_few(value):
    assert refusal(expect.numbers, answer(value)).fixed == "There are far too many numbers."


def test_a_few_numbers_may_be_empty():
    assert expect.numbers(answer(np.empty((0, 1000), bool))).shape == (0, 1000)
    assert expect.numbers(answer([])).shape == (0,)


def test_lists_of_numbers_do_not_grow_without_bound():
    rows = [np.zeros(2**21, bool)] * 15
    assert expect.array(answer(rows), array_like=True).shape == (15, 2**21)
    for opener in (lambda value: expect.array(value, array_like=True), expect.numbers):
        assert "wrong type" in refusal(opener, answer([*rows, np.zeros(2**21, complex)])).fixed
