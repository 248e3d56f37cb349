"""Otter and nbgrader, where `make outlets` has installed them."""

import pytest

from autograder.grading.isolation import isolation
from quality import outlets
from quality.variants import COURSE

PERCEPTRON = COURSE.assignment("03_perceptron")


@pytest.fixture(scope="session")
def tools() -> None:
    """Skip where the real tools are not installed, or this machine cannot hide the checks."""
    why = outlets.not_installed() or isolation(PERCEPTRON).weakness
    if why:
        pytest.skip(why)
