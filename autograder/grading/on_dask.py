"""Grade on the workers of a Dask cluster, which see the course and the submissions under the same paths."""

import socket
import threading
from collections.abc import Generator, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from autograder.errors import UserError
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import fault
from autograder.grading.pool import ATTEMPTS, DIED, Worker
from autograder.ledger.units import Graded, decoded, encoded

CONNECT_SECONDS = 10
AHEAD = 2
"""Submissions that are handed out for each thread of the cluster, so that none waits for the next."""

_own = threading.local()


class DaskError(UserError):
    """A cluster that cannot be used; the message names the address and the remedy."""


def grade_all_on(address: str, jobs: Iterable[Job]) -> Generator[Graded, None, None]:
    """Grade every submission on the cluster at `address`; results come as they are done, as JSON text.

    If a worker dies, another one grades its submissions; a submission that has ended as many workers as Dask allows is
    recorded as a grader error. Close the iterator to give up what is still running. Raises `DaskError` where Dask is
    not installed, or no cluster with a worker answers.
    """
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise DaskError(f"--dask needs Dask ({error}): in the course's folder, pip install '.[dask]'.") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise DaskError(f"{address}: no Dask scheduler answers ({error}).") from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise DaskError(f"{address}: this cluster has no workers yet: start some, and grade again.")
        waiting = iter(jobs)
        handed_out = {_submit(client, job): job for job in islice(waiting, AHEAD * threads)}
        running = as_completed(handed_out)
        for future in running:
            job = handed_out.pop(future)
            try:
                graded = decoded(future.result())
            except KilledWorker as error:
                graded = fault(job, f"Every Dask worker that graded this submission died ({error}).")
            except Exception as error:
                raise DaskError(f"{address}: a worker cannot grade ({type(error).__name__}: {error}).") from error
            future.release()
            following = next(waiting, None)
            if following is not None:
                another = _submit(client, following)
                handed_out[another] = following
                running.add(another)
            yield graded


def grade_here(job: Job) -> str:
    """Grade one submission in this thread's own worker; the record as JSON. What runs on the cluster.

    How submissions are isolated is this machine's business; where they could read the checks, nothing is run.
    """
    how = isolation(job.assignment)
    if how.weakness:
        return encoded(fault(job, f"{socket.gethostname()}: {how.weakness}")).decode()
    job = replace(job, spare_uid=how.spare_uid)
    for attempt in range(1, ATTEMPTS + 1):
        worker = _worker_for(job, attempt)
        graded = worker.watched_result()
        if graded is not None:
            return encoded(graded).decode()
        worker.end()
        del _own.worker
    return encoded(fault(job, DIED)).decode()


def _worker_for(job: Job, attempt: int) -> Worker:
    """This thread's worker, at work on the submission."""
    worker: Worker | None = getattr(_own, "worker", None)
    if worker is not None and worker.can_go_on_with(job):
        worker.give(job, attempt)
        return worker
    if worker is not None:
        worker.end()
    _own.worker = fresh = Worker(job, attempt)
    return fresh


def _submit(client: Any, job: Job) -> Any:
    return client.submit(grade_here, job, pure=False)
