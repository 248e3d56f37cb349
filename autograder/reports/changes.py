"""Grades beside earlier ones: the history of a submission, and what a regrade would change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.course.manifest import Written
from autograder.ledger.history import falls, lowers, reasons, replaces, task_changes
from autograder.ledger.marking import marked, standing_marks
from autograder.ledger.records import Mark, Result
from autograder.ledger.store import Change, Grade
from autograder.reports.wording import points
from autograder.visible import visible_line


@dataclass(frozen=True)
class Story:
    """Every grade and every mark that a submission has had in one folder, the oldest first, and its written parts."""

    assignment: str
    submission: str
    folder: Path
    grades: tuple[Grade, ...]
    written: tuple[Written, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Step:
    """The change of a submission's grade: what it had from a time on, what it had before, and the reason."""

    since: datetime
    before: Result | None
    after: Result
    why: tuple[str, ...]
    undone: bool


SCORES = ("Score", "Old", "New")
NAMED = 20
Pair = tuple[Result | None, Result]


def history_table(story: Story) -> Table:
    """Every grade and every mark of a submission, the oldest first, and why it changed."""
    table = _table("Since", "Score", "Status", "Changed", "Why")
    for step in _steps(story):
        table.add_row(
            f"{step.since.astimezone():%Y-%m-%d %H:%M}",
            _score(step.after),
            step.after.standing,
            _tasks(step.before, step.after),
            "; ".join([*step.why, *(["undone"] if step.undone else [])]),
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
                        "since": step.since.isoformat(),
                        "score": step.after.score,
                        "max_score": step.after.max_score,
                        "status": step.after.status.value,
                        "tasks": {task.id: task.score for task in step.after.tasks},
                        "why": list(step.why),
                        "undone": step.undone,
                    }
                    for step in _steps(story)
                ],
            }
            for story in stories
        ],
    }


def changes_table(pairs: Sequence[Pair]) -> Table:
    """Return what a regrade would change; what would fall is marked."""
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
    """Return what a run did to the grades that there were: those that fell come first, and are marked."""
    new = sum(change.before is None for change in changes)
    replaced = sorted(filter(replaces, changes), key=lambda change: not lowers(change))
    same = len(changes) - new - len(replaced)
    named = [*map(_replaced, replaced[:NAMED]), *_and_more(len(replaced))]
    line = f"{new} new, {len(replaced)} replaced{': ' if named else ''}{', '.join(named)}"
    return f"{line}; {same} as before." if same else f"{line}."


def undo_line(changes: Sequence[Change]) -> str:
    """Return what taking back a run did to the grades that there were."""
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


def _steps(story: Story) -> Iterator[Step]:
    """Every grade and every mark, beside what there was before it and was not undone."""
    grade: Grade | None = None
    shown: Result | None = None
    given: list[Mark] = []
    events: list[Grade | Mark] = [*story.grades, *story.marks]
    for event in sorted(events, key=_since):
        if isinstance(event, Grade):
            result, why, undone = event.result, reasons(grade, event), event.undone
            grade = grade if undone else event
        else:
            given.append(event)
            if grade is None:
                continue
            result, why, undone = grade.result, (_given(event),), False
        after = marked(result, story.written, standing_marks(given))
        yield Step(_since(event), shown, after, why, undone)
        shown = shown if undone else after


def _since(event: Grade | Mark) -> datetime:
    return event.graded_at if isinstance(event, Grade) else event.marked_at


def _given(mark: Mark) -> str:
    """A mark in words."""
    who = visible_line(mark.marker)
    if mark.points is None:
        return f"{who} took back the mark of {mark.part}"
    said = f": {visible_line(mark.comment)}" if mark.comment else ""
    return f"{who} gave {points(mark.points)} for {mark.part}{said}"


def _score(result: Result) -> str:
    return f"{points(result.score)}/{points(result.max_score)}"


def _tasks(before: Result | None, after: Result) -> str:
    return ", ".join(f"{task}: {points(old)} → {points(new)}" for task, old, new in task_changes(before, after))
