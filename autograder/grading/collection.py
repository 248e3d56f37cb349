"""The checks of an assignment: collected by pytest, and run group by group on whatever runs a submission."""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pytest

from autograder.checks.order import needed_for
from autograder.checks.pictures import Picture
from autograder.checks.spec import CheckGroup, CheckSpec
from autograder.checks.verdicts import Verdict
from autograder.course.layout import MANIFEST, Assignment
from autograder.errors import GraderFault
from autograder.grading.runners import is_plain, run_by_pytest, run_plainly
from autograder.ledger.digests import check_digests
from autograder.ledger.records import CheckRecord
from autograder.outcomes import Outcome
from autograder.plugin import CHECKS, UNGRADED, Checks, Host

UNJUDGED = Verdict(Outcome.GRADER_ERROR, "This check could not be judged. That is not your fault.")
T = TypeVar("T")


def record(spec: CheckSpec, verdict: Verdict, seconds: float = 0.0, picture: Picture | None = None) -> CheckRecord:
    """The record of a check; `seconds` are of CPU time, rounded."""
    return CheckRecord(
        name=spec.name,
        title=spec.title,
        task=spec.task,
        weight=spec.weight,
        visibility=spec.visibility,
        verdict=verdict,
        seconds=round(seconds, 4),
        picture=picture,
    )


class Collection:
    """The checks of one assignment, collected once, run for one submission after another."""

    def __init__(self, assignment: Assignment, items: Iterable[pytest.Item], checks: Checks) -> None:
        self._assignment, self._checks = assignment, checks
        self._items: dict[str, list[pytest.Item]] = {}
        for item in items:
            if item.nodeid in checks.specs:
                self._items.setdefault(checks.specs[item.nodeid].group, []).append(item)
        self.groups = tuple(checks.groups.get(assignment.folder, ()))
        self._plain = {name: all(map(is_plain, own)) for name, own in self._items.items()}

    @property
    def specs(self) -> list[CheckSpec]:
        """All checks, in the order in which they run."""
        return [spec for group in self.groups for spec in group.specs]

    @cached_property
    def digests(self) -> dict[str, str]:
        """Digests that change with the checks of each group, by its name."""
        return check_digests(self._assignment, {group.name: group.specs for group in self.groups})

    def start(self) -> None:
        """Forget what became of the last submission."""
        self._checks.start_over([item for items in self._items.values() for item in items])

    def run(self, group: CheckGroup, host: Host, only: str = "") -> list[CheckRecord]:
        """Run the checks of a group, or `only` the one of this name; the groups that it waits for come first, run or
        taken as known.
        """
        self._checks.host = host
        items = [item for item in self._items[group.name] if only in ("", self._checks.specs[item.nodeid].name)]
        if self._plain[group.name]:
            run_plainly(self._checks, items)
        else:
            run_by_pytest(self._checks, items)
        return [
            record(
                self._checks.specs[item.nodeid],
                self._checks.verdicts.get(item.nodeid, UNJUDGED),
                self._checks.seconds.get(item.nodeid, 0.0),
                self._checks.pictures.get(item.nodeid),
            )
            for item in items
        ]

    def take(self, group: CheckGroup, outcomes: Sequence[Outcome]) -> None:
        """Go on as if the checks of a group had been run and come to these outcomes."""
        for item, outcome in zip(self._items[group.name], outcomes, strict=True):
            self._checks.verdicts[item.nodeid] = Verdict(outcome)


def with_checks(assignment: Assignment, body: Callable[[Collection], T], *, public_only: bool = False) -> T:
    """Collect the checks of an assignment and return what `body` makes of them.

    Raises `GraderFault` for checks that cannot be collected, and for a task of the manifest without a check.
    """
    files: Sequence[Path] = assignment.public_checks
    if not public_only:
        files = (*files, *assignment.hidden_checks)
    if not files:
        raise GraderFault(f"{assignment.folder}: there are no checks (test_*.py).")
    os.environ.pop("PYTEST_ADDOPTS", None)  # the instructor's own habits are not the grader's
    printed = io.StringIO()
    arguments = [
        *(os.path.relpath(path, assignment.folder) for path in files),  # pytest takes [ ] in a path for parameters
        *("-c", os.devnull, "--rootdir", str(assignment.root), "--confcutdir", str(assignment.root)),
        *("--import-mode=importlib", "--disable-plugin-autoload", "-p", "autograder.plugin"),
        *("-p", "no:cacheprovider", "--capture=no", "--tb=native", "--quiet"),
        *("-p", "no:unraisableexception", "-p", "no:threadexception"),  # they collect garbage, again and again
    ]
    run = _Run(assignment, body, public_only)
    here = Path.cwd()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = pytest.main(arguments, plugins=[run])
    finally:
        os.chdir(here)  # pytest ends in the folder that its arguments are relative to
        _forget_modules(assignment)
    if run.error is not None:
        raise run.error
    if not run.results:
        why = f"pytest ended with status {int(status)}"
        raise GraderFault(f"{assignment.name}: the checks could not be run ({why}).\n{printed.getvalue().strip()}")
    result: T = run.results[0]
    return result


def _forget_modules(assignment: Assignment) -> None:
    """Forget the modules of checks: pytest names them by their paths in the course, which another course has, too."""
    folders = {str(assignment.folder), str(assignment.hidden)}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.dirname(file) in folders:
            del sys.modules[name]


def collect(assignment: Assignment, *, public_only: bool = False) -> list[CheckSpec]:
    """The checks of an assignment, in the order in which they run. Raises `GraderFault` as `with_checks` does."""
    return with_checks(assignment, lambda collection: collection.specs, public_only=public_only)


def run_checks(
    assignment: Assignment, host: Host, *, public_only: bool, tasks: Sequence[str] = ()
) -> list[CheckRecord]:
    """Run the checks on whatever `host` runs; where `tasks` are named, only what these need.

    Raises `GraderFault` where they cannot be run at all.
    """

    def run_all(collection: Collection) -> list[CheckRecord]:
        groups = needed_for(collection.groups, tasks) if tasks else collection.groups
        return [check for group in groups for check in collection.run(group, host)]

    return with_checks(assignment, run_all, public_only=public_only)


class _Run:
    """A pytest plugin that leaves the run loop to `body`, and keeps what that returned or raised."""

    def __init__(self, assignment: Assignment, body: Callable[[Collection], Any], public_only: bool) -> None:
        self.results: list[Any] = []
        self.error: BaseException | None = None
        self._assignment, self._body, self._public_only = assignment, body, public_only
        self._checks = Checks.of(assignment, for_points=not public_only)

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        folder = self._assignment.folder
        early_config.invocation_params = replace(early_config.invocation_params, dir=folder)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[CHECKS] = self._checks

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if not self._public_only:
            items[:] = [item for item in items if item.get_closest_marker(UNGRADED) is None]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed:
            return None  # the checks could not be collected: pytest says so
        try:
            collection = Collection(self._assignment, session.items, self._checks)
            self._require_all_tasks(collection)
            self.results.append(self._body(collection))
        except BaseException as error:  # noqa: BLE001 - pytest would make an exit status of it
            self.error = error
        return True

    def _require_all_tasks(self, collection: Collection) -> None:
        missing = {task.id for task in self._assignment.manifest.tasks} - {spec.task for spec in collection.specs}
        if missing and not self._public_only:
            manifest = self._assignment.folder / MANIFEST
            raise GraderFault(f"{manifest}: no check for task {', '.join(sorted(missing))}.")
