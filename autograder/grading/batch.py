"""Grade many submissions, several at a time, each in a trusted worker process."""

import multiprocessing
import os
from collections.abc import Generator, Iterable
from contextlib import suppress
from multiprocessing.connection import wait

from autograder.grading.work import Work, decoded, fault
from autograder.grading.worker import serve
from autograder.ledger.units import Graded

ATTEMPTS = 2
"""Workers that may die over one submission."""


def grade_all(works: Iterable[Work], jobs: int) -> Generator[Graded, None, None]:
    """Grade every submission, `jobs` at a time; results come as they are done.

    `works` is read as they are begun.
    A worker that dies takes nothing with it: what it had not finished is graded again in a fresh one, and what kills
    that one too is recorded as a grader error. Close the iterator to end the workers early.
    """
    waiting = iter(works)
    again: list[Work] = []
    workers: dict[object, _Worker] = {}

    def following() -> tuple[Work, int] | None:
        if again:
            return again.pop(), ATTEMPTS
        work = next(waiting, None)
        return None if work is None else (work, 1)

    try:
        for _ in range(jobs):
            if (task := following()) is not None:
                _start(workers, *task)
        while workers:
            for connection in wait([worker.connection for worker in workers.values()]):
                worker = workers.pop(connection)
                work, attempt, content = worker.work, worker.attempt, worker.result()
                if content is None and attempt < ATTEMPTS:
                    again.append(work)
                task = following()
                if content is not None and task is not None and worker.can_go_on_with(task[0]):
                    worker.give(*task)
                    workers[connection] = worker
                else:
                    worker.end()
                    if task is not None:
                        _start(workers, *task)
                if content is not None:
                    yield decoded(content)
                elif attempt == ATTEMPTS:
                    yield fault(work, "The grader's process died while it graded this submission.")
    finally:
        for worker in workers.values():
            worker.process.terminate()
            worker.end()


def _start(workers: "dict[object, _Worker]", work: Work, attempt: int) -> None:
    worker = _Worker(work, attempt)
    workers[worker.connection] = worker


class _Worker:
    """A process that grades, with a pipe of its own: a lock that it shared with others could outlive it, held."""

    def __init__(self, work: Work, attempt: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, os.getpid()))
        self.process.start()
        theirs.close()
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
        self.process.join()
