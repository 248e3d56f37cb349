import os
from pathlib import Path

import pytest

from autograder import expect
from autograder.grading.reference import SEEDS
from autograder.plugin import CHECKS


@pytest.fixture
def logged(request):
    whose = "reference:" if request.config.stash[CHECKS].host.seed in SEEDS else ""
    with open(os.environ["RUNS"], "a") as file:
        print(f"{whose}{request.node.originalname}", file=file)


def of_value(answer):
    expect.number(answer, 7.0)


def of_slope(answer):
    expect.number(answer, 2.0)


@pytest.mark.task("1")
def test_value(student, logged):
    """The line at a point."""
    of_value(student.line.value(2.0, 1.0, 3.0))


@pytest.mark.task("2", after="1")
def test_slope(student, logged):
    """The slope of a line."""
    of_slope(student.line.slope(2.0, 1.0))
