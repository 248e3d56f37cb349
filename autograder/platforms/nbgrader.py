"""nbgrader 0.9: its package, which is a course, and the points in its grade book.

In the course's notebooks each autograded cell asks the engine. The package is for the instructor only: it holds hidden
checks and the course's secret. What `nbgrader generate_assignment` releases of it holds neither.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.course.layout import Assignment
from autograder.course.manifest import Manifest, Task, Written
from autograder.course.notebooks import code_cell, notebook, text_cell
from autograder.intake.identity import safe_id, submission_id
from autograder.kernels.engine import NO_SCORE
from autograder.kernels.in_nbgrader import CHECKS, GRADER
from autograder.kernels.judgement import WALL_SECONDS
from autograder.platforms.contents import FIXTURES, PICTURES, course_files, handed_out, needs_torch, rendered
from autograder.platforms.page import HANDOUT, PAGE, with_page
from autograder.platforms.recorded import Entry, Recorded
from autograder.platforms.wheel import engine_wheel

SCHEMA = 3
CELL_SECONDS = int(WALL_SECONDS) + 120

LATE = "late penalty"

# As nbgrader counts them: every grade of every notebook, whatever cell it is for.
GRADES = """
SELECT submitted_assignment.student_id, notebook.name, base_cell.name,
       assignment.id = notebook.assignment_id,
       COALESCE(grade.manual_score, grade.auto_score), COALESCE(grade.extra_credit, 0)
FROM grade
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
LEFT JOIN base_cell ON base_cell.id = grade.cell_id
LEFT JOIN notebook ON notebook.id = base_cell.notebook_id
WHERE assignment.name = ?
"""

SUBMITTED = """
SELECT submitted_assignment.student_id, submitted_notebook.late_submission_penalty, notebook.name,
       assignment.id = notebook.assignment_id
FROM submitted_notebook
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
LEFT JOIN notebook ON notebook.id = submitted_notebook.notebook_id
WHERE assignment.name = ?
"""

MAXIMA = """
SELECT notebook.name, base_cell.name, COALESCE(grade_cells.max_score, 0), COALESCE(task_cells.max_score, 0)
FROM base_cell
JOIN notebook ON notebook.id = base_cell.notebook_id
JOIN assignment ON assignment.id = notebook.assignment_id
LEFT JOIN grade_cells ON grade_cells.id = base_cell.id
LEFT JOIN task_cells ON task_cells.id = base_cell.id
WHERE assignment.name = ? AND (grade_cells.id IS NOT NULL OR task_cells.id IS NOT NULL)
"""

NOTEBOOKS = """
SELECT notebook.name FROM notebook JOIN assignment ON assignment.id = notebook.assignment_id WHERE assignment.name = ?
"""


def grade_id(task: str) -> str:
    """Return what nbgrader calls the cell of a task."""
    return f"task_{task.replace('.', '_')}"


def nbgrader_files(assignments: Sequence[Assignment]) -> dict[str, bytes]:
    """The files of a course with these assignments. Raises `PackageError`, `StubError`, `OSError`."""
    root = assignments[0].root
    name, wheel = engine_wheel(root)
    files = {f"wheels/{name}": wheel}
    for assignment in assignments:
        files |= {f"{GRADER}/{path}": content for path, content in course_files(assignment).items()}
        files |= {f"source/{assignment.name}/{path}": content for path, content in _source(assignment).items()}
    files["nbgrader_config.py"] = rendered(
        root, "nbgrader/nbgrader_config.py.j2", assignments=assignments, cell_seconds=CELL_SECONDS
    )
    files["README.md"] = rendered(
        root,
        "nbgrader/README.md.j2",
        assignments=assignments,
        wheel=f"wheels/{name}",
        torch=any(map(needs_torch, assignments)),
        no_score=NO_SCORE,
        written=any(assignment.manifest.written for assignment in assignments),
    )
    return files


def _source(assignment: Assignment) -> dict[str, bytes]:
    """An assignment's folder below `source/`, which students get as it is."""
    given = with_page(handed_out(assignment), assignment)
    public = {"assignment.toml", *(path.name for path in assignment.public_checks)} | ({FIXTURES} & given.keys())
    files = {f"{CHECKS}/assignments/{assignment.name}/{name}": given[name] for name in sorted(public)}
    for name, content in given.items():
        if name in (HANDOUT, PAGE) or name.endswith(PICTURES) or name in assignment.manifest.files:
            files[name] = content
    files[f"{assignment.name}.ipynb"] = notebook(_cells(assignment))
    return files


