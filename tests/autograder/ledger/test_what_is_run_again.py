"""What was graded before is used again, and what has changed is not."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.course.layout import Course
from autograder.grading import judge
from autograder.grading.job import Job
from autograder.grading.templates import Template
from autograder.intake.submission import Source, read_submission
from autograder.ledger.store import FILE, open_ledger
from quality.ledgers import held
from tests.autograder.course import make_trial_course

pytestmark = [pytest.mark.slow, pytest.mark.once]

RIGHT = """
    def value(w, b, x):
        return w * x + b

    def slope(w, b):
        return w
"""
WRONG_SLOPE = RIGHT.replace("return w\n", "return b\n")
CHECKS = "assignments/07_line/test_line.py"
WRITTEN = '[[written]]\nid = "3"\ntitle = "In words"\npoints = 2\nfile = "notes.md"\n\n[limits]'


@pytest.fixture
def logged(tmp_path):
    """A course whose public checks say when they run."""
    course = make_trial_course(tmp_path / "course")
    course.add("logged")
    course.write("class/ada.py", RIGHT)
    course.write("class/bob.py", WRONG_SLOPE)
    return course


def grade(course, *options: object) -> tuple[list[dict], list[str]]:
    """The records of the class, and the checks that were run for them; what the reference fails is no matter here."""
    runs = course.root / "runs"
    runs.write_text("")
    options = (*options, "--despite-reference")
    ran = course.run("grade", "line", course.root / "class", "--json", *options, RUNS=str(runs))
    assert ran.stdout, ran.stderr
    names = [name for name in runs.read_text().split() if not name.startswith("reference:")]
    return json.loads(ran.stdout)["results"], sorted(names)


def scores(records: list[dict]) -> list[float]:
    return [record["score"] for record in records]


def timeless(records: list[dict]) -> list[dict]:
    for record in records:
        for check in record["checks"]:
            check["seconds"] = 0
    return records


def edit(course, old: str, new: str, path: str = CHECKS) -> None:
    content = (course.root / path).read_text()
    assert old in content
    (course.root / path).write_text(content.replace(old, new))


def test_nothing_is_run_twice(logged):
    first, ran = grade(logged)
    assert ran == ["test_slope", "test_slope", "test_value", "test_value"]
    assert scores(first) == [4, 3]
    assert grade(logged) == (first, [])
    assert grade(logged, "--cold") == (first, [])


def test_what_was_handed_in_anew_is_graded_and_nobody_else(logged):
    grade(logged)
    logged.write("class/bob.py", RIGHT)
    records, ran = grade(logged)
    assert scores(records) == [4, 4]
    assert ran == ["test_slope", "test_value"]


def test_a_check_that_changes_regrades_its_group_only(logged):
    grade(logged)
    edit(logged, "expect.number(answer, 2.0)", "expect.number(answer, 1.0)")  # a helper that only test_slope uses
    records, ran = grade(logged)
    assert scores(records) == [3, 4]
    assert ran == ["test_slope", "test_slope"]
    edit(logged, "expect.number(answer, 1.0)", "expect.number(answer, 2.0)  # as it was")
    assert scores(grade(logged)[0]) == [4, 3]
    assert grade(logged)[1] == []


def test_a_check_whose_prerequisite_changes_is_judged_anew(logged):
    grade(logged)
    edit(logged, "expect.number(answer, 7.0)", "expect.number(answer, 8.0)")
    records, ran = grade(logged)
    assert ran == ["test_value", "test_value"]
    slope = next(check for check in records[0]["checks"] if check["task"] == "2")
    assert slope["outcome"] == "skipped"


def test_what_was_skipped_is_open_once_its_prerequisite_cannot_be_judged(logged):
    edit(logged, "expect.number(answer, 7.0)", "expect.number(answer, 8.0)")
    assert {record["tasks"][1]["score"] for record in grade(logged)[0]} == {0}
    edit(logged, "expect.number(answer, 8.0)", "raise KeyError")
    records, _ = grade(logged)
    assert scores(records) == [None, None]
    slope = next(check for check in records[0]["checks"] if check["task"] == "2")
    assert slope["outcome"] == "grader error"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("assignments/07_line/assignment.toml", 'title = "Slope"', 'title = "Steepness"\nintegration = false'),
        ("assignments/07_line/assignment.toml", "[limits]", WRITTEN),
    ],
)
def test_titles_and_written_parts_regrade_nobody(logged, path, old, new):
    edit(logged, 'files = ["line.py"]', 'files = ["line.py", "notes.md"]', path)
    grade(logged)
    edit(logged, old, new, path)
    assert grade(logged)[1] == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (CHECKS, "def logged(request):", "def logged(request, tmp_path):"),
        ("assignments/07_line/assignment.toml", "check_cpu_seconds = 1", "check_cpu_seconds = 2"),
    ],
)
def test_what_all_checks_share_regrades_all(logged, path, old, new):
    grade(logged)
    edit(logged, old, new, path)
    assert len(grade(logged)[1]) == 4


def test_points_and_titles_are_counted_anew_without_a_run(logged):
    grade(logged)
    edit(logged, "points = 3", "points = 5", "assignments/07_line/assignment.toml")
    edit(logged, "points = 4", "points = 6", "assignments/07_line/assignment.toml")
    records, ran = grade(logged)
    assert (scores(records), ran) == ([6, 5], [])


def test_another_seed_draws_other_inputs(logged):
    grade(logged)
    assert len(grade(logged, "--seed", "7")[1]) == 4
    assert grade(logged)[1] == []


def test_what_timed_out_is_run_again(logged):
    logged.write("class/bob.py", RIGHT.replace("return w\n", "while True: pass\n"))
    records, _ = grade(logged)
    assert [check["outcome"] for check in records[1]["checks"]] == ["passed", "passed", "timed out"]
    assert set(grade(logged)[1]) == {"test_slope"}  # twice where load has stopped it


def test_cold_and_warm_come_to_the_same(logged, tmp_path):
    warm, _ = grade(logged, "--output", tmp_path / "warm")
    cold, ran = grade(logged, "--cold", "--output", tmp_path / "cold")
    assert len(ran) == 4
    assert timeless(cold) == timeless(warm)


def test_a_cold_run_starts_every_process_from_nothing(logged, monkeypatch):
    started = []
    start = Template.start
    monkeypatch.setattr(Template, "start", lambda template: (started.append(template), start(template)))
    monkeypatch.setenv("RUNS", str(logged.root / "runs"))
    source = Source("ada", logged.root / "class/ada.py")
    job = Job(assignment=Course(logged.root).assignment("line"), source=source, seed=1, cold=True)
    assert judge.grade(job, read_submission(source, job.assignment.manifest.files)).result.score == 4
    assert len(set(started)) == len(started) == 2


def test_a_crash_may_be_the_machine_s_doing(logged):
    crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    logged.write("class/bob.py", RIGHT.replace("return w\n", f"{crash}\n"))
    grade(logged)
    assert grade(logged)[1] == ["test_slope"]


def test_a_name_that_is_no_text_is_kept(logged):
    path = os.fsencode(logged.root / "class") + b"/m\xfcller.py"
    with open(path, "w") as file:
        file.write(dedent(RIGHT))
    assert scores(grade(logged)[0]) == [4, 3, 4]
    ran = logged.run("regrade", "line", RUNS=str(logged.root / "runs"))
    assert ran.status == 0, ran.stderr
    ran = logged.run("history", b"m\xfcller".decode(errors="surrogateescape"))
    assert ran.status == 0, ran.stderr


def test_other_points_are_named(logged):
    grade(logged)
    for old, new in (("points = 3", "points = 5"), ("points = 4", "points = 6")):
        edit(logged, old, new, "assignments/07_line/assignment.toml")
    grade(logged)
    assert "other points for the tasks" in logged.run("history", "ada").stdout


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_killed_run_goes_on_where_it_was(logged, tmp_path, jobs):
    for number in range(6):
        logged.write(f"class/s{number}.py", RIGHT.replace("return w *", "import time; time.sleep(0.2); return w *"))
    undisturbed, ran = grade(logged, "--output", tmp_path / "undisturbed")
    assert len(ran) == 16
    output, runs = tmp_path / "killed", tmp_path / "runs"
    command = [sys.executable, "-m", "autograder", "grade", "line", "class", "--output", output, "--jobs", str(jobs)]
    grader = subprocess.Popen(command, cwd=logged.root, env={"PATH": "/usr/bin:/bin", "RUNS": str(runs)})
    while len(list(output.glob("results/*.json"))) < 3:
        assert grader.poll() is None
        time.sleep(0.01)
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    resumed, ran = grade(logged, "--output", output)
    assert len(ran) <= 10 + 2 * jobs
    assert timeless(resumed) == timeless(undisturbed)
    assert held(output) == held(tmp_path / "undisturbed")
    assert sources(output) == sources(tmp_path / "undisturbed")


def sources(folder: Path) -> list[Source]:
    """Where the submissions of a ledger lie."""
    with open_ledger(folder, None) as ledger:
        return ledger.sources()


def test_two_graders_on_one_ledger_are_not_possible(logged, tmp_path):
    tmp_path.joinpath("out").mkdir()
    with open_ledger(tmp_path / "out", "07_line"):
        ran = logged.run("grade", "line", logged.root / "class", "--output", tmp_path / "out")
    assert ran.status == 2
    assert f"{tmp_path}/out/{FILE}: another grader is at work on it" in ran.stderr


def test_a_ledger_that_cannot_be_used_is_named(logged, tmp_path):
    path = tmp_path / FILE
    path.write_bytes(b"no ledger at all" * 1000)
    ran = logged.run("grade", "line", logged.root / "class", "--output", tmp_path)
    assert ran.status == 2
    assert f"{path} is damaged" in ran.stderr
    assert path.read_bytes().startswith(b"no ledger")
    path.unlink()
    with open_ledger(tmp_path, "08_curve"):
        pass
    ran = logged.run("grade", "line", logged.root / "class", "--output", tmp_path)
    assert ran.status == 2
    assert "holds the grades of 08_curve" in ran.stderr


def test_history_says_why(logged):
    grade(logged)
    logged.write("class/bob.py", RIGHT)
    grade(logged)
    edit(logged, "expect.number(answer, 2.0)", "expect.number(answer, 1.0)")
    grade(logged)
    ran = logged.run("history", "bob")
    assert ran.status == 0, ran.stderr
    lines = [line.rstrip().split("  ") for line in ran.stdout.splitlines() if "/4" in line]
    assert [line[-1].strip() for line in lines] == [
        "first grade",
        "other files were handed in",
        "the checks of 2 have changed; the reference does not have full marks",
    ]
    assert "2: 0 → 1" in ran.stdout
    (story,) = json.loads(logged.run("history", "bob", "--json").stdout)["histories"]
    assert story["assignment"] == "07_line"
    assert [grade["score"] for grade in story["grades"]] == [3, 4, 3]


def test_history_of_nobody_is_said(logged):
    grade(logged)
    ran = logged.run("history", "zoe")
    assert (ran.status, ran.stdout) == (2, "")
    assert "zoe has no grades in" in ran.stderr


def test_a_regrade_is_shown_before_it_is_done(logged):
    grade(logged)
    before = (logged.root / "grades/07_line/grades.csv").read_text()
    edit(logged, "expect.number(answer, 2.0)", "expect.number(answer, 1.0)")
    runs = {"RUNS": str(logged.root / "runs")}
    ran = logged.run("regrade", "line", "--preview", "--despite-reference", **runs)
    assert ran.status == 3, ran.stderr
    rows = {line.split()[0]: line for line in ran.stdout.splitlines() if "→" in line}
    assert "4/4" in rows["ada"] and "3/4" in rows["ada"] and "falls" in rows["ada"]
    assert "falls" not in rows["bob"]
    assert "2 of 2 submissions would change; 1 would lose points." in ran.stdout
    assert (logged.root / "grades/07_line/grades.csv").read_text() == before
    ran = logged.run("regrade", "line", "--despite-reference", **runs)
    assert ran.status == 3, ran.stderr
    assert (logged.root / "grades/07_line/grades.csv").read_text() != before
    ran = logged.run("regrade", "line", "--preview", "--despite-reference", **runs)
    assert ran.status == 0
    assert "0 of 2 submissions would change" in ran.stdout


def test_a_regrade_repeats_the_seed_that_was_given(logged):
    first, _ = grade(logged, "--seed", "5")
    ran = logged.run("regrade", "line", "--json", RUNS=str(logged.root / "runs"))
    assert json.loads(ran.stdout)["results"] == first


def test_a_link_that_leads_nowhere_was_handed_in_and_is_not_gone(logged):
    (logged.root / "class/mallory.py").symlink_to("/nowhere/at/all.py")
    grade(logged)
    ran = logged.run("regrade", "line", "--json")
    assert ran.status == 3, ran.stderr
    statuses = {result["submission"]: result["status"] for result in json.loads(ran.stdout)["results"]}
    assert statuses["mallory"] == "refused"


def test_what_is_gone_keeps_its_grade_in_a_regrade(logged):
    ran = logged.run("regrade", "line")
    assert ran.status == 2
    assert "nothing has been graded" in ran.stderr
    grade(logged)
    (logged.root / "class/bob.py").unlink()
    ran = logged.run("regrade", "line", "--json")
    assert [record["submission"] for record in json.loads(ran.stdout)["results"]] == ["ada"]
    assert "bob.py is gone, so its grade stays" in ran.stderr
    assert "bob," in (logged.root / "grades/07_line/grades.csv").read_text()
    (logged.root / "class/ada.py").unlink()
    ran = logged.run("regrade", "line")
    assert ran.status == 2
    assert "no submission that was graded into this folder is still in its place" in ran.stderr
