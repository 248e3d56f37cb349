"""Grade one submission: run the checks on it, turn verdicts into points."""

import importlib.metadata
import platform
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import autograder
from autograder.checks.causes import holds_code, one_cause
from autograder.checks.excerpts import excerpts_of
from autograder.checks.order import failed_tasks, needed_for
from autograder.checks.spec import CheckGroup
from autograder.checks.verdicts import DETAIL_FRAMES, Verdict, presentable
from autograder.course.layout import Assignment
from autograder.course.manifest import Manifest
from autograder.course.marks import marks_of
from autograder.data.dataset import Dataset
from autograder.data.mnist import load
from autograder.errors import GraderFault
from autograder.grading.collection import Collection, record, with_checks
from autograder.grading.host import SandboxHost
from autograder.grading.job import Job
from autograder.grading.load import Spent
from autograder.grading.resources import bounded_memory
from autograder.grading.templates import libraries_of, template_for
from autograder.intake.submission import Submission, read_submission
from autograder.ledger.digests import data_digest, engine_digest, files_digest, manifest_digest
from autograder.ledger.marking import by_a_person
from autograder.ledger.records import DECIMALS, CheckRecord, Result, TaskRecord
from autograder.ledger.units import Graded, Inputs, Unit, known_unit, outcomes_of
from autograder.outcomes import Cause, Outcome, Status
from autograder.sandbox.layers import offered_layers
from autograder.sandbox.libraries import NotInstalledError, allowed_libraries
from autograder.sandbox.spare_uids import spare_uid


def grade(job: Job, submission: Submission) -> Graded:
    """Grade one submission in this process, with checks collected for it alone; `submission` is what the job reads.

    Raises `DataError` for images that cannot be read, `GraderFault` for checks that cannot be run.
    """
    start_template(job)
    return with_checks(job.assignment, lambda checks: judge(checks, job, submission), public_only=job.public_only)


def start_template(job: Job) -> None:
    """Have the template import its libraries while the checks are collected. Raises `GraderFault`.

    Where something is known of the submission, perhaps nothing has to be run.
    """
    if not job.cold and not job.known:
        template_for(libraries_of(job.assignment.manifest.imports)).start()


def judge(checks: Collection, job: Job, submission: Submission) -> Graded:
    """Run the checks of every group that is not known. Raises `DataError`, `GraderFault`."""
    if submission.problem is not None:
        return Graded(_result(checks, job, submission, ()))
    with spare_uid() if job.spare_uid else nullcontext() as uid:
        inputs = (
            None if job.public_only else inputs_of(checks.digests, job, submission)
        )  # students do not have all of them
        with bounded_memory():
            units = _units(checks, job, submission, uid, inputs)
    return Graded(_result(checks, job, submission, units), inputs, tuple(units))


def _read(job: Job) -> Submission:
    assignment = job.assignment
    return read_submission(job.source, assignment.manifest.files, marks_of(assignment))


def safely(checks: Collection, job: Job) -> Graded:
    """Read a submission and judge it; a failure, which must not stop a class, ends in its record."""
    try:
        return judge(checks, job, _read(job))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here is recorded
        reason = "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-DETAIL_FRAMES))
        return fault(job, presentable(reason))


def fault(job: Job, reason: str) -> Graded:
    """Return the record of a submission that the grader failed to grade; `reason` is for the instructor."""
    manifest = job.assignment.manifest
    result = Result(
        submission=job.source.id,
        assignment=job.assignment.name,
        score=None,
        max_score=manifest.points,
        status=Status.NEEDS_REVIEW,
        message="This submission could not be graded. That is not your fault. A person will look at it.",
        tasks=tuple(TaskRecord(task.id, task.title, task.points, None) for task in manifest.tasks),
        checks=(),
        notes=(),
        seed=job.seed,
        sandbox=(),
        versions=versions(manifest),
        detail=reason,
    )
    return Graded(result)


