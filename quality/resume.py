"""A plugin of pytest for long runs: tests that have passed are not run again until something changes.

python -m pytest -p quality.resume …
"""

import pytest

from autograder.ledger.digests import digest
from autograder.proving.findings import PINS, PROGRAMS, STORE, Findings, tree_digest
from quality.variants import COURSE

FOLDERS = ("autograder", *PROGRAMS, "assignments", "solutions", "tests")


class Resume:
    """Leaves out the tests that are known to pass; where it is told to, it keeps those that pass now."""

    def __init__(self, found: Findings, *, keeps: bool) -> None:
        self._found = found
        self._keeps = keeps

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Deselect what is known."""
        known = [item for item in items if item.nodeid in self._found]
        config.hook.pytest_deselected(items=known)
        items[:] = [item for item in items if item.nodeid not in self._found]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a test that passed."""
        if self._keeps and report.when == "call" and report.passed:
            self._found.add(report.nodeid, True)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run in which everything was known has passed."""
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self._found:
            session.exitstatus = pytest.ExitCode.OK


def pytest_configure(config: pytest.Config) -> None:
    """Begin with what earlier runs have found. Of xdist's processes, the first one keeps what passes."""
    folders = (tree_digest(COURSE.root / name) for name in FOLDERS)
    pins = ((COURSE.root / name).read_bytes() for name in PINS)
    found = Findings(COURSE.root / STORE / "thorough" / "passed.jsonl", digest(*folders, *pins))
    config.pluginmanager.register(Resume(found, keeps=not hasattr(config, "workerinput")))
