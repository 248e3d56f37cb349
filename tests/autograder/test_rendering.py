"""Values as text: the first few entries, at their cost alone."""

import math

import numpy as np
import pytest

from autograder.channel.values import DType, Handle, TensorSnapshot
from autograder.checks import rendering
from autograder.checks.rendering import brief, described, rendered, side_by_side


def snapshot(values):
    return TensorSnapshot(1, values.shape, values, str(values.dtype), "cpu", False, True, None)


@pytest.fixture
def written(monkeypatch):
    """The arrays that NumPy is asked to write."""
    arrays, write = [], np.array2string

    def recorded(value, **options):
        arrays.append(value)
        return write(value, **options)

    monkeypatch.setattr(np, "array2string", recorded)
    return arrays


def entries(array):
    """How many entries NumPy writes of an array."""
    return array.size if array.size <= rendering.WHOLE else math.prod(min(n, 2 * rendering.EDGE) for n in array.shape)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (np.float32(0.5), "0.5"),
        ([np.float64(0.5)], "[0.5]"),
        (np.array([[1.0, 2.5]]), "[[1. , 2.5]]"),
        (np.zeros((1, 0)), "[]"),
        (np.arange(30), "[ 0, 1, 2, ..., 27, 28, 29]"),
        ((1,), "(1,)"),
        ((), "()"),
        ({"b": [1], "a": (True, "x")}, "{'a': (True, 'x'), 'b': [1]}"),
        ({1: 2, "a": 3}, "{1: 2, 'a': 3}"),
        ({2**70: 2, np.False_: 1}, "{1180591620717411303424: 2, np.False_: 1}"),
        ([[[[[1], []]]]], "[[[[[...], []]]]]"),
        (list(range(13)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...]"),
        (slice(1, None), "slice(1, None, None)"),
        (Handle(4, "Network"), "an object of type Network"),
        ([snapshot(np.array([1.0]))], "[tensor([1.])]"),
        (Handle(4, "method"), "a function that was not called: are its brackets missing?"),
        (DType("torch", "float32"), "float32"),
        (10**400, "an integer of about 401 digits"),
        (math.sin, "sin"),
        (
            "x" * 200,
            "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
        ),
    ],
)
def test_what_is_shown(value, text):
    assert rendered(value) == text


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((2,) * 16, dtype=bool),
        np.zeros((6,) * 6),
        np.zeros((1,) * 64),
        np.zeros((0, 2**28), dtype=bool),
        np.full(10**6, np.nan, dtype=np.float16),
        np.zeros((1000, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2), dtype=np.int8),
        [np.zeros((2,) * 14)] * 1000,
        [[[[np.zeros((3,) * 6)] * 12] * 12] * 12] * 12,
        ({"a": [snapshot(np.zeros((2,) * 16))] * 5},) * 5,
        slice(np.zeros((2,) * 16), None),
        b"x" * 2**20,
        "x" * 2**20,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_costs_no_more_than_its_first_few_entries(written, value):
    assert len(rendered(value)) <= rendering.WIDTH
    assert len(described(value)) <= 4 * rendering.WIDTH
    assert sum(map(entries, written)) <= 10 * rendering.MOST_ENTRIES


def test_dtype_and_shape_stand_beside_an_array():
    assert described(np.zeros(2)) == "[0., 0.] (array of dtype float64, shape (2,))"
    assert described(np.int8(3)) == "3 (numpy.int8)"
    assert described(np.array(3)) == "3 (array of dtype int64)"
    assert described(snapshot(np.array([0.5, 2.0]))) == "tensor([0.5, 2. ])"
    assert described([1]) == "[1] (list)"
    assert described(None) == "None"


def test_as_many_decimals_are_written_as_tell_two_arrays_apart():
    assert side_by_side(np.array([0.5]), np.array([0.25])) == ("[0.5]", "[0.25]")
    one, other = side_by_side(np.array([0.500000001]), np.array([0.5]))
    assert one.startswith("[0.50000000") and one != other


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.zeros((3, 4)), "<array (3, 4)>"),
        (np.zeros(2), "[0., 0.]"),
        (snapshot(np.zeros(9)), "<tensor (9,)>"),
        ({"b": np.zeros(7), "a": 1}, "{'a': 1, 'b': <array (7,)>}"),
        ([(np.zeros(2), 1)], "<list of 1>"),
        (["relu", "tanh"], "['relu', 'tanh']"),
    ],
)
def test_the_numbers_of_large_arrays_are_left_out_where_there_is_little_room(value, text):
    assert brief(value) == text