def _units(checks: Collection, job: Job, submission: Submission, uid: int | None, inputs: Inputs | None) -> list[Unit]:
    """Return what each group makes of a submission, run now or known."""
    assignment = job.assignment
    substitute = None if job.public_only else substitute_of(assignment)
    host = SandboxHost(
        assignment.manifest,
        submission.files,
        job.seed,
        uid,
        substitute,
        job.wall_seconds,
        cold=job.cold,
        tells_lines=job.public_only,  # by a student: no record that must be the same in the next run
    )
    units: list[Unit] = []
    checks.start()
    for group in needed_for(checks.groups, job.tasks) if job.tasks else checks.groups:
        key = inputs.key(group.name) if inputs is not None else ""
        unit = known_unit(group, key, units, job.known)
        if unit is None:
            units.append(_run(checks, group, key, host, units))
        else:
            units.append(unit)
            checks.take(group, [check.outcome for check in unit.checks])
            beside = max(0.0, unit.wall - unit.cpu - unit.waiting)
            host.count(Spent(cpu=unit.cpu, wall=unit.wall, grader=beside))
    return units


def inputs_of(checks: Mapping[str, str], job: Job, submission: Submission) -> Inputs:
    """Everything that the verdicts on a submission follow from; `checks` are digests of them.

    Raises `DataError`, `GraderFault`.
    """
    assignment = job.assignment
    return Inputs(
        submission=submission.id,
        content=files_digest(submission.files),
        seed=str(job.seed),
        data=data_digest(_images(assignment)),
        manifest=manifest_digest(assignment.manifest, substitute_of(assignment)),
        engine=engine_digest(),
        versions=", ".join(f"{name} {version}" for name, version in versions(assignment.manifest).items()),
        layers=", ".join(offered_layers(job.spare_uid)),
        checks=checks,
    )


def _run(checks: Collection, group: CheckGroup, key: str, host: SandboxHost, before: Sequence[Unit]) -> Unit:
    """Run the checks of a group in student processes of their own."""
    host.forget()
    failed = failed_tasks(outcomes_of(before))
    before_it = host.used()
    records = checks.run(group, host)
    return Unit(
        group=group.name,
        key=key,
        checks=tuple(records),
        failed=tuple(task for task in group.waits_for if task in failed),
        layers=host.layers,
        notes=tuple(map(presentable, host.notes)),
        substituted=host.substituted,
        cpu=round(host.used().cpu - before_it.cpu, 4),
        wall=round(host.used().wall - before_it.wall, 4),
        waiting=round(host.used().waiting - before_it.waiting, 4),
    )


def _result(checks: Collection, job: Job, submission: Submission, units: Sequence[Unit]) -> Result:
    assignment = job.assignment
    manifest, problem = assignment.manifest, submission.problem
    if problem is None:
        unordered = [check for unit in units for check in unit.checks]
    else:
        missing = Verdict(Outcome.NOT_RUN, problem.message)
        unordered = [record(spec, missing) for spec in checks.specs]
    places = {task.id: place for place, task in enumerate(manifest.tasks)}
    records = tuple(sorted(unordered, key=lambda check: places.get(check.task, len(places))))
    status = Status.GRADED
    if problem is not None:
        status = problem.status
    elif any(check.outcome is Outcome.GRADER_ERROR for check in records):
        status = Status.NEEDS_REVIEW
    open_tasks = job.public_only or status is Status.REFUSED
    tasks = _task_records(manifest, () if open_tasks else records)
    images = _images(assignment)
    notes = (*submission.notes, *_last(unit.notes for unit in units), *_remarks(job, units, images))
    return Result(
        submission=submission.id,
        assignment=assignment.name,
        score=_total(tasks),
        max_score=manifest.points,
        status=status,
        message=problem.message if problem else "",
        tasks=tasks,
        checks=records,
        notes=tuple(map(presentable, notes)),
        seed=job.seed,
        sandbox=_last(unit.layers for unit in units),
        versions=versions(manifest),
        data=images.name if images is not None else "none",
        provisional=images is not None and images.provisional,
        detail=problem.detail if problem else "",
        receipt=submission.receipt,
        cause=_cause(manifest, submission, records) if status is Status.GRADED and _total(tasks) == 0 else None,
        excerpts=excerpts_of(submission.files, [*notes, *(check.quoted for check in records)]),
    )


