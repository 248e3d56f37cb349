import pytest

from autograder import expect


@pytest.mark.task("1")
def test_value(student):
    """The line at a point."""
    expect.number(student.line.value(2.0, 1.0, 3.0), 7.0)


@pytest.mark.task("2", after="1")
def test_slope(student):
    """The slope of a line."""
    expect.number(student.line.slope(2.0, 1.0), 2.0)
