"""`autograder new` begins an assignment that is sound, and overwrites nothing."""

import shutil
from pathlib import Path

import pytest

from autograder.course.layout import Course
from tests.autograder.course import make_trial_course

TEMPLATES = Path(__file__).parents[3] / "release" / "new"


@pytest.fixture
def beginning(tmp_path):
    course = make_trial_course(tmp_path / "course")
    shutil.copytree(TEMPLATES, course.root / "release" / "new")
    return course


def written(course):
    return {path.relative_to(course.root): path.read_bytes() for path in course.root.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.once
def test_a_new_assignment_is_sound(beginning):
    ran = beginning.run("new", "13_soft_max")
    assert ran.status == 0, ran.stderr
    assert Course(beginning.root).assignment("13_soft_max").manifest.title == "Soft max"
    assert "`autograder prove 13_soft_max`" in ran.stdout
    assert beginning.run("build", "--check", "13_soft_max").status == 0
    proved = beginning.run("prove", "13_soft_max")
    assert (proved.status, "✗" in proved.stdout) == (0, False), proved.stdout
    graded = beginning.run("grade", "13_soft_max", "solutions/13_soft_max", "--one", "--output", "out")
    assert graded.status == 0, graded.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("softmax", "name it by a number, _ and a slug"),
        ("13-softmax", "name it by a number, _ and a slug"),
        ("13_class", "name it by a number, _ and a slug"),
        ("13_2d", "name it by a number, _ and a slug"),
        ("07_softmax", "07_line has its number or its slug"),
        ("13_line", "07_line has its number or its slug"),
    ],
)
def test_names_that_are_taken_or_no_names(beginning, name, said):
    before = written(beginning)
    ran = beginning.run("new", name)
    assert (ran.status, said in ran.stderr) == (2, True), ran.stderr
    assert written(beginning) == before


def test_nothing_is_written_over(beginning):
    beginning.write("tests/submissions/13_softmax/class.toml", "# mine\n")
    before = written(beginning)
    ran = beginning.run("new", "13_softmax")
    assert ran.status == 2
    assert "class.toml: this file exists already. Nothing was written." in ran.stderr
    assert written(beginning) == before
