"""Grade one submission: run the checks on it, turn verdicts into points."""

import importlib.metadata
import math
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import autograder
from autograder.checks.verdicts import Verdict, presentable
from autograder.course.layout import Assignment
from autograder.course.manifest import Manifest
from autograder.data.dataset import Dataset
from autograder.data.mnist import load
from autograder.errors import GraderFault
from autograder.grading.collection import CheckGroup, Collection, Judged, with_checks
from autograder.grading.host import SandboxHost
from autograder.intake.submission import Submission
from autograder.ledger.digests import data_digest, engine_digest, files_digest, manifest_digest
from autograder.ledger.records import CheckRecord, Result, TaskRecord
from autograder.ledger.units import Graded, Inputs, Unit, all_known, failed_tasks, known_unit
from autograder.outcomes import Outcome, Status
from autograder.sandbox.enter import offered_layers
from autograder.sandbox.libraries import NotInstalledError, allowed_libraries

DECIMALS = 2


@dataclass(frozen=True)
class Grading:
    """One submission to grade, and how.

    `uid` is a spare user to run it as. With `public_only` no score is given: it would lack the hidden checks. What
    has not run after `wall_seconds` is not run. `cold` starts every process from nothing. `known` are units of
    earlier runs by their keys.
    """

    assignment: Assignment
    submission: Submission
    seed: int
    uid: int | None = None
    public_only: bool = False
    wall_seconds: float = math.inf
    cold: bool = False
    known: Mapping[str, Unit] = field(default_factory=dict)


def grade(
    assignment: Assignment,
    submission: Submission,
    *,
    seed: int,
    uid: int | None = None,
    public_only: bool = False,
    wall_seconds: float = math.inf,
) -> Result:
    """Run the checks on a submission and record what it earns.

    Raises `DataError` for images that cannot be read, `GraderFault` for checks that cannot be run.
    """
    grading = Grading(assignment, submission, seed, uid, public_only, wall_seconds)
    return with_checks(assignment, lambda checks: judge(checks, grading), public_only=public_only).result


def judge(checks: Collection, grading: Grading) -> Graded:
    """Run the checks of every group that is not known. Raises `DataError`, `GraderFault`."""
    if grading.submission.problem is not None:
        return Graded(_result(checks, grading, ()))
    inputs = None if grading.public_only else inputs_of(checks, grading)  # students do not have all of them
    substitute = None if grading.public_only else substitute_of(grading.assignment)
    manifest, files = grading.assignment.manifest, grading.submission.files
    host = SandboxHost(manifest, files, grading.seed, grading.uid, substitute, grading.wall_seconds, cold=grading.cold)
    units: list[Unit] = []
    for group in checks.groups:
        key = inputs.key(group.name) if inputs is not None else ""
        unit = known_unit(group, key, units, grading.known)
        if unit is None:
            units.append(_run(checks, group, key, host, units))
        else:
            units.append(unit)
            checks.take(group, [check.outcome for check in unit.checks])
            host.count(unit.cpu, unit.wall)
    return Graded(_result(checks, grading, units), inputs, tuple(units))


def warm_up(checks: Collection, assignment: Assignment) -> None:
    """Work out beforehand what every submission needs."""
    engine_digest()
    data_digest(_images(assignment))
    versions(assignment.manifest)
    len(checks.digests)


def known_result(checks: Collection, grading: Grading) -> Graded | None:
    """What is known of a submission, where nothing has to be run."""
    if grading.submission.problem is not None:
        return judge(checks, grading)
    inputs = inputs_of(checks, grading)
    units = all_known(checks.groups, inputs, grading.known)
    return None if units is None else Graded(_result(checks, grading, units), inputs, units)


def inputs_of(checks: Collection, grading: Grading) -> Inputs:
    """Everything that the verdicts on a submission follow from. Raises `DataError`, `GraderFault`."""
    assignment = grading.assignment
    return Inputs(
        submission=grading.submission.id,
        content=files_digest(grading.submission.files),
        seed=str(grading.seed),
        data=data_digest(_images(assignment)),
        manifest=manifest_digest(assignment.manifest, substitute_of(assignment)),
        engine=engine_digest(),
        versions=", ".join(f"{name} {version}" for name, version in versions(assignment.manifest).items()),
        layers=", ".join(offered_layers(grading.uid is not None)),
        checks=checks.digests,
    )


