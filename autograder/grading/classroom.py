"""Grade a class: run it, write every record as soon as it is there, and the overviews at the end."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from autograder.course import Assignment
from autograder.grading.batch import Work, grade_all
from autograder.grading.scratch import remove_leftovers
from autograder.intake.submission import Source
from autograder.outlets.csvfile import grades_csv
from autograder.outlets.files import write_atomically
from autograder.outlets.html import write_report
from autograder.outlets.jsonfile import write_results
from autograder.records import Result
from autograder.sandbox.identity import forbid_inspection
from autograder.seeds import course_secret, submission_seed


class OutputError(Exception):
    """Results cannot be written; the message names the file and the reason."""


def grade_class(
    assignment: Assignment,
    sources: Sequence[Source],
    output: Path,
    *,
    seed: int | None,
    spare_uid: bool,
    jobs: int,
    on_result: Callable[[Result], None],
) -> list[Result]:
    """Grade every submission and write `grades.csv`, `results/` and `report.html` below `output`.

    What a grader that was killed left in the temporary folder is removed first, and in the end what a worker of
    this one left. Where it is interrupted, what was graded until then is written all the same. Raises `OutputError`
    where the folder cannot be written.
    """
    if sys.platform == "linux":
        forbid_inspection()
    remove_leftovers()
    secret = course_secret(assignment.root) if seed is None else b""
    works = [
        Work(
            assignment,
            source,
            submission_seed(secret, assignment.name, source.id) if seed is None else seed,
            spare_uid,
        )
        for source in sources
    ]
    results: list[Result] = []
    with _writing():
        output.mkdir(parents=True, exist_ok=True)
    try:
        with closing(grade_all(works, min(jobs, len(works)))) as graded:
            for result in graded:
                with _writing():
                    write_results(output, [result])
                results.append(result)
                on_result(result)
    finally:
        results.sort(key=lambda result: result.submission)
        try:
            with _writing():
                write_atomically(output / "grades.csv", grades_csv(results))
                write_report(output, assignment.manifest.title, results)
        finally:
            remove_leftovers()
    return results


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{error.filename} cannot be written: {error.strerror}. What is there is whole; mend that, and grade again."
        ) from error


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
