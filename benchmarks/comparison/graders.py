"""The three graders: each is set up, which is not timed, then grades a class, and says what that cost and earned."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from autograder.cli.ending import NEEDS_A_PERSON
from autograder.course.layout import Assignment
from autograder.course.notebooks import code_cell, notebook, text_cell
from autograder.platforms.nbgrader import SCHEMA, grade_id
from autograder.platforms.otter import question
from benchmarks.comparison.asserts.source import Asserts, asserts_for
from benchmarks.comparison.cost import Cost, measured
from benchmarks.comparison.submissions import Submission, notebook_name
from quality.platforms import TOOLS, nbgrader_scores, tool

SEED = 7
CLASS = "class"
"""Folder of the submissions for `autograder grade`."""

OTTER_TEST = """{preamble}
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = {points}


@test_case()
{function}
"""
NBGRADER_CONFIG = """c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "course"
"""

Points = Mapping[str, Mapping[str, float | None]]
"""By student, by task."""

Advance = Callable[[int], None]
"""Called with the number of submissions that are done."""


class Grader(Protocol):
    """One way to grade a class."""

    name: str

    def set_up(self, assignment: Assignment, handed_in: Sequence[Submission], folder: Path) -> None:
        """Make all that grading needs in a new folder."""

    def grade(self, advance: Advance) -> tuple[Cost, Points]:
        """Grade the class once."""


class ChainRule:
    """`autograder grade`, on notebooks, one submission at a time.

    The course knows that its reference has full marks, as it does from the second class on.
    """

    name = "autograder grade"

    def set_up(self, assignment: Assignment, handed_in: Sequence[Submission], folder: Path) -> None:
        self._assignment, self._folder, self._size = assignment, folder, len(handed_in)
        for submission in handed_in:
            place = folder / CLASS / submission.student
            place.mkdir(parents=True)
            (place / notebook_name(assignment)).write_bytes(submission.notebook)
            for name, content in submission.modules.items():
                (place / name).write_bytes(content)
        self._run(folder / CLASS / handed_in[0].student)

    def grade(self, advance: Advance) -> tuple[Cost, Points]:
        cost, results = self.records()
        advance(self._size)
        return cost, {one["submission"]: {task["id"]: task["score"] for task in one["tasks"]} for one in results}

    def records(self) -> tuple[Cost, list[dict[str, Any]]]:
        """Grade the class once; the records of all submissions."""
        return self._run(self._folder / CLASS)

    def _run(self, what: Path) -> tuple[Cost, list[dict[str, Any]]]:
        with tempfile.TemporaryDirectory(prefix="grades-") as output:
            command = [sys.executable, "-m", "autograder", "grade", self._assignment.name, what]
            options = ["--output", output, "--seed", SEED, "--jobs", 1, "--json"]
            cost, said = measured([*command, *options], self._assignment.root, good=(0, NEEDS_A_PERSON))
        return cost, json.loads(said)["results"]


class Otter:
    """`otter run`, which takes one submission at a time. As if nbgrader, which slows it down, were not there."""

    name = "otter run"

    def set_up(self, assignment: Assignment, handed_in: Sequence[Submission], folder: Path) -> None:
        self._assignment, self._folder, self._handed_in = assignment, folder, handed_in
        asserts = asserts_for(assignment.name)
        (folder / "tests").mkdir()
        for task in assignment.manifest.tasks:
            name = question(task.id)
            source = OTTER_TEST.format(
                preamble=asserts.preamble, name=name, points=task.points, function=asserts.tasks[task.id]
            )
            (folder / "tests" / f"{name}.py").write_text(source, encoding="utf-8")
        for name, content in handed_in[0].modules.items():
            (folder / name).write_bytes(content)
        options = ["--no-requirements", "--no-environment", "--no-config"]
        tool("otter", "generate", "-t", "tests", "-o", "autograder.zip", *options, *handed_in[0].modules, folder=folder)
        for submission in handed_in:
            place = folder / submission.student
            place.mkdir()
            (place / notebook_name(assignment)).write_bytes(submission.notebook)
        # What nbgrader brings along makes jsonschema build a grammar, which doubles the time that Otter takes to start.
        (folder / "without").mkdir()
        (folder / "without" / "rfc3987_syntax.py").write_text("raise ImportError\n")

    def grade(self, advance: Advance) -> tuple[Cost, Points]:
        total, found = Cost(0.0, 0.0, 0, 0.0), {}
        for submission in self._handed_in:
            place = self._folder / submission.student
            command = [TOOLS / "bin" / "otter", "run", "--no-logo", "-a", self._folder / "autograder.zip", "-o", place]
            cost, _ = measured(
                [*command, place / notebook_name(self._assignment)], place, _environment(self._folder / "without")
            )
            total += cost
            results = json.loads((place / "results.json").read_text())
            scores = {test["name"]: test.get("score") for test in results["tests"]}
            found[submission.student] = {task.id: scores[question(task.id)] for task in self._assignment.manifest.tasks}
            (place / "results.json").unlink()
            advance(1)
        return total, found


class Nbgrader:
    """`nbgrader autograde`, the whole class at once."""

    name = "nbgrader autograde"

    def set_up(self, assignment: Assignment, handed_in: Sequence[Submission], folder: Path) -> None:
        self._assignment, self._folder, self._size = assignment, folder, len(handed_in)
        asserts, name = asserts_for(assignment.name), notebook_name(assignment)
        source = folder / "source" / assignment.name
        source.mkdir(parents=True)
        (folder / "nbgrader_config.py").write_text(NBGRADER_CONFIG)
        (source / name).write_bytes(notebook(_nbgrader_cells(assignment, asserts)))
        for module, content in handed_in[0].modules.items():
            (source / module).write_bytes(content)
        tool("nbgrader", "generate_assignment", assignment.name, folder=folder)
        released = json.loads((folder / "release" / assignment.name / name).read_text())
        for submission in handed_in:
            place = folder / "submitted" / submission.student / assignment.name
            place.mkdir(parents=True)
            (place / name).write_text(json.dumps(_answered(released, submission)), encoding="utf-8")

    def grade(self, advance: Advance) -> tuple[Cost, Points]:
        command = [TOOLS / "bin" / "nbgrader", "autograde", self._assignment.name, "--force"]
        cost, _ = measured(command, self._folder, _environment())
        advance(self._size)
        return cost, nbgrader_scores(self._folder, self._assignment)


def _environment(*first: Path) -> dict[str, str]:
    """The environment of Otter and nbgrader, where Python looks into `first` before all."""
    path = f"{TOOLS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "PATH": path, "JUPYTER_PLATFORM_DIRS": "1"} | ({"PYTHONPATH": str(first[0])} if first else {})


def _nbgrader_cells(assignment: Assignment, asserts: Asserts) -> list[dict[str, Any]]:
    """A cell for the answers, then what the tests share, then a hidden test for each task."""
    cells = [
        text_cell("about", f"# {assignment.manifest.title}"),
        code_cell("answer", "# Your answers here.\n", _cell("answer", solution=True)),
        code_cell("preamble", asserts.preamble, _cell("preamble", locked=True)),
    ]
    for task in assignment.manifest.tasks:
        source = f"### BEGIN HIDDEN TESTS\n{asserts.tasks[task.id]}\n\n\n{asserts.call(task.id)}\n### END HIDDEN TESTS"
        name = grade_id(task.id)
        cells.append(code_cell(name, source, _cell(name, grade=True, locked=True, points=task.points)))
    return cells


def _cell(
    name: str, *, grade: bool = False, solution: bool = False, locked: bool = False, points: float | None = None
) -> dict[str, Any]:
    """Return what nbgrader wants to know of a cell."""
    found = {"schema_version": SCHEMA, "grade_id": name, "grade": grade, "solution": solution, "locked": locked}
    return {"nbgrader": {**found, "task": False} | ({"points": points} if grade else {})}


def _answered(released: Mapping[str, Any], submission: Submission) -> dict[str, Any]:
    """The notebook that students get, with a submission's answers."""
    cells = [
        {**cell, "source": submission.answer} if cell["metadata"].get("nbgrader", {}).get("solution") else cell
        for cell in released["cells"]
    ]
    return {**released, "cells": cells}
