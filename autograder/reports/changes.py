"""Grades beside earlier ones: the history of a submission, and what a regrade would change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.ledger.history import falls, lowers, reasons, replaces, task_changes
from autograder.ledger.records import Result
from autograder.ledger.store import Change, Grade
from autograder.reports.wording import points
from autograder.visible import visible_line


@dataclass(frozen=True)
class Story:
    """Every grade that a submission has had in one folder, the oldest first."""

    assignment: str
    submission: str
    folder: Path
    grades: tuple[Grade, ...]


SCORES = ("Score", "Old", "New")
NAMED = 20
Pair = tuple[Result | None, Result]


def history_table(story: Story) -> Table:
    """Every grade of a submission, the oldest first, and why it changed."""
    table = _table("Since", "Score", "Status", "Changed", "Why")
    for before, after in _steps(story.grades):
        result = after.result
        why = [*reasons(before, after), *(["undone"] if after.undone else [])]
        table.add_row(
            f"{after.graded_at.astimezone():%Y-%m-%d %H:%M}",
            _score(result),
            result.standing,
            _tasks(before.result if before is not None else None, result),
            "; ".join(why),
        )
    return table


def history_document(submission: str, stories: Sequence[Story]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "submission": submission,
        "histories": [
            {
                "assignment": story.assignment,
                "submission": story.submission,
                "folder": str(story.folder),
                "grades": [
                    {
                        "since": after.graded_at.isoformat(),
                        "score": after.result.score,
                        "max_score": after.result.max_score,
                        "status": after.result.status.value,
                        "tasks": {task.id: task.score for task in after.result.tasks},
                        "why": list(reasons(before, after)),
                        "undone": after.undone,
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


def run_line(changes: Sequence[Change]) -> str:
    """What a run did to the grades that there were: those that fell come first, and are marked."""
    new = sum(change.before is None for change in changes)
    replaced = sorted(filter(replaces, changes), key=lambda change: not lowers(change))
    same = len(changes) - new - len(replaced)
    named = [*map(_replaced, replaced[:NAMED]), *_and_more(len(replaced))]
    line = f"{new} new, {len(replaced)} replaced{': ' if named else ''}{', '.join(named)}"
    return f"{line}; {same} as before." if same else f"{line}."


def undo_line(changes: Sequence[Change]) -> str:
    """What taking back a run did to the grades that there were."""
    back = [change for change in changes if replaces(change)]
    gone = sum(change.after is None for change in changes)
    named = [*(_step(change) for change in back[:NAMED]), *_and_more(len(back))]
    return f"{len(back)} put back{': ' if named else ''}{', '.join(named)}; {gone} without a grade, as before."


def _replaced(change: Change) -> str:
    """One grade that was replaced, and why."""
    assert change.before is not None and change.after is not None
    why = "; ".join(reasons(change.before, change.after))
    return f"{_step(change)}{' ▼' if lowers(change) else ''} ({why})"


def _step(change: Change) -> str:
    assert change.before is not None and change.after is not None
    before, after = change.before.result, change.after.result
    same = before.max_score == after.max_score
    old, new = (points(before.score), points(after.score)) if same else (_score(before), _score(after))
    return f"{visible_line(after.submission)} {old} → {new}"


def _and_more(number: int) -> list[str]:
    return [f"and {number - NAMED} more"] if number > NAMED else []


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


def _steps(grades: Sequence[Grade]) -> Iterator[tuple[Grade | None, Grade]]:
    """Every grade, beside the one before it that was not undone."""
    before = None
    for grade in grades:
        yield before, grade
        before = before if grade.undone else grade


def _score(result: Result) -> str:
    return f"{points(result.score)}/{points(result.max_score)}"


def _tasks(before: Result | None, after: Result) -> str:
    return ", ".join(f"{task}: {points(old)} → {points(new)}" for task, old, new in task_changes(before, after))
