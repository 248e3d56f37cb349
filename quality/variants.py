"""Grade many versions of a submission at once."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from autograder.course.layout import Assignment, Course
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.pool import grade_all
from autograder.grading.resources import usable_cores
from autograder.intake.submission import Source
from autograder.ledger.records import Result
from autograder.sandbox.libraries import NotInstalledError, allowed_libraries

COURSE = Course(Path(__file__).parents[1])

THOROUGH = os.environ.get("SUITE") == "thorough"
"""Whether nothing is left to a sample: `make thorough`."""

Files = Mapping[str, bytes]


def left_out(assignment: Assignment) -> str | None:
    """Why the assignment is not tested here: it is a draft, or a library that it allows is not installed."""
    return f"{assignment.name} is a draft" if assignment.manifest.draft else missing_library(assignment)


def missing_library(assignment: Assignment) -> str | None:
    """Which library the assignment allows that is not installed, in a sentence."""
    try:
        allowed_libraries(assignment.manifest.imports)
    except NotInstalledError as error:
        return str(error)
    return None


def gradable() -> list[Assignment]:
    """The assignments that are tested here; says on stderr which are left out."""
    chosen = []
    for assignment in COURSE.assignments():
        why = left_out(assignment)
        if why:
            print(f"{assignment.name} is left out: {why}", file=sys.stderr)
        else:
            chosen.append(assignment)
    return chosen


def marked(name: str, *values: object, id: str | None = None) -> ParameterSet:
    """Parameters of a test on an assignment, skipped with the reason where it is left out."""
    why = left_out(COURSE.assignment(name))
    marks = [pytest.mark.skip(reason=why)] if why else []
    return pytest.param(name, *values, id=id or name, marks=marks)


def own_modules(assignment: Assignment) -> list[str]:
    """The Python files that students write for this assignment, without those that they bring along."""
    return [f"{name}.py" for name in assignment.manifest.modules if f"{name}.py" not in assignment.manifest.brought]


def grade_versions(
    assignment: Assignment, versions: Mapping[str, Files], seeds: Iterable[int]
) -> Iterator[tuple[str, Result]]:
    """Grade every version, by its name, under every seed; results come as they are done."""
    yield from grade_each(assignment, versions, [(name, seed) for seed in seeds for name in versions])


def grade_each(
    assignment: Assignment, versions: Mapping[str, Files], works: Iterable[tuple[str, int]]
) -> Iterator[tuple[str, Result]]:
    """Grade these versions, each named with a seed; results come as they are done."""
    spare_uid = isolation(assignment).spare_uid
    with tempfile.TemporaryDirectory(prefix="versions-") as folder:
        sources = {}
        for number, (name, files) in enumerate(versions.items()):
            sources[name] = Source(f"{number:05}", Path(folder, f"{number:05}"))
            write(sources[name].path, files)
        names = {source.id: name for name, source in sources.items()}
        jobs = (
            Job(assignment=assignment, source=sources[name], seed=seed, spare_uid=spare_uid) for name, seed in works
        )
        for graded in grade_all(jobs, usable_cores()):
            yield names[graded.result.submission], graded.result


def write(folder: Path, files: Files) -> None:
    """Write the files of a version into a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
