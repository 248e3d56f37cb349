"""The environment of a student process holds what is on the list, and nothing else."""

import os
import subprocess
import sys

import pytest

from autograder.sandbox.environment import scrubbed


def test_nothing_of_the_graders_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_SECRET", "x")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    environment = scrubbed("/scratch/home")
    assert not {"COURSE_SECRET", "PYTHONPATH", "LD_LIBRARY_PATH"} & set(environment)
    assert {environment[name] for name in ("HOME", "TMPDIR", "MPLCONFIGDIR")} == {"/scratch/home"}
    assert environment["OMP_NUM_THREADS"] == environment["OPENBLAS_NUM_THREADS"] == "1"
    assert environment["PATH"] == "/usr/bin:/bin"


@pytest.mark.skipif(sys.platform == "win32", reason="LD_LIBRARY_PATH is Unix's")
def test_what_an_interpreter_needs_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/local/python/lib")
    assert scrubbed("/scratch/home")["LD_LIBRARY_PATH"] == "/usr/local/python/lib"


def test_an_interpreter_starts_with_it(tmp_path: os.PathLike[str]) -> None:
    code = "import numpy, sys; print(numpy.ones(2).sum(), sys.getfilesystemencoding())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=scrubbed(str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("2.0 utf-8\n", "")
