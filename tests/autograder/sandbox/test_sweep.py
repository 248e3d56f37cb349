"""No process and no file of a submission stays."""

import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.grading import scratch
from autograder.grading.scratch import size_outside
from autograder.sandbox import landlock
from autograder.sandbox.cleanup import kill_user, processes_of, remove_files_of, remove_tree
from autograder.sandbox.offers import offers
from autograder.sandbox.open_folders import open_folders
from autograder.sandbox.spare_uids import SPARE, spare_uid

PROGRAMS = Path(__file__).with_name("programs")

STUBBORN = PROGRAMS / "is_stubborn.py"

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are listed in Linux's /proc")


def start(**options: Any) -> subprocess.Popen[bytes]:
    """A process with a child, both of which ignore polite signals, when both run."""
    process = subprocess.Popen([sys.executable, STUBBORN], stdout=subprocess.PIPE, **options)
    assert process.stdout is not None
    assert process.stdout.read(2) == b"xx"
    return process


def all_have_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether nobody holds the process's output any more."""
    with process:
        assert process.stdout is not None
        began = time.monotonic()
        process.stdout.read()
        return time.monotonic() - began < 30


@pytest.mark.skipif(not offers().spare_uid, reason="needs root and an interpreter that others can read")
def test_processes_of_a_spare_uid_are_killed() -> None:
    with spare_uid() as uid:
        process = start(user=uid, group=uid, extra_groups=[], start_new_session=True)
        assert process.pid in processes_of(uid) and len(processes_of(uid)) == 2
        left = Path("/tmp") / f"left-by-{uid}"
        left.mkdir()
        os.chown(left, uid, uid)
        kill_user(uid)
        remove_files_of(uid)
        assert processes_of(uid) == []
        assert not left.exists()
        assert all_have_ended(process)


@pytest.mark.skipif(not offers().spare_uid, reason="needs root and an interpreter that others can read")
def test_files_of_others_stay() -> None:
    mine = Path("/tmp") / f"chain-rule-test-{os.getpid()}"
    mine.touch()
    try:
        remove_files_of(SPARE.stop)
        assert mine.exists()
    finally:
        mine.unlink()


@pytest.mark.skipif(not offers().root, reason="needs root")
def test_what_a_uid_writes_counts_and_goes_wherever_temporary_files_are(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").write_bytes(b"x" * 100)
    for name in (".X11-unix", "closed", "closed/open"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o700 if name == "closed" else 0o1777)
    theirs = [tmp_path / name for name in ("theirs/large", "their-file", ".X11-unix/deep")]
    for path in theirs:
        path.write_bytes(os.urandom(10_000))
    for path in (tmp_path / "theirs", *theirs):
        os.chown(path, SPARE.stop, SPARE.stop)
    assert size_outside(SPARE.stop) == sum(path.stat().st_blocks * 512 for path in theirs) > 30_000
    remove_files_of(SPARE.stop)
    assert {path.name for path in tmp_path.iterdir()} == {"ours", ".X11-unix", "closed"}
    assert not any((tmp_path / ".X11-unix").iterdir())
    assert size_outside(SPARE.stop) == 0
    assert open_folders() >= {str(tmp_path), str(tmp_path / ".X11-unix")}
    assert str(tmp_path / "closed" / "open") not in open_folders()


@pytest.mark.skipif(not offers().root, reason="needs root")
def test_open_folders_are_searched_for_everywhere_without_landlock(tmp_path, monkeypatch) -> None:
    elsewhere = Path("/opt/chain-rule-test-open")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    elsewhere.mkdir()
    try:
        elsewhere.chmod(0o777)
        assert str(elsewhere) in open_folders()
    finally:
        elsewhere.rmdir()


def test_more_files_than_can_be_counted_are_endless(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(scratch, "MANY", 3)
    monkeypatch.setattr(scratch, "files_of", lambda _: [str(tmp_path)] * 5)
    assert math.isinf(size_outside(SPARE.stop))


def make_deep(folder: Path, depth: int) -> None:
    """A chain of folders, deeper than a path can name and than Python recurses."""
    at = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("folder-with-a-long-name", dir_fd=at)
        below = os.open("folder-with-a-long-name", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=at))
    os.close(at)


@pytest.mark.skipif(os.mkdir not in os.supports_dir_fd, reason="this system cannot make such folders")
def test_deep_folders_are_removed(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    make_deep(scratch, 1200)
    remove_tree(str(scratch))
    assert not scratch.exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    scratch = tmp_path / "scratch"
    (scratch / "a").mkdir(parents=True)
    (scratch / "link").symlink_to(outside)
    (scratch / "a" / "link").symlink_to(outside)
    (scratch / "a" / "dangling").symlink_to(tmp_path / "nowhere")
    remove_tree(str(scratch))
    assert not scratch.exists()
    assert (outside / "kept").read_text() == "x"
    link = tmp_path / "link"
    link.symlink_to(outside)
    remove_tree(str(link))
    assert not link.is_symlink()
    assert (outside / "kept").exists()


def test_nothing_to_remove(tmp_path: Path) -> None:
    remove_tree(str(tmp_path / "nothing"))
    assert list(tmp_path.iterdir()) == []


REMOVE_CLOSED = PROGRAMS / "removes_closed_folders.py"


@linux
def test_closed_folders_are_removed_by_an_ordinary_user(open_folder: Path) -> None:
    if offers().root and not offers().open_interpreter:
        pytest.skip("an ordinary user could not read this interpreter")
    user = 65534 if offers().root else None
    done = subprocess.run(
        [sys.executable, REMOVE_CLOSED, str(open_folder)],
        capture_output=True,
        check=False,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_what_a_submission_leaves_goes(confined: Any, setting: str, open_folder: Path) -> None:
    code = """
import os
os.chdir(plan.home)
os.makedirs("a/b")
os.mkdir("closed", 0)
os.umask(0o777)
open("a/unreadable", "w").close()
answer["scratch"] = plan.scratch
"""
    scratch = Path(confined(code, setting)["scratch"])
    assert scratch.is_relative_to(open_folder) and (scratch / "home").exists()
    remove_tree(str(scratch))
    assert not scratch.exists()
