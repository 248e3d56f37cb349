"""Workers that hang or grow are ended, one submission needs a person, and the class goes on."""

import sys
from pathlib import Path

import pytest

from autograder.checks.verdicts import Verdict
from autograder.course.layout import Course
from autograder.grading import job, pool
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.intake.submission import Source
from autograder.outcomes import Outcome
from tests.autograder.course import make_trial_course

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux"), pytest.mark.slow]

RIGHT = "def value(w, b, x):\n    return w * x + b\n\ndef slope(w, b):\n    return w\n"
ODD = "def value(w, b, x):\n    return 13.0\n"
CHECK = '''
    import os
    import time

    import numpy as np
    import pytest

    from autograder import expect


    @pytest.mark.task("1")
    def test_odd(student):
        """A check of which 13 is the undoing."""
        with open({log!r}, "a") as file:
            print(os.getpid(), file=file)
        if expect.number(student.line.value(1.0, 0.0, 1.0)) == 13:
            {undoing}
'''


@pytest.fixture
def graded(tmp_path, monkeypatch):
    """Grade a class in one worker at a time, with a check that does something of its own when the answer is 13."""

    def grade(sources: list[str], undoing: str = "pass") -> tuple[list, list[str]]:
        course = make_trial_course(tmp_path / "course")
        log = tmp_path / "log"
        course.write("tests/hidden/07_line/test_odd.py", CHECK.format(log=str(log), undoing=undoing))
        manifest = course.root / "assignments/07_line/assignment.toml"
        manifest.write_text(manifest.read_text().replace("[limits]", "[limits]\ntotal_cpu_seconds = 0.5"))
        assignment = Course(course.root).assignment("line")
        spare_uid = isolation(assignment).spare_uid
        jobs = []
        for number, code in enumerate(sources):
            path = course.write(f"class/s{number}.py", code)
            jobs.append(
                Job(assignment=assignment, source=Source(f"s{number}", Path(path)), seed=1, spare_uid=spare_uid)
            )
        results = [one.result for one in pool.grade_all(jobs, 1)]
        return results, list(dict.fromkeys(log.read_text().split()))

    return grade


def test_a_worker_that_is_silent_for_too_long_is_ended(graded, monkeypatch):
    monkeypatch.setattr(job, "SPARE_SECONDS", -16.0)  # beside 8 s for all, 10 s for an import, 8 s for a check
    results, workers = graded([RIGHT, ODD, RIGHT], "time.sleep(3600)")
    assert [result.score for result in results] == [4, None, 4]
    assert results[1].status.value == "needs review"
    assert "was silent for 10 s" in results[1].detail
    assert len(workers) == 2


def test_a_worker_that_computes_for_too_long_is_ended(graded, monkeypatch):
    monkeypatch.setattr(job, "OWN_CPU_SECONDS", 2.0)
    results, workers = graded([RIGHT, ODD, RIGHT], "while True: pass")
    assert [result.score for result in results] == [4, None, 4]
    assert "computed for more than" in results[1].detail
    assert len(workers) == 2


def test_what_takes_too_much_memory_while_a_value_is_opened_is_a_wrong_answer(graded):
    large = "import numpy as np\n\n" + ODD + "\ndef slope(w, b):\n    return np.zeros(2**25, dtype=bool)\n"
    opened = "expect.array(student.line.slope(1.0, 0.0), np.broadcast_to(1.0, 2**25))"
    results, workers = graded([RIGHT, large, RIGHT], opened)
    (verdict,) = [check.verdict for check in results[1].checks if check.name.endswith("test_odd")]
    assert verdict == Verdict(Outcome.WRONG, "The result is too large to be judged.")
    assert len(workers) == 1


def test_what_takes_too_much_memory_elsewhere_is_a_fault_of_the_grader(graded):
    results, _ = graded([RIGHT, ODD, RIGHT], "np.ones(2**28)")
    assert [result.score for result in results] == [4, None, 4]
    assert "MemoryError" in "".join(check.detail for check in results[1].checks)


def test_a_worker_that_grows_too_large_is_ended(graded, monkeypatch):
    monkeypatch.setattr(pool, "MOST_BYTES", 400 * pool.MIB)
    results, workers = graded([RIGHT, ODD, RIGHT], "kept = np.ones(60 * 2**20); time.sleep(3600)")
    assert [result.score for result in results] == [4, None, 4]
    assert "grew above 400 MiB" in results[1].detail
    assert len(workers) == 2


def test_a_worker_is_renewed_after_a_fault_of_the_grader(graded):
    results, workers = graded([RIGHT, ODD, RIGHT], "1 / 0")
    assert [result.score for result in results] == [4, None, 4]
    assert "ZeroDivisionError" in "".join(check.detail for check in results[1].checks)
    assert len(workers) == 2


def test_a_worker_is_renewed_after_many_submissions(graded, monkeypatch):
    monkeypatch.setattr(pool, "RENEWED_AFTER", 2)
    results, workers = graded([RIGHT] * 5)
    assert [result.score for result in results] == [4] * 5
    assert len(workers) == 3