def _cause(manifest: Manifest, submission: Submission, checks: Sequence[CheckRecord]) -> Cause | None:
    """The one cause of a zero, if it has one; files of an earlier assignment are not what was handed in here."""
    own = [name for name in submission.files if Path(name).stem in manifest.modules and name not in manifest.brought]
    empty = not any(name.endswith(".ipynb") or holds_code(submission.files[name]) for name in own)
    return one_cause([check.verdict for check in checks], empty=empty)


def _last(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The last that is not empty."""
    return next((texts for texts in reversed(list(found)) if texts), ())


def _images(assignment: Assignment) -> Dataset | None:
    return load() if assignment.manifest.data is not None else None


def versions(manifest: Manifest) -> dict[str, str]:
    """Versions of the engine, of Python and of the libraries that the assignment allows."""
    found = {"autograder": autograder.__version__, "python": platform.python_version()}
    substitutes = manifest.substitute.imports if manifest.substitute is not None else ()
    names = sorted({"numpy", "pytest", *manifest.libraries, *substitutes})
    return found | {name: version for name in names if (version := _version(name)) is not None}


@cache
def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def substitute_of(assignment: Assignment) -> bytes | None:
    """Return the content of the manifest's substitute; `None` without one, or without the libraries that it needs.

    Raises `GraderFault` where it cannot be read.
    """
    named, path = assignment.manifest.substitute, assignment.substitute
    if named is None or path is None:
        return None
    try:
        allowed_libraries(named.imports)
        return path.read_bytes()
    except NotInstalledError:
        return None
    except OSError as error:
        raise GraderFault(f"{path}: cannot be read ({error.strerror}).") from error


def _remarks(job: Job, units: Sequence[Unit], images: Dataset | None) -> Iterator[str]:
    """Yield what everybody must know of how the submission was graded."""
    if images is not None and images.notice:
        yield images.notice
    manifest = job.assignment.manifest
    substitute = manifest.substitute
    if substitute is not None and any(unit.substituted for unit in units):
        several = len(substitute.tasks) > 1
        tasks = f"tasks {', '.join(substitute.tasks)} were" if several else f"task {substitute.tasks[0]} was"
        yield (
            f"Your {substitute.file} did not pass task {substitute.unless}, so {tasks} judged with the "
            "course's own in its place."
        )
    elif (
        substitute is not None
        and not job.public_only
        and substitute.unless in failed_tasks(outcomes_of(units))
        and substitute_of(job.assignment) is None
    ):
        yield (
            f"Your {substitute.file} did not pass task {substitute.unless}. The course's own could not stand in for "
            f"it, since the grader lacks {', '.join(substitute.imports)}: with it, this may earn more."
        )
    yield from (by_a_person(part, manifest.points) for part in manifest.written)


def _task_records(manifest: Manifest, checks: Sequence[CheckRecord]) -> tuple[TaskRecord, ...]:
    return tuple(
        TaskRecord(
            task.id,
            task.title,
            task.points,
            task_score(task.points, [check for check in checks if check.task == task.id]),
        )
        for task in manifest.tasks
    )


def task_score(points: float, checks: Sequence[CheckRecord]) -> float | None:
    """The task's points times the share of its weight that passed; `None` where that cannot be known."""
    if not checks or any(check.outcome is Outcome.GRADER_ERROR for check in checks):
        return None
    passed = sum(check.weight for check in checks if check.outcome is Outcome.PASSED)
    return round(points * passed / sum(check.weight for check in checks), DECIMALS)


def _total(tasks: Sequence[TaskRecord]) -> float | None:
    scores = [task.score for task in tasks]
    known = [score for score in scores if score is not None]
    return round(sum(known), DECIMALS) if len(known) == len(scores) else None
