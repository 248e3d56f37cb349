"""Otter 7: its packages (what grades, and a notebook with `grader.check` for students), and the points it records.

Otter runs its test cases in the kernel of a notebook. Here the notebook is empty, since a plugin takes the student's
cells out, and each test case asks the engine, which judges what was handed in as files.
"""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.checks.spec import CheckSpec
from autograder.course.layout import Assignment
from autograder.course.manifest import Manifest, Task
from autograder.course.notebooks import LEFT_OUT, code_cell, notebook, notebook_of, text_cell
from autograder.grading.collection import collect
from autograder.intake.downloads import owner_of
from autograder.intake.identity import submission_id
from autograder.kernels.in_otter import COURSE, DRIVER, ModulesAreFiles
from autograder.platforms.contents import course_files, handed_out, needs_torch, rendered
from autograder.platforms.page import with_page
from autograder.platforms.recorded import Entry, Recorded
from autograder.platforms.wheel import engine_wheel

FILE = "file"
POSSIBLE = "points-per-question"
TOTAL = "total_points_earned"
NO_TESTS = (FILE, TOTAL, "percent_correct", "grading_status")
"""The columns of `final_grades.csv` that are not a test's points."""


@dataclass(frozen=True)
class Case:
    """A test case: a check, and what it is worth."""

    check: str
    title: str
    points: float
    hidden: bool


def question(task: str) -> str:
    """Return what Otter calls a task."""
    return f"q{task.replace('.', '_')}"


def otter_files(assignment: Assignment) -> dict[str, bytes]:
    """The files of `autograder.zip`, with hidden checks. Raises `PackageError`, `GraderFault`, `OSError`."""
    name, wheel = engine_wheel(assignment.root)
    plugin = f"{ModulesAreFiles.__module__}.{ModulesAreFiles.__qualname__}"
    config = {"plugins": [plugin], "show_stdout": False, "show_hidden": False}
    files = {
        "otter_config.json": json.dumps(config, indent=2).encode() + b"\n",
        "requirements.txt": _requirements(assignment, name),
        f"wheels/{name}": wheel,
    }
    files |= {f"tests/{test}": content for test, content in _tests(assignment, collect(assignment)).items()}
    files |= {f"{COURSE}/{path}": content for path, content in course_files(assignment).items()}
    if len(assignment.manifest.files) > 1:
        files[f"files/{DRIVER}"] = notebook([])
    return files


def otter_student_files(assignment: Assignment) -> dict[str, bytes]:
    """Return what students get: the first module as a notebook, with public tests only. Raises as `otter_files`."""
    name, wheel = engine_wheel(assignment.root)
    main, *modules = assignment.manifest.files
    work = str(PurePosixPath(main).with_suffix(".ipynb"))
    given = with_page(handed_out(assignment), assignment)
    stub = given.pop(main).decode("utf-8")
    specs = collect(assignment, public_only=True)
    tasks = [task for task in assignment.manifest.tasks if any(spec.task == task.id for spec in specs)]
    given[work] = notebook_of(stub, assignment.manifest.title, _cells(tasks))
    public = _tests(assignment, specs)
    given |= {f"tests/{test}": content for test, content in public.items()}
    files = {f"assignments/{assignment.name}/{path}": content for path, content in given.items()}
    files[f"wheels/{name}"] = wheel
    files["requirements.txt"] = _requirements(assignment, name)
    files["README.md"] = rendered(
        assignment.root,
        "otter/README.md.j2",
        assignment=assignment,
        notebook=work,
        modules=modules,
        first=question(tasks[0].id) if tasks else None,
    )
    return files


def _requirements(assignment: Assignment, wheel: str) -> bytes:
    return rendered(assignment.root, "otter/requirements.txt.j2", wheel=wheel, torch=needs_torch(assignment))


