"""Checks that are not graded: students see what they say, and no grader runs them."""

import shutil
import subprocess
import sys
from textwrap import indent

import pytest

from tests.autograder.course import REFERENCE, make_trial_course

CHECKS = '''
    import pytest

    from autograder import expect
    from autograder.checks.verdicts import NotRun


    @pytest.mark.ungraded
    def test_here(student):
        """What is here."""


    @pytest.mark.ungraded
    def test_later(student):
        """What may wait."""
        raise NotRun("Not needed yet:\\n    fetch it")


    @pytest.mark.ungraded
    def test_missing(student):
        """What is missing."""
        expect.that(False, "It is missing:\\n    mend it")


    @pytest.mark.ungraded
    def test_not_written(student):
        """What may be written."""
        student.line.optional()
'''
OPTIONAL = '\n\ndef optional():\n    raise NotImplementedError("Your code here.")\n'
STUB = 'def {}:\n    raise NotImplementedError("Your code here.")\n\n\n'
UNTOUCHED = STUB.format("value(w, b, x)") + STUB.format("slope(w, b)")
SAID = """\
✓ What is here.
– What may wait.
    Not needed yet:
        fetch it
✗ What is missing.
    It is missing:
        mend it
– What may be written.
    Not attempted yet: the code still raises NotImplementedError.
"""


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    course.write("assignments/07_line/test_more.py", CHECKS)
    course.write("assignments/07_line/line.py", REFERENCE + OPTIONAL)
    return course


def plain_pytest(course, *arguments):
    folder = course.root / "assignments/07_line"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def without_hidden_checks(course):
    """What a student has of the course."""
    for folder in ("tests", "solutions"):
        shutil.rmtree(course.root / folder)


def test_no_grader_runs_them(course):
    assert course.grade(REFERENCE)["score"] == 4
    names = [check["name"] for check in course.grade(REFERENCE, name="bob")["checks"]]
    assert names
    assert not set(names) & {"test_here", "test_later", "test_missing", "test_not_written"}


def test_check_shows_them_and_counts_the_others(course):
    without_hidden_checks(course)
    ran = course.run("check", "line")
    assert ran.status == 0, ran.stderr
    _, _, said = ran.stdout.partition("\nNot graded\n")
    assert said.startswith(indent(SAID, "  ").replace("      ", "    "))
    assert said.endswith("\n2 of 2 public checks passed.\n")


def test_plain_pytest_shows_them_and_passes(course):
    done = plain_pytest(course)
    assert done.returncode == 0, done.stdout
    _, _, said = done.stdout.partition("= not graded =")
    assert said.partition("\n")[2].startswith(SAID)
    assert "3 passed, 3 skipped" in said


def test_plain_pytest_says_it_in_words_where_no_colour_is_wanted(course, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    said = plain_pytest(course).stdout
    assert "passed: What is here." in said
    assert not set("✓✗–") & set(said.partition("= not graded =")[2])


def test_plain_pytest_shows_those_that_were_run(course):
    said = plain_pytest(course, "-k", "here").stdout
    assert "✓ What is here." in said
    assert "What may wait" not in said
    assert "not graded" not in plain_pytest(course, "--collect-only").stdout


def test_a_fault_of_such_a_check_is_seen(course):
    more = course.root / "assignments/07_line/test_more.py"
    more.write_text(more.read_text().replace("student.line.optional()", "1 / 0"))
    done = plain_pytest(course)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout


def test_submit_counts_the_others(course):
    without_hidden_checks(course)
    ran = course.run("submit", "line")
    assert ran.status == 0
    assert ran.stdout.startswith("2 of 2 public checks passed.\n")


def test_submit_asks_where_nothing_was_filled_in(course):
    without_hidden_checks(course)
    course.write("assignments/07_line/line.py", UNTOUCHED)
    checks = course.root / "assignments/07_line/test_line.py"
    checks.write_text(checks.read_text().replace(', after="1"', ""))
    ran = course.run("submit", "line")
    assert ran.status == 1
    assert "Nothing has been filled in yet. Pack it all the same?" in ran.stdout + ran.stderr


def test_among_hidden_checks_they_are_an_error(course):
    course.write("tests/hidden/07_line/test_more_hidden.py", CHECKS)
    ran = course.run("grade", "line", course.write("handed-in/ada.py", REFERENCE), "--json")
    assert ran.status == 2
    assert "test_here is not graded, so nobody would run it: put it among the public checks." in ran.stderr


def test_one_that_has_a_task_is_an_error(course):
    checks = course.root / "assignments/07_line/test_line.py"
    checks.write_text(checks.read_text().replace("@pytest.mark.task", "@pytest.mark.ungraded\n@pytest.mark.task", 1))
    ran = course.run("grade", "line", course.write("handed-in/ada.py", REFERENCE))
    assert ran.status == 2
    assert "test_value has a task and is marked as ungraded" in ran.stderr
