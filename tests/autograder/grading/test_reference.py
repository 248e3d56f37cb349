"""The reference is graded before any submission, and checks that it fails judge nobody."""

import csv
import json

import numpy as np
import pytest

from autograder.checks.verdicts import Verdict
from autograder.course.layout import Course
from autograder.course.seeds import derive
from autograder.grading.reference import SEEDS, failures_of_reference, reference_jobs
from autograder.ledger.records import CheckRecord, Result
from autograder.ledger.units import Graded, Unit
from autograder.outcomes import Outcome, Status
from tests.autograder.course import make_trial_course

pytestmark = pytest.mark.slow

RIGHT = """
    def value(w, b, x):
        return w * x + b

    def slope(w, b):
        return w
"""
CHECKS = "assignments/07_line/test_line.py"
EXPECTED = "student.line.value(2.0, 1.0, 3.0), 7.0"
OTHER_EXPECTED = "student.line.value(2.0, 1.0, 3.0), 8.0"


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    for name in ("ada", "bob"):
        course.write(f"class/{name}.py", RIGHT)
    return course


def edit(course, old: str, new: str, path: str = CHECKS) -> None:
    content = (course.root / path).read_text()
    assert old in content
    (course.root / path).write_text(content.replace(old, new))


def rows(course) -> list[dict[str, str]]:
    return list(csv.DictReader((course.root / "grades/07_line/grades.csv").read_text().splitlines()))


@pytest.mark.parametrize("what", ["class", "class/ada.py"])
def test_a_wrong_check_judges_nobody(course, what):
    edit(course, EXPECTED, OTHER_EXPECTED)
    ran = course.run("grade", "line", course.root / what)
    assert ran.status == 2
    assert "the reference does not have full marks, so nothing was graded" in ran.stderr
    assert "Task 1, test_value (seed 1): wrong answer" in ran.stderr
    assert "expected: 8" in ran.stderr
    assert "--despite-reference" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.count("test_value") == 1
    assert not (course.root / "grades/07_line/grades.csv").exists()
    assert not (course.root / "grades/07_line/results").exists()


@pytest.mark.parametrize("options", [(), ("--preview",)])
def test_earlier_grades_stay_as_they_are(course, options):
    assert course.run("grade", "line", course.root / "class").status == 0
    before = (course.root / "grades/07_line/grades.csv").read_bytes()
    edit(course, EXPECTED, OTHER_EXPECTED)
    ran = course.run("regrade", "line", *options)
    assert ran.status == 2
    assert "test_value" in ran.stderr
    assert (course.root / "grades/07_line/grades.csv").read_bytes() == before
    assert len(json.loads(course.run("history", "ada", "--json").stdout)["histories"][0]["grades"]) == 1


def test_a_check_with_a_fault_of_its_own_is_named(course):
    edit(course, EXPECTED, "student.line.value(2.0, 1.0, 3.0), 1 / 0")
    ran = course.run("grade", "line", course.root / "class")
    assert ran.status == 2
    assert "test_value (seed 1): grader error" in ran.stderr
    assert "ZeroDivisionError" in ran.stderr


def test_inputs_of_one_seed_that_the_reference_fails_are_enough(course):
    drawn = {seed: np.random.default_rng(derive(seed, "inputs", "test_value")).random() for seed in SEEDS}
    worst = max(SEEDS, key=drawn.__getitem__)
    others = max(value for seed, value in drawn.items() if seed != worst)
    edit(course, "test_value(student)", "test_value(student, rng)")
    edit(course, EXPECTED, f"student.line.value(2.0, 1.0, 3.0), 7.0 + (rng.random() > {others!r})")
    ran = course.run("grade", "line", course.root / "class")
    assert ran.status == 2
    assert f"test_value (seed {worst}): wrong answer" in ran.stderr


def graded(seed: int, outcome: Outcome) -> Graded:
    """The reference under a seed, with one check that ended so."""
    check = CheckRecord("test_value", "The line at a point.", "1", 1.0, "public", Verdict(outcome), 0.0)
    unit = Unit("1", "", (check,), (), (), (), substituted=False, cpu=0.0, wall=0.0)
    result = Result("reference", "07_line", None, 4.0, Status.GRADED, "", (), (check,), (), seed, ())
    return Graded(result, None, (unit,))


@pytest.mark.parametrize("outcome", [Outcome.CRASHED, Outcome.TIMED_OUT, Outcome.GRADER_ERROR, Outcome.OUT_OF_MEMORY])
@pytest.mark.parametrize("second", [Outcome.PASSED, Outcome.CRASHED])
def test_what_may_be_the_machines_doing_is_graded_once_more(course, outcome, second):
    jobs = reference_jobs(Course(course.root).assignment("line"), spare_uid=False, cold=False)
    outcomes = {1: [Outcome.PASSED], 2: [outcome, second], 3: [Outcome.PASSED]}

    def grade(some):
        return [graded(job.seed, outcomes[job.seed].pop(0)) for job in some]

    failures = failures_of_reference(jobs, grade(jobs), grade)
    heads = [failure.partition(":")[0] for failure in failures]
    assert heads == ([] if second is Outcome.PASSED else ["Task 1, test_value (seed 2)"])
    assert not any(outcomes.values())


