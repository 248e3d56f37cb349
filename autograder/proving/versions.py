"""Grade many versions of a submission at once."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autograder.course.layout import Assignment
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.pool import grade_all
from autograder.grading.resources import usable_cores
from autograder.intake.submission import Source
from autograder.ledger.records import Result

Files = Mapping[str, bytes]


def own_modules(assignment: Assignment) -> list[str]:
    """The Python files that students write for this assignment, without those that they bring along."""
    return [f"{name}.py" for name in assignment.manifest.modules if f"{name}.py" not in assignment.manifest.brought]


def grade_each(
    assignment: Assignment,
    versions: Mapping[str, Files],
    works: Iterable[tuple[str, int]],
    *,
    public_only: bool = False,
) -> Iterator[tuple[str, Result]]:
    """Grade these versions, each named with a seed; results come as they are done."""
    spare_uid = isolation(assignment, public_only=public_only).spare_uid
    with tempfile.TemporaryDirectory(prefix="versions-") as folder:
        sources = {}
        for number, (name, files) in enumerate(versions.items()):
            sources[name] = Source(f"{number:05}", Path(folder, f"{number:05}"))
            write(sources[name].path, files)
        names = {source.id: name for name, source in sources.items()}
        jobs = (
            Job(
                assignment=assignment,
                source=sources[name],
                seed=seed,
                spare_uid=spare_uid,
                public_only=public_only,
            )
            for name, seed in works
        )
        for graded in grade_all(jobs, usable_cores()):
            yield names[graded.result.submission], graded.result


def write(folder: Path, files: Files) -> None:
    """Write the files of a version into a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
