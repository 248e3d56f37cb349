from dataclasses import dataclass

import pytest

from autograder import expect

SEVEN = 7.0
LIMITS = {"low": 0}
LIMITS["high"] = 9


@dataclass
class Point:
    x: float


def setup_function(function):
    pass


@pytest.fixture
def point():
    return Point(3.0)


@pytest.fixture(name="renamed")
def _renamed():
    return 2.0


def of_value(answer):
    expect.number(answer, SEVEN)


@pytest.mark.task("1")
def test_value(student, point):
    """The line at a point."""
    of_value(student.line.value(2.0, 1.0, point.x))


@pytest.mark.task("2")
def test_slope(student, renamed):
    """The slope."""
    expect.number(student.line.slope(2.0, 1.0), renamed)
