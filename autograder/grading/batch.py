"""Grade many submissions, several at a time, each in a trusted worker process."""

import multiprocessing
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import dataclass

import msgspec

from autograder.course import Assignment
from autograder.grading.run import grade, versions
from autograder.intake.submission import Source, read_submission
from autograder.outcomes import Status
from autograder.records import Result, TaskRecord
from autograder.sandbox.identity import die_with, forbid_inspection
from autograder.sandbox.spare_uids import spare_uid
from autograder.verdicts import DETAIL_FRAMES, presentable


@dataclass(frozen=True)
class Work:
    """One submission to grade; `spare_uid` says whether it runs as a user of its own."""

    assignment: Assignment
    source: Source
    seed: int
    spare_uid: bool


def grade_all(works: Sequence[Work], jobs: int) -> Iterator[Result]:
    """Grade every submission, `jobs` at a time; results come as they are done. A single one is graded here.

    A worker that dies takes nothing with it: what it had not finished is graded again, each in a worker of its
    own, and what kills that one too is recorded as a grader error.
    """
    if len(works) == 1:
        yield msgspec.json.decode(grade_one(works[0]), type=Result)
        return
    unfinished = dict(enumerate(works))
    with _pool(jobs) as pool:
        numbers: dict[Future[bytes], int] = {pool.submit(grade_one, work): n for n, work in unfinished.items()}
        try:
            for future in as_completed(numbers):
                try:
                    result = _result(future)
                except BrokenProcessPool:
                    break
                del unfinished[numbers[future]]
                yield result
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for work in unfinished.values():
        with _pool(1) as pool:
            try:
                yield _result(pool.submit(grade_one, work))
            except BrokenProcessPool:
                yield fault(work, "The grader's process died while it graded this submission.")


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


def _result(future: Future[bytes]) -> Result:
    return msgspec.json.decode(future.result(), type=Result)


def _pool(jobs: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with, initargs=(os.getpid(),))


def _end_with(parent: int) -> None:
    """Have a worker end when the process that started it does, however that ends, and keep its memory to itself."""
    if sys.platform == "linux":
        die_with(parent)
        forbid_inspection()
