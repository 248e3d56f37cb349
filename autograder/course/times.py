"""Read `times.toml`: seconds that the course's own solutions take, told to students whose code takes too long."""

import math
from collections.abc import Mapping

import msgspec

from autograder import toml
from autograder.course.layout import Assignment
from autograder.errors import UserError

TIMES = "times.toml"

LEAST_SECONDS = 0.02
"""Times below it are not written down."""

MOST_TIMES = 100
"""No larger ratio is told: such code is not slow, it does not end."""


class TimesError(UserError):
    """Times that cannot be used; the message names the file and the task."""


class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds of computing time that the reference takes for the longest check of each task, by the task's id."""

    seconds: dict[str, float] = {}

    def of(self, task: str) -> float:
        """Return the seconds of a task, `LEAST_SECONDS` where none are written down."""
        return self.seconds.get(task, LEAST_SECONDS)


def times_of(assignment: Assignment) -> Times | None:
    """Return the times of an assignment, `None` where nobody has measured any. Raises `TimesError`."""
    path = assignment.folder / TIMES
    try:
        times = msgspec.convert(toml.loads(path.read_text(encoding="utf-8")), Times)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, toml.TOMLDecodeError, msgspec.ValidationError) as error:
        raise TimesError(f"{path}: {error}") from error
    ids = [task.id for task in assignment.manifest.tasks]
    for task, seconds in times.seconds.items():
        if task not in ids:
            raise TimesError(f"{path}: the manifest has no task {task!r}.")
        if seconds <= 0:
            raise TimesError(f"{path}: the seconds of task {task!r} must be above 0.")
    return times


def times_text(seconds: Mapping[str, float]) -> str:
    """Return the file's text for the times of tasks, in seconds, rounded up to one digit."""
    lines = [
        "# Seconds of computing time that the course's own solution takes in the longest check of each task, but for",
        f"# those under {LEAST_SECONDS:g} s. `python -m benchmarks.bench --write` measures them again.",
        "[seconds]",
    ]
    for task, value in seconds.items():
        if value >= LEAST_SECONDS:
            digit = 10.0 ** math.floor(math.log10(value))
            lines.append(f'"{task}" = {digit * math.ceil(value / digit):.1g}')
    return "\n".join(lines) + "\n"


def compared(limit: float, reference: float) -> str:
    """Return in a sentence how a limit compares with what the reference takes, both in seconds; else nothing."""
    ratio = limit / reference
    if ratio < 2:
        return ""
    digit = 10 ** math.floor(math.log10(ratio))
    times = min(digit * math.floor(ratio / digit), MOST_TIMES)
    return f"That is at least {times} times what the course's own solution takes."
