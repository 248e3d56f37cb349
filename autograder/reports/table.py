"""Results in a terminal: a class as a table, one submission as feedback for its author."""

import io
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.ledger.records import CheckRecord, Result, TaskRecord
from autograder.outcomes import Outcome
from autograder.reports.summary import earned_all, needs_a_person, tasks_of
from autograder.reports.wording import IN_ASCII, mark, mark_text, once, passed_text, points
from autograder.visible import visible, visible_line

PERSON_STYLE = "bold yellow"
NAME_WIDTH = 10
EDGES = 2
PAGE_WIDTH = 100
STYLES = {"good": "green", "bad": "red", "idle": "yellow", "alarm": PERSON_STYLE}


def class_table(results: Sequence[Result], width: int | None = None) -> Table:
    """A row for each submission: score, status (with `!` where a person is needed), points for each task.

    Where all this is wider than `width` characters, the tasks are left out and the caption says so.
    """
    tasks = tasks_of(results)
    most = max((result.max_score for result in results), default=0.0)
    heads = [
        Text(f"Score\n/{points(most)}"),
        Text("Status"),
        *(Text(f"{visible_line(task.id)}\n/{points(task.points)}") for task in tasks),
    ]
    rows = [_cells(result, tasks) for result in results]
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
    fits = width is None or NAME_WIDTH + sum(widths) + len(widths) + EDGES <= width
    shown = len(heads) if fits else 2
    table = Table(box=box.SIMPLE_HEAD, padding=0)
    table.add_column("Submission", overflow="fold", min_width=NAME_WIDTH)
    for head in heads[:shown]:
        table.add_column(head, justify="left" if head.plain == "Status" else "right", no_wrap=True)
    for result, row in zip(results, rows, strict=True):
        name = Text(visible_line(result.submission), style=PERSON_STYLE if needs_a_person(result) else "")
        table.add_row(name, *row[:shown])
    if not fits:
        table.caption = "The points for each task do not fit in here: see grades.csv."
    return table


def feedback(result: Result, console: Console, *, failures_only: bool = False, plain: bool = False) -> None:
    """Print one submission's result for its author: tasks, checks and messages, never a `detail`.

    With `failures_only`, checks that pass are counted, not listed. `plain` says in words what a sign would.
    """
    if result.score is not None:
        score = _of(result.score, result.max_score)
        console.print(Text(f"{visible_line(result.submission)}: {score}", style="bold"))
    if result.message:
        console.print(Text(visible(result.message), style="yellow" if needs_a_person(result) else ""))
    for note in result.notes:
        _print_indented(Text(visible(note)), console, Text("- "))
    causes = once(result)
    for cause in filter(None, causes.values()):
        console.print()
        _print_indented(Text(visible(cause), style=STYLES["bad"]), console, Text(""))
    for task in result.tasks:
        console.print()
        console.print(_task_head(task))
        if said := mark_text(result, task):
            _print_indented(Text(visible(said)), console, Text("  "))
        checks = [check for check in result.checks if check.task == task.id]
        passed = [check for check in checks if check.outcome is Outcome.PASSED] if failures_only else []
        for check in checks:
            if check not in passed:
                print_check(check, console, plain=plain, told=check.verdict in causes)
        if passed:
            sign = "" if plain else f"{mark(Outcome.PASSED)[0]} "
            console.print(Text(f"  {sign}{len(passed)} of {len(checks)} pass.", style=STYLES["good"]))
    ungraded = [check for check in result.checks if not check.task]
    if ungraded:
        console.print(Text("\nNot graded", style="bold"))
        for check in ungraded:
            print_check(check, console, plain=plain)
    console.print(Text(f"\n{passed_text(result) if result.graded_checks else 'No check ran.'}", style="bold"))


def feedback_text(result: Result) -> str:
    """The same as plain text, for a file."""
    text = io.StringIO()
    feedback(result, Console(file=text, width=PAGE_WIDTH, color_system=None))
    return text.getvalue()


def _width(cell: Text) -> int:
    return max(line.cell_len for line in cell.split())


def _cells(result: Result, tasks: Sequence[TaskRecord]) -> list[Text]:
    """Score, status and the points for each task."""
    status = Text(f"! {result.standing}", style=PERSON_STYLE) if needs_a_person(result) else Text(result.standing)
    found = {task.id: task for task in result.tasks}
    return [
        Text(points(result.score), style="bold"),
        status,
        *(_task_cell(found.get(task.id)) for task in tasks),
    ]


def _task_cell(task: TaskRecord | None) -> Text:
    if task is None or task.score is None:
        return Text(points(None), style="yellow")
    if earned_all(task.score, task.points):
        return Text(points(task.score), style="green")
    return Text(points(task.score), style="red" if task.score == 0 else "")


def _task_head(task: TaskRecord) -> Text:
    head = Text(f"Task {visible_line(task.id)}  {visible_line(task.title)}", style="bold")
    return head.append(f"  ({_of(task.score, task.points)})", style="not bold")


def _of(score: float | None, most: float) -> str:
    worth = f"{points(most)} point{'' if most == 1 else 's'}"
    return f"worth {worth}" if score is None else f"{points(score)} of {worth}"


def print_check(check: CheckRecord, console: Console, *, plain: bool = False, told: bool = False) -> None:
    """Print the sign of a check (`plain`: a word), its title, and what its author may read, unless it is `told`."""
    optional = not check.task and check.outcome is Outcome.NOT_ATTEMPTED
    sign, meaning = mark(Outcome.NOT_RUN if optional else check.outcome)
    sign = sign if console.encoding.startswith("utf") else IN_ASCII[sign]
    colour = STYLES[meaning]
    title = Text(visible_line(check.title))
    if check.outcome is not Outcome.PASSED and check.task and not plain:
        title.append(f" ({check.outcome.value})", style=colour)
    start = (f"{check.outcome.value}:", "") if plain else (sign, colour)
    _print_indented(title, console, Text.assemble("  ", start, " "))
    if check.message and not told:
        _print_indented(Text(visible(check.message)), console, Text("    "))


def _print_indented(text: Text, console: Console, start: Text) -> None:
    """Print `start` and the text beside it, every further line as far to the right as the first."""
    indent = Text(" " * start.cell_len)
    for number, line in enumerate(text.wrap(console, max(1, console.width - start.cell_len))):
        line.rstrip()
        console.print((indent if number else start) + line)
