"""The assignments that the repository's own sweeps and tests go over."""

import os
import sys
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from autograder.course.layout import Assignment, Course
from autograder.sandbox.libraries import NotInstalledError, allowed_libraries

COURSE = Course(Path(__file__).parents[1])

THOROUGH = os.environ.get("SUITE") == "thorough"
"""Whether nothing is left to a sample: `make thorough`."""


def left_out(assignment: Assignment) -> str | None:
    """Return why the assignment is not tested here: it is a draft, or a library that it allows is not installed."""
    return f"{assignment.name} is a draft" if assignment.manifest.draft else missing_library(assignment)


def missing_library(assignment: Assignment) -> str | None:
    """Return which library the assignment allows that is not installed, in a sentence."""
    try:
        allowed_libraries(assignment.manifest.libraries)
    except NotInstalledError as error:
        return str(error)
    return None


def gradable() -> list[Assignment]:
    """The assignments that are tested here; says on stderr which are left out."""
    chosen = []
    for assignment in COURSE.assignments():
        why = left_out(assignment)
        if why:
            print(f"{assignment.name} is left out: {why}", file=sys.stderr)
        else:
            chosen.append(assignment)
    return chosen


def marked(name: str, *values: object, id: str | None = None) -> ParameterSet:
    """Parameters of a test on an assignment, skipped with the reason where it is left out."""
    why = left_out(COURSE.assignment(name))
    marks = [pytest.mark.skip(reason=why)] if why else []
    return pytest.param(name, *values, id=id or name, marks=marks)