def _cells(assignment: Assignment) -> list[dict[str, Any]]:
    """The cells of a notebook: only those that are graded are nbgrader's, or it could not bring a deleted one back."""
    named = str(PurePosixPath(assignment.manifest.files[0]).with_suffix(".ipynb"))
    about = rendered(assignment.root, "nbgrader/notebook.md.j2", assignment=assignment, notebook=named)
    cells = [text_cell("about", about.decode("utf-8").rstrip("\n"))]
    for task in assignment.manifest.tasks:
        name = grade_id(task.id)
        source = f"from autograder.kernels.in_nbgrader import task_score\n\ntask_score({task.id!r})"
        cells.append(text_cell(f"title-{name}", f"## {task.id} {task.title}"))
        cells.append(code_cell(name, source, _graded(name, task)))
    for part in assignment.manifest.written:
        name = grade_id(part.id)
        asked = f"Write it into {part.file}, and paste it into the cell below, where a person reads and grades it."
        rubric = "\n".join(f"- {item.item}: {item.points:g}" for item in part.rubric)
        title = "\n\n".join(filter(None, (f"## {part.id} {part.title}", asked, rubric)))
        cells.append(text_cell(f"title-{name}", title))
        cells.append(text_cell(name, "", _answered(name, part)))
    return cells


def _graded(name: str, task: Task) -> dict[str, Any]:
    """Return what makes a cell one that is graded, and read-only."""
    return {"nbgrader": _cell(name, task.points, solution=False), "deletable": False, "editable": False}


def _answered(name: str, part: Written) -> dict[str, Any]:
    """Return what makes a cell one that students fill in and a person grades."""
    return {"nbgrader": _cell(name, part.points, solution=True), "deletable": False}


def _cell(name: str, points: float, *, solution: bool) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA,
        "grade_id": name,
        "grade": True,
        "solution": solution,
        "locked": not solution,
        "task": False,
        "points": points,
    }


def recorded(path: Path, assignment: str, manifest: Manifest) -> Recorded:
    """Return what stands in `gradebook.db`: every grade, late penalty and cell that counts, known or not.

    Raises `sqlite3.Error` for a file that is no grade book.
    """
    tasks = {grade_id(part.id): part.id for part in manifest.parts}
    points: list[Entry] = []
    maxima: list[Entry] = []
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        for student, book, cell, own, *values in connection.execute(GRADES, (assignment,)):
            task = tasks.get(cell, "") if own else ""
            points.append(Entry(submission_id(str(student)), _called(assignment, book, cell), task, tuple(values)))
        for student, penalty, book, own in connection.execute(SUBMITTED, (assignment,)):
            points.append(Entry(submission_id(str(student)), LATE, "", (penalty,)))
            if not own:
                maxima.append(Entry(submission_id(str(student)), f"notebook {book}", "", ()))
        for book, cell, *values in connection.execute(MAXIMA, (assignment,)):
            maxima.append(Entry("", _called(assignment, book, cell), tasks.get(cell, ""), tuple(values)))
        for (name,) in connection.execute(NOTEBOOKS, (assignment,)):
            if name != assignment:
                maxima.append(Entry("", f"notebook {name}", "", ()))
        for (name,) in connection.execute("SELECT name FROM assignment"):
            if name != assignment and safe_id(str(name)).casefold() == safe_id(assignment).casefold():
                maxima.append(Entry("", f"assignment {name}", "", ()))
    missing = [Entry("", name, task, (None,)) for name, task in tasks.items() if task not in {m.task for m in maxima}]
    return Recorded(tuple(points), (*maxima, *missing))


def _called(assignment: str, book: object, cell: object) -> str:
    """Return what a cell is called in messages: its name, in another notebook than the assignment's with that one's."""
    if cell is None:
        return "a missing cell"
    return str(cell) if book == assignment else f"{cell} in notebook {book}"