def _run(checks: Collection, group: CheckGroup, key: str, host: SandboxHost, before: Sequence[Unit]) -> Unit:
    """Run the checks of a group in student processes of their own."""
    host.forget()
    failed = failed_tasks(before)
    cpu, wall = host.used()
    judged = checks.run(group, host)
    return Unit(
        group=group.name,
        key=key,
        checks=tuple(map(_check_record, judged)),
        failed=tuple(task for task in group.waits_for if task in failed),
        layers=host.layers,
        notes=tuple(map(presentable, host.notes)),
        substituted=host.substituted,
        cpu=round(host.used()[0] - cpu, 4),
        wall=round(host.used()[1] - wall, 4),
    )


def _result(checks: Collection, grading: Grading, units: Sequence[Unit]) -> Result:
    assignment, submission = grading.assignment, grading.submission
    manifest, problem = assignment.manifest, submission.problem
    if problem is None:
        unordered = [check for unit in units for check in unit.checks]
    else:
        missing = Verdict(Outcome.NOT_RUN, problem.message, problem.detail)
        unordered = [_check_record(Judged(spec, missing, 0.0)) for spec in checks.specs]
    places = {task.id: place for place, task in enumerate(manifest.tasks)}
    records = tuple(sorted(unordered, key=lambda check: places[check.task]))
    status = Status.GRADED
    if problem is not None:
        status = problem.status
    elif any(check.outcome is Outcome.GRADER_ERROR for check in records):
        status = Status.NEEDS_REVIEW
    open_tasks = grading.public_only or status is Status.REFUSED
    tasks = _task_records(manifest, () if open_tasks else records)
    images = _images(assignment)
    notes = (*submission.notes, *_last(unit.notes for unit in units), *_remarks(grading, units, images))
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
        seed=grading.seed,
        sandbox=_last(unit.layers for unit in units),
        versions=versions(manifest),
        data=images.name if images is not None else "none",
        provisional=images is not None and images.provisional,
        detail=problem.detail if problem else "",
        receipt=submission.receipt,
    )


def _last(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The last that is not empty."""
    return next((texts for texts in reversed(list(found)) if texts), ())


def _images(assignment: Assignment) -> Dataset | None:
    return load() if assignment.manifest.data is not None else None


def versions(manifest: Manifest) -> dict[str, str]:
    """Versions of the engine, of Python and of the libraries that the assignment allows."""
    found = {"autograder": autograder.__version__, "python": platform.python_version()}
    substitutes = manifest.substitute.imports if manifest.substitute is not None else ()
    names = sorted({"numpy", "pytest", *manifest.imports, *substitutes})
    return found | {name: version for name in names if (version := _version(name)) is not None}


@cache
def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def substitute_of(assignment: Assignment) -> bytes | None:
    """The content of the manifest's substitute; `None` where there is none, or not the libraries that it needs.

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


def _remarks(grading: Grading, units: Sequence[Unit], images: Dataset | None) -> Iterator[str]:
    """What everybody must know of how the submission was graded."""
    if images is not None and images.notice:
        yield images.notice
    manifest = grading.assignment.manifest
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
        and not grading.public_only
        and substitute.unless in failed_tasks(units)
        and substitute_of(grading.assignment) is None
    ):
        yield (
            f"Your {substitute.file} did not pass task {substitute.unless}. The course's own could not stand in for "
            f"it, since the grader lacks {', '.join(substitute.imports)}: with it, this may earn more."
        )
    for part in manifest.written:
        beyond = f"{part.points:g} points beyond the {manifest.points:g} here"
        yield f"A person grades {part.file}, task {part.id}: {beyond}."


def _check_record(judged: Judged) -> CheckRecord:
    spec, verdict = judged.spec, judged.verdict
    return CheckRecord(
        name=spec.name,
        title=spec.title,
        task=spec.task,
        weight=spec.weight,
        visibility=spec.visibility,
        outcome=verdict.outcome,
        message=verdict.message,
        detail=verdict.detail,
        seconds=round(judged.seconds, 4),
    )


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
