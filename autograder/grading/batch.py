"""Grade many submissions, several at a time, each in a trusted worker process."""

import multiprocessing
import os
import sys
import traceback
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

import msgspec

from autograder.course import Assignment
from autograder.grading.run import grade, versions
from autograder.intake.submission import Source, read_submission
from autograder.outcomes import Status
from autograder.records import Result, TaskRecord
from autograder.sandbox.errors import SandboxError
from autograder.sandbox.identity import die_with, forbid_inspection
from autograder.sandbox.spare_uids import spare_uid
from autograder.verdicts import DETAIL_FRAMES, presentable

ATTEMPTS = 2
"""Workers that may die over one submission."""


@dataclass(frozen=True)
class Work:
    """One submission to grade; `spare_uid` says whether it runs as a user of its own."""

    assignment: Assignment
    source: Source
    seed: int
    spare_uid: bool


def grade_all(works: Sequence[Work], jobs: int) -> Generator[Result, None, None]:
    """Grade every submission, `jobs` at a time; results come as they are done. A single one is graded here.

    A worker that dies takes nothing with it: what it had not finished is graded again in a fresh one, and what kills
    that one too is recorded as a grader error. Close the iterator to end the workers early.
    """
    if len(works) == 1:
        yield msgspec.json.decode(grade_one(works[0]), type=Result)
        return
    waiting = deque((work, 1) for work in works)
    workers: dict[object, _Worker] = {}
    try:
        while workers or waiting:
            while waiting and len(workers) < jobs:
                worker = _Worker(*waiting.popleft())
                workers[worker.connection] = worker
            for connection in wait([worker.connection for worker in workers.values()]):
                worker = workers[connection]
                content = worker.result()
                if content is None and worker.attempt < ATTEMPTS:
                    waiting.append((worker.work, worker.attempt + 1))
                if content is not None and waiting:
                    worker.give(*waiting.popleft())
                else:
                    work = workers.pop(connection).work
                    worker.end()
                if content is not None:
                    yield msgspec.json.decode(content, type=Result)
                elif worker.attempt == ATTEMPTS:
                    yield fault(work, "The grader's process died while it graded this submission.")
    finally:
        for worker in workers.values():
            worker.process.terminate()
            worker.end()


def grade_one(work: Work) -> bytes:
    """Grade one submission; the record as JSON, so that nothing of a submission is ever unpickled."""
    try:
        submission = read_submission(work.source, work.assignment.manifest.files)
        with spare_uid() if work.spare_uid else nullcontext() as uid:
            return msgspec.json.encode(grade(work.assignment, submission, seed=work.seed, uid=uid))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here must not stop the class
        reason = "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-DETAIL_FRAMES))
        return msgspec.json.encode(fault(work, presentable(reason)))


def fault(work: Work, reason: str) -> Result:
    """The record of a submission that could not be graded by a fault of ours; `reason` is for the instructor."""
    manifest = work.assignment.manifest
    return Result(
        submission=work.source.id,
        assignment=work.assignment.name,
        score=None,
        max_score=manifest.points,
        status=Status.NEEDS_REVIEW,
        message="This submission could not be graded, by a fault that is not yours. A person will look at it.",
        tasks=tuple(TaskRecord(task.id, task.title, task.points, None) for task in manifest.tasks),
        checks=(),
        notes=(),
        seed=work.seed,
        sandbox=(),
        versions=versions(manifest),
        detail=reason,
    )


class _Worker:
    """A process that grades, with a pipe of its own: a lock that it shared with others could outlive it, held."""

    def __init__(self, work: Work, attempt: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, os.getpid()))
        self.process.start()
        theirs.close()
        self.give(work, attempt)

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


def _serve(connection: Connection, parent: int) -> None:
    """Be a worker: grade what comes until nothing more does; end with `parent`, however that ends."""
    if sys.platform == "linux":
        forbid_inspection()
        try:
            die_with(parent)
        except SandboxError:
            os._exit(1)  # it has ended already, and nobody is there to be told
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            connection.send_bytes(grade_one(connection.recv()))
