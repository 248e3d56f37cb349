"""The command `autograder`."""

import functools
import io
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

import autograder
from autograder import stubs
from autograder.bank import BankError
from autograder.course import Assignment, Course, CourseError, find_course
from autograder.data import mnist
from autograder.data.dataset import DataError
from autograder.grading.classroom import grade_class, usable_cores
from autograder.grading.isolation import Isolation, isolation
from autograder.grading.run import collect, grade
from autograder.grading.templates import GraderFault
from autograder.intake.submission import IntakeError, Source, find_submissions, read_submission
from autograder.manifest import ManifestError
from autograder.outcomes import Outcome
from autograder.outlets.files import write_atomically
from autograder.outlets.html import Report, write_index
from autograder.outlets.jsonfile import envelope
from autograder.outlets.summary import needs_a_person, summarise
from autograder.outlets.table import class_table, feedback
from autograder.outlets.wording import points
from autograder.records import Result
from autograder.samples import write_class
from autograder.sandbox.errors import SandboxError
from autograder.sandbox.identity import forbid_inspection
from autograder.sandbox.libraries import NotInstalledError
from autograder.student.loopback import SEED

WRONG_USAGE = 2
NEEDS_A_PERSON = 3
INTERRUPTED = 130
BAD_INPUT = (
    BankError,
    CourseError,
    DataError,
    GraderFault,
    IntakeError,
    ManifestError,
    NotInstalledError,
    SandboxError,
    stubs.StubError,
    OSError,
)


def _reports_bad_input(command: Callable[..., Any]) -> Callable[..., Any]:
    """End with a sentence on stderr, not with a traceback, for input that cannot be used."""

    @functools.wraps(command)
    def wrapped(*positional: Any, **named: Any) -> Any:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return command(*positional, **named)
        except BAD_INPUT as error:
            _stop(str(error), WRONG_USAGE)
        except KeyboardInterrupt:
            _stop("Interrupted. What was graded until now is written.", INTERRUPTED)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(autograder.__version__, prog_name="autograder")
def main() -> None:
    """Grade deep-learning assignments; run a submission only in a sandbox of its own."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@main.command("list")
@_reports_bad_input
def list_() -> None:
    """List the assignments of this course."""
    table = Table(box=None, pad_edge=False)
    for column in ("Assignment", "Title", "Points", "To hand in"):
        table.add_column(column, justify="right" if column == "Points" else "left", overflow="fold")
    for assignment in _course().assignments():
        manifest = assignment.manifest
        title = f"{manifest.title} (draft)" if manifest.draft else manifest.title
        table.add_row(assignment.name, title, points(manifest.points), ", ".join(manifest.files))
    Console().print(table)


@main.command()
@click.argument("assignments", metavar="[ASSIGNMENT]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; fail when something is out of date.")
@_reports_bad_input
def build(assignments: Sequence[str], check: bool) -> None:
    """Generate stubs and the handouts' task tables from references and manifests."""
    course = _course()
    chosen = [course.assignment(name) for name in assignments] or course.assignments()
    outdated = [path for assignment in chosen for path in stubs.outdated(assignment)]
    if check:
        if outdated:
            names = ", ".join(str(path.relative_to(course.root)) for path in outdated)
            _stop(f"Out of date: {names}. Run `autograder build`.", 1)
        click.echo("Everything is up to date.")
        return
    for assignment in chosen:
        for path, content in stubs.build(assignment).items():
            if path in outdated:
                write_atomically(path, content)
                click.echo(f"Wrote {path.relative_to(course.root)}.")
    if not outdated:
        click.echo("Everything was up to date.")


@main.command()
@_reports_bad_input
def data() -> None:
    """Show which images there are to train on, and fetch MNIST if it is not there."""
    chosen = mnist.source()
    if chosen is None:
        try:
            mnist.fetch(mnist.cache_folder())
        except DataError as error:
            click.echo(error, err=True)
        chosen = mnist.source()
    images = mnist.load()
    click.echo(f"{images.name}, from {chosen or 'scikit-learn'}:")
    click.echo(f"{len(images.train.labels):,} images to train on, {len(images.test.labels):,} to test on.")
    if images.notice:
        click.echo(images.notice)
    sys.exit(1 if images.provisional else 0)


@main.command()
@click.argument("assignment", required=False)
@_reports_bad_input
def check(assignment: str | None) -> None:
    """Run the public checks on your work, sandboxed, as the grader would.

    Without ASSIGNMENT: the one whose folder you are in.
    """
    chosen = _course().assignment(assignment or Path.cwd().name)
    submission = read_submission(Source("your work", chosen.folder), chosen.manifest.files)
    _mind_the_data(chosen)
    how = isolation(chosen)
    with how.uid() as uid:
        result = grade(chosen, submission, seed=SEED, uid=uid, public_only=True)
    feedback(result, Console())
    passed = bool(result.checks) and all(one.outcome is Outcome.PASSED for one in result.checks)
    sys.exit(0 if passed else 1)


