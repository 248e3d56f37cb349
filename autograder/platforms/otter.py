"""Packages for Otter 7: what grades, for the instructor, and a notebook with `grader.check`, for students.

Otter runs its test cases in the kernel of a notebook. Here the notebook is empty, since a plugin takes the student's
cells out, and each test case asks the engine, which judges what was handed in as files.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.course import Assignment
from autograder.grading.checks import collect
from autograder.kernels.in_otter import COURSE, DRIVER, ModulesAreFiles
from autograder.manifest import Task
from autograder.notebooks import code_cell, notebook, notebook_of, text_cell
from autograder.platforms.gradescope import course_files, needs_torch
from autograder.platforms.student import handed_out
from autograder.platforms.templates import rendered
from autograder.platforms.wheel import engine_wheel
from autograder.plugin import CheckSpec
from autograder.student.notebook import IGNORED

IGNORE = {"tags": [IGNORED]}


@dataclass(frozen=True)
class Case:
    """A test case: a check, and what it is worth."""

    check: str
    title: str
    points: float
    hidden: bool


def question(task: str) -> str:
    """What Otter calls a task."""
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
    """What students get: the first module as a notebook, with public tests only. Raises as `otter_files`."""
    name, wheel = engine_wheel(assignment.root)
    main, *modules = assignment.manifest.files
    work = str(PurePosixPath(main).with_suffix(".ipynb"))
    given = handed_out(assignment)
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
        code_cell("grader", "import otter\n\ngrader = otter.Notebook()", IGNORE),
    ]
    for task in tasks:
        name = question(task.id)
        cells.append(code_cell(f"check-{name}", f'grader.check("{name}")  # {task.id} {task.title}', IGNORE))
    return cells
