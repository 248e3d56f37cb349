"""Grade what lies in one folder, for a kernel: `python -m autograder.platforms.folder COURSE ASSIGNMENT FOLDER HOW`.

HOW is `all` (the course's secret and hidden checks are there) or `public`. The judgement goes to standard output as
JSON; a fault goes to standard error.
"""

import sys
from pathlib import Path

import msgspec

from autograder.course.layout import Assignment, Course
from autograder.course.marks import marks_of
from autograder.course.seeds import course_secret, submission_seed
from autograder.errors import GraderFault
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import grade, task_score
from autograder.intake.submission import Source, Submission, read_submission
from autograder.kernels.judgement import PUBLIC, WALL_SECONDS, CheckJudgement, Judgement
from autograder.ledger.records import Result, TaskRecord
from autograder.outcomes import Outcome, Status
from autograder.sandbox.identity import forbid_inspection
from autograder.student.loopback import SEED
from autograder.visible import visible

SEEDING = 16
"""The digits of a receipt that the seed is drawn from: all that receipts had when the first packages were graded."""


def main() -> None:
    """Grade, and print the judgement."""
    root, name, folder, how = sys.argv[1:]
    forbid_inspection()
    assignment = Course(Path(root)).assignment(name)
    public_only = how == PUBLIC
    result = graded(assignment, Source(name, Path(folder)), public_only=public_only)
    sys.stdout.buffer.write(msgspec.json.encode(judgement(result, public_only=public_only)))


def graded(assignment: Assignment, source: Source, *, public_only: bool) -> Result:
    """The record of a submission. Raises `GraderFault` where it could read the hidden checks."""
    isolated = isolation(assignment, public_only=public_only)
    if isolated.weakness and not public_only:
        raise GraderFault(isolated.weakness)
    submission = read_submission(source, assignment.manifest.files, marks_of(assignment))
    job = Job(
        assignment=assignment,
        source=source,
        seed=SEED if public_only else receipt_seed(assignment, submission),
        spare_uid=isolated.spare_uid,
        public_only=public_only,
        wall_seconds=WALL_SECONDS,
    )
    return grade(job, submission).result


def receipt_seed(assignment: Assignment, submission: Submission) -> int:
    """The seed of a submission of which only the files are known: by its receipt, so that a regrade repeats it."""
    return submission_seed(course_secret(assignment.root), assignment.name, f"receipt:{submission.receipt[:SEEDING]}")


def judgement(result: Result, *, public_only: bool) -> Judgement:
    """Return what a kernel may learn of a result, in words that can be shown."""
    return Judgement(
        receipt=result.receipt,
        message=visible(result.message),
        tasks={task.id: _public_score(task, result) if public_only else task.score for task in result.tasks},
        checks=tuple(
            CheckJudgement(
                name=check.name,
                title=check.title,
                task=check.task,
                public=check.visibility == "public",
                passed=check.outcome is Outcome.PASSED,
                open=result.status is Status.REFUSED or check.outcome is Outcome.GRADER_ERROR,
                message=visible(f"({check.outcome.value}) {check.message}".strip()),
            )
            for check in result.checks
        ),
    )


def _public_score(task: TaskRecord, result: Result) -> float | None:
    """Return what a task would earn if there were no hidden checks; all of it where none is public."""
    checks = [check for check in result.checks if check.task == task.id]
    if result.status is Status.REFUSED:
        return None
    return task_score(task.points, checks) if checks else task.points


if __name__ == "__main__":
    main()
