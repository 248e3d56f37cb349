"""Compare the points that Otter or nbgrader recorded with a regrade of what was handed in.

Recorded values are judged, never trusted: a student's kernel may have written them.
"""

import csv
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.layout import Assignment
from autograder.course.manifest import Manifest
from autograder.course.marks import marks_of
from autograder.errors import UserError
from autograder.grading.job import Job
from autograder.grading.pool import grade_all
from autograder.grading.scratch import remove_leftovers
from autograder.intake.submission import Source, read_submission
from autograder.ledger.records import Result
from autograder.platforms import nbgrader, otter
from autograder.platforms.folder import receipt_seed
from autograder.reports.wording import points, visible_line
from autograder.sandbox.identity import forbid_inspection

TOLERANCE = 0.006
"""Scores are rounded to two decimals, on both sides."""

Scores = Mapping[str, float | None]
"""Points by task; `None` where something else than a number stands."""


class RecordError(UserError):
    """A file that holds no recorded grades; the message names it."""


@dataclass(frozen=True)
class Difference:
    """A task for which a submission was recorded with other points than a regrade gives; or why there is no saying."""

    submission: str
    task: str
    recorded: float | None
    regraded: float | None
    why: str = ""


def read_recorded(path: Path, assignment: str, manifest: Manifest) -> dict[str, Scores]:
    """The recorded points by submission id: of nbgrader's `gradebook.db`, or of Otter's `final_grades.csv` or results.

    Otter's results are a `results.json`, or a folder with one `NAME.json` or `NAME/results.json` for each submission;
    one that stands alone has the name ''. Raises `RecordError`.
    """
    of_otter = path.is_dir() or path.suffix in (".json", ".csv")
    try:
        rows = otter.recorded(path, manifest) if of_otter else nbgrader.recorded(path, assignment, manifest)
        found: dict[str, Scores] = {
            name: {task: _total(values) for task, values in tasks.items()} for name, tasks in rows
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error, sqlite3.Error) as error:
        raise RecordError(f"{path}: not what nbgrader or Otter writes ({type(error).__name__}: {error}).") from error
    if not found:
        raise RecordError(f"{path} holds no grades for {assignment}.")
    return found


def _total(values: Iterable[object]) -> float | None:
    """The sum of recorded values, if all of them are numbers."""
    known = [_number(value) for value in values]
    return None if None in known else math.fsum(value for value in known if value is not None)


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


def differences(results: Sequence[Result], recorded: Mapping[str, Scores]) -> Iterator[Difference]:
    """Every task that was recorded otherwise, and every submission that only one of the two sides knows."""
    for result in results:
        if result.submission not in recorded:
            yield Difference(result.submission, "", None, result.score, "handed in, and not recorded")
            continue
        scores = recorded[result.submission]
        for task in result.tasks:
            kept = scores.get(task.id)
            if task.score is None:
                yield Difference(result.submission, task.id, kept, None, f"the regrade says: {result.standing}")
            elif kept is None:
                yield Difference(result.submission, task.id, None, task.score, "no number is recorded")
            elif abs(kept - task.score) > TOLERANCE:
                yield Difference(result.submission, task.id, kept, task.score)
    for name in sorted(set(recorded) - {result.submission for result in results}):
        yield Difference(name, "", None, None, "recorded, and not handed in")


def line(difference: Difference) -> str:
    """A difference in one line."""
    submission = visible_line(difference.submission)
    if not difference.task:
        return f"{submission}: {difference.why}"
    sides = f"recorded {points(difference.recorded)}, regraded {points(difference.regraded)}"
    return f"{submission}: task {difference.task}: {sides}{f' ({difference.why})' if difference.why else ''}"
