"""A student's own work: which assignment and task is meant, and what the public checks say of it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import msgspec
from rich.console import Console

from autograder.cli.ending import WRONG_USAGE, stop
from autograder.cli.shared import course_here, mind_the_data
from autograder.course.functions import Function, functions_of
from autograder.course.layout import MANIFEST, Assignment, assignment_at
from autograder.course.manifest import Manifest
from autograder.course.marks import marks_of
from autograder.data import mnist
from autograder.files import write_atomically
from autograder.grading.collection import run_checks
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import grade, versions
from autograder.intake.submission import Source, Submission, read_submission
from autograder.ledger.digests import digest, engine_digest
from autograder.ledger.records import CheckRecord, Result, TaskRecord
from autograder.outcomes import Outcome, Status
from autograder.sandbox.libraries import not_installed
from autograder.student.loopback import SEED, LoopbackHost

OUTCOMES = "outcomes.json"


class _Kept(msgspec.Struct, frozen=True):
    """Outcomes of the public checks on files with this digest."""

    digest: str
    checks: tuple[CheckRecord, ...]


def chosen(assignment: str | None) -> Assignment:
    """The assignment that is named, or the one whose folder this is, or the only one of the course.

    Raises `CourseError`, `ManifestError`.
    """
    here = assignment_at(Path.cwd()) if assignment is None else None
    if here is not None:
        return here
    course = course_here()
    if assignment is None and len(course.names()) == 1:
        return course.assignment(course.names()[0])
    return course.assignment(assignment or Path.cwd().name)


def asked_for(words: Sequence[str]) -> tuple[Assignment, tuple[str, ...]]:
    """The assignment, and the tasks: all of a part where a part is named, none where no task is.

    In an assignment's folder a number is one of its tasks or parts before it is an assignment.
    """
    if len(words) > 2:
        stop("Name an assignment, a task, or both: `03_perceptron 2.2`.", WRONG_USAGE)
    if len(words) == 2:
        assignment = chosen(words[0])
        return assignment, _tasks(assignment, words[1])
    if not words:
        return chosen(None), ()
    if (Path.cwd() / MANIFEST).is_file() or "." in words[0]:
        here = chosen(None)
        if "." in words[0] or _matching(here.manifest, words[0]):
            return here, _tasks(here, words[0])
    return chosen(words[0]), ()


def _tasks(assignment: Assignment, word: str) -> tuple[str, ...]:
    found = _matching(assignment.manifest, word)
    if not found:
        known = ", ".join(task.id for task in assignment.manifest.tasks)
        stop(f"{assignment.name} has no task {word}. There are: {known}.", WRONG_USAGE)
    return found


def _matching(manifest: Manifest, word: str) -> tuple[str, ...]:
    return tuple(task.id for task in manifest.tasks if task.id == word or task.id.startswith(f"{word}."))


def own_functions(assignment: Assignment) -> dict[str, list[Function]]:
    """The functions of each Python file of a student's that can be read, by its name."""
    found = {}
    for name in assignment.manifest.files:
        if name.endswith(".py") and name not in assignment.manifest.brought:
            with suppress(OSError, SyntaxError, ValueError):
                found[name] = functions_of((assignment.folder / name).read_bytes())
    return found


def is_plain(asked: bool) -> bool:
    """Return whether words replace signs and colours: if asked for by option, or for every program."""
    return asked or bool(os.environ.get("NO_COLOR"))


def console(plain: bool) -> Console:
    """The terminal, without colours where they are not wanted."""
    return Console(no_color=is_plain(plain) or None, highlight=False)


def own_submission(assignment: Assignment) -> Submission:
    """Return what would be handed in now."""
    return read_submission(_source(assignment), assignment.manifest.files, marks_of(assignment))


def usable_submission(assignment: Assignment) -> Submission:
    """Return what would be handed in now, or end with what is wrong with it."""
    submission = own_submission(assignment)
    if submission.problem is not None:
        stop(submission.problem.message, WRONG_USAGE)
    return submission


def check_own_work(assignment: Assignment, submission: Submission, tasks: tuple[str, ...] = ()) -> Result:
    """Run the public checks, or only those of the named tasks: in the sandbox, or without one in this process.

    Keep the outcomes of a run over all tasks.
    """
    mind_the_data(assignment)
    run = _in_the_sandbox if hasattr(os, "fork") else _here
    result = run(assignment, submission, tasks)
    if not tasks and not any(check.outcome is Outcome.GRADER_ERROR for check in result.checks):
        kept = _Kept(_digest(assignment, submission), result.checks)
        with suppress(OSError):  # in a folder that cannot be written, they run again next time
            write_atomically(assignment.aside / OUTCOMES, msgspec.json.encode(kept))
    return result


def last_outcomes(assignment: Assignment) -> tuple[CheckRecord, ...]:
    """Return what the public checks said last, whatever has changed since; empty where they have never run."""
    kept = _kept(assignment)
    return kept.checks if kept is not None else ()


def outcomes_of(assignment: Assignment, submission: Submission) -> tuple[CheckRecord, ...]:
    """Return what the public checks say of files as they are now: known where nothing has changed, or else run."""
    kept = _kept(assignment)
    if kept is not None and kept.digest == _digest(assignment, submission):
        return kept.checks
    return check_own_work(assignment, submission).checks


def _kept(assignment: Assignment) -> _Kept | None:
    try:
        return msgspec.json.decode((assignment.aside / OUTCOMES).read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return None


def _digest(assignment: Assignment, submission: Submission) -> str:
    """Return a digest of all that the outcomes follow from on this computer."""
    files = (*assignment.public_checks, assignment.folder / "conftest.py", assignment.folder / MANIFEST)
    return digest(
        submission.receipt,
        *(path.read_bytes() for path in files if path.is_file()),
        engine_digest(),
        repr(versions(assignment.manifest)),
        repr(not_installed(frozenset(assignment.manifest.libraries))),
        str(mnist.source()) if assignment.manifest.data is not None else "",
    )


def _in_the_sandbox(assignment: Assignment, submission: Submission, tasks: tuple[str, ...]) -> Result:
    job = Job(
        assignment=assignment,
        source=_source(assignment),
        seed=SEED,
        spare_uid=isolation(assignment, public_only=True).spare_uid,
        public_only=True,
        tasks=tasks,
    )
    return _of_tasks(grade(job, submission).result, tasks)


def _here(assignment: Assignment, submission: Submission, tasks: tuple[str, ...]) -> Result:
    problem = submission.problem
    host = LoopbackHost(assignment)
    checks = () if problem else run_checks(assignment, host, public_only=True, tasks=tasks)
    result = Result(
        submission=submission.id,
        assignment=assignment.name,
        score=None,
        max_score=assignment.manifest.points,
        status=problem.status if problem else Status.GRADED,
        message=problem.message if problem else "",
        tasks=tuple(TaskRecord(task.id, task.title, task.points, None) for task in assignment.manifest.tasks),
        checks=tuple(checks),
        notes=(*submission.notes, *host.notes),
        seed=SEED,
        sandbox=(),
    )
    return _of_tasks(result, tasks)


def _of_tasks(result: Result, tasks: Sequence[str]) -> Result:
    """The part of a result that is on these tasks; all of it where none is named."""
    if not tasks:
        return result
    return replace(
        result,
        tasks=tuple(task for task in result.tasks if task.id in tasks),
        checks=tuple(check for check in result.checks if check.task in tasks),
    )


def _source(assignment: Assignment) -> Source:
    return Source("your work", assignment.folder, own=True)
