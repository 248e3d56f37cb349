"""Ends student code that goes on for ever, in this very process and on every system: no signal, no fork.

A thread watches the one that runs the student's code, and has an exception raised in it. Where that cannot come
through, since C code runs that lets no other thread run or the student's code catches it, `faulthandler` ends the
process and prints the line.
"""

import ctypes
import faulthandler
import math
import os
import sys
import threading
import time
from dataclasses import dataclass, replace
from types import FrameType

from autograder.student.statements import TimeUp

TICK_SECONDS = 0.1
SPARE = 2.0
"""Limit on a laptop, which may be slow, as a multiple of the grader's."""

WAITING = 0.25
"""Share that counts of the time in which nothing is computed."""

AGAIN_SECONDS = 1.0
"""After which the exception is raised again where the student's code has caught it."""

GRACE_SECONDS = 5.0
"""After which the exception has not come through."""

DEBUGGERS = frozenset({"bdb", "pdb", "cmd", "code", "IPython", "pydevd", "_pydevd_bundle", "debugpy"})

_stderr = [2]
"""The descriptor that `faulthandler` writes to, last."""


def remember_stderr() -> None:
    """Write to what is now the standard error, also while pytest catches what is printed there."""
    _stderr.append(os.dup(2))


@dataclass(frozen=True)
class Turn:
    """A turn of the clock: whether the student's code runs, its limit in seconds, and what earlier turns had used."""

    runs: bool
    limit: float = math.inf
    used: float = 0.0


class Watchdog:
    """Watches the thread that enters it; `start` and `stop` say when student code runs there.

    `TimeUp` is raised between the two only, never in the code around them. What has not been entered, or knows of no
    limit, ends nothing.
    """

    def __init__(self) -> None:
        self._turn = Turn(runs=False)
        self._used = self._again = 0.0
        self._raising = False
        self._sent = False
        self._armed = False
        self._watched: int | None = None
        self._done = threading.Event()

    def __enter__(self) -> "Watchdog":
        self._watched = threading.get_ident()
        self._done = threading.Event()
        threading.Thread(target=self._watch, args=(self._done,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watched = None
        self._disarm()

    @property
    def limit(self) -> float:
        """The limit of the code now, in seconds."""
        return self._turn.limit

    def begin(self, seconds: float) -> None:
        """Start the clock of a check that the grader gives so many seconds."""
        self._turn = Turn(runs=False, limit=SPARE * seconds)
        self._used = self._again = 0.0

    def start(self, seconds: float | None = None) -> Turn:
        """Watch student code: it uses the time of the check, or has so many of the grader's seconds for itself.

        Return what `stop` goes back to.
        """
        before = replace(self._turn, used=self._used)
        if seconds is not None:
            self._used = self._again = 0.0
        self._turn = Turn(runs=True, limit=before.limit if seconds is None else SPARE * seconds)
        if self._watched is not None and not self._armed:
            self._arm()
        return before

    def stop(self, before: Turn, *, own_time: bool = False) -> None:
        """Go back to what was before `start`, or leave alone what the student's code calls.

        Once this has returned, nothing is raised that was meant for the student's code. `TimeUp` may still come while
        it runs: then call it again.
        """
        self._turn = Turn(runs=False, limit=before.limit)
        while self._raising:
            time.sleep(0)
        if self._sent:
            self._sent = False
            time.sleep(0)  # what was sent and has not come yet comes here
        if own_time:
            self._used = before.used
        self._turn = before

    def pause(self) -> Turn:
        """Leave code alone that the student's code has called and that is not the student's; see `resume`."""
        before = self._turn
        self.stop(Turn(runs=False, limit=before.limit))
        return before

    def resume(self, before: Turn) -> None:
        """Go on watching."""
        self._turn = before

    def _watch(self, done: threading.Event) -> None:
        clock, computed = time.monotonic(), time.process_time()
        while not done.wait(TICK_SECONDS):
            wall = min(time.monotonic() - clock, 2 * TICK_SECONDS)  # a laptop may have slept in between
            cpu = time.process_time() - computed
            clock, computed = time.monotonic(), time.process_time()
            turn = self._turn
            if not turn.runs:
                self._disarm()
                continue
            if not _in_a_debugger(_frame_of(self._watched)):
                self._used += max(min(wall, cpu), WAITING * wall)
            if self._used < turn.limit + GRACE_SECONDS:
                self._arm()
            if self._used > max(turn.limit, self._again):
                self._raise(turn)

    def _raise(self, turn: Turn) -> None:
        self._raising = True
        if self._turn is turn and self._watched is not None:
            self._sent, self._again = True, self._used + AGAIN_SECONDS
            wanted = ctypes.py_object(TimeUp)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._watched), wanted)
        self._raising = False

    def _arm(self) -> None:
        """End the process if nobody comes here again in time."""
        if math.isinf(self._turn.limit):
            return
        self._armed = True
        faulthandler.dump_traceback_later(self._turn.limit + GRACE_SECONDS, exit=True, file=_stderr[-1])

    def _disarm(self) -> None:
        if self._armed:
            self._armed = False
            faulthandler.cancel_dump_traceback_later()


def _frame_of(thread: int | None) -> FrameType | None:
    return sys._current_frames().get(thread) if thread is not None else None


def _in_a_debugger(frame: FrameType | None) -> bool:
    """Return whether a person is looking at this frame."""
    while frame is not None:
        if str(frame.f_globals.get("__name__")).partition(".")[0] in DEBUGGERS:
            return True
        frame = frame.f_back
    return False
