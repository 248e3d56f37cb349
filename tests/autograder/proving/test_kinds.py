"""Which kinds of input a value is."""

import numpy as np
import pytest

from autograder.proving.kinds import OF_ARRAYS, OF_NUMBERS, OF_TABLES, asked_of, kinds_of


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        (0.5, {"a number"}),
        (0.0, {"a number", "zero"}),
        (-200.0, {"a number", "negative", "far out"}),
        (3, {"a whole number", "int"}),
        (0, {"a whole number", "int", "zero"}),
        (-1, {"a number", "a whole number", "int", "negative"}),
        (True, {"a number", "bool"}),
        (np.array([1.0, 2.0]), {"an array"}),
        ([0, 1], {"an array", "int", "zero inside"}),
        (np.zeros(3), {"an array"}),
        (np.array([True]), {"an array", "bool"}),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), {"an array", "a table", "square"}),
        (np.ones((1, 3), np.float32), {"an array", "a table", "one sample", "float32"}),
        (np.empty((0, 2)), {"an array", "a table", "empty"}),
        (np.ones((4, 6))[::2, ::2], {"an array", "a table", "not contiguous"}),
        ({"W": np.array([-1.0])}, {"a dict", "an array", "negative"}),
        (None, set()),
        ("text", set()),
    ],
)
def test_kinds(value, kinds):
    assert kinds_of(value) == kinds


def test_what_is_asked_follows_from_what_was_seen():
    assert asked_of({"a number", "a whole number"}) == list(OF_NUMBERS)
    assert asked_of({"a whole number", "int"}) == ["zero"]
    assert asked_of({"an array", "a table"}) == list(dict.fromkeys((*OF_ARRAYS, *OF_TABLES)))
    assert asked_of(set()) == []
