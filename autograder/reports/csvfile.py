"""The grades of a class as CSV, for a spreadsheet or a grade book."""

import csv
import io
from collections.abc import Sequence

from autograder.ledger.records import Result
from autograder.reports.summary import tasks_of
from autograder.reports.wording import visible_line

HEAD = ("submission", "assignment", "score", "max_score", "status")
# What makes a spreadsheet take a cell for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def grades_csv(results: Sequence[Result]) -> str:
    """One row for each submission, one column for each task; an empty cell where a score is not known."""
    tasks = [task.id for task in tasks_of(results)]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*HEAD, *tasks])
    for result in results:
        scores = {task.id: task.score for task in result.tasks}
        writer.writerow(
            [
                _text(result.submission),
                _text(result.assignment),
                _number(result.score),
                _number(result.max_score),
                result.standing,
                *(_number(scores.get(task)) for task in tasks),
            ]
        )
    return stream.getvalue()


def _text(text: str) -> str:
    """The text, with the customary apostrophe where a spreadsheet would calculate it."""
    quote = "'" if text.lstrip(" ").startswith(FORMULA_STARTS) else ""
    return quote + visible_line(text)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
