"""What students call: look at assignments and data, check their work, pack it."""

import os
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.cli.ending import WRONG_USAGE, say, stop
from autograder.cli.shared import course_here, mind_the_data
from autograder.course.layout import Assignment, assignment_at
from autograder.course.marks import marks_of
from autograder.data import mnist
from autograder.data.dataset import DataError
from autograder.errors import GraderFault
from autograder.files import write_atomically
from autograder.grading.collection import run_checks
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import grade
from autograder.intake.submission import Source, Submission, read_submission
from autograder.ledger.records import Result
from autograder.outcomes import Outcome
from autograder.platforms.archive import zip_of
from autograder.reports.table import feedback
from autograder.reports.wording import counted, points
from autograder.sandbox.libraries import NotInstalledError, not_installed
from autograder.student.loopback import SEED, LoopbackHost
from autograder.visible import visible_line


def list_() -> None:
    """List the assignments of this course."""
    table = Table(box=None, pad_edge=False)
    for column in ("Assignment", "Title", "Points", "To hand in"):
        table.add_column(column, justify="right" if column == "Points" else "left", overflow="fold")
    for assignment in course_here().assignments():
        manifest = assignment.manifest
        title = f"{manifest.title} (draft)" if manifest.draft else manifest.title
        table.add_row(assignment.name, escape(title), points(manifest.points), ", ".join(manifest.files))
    Console().print(table)


def data() -> None:
    """Show which images there are to train on, and fetch MNIST if it is not there."""
    chosen = mnist.source()
    if chosen is None:
        try:
            mnist.fetch(mnist.cache_folder())
        except DataError as error:
            say(error, err=True)
        chosen = mnist.source()
    images = mnist.load()
    say(f"{images.name}, from {chosen or 'scikit-learn'}:")
    say(f"{len(images.train.labels):,} images to train on, {len(images.test.labels):,} to test on.")
    if images.notice:
        say(images.notice)
    sys.exit(1 if images.provisional else 0)


def check(assignment: str | None) -> None:
    """Run the public checks on your work, sandboxed, as the grader would.

    Without ASSIGNMENT: the one whose folder you are in.
    """
    if not hasattr(os, "fork"):
        stop(
            f"{sys.platform} has no sandbox: run `pytest` in the assignment's folder, for the same checks.", WRONG_USAGE
        )
    chosen = _chosen(assignment)
    result = _check(chosen, read_submission(_own_work(chosen), chosen.manifest.files, marks_of(chosen)))
    feedback(result, Console())
    lacking = {task.id for task in chosen.manifest.tasks if not_installed(frozenset(task.imports))}
    judged = {one.outcome for one in result.graded_checks if one.task not in lacking}
    sys.exit(0 if judged == {Outcome.PASSED} else 1)


def submit(assignment: str | None, output: Path | None, yes: bool) -> None:
    """Run the public checks on your work, and pack it into a zip to hand in.

    Without ASSIGNMENT: the one whose folder you are in.
    """
    chosen = _chosen(assignment)
    submission = read_submission(_own_work(chosen), chosen.manifest.files, marks_of(chosen))
    if submission.problem is not None:
        stop(submission.problem.message, WRONG_USAGE)
    try:
        outcomes = _outcomes(chosen, submission)
        not_run = outcomes.count(Outcome.NOT_RUN)
        say(
            f"{outcomes.count(Outcome.PASSED)} of {counted(len(outcomes), 'public check')} passed"
            f"{f', {not_run} not run' if not_run else ''}."
        )
    except (DataError, GraderFault, NotInstalledError) as error:
        outcomes = []
        say(f"The public checks could not be run: {error}", err=True)
    for note in submission.notes:
        say(visible_line(note), err=True)
    if set(outcomes) == {Outcome.NOT_ATTEMPTED} and not yes:
        click.confirm("Nothing has been filled in yet. Pack it all the same?", abort=True)
    target = output or Path.cwd() / f"{chosen.name}-submission.zip"
    write_atomically(target, zip_of(_packed(chosen, submission)))
    say(f"Packed {', '.join(sorted(submission.files))}.\nHand in: {target}\nReceipt: {submission.receipt}")


def _chosen(assignment: str | None) -> Assignment:
    """The assignment that is named, or the one whose folder this is. Raises `CourseError`, `ManifestError`."""
    here = assignment_at(Path.cwd()) if assignment is None else None
    return here or course_here().assignment(assignment or Path.cwd().name)


def _outcomes(assignment: Assignment, submission: Submission) -> list[Outcome]:
    """What the public checks say of a student's own work: in the sandbox, or in this process where there is none."""
    if hasattr(os, "fork"):
        return [check.outcome for check in _check(assignment, submission).graded_checks]
    checks = run_checks(assignment, LoopbackHost(assignment), public_only=True)
    return [check.outcome for check in checks if check.task]


def _packed(assignment: Assignment, submission: Submission) -> dict[str, bytes]:
    """The files to hand in: one alone as it is, several in a folder."""
    folder = f"{assignment.name}/" if len(submission.files) > 1 else ""
    return {f"{folder}{name}": content for name, content in submission.files.items()}


def _check(assignment: Assignment, submission: Submission) -> Result:
    """Run the public checks on a student's own work."""
    mind_the_data(assignment)
    job = Job(
        assignment=assignment,
        source=_own_work(assignment),
        seed=SEED,
        spare_uid=isolation(assignment, public_only=True).spare_uid,
        public_only=True,
    )
    return grade(job, submission).result


def _own_work(assignment: Assignment) -> Source:
    return Source("your work", assignment.folder, own=True)
