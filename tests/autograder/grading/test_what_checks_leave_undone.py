"""A check ends, or fails, with something deferred: it is done in its name, on a laptop and by the grader."""

import json
from pathlib import Path

import pytest

from tests.autograder.course import make_trial_course
from tests.autograder.laptop import Laptop

pytestmark = pytest.mark.slow

SOURCE = """
    import time

    class Model:
        def __setattr__(self, name, value):
            if name == "slow":
                print("setting", name)
                started = time.process_time()
                while time.process_time() - started < value:
                    pass
            if name == "refused":
                raise ValueError("this cannot be set")
            object.__setattr__(self, name, value)

    model = Model()
    model.count = 1

    def value(w, b, x):
        return w * x + b

    def slope(w, b):
        return w
"""
CHECKS = '''
    import pytest

    from autograder import expect


    @pytest.mark.task("1")
    def test_ends_with_what_cannot_be_set(student):
        """Ends with a failing set."""
        student.line.model.refused = 1


    @pytest.mark.task("1")
    def test_ends_with_what_is_missing(student):
        """Ends with a missing attribute."""
        _ = student.line.absent


    @pytest.mark.task("1")
    def test_ends_with_what_takes_long(student):
        """Ends with a slow set."""
        student.line.model.slow = 0.3


    @pytest.mark.task("1")
    def test_is_not_touched_by_others(student):
        """Asks for little, after all that."""
        expect.number(student.line.value(2.0, 1.0, 3.0), 7.0)


    @pytest.mark.task("1")
    def test_fails_after_what_cannot_be_set(student):
        """Fails by itself, but later than the student's code."""
        student.line.model.refused = 1
        expect.that(False, "This comes later.")


    @pytest.mark.task("1")
    def test_fails_after_what_can_be_set(student):
        """Fails by itself, with something left to be set."""
        student.line.model.count = 2
        student.line.model.slow = 0.0
        expect.that(False, "This is what failed.")


    @pytest.mark.task("1")
    def test_sees_what_the_last_one_set(student):
        """Finds what was set before the last check failed."""
        expect.number(student.line.model.count, 2)


    @pytest.mark.task("2")
    def test_slope(student):
        """The slope of a line."""
        expect.number(student.line.slope(2.0, 1.0), 2.0)
'''
OUTCOMES = {
    "test_ends_with_what_cannot_be_set": "error in the submission",
    "test_ends_with_what_is_missing": "error in the submission",
    "test_ends_with_what_takes_long": "passed",
    "test_is_not_touched_by_others": "passed",
    "test_fails_after_what_cannot_be_set": "error in the submission",
    "test_fails_after_what_can_be_set": "wrong answer",
    "test_sees_what_the_last_one_set": "passed",
    "test_slope": "passed",
}


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    course.write("assignments/07_line/test_line.py", CHECKS)
    (course.root / "tests/hidden/07_line/test_line_hidden.py").unlink()
    return course


def test_the_grader_counts_it_for_the_check_that_left_it(course):
    checks = {check["name"]: check for check in course.grade(SOURCE, "--despite-reference")["checks"]}
    assert {name: check["outcome"] for name, check in checks.items()} == OUTCOMES
    assert "this cannot be set" in checks["test_ends_with_what_cannot_be_set"]["detail"]
    assert "no attribute 'absent'" in checks["test_ends_with_what_is_missing"]["detail"]
    assert "this cannot be set" in checks["test_fails_after_what_cannot_be_set"]["detail"]
    assert checks["test_ends_with_what_takes_long"]["seconds"] >= 0.3
    assert checks["test_is_not_touched_by_others"]["seconds"] < 0.2
    failed = checks["test_fails_after_what_can_be_set"]["detail"]
    assert failed.startswith("This is what failed.")
    assert "setting slow" in failed


def test_a_laptop_says_the_same(course, tmp_path: Path):
    folder = course.write("assignments/07_line/line.py", SOURCE).parent
    (course.root / "pytest.ini").write_text("[pytest]\n")
    outcomes = tmp_path / "outcomes.json"
    with Laptop(["numpy"]) as laptop:
        laptop.pytest(folder, outcomes)
    assert json.loads(outcomes.read_text()) == OUTCOMES
