"""Assignments that use the digits, and that bring along a file from an earlier one."""

import gzip
import json
import shutil
import struct

import pytest

from tests.autograder.course import COURSES, make_trial_course

pytestmark = pytest.mark.slow

CURVE = COURSES / "curve"
MANIFEST = (CURVE / "assignments/08_curve/assignment.toml").read_text()
LINE = (CURVE / "solutions/08_curve/substitute/line.py").read_text()
HIDDEN = (CURVE / "tests/hidden/08_curve/test_curve_hidden.py").read_text()
WRONG_LINE = "def value(w, b, x):\n    return w * x - b\n"


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path)
    course.add("curve")
    return course


@pytest.fixture
def grade(course, tmp_path):
    """Grade a submission whose line is this one, if any: exit status, and the whole of what was printed."""

    def graded(line: str | None, **environment: str):
        if line is not None:
            course.write("handed-in/ada/line.py", line)
        environment = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), **environment}
        return course.run("grade", "curve", "handed-in/ada", "--output", "out", **environment)

    return graded


def record(course) -> dict:
    return json.loads((course.root / "out/results/ada.json").read_text())


def scores(course) -> list[float]:
    return [task["score"] for task in record(course)["tasks"]]


NOTE = "Your line.py did not pass task 1, so task 2 was judged with the course's own in its place."


def test_a_wrong_file_costs_its_own_task_only(course, grade):
    assert grade(WRONG_LINE).status == 0
    assert scores(course) == [0, 2]
    assert NOTE in record(course)["notes"]


def test_a_right_file_is_used_itself(course, grade):
    course.write("solutions/08_curve/substitute/line.py", "1 / 0\n")
    assert grade(LINE).status == 0
    assert scores(course) == [1, 2]
    assert NOTE not in record(course)["notes"]


def test_a_notebook_is_put_aside_too(course, grade):
    notebook = {"nbformat": 4, "cells": [{"cell_type": "code", "source": WRONG_LINE}]}
    course.write("handed-in/ada/line.ipynb", json.dumps(notebook))
    assert grade(None).status == 0
    assert scores(course) == [0, 2]
    assert NOTE in record(course)["notes"]


def test_a_substitute_whose_library_is_missing_is_not_used(course, grade):
    manifest = MANIFEST.replace('unless = "1"', 'unless = "1"\n    imports = ["no_such_library"]')
    course.write("assignments/08_curve/assignment.toml", manifest)
    ran = grade(WRONG_LINE)
    assert ran.status == 0
    assert scores(course) == [0, 0]
    assert any("since the grader lacks no_such_library" in note for note in record(course)["notes"])
    assert "no_such_library is not installed" in ran.stderr
    grade(LINE)
    assert not any("lacks" in note for note in record(course)["notes"])


def test_a_substitute_that_is_missing_is_our_fault(course, grade):
    (course.root / "solutions/08_curve/substitute/line.py").unlink()
    ran = grade(WRONG_LINE)
    assert ran.status == 3
    assert record(course)["score"] is None
    assert "substitute" in record(course)["detail"]


def test_tasks_of_one_group_agree_on_the_substitute(course, grade):
    checks = course.root / "tests/hidden/08_curve/test_curve_hidden.py"
    checks.write_text(checks.read_text().replace('task("1")', 'task("1", group="2")'))
    ran = grade("")
    assert ran.status == 2
    assert "the tasks of group '2' must agree on the substitute" in ran.stderr


def test_a_student_checks_without_the_substitute(course, tmp_path):
    """What students get does not hold it."""
    course.write("assignments/08_curve/test_curve.py", HIDDEN.replace(", data", "").replace("assert len", "# "))
    shutil.copy(course.root / "handed-in/ada/curve.py", course.root / "assignments/08_curve")
    course.write("assignments/08_curve/line.py", LINE)
    (course.root / "solutions/08_curve/substitute/line.py").unlink()
    ran = course.run("check", "curve", HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))
    assert ran.status == 0, ran.stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('file = "line.py"', 'file = "other.py"', "substitute.file = 'other.py' is not handed in"),
        ('unless = "1"', 'unless = "3"', "substitute: there is no task '3'"),
        ('tasks = ["2"]', 'tasks = ["1"]', "substitute: task '1' cannot wait for itself"),
        ("digits = { images = 1500 }", "", "data.thresholds: none for digits"),
        ("digits = { images = 1500 }", "digits = { image = 1 }", "the sets of images do not have the same ones"),
        ("digits =", "fashion =", "fashion"),
    ],
)
def test_a_manifest_that_is_wrong(course, grade, old, new, says):
    course.write("assignments/08_curve/assignment.toml", MANIFEST.replace(old, new))
    ran = grade(LINE)
    assert ran.status == 2
    assert "assignment.toml" in ran.stderr
    assert says in ran.stderr


def test_without_mnist_the_result_is_provisional_and_everybody_is_told(course, grade):
    ran = grade(LINE)
    assert ran.status == 0
    assert "graded, provisional" in ran.stdout
    assert "Notice: MNIST is not here" in ran.stderr
    found = record(course)
    assert (found["data"], found["provisional"]) == ("digits", True)
    assert any("provisional" in note for note in found["notes"])
    assert "graded, provisional" in (course.root / "out/grades.csv").read_text()
    assert "graded, provisional" in (course.root / "out/report.html").read_text()


def write_images(folder, count: int = 2) -> None:
    folder.mkdir()
    for kind in ("train", "t10k"):
        images = struct.pack(">4I", 0x803, count, 28, 28) + bytes(784 * count)
        (folder / f"{kind}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (folder / f"{kind}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, count) + bytes(count))


def test_images_of_ones_own_are_no_stand_in(course, grade, tmp_path):
    write_images(tmp_path / "fashion")
    assert grade(LINE, MNIST_DIR=str(tmp_path / "fashion")).status == 0
    found = record(course)
    assert (found["data"], found["provisional"], found["score"]) == ("other", False, 3)


def test_damaged_images_stop_the_run_before_it_starts(course, grade, tmp_path):
    write_images(tmp_path / "fashion")
    (tmp_path / "fashion/t10k-labels-idx1-ubyte").write_bytes(b"")
    ran = grade(LINE, MNIST_DIR=str(tmp_path / "fashion"))
    assert ran.status == 2
    assert "t10k-labels-idx1-ubyte: not a whole IDX file of labels" in ran.stderr
    assert not (course.root / "out").exists()


def test_data_says_what_there_is(course, tmp_path):
    write_images(tmp_path / "fashion")
    ran = course.run("data", MNIST_DIR=str(tmp_path / "fashion"))
    assert ran.status == 0
    assert "2 images to train on, 2 to test on" in ran.stdout
    assert str(tmp_path / "fashion") in ran.stdout
