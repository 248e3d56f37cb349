"""Grade one submission: run the checks on it, turn verdicts into points."""

import contextlib
import importlib.metadata
import io
import math
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import autograder
from autograder.course import Assignment
from autograder.data.dataset import Dataset
from autograder.data.mnist import load
from autograder.grading.host import SandboxHost
from autograder.grading.templates import GraderFault
from autograder.intake.submission import Submission
from autograder.manifest import Manifest
from autograder.outcomes import Outcome, Status
from autograder.plugin import CHECKS, Checks, CheckSpec, Host
from autograder.records import CheckRecord, Result, TaskRecord
from autograder.sandbox.libraries import NotInstalledError, allowed_libraries
from autograder.verdicts import Verdict, presentable

DECIMALS = 2
UNJUDGED = Verdict(Outcome.GRADER_ERROR, "This check could not be judged, by a fault that is not yours.")


@dataclass
class _Run:
    """A pytest plugin that hands the grader's host to the checks and keeps what they find."""

    checks: Checks
    collected: list[str] = field(default_factory=list)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[CHECKS] = self.checks

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected = [item.nodeid for item in session.items]


def collect(assignment: Assignment, *, public_only: bool = False) -> list[CheckSpec]:
    """The checks of an assignment, in the order in which they run.

    Raises `GraderFault` for checks that cannot be collected, and for a task of the manifest without a check.
    """
    run = _Run(Checks())
    _pytest(assignment, run, public_only, "--collect-only")
    specs = [run.checks.specs[nodeid] for nodeid in run.collected]
    missing = {task.id for task in assignment.manifest.tasks} - {spec.task for spec in specs}
    if missing and not public_only:
        manifest = assignment.folder / "assignment.toml"
        raise GraderFault(f"{manifest}: no check for task {', '.join(sorted(missing))}.")
    return specs


def grade(
    assignment: Assignment,
    submission: Submission,
    *,
    seed: int,
    uid: int | None = None,
    public_only: bool = False,
    wall_seconds: float = math.inf,
) -> Result:
    """Run the checks on a submission and record what it earns. Raises `DataError` for images that cannot be read.

    `uid` is a spare user to run it as. With `public_only` no score is given: it would lack the hidden checks.
    What has not run after `wall_seconds` is not run.
    """
    substitute = None if public_only else _substitute(assignment)  # students do not have it
    host = SandboxHost(assignment.manifest, submission.files, seed, uid, substitute, wall_seconds)
    images = load() if assignment.manifest.data is not None else None
    if submission.problem is None:
        judged = run_checks(assignment, host, public_only=public_only)
    else:
        missing = Verdict(Outcome.NOT_RUN, submission.problem.message, submission.problem.detail)
        judged = [(spec, missing, 0.0) for spec in collect(assignment, public_only=public_only)]
    checks = tuple(_check_record(spec, verdict, seconds) for spec, verdict, seconds in judged)
    tasks = _task_records(assignment.manifest, () if public_only else checks)
    status = Status.GRADED
    if submission.problem is not None:
        status = submission.problem.status
    elif any(check.outcome is Outcome.GRADER_ERROR for check in checks):
        status = Status.NEEDS_REVIEW
    if status is Status.REFUSED:
        tasks = _task_records(assignment.manifest, ())
    return Result(
        submission=submission.id,
        assignment=assignment.name,
        score=_total(tasks),
        max_score=assignment.manifest.points,
        status=status,
        message=submission.problem.message if submission.problem else "",
        tasks=tasks,
        checks=checks,
        notes=tuple(map(presentable, (*submission.notes, *host.notes, *_remarks(assignment, host, images)))),
        seed=seed,
        sandbox=host.layers,
        versions=versions(assignment.manifest),
        data=images.name if images is not None else "none",
        provisional=images is not None and images.provisional,
        detail=submission.problem.detail if submission.problem else "",
        receipt=submission.receipt,
    )


def run_checks(assignment: Assignment, host: Host, *, public_only: bool) -> list[tuple[CheckSpec, Verdict, float]]:
    """Run the checks on whatever `host` runs: each with its verdict and the CPU seconds that it took.

    Raises `GraderFault` where they cannot be run at all.
    """
    run = _Run(Checks(host=host))
    _pytest(assignment, run, public_only)
    checks = run.checks
    return [
        (checks.specs[nodeid], checks.verdicts.get(nodeid, UNJUDGED), checks.seconds.get(nodeid, 0.0))
        for nodeid in run.collected
    ]


def versions(manifest: Manifest) -> dict[str, str]:
    """Versions of the engine, of Python and of the libraries that the assignment allows."""
    found = {"autograder": autograder.__version__, "python": platform.python_version()}
    for name in sorted({"numpy", "pytest", *manifest.imports}):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _pytest(assignment: Assignment, run: _Run, public_only: bool, *options: str) -> None:
    """Run or collect the checks. Raises `GraderFault` where pytest itself fails."""
    files: Sequence[Path] = assignment.public_checks
    if not public_only:
        files = (*files, *assignment.hidden_checks)
    if not files:
        raise GraderFault(f"{assignment.folder}: there are no checks (test_*.py).")
    os.environ.pop("PYTEST_ADDOPTS", None)  # the instructor's own habits are not the grader's
    printed = io.StringIO()
    arguments = [
        *map(str, files),
        *("-c", os.devnull, "--rootdir", str(assignment.root)),
        *("--import-mode=importlib", "--disable-plugin-autoload", "-p", "autograder.plugin"),
        *("-p", "no:cacheprovider", "--capture=no", "--tb=native", "--quiet", *options),
    ]
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        status = pytest.main(arguments, plugins=[run])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise GraderFault(f"{assignment.name}: the checks could not be run.\n{printed.getvalue().strip()}")


def _substitute(assignment: Assignment) -> bytes | None:
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


def _remarks(assignment: Assignment, host: SandboxHost, images: Dataset | None) -> Iterator[str]:
    """What everybody must know of how the submission was graded."""
    if images is not None and images.notice:
        yield images.notice
    substitute = assignment.manifest.substitute
    if substitute is not None and host.substituted:
        several = len(substitute.tasks) > 1
        tasks = f"tasks {', '.join(substitute.tasks)} were" if several else f"task {substitute.tasks[0]} was"
        yield (
            f"Your {substitute.file} did not pass task {substitute.unless}, so {tasks} judged with the "
            "course's own in its place."
        )


def _check_record(spec: CheckSpec, verdict: Verdict, seconds: float) -> CheckRecord:
    return CheckRecord(
        name=spec.name,
        title=spec.title,
        task=spec.task,
        weight=spec.weight,
        visibility=spec.visibility,
        outcome=verdict.outcome,
        message=verdict.message,
        detail=verdict.detail,
        seconds=round(seconds, 4),
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
