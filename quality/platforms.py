"""The real Gradescope package, Otter and nbgrader, run on a submission. `make platforms` installs the two."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.course.layout import Assignment
from autograder.platforms.nbgrader import CELL_SECONDS
from autograder.platforms.otter import question
from autograder.platforms.recorded import Recorded
from autograder.platforms.verification import read_recorded, total
from quality.variants import COURSE

TOOLS = COURSE.root / (os.environ.get("PLATFORMS") or "build/platforms-.venv")
WANTED = os.environ.get("PLATFORMS") != ""
"""Whether Otter and nbgrader may be run: `make test` does without them, with an empty PLATFORMS."""

PLACE = "/autograder"
NO_RESULTS = "no results"
SAID = 3_000

Files = Mapping[str, bytes]


class ToolError(Exception):
    """A tool that ended with an error; the message is the end of what it said."""


def not_installed() -> str | None:
    """Return why Otter and nbgrader are not run here."""
    if not WANTED:
        return "needs Otter and nbgrader: make test-platforms"
    if all((TOOLS / "bin" / tool).exists() for tool in ("otter", "nbgrader")):
        return None
    return f"no Otter and nbgrader in {TOOLS} (make platforms installs them; they need Python 3.11)"


def tool(name: str, *arguments: object, folder: Path) -> str:
    """Run one of the tools in a folder; what it said. Raises `ToolError`."""
    binaries = TOOLS / "bin"
    environment = {
        **os.environ,
        "PYTHONPATH": str(COURSE.root),
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    done = subprocess.run(
        [str(binaries / name), *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=10 * CELL_SECONDS,
    )
    said = done.stdout + done.stderr
    if done.returncode:
        raise ToolError(said[-SAID:])
    return said


def otter_run(package: Path, handed_in: Path, folder: Path) -> dict[str, Any]:
    """Return what `otter run` writes into `results.json`. Raises `ToolError`."""
    folder.mkdir(parents=True, exist_ok=True)
    tool("otter", "run", "--no-logo", "-a", package, "-o", folder, handed_in, folder=folder)
    results: dict[str, Any] = json.loads((folder / "results.json").read_text())
    return results


def otter_scores(results: dict[str, Any], assignment: Assignment) -> dict[str, float]:
    """Points by task."""
    found = {test["name"]: test.get("score") for test in results["tests"]}
    return {task.id: round(found[question(task.id)], 2) for task in assignment.manifest.tasks}


def for_otter(assignment: Assignment, files: Files, folder: Path) -> Path:
    """A submission as `autograder submit` would pack it: one file as it is, several in a zip with a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if len(files) == 1:
        ((name, content),) = files.items()
        (folder / name).write_bytes(content)
        return folder / name
    path = folder / "submission.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{assignment.name}/{name}", content)
    return path


def nbgrader_course(package: Path, assignment: Assignment, submissions: Mapping[str, Files], folder: Path) -> Path:
    """A course with these submissions, made by nbgrader of our package; every one holds the released notebook too."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    tool("nbgrader", "generate_assignment", assignment.name, folder=folder)
    for student, files in submissions.items():
        place = folder / "submitted" / student / assignment.name
        place.mkdir(parents=True)
        notebook = f"{assignment.name}.ipynb"
        shutil.copy(folder / "release" / assignment.name / notebook, place)
        for name, content in files.items():
            (place / name).write_bytes(content)
    return folder


def nbgrader_scores(course: Path, assignment: Assignment) -> dict[str, dict[str, float | None]]:
    """Points by student and task."""
    return by_task(read_recorded(course / "gradebook.db", assignment.name, assignment.manifest))


def by_task(recorded: Recorded) -> dict[str, dict[str, float | None]]:
    """Return what was recorded, by submission and task."""
    found: dict[str, dict[str, float | None]] = {}
    for entry in recorded.points:
        if entry.task:
            found.setdefault(entry.submission, {})[entry.task] = total(entry.values)
    return found


def gradescope_place(package: Path, folder: Path) -> Path:
    """A folder like Gradescope's `/autograder`, with the package unpacked and this environment's Python."""
    for name in ("submission", "results"):
        (folder / name).mkdir(parents=True)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder / "source")
    script = (folder / "source" / "run_autograder").read_text()
    script = script.replace(f"{PLACE}/venv/bin/python", sys.executable).replace(PLACE, str(folder))
    (folder / "run_autograder").write_text(script)
    return folder


def gradescope_run(place: Path, files: Files, number: int = 1) -> dict[str, Any]:
    """Return what Gradescope's `run_autograder` writes into `results.json`."""
    shutil.rmtree(place / "submission")
    (place / "submission").mkdir()
    for name, content in files.items():
        (place / "submission" / name).write_bytes(content)
    (place / "submission_metadata.json").write_text(json.dumps({"id": number}))
    subprocess.run(
        ["bash", str(place / "run_autograder")],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(COURSE.root)},
    )
    results: dict[str, Any] = json.loads((place / "results" / "results.json").read_text())
    return results


def gradescope_scores(results: dict[str, Any], assignment: Assignment) -> dict[str, float]:
    """Points by task."""
    tests = results["tests"]
    return {
        task.id: round(sum(test["score"] for test in tests if test["number"] == task.id), 2)
        for task in assignment.manifest.tasks
    }
