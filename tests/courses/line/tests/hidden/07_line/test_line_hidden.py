import pytest

from autograder import expect


@pytest.mark.task("1", weight=2)
def test_value_anywhere(student, rng):
    """The line at any point."""
    w, b, x = map(float, rng.normal(size=3))
    expect.number(student.line.value(w, b, x), w * x + b)
