"""What a process does before it forks again and again."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.kernel import madvise
from autograder.student.forking import COLLAPSE

PROGRAMS = Path(__file__).with_name("programs")

PROGRAM = PROGRAMS / "forks.py"


@pytest.mark.skipif(sys.platform != "linux", reason="large pages are asked for on Linux only")
def test_a_fork_has_all_and_copies_little() -> None:
    ended = subprocess.run([sys.executable, PROGRAM], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    status, kibibytes = map(int, ended.stdout.split())
    assert status == 0
    if _has_large_pages():
        assert kibibytes > 0


@pytest.mark.skipif(sys.platform != "linux", reason="madvise is called on Linux only")
def test_wrong_advice_is_refused() -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        madvise(1, 1, COLLAPSE)


def _has_large_pages() -> bool:
    if os.sysconf("SC_PAGE_SIZE") != 4096 or not Path("/sys/kernel/mm/transparent_hugepage").is_dir():
        return False
    release = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return release is not None and (int(release[1]), int(release[2])) >= (6, 1)
