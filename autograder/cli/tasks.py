"""Commands for students about one task: show a hint, trace its lines, restore its functions."""

import tokenize
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from textwrap import fill

import msgspec
from rich.text import Text

from autograder.cli.ending import WRONG_USAGE, say, stop
from autograder.cli.own_work import asked_for, console, is_plain, outcomes_of, usable_submission
from autograder.cli.shared import mind_the_data
from autograder.course.functions import Function, functions_of, replaced, text_of
from autograder.course.functions import asked_for as asked_for_by
from autograder.course.hints import Hint, hints_of, where_to_read
from autograder.course.layout import Assignment
from autograder.course.stubs import given_files
from autograder.errors import GraderFault
from autograder.files import write_atomically
from autograder.grading.collection import Collection, with_checks
from autograder.ledger.records import CheckRecord
from autograder.outcomes import Outcome
from autograder.reports.standing import next_open, standings
from autograder.reports.table import print_check
from autograder.student.loopback import LoopbackHost
from autograder.student.trace import Trace
from autograder.visible import visible_line

NOT_FAILED = (Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_RUN)
WIDTH = 78
READ = "hints.json"
OLD = "old"


def hint(words: Sequence[str], step: int | None) -> None:
    """Give a hint on a task, one step more each time: a question, the idea, the formula."""
    assignment, tasks = asked_for(words)
    task = tasks[0] if tasks else _next_task(assignment)
    found = hints_of(assignment).get(task)
    heading = where_to_read(assignment, task)
    say(f"Task {task}  {assignment.manifest.task(task).title}")
    if heading:
        say(f"Explained in README.md, under “{heading}”.")
    if found is None:
        say("Nobody has written a hint on it. `autograder next` shows a failing check.")
        return
    read = _read(assignment)
    shown = step or min(read.get(task, 0) + 1, len(found.steps))
    _show(found, shown)
    if shown < len(found.steps):
        say(f"\nOnce more for the next step: autograder hint {task}")
    with suppress(OSError):  # in a folder that cannot be written, the first step comes each time
        read[task] = max(shown, read.get(task, 0))
        write_atomically(assignment.aside / READ, msgspec.json.encode(read))


def reset(words: Sequence[str]) -> None:
    """Put the functions of a task back to what was given, and keep the old ones aside."""
    assignment, task = _one_task(words)
    given = given_files(assignment)
    found = [
        (name, given[name].decode("utf-8"), function)
        for name in assignment.manifest.files
        if name.endswith(".py") and name in given and name not in assignment.manifest.brought
        for function in asked_for_by(functions_of(given[name]), task)
        if function.empty
    ]
    if not given:
        stop("The original files are missing here: unpack your package once more, and copy from there.", 1)
    if not found:
        stop(f"There is nothing to write for task {task}, so nothing to put back.", 1)
    for name, stub, function in found:
        _put_back(assignment, name, function, text_of(stub, function))


def trace(words: Sequence[str], name: str, plain: bool) -> None:
    """Run one public check of a task, and show each line of the student's own functions with what it changed."""
    assignment, task = _one_task(words)
    mind_the_data(assignment)
    files = [
        assignment.folder / Path(module).with_suffix(end)
        for module in assignment.manifest.modules
        for end in (".py", ".ipynb")
    ]
    traced = Trace(files)
    check = with_checks(assignment, lambda found: _traced(found, assignment, task, name, traced), public_only=True)
    out = console(plain)
    out.print(Text(f"{visible_line(check.title)}\n", style="bold"))
    for line in traced.lines:
        out.print(Text(visible_line(line)), soft_wrap=True)
    if not traced.lines:
        out.print("None of your functions was called.")
    out.print()
    print_check(check, out, plain=is_plain(plain))


def _one_task(words: Sequence[str]) -> tuple[Assignment, str]:
    assignment, tasks = asked_for(words)
    if len(tasks) != 1:
        stop(f"Name one task: {', '.join(task.id for task in assignment.manifest.tasks)}.", WRONG_USAGE)
    return assignment, tasks[0]


def _traced(found: Collection, assignment: Assignment, task: str, name: str, traced: Trace) -> CheckRecord:
    """Run the check of this name, or the first of a task that fails, or else the first, and trace it."""
    host = LoopbackHost(assignment)
    own = [spec for spec in found.specs if spec.task == task and name in ("", spec.name)]
    if not own:
        known = ", ".join(spec.name for spec in found.specs if spec.task == task)
        raise GraderFault(f"Task {task} has no public check {name}. There are: {known or 'none'}.")
    chosen = own[0].name
    if not name:
        groups = [group for group in found.groups if group.name in {spec.group for spec in own}]
        records = [record for group in groups for record in found.run(group, host)]
        failing = (one.name for one in records if one.task == task and one.outcome not in NOT_FAILED)
        chosen = next(failing, chosen)
        found.start()
    (group,) = [group for group in found.groups if chosen in {spec.name for spec in group.specs}]
    with traced:
        (record,) = found.run(group, host, only=chosen)
    return record


def _next_task(assignment: Assignment) -> str:
    standing = next_open(standings(assignment.manifest, outcomes_of(assignment, usable_submission(assignment))))
    if standing is None:
        stop("All public checks pass. Name a task to read its hint.", 0)
    return standing.id


def _read(assignment: Assignment) -> dict[str, int]:
    """Return how many steps of each task's hint were read."""
    try:
        return msgspec.json.decode((assignment.aside / READ).read_bytes(), type=dict[str, int])
    except (OSError, msgspec.DecodeError):
        return {}


def _show(found: Hint, steps: int) -> None:
    for name, text in list(zip(("A question", "The idea", "The formula"), found.steps, strict=True))[:steps]:
        say(f"\n{name}:")
        for line in text.strip().split("\n"):
            say(fill(line, WIDTH, initial_indent="  ", subsequent_indent="  "))


def _put_back(assignment: Assignment, name: str, function: Function, stub: str) -> None:
    """Replace a student's function by that of the stub."""
    path = assignment.folder / name
    content = path.read_bytes()
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        source = content.decode(encoding)
        own = [one for one in functions_of(content) if one.name == function.name]
    except (SyntaxError, ValueError) as error:
        line = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
        stop(f"{name} is not valid Python{line}, so its functions cannot be told apart: mend that first.", 1)
    if not own:
        stop(f"{name} has no {function.name}. It was given as:\n\n{stub}", 1)
    kept = _kept_place(assignment.aside / OLD, f"{Path(name).stem}.{function.name}")
    write_atomically(kept, text_of(source, own[-1]))
    write_atomically(path, replaced(source, own[-1], stub).encode(encoding))
    say(f"{name}: {function.name} is as it was given.\nYours is kept in {kept.relative_to(assignment.folder)}")


def _kept_place(folder: Path, name: str) -> Path:
    """A file that is not there yet."""
    number = 1
    while (place := folder / f"{name}.{number}.py").exists():
        number += 1
    return place
