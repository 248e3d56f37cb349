"""One submission to grade, and what becomes of it, whatever goes wrong."""

import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from autograder.checks.verdicts import DETAIL_FRAMES, presentable
from autograder.course.layout import Assignment
from autograder.grading.collection import with_checks
from autograder.grading.judge import Grading, judge, versions
from autograder.intake.submission import Source, Submission, read_submission
from autograder.ledger.records import Result, TaskRecord
from autograder.ledger.units import Graded, Unit
from autograder.outcomes import Status
from autograder.sandbox.spare_uids import spare_uid

T = TypeVar("T")


@dataclass(frozen=True)
class Work:
    """One submission to grade.

    `spare_uid` says whether it runs as a user of its own, `cold` whether every process starts from nothing. `known`
    are units of earlier runs by their keys.
    """

    assignment: Assignment
    source: Source
    seed: int
    spare_uid: bool
    cold: bool = False
    known: Mapping[str, Unit] = field(default_factory=dict)

    def read(self) -> Submission:
        """What was handed in."""
        return read_submission(self.source, self.assignment.manifest.files)

    def uid(self) -> AbstractContextManager[int | None]:
        """A spare uid for as long as the context lasts, where one is wanted. Raises `SandboxError`."""
        return spare_uid() if self.spare_uid else nullcontext()

    def grading(self, submission: Submission, uid: int | None) -> Grading:
        """How to grade what was read."""
        return Grading(self.assignment, submission, self.seed, uid, cold=self.cold, known=self.known)


def grade_one(work: Work) -> Graded:
    """Grade one submission in this process, checks collected for it alone."""
    return attempt(work, _grade)


def _grade(work: Work) -> Graded:
    submission = work.read()
    with work.uid() as uid:
        grading = work.grading(submission, uid)
        return with_checks(work.assignment, lambda checks: judge(checks, grading))


def attempt(work: Work, grade: Callable[[Work], T]) -> T | Graded:
    """What `grade` comes to, or the record of its failure."""
    try:
        return grade(work)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here must not stop the class
        reason = "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-DETAIL_FRAMES))
        return fault(work, presentable(reason))


def encoded(graded: Graded) -> bytes:
    """As JSON, so that nothing of a submission is ever unpickled."""
    return msgspec.json.encode(graded)


def decoded(content: bytes | str) -> Graded:
    """What `encoded` made."""
    return msgspec.json.decode(content, type=Graded)


def fault(work: Work, reason: str) -> Graded:
    """The record of a submission that could not be graded by a fault of ours; `reason` is for the instructor."""
    manifest = work.assignment.manifest
    result = Result(
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
    return Graded(result)
