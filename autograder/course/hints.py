"""Hints on tasks, in three steps each: `hints.toml` beside the manifest. Grades do not depend on it."""

from typing import Annotated

import msgspec

from autograder import toml
from autograder.course.handout import sections
from autograder.course.layout import Assignment
from autograder.errors import UserError

HINTS = "hints.toml"

Text = Annotated[str, msgspec.Meta(min_length=1)]


class HintError(UserError):
    """Hints that cannot be used; the message names the file and the key."""


class Hint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Help with a task, step by step: a question, the idea, the formula."""

    task: Text
    question: Text
    idea: Text
    formula: Text

    @property
    def steps(self) -> tuple[str, str, str]:
        """The steps, in the order in which they are shown."""
        return self.question, self.idea, self.formula


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hint: tuple[Hint, ...] = ()


def hints_of(assignment: Assignment) -> dict[str, Hint]:
    """The hints on an assignment by task; empty where nobody has written any. Raises `HintError`."""
    path = assignment.folder / HINTS
    try:
        hints = msgspec.convert(toml.loads(path.read_text(encoding="utf-8")), _File).hint
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, toml.TOMLDecodeError, msgspec.ValidationError) as error:
        raise HintError(f"{path}: {error}") from error
    for hint in hints:
        if hint.task not in {task.id for task in assignment.manifest.tasks}:
            raise HintError(f"{path}: the manifest has no task {hint.task!r}.")
    return {hint.task: hint for hint in hints}


def where_to_read(assignment: Assignment, task: str) -> str | None:
    """Return the title of the handout's section that a task belongs to; `None` where its headings do not name it."""
    try:
        handout = (assignment.folder / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    parts = sections(handout, [part.id for part in assignment.manifest.parts])
    return next((part.title for part in parts if task in part.tasks), None)
