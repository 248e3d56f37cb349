"""A student's standing in an assignment, from the results of its public checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.manifest import Manifest
from autograder.ledger.records import CheckRecord
from autograder.outcomes import Outcome
from autograder.reports.wording import points

STYLES = {"done": "green", "next": "bold yellow"}


class State(str, Enum):
    """The state of a task. The value is the word that a student reads."""

    DONE = "done"
    OPEN = "open"
    EMPTY = "empty"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Standing:
    """One task, and its public checks."""

    id: str
    title: str
    points: float
    checks: tuple[CheckRecord, ...]

    @property
    def passed(self) -> int:
        """The number of its checks that pass."""
        return sum(check.outcome is Outcome.PASSED for check in self.checks)

    @property
    def failing(self) -> CheckRecord | None:
        """The first check that does not pass, if there is one."""
        return next((check for check in self.checks if check.outcome is not Outcome.PASSED), None)

    @property
    def state(self) -> State:
        """The state of the task by these checks."""
        outcomes = {check.outcome for check in self.checks}
        if outcomes <= {Outcome.PASSED}:
            return State.DONE
        if outcomes == {Outcome.NOT_ATTEMPTED}:
            return State.EMPTY
        return State.NOT_RUN if outcomes == {Outcome.NOT_RUN} else State.OPEN


def standings(manifest: Manifest, checks: Sequence[CheckRecord]) -> list[Standing]:
    """Each task that has a public check, in the order of the manifest."""
    found = [
        Standing(task.id, task.title, task.points, tuple(check for check in checks if check.task == task.id))
        for task in manifest.tasks
    ]
    return [standing for standing in found if standing.checks]


def next_open(found: Sequence[Standing]) -> Standing | None:
    """The first task that has something left to do, if one has."""
    return next((standing for standing in found if standing.state in (State.OPEN, State.EMPTY)), None)


def print_standings(manifest: Manifest, found: Sequence[Standing], console: Console) -> None:
    """Print a line for each task: how it stands, what it is worth, how many of its public checks pass."""
    passed, total = sum(standing.passed for standing in found), sum(len(standing.checks) for standing in found)
    done = sum(standing.state is State.DONE for standing in found)
    console.print(Text(f"{manifest.title}: {done} of {len(found)} tasks done, {passed} of {total} public checks pass"))
    console.print()
    table = Table(box=None, pad_edge=False, header_style="")
    for column in ("", "Task", "", "Points", "Public checks"):
        table.add_column(column, justify="right" if column == "Points" else "left")
    following = next_open(found)
    for standing in found:
        word = "next" if standing is following else standing.state.value
        table.add_row(
            Text(word, style=STYLES.get(word, "")),
            standing.id,
            Text(standing.title),
            points(standing.points),
            f"{standing.passed} of {len(standing.checks)} pass",
        )
    for part in manifest.written:
        table.add_row("by hand", part.id, Text(f"{part.title} ({part.file})"), points(part.points), "a person marks it")
    console.print(table)
