"""Commands for students: show where they stand, run their checks, show what comes next, pack the zip to hand in."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.cli.ending import say
from autograder.cli.own_work import (
    asked_for,
    check_own_work,
    chosen,
    console,
    is_plain,
    last_outcomes,
    outcomes_of,
    own_functions,
    own_submission,
    usable_submission,
)
from autograder.cli.shared import course_here
from autograder.course.functions import asked_for as asked_for_by
from autograder.course.hints import hints_of, where_to_read
from autograder.course.layout import Assignment, CourseError, assignment_at
from autograder.course.plan import Unit, plan_of, total
from autograder.course.stubs import given_files
from autograder.data import mnist
from autograder.data.dataset import DataError
from autograder.errors import GraderFault
from autograder.files import write_atomically
from autograder.intake.submission import Submission
from autograder.ledger.records import CheckRecord
from autograder.outcomes import Outcome
from autograder.platforms.archive import zip_of
from autograder.platforms.contents import unix_lines
from autograder.reports.standing import Standing, State, next_open, print_standings, standings
from autograder.reports.table import feedback, print_check
from autograder.reports.wording import counted, points
from autograder.sandbox.libraries import NotInstalledError, not_installed
from autograder.visible import visible_line


def list_() -> None:
    """List the assignments of this course."""
    course = course_here()
    units = {unit.assignment.name: unit for unit in plan_of(course)}
    table = Table(box=None, pad_edge=False)
    for column in ("Assignment", "Points", *(("Hours", "Builds on") if units else ()), "To hand in"):
        table.add_column(
            column,
            justify="right" if column in ("Points", "Hours") else "left",
            overflow="fold",
            no_wrap=column == "To hand in",
        )
    for assignment in course.assignments():
        manifest = assignment.manifest
        title = f"{manifest.title} (draft)" if manifest.draft else manifest.title
        unit = units.get(assignment.name)
        planned = (f"{unit.hours:g}", ", ".join(unit.numbers)) if unit else ("",) * (2 if units else 0)
        of_written = "".join(f" + {points(part.points)}" for part in manifest.written)
        worth = points(manifest.points) + of_written
        table.add_row(f"{assignment.name}\n  {escape(title)}", worth, *planned, "\n".join(manifest.files))
    Console().print(table)
    if units:
        say(f"\n{_sums(list(units.values()))}")


def _sums(units: Sequence[Unit]) -> str:
    """Return the sums of the assignments that count, and the names of those that do not."""
    found = total(units)
    by_a_person = f", {points(found.written)} of them by a person" if found.written else ""
    others = [f" {unit.assignment.name} does not count." for unit in units if not unit.counts]
    return f"Together {points(found.points)} points{by_a_person}, and {found.hours:g} hours.{''.join(others)}"


def data() -> None:
    """Show which images are available for training, and fetch MNIST if it is missing."""
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


def check(words: Sequence[str], everything: bool, plain: bool) -> None:
    """Run the public checks on your work: all of them, those of one task, or those of a part."""
    assignment, tasks = asked_for(words)
    result = check_own_work(assignment, own_submission(assignment), tasks)
    feedback(result, console(plain), failures_only=not everything, plain=is_plain(plain))
    lacking = {task.id for task in assignment.manifest.tasks if not_installed(frozenset(task.imports))}
    judged = {one.outcome for one in result.graded_checks if one.task not in lacking}
    sys.exit(0 if judged == {Outcome.PASSED} else 1)


def where(plain: bool) -> bool:
    """Say where a student stands in the assignment around the working folder, or in each of their package.

    Return `False` where there is neither.
    """
    here = assignment_at(Path.cwd())
    if here is None:
        try:
            course = course_here()
        except CourseError:
            return False
        names = course.names()
        if (course.root / "solutions").is_dir():
            return False
        if len(names) > 1:
            _overview(course.assignments())
            return True
        here = course.assignment(names[0])
    submission = usable_submission(here)
    found = standings(here.manifest, outcomes_of(here, submission))
    print_standings(here.manifest, found, console(plain))
    _what_to_type(here, found)
    return True


def next_(assignment: str | None, plain: bool) -> None:
    """Show the first open task: where it is explained, where it stands, and its first failing check."""
    here = chosen(assignment)
    submission = usable_submission(here)
    standing = next_open(standings(here.manifest, outcomes_of(here, submission)))
    if standing is None:
        say("All public checks pass. Hidden checks judge the same tasks on other inputs: `autograder submit`.")
        return
    hint = hints_of(here).get(standing.id)
    worth = f"{points(standing.points)} point{'' if standing.points == 1 else 's'}"
    say(f"Task {standing.id}  {standing.title}  (worth {worth})\n")
    heading = where_to_read(here, standing.id)
    say(f"Explained in  README.md{f', under “{heading}”' if heading else ''}")
    for line in _places(here, standing.id):
        say(f"To write in   {line}")
    failing = standing.failing
    if failing is not None:
        say(f"\n{standing.passed} of {len(standing.checks)} public checks pass. The first that does not:")
        print_check(failing, console(plain), plain=is_plain(plain))
    say("")
    _type(_commands(standing, hint is not None))


def submit(assignment: str | None, output: Path | None, yes: bool) -> None:
    """Run the public checks on your work, list what is open, and pack it into a zip to hand in.

    Without ASSIGNMENT: the one whose folder you are in.
    """
    here = chosen(assignment)
    submission = usable_submission(here)
    checks: tuple[CheckRecord, ...] = ()
    try:
        checks = tuple(check for check in check_own_work(here, submission).checks if check.task)
        not_run = sum(check.outcome is Outcome.NOT_RUN for check in checks)
        say(
            f"{sum(check.outcome is Outcome.PASSED for check in checks)} of "
            f"{counted(len(checks), 'public check')} passed"
            f"{f', {not_run} not run' if not_run else ''}."
        )
    except (DataError, GraderFault, NotInstalledError) as error:
        say(f"The public checks could not be run: {error}", err=True)
    for note in submission.notes:
        say(visible_line(note), err=True)
    lacking = [*_open_tasks(standings(here.manifest, checks)), *_as_given(here, submission)]
    for line in lacking:
        say(line)
    if {check.outcome for check in checks} == {Outcome.NOT_ATTEMPTED} and not yes:
        click.confirm("Nothing has been filled in yet. Pack it all the same?", abort=True)
    elif lacking and not yes and sys.stdin.isatty():
        click.confirm("Pack it all the same?", abort=True)
    target = output or Path.cwd() / f"{here.name}-submission.zip"
    write_atomically(target, zip_of(_packed(here, submission)))
    say(f"Packed {', '.join(sorted(submission.files))}.\nHand in: {target}\nReceipt: {submission.receipt}")


def _open_tasks(found: Sequence[Standing]) -> Iterator[str]:
    """Yield what a student should know of tasks with checks that do not pass."""
    for state, words in ((State.OPEN, "Open"), (State.EMPTY, "Empty"), (State.NOT_RUN, "Not run")):
        tasks = [standing.id for standing in found if standing.state is state]
        if tasks:
            yield f"{words}: {', '.join(tasks)}"


def _as_given(assignment: Assignment, submission: Submission) -> Iterator[str]:
    """Yield which files are still as they were given, and which of an earlier assignment are missing."""
    given = given_files(assignment)
    for name in assignment.manifest.files:
        earlier = assignment.manifest.brought.get(name)
        remedy = f": copy yours from {earlier}" if earlier else ""
        if name in submission.files:
            if name in given and unix_lines(submission.files[name]) == given[name]:
                yield f"As it was given, nothing written yet: {name}{remedy}"
        elif earlier and str(Path(name).with_suffix(".ipynb")) not in submission.files:
            yield f"Missing: {name}{remedy}"


def _what_to_type(assignment: Assignment, found: Sequence[Standing]) -> None:
    standing = next_open(found)
    say("")
    if standing is not None:
        for line in _places(assignment, standing.id):
            say(f"Next: {standing.id}, in {line}")
        _type({"autograder next": f"what {standing.id} asks for, and its failing check"})
        _type(_commands(standing, standing.id in hints_of(assignment)))
    _type({"autograder submit": "pack it to hand in"})


def _commands(standing: Standing, has_hint: bool) -> dict[str, str]:
    """Return what helps with a task."""
    commands = {f"autograder check {standing.id}": "only its checks"}
    if has_hint:
        commands[f"autograder hint {standing.id}"] = "a hint, one step more each time"
    if standing.state is State.OPEN:
        commands[f"autograder trace {standing.id}"] = "your lines, and what each has changed"
    return commands


def _type(commands: Mapping[str, str]) -> None:
    for command, what in commands.items():
        say(f"  {command:24}  {what}")


def _places(assignment: Assignment, task: str) -> list[str]:
    """Return where the functions of a task stand: `perceptron.py, line 64: Perceptron.update`."""
    return [
        f"{name}, line {function.line}: {function.name}"
        for name, functions in own_functions(assignment).items()
        for function in asked_for_by(functions, task)
    ]


def _overview(assignments: Sequence[Assignment]) -> None:
    """A line for each assignment of a package, as its checks were when they ran last."""
    table = Table(box=None, pad_edge=False, header_style="")
    for column in ("Assignment", "Tasks done", "Public checks, when they ran last"):
        table.add_column(column)
    for assignment in assignments:
        found = standings(assignment.manifest, last_outcomes(assignment))
        done = sum(standing.state is State.DONE for standing in found)
        passed, total = sum(standing.passed for standing in found), sum(len(standing.checks) for standing in found)
        table.add_row(
            assignment.name,
            f"{done} of {len(found)}" if found else "",
            f"{passed} of {total} pass" if found else "not run yet",
        )
    Console().print(table)
    say(f"\nChange to the folder of one, and type `autograder` there: cd assignments/{assignments[0].name}")


def _packed(assignment: Assignment, submission: Submission) -> dict[str, bytes]:
    """The files to hand in: one alone as it is, several in a folder."""
    folder = f"{assignment.name}/" if len(submission.files) > 1 else ""
    return {f"{folder}{name}": content for name, content in submission.files.items()}
