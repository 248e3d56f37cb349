"""The floor: the same checks on the same submissions in this one warm process, without pytest and without isolation.

    python -m benchmarks.comparison.bare ASSIGNMENT CLASS SEED ROUNDS

CLASS holds a folder for each student. Everything that can be done beforehand is: libraries and checks are imported,
and a first round over the class is not counted. Prints JSON: CPU seconds for each submission, how many student
processes and messages an isolated run would have needed, CPU seconds of each task, and which checks pass.

The checks need the `student` that they know, so values go through its encoding here too, as on a student's laptop.
"""

import contextlib
import importlib.util
import json
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from autograder.channel.frames import Message
from autograder.checks.answers import Student
from autograder.checks.spec import CheckSpec
from autograder.course.layout import Assignment
from autograder.course.seeds import derive
from autograder.data.mnist import load
from autograder.grading.collection import collect
from autograder.plugin import Data
from autograder.student.loopback import LoopbackHost, LoopbackTransport
from autograder.student.template import preload
from quality.variants import COURSE


@dataclass
class Floor:
    """The cost of the submissions so far."""

    processes: int = 0
    messages: int = 0
    tasks: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    passed: dict[str, list[str]] = field(default_factory=dict)


def main() -> None:
    """Run all checks on all submissions, once to get warm and then as often as is asked for."""
    name, place, seed, rounds = sys.argv[1:]
    assignment = COURSE.assignment(name)
    preload([library for library in assignment.manifest.imports if library not in sys.stdlib_module_names])
    specs = collect(assignment)
    functions = functions_of(assignment)
    checks = [(spec, functions[spec.name]) for spec in specs]
    data = data_of(assignment)
    with tempfile.TemporaryDirectory(prefix="bare-") as folder:
        handed_in = [as_assignment(assignment, path, Path(folder)) for path in sorted(Path(place).iterdir())]
        run_all(checks, handed_in, int(seed), data)
        started = time.process_time()
        for _ in range(int(rounds)):
            floor = run_all(checks, handed_in, int(seed), data)
        seconds = time.process_time() - started
    json.dump(
        {
            "cpu": seconds / int(rounds) / len(handed_in),
            "processes": floor.processes / len(handed_in),
            "messages": floor.messages / len(handed_in),
            "tasks": {task: spent / len(handed_in) for task, spent in floor.tasks.items()},
            "passed": floor.passed,
        },
        sys.stdout,
    )


def run_all(
    checks: Sequence[tuple[CheckSpec, FunctionType]], handed_in: Sequence[Assignment], seed: int, data: Data | None
) -> Floor:
    """Run the checks on every submission."""
    floor = Floor()
    with counted(floor):
        for submission in handed_in:
            floor.passed[submission.root.name] = run_one(checks, LoopbackHost(submission, seed), data, floor)
    return floor


def run_one(
    checks: Sequence[tuple[CheckSpec, FunctionType]], host: LoopbackHost, data: Data | None, floor: Floor
) -> list[str]:
    """Run the checks on one submission, a fresh import for each group; the names of those that pass."""
    passed: list[str] = []
    failed_tasks: set[str] = set()
    for _, group in groupby(checks, key=lambda check: check[0].group):
        with contextlib.ExitStack() as stack:
            student: Student | None = None
            for spec, function in group:
                if failed_tasks.intersection(spec.after):
                    failed_tasks.add(spec.task)
                    continue
                if student is None:
                    student = stack.enter_context(host.open())
                    floor.processes += 1
                started = time.process_time()
                if holds(function, student, host.seed, spec.name, data):
                    passed.append(spec.name)
                else:
                    failed_tasks.add(spec.task)
                floor.tasks[spec.task] += time.process_time() - started
    return passed


def holds(function: FunctionType, student: Student, seed: int, name: str, data: Data | None) -> bool:
    """Return whether a check passes."""
    fixtures = {"student": student, "rng": np.random.default_rng(derive(seed, "inputs", name)), "data": data}
    wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
    try:
        function(**{fixture: fixtures[fixture] for fixture in wanted})
    except Exception:  # noqa: BLE001 - whatever a submission raises fails the check
        return False
    return True


@contextlib.contextmanager
def counted(floor: Floor) -> Iterator[None]:
    """Count the messages that would have crossed the channel."""
    exchange = LoopbackTransport.exchange

    def counting(self: LoopbackTransport, *arguments: Any, **named: Any) -> Message:
        floor.messages += 1
        return exchange(self, *arguments, **named)

    LoopbackTransport.exchange = counting  # type: ignore[method-assign]
    try:
        yield
    finally:
        LoopbackTransport.exchange = exchange  # type: ignore[method-assign]


def functions_of(assignment: Assignment) -> dict[str, FunctionType]:
    """All checks by their names."""
    found: dict[str, FunctionType] = {}
    for number, path in enumerate([*assignment.public_checks, *assignment.hidden_checks]):
        spec = importlib.util.spec_from_file_location(f"checks_{number}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= {name: value for name, value in vars(module).items() if name.startswith("test_")}
    return found


def as_assignment(assignment: Assignment, submission: Path, folder: Path) -> Assignment:
    """The assignment as it looks on the laptop of this student."""
    own = replace(assignment, root=folder / submission.name)
    shutil.copytree(submission, own.folder)
    return own


def data_of(assignment: Assignment) -> Data | None:
    """The digits, where the assignment wants them."""
    wanted = assignment.manifest.data
    if wanted is None:
        return None
    images = load()
    return Data(images.train, images.test, wanted.thresholds[images.name])


if __name__ == "__main__":
    main()
