"""How points and outcomes are written for people."""

from collections.abc import Sequence

from autograder.ledger.records import Result, TaskRecord
from autograder.outcomes import Outcome

MARKS = {
    Outcome.PASSED: ("✓", "good"),
    Outcome.SKIPPED: ("–", "idle"),
    Outcome.NOT_RUN: ("–", "idle"),
    Outcome.GRADER_ERROR: ("!", "alarm"),
}
FAILED_MARK = ("✗", "bad")
UNKNOWN = "–"


def mark(outcome: Outcome) -> tuple[str, str]:
    """The character for an outcome, and what it means: `good`, `bad`, `idle` or `alarm`."""
    return MARKS.get(outcome, FAILED_MARK)


def mark_text(result: Result, task: TaskRecord) -> str:
    """What a student is told of the mark of a task: who gave it, and why, or that it is still to come. Else empty."""
    if task.mark is None:
        return "A person marks this. It is not marked yet." if task in result.unmarked else ""
    given = task.mark
    items = f" ({' + '.join(map(points, given.items))})" if given.items else ""
    what = "Marked" if task.written else "Adjusted"
    text = f"{what} by {given.marker} on {given.marked_at:%Y-%m-%d}{items}"
    return f"{text}: {given.comment}" if given.comment else f"{text}."


def points(value: float | None) -> str:
    """Points with at most two decimals, none where they are zero; a dash where they are not known."""
    if value is None:
        return UNKNOWN
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def regrade_first(maxima: Sequence[float]) -> str:
    """Why there is no mean of grades with these maxima."""
    *others, last = map(points, maxima)
    return f"no mean, as the grades have different maxima ({', '.join(others)} and {last} points): regrade first"