def test_a_wrong_answer_is_no_machines_doing(course):
    jobs = reference_jobs(Course(course.root).assignment("line"), spare_uid=False, cold=False)
    outcomes = {seed: [Outcome.WRONG] for seed in SEEDS}

    def grade(some):
        return [graded(job.seed, outcomes[job.seed].pop(0)) for job in some]

    failures = failures_of_reference(jobs, grade(jobs), grade)
    assert len(failures) == 1


def test_despite_the_reference_every_result_is_marked_until_it_has_full_marks(course):
    edit(course, EXPECTED, OTHER_EXPECTED)
    ran = course.run("grade", "line", course.root / "class", "--despite-reference", "--json")
    assert ran.status == 0, ran.stderr
    records = json.loads(ran.stdout)["results"]
    assert [(record["despite_reference"], record["status"]) for record in records] == [(True, "graded")] * 2
    assert [row["status"] for row in rows(course)] == ["graded, despite the reference"] * 2
    assert "despite the reference" in (course.root / "grades/07_line/report.html").read_text()
    assert course.run("grade", "line", course.root / "class").status == 2
    edit(course, OTHER_EXPECTED, EXPECTED)
    ran = course.run("regrade", "line", "--despite-reference")
    assert ran.status == 0, ran.stderr
    assert [row["status"] for row in rows(course)] == ["graded"] * 2
    (story,) = json.loads(course.run("history", "ada", "--json").stdout)["histories"]
    assert "the reference has full marks" in story["grades"][-1]["why"]


@pytest.mark.parametrize("command", [("grade", "line", "class"), ("grade", "line", "class/ada.py")])
def test_without_a_reference_grading_goes_on_with_a_warning(course, command):
    """As in a package that was made for another grader."""
    (course.root / "solutions/07_line/line.py").unlink()
    ran = course.run(*command)
    assert ran.status == 0, ran.stderr
    assert "solutions/07_line holds no reference" in ran.stderr
    assert {row["status"] for row in rows(course)} == {"graded"}


def test_a_reference_of_which_a_file_is_missing_does_not_have_full_marks(course):
    manifest = course.root / "assignments/07_line/assignment.toml"
    edit(course, '["line.py"]', '["line.py", "more.py"]', str(manifest))
    for name in ("line.py", "more.py"):
        course.write(f"class/cleo/{name}", RIGHT)
    ran = course.run("grade", "line", course.root / "class/cleo")
    assert ran.status == 2
    assert "more.py" in ran.stderr and "solutions/07_line" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert course.run("grade", "line", course.root / "class/cleo", "--despite-reference").status == 0


def test_a_check_may_read_what_a_person_grades(course):
    course.add("notes")
    course.write(
        "tests/hidden/07_line/test_notes.py",
        """
        import pytest

        from autograder import expect


        @pytest.mark.task("2")
        def test_notes(student):
            \"\"\"The notes name a curve.\"\"\"
            expect.that("parabola" in expect.text(student.read_text("notes.md")), "No curve is named.")
        """,
    )
    ran = course.run("grade", "line", "class")
    assert ran.status == 0, ran.stderr
    (course.root / "solutions/07_line/notes.md").unlink()
    assert course.run("grade", "line", "class", "--output", "grades/again").status == 2


def test_full_marks_are_remembered_until_something_changes(tmp_path):
    course = make_trial_course(tmp_path / "course")
    course.add("logged")
    course.write("class/ada.py", RIGHT)
    runs = course.root / "runs"

    def ran(command: str, *arguments: object) -> int:
        runs.write_text("")
        done = course.run(command, "line", *arguments, RUNS=str(runs))
        assert done.status == 0, done.stderr
        return sum("test_value" in name for name in runs.read_text().split())

    assert ran("grade", course.root / "class") == 1 + len(SEEDS)
    assert ran("grade", course.root / "class") == 0
    assert ran("regrade") == 0
    assert ran("grade", course.root / "class", "--output", course.root / "elsewhere") == 1
    assert ran("grade", course.write("late/bea.py", RIGHT)) == 1
    edit(course, "expect.number(answer, 7.0)", "expect.number(answer, 7)")
    assert ran("regrade", "--preview") == 2 + len(SEEDS)
    assert ran("regrade") == 2
    edit(course, "w * x + b", "b + w * x", "solutions/07_line/line.py")
    assert ran("regrade") == len(SEEDS)


def test_a_course_that_cannot_be_written_to_grades_its_reference_every_time(tmp_path):
    course = make_trial_course(tmp_path / "course")
    course.add("logged")
    course.write("class/ada.py", RIGHT)
    course.write(".autograder", "a file where the folder would be")
    for output in ("first", "second"):
        runs = course.root / output
        done = course.run("grade", "line", "class", "--output", f"grades/{output}", RUNS=str(runs))
        assert done.status == 0, done.stderr
        assert runs.read_text().count("test_value") == 1 + len(SEEDS)
