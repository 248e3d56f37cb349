"""The order in which groups of checks run: cheap ones first, after what they build on; results are in tasks' order."""

import re
import subprocess
import sys

import pytest

from tests.autograder.course import REFERENCE, make_trial_course

pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    course.add("order")
    (course.root / "tests/hidden/07_line/test_line_hidden.py").unlink()
    return course


def test_cheap_groups_run_first_but_after_what_they_build_on(course):
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "assignments/07_line"]
    listed = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False).stdout
    assert re.findall(r"::(\w+)\[", listed) == [
        "test_cheap",
        "test_middling",
        "test_of_the_same_group",
        "test_dear",
        "test_builds_on_dear",
    ]


def test_a_record_has_its_checks_in_the_order_of_the_tasks(course):
    checks = course.grade(REFERENCE)["checks"]
    assert [check["task"] for check in checks] == ["1", "2", "3", "3", "4"]
    assert {check["outcome"] for check in checks} == {"passed"}


def test_assignments_in_one_run_of_pytest_keep_their_tasks_apart(course):
    """As a student has it who runs pytest over the whole course: tasks have the same numbers everywhere."""
    course.write("assignments/07_line/line.py", REFERENCE)
    for name in ("assignment.toml", "line.py", "test_line.py"):
        text = (course.root / "assignments/07_line" / name).read_text()
        failing = text.replace('"""Dear."""', '"""Dear."""\n    assert False')
        course.write(f"assignments/06_other/{name.replace('test_line', 'test_other')}", failing)
    command = [sys.executable, "-m", "pytest", "--quiet", "-rA", "assignments"]
    said = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False).stdout
    assert "SKIPPED" in said and "1 failed, 8 passed, 1 skipped" in said
