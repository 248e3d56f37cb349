"""The grader's end of a worker."""

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Pipe

import msgspec

from autograder.grading.job import Work, decoded
from autograder.grading.templates import program
from autograder.ledger.units import Graded

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A worker forks, and other submissions want the other cores."""


class Worker:
    """A process that grades, with a pipe of its own: a lock that it shared with others could outlive it, held."""

    def __init__(self, work: Work, attempt: int) -> None:
        self.connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program("autograder.grading.worker"), str(theirs.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ONE_THREAD},
                start_new_session=True,  # Ctrl-C is for the grader, which then ends its workers
            )
        self.give(work, attempt)

    def can_go_on_with(self, work: Work) -> bool:
        """Whether the checks that it has collected are those that this submission needs."""
        return work.assignment == self.work.assignment and not (work.cold or self.work.cold)

    def give(self, work: Work, attempt: int) -> None:
        """Have it grade a submission; `attempt` counts the workers that have tried."""
        self.work, self.attempt = work, attempt
        with suppress(OSError):  # it has died, and `result` will say so
            self.connection.send(work)

    def result(self) -> Graded | None:
        """What it has sent; `None` where it has died."""
        try:
            graded = decoded(self.connection.recv_bytes())
        except (EOFError, OSError, msgspec.DecodeError):
            return None
        return graded if graded.result.submission == self.work.source.id else None

    def end(self) -> None:
        """Let it go, and wait until it is gone."""
        self.connection.close()
        self._process.wait()

    def terminate(self) -> None:
        """End it, whatever it is at, and wait until it is gone."""
        self._process.terminate()
        self.end()
