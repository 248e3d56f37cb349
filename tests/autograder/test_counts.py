"""What grading the references takes is what `benchmarks/counts.toml` says, and the changelog says so too."""

import sys

import pytest

from autograder.data import mnist
from autograder.grading.collection import with_checks
from benchmarks.bench import COUNTS, counted, job_of, known_counts, line
from quality.variants import COURSE, marked

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux"),
    pytest.mark.slow,
    pytest.mark.once,
]


@pytest.mark.parametrize("name", [marked(name) for name in COURSE.names()])
def test_no_reference_takes_more_or_less_than_before(name, tmp_path, monkeypatch):
    monkeypatch.delenv(mnist.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    job = job_of(COURSE.assignment(name), tmp_path / "reference")
    found = with_checks(job.assignment, lambda checks: counted(checks, job))
    assert line(name, found) == known_line(name)


@pytest.mark.parametrize("name", [marked(name) for name in COURSE.names()])
def test_the_changelog_has_the_counts(name):
    changelog = (COURSE.root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert known_line(name) in changelog, f"Add a line to CHANGELOG.md: {known_line(name)}."


def known_line(name):
    """The counts of an assignment in the file, as the changelog has them."""
    counts = known_counts()
    assert name in counts, f"{COUNTS.name} has no counts of {name}: python -m benchmarks.bench --write {name}"
    return line(name, counts[name])


def test_counts_that_are_missing_are_told_with_the_command():
    with pytest.raises(AssertionError, match=r"counts.toml has no counts of 99_none: python -m benchmarks.bench --wri"):
        known_line("99_none")
