"""How much a student process has written: counted also where it does not want to be."""

import ctypes
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograder.grading.process import StudentProcess
from autograder.grading.scratch import Moving, size_of
from autograder.sandbox.own_folders import own_folder


def test_all_below_counts(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    one, two, link = tmp_path / "a" / "one", tmp_path / "a" / "b" / "two", tmp_path / "a" / "link"
    one.write_bytes(os.urandom(10_000))
    two.write_bytes(os.urandom(100_000))
    link.symlink_to(two)
    assert size_of(tmp_path) == sum(path.lstat().st_blocks for path in (one, two, link)) * 512 >= 110_000
    assert size_of(one) == one.stat().st_blocks * 512


def test_what_a_file_takes_of_the_disk_counts_and_not_its_size(tmp_path: Path) -> None:
    with (tmp_path / "holes").open("wb") as file:
        file.truncate(2**30)
    assert size_of(tmp_path) < 2**20
    if sys.platform == "linux":
        with (tmp_path / "set-aside").open("wb") as file:
            keep_size = 1
            assert ctypes.CDLL(None).fallocate(file.fileno(), keep_size, ctypes.c_long(0), ctypes.c_long(2**21)) == 0
        assert size_of(tmp_path) >= 2**21


def test_a_folder_that_cannot_be_listed_counts_as_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> "Iterator[os.DirEntry[str]]":
        raise PermissionError(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may list every folder
    assert math.isinf(size_of(tmp_path))


def test_a_folder_that_moves_away_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    scan = os.scandir

    def scan_late(path: str) -> "Iterator[os.DirEntry[str]]":
        if Path(path).name == "b":
            (tmp_path / "a" / "b").rename(tmp_path / "a" / "c")
        return scan(path)

    monkeypatch.setattr(os, "scandir", scan_late)
    with pytest.raises(Moving):
        size_of(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="student processes are held on Linux")
@pytest.mark.parametrize("settles", [True, False])
def test_a_process_is_held_while_its_files_are_counted(settles: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:

        def on_disk(_: StudentProcess) -> float:
            if settles and psutil.Process(busy.pid).status() == psutil.STATUS_STOPPED:
                return 5.0
            raise Moving

        monkeypatch.setattr(StudentProcess, "_on_disk", on_disk)
        process = object.__new__(StudentProcess)
        process.pid = busy.pid
        assert process._written() == (5.0 if settles else math.inf)
        assert psutil.Process(busy.pid).status() != psutil.STATUS_STOPPED
        busy.kill()


def test_a_folder_that_another_grader_took_for_a_leftover_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made, make = [], tempfile.mkdtemp

    def make_and_lose_the_first(prefix: str) -> str:
        made.append(make(prefix=prefix))
        if len(made) == 1:
            os.rmdir(made[0])
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", make_and_lose_the_first)
    with own_folder() as folder:
        assert folder.is_dir()
    assert [os.path.exists(path) for path in made] == [False, False]
    assert str(folder) == made[1]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux")
def test_graders_that_begin_and_end_at_once_leave_each_other_alone(tmp_path: Path) -> None:
    program = str(Path(__file__).with_name("programs") / "makes_or_sweeps.py")
    environment = {"PYTHONPATH": str(Path(__file__).parents[3]), "TMPDIR": str(tmp_path)}
    graders = [
        subprocess.Popen([sys.executable, program, what], env=environment, stdout=subprocess.PIPE)
        for what in ("make", "make", "make", "sweep", "sweep")
    ]
    printed = [grader.communicate()[0] for grader in graders]
    assert [grader.returncode for grader in graders] == [0] * 5
    assert all(int(times) > 0 for times in printed)
    assert list(tmp_path.iterdir()) == []
