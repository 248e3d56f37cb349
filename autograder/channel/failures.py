"""The failures that can happen between a check and the student's code."""

from dataclasses import dataclass
from typing import Any

from autograder.channel.refusals import UNSENDABLE
from autograder.outcomes import Outcome


class ChannelError(Exception):
    """Base of the faults below."""


class ProtocolFailure(ChannelError):
    """The student process broke the rules of the channel."""


class CheckMisuse(ChannelError):
    """A check used the channel wrongly: the grader's fault, never the student's."""


class StandInRaises(Exception):
    """A refusal by a check's function: the student's call of it then raises `ValueError` with this text."""


class Unsendable(ChannelError):
    """A value that cannot cross; `code` is a key of `UNSENDABLE`."""

    def __init__(self, code: str) -> None:
        super().__init__(UNSENDABLE[code])
        self.code = code


@dataclass(frozen=True)
class Frame:
    """One of the student's own lines in a traceback; `file` is relative to the submission."""

    file: str
    line: int
    function: str
    source: str


class StudentError(ChannelError):
    """The student's code raised an exception.

    `type_name` is the exception's own name, `bases` the built-in classes it derives from, nearest first;
    `forbidden` is a key of `FORBIDDEN` where the sandbox refused something. `deed` is what the check had done last.
    """

    def __init__(
        self,
        type_name: str,
        bases: tuple[str, ...],
        text: str,
        frames: tuple[Frame, ...],
        forbidden: str | None = None,
    ) -> None:
        super().__init__(f"{type_name}: {text}" if text else type_name)
        self.type_name = type_name
        self.bases = bases
        self.text = text
        self.frames = frames
        self.forbidden = forbidden
        self.deed: Any = None


class StudentDied(ChannelError):
    """The student process ended, or was ended, before it answered.

    `shown` is what its code has chosen, such as an exit status: not for the message of a hidden check. `by_load` says
    that its time ran out on a machine that was too busy for more than half of it. `called` is the function that a check
    was waiting for.
    """

    def __init__(self, outcome: Outcome, sentence: str, shown: str = "", *, by_load: bool = False) -> None:
        super().__init__(f"{sentence} {shown}".strip())
        self.outcome = outcome
        self.sentence = sentence
        self.shown = shown
        self.by_load = by_load
        self.called = ""


def of_kind(error: BaseException, kind: str) -> None:
    """Note of which kind of input an exception tells; what was noted first is nearest to it."""
    if not kind_of(error):
        error.__dict__["kind"] = kind


def kind_of(error: BaseException) -> str:
    """Return the kind of input that an exception is noted to be about; else an empty text."""
    return str(error.__dict__.get("kind", ""))