def _tests(assignment: Assignment, specs: Sequence[CheckSpec]) -> dict[str, bytes]:
    """A test file for each task that has a check."""
    files = {}
    for task in assignment.manifest.tasks:
        own = [spec for spec in specs if spec.task == task.id]
        total = math.fsum(spec.weight for spec in own)
        cases = [
            Case(spec.name, spec.title, task.points * spec.weight / total, spec.visibility == "hidden") for spec in own
        ]
        if cases:
            name = question(task.id)
            files[f"{name}.py"] = rendered(assignment.root, "otter/test.py.j2", task=task, name=name, cases=cases)
    return files


def _cells(tasks: Sequence[Task]) -> list[dict[str, object]]:
    """The cells below a student's code, which are left out when it is graded."""
    cells = [
        text_cell("checks", "## Check yourself\n\nSave the notebook first: what is judged is the file."),
        code_cell("grader", "import otter\n\ngrader = otter.Notebook()", LEFT_OUT),
    ]
    for task in tasks:
        name = question(task.id)
        cells.append(code_cell(f"check-{name}", f'grader.check("{name}")  # {task.id} {task.title}', LEFT_OUT))
    return cells


def recorded(path: Path, manifest: Manifest) -> Recorded:
    """Return what Otter recorded: every test's points, its maximum and the totals, known or not.

    `path` is `final_grades.csv`, one `results.json`, whose submission has the name '', or a folder with one `NAME.json`
    or `NAME/results.json` for each submission. Raises what reading a file of another form raises.
    """
    tasks = {question(task.id): task.id for task in manifest.tasks}
    if path.is_dir():
        found = sorted([*path.glob("*.json"), *path.glob("*/results.json")])
        names = [one.parent.name if one.name == "results.json" else one.stem for one in found]
        read = [_results(one, submission_id(owner_of(name)), tasks) for one, name in zip(found, names, strict=True)]
    else:
        read = [_results(path, "", tasks) if path.suffix == ".json" else _table(path, tasks)]
    return Recorded(
        points=tuple(entry for one in read for entry in one.points),
        maxima=tuple(entry for one in read for entry in one.maxima),
        totals=tuple(entry for one in read for entry in one.totals),
    )


def _results(path: Path, submission: str, tasks: Mapping[str, str]) -> Recorded:
    """Return what stands in a `results.json`."""
    document = json.loads(path.read_bytes())
    tests = [(str(test.get("name")), test.get("score"), test.get("max_score")) for test in document["tests"]]
    missing = [(name, None, None) for name in tasks if name not in {test[0] for test in tests}]
    points, maxima = [], []
    for name, score, maximum in (*tests, *missing):
        task = tasks.get(name, "")
        points.append(Entry(submission, name, task, (score,)))
        if maximum is not None:
            maxima.append(Entry(submission, name, task, (maximum,)))
    totals = [Entry(submission, "score", "", (document["score"],))] if "score" in document else []
    return Recorded(tuple(points), tuple(maxima), tuple(totals))


def _table(path: Path, tasks: Mapping[str, str]) -> Recorded:
    """Return what stands in `final_grades.csv`: a row for each submission, a row of maxima, a column for each test."""
    points: list[Entry] = []
    maxima: list[Entry] = []
    totals: list[Entry] = []
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = [row for row in csv.reader(stream, strict=True) if row]
    where = head.index(FILE)
    for row in rows:
        possible = row[where] == POSSIBLE
        submission = "" if possible else submission_id(owner_of(PurePosixPath(row[where]).name))
        for name, value in zip(head, row, strict=True):
            if name == TOTAL and not possible:
                totals.append(Entry(submission, name, "", (value,)))
            elif name not in NO_TESTS:
                (maxima if possible else points).append(Entry(submission, name, tasks.get(name, ""), (value,)))
        if not possible:
            points += [Entry(submission, name, tasks[name], (None,)) for name in tasks if name not in head]
    return Recorded(tuple(points), tuple(maxima), tuple(totals))
