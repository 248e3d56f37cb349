import pytest

from autograder import expect


@pytest.mark.task("1", timeout=30)
def test_dear(student):
    """Dear."""


@pytest.mark.task("2", after="1", timeout=1)
def test_builds_on_dear(student):
    """Cheap."""


@pytest.mark.task("3", timeout=5)
def test_middling(student):
    """Middling."""


@pytest.mark.task("4", timeout=1)
def test_cheap(student):
    """Cheap."""


@pytest.mark.task("3", timeout=1)
def test_of_the_same_group(student):
    """Shares the process of the middling one."""
