"""Libraries that only some tasks of an assignment allow: who may import them, and what follows without them."""

import json
import shutil
import subprocess
import sys

import pytest

from autograder.course.layout import Course
from autograder.course.marks import marks_of
from autograder.grading.job import Job
from autograder.grading.judge import grade
from autograder.intake.submission import Source, read_submission
from autograder.outcomes import Outcome, Status
from autograder.platforms import student
from autograder.platforms.contents import needs_torch
from quality.variants import COURSE
from tests.autograder.course import make_trial_course

pytestmark = pytest.mark.slow

MANIFEST = """
title = "Two halves"
points = 2
files = ["plain.py", "more.py"]
imports = ["numpy"]

[[task]]
id = "1"
title = "Plain"
points = 1

[[task]]
id = "2"
title = "With a library"
points = 1
imports = ["{library}"]
"""
PLAIN = """
def one():
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION
"""
MORE = """
import click


def two():
    ### BEGIN SOLUTION
    return 2 if click.echo else 0
    ### END SOLUTION
"""
CHECKS = """
import pytest
from autograder import expect


@pytest.mark.task("1")
def test_one(student):
    "It is 1."
    expect.integer(student.plain.one(), 1)


@pytest.mark.task("2"{group})
def test_two(student):
    "It is 2."
    expect.integer(student.more.two(), 2)
"""
ABSENT = "no_such_library"


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path)
    course.write("assignments/08_halves/README.md", "# Two halves\n\n<!-- tasks -->\n<!-- /tasks -->\n")
    course.write("assignments/08_halves/test_halves.py", CHECKS.format(group=""))
    course.write("solutions/08_halves/plain.py", PLAIN)
    course.write("solutions/08_halves/more.py", MORE)
    manifest(course, "click")
    return course


def manifest(course, library: str) -> None:
    course.write("assignments/08_halves/assignment.toml", MANIFEST.format(library=library))


def graded(course, plain: str = PLAIN, more: str = MORE):
    """What `grade` printed, and the record if there is one."""
    course.write("handed-in/ada/plain.py", plain)
    course.write("handed-in/ada/more.py", more)
    ran = course.run("grade", "halves", course.root / "handed-in/ada", "--json")
    return ran, json.loads(ran.stdout)["results"][0] if ran.stdout else None


def fill_in(course) -> None:
    """Put a student's own work into the assignment's folder."""
    course.write("assignments/08_halves/plain.py", PLAIN)
    course.write("assignments/08_halves/more.py", MORE)


def test_a_task_may_import_its_library_and_no_other_task_may(course):
    _, record = graded(course)
    assert record["score"] == 2
    assert "click" in record["versions"]
    _, record = graded(course, plain=f"{PLAIN}\n\ndef one():\n    import click\n\n    return 1\n")
    assert [task["score"] for task in record["tasks"]] == [0, 1]
    assert "'click' may not be used here; allowed: numpy." in record["checks"][0]["message"]


def test_plain_pytest_allows_and_refuses_the_same(course):
    fill_in(course)
    course.write("assignments/08_halves/plain.py", "def one():\n    import click\n\n    return 1\n")
    folder = course.root / "assignments/08_halves"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "'click' may not be used here" in done.stdout


def test_a_grader_without_the_library_refuses(course):
    manifest(course, ABSENT)
    ran, record = graded(course)
    assert (ran.status, record) == (2, None)
    assert f"{ABSENT} is not installed" in ran.stderr


def test_a_grader_that_meets_the_gap_while_grading_asks_for_a_person(course):
    manifest(course, ABSENT)
    graded(course)
    assignment = Course(course.root).assignment("halves")
    source = Source("ada", course.root / "handed-in/ada")
    submission = read_submission(source, assignment.manifest.files, marks_of(assignment))
    result = grade(Job(assignment=assignment, source=source, seed=1), submission).result
    assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)
    assert [task.score for task in result.tasks] == [1, None]
    assert result.checks[1].outcome is Outcome.GRADER_ERROR
    assert f"this task needs {ABSENT}, which cannot be found" in result.checks[1].detail


def test_a_students_check_goes_on_without_the_library(course):
    manifest(course, ABSENT)
    fill_in(course)
    ran = course.run("check", folder="assignments/08_halves")
    assert (ran.status, ran.stderr) == (0, "")
    assert f"Not run here: this task needs {ABSENT}, which cannot be found." in ran.stdout
    assert "1 of 2 public checks passed, 1 not run." in ran.stdout
    course.write("assignments/08_halves/plain.py", "def one():\n    return 2\n")
    assert course.run("check", folder="assignments/08_halves").status == 1


def test_submit_counts_what_was_not_run(course):
    manifest(course, ABSENT)
    fill_in(course)
    ran = course.run("submit", folder="assignments/08_halves")
    assert ran.status == 0
    assert "1 of 2 public checks passed, 1 not run." in ran.stdout


def test_plain_pytest_skips_with_the_reason(course):
    manifest(course, ABSENT)
    fill_in(course)
    folder = course.root / "assignments/08_halves"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "1 passed, 1 skipped" in done.stdout
    assert f"Not run here: this task needs {ABSENT}" in done.stdout


def test_tasks_of_one_group_agree_on_imports(course):
    course.write("assignments/08_halves/test_halves.py", CHECKS.format(group=', group="1"'))
    ran, _ = graded(course)
    assert "the tasks of group '1' must agree on their imports" in ran.stderr


def test_students_can_begin_without_pytorch_and_graders_need_it(course, monkeypatch):
    monkeypatch.setattr(student, "engine_wheel", lambda root: ("engine.whl", b""))
    shutil.copytree(COURSE.root / "release" / "student", course.root / "release" / "student")
    manifest(course, "torch")
    assignment = Course(course.root).assignment("halves")
    assert needs_torch(assignment)
    files = student.student_files([assignment])
    assert "torch" not in files["requirements.txt"].decode()
    assert files["requirements-torch.txt"].startswith(b"torch")
    assert "requirements-torch.txt" in files["README.md"].decode()
