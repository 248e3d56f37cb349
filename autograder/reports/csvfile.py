"""The grades of a class as CSV, for a spreadsheet or a grade book."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.files import write_atomically
from autograder.ledger.records import Origin, Result
from autograder.reports.summary import tasks_of
from autograder.visible import visible_line

PLAIN = "grades.csv"
EXCEL = "grades-excel.csv"
BYTE_ORDER_MARK = "\ufeff"
"""By this Excel knows that a file is UTF-8."""

HEAD = ("submission", "assignment", "score", "max_score", "status")
TAIL = ("name", "path", "graded_at", "grade")
# What a spreadsheet takes for a formula: at the start of a cell, or after what elsewhere parts two cells.
STARTS_FORMULA = r"(?=\s*[=+\-@\t\r＝＋－＠])"
FORMULA = re.compile(rf"(^|[,;]){STARTS_FORMULA}")
PROTECTED = re.compile(rf"(^|[,;])'{STARTS_FORMULA}")


def write_tables(
    folder: Path, results: Sequence[Result], origins: Mapping[str, Origin] | None = None, *, excel: bool
) -> None:
    """Write the plain table and, where it is wanted or already there, the one for Excel."""
    table = grades_csv(results, origins)
    write_atomically(folder / PLAIN, table)
    if excel or (folder / EXCEL).exists():
        write_atomically(folder / EXCEL, BYTE_ORDER_MARK + table)


def grades_csv(results: Sequence[Result], origins: Mapping[str, Origin] | None = None) -> str:
    """One row for each submission, one column for each task; an empty cell where a score is not known.

    With `origins`, by submission, each row ends in what its grade is of.
    """
    tasks = [task.id for task in tasks_of(results)]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*HEAD, *tasks, *(TAIL if origins is not None else ())])
    for result in results:
        scores = {task.id: task.score for task in result.tasks}
        writer.writerow(
            [
                cell(result.submission),
                cell(result.assignment),
                number(result.score),
                number(result.max_score),
                result.standing,
                *(number(scores.get(task)) for task in tasks),
                *(_origin(origins[result.submission]) if origins is not None else ()),
            ]
        )
    return stream.getvalue()


def _origin(origin: Origin) -> tuple[str, ...]:
    return cell(origin.name), cell(origin.path), origin.graded_at.isoformat(), origin.digest


def cell(text: str) -> str:
    """The text on one line, protected."""
    return visible_line(protected(text))


def protected(text: str) -> str:
    """The text, with the customary apostrophe where a spreadsheet would calculate it."""
    return FORMULA.sub(r"\1'", text)


def unprotected(text: str) -> str:
    """Return what was protected, without the apostrophes."""
    return PROTECTED.sub(r"\1", text)


def number(value: float | None) -> str:
    """The number as a spreadsheet reads it; empty where it is not known."""
    return "" if value is None else f"{value:.10g}"
