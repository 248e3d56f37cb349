"""Grade many submissions, several at a time, each in a trusted worker process."""

from collections.abc import Generator, Iterable
from multiprocessing.connection import wait

from autograder.grading.job import Work, fault
from autograder.grading.worker_process import Worker
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
    workers: dict[object, Worker] = {}

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
                worker = workers[connection]
                work, attempt, graded = worker.work, worker.attempt, worker.result()
                if graded is None and attempt < ATTEMPTS:
                    again.append(work)
                task = following()
                if graded is not None and task is not None and worker.can_go_on_with(task[0]):
                    worker.give(*task)
                else:
                    workers.pop(connection).end()
                    if task is not None:
                        _start(workers, *task)
                if graded is not None:
                    yield graded
                elif attempt == ATTEMPTS:
                    yield fault(work, "The grader's process died while it graded this submission.")
    finally:
        for worker in workers.values():
            worker.terminate()


def _start(workers: dict[object, Worker], work: Work, attempt: int) -> None:
    worker = Worker(work, attempt)
    workers[worker.connection] = worker
