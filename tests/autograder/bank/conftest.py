"""A made-up assignment: a reference of two functions, a handout, and a bank of four submissions."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.course.layout import Assignment, Course
from tests.autograder.course import COURSES

MADE_UP = COURSES / "bank"
FILES = {path.relative_to(MADE_UP).as_posix(): path.read_text() for path in MADE_UP.rglob("*.*") if path.is_file()}

MakeAssignment = Callable[..., Assignment]


@pytest.fixture
def make_assignment(tmp_path: Path) -> MakeAssignment:
    """Write the assignment with some files replaced, added, or (`None`) left out, and load it."""

    def make(changed: dict[str, str | bytes | None] | None = None) -> Assignment:
        for name, content in (FILES | (changed or {})).items():
            if content is None:
                continue
            path = tmp_path / "course" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode("utf-8"))
        return Course(tmp_path / "course").assignment("line")

    return make


@pytest.fixture
def text_of() -> Callable[[str], str]:
    """The unchanged text of one of the assignment's files."""
    return FILES.__getitem__
