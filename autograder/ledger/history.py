"""Reasons why a grade differs from the one before."""

from collections.abc import Iterator, Sequence

from autograder.ledger.records import Result
from autograder.ledger.store import Change, Grade
from autograder.ledger.units import Inputs

CHANGED = {
    "content": "other files were handed in",
    "seed": "another seed",
    "data": "other images",
    "manifest": "the manifest has changed",
    "engine": "the grader has changed",
    "layers": "other layers of the sandbox",
}


def reasons(before: Grade | None, after: Grade) -> tuple[str, ...]:
    """Return what has changed between two grades of a submission, in words."""
    if before is None:
        return ("first grade",)
    if _worth(before.result) != _worth(after.result):
        return ("other points for the tasks", *_inputs_changed(before, after))
    if before.result.despite_reference != after.result.despite_reference:
        marks = "does not have" if after.result.despite_reference else "has"
        return (*_inputs_changed(before, after), f"the reference {marks} full marks")
    return _inputs_changed(before, after) or ("run again: the machine may have been the cause",)


def _inputs_changed(before: Grade, after: Grade) -> tuple[str, ...]:
    if after.inputs is None or before.inputs is None:
        was, now = before.result.status.value, after.result.status.value
        return (f"it was {was}, and is {now}",) if was != now else ("other files were handed in",)
    return tuple(_changes(before.inputs, after.inputs))


def _worth(result: Result) -> list[tuple[str, float]]:
    return [(task.id, task.points) for task in result.tasks]


def task_changes(before: Result | None, after: Result) -> Iterator[tuple[str, float | None, float | None]]:
    """Tasks with other points than before: the task, its points then and now."""
    then = {task.id: task.score for task in before.tasks} if before is not None else {}
    for task in after.tasks:
        if before is not None and then.get(task.id) != task.score:
            yield task.id, then.get(task.id), task.score


def falls(before: Result | None, after: Result) -> bool:
    """Return whether a submission would lose anything: points in all or for a task, or its score."""
    if before is None or before.score is None:
        return False
    if after.score is None or after.score < before.score:
        return True
    return any(then is not None and (now is None or now < then) for _, then, now in task_changes(before, after))


def differs(before: Result | None, after: Result) -> bool:
    """Return whether a submission would have another score, for a task or in all, or another standing."""
    if before is None or before.standing != after.standing:
        return True
    return before.score != after.score or any(task_changes(before, after))


def replaces(change: Change) -> bool:
    """Return whether a submission had another grade, or had it for other files."""
    before, after = change.before, change.after
    if before is None or after is None:
        return False
    return differs(before.result, after.result) or not _same_files(before.result.receipt, after.result.receipt)


def _same_files(old: str, new: str) -> bool:
    """Return whether two receipts are of the same files: an earlier version's is the beginning of today's."""
    return new.startswith(old) if old else not new


def lowers(change: Change) -> bool:
    """Return whether a submission has less than it had."""
    return change.after is not None and falls(change.before.result if change.before else None, change.after.result)


def _changes(before: Inputs, after: Inputs) -> Iterator[str]:
    for name, words in CHANGED.items():
        if getattr(before, name) != getattr(after, name):
            yield words
    if before.versions != after.versions:
        yield f"other versions ({', '.join(_new(before.versions.split(', '), after.versions.split(', ')))})"
    groups = sorted({*before.checks, *after.checks})
    changed = [group for group in groups if before.checks.get(group) != after.checks.get(group)]
    if changed:
        yield f"the checks of {', '.join(changed)} have changed"


def _new(before: Sequence[str], after: Sequence[str]) -> list[str]:
    return [one for one in after if one not in before]
