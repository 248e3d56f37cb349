"""The grader's end of a worker."""

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Pipe

from autograder.grading.templates import ENGINE
from autograder.grading.work import Work

SOURCE = f"import sys; sys.path.insert(0, {ENGINE!r}); from autograder.grading.worker import main; main()"
"""Runs this very engine, wherever it lies."""


class Worker:
    """A process that grades, with a pipe of its own: a lock that it shared with others could outlive it, held."""

    def __init__(self, work: Work, attempt: int) -> None:
        self.connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SOURCE, str(theirs.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self.give(work, attempt)

    def can_go_on_with(self, work: Work) -> bool:
        """Whether the checks that it has collected are those that this submission needs."""
        return work.assignment == self.work.assignment and work.cold == self.work.cold

    def give(self, work: Work, attempt: int) -> None:
        """Have it grade a submission; `attempt` counts the workers that have tried."""
        self.work, self.attempt = work, attempt
        with suppress(OSError):  # it has died, and `result` will say so
            self.connection.send(work)

    def result(self) -> bytes | None:
        """The record that it has sent; `None` where it has died."""
        try:
            return self.connection.recv_bytes()
        except (EOFError, OSError):
            return None

    def end(self) -> None:
        """Let it go, and wait until it is gone."""
        self.connection.close()
        self._process.wait()

    def terminate(self) -> None:
        """End it, whatever it is at, and wait until it is gone."""
        self._process.terminate()
        self.end()
