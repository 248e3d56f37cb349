"""What nbgrader or Otter has recorded: points for each task of each submission. Values are judged, never trusted."""

import csv
import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path, PurePosixPath

from autograder.errors import UserError
from autograder.intake.downloads import owner_of
from autograder.intake.submission import safe_id
from autograder.manifest import Manifest
from autograder.platforms.nbgrader import grade_id
from autograder.platforms.otter import question

Scores = Mapping[str, float | None]
"""Points by task; `None` where something else than a number stands."""

GRADES = """
SELECT submitted_assignment.student_id, base_cell.name,
       COALESCE(grade.manual_score, grade.auto_score), COALESCE(grade.extra_credit, 0)
FROM grade
JOIN base_cell ON base_cell.id = grade.cell_id
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
WHERE assignment.name = ?
"""
FILE = "file"
POSSIBLE = "points-per-question"


class RecordError(UserError):
    """A file that holds no recorded grades; the message names it."""


def read_recorded(path: Path, assignment: str, manifest: Manifest) -> dict[str, Scores]:
    """The recorded points by submission id: of nbgrader's `gradebook.db`, or of Otter's `final_grades.csv` or results.

    Otter's results are a `results.json`, or a folder with one `NAME.json` or `NAME/results.json` for each submission;
    one that stands alone has the name ''. Raises `RecordError`.
    """
    try:
        if path.is_dir():
            found = [*path.glob("*.json"), *path.glob("*/results.json")]
            rows = [(_name_of(one), _results(one, manifest)) for one in sorted(found)]
        elif path.suffix == ".json":
            rows = [("", _results(path, manifest))]
        elif path.suffix == ".csv":
            rows = list(_table(path, manifest))
        else:
            rows = list(_gradebook(path, assignment, manifest))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error, sqlite3.Error) as error:
        raise RecordError(f"{path}: not what nbgrader or Otter writes ({type(error).__name__}: {error}).") from error
    if not rows:
        raise RecordError(f"{path} holds no grades for {assignment}.")
    return dict(rows)


def _gradebook(path: Path, assignment: str, manifest: Manifest) -> Iterator[tuple[str, Scores]]:
    tasks = {grade_id(task.id): task.id for task in manifest.tasks}
    found: dict[str, dict[str, float | None]] = {}
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        for student, cell, score, extra in connection.execute(GRADES, (assignment,)):
            if cell in tasks:
                found.setdefault(safe_id(str(student)), {})[tasks[cell]] = _sum([_number(score), _number(extra)])
    yield from found.items()


def _results(path: Path, manifest: Manifest) -> Scores:
    tests = {test.get("name"): test.get("score") for test in json.loads(path.read_bytes())["tests"]}
    return {task.id: _number(tests.get(question(task.id))) for task in manifest.tasks}


def _table(path: Path, manifest: Manifest) -> Iterator[tuple[str, Scores]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, strict=True):
            if row[FILE] != POSSIBLE:
                scores = {task.id: _number(row.get(question(task.id))) for task in manifest.tasks}
                yield safe_id(owner_of(PurePosixPath(row[FILE]).name)), scores


def _name_of(path: Path) -> str:
    return safe_id(owner_of(path.parent.name if path.name == "results.json" else path.stem))


def _number(value: object) -> float | None:
    """A recorded value as a number, if it is one."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if None in known else math.fsum(value for value in known if value is not None)
