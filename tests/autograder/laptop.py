"""A student's laptop: plain `pytest` in an assignment's folder, in a fork of a process that has the libraries already.

As a program it imports the libraries named on the command line and then runs `pytest` for each request on its input:
importing PyTorch anew for every submission of a bank would take most of the time.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PATH = os.pathsep.join([str(HERE), str(HERE.parents[1])])


class Laptop:
    """Runs `pytest` in folders, one after another. Use as a context manager."""

    def __init__(self, libraries: Sequence[str]) -> None:
        self._libraries = libraries

    def __enter__(self) -> "Laptop":
        self._process = subprocess.Popen(
            [sys.executable, __file__, *self._libraries],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": PATH, "MPLBACKEND": "Agg"},
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def pytest(self, folder: Path, outcomes: Path) -> tuple[int, str]:
        """Run the checks that stand in a folder: pytest's exit status, and what it printed.

        The outcome of each check is written to `outcomes` as JSON.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        printed = outcomes.with_suffix(".txt")
        print(json.dumps([str(folder), str(outcomes), str(printed)]), file=self._process.stdin, flush=True)
        status = int(self._process.stdout.readline())
        return status, printed.read_text(encoding="utf-8", errors="replace")


def _run(folder: str, outcomes: str, printed: str) -> int:
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ["OUTCOMES"] = outcomes
        descriptor = os.open(printed, os.O_WRONLY | os.O_CREAT)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        status = pytest.main(["-q", "--import-mode=importlib", "-p", "outcomes_as_json"])
        sys.stdout.flush()
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    for library in sys.argv[1:]:
        importlib.import_module(library)
    for line in sys.stdin:
        print(_run(*json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
