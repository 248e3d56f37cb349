"""Results in a terminal: a class as a table, one submission as feedback for its author."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.outcomes import Outcome
from autograder.outlets.summary import earned_all, needs_a_person, tasks_of
from autograder.outlets.wording import points, visible, visible_line
from autograder.records import CheckRecord, Result, TaskRecord

PERSON_MARK = "!"
MARKS = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.SKIPPED: ("–", "yellow"),
    Outcome.NOT_RUN: ("–", "yellow"),
    Outcome.GRADER_ERROR: ("!", "bold yellow"),
}
FAILED_MARK = ("✗", "red")


def class_table(results: Sequence[Result]) -> Table:
    """A row for each submission: score, status (with `!` where a person is needed), points for each task."""
    tasks = tasks_of(results)
    most = max((result.max_score for result in results), default=0.0)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Submission", overflow="fold")
    table.add_column(f"Score\n/{points(most)}", justify="right", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    for task in tasks:
        table.add_column(
            Text(f"{visible_line(task.id)}\n/{points(task.points)}"), justify="right", no_wrap=True
        )
    for result in results:
        scores = {task.id: task for task in result.tasks}
        flagged = needs_a_person(result)
        table.add_row(
            Text(visible_line(result.submission), style="bold yellow" if flagged else ""),
            Text(points(result.score), style="bold"),
            Text(f"{PERSON_MARK} {result.status.value}", style="bold yellow")
            if flagged
            else Text(result.status.value),
            *(_task_cell(scores.get(task.id)) for task in tasks),
        )
    return table


def feedback(result: Result, console: Console) -> None:
    """Print one submission's result for its author: tasks, checks and messages, never a `detail`."""
    if result.score is not None:
        score = _of(result.score, result.max_score)
        console.print(Text(f"{visible_line(result.submission)}: {score}", style="bold"))
    if result.message:
        console.print(Text(visible(result.message), style="yellow" if needs_a_person(result) else ""))
    for task in result.tasks:
        console.print()
        console.print(_task_head(task))
        for check in result.checks:
            if check.task == task.id:
                _print_check(check, console)
    if result.notes:
        console.print(Text("\nNotes", style="bold"))
        for note in result.notes:
            _print_indented(Text(visible(note)), 2, console)
    if result.checks:
        passed = sum(check.outcome is Outcome.PASSED for check in result.checks)
        console.print(Text(f"\n{passed} of {len(result.checks)} checks passed.", style="bold"))
    else:
        console.print(Text("\nNo check ran.", style="bold"))


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


def _print_check(check: CheckRecord, console: Console) -> None:
    mark, colour = MARKS.get(check.outcome, FAILED_MARK)
    line = Text.assemble((mark, colour), " ", visible_line(check.title))
    if check.outcome is not Outcome.PASSED:
        line.append(f" ({check.outcome.value})", style=colour)
    _print_indented(line, 2, console)
    if check.message:
        _print_indented(Text(visible(check.message)), 4, console)


def _print_indented(text: Text, width: int, console: Console) -> None:
    for line in text.wrap(console, max(1, console.width - width)):
        line.rstrip()
        console.print(Text(" " * width) + line)