@main.command("grade")
@click.argument("assignment")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Where results go [default: grades/ASSIGNMENT].")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="One seed for all, instead of the course's secret.")
@click.option("--jobs", type=click.IntRange(1), help="Submissions graded at the same time [default: all cores].")
@click.option("--one", is_flag=True, help="Each PATH is one submission, never a class.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON and nothing else.")
@click.option("--allow-weak-sandbox", is_flag=True, help="Grade even where a submission could read the checks.")
@_reports_bad_input
def grade_(
    assignment: str,
    paths: Sequence[Path],
    output: Path | None,
    seed: int | None,
    jobs: int | None,
    one: bool,
    as_json: bool,
    allow_weak_sandbox: bool,
) -> None:
    """Grade submissions: files, folders, zips, notebooks, or folders that hold a class of them."""
    course = _course()
    chosen = course.assignment(assignment)
    sources = find_submissions(paths, chosen.manifest.files, one)
    how = _isolation(chosen, allow_weak_sandbox)
    folder = output or course.root / "grades" / chosen.name
    results = _grade(chosen, sources, folder, how, seed=seed, jobs=jobs)
    if as_json:
        sys.stdout.buffer.write(envelope(chosen.name, results))
    else:
        _show(chosen, results, folder)
    sys.exit(NEEDS_A_PERSON if any(map(needs_a_person, results)) else 0)


@main.command()
@click.option("--output", type=click.Path(path_type=Path), help="Where results go [default: grades/demo].")
@_reports_bad_input
def demo(output: Path | None) -> None:
    """Grade the sample class of every assignment, and say where the report is."""
    course = _course()
    folder = output or course.root / "grades" / "demo"
    reports = []
    for assignment in course.assignments():
        if assignment.manifest.draft:
            click.echo(f"{assignment.name} is left out: it is a draft.", err=True)
            continue
        try:
            how = _isolation(assignment, allowed=False)
        except NotInstalledError as error:
            click.echo(f"{assignment.name} is left out: {error}", err=True)
            continue
        with tempfile.TemporaryDirectory(prefix="class-") as temporary:
            samples = write_class(assignment, Path(temporary))
            sources = find_submissions([samples], assignment.manifest.files)
            results = _grade(assignment, sources, folder / assignment.name, how, seed=None, jobs=None)
        _show(assignment, results, folder / assignment.name)
        reports.append(Report(assignment.manifest.title, f"{assignment.name}/report.html", results))
    index = write_index(folder, reports)
    click.echo(f"The report of all assignments: {index}")


def _grade(
    assignment: Assignment,
    sources: Sequence[Source],
    folder: Path,
    how: Isolation,
    *,
    seed: int | None,
    jobs: int | None,
) -> list[Result]:
    if sys.platform == "linux":
        forbid_inspection()
    collect(assignment)
    _mind_the_data(assignment)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(f"Grading {assignment.name}", total=len(sources))
        return grade_class(
            assignment,
            sources,
            folder,
            seed=seed,
            spare_uid=how.spare_uid,
            jobs=jobs or usable_cores(),
            on_result=lambda _: progress.advance(bar),
        )


def _mind_the_data(assignment: Assignment) -> None:
    """Read the images once before anything is graded, and say on stderr what must be known of them."""
    if assignment.manifest.data is not None and mnist.load().notice:
        click.echo(f"Notice: {mnist.load().notice}", err=True)


def _show(assignment: Assignment, results: Sequence[Result], folder: Path) -> None:
    console = Console()
    console.print(f"\n[bold]{assignment.manifest.title}[/bold] ({assignment.name})")
    console.print(class_table(results, console.width))
    summary = summarise(results)
    mean = "no scores" if summary.mean is None else f"mean {points(summary.mean)} of {points(summary.max_score)}"
    flagged = f"{summary.need_a_person} need{'s' if summary.need_a_person == 1 else ''} a person"
    console.print(f"{summary.submissions} submissions, {mean}; {flagged}.")
    click.echo(f"Report: {folder / 'report.html'}\nGrades: {folder / 'grades.csv'}")


def _isolation(assignment: Assignment, allowed: bool) -> Isolation:
    how = isolation(assignment)
    if how.weakness and not allowed:
        _stop(f"{how.weakness} Nothing was graded (--allow-weak-sandbox grades all the same).", NEEDS_A_PERSON)
    if how.weakness:
        click.echo(f"Warning: {how.weakness}", err=True)
    return how


def _course() -> Course:
    return find_course(Path.cwd())


def _stop(sentence: str, status: int) -> NoReturn:
    click.echo(f"autograder: {sentence}", err=True)
    sys.exit(status)
