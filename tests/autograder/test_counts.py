"""What grading the references takes is what `benchmarks/counts.toml` says, and the changelog says so too."""

import sys

import pytest

from autograder.data import mnist
from autograder.grading.collection import with_checks
from benchmarks.bench import counted, job_of, known_counts, line
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
    assert line(name, found) == line(name, known_counts()[name])


@pytest.mark.parametrize("name", [marked(name) for name in COURSE.names()])
def test_the_changelog_has_the_counts(name):
    assert line(name, known_counts()[name]) in (COURSE.root / "CHANGELOG.md").read_text(encoding="utf-8")
