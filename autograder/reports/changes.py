"""Grades beside earlier ones: the history of a submission, and what a regrade would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.ledger.history import falls, reasons, task_changes
from autograder.ledger.records import Result
from autograder.ledger.store import Grade
from autograder.reports.wording import points, visible_line


@dataclass(frozen=True)
class Story:
    """Every grade that a submission has had in one folder, the oldest first."""

    assignment: str
    folder: Path
    grades: tuple[Grade, ...]


SCORES = ("Score", "Old", "New")
Pair = tuple[Result | None, Result]


def history_table(story: Story) -> Table:
    """Every grade of a submission, the oldest first, and why it changed."""
    table = _table("Since", "Score", "Status", "Changed", "Why")
    for before, after in _steps(story.grades):
        result = after.result
        table.add_row(
            f"{after.graded_at.astimezone():%Y-%m-%d %H:%M}",
            _score(result),
            result.standing,
            _tasks(before.result if before is not None else None, result),
            "; ".join(reasons(before, after)),
        )
    return table


def history_document(submission: str, stories: Sequence[Story]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "submission": submission,
        "histories": [
            {
                "assignment": story.assignment,
                "folder": str(story.folder),
                "grades": [
                    {
                        "since": after.graded_at.isoformat(),
                        "score": after.result.score,
                        "max_score": after.result.max_score,
                        "status": after.result.status.value,
                        "tasks": {task.id: task.score for task in after.result.tasks},
                        "why": list(reasons(before, after)),
                    }
                    for before, after in _steps(story.grades)
                ],
            }
            for story in stories
        ],
    }


def changes_table(pairs: Sequence[Pair]) -> Table:
    """What a regrade would change; what would fall is marked."""
    table = _table("Submission", "Old", "New", "Tasks", "")
    for before, after in pairs:
        table.add_row(
            Text(visible_line(after.submission)),
            _score(before) if before is not None else "–",
            _score(after),
            _tasks(before, after),
            Text("▼ falls", style="bold red") if falls(before, after) else "",
        )
    return table


def changes_document(assignment: str, pairs: Sequence[Pair]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "assignment": assignment,
        "changes": [
            {
                "submission": after.submission,
                "old": before.score if before is not None else None,
                "new": after.score,
                "tasks": {task: {"old": old, "new": new} for task, old, new in task_changes(before, after)},
                "falls": falls(before, after),
            }
            for before, after in pairs
        ],
    }


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in SCORES else "left", overflow="fold")
    return table


def _steps(grades: Sequence[Grade]) -> list[tuple[Grade | None, Grade]]:
    return list(zip([None, *grades[:-1]], grades, strict=True))


def _score(result: Result) -> str:
    return f"{points(result.score)}/{points(result.max_score)}"


def _tasks(before: Result | None, after: Result) -> str:
    return ", ".join(f"{task}: {points(old)} → {points(new)}" for task, old, new in task_changes(before, after))
