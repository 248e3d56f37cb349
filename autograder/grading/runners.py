"""Run the checks of a group, one after another: as plain calls, or by pytest where a check needs more of it."""

import inspect
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from autograder.channel.client import end_check
from autograder.errors import GraderFault
from autograder.plugin import ATTEMPT, UNGRADED, Attempt, Checks

FIXTURES: dict[str, Callable[[Checks, pytest.Item], Any]] = {"rng": Checks.rng, "data": Checks.data}
"""Values that a plain check may ask for by name, beside `student` and its own parameters."""

PLAIN_MARKS = {"task", UNGRADED, "parametrize"}


def is_plain(item: Any) -> bool:
    """Return whether a check is a function of `student`, `rng`, `data` and its parameters, and nothing else.

    Only pytest knows what becomes of other fixtures and marks, of fixtures that an author has replaced, and of the
    hooks in a `conftest.py`.
    """
    given = {"student", *FIXTURES}
    plugins = item.config.pluginmanager.list_name_plugin()
    conftests = (plugin for name, plugin in plugins if name.endswith("conftest.py"))
    return (
        isinstance(item, pytest.Function)
        and set(item.fixturenames) <= {*given, "request", *item.callspec.params}
        and "request" not in inspect.signature(item.function).parameters
        and {mark.name for mark in item.iter_markers()} <= PLAIN_MARKS
        and not any(mark.kwargs.get("indirect") for mark in item.iter_markers("parametrize"))
        and not given & vars(item.module).keys()
        and not any(map(_offers_something, conftests))
    )


def _offers_something(conftest: object) -> bool:
    """Return whether a `conftest.py` may hold a fixture, a hook or a setting, and not just an import."""
    return any(
        callable(value) or name.startswith(("pytest_", "collect_"))
        for name, value in vars(conftest).items()
        if not name.startswith("__")
    )


def run_by_pytest(checks: Checks, items: Sequence[pytest.Item]) -> None:
    """Run the checks of a group with all that pytest offers; the plugin keeps the verdicts."""
    for item, following in pairwise([*items, None]):
        if item is not None:
            run = partial(item.config.hook.pytest_runtest_protocol, item=item, nextitem=following)
            _once_more_after_load(checks, item, run)


def run_plainly(checks: Checks, items: Sequence[Any]) -> None:
    """Run plain checks of a group: each is called, and judged as the plugin judges it under pytest."""
    side = _Side(checks)
    try:
        for item in items:
            _once_more_after_load(checks, item, partial(_judge, checks, item, side))
    except BaseException:
        with suppress(GraderFault):
            side.close()
        raise
    if (error := _error_of(side.close)) is not None:
        checks.judge(items[-1], error, closing=True)


def _once_more_after_load(checks: Checks, item: pytest.Item, run: Callable[[], object]) -> None:
    """Run a check, and again where it was stopped because the machine was too busy."""
    run()
    if item.nodeid in checks.forgiven:
        run()


class _Side:
    """The student side of a group: opened when a check first needs it, and anew after it has died."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._stack = ExitStack()
        self._attempt: Attempt | None = None
        self._student: Any = None

    def open(self, attempt: Attempt) -> Any:
        """The student's modules, in the process of this attempt."""
        if attempt is not self._attempt:
            self.close()
            self._student = self._stack.enter_context(self._checks.open(attempt))
            self._attempt = attempt
        return self._student

    def close(self) -> None:
        """End the process."""
        self._attempt = None
        self._stack.close()


def _judge(checks: Checks, item: Any, side: _Side) -> None:
    """Run one check and keep the verdict."""
    checks.judge(item, _error_of(partial(_run, checks, item, side)))


def _run(checks: Checks, item: Any, side: _Side) -> None:
    """Run one check. Raises what it ends with; what was left to be done before it failed comes first."""
    checks.begin(item)
    given = {"student": side.open(item.stash[ATTEMPT])}
    given |= {name: make(checks, item) for name, make in FIXTURES.items() if name in item.fixturenames}
    given |= {name: value for name, value in item.callspec.params.items() if name != "student"}
    try:
        with np.errstate(all="ignore"):
            item.obj(**given)
    finally:
        end_check()
    checks.host_of(item.stash[ATTEMPT]).finish()


def _error_of(body: Callable[[], object]) -> BaseException | None:
    """Return what the body raises, if anything; an interruption is for whoever runs the grader."""
    try:
        body()
    except (KeyboardInterrupt, pytest.exit.Exception):
        raise
    except BaseException as error:  # noqa: BLE001 - every other end of a check has a verdict
        return error
    return None
