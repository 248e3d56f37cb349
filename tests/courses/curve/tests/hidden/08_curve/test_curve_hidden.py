import pytest

from autograder import expect


@pytest.mark.task("2")
def test_curve(student, data):
    """The curve, however many images there are."""
    assert len(data.train.labels) == data.thresholds["images"]
    expect.number(student.curve.value(3.0), 49.0)


@pytest.mark.task("1")
def test_line(student):
    """The line."""
    expect.number(student.line.value(2.0, 1.0, 3.0), 7.0)
