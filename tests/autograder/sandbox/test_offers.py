"""What a machine offers, and whether that hides the checks."""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox.offers import Offers, offers, weakness

PROGRAMS = Path(__file__).with_name("programs")

FULL = Offers("linux", landlock=7, seccomp=True, root=True, other_users=True, open_interpreter=True)
USER = Offers("linux", landlock=7, seccomp=True, root=False, other_users=False, open_interpreter=True)
ROOT_ONLY = replace(FULL, open_interpreter=False)


@pytest.fixture
def hidden(open_folder: Path) -> Path:
    """A folder of checks that every user can read."""
    folder = Path(tempfile.mkdtemp(prefix="checks-", dir=open_folder))
    folder.chmod(0o755)
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")
def test_this_machine() -> None:
    offered = offers()
    assert offered.root is (os.geteuid() == 0)
    assert offered.platform == "linux"
    assert offered.other_users <= offered.root


@pytest.mark.parametrize("offered", [FULL, USER, ROOT_ONLY, replace(USER, landlock=1)])
def test_enough(offered: Offers, hidden: Path) -> None:
    assert weakness(offered, [str(hidden)]) is None


@pytest.mark.parametrize(
    ("offered", "says"),
    [
        (replace(FULL, platform="darwin"), "grade other people's work on Linux"),
        (replace(FULL, landlock=0), "chmod -R o-rwx"),
        (replace(USER, landlock=0), "grade as root"),
        (replace(ROOT_ONLY, landlock=0), "/usr/bin/python3"),
        (replace(ROOT_ONLY, landlock=2), "version 2"),
        (replace(ROOT_ONLY, other_users=False, landlock=2), "cannot change to another user"),
        (replace(USER, seccomp=False), "x86-64 or aarch64"),
        (replace(ROOT_ONLY, seccomp=False), "x86-64 or aarch64"),
    ],
)
def test_not_enough(offered: Offers, says: str, hidden: Path) -> None:
    sentence = weakness(offered, [str(hidden)])
    assert sentence is not None and says in sentence


def test_closed_checks_need_only_a_spare_uid(hidden: Path) -> None:
    hidden.chmod(0o700)
    nothing_else = replace(FULL, landlock=0, seccomp=False)
    assert weakness(nothing_else, [str(hidden)]) is None
    assert weakness(nothing_else, [str(hidden)], [str(hidden.parent)]) is None
    assert weakness(replace(nothing_else, open_interpreter=False), [str(hidden)]) is not None


def test_checks_inside_what_submissions_read(hidden: Path) -> None:
    for readable in (hidden, hidden.parent):
        sentence = weakness(FULL, [str(hidden)], [str(readable)])
        assert sentence is not None and str(hidden) in sentence
    assert weakness(FULL, [str(hidden)], [str(hidden / "below"), str(hidden.parent / "beside")]) is None


ELSEWHERE = PROGRAMS / "elsewhere.py"


@pytest.mark.parametrize(
    ("platform", "missing", "says"),
    [
        ("win32", ["resource", "fcntl", "pwd", "grp"], "0 False False False\nFalse On win32 nothing keeps"),
        ("darwin", [], "0 False True True\n"),
    ],
)
def test_other_systems_can_import_it(platform: str, missing: list[str], says: str) -> None:
    done = subprocess.run(
        [sys.executable, ELSEWHERE, platform, ",".join(missing)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert done.stderr == ""
    assert done.stdout.startswith(says)
