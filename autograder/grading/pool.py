"""A pool of workers: trusted processes that grade several submissions at a time."""

import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait

import msgspec

from autograder.grading.job import Job
from autograder.grading.judge import fault
from autograder.grading.resources import MIB, cpu_seconds, resident_bytes
from autograder.grading.templates import program
from autograder.ledger.units import Graded, decoded

ATTEMPTS = 2
"""Workers that may die over one submission."""

RENEWED_AFTER = 200
"""Submissions after which a worker makes room for a fresh one."""

MOST_BYTES = 1024 * MIB
"""Resident memory of a worker, which holds checks and images, and the answers of one submission."""

LOOK_SECONDS = 0.25
END_SECONDS = 10.0
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Other submissions want the other cores."""

DIED = "The grader's process died while it graded this submission."


class Worker:
    """A process that grades, with a pipe of its own: a lock that it shared with others could outlive it, held.

    `attempt` counts the workers that have tried the submission that it is at.
    """

    def __init__(self, job: Job, attempt: int) -> None:
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
        self._given = 0
        self._faulted = False
        self.give(job, attempt)

    def can_go_on_with(self, job: Job) -> bool:
        """Return whether it may grade this submission next, with the checks that it has collected."""
        fresh_enough = self._given < RENEWED_AFTER and not self._faulted
        return fresh_enough and job.assignment == self.job.assignment and not (job.cold or self.job.cold)

    def give(self, job: Job, attempt: int) -> None:
        """Have it grade a submission."""
        self.job, self.attempt = job, attempt
        self._given += 1
        self._ends = time.monotonic() + job.longest_seconds
        self._computed = cpu_seconds(self._process.pid) or 0.0
        with suppress(OSError):  # it has died, and `result` will say so
            self.connection.send(job)

    def result(self) -> Graded | None:
        """Return what it has sent; `None` where it has died."""
        try:
            graded = decoded(self.connection.recv_bytes())
        except (EOFError, OSError, msgspec.DecodeError):
            self._faulted = True
            return None
        self._faulted = graded.faulted
        return graded

    def watched_result(self) -> Graded | None:
        """Wait for what it sends, or for the moment when it has to be ended; `None` where it has died."""
        while not self.connection.poll(LOOK_SECONDS):
            if (ended := self.ended_by_a_limit()) is not None:
                return ended
        return self.result()

    def ended_by_a_limit(self) -> Graded | None:
        """The record of its submission, where it has passed a limit; it is killed then."""
        if time.monotonic() > self._ends:
            why = f"The grader's process was silent for {self.job.longest_seconds:.0f} s, and was ended."
        elif (cpu_seconds(self._process.pid) or 0.0) - self._computed > self.job.own_cpu_seconds:
            why = f"The grader's process computed for more than {self.job.own_cpu_seconds:.0f} s, and was ended."
        elif resident_bytes(self._process.pid) > MOST_BYTES:
            why = f"The grader's process grew above {MOST_BYTES // MIB} MiB, and was ended."
        else:
            return None
        self._process.kill()
        self._faulted = True
        return fault(self.job, why)

    def end(self) -> None:
        """Let it go, and wait until it is gone."""
        self.connection.close()
        self._process.wait()

    def terminate(self) -> None:
        """End it, whatever it is at, and wait until it is gone."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        self._process.kill()
        self.end()


def grade_all(jobs: Iterable[Job], at_a_time: int) -> Generator[Graded, None, None]:
    """Grade every submission, `at_a_time` at a time; results come as they are done.

    `jobs` is read as they are begun. A worker that dies takes nothing with it: its unfinished submission is graded
    again in a fresh one, and recorded as a grader error if it kills that one too. A submission that makes a worker pass
    a limit is recorded so at once. Close the iterator to end the workers early.
    """
    waiting = iter(jobs)
    again: list[Job] = []
    workers: dict[Connection, Worker] = {}

    def following() -> tuple[Job, int] | None:
        if again:
            return again.pop(), ATTEMPTS
        job = next(waiting, None)
        return None if job is None else (job, 1)

    def start(job: Job, attempt: int) -> None:
        worker = Worker(job, attempt)
        workers[worker.connection] = worker

    def go_on(worker: Worker) -> None:
        """Give a worker that is done its next submission, or that to another."""
        task = following()
        if task is not None and worker.can_go_on_with(task[0]):
            worker.give(*task)
            return
        workers.pop(worker.connection).end()
        if task is not None:
            start(*task)

    try:
        for _ in range(at_a_time):
            if (task := following()) is not None:
                start(*task)
        while workers:
            ready = wait(list(workers), LOOK_SECONDS)
            for connection, worker in list(workers.items()):
                graded = worker.result() if connection in ready else worker.ended_by_a_limit()
                if graded is None and connection not in ready:
                    continue
                job, attempt = worker.job, worker.attempt
                if graded is None and attempt < ATTEMPTS:
                    again.append(job)
                go_on(worker)
                if graded is not None:
                    yield graded
                elif attempt == ATTEMPTS:
                    yield fault(job, DIED)
    finally:
        for worker in workers.values():
            worker.terminate()
