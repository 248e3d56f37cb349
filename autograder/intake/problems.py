"""Reasons why a submission cannot be used: one sentence for the student, one for the instructor."""

from dataclasses import dataclass

from autograder.errors import UserError
from autograder.outcomes import Status
from autograder.visible import visible_line


class IntakeError(UserError):
    """A path on the command line that holds no submissions; the message names it and the remedy."""

    def __init__(self, message: str) -> None:
        super().__init__(visible_line(message))


@dataclass(frozen=True)
class Problem:
    """A problem that keeps a submission from being graded.

    `status` is `NOTHING_TO_GRADE` or `REFUSED`, `message` is for the student and tells the remedy,
    `detail` is for the instructor.
    """

    status: Status
    message: str
    detail: str


class Unusable(Exception):
    """Raised while a submission is read; carries the `Problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refused(message: str, detail: str | None = None) -> Unusable:
    """Something was handed in, but it cannot be taken as it is."""
    return Unusable(Problem(Status.REFUSED, message, detail or message))


def nothing(message: str) -> Unusable:
    """None of the files that the assignment asks for was handed in."""
    return Unusable(Problem(Status.NOTHING_TO_GRADE, message, message))


def printable(name: str, length: int = 80) -> str:
    """A name that a student chose, safe to show: printable characters only, at most `length` of them."""
    safe = "".join(c if c.isprintable() else "?" for c in name)
    return safe if len(safe) <= length else safe[: length - 1] + "…"
