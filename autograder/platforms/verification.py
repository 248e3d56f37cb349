"""Compare the points that Otter or nbgrader recorded with a regrade of what was handed in.

Recorded values are judged, never trusted: a student's kernel may have written them.
"""

import csv
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.layout import Assignment
from autograder.course.manifest import Manifest
from autograder.course.marks import marks_of
from autograder.errors import UserError
from autograder.grading.job import Job
from autograder.grading.pool import grade_all
from autograder.intake.submission import Source, read_submission
from autograder.ledger.records import Result
from autograder.platforms import nbgrader, otter
from autograder.platforms.folder import receipt_seed
from autograder.platforms.recorded import Entry, Recorded
from autograder.reports.wording import points
from autograder.sandbox.identity import forbid_inspection
from autograder.sandbox.own_folders import remove_leftovers
from autograder.visible import visible_line

TOLERANCE = 0.006
"""Scores are rounded to two decimals, on both sides."""


class RecordError(UserError):
    """A file that holds no recorded grades; the message names it."""


@dataclass(frozen=True)
class Difference:
    """A difference between record and regrade, or an obstacle to comparing them; of all submissions if none is named.

    `text` says it.
    """

    submission: str
    text: str


def read_recorded(path: Path, assignment: str, manifest: Manifest) -> Recorded:
    """Return what was recorded in nbgrader's `gradebook.db`, or in Otter's `final_grades.csv` or results.

    Otter's results are a `results.json`, or a folder with one `NAME.json` or `NAME/results.json` for each submission;
    one that stands alone has the name ''. Raises `RecordError`.
    """
    of_otter = path.is_dir() or path.suffix in (".json", ".csv")
    try:
        found = otter.recorded(path, manifest) if of_otter else nbgrader.recorded(path, assignment, manifest)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, csv.Error, sqlite3.Error) as error:
        raise RecordError(f"{path}: not what nbgrader or Otter writes ({type(error).__name__}: {error}).") from error
    if not found.points:
        raise RecordError(f"{path} holds no grades for {assignment}.")
    return found


def total(values: Iterable[object]) -> float | None:
    """The sum of recorded values, if all of them are numbers."""
    known = [_number(value) for value in values]
    return None if None in known else math.fsum(value for value in known if value is not None)


def _given(values: Iterable[object]) -> float | None:
    """Return the sum of recorded values; those that are no points at all count for nothing."""
    return total(filter(_counts, values))


def _counts(value: Any) -> bool:
    """Return whether a recorded value may change a sum: not if it is missing, zero or a word."""
    try:
        return value is not None and float(value) != 0
    except ValueError:
        return False
    except (TypeError, OverflowError):
        return True


def _number(value: object) -> float | None:
    """A recorded value as a number, if it is one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def regrade(
    assignment: Assignment,
    sources: Sequence[Source],
    *,
    spare_uid: bool,
    jobs: int,
    on_result: Callable[[Result], None],
) -> list[Result]:
    """Grade what was handed in, with the inputs that nbgrader's and Otter's packages draw."""
    forbid_inspection()
    remove_leftovers()
    wanted = assignment.manifest.files
    regrades = [
        Job(
            assignment=assignment,
            source=source,
            seed=receipt_seed(assignment, read_submission(source, wanted, marks_of(assignment))),
            spare_uid=spare_uid,
        )
        for source in sources
    ]
    results = []
    for graded in grade_all(regrades, min(jobs, len(regrades))):
        results.append(graded.result)
        on_result(graded.result)
    return sorted(results, key=lambda result: result.submission)


def differences(results: Sequence[Result], recorded: Recorded, manifest: Manifest) -> Iterator[Difference]:
    """Yield every difference between the record and a regrade, in any part or in all.

    A platform sums up all that it has recorded. So whatever counts there must be a task's, once, with the right points
    and the right maximum, or the points that a person gave to a written part.
    """
    yield from _other_maxima(recorded.maxima, manifest)
    for result in results:
        own = [entry for entry in recorded.points if entry.submission == result.submission]
        totals = [entry for entry in recorded.totals if entry.submission == result.submission]
        texts = ["handed in, and not recorded"]
        if own:
            texts = [*_of_tasks(result, own), *_of_others(own, manifest), *_of_totals(totals, own)]
        yield from (Difference(result.submission, text) for text in texts)
    for name in sorted(recorded.submissions - {result.submission for result in results}):
        yield Difference(name, "recorded, and not handed in")


def _of_tasks(result: Result, entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the tasks whose points differ, or are recorded more than once, or not at all."""
    for task in result.tasks:
        values = [total(entry.values) for entry in entries if entry.task == task.id]
        why = ""
        if task.score is None:
            why = f"the regrade says: {result.standing}"
        elif len(values) > 1:
            why = f"recorded {len(values)} times"
        elif not values or values[0] is None:
            why = "no number is recorded"
        elif abs(values[0] - task.score) <= TOLERANCE:
            continue
        kept = ", ".join(map(points, values)) or points(None)
        text = f"task {task.id}: recorded {kept}, regraded {points(task.score)}"
        yield f"{text} ({why})" if why else text


def _of_others(entries: Sequence[Entry], manifest: Manifest) -> Iterator[str]:
    """Yield what was recorded beside the tasks, and is not points that a person may have given to a written part."""
    for entry in entries:
        if not entry.task and any(map(_counts, entry.values)):
            yield f"{entry.name}: recorded {points(_given(entry.values))}, for no part of the assignment"
    for part in manifest.written:
        values = [_given(entry.values) for entry in entries if entry.task == part.id]
        if len(values) > 1 or not all(value is not None and 0 <= value <= part.points for value in values):
            kept = ", ".join(map(points, values))
            yield f"task {part.id}: recorded {kept}, where a person gives 0 to {points(part.points)}"


def _of_totals(totals: Sequence[Entry], entries: Sequence[Entry]) -> Iterator[str]:
    """Yield totals of the platform that are not the sum of what it has recorded."""
    parts = [_given(entry.values) for entry in entries]
    if None in parts:
        return  # which was said of that part
    whole = math.fsum(part for part in parts if part is not None)
    for entry in totals:
        kept = total(entry.values)
        if kept is None or abs(kept - whole) > TOLERANCE:
            yield f"{entry.name}: recorded {points(kept)}, where the parts make {points(whole)}"


def _other_maxima(entries: Sequence[Entry], manifest: Manifest) -> Iterator[Difference]:
    """Yield maxima that are more or fewer points than the assignment gives."""
    worth = {part.id: part.points for part in manifest.parts}
    found: dict[tuple[str, str], list[float | None]] = {}
    for entry in entries:
        value = total(entry.values)
        if entry.task:
            found.setdefault((entry.submission, entry.task), []).append(value)
        else:
            text = f"{entry.name}: worth {points(value)}, for no part of the assignment"
            yield Difference(entry.submission, text)
    for (submission, task), values in found.items():
        if len(values) > 1 or values[0] is None or abs(values[0] - worth[task]) > TOLERANCE:
            kept = ", ".join(map(points, values))
            yield Difference(submission, f"task {task}: worth {kept}, where the assignment says {points(worth[task])}")


def line(difference: Difference) -> str:
    """A difference in one line."""
    return visible_line(f"{difference.submission or 'all submissions'}: {difference.text}")
