"""The reference is graded before any submission: checks that it fails must not judge students."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from textwrap import indent

import msgspec

from autograder.course.layout import Assignment
from autograder.errors import UserError
from autograder.grading.job import Job
from autograder.grading.judge import inputs_of
from autograder.intake.submission import Source, read_submission
from autograder.ledger.digests import digest, files_digest
from autograder.ledger.records import Result
from autograder.ledger.units import Graded
from autograder.outcomes import Outcome

REFERENCE = "the reference"
"""Its id among submissions; theirs cannot hold a blank."""

SEEDS = (1, 2, 3)
MEMORY = ".autograder/references"
"""Folder of the course with an empty file for everything that a reference has full marks under."""
NAMED = 5
"""Failures that are told in full."""


class FailingReferenceError(UserError):
    """The reference does not have full marks; the message names the checks that it fails."""

    def __init__(self, assignment: Assignment, failures: Sequence[str]) -> None:
        more = [f"… and {len(failures) - NAMED} more."] if len(failures) > NAMED else []
        super().__init__(
            "\n".join(
                [
                    f"{assignment.name}: the reference does not have full marks, so nothing was graded.",
                    *failures[:NAMED],
                    *more,
                    f"Mend the checks or {assignment.solution}. To grade all the same, add --despite-reference: "
                    "every result is marked then.",
                ]
            )
        )


def has_reference(assignment: Assignment) -> bool:
    """Return whether the course holds anything of the reference: packages for other graders are made without it."""
    own = set(assignment.manifest.files) - set(assignment.manifest.brought)
    return any((assignment.solution / name).exists() for name in own)


def reference_jobs(assignment: Assignment, *, spare_uid: bool, cold: bool) -> list[Job]:
    """The reference as a submission, once for each seed. Raises `ManifestError`.

    It includes the parts that a person grades, where the course holds them: checks may read them.
    """
    written = {part.file for part in assignment.manifest.written}
    paths = {name: assignment.reference(name) for name in assignment.manifest.files}
    files = tuple(path for name, path in paths.items() if name not in written or path.exists())
    source = Source(REFERENCE, assignment.solution, files, own=True)
    return [Job(assignment=assignment, source=source, seed=seed, spare_uid=spare_uid, cold=cold) for seed in SEEDS]


def reference_key(job: Job, cluster: str | None) -> str:
    """A key that changes with the reference and everything that judges it, and with where it is graded.

    Raises `DataError`, `GraderFault`.
    """
    reference = read_submission(job.source, job.assignment.manifest.files)
    inputs = inputs_of({"": _digest_of_checks(job.assignment)}, job, reference)
    return digest(msgspec.json.encode(replace(inputs, seed=""), order="deterministic"), cluster or "")


def passed_before(assignment: Assignment, key: str) -> bool:
    """Return whether the reference has had full marks under this key, in whatever folder the grades were."""
    return _memory(assignment, key).exists()


def remember(assignment: Assignment, key: str) -> None:
    """Keep with the course that the reference has full marks under this key.

    In a course that cannot be written to, the reference is graded again next time.
    """
    with suppress(OSError):
        place = _memory(assignment, key)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()


def _memory(assignment: Assignment, key: str) -> Path:
    return assignment.root / MEMORY / assignment.name / key


def _digest_of_checks(assignment: Assignment) -> str:
    """Return a digest of every file that checks are made of, and of all that lies beside the hidden ones."""
    beside = [*assignment.folder.glob("*.py"), *assignment.hidden.rglob("*")]
    files = [path for path in beside if path.is_file() and path.suffix != ".pyc"]
    return files_digest({str(path): path.read_bytes() for path in files})


def failures_of_reference(
    jobs: Sequence[Job], graded: Iterable[Graded], again: Callable[[Sequence[Job]], Iterable[Graded]]
) -> list[str]:
    """Return what the reference fails, each check once. If the machine may be the cause, grade it once more."""
    found = {one.result.seed: one for one in graded}
    unsure = [job for job in jobs if not _is_sure(found[job.seed])]
    if unsure:
        found.update({one.result.seed: one for one in again(unsure)})
    return _failures(one.result for one in found.values())


def _is_sure(graded: Graded) -> bool:
    return bool(graded.units) and all(unit.reusable for unit in graded.units)


def _failures(results: Iterable[Result]) -> list[str]:
    failures: dict[str, str] = {}
    for result in sorted(results, key=lambda result: result.seed):
        if not result.checks or result.detail:
            failures.setdefault("", result.detail)
            continue
        for check in result.checks:
            if check.outcome is not Outcome.PASSED:
                head = f"Task {check.task}, {check.name} (seed {result.seed}): {check.outcome.value}"
                failures.setdefault(check.name, f"{head}\n{indent(check.detail, '    ')}")
    return list(failures.values())


def despite_reference(graded: Graded) -> Graded:
    """The same, marked: the reference did not have full marks when it was graded."""
    return replace(graded, result=replace(graded.result, despite_reference=True))
