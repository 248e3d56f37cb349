"""Run a module of the submission statement by statement: one that fails is skipped, and the next one is run.

Python itself stops a module at the first statement that raises, and everything below it is missing. Here the rest runs,
in a `.py` and in a notebook: a stray `input()` costs the student that line only. So does a statement that uses up the
computing time of the import, where `limit` has set one.
"""

import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType, ModuleType

from autograder.student.compiled import Statement

ADDRESS = re.compile("0x[0-9a-fA-F]{4,}")

SHARE = 0.8
"""Of the import's computing time: after that a statement is interrupted, so that the others still have their turn."""

SHARE_AFTERWARDS = 0.05
"""Share of it for each statement that comes after an interrupted one."""


class TimeUp(BaseException):
    """Time is used up: that of the import, or in a process with a watchdog that of a check."""


@dataclass
class _Clock:
    """The slow statements of this process: the limit, and those that are never run again."""

    seconds: float | None = None
    slow: frozenset[str] = frozenset()
    running: bool = False


_clock = _Clock()


def limit(seconds: float, slow: Iterable[str]) -> None:
    """Interrupt a statement that uses up the import's computing time, of so many seconds; skip the statements that an
    earlier process of the same submission had to interrupt.
    """
    _clock.seconds, _clock.slow = seconds, frozenset(slow)


@contextmanager
def timed() -> Iterator[None]:
    """Keep the limit, if there is one, for the import that is done in this context."""
    if _clock.seconds is None or sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGPROF, _interrupt)
    signal.setitimer(signal.ITIMER_PROF, SHARE * _clock.seconds, SHARE_AFTERWARDS * _clock.seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _clock.running:
        raise TimeUp


@dataclass(frozen=True)
class Skipped:
    """A statement that did not run to its end: where (`perceptron.py, line 3`), why, and whether it was too slow."""

    place: str
    reason: str
    slow: bool

    @property
    def note(self) -> str:
        """The sentence for the student."""
        return f"{self.place} was skipped: {self.reason}"


def run_all(statements: Iterable[Statement], module: ModuleType, file: str, skipped: Callable[[Skipped], None]) -> None:
    """Run the statements of a file, or of the cell that `file` names, in `module`; tell `skipped` what was skipped.

    Raises `SystemExit` where a program ends itself.
    """
    for statement in statements:
        place = f"{file}, line {statement.line}"
        if place in _clock.slow:
            skipped(Skipped(place, _too_slow(), slow=True))
            continue
        try:
            _run(statement, module)
        except TimeUp:
            skipped(Skipped(place, _too_slow(), slow=True))
        except (Exception, SystemExit) as error:
            if isinstance(error, SystemExit) and module.__name__ == "__main__":
                raise
            inner = _line(error, statement.code.co_filename)
            where = f" (in line {inner})" if inner not in (None, statement.line) else ""
            skipped(Skipped(place, f"{described(error)}{where}.", slow=False))


def _run(statement: Statement, module: ModuleType) -> None:
    outer, _clock.running = _clock.running, True
    try:
        exec(statement.code, module.__dict__)
    finally:
        _clock.running = outer


def _too_slow() -> str:
    if _clock.seconds is None:
        return "it took too long."
    return f"the import may take {_clock.seconds:g} s of computing time, and this line used that up."


def _line(error: BaseException, filename: str) -> int | None:
    """The innermost line of a file that the error passed through."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def described(error: BaseException) -> str:
    """The error's type and the text it was made with; no `__str__` of the student's is called."""
    texts = [argument for argument in error.args if type(argument) is str]
    shown = [ADDRESS.sub("0x…", text)[:200].rstrip(".") for text in texts[:1]]
    return ": ".join([type(error).__name__, *shown])
