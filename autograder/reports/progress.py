"""The progress of grading: a line on standard error, for as long as it takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from autograder.ledger.records import Result
from autograder.reports.summary import needs_a_person
from autograder.visible import visible_line

NAMED = 3


class Bar:
    """A progress bar that says what is running, and how many need a person."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._running: list[str] = []
        self._flagged = 0

    def preparing(self, what: str) -> None:
        """Something is done before any submission is graded."""
        self._progress.update(self._task, said=what)

    def started(self, submission: str) -> None:
        """Grading of a submission begins."""
        self._running.append(submission)
        self._progress.update(self._task, said=self._said())

    def done(self, result: Result) -> None:
        """A submission has its result."""
        if result.submission in self._running:
            self._running.remove(result.submission)
        self._flagged += needs_a_person(result)
        self._progress.update(self._task, advance=1, said=self._said())

    def _said(self) -> str:
        names = [visible_line(name) for name in self._running[:NAMED]]
        names += ["…"] if len(self._running) > NAMED else []
        flagged = f"{self._flagged} need{'s' if self._flagged == 1 else ''} a person" if self._flagged else ""
        return "; ".join(part for part in (flagged, ", ".join(names)) if part)


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Bar]:
    """A bar on standard error; nothing where that is no terminal."""
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()),
        TextColumn("{task.fields[said]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress, progress.add_task(what, total=total, said=""))
