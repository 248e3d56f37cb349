"""A slice of `make faults`, and the scratch folders of graders that were killed."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.own_folders import PREFIX, own_folder, remove_leftovers
from tests.autograder.course import make_trial_course

PROGRAMS = Path(__file__).with_name("programs")

ROOT = Path(__file__).parents[3]

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux"), pytest.mark.slow]

HOLD = PROGRAMS / "holds_a_scratch_folder.py"


def test_one_round_of_faults():
    done = subprocess.run(
        [sys.executable, "-m", "quality.faults", "--rounds", "1"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if "SKIPPED" in done.stdout:
        pytest.skip("only the kills were tried, and they held: a small disk needs root and the right to mount")


HIDDEN = PROGRAMS / "hides_its_memory.py"


def test_memory_of_a_worker_is_hidden_from_its_user():
    done = subprocess.run(
        [sys.executable, HIDDEN], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.stdout == "1 0\n"


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(temporary):
    command = [sys.executable, HOLD]
    environment = {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as holder:
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().strip())
        with own_folder() as own:
            remove_leftovers()
            assert (folder / "inside").is_dir() and own.is_dir()
        assert not own.exists()
        holder.kill()
        holder.wait()
    assert folder.is_dir()
    remove_leftovers()
    assert not folder.exists()


def test_what_is_not_ours_stays(temporary):
    for name in ("other", f"{PREFIX}file"):
        (temporary / name).touch()
    (temporary / "folder").mkdir()
    (temporary / f"{PREFIX}link").symlink_to(temporary / "folder")
    remove_leftovers()
    assert len(list(temporary.iterdir())) == 4


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_the_folder_of_another_user_stays(temporary):
    folder = temporary / f"{PREFIX}other"
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    remove_leftovers()
    assert folder.is_dir()


def test_what_kills_its_worker_twice_needs_a_person_and_the_others_are_graded(tmp_path):
    course = make_trial_course(tmp_path / "course")
    course.add("deadly")
    right = "def value(w, b, x):\n    return w * x + b\n\ndef slope(w, b):\n    return w\n"
    for name in ("ada", "cleo", "dana"):
        course.write(f"class/{name}.py", right)
    course.write("class/bob.py", "def value(w, b, x):\n    return 13.0\n")
    ran = course.run("grade", "line", "class", "--json", "--jobs", "2")
    assert ran.status == 3, ran.stderr
    records = {record["submission"]: record for record in json.loads(ran.stdout)["results"]}
    assert {name: record["score"] for name, record in records.items()} == {"ada": 4, "bob": None, "cleo": 4, "dana": 4}
    assert records["bob"]["status"] == "needs review"
    assert "process died" in records["bob"]["detail"]
