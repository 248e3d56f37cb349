"""The command `autograder` on a course made by adding folders only."""

import csv
import json
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from tests.autograder.course import REFERENCE, make_trial_course

pytestmark = pytest.mark.slow

RIGHT = "def value(w, b, x):\n    return w * x + b\n\ndef slope(w, b):\n    return w\n"
WRONG = RIGHT.replace("w * x + b", "w * x")


@pytest.fixture
def course(tmp_path):
    return make_trial_course(tmp_path / "course")


def outcomes(record):
    return {check["name"]: check["outcome"] for check in record["checks"]}


def test_a_new_assignment_is_listed_built_and_graded(course):
    assert "07_line" in course.run("list").stdout
    assert course.run("build", "--check").status == 1
    built = course.run("build")
    assert (built.status, built.stderr) == (0, "")
    assert course.run("build", "--check").status == 0
    stub = (course.root / "assignments/07_line/line.py").read_text()
    assert "raise NotImplementedError" in stub
    assert "return w * x" not in stub
    assert "| 1 | Value | 3 |" in (course.root / "assignments/07_line/README.md").read_text()
    right, stub = course.grade(REFERENCE), course.grade(stub)
    assert (right["score"], right["max_score"], right["status"]) == (4, 4, "graded")
    assert stub["score"] == 0
    assert outcomes(stub) == {
        "test_value": "not attempted",
        "test_value_anywhere": "not attempted",
        "test_slope": "skipped",
    }


def test_nothing_handed_in_is_imported_by_the_grader(course, tmp_path):
    """Whoever grades from inside the class has submissions where Python would look for modules."""
    canary = tmp_path / "canary"
    for name in ("queue", "random", "json", "numpy"):
        course.write(f"class/{name}.py", f"import pathlib\npathlib.Path({str(canary)!r}).write_text('x')\n")
    ran = course.run("grade", "line", ".", "--json", folder="class")
    assert len(json.loads(ran.stdout)["results"]) == 4, ran.stderr
    assert not canary.exists()


def test_results_inside_the_class_are_no_submission(course):
    course.write("class/ada.py", RIGHT)
    for _ in range(2):
        ran = course.run("grade", "line", course.root / "class", "--output", course.root / "class/out", "--json")
        assert [record["submission"] for record in json.loads(ran.stdout)["results"]] == ["ada"]
        assert ran.status == 0
    for _ in range(2):
        ran = course.run("grade", "line", course.root / "class/ada.py", "--one", "--output", course.root / "class")
        assert ran.status == 0, ran.stderr


def test_brackets_in_a_title_are_shown(course):
    manifest = course.root / "assignments/07_line/assignment.toml"
    manifest.write_text(manifest.read_text().replace('title = "', 'title = "[/x] [1] ', 1))
    assert "[/x] [1]" in course.run("list").stdout
    ran = course.run("grade", "line", course.write("class/ada.py", RIGHT))
    assert ran.status == 0, ran.stderr
    assert "[/x] [1]" in ran.stdout


def test_a_folder_of_another_form_is_named(course):
    (course.root / "assignments/09_CNN").mkdir()
    ran = course.run("grade", "09_CNN", course.write("class/ada.py", RIGHT))
    assert ran.status == 2
    assert "call the folder NN_slug, of lower-case letters" in ran.stderr


def test_feedback_is_what_students_may_read(course):
    course.write("class/ada.py", RIGHT)
    course.write("class/bob.py", WRONG)
    graded = course.run("grade", "line", course.root / "class", "--output", "out", "--json")
    ran = course.run("feedback", "line", "--output", "out")
    assert (ran.status, ran.stdout) == (0, "2 submissions: out/feedback\n"), ran.stderr
    assert "ada: 4 of 4 points" in (course.root / "out/feedback/ada.txt").read_text()
    text = (course.root / "out/feedback/bob.txt").read_text()
    (bob,) = (record for record in json.loads(graded.stdout)["results"] if record["submission"] == "bob")
    (hidden,) = (check for check in bob["checks"] if check["visibility"] == "hidden")
    assert "✗ The line at any point. (wrong answer)" in text
    assert all(line in text for line in hidden["message"].splitlines())
    assert hidden["detail"] and not any(line in text for line in hidden["detail"].splitlines() if len(line) > 20)


def test_what_cannot_be_checked_here_is_packed_all_the_same(course):
    """A student without PyTorch at midnight."""
    manifest = course.root / "assignments/07_line/assignment.toml"
    manifest.write_text(manifest.read_text().replace("imports = [", 'imports = ["no_such_library", ', 1))
    course.write("assignments/07_line/line.py", RIGHT)
    ran = course.run("submit", folder="assignments/07_line")
    assert ran.status == 0, ran.stderr
    assert "could not be run: no_such_library is not installed" in ran.stderr
    assert (course.root / "assignments/07_line/07_line-submission.zip").exists()


def test_feedback_before_any_grade_is_refused(course):
    ran = course.run("feedback", "line")
    assert ran.status == 2
    assert "nothing has been graded" in ran.stderr


def test_a_late_submission_joins_the_others(course):
    """Graded alone, into the same folder: the table and the report still hold everybody."""
    for name in ("ada", "bob", "cleo"):
        course.write(f"class/{name}.py", RIGHT)
    assert course.run("grade", "line", course.root / "class", "--output", "out").status == 0
    late = course.run("grade", "line", course.write("late/bea.py", WRONG), "--output", "out", "--json")
    assert [record["submission"] for record in json.loads(late.stdout)["results"]] == ["bea"]
    rows = list(csv.DictReader((course.root / "out/grades.csv").read_text().splitlines()))
    assert [(row["submission"], row["score"]) for row in rows] == [
        ("ada", "4"),
        ("bea", "0"),
        ("bob", "4"),
        ("cleo", "4"),
    ]
    report = (course.root / "out/report.html").read_text()
    assert all(name in report for name in ("ada", "bea", "bob", "cleo"))


WRITTEN = '[[written]]\nid = "{id}"\ntitle = "In words"\npoints = 2\nfile = "{file}"\n\n[limits]'


def test_a_written_part_is_left_to_a_person(course):
    manifest = course.root / "assignments/07_line/assignment.toml"
    text = manifest.read_text().replace('["line.py"]', '["line.py", "notes.md"]')
    manifest.write_text(text.replace("[limits]", WRITTEN.format(id="3", file="notes.md")))
    course.write("assignments/07_line/notes.md", "# What a line is\n")
    assert course.run("build").status == 0
    handout = (course.root / "assignments/07_line/README.md").read_text()
    assert "| 3 | In words (in `notes.md`; graded by a person) | 2 |\n| | **Total** | **6** |" in handout
    for name in ("line.py", "notes.md"):
        course.write(f"handed-in/ada/{name}", REFERENCE if name == "line.py" else "Straight.\n")
    graded = course.run("grade", "line", course.root / "handed-in/ada", "--json")
    (record,) = json.loads(graded.stdout)["results"]
    assert (record["score"], record["max_score"], record["notes"]) == (4, 6, [])
    assert record["tasks"][-1] == {"id": "3", "title": "In words", "points": 2, "score": None, "written": True}


def test_a_record_says_everything(course):
    record = course.grade(WRONG, "--seed", "5", "--output", course.root / "out")
    assert record["submission"] == "ada"
    assert record["assignment"] == "07_line"
    assert record["score"] == 0
    assert record["seed"] == 5
    assert record["data"] == "none"
    assert record["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"numpy", "autograder", "pytest"} <= set(record["versions"])
    assert "rlimits" in record["sandbox"]
    assert [(task["id"], task["title"], task["points"], task["score"]) for task in record["tasks"]] == [
        ("1", "Value", 3, 0),
        ("2", "Slope", 1, 0),
    ]
    public, hidden, skipped = record["checks"]
    assert (public["visibility"], hidden["visibility"]) == ("public", "hidden")
    assert "got:      6.0\nexpected: 7.0\ncall:     line.value(2.0, 1.0, 3.0)" in public["message"]
    assert hidden["message"] == "The number is wrong.\nThis check is hidden: its inputs are not shown."
    assert "expected" in hidden["detail"]
    assert skipped["message"] == "Skipped: it builds on task 1, which did not pass."
    assert json.loads((course.root / "out/results/ada.json").read_text()) == record
    (row,) = csv.DictReader((course.root / "out/grades.csv").read_text().splitlines())
    del row["graded_at"], row["grade"]
    assert row == {
        "submission": "ada",
        "assignment": "07_line",
        "score": "0",
        "max_score": "4",
        "status": "graded",
        "1": "0",
        "2": "0",
        "name": "ada",
        "path": str(course.root / "handed-in/ada.py"),
    }
    assert (course.root / "out/report.html").exists()


def test_weights_share_a_tasks_points(course):
    record = course.grade("def value(w, b, x):\n    return 7.0\n\ndef slope(w, b):\n    return w\n")
    assert [task["score"] for task in record["tasks"]] == [1, 0]


def test_a_class_in_every_form(course):
    folder = course.root / "class"
    course.write("class/ada.py", RIGHT)
    course.write("class/bob/line.py", WRONG)
    with zipfile.ZipFile(folder / "cleo.zip", "w") as archive:
        archive.writestr("my work/line.py", RIGHT)
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in ("%pwd\nimport numpy as np", "1 / 0", RIGHT)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "dana.ipynb").write_text(json.dumps(notebook))
    course.write("class/elif/notes.txt", "later")
    (folder / "fred.zip").write_bytes(b"PK\x03\x04 broken")
    ran = course.run("grade", "7", folder, "--json")
    assert ran.status == 3
    results = {record["submission"]: record for record in json.loads(ran.stdout)["results"]}
    assert {name: record["score"] for name, record in results.items()} == {
        "ada": 4,
        "bob": 0,
        "cleo": 4,
        "dana": 4,
        "elif": 0,
        "fred": None,
    }
    assert results["elif"]["status"] == "nothing to grade"
    assert "line.py" in results["elif"]["message"]
    assert results["fred"]["status"] == "refused"
    notes = " ".join(results["dana"]["notes"])
    assert "%pwd" in notes
    assert "ZeroDivisionError" in notes


def test_a_class_folder_can_be_forced_to_be_one_submission(course):
    course.write("one/part/line.py", RIGHT)
    ran = course.run("grade", "07_line", course.root / "one", "--one", "--json")
    (record,) = json.loads(ran.stdout)["results"]
    assert (record["submission"], record["score"]) == ("one", 4)


def test_a_table_for_people(course):
    path = course.write("handed-in/ada.py", RIGHT)
    ran = course.run("grade", "line", path, "--output", course.root / "out")
    assert ran.status == 0
    assert "ada" in ran.stdout
    assert str(course.root / "out" / "report.html") in ran.stdout
    assert "\x1b" not in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "line", "nowhere"], "nowhere"),
        (["grade", "other", "."], "No assignment 'other'. There are: 07_line."),
        (["grade", "line", "solutions/07_line/README"], "README"),
        (["grade", "line", "empty"], "empty"),
        (["grade", "line"], "Missing argument"),
        (["grade", "line", ".", "--jobs", "0"], "--jobs"),
        (["grade", "line", ".", "--seed", "x"], "--seed"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(course, arguments, says):
    (course.root / "empty").mkdir()
    ran = course.run(*arguments)
    assert (ran.status, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points = 4", "points = 5", "points = 5, but the tasks add up to 4"),
        ("points = 4", "points = 4\ncolour = 1", "unknown field `colour`"),
        ('title = "Slope"', "", "missing required field `title` - at `$.task[1]`"),
        ('id = "2"', 'id = "1"', "task.id = '1' stands twice"),
        ('id = "2"', 'id = "two"', "task.id = 'two'"),
        ('files = ["line.py"]', 'files = ["../line.py"]', "files: '../line.py'"),
        ('files = ["line.py"]', "files = []", "at `$.files`"),
        ("points = 3", 'points = "3"', "at `$.task[0].points`"),
        ("points = 3", "points = 3.005", "task 1: points = 3.005, but scores are rounded to two decimals"),
        ("check_cpu_seconds = 1", "check_cpu_second = 1", "unknown field `check_cpu_second` - at `$.limits`"),
        ("[limits]", "[limits", "not valid TOML"),
        ("[limits]", WRITTEN.format(id="3", file="notes.md"), "written.file = 'notes.md' is not one of the .md files"),
        ("[limits]", WRITTEN.format(id="2", file="line.py"), "written.id = '2' stands twice"),
        ('files = ["line.py"]', 'files = ["notes.md", "line.py"]', "the first one is the main module"),
        ("[limits]", WRITTEN.format(id="3a", file="notes.md"), "written.id = '3a'"),
    ],
)
def test_a_manifest_that_is_wrong(course, old, new, says):
    manifest = course.root / "assignments/07_line/assignment.toml"
    text = manifest.read_text()
    assert text.count(old) >= 1
    manifest.write_text(text.replace(old, new, 1))
    ran = course.run("list")
    assert ran.status == 2
    assert str(manifest) in ran.stderr
    assert says in ran.stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('task("2", after="1")', 'task("3")', "names task '3', which the manifest does not"),
        ('task("2", after="1")', 'task("2", after="9")', "names task '9'"),
        ('task("2", after="1")', 'task("2", waits="1")', "write task(id) with after, group, timeout, weight"),
        ('task("2", after="1")', 'task("1")', "no check for task 2"),
        ('"""The slope of a line."""', "pass", "lacks a docstring"),
        ('@pytest.mark.task("2", after="1")', "", "lacks the marker"),
        ('task("1")', 'task("1", after="2")', "wait for one another"),
        ('task("2", after="1")', 'task("2", after="1", group="1")', "wait for one another, in the groups 1"),
        ("import pytest", "import pytest, no_such_module", "no_such_module"),
    ],
)
def test_checks_that_are_wrong_stop_the_run_before_it_starts(course, old, new, says):
    checks = course.root / "assignments/07_line/test_line.py"
    text = checks.read_text()
    assert old in text
    checks.write_text(text.replace(old, new, 1))
    ran = course.run("grade", "line", course.write("handed-in/ada.py", RIGHT))
    assert ran.status == 2
    assert says in ran.stderr


def test_a_fault_in_a_check_gives_no_score_and_asks_for_a_person(course):
    course.write(
        "tests/hidden/07_line/test_more.py",
        '''
        import pytest

        @pytest.mark.task("2")
        def test_faulty(student):
            """A check with a fault."""
            raise KeyError("clef")
        ''',
    )
    path = course.write("handed-in/ada.py", RIGHT)
    assert course.run("grade", "line", path).status == 2  # the reference cannot pass it either
    ran = course.run("grade", "line", path, "--json", "--despite-reference")
    assert ran.status == 3
    (record,) = json.loads(ran.stdout)["results"]
    assert (record["score"], record["status"]) == (None, "needs review")
    assert [task["score"] for task in record["tasks"]] == [3, None]
    (faulty,) = [check for check in record["checks"] if check["name"] == "test_faulty"]
    assert faulty["outcome"] == "grader error"
    assert "clef" in faulty["detail"]
    assert "clef" not in faulty["message"]


@pytest.mark.parametrize(
    ("source", "outcome", "score"), [(RIGHT, "grader error", None), (WRONG, "skipped", 0)], ids=["right", "wrong"]
)
def test_what_builds_on_a_task_that_could_not_be_judged_is_open_too(course, source, outcome, score):
    """But what builds on one that was judged, and failed, is skipped for nothing."""
    course.write(
        "tests/hidden/07_line/test_fault.py",
        '''
        import pytest

        @pytest.mark.task("1")
        def test_faulty(student):
            """A check with a fault."""
            raise KeyError("clef")
        ''',
    )
    record = course.grade(source, "--despite-reference")
    assert [task["score"] for task in record["tasks"]] == [None, score]
    (waiting,) = [check for check in record["checks"] if check["task"] == "2"]
    assert waiting["outcome"] == outcome
    assert "builds on task 1" in waiting["message"]


HOSTILE = {
    "exit": ("import os\ndef value(w, b, x):\n    os._exit(0)\n", "crashed"),
    "loop": ("def value(w, b, x):\n    while True: pass\n", "timed out"),
    "memory": ("import numpy as np\ndef value(w, b, x):\n    return np.ones(10 * 2**30 // 8)\n", "out of memory"),
    "segfault": ("import ctypes\ndef value(w, b, x):\n    return ctypes.string_at(0)\n", "crashed"),
    "equal": (
        "class Equal(float):\n    def __eq__(self, other): return True\ndef value(w, b, x):\n    return Equal()\n",
        "wrong answer",
    ),
    "subclass": (
        "import numpy as np\nclass Sly(np.ndarray): pass\ndef value(w, b, x):\n    return np.zeros(()).view(Sly)\n",
        "wrong answer",
    ),
    "patched": (
        "import numpy as np\nnp.testing.assert_allclose = np.isclose = np.allclose = lambda *a, **k: True\n"
        "def value(w, b, x):\n    return 0.0\n",
        "wrong answer",
    ),
    "prints": ("def value(w, b, x):\n    while True: print('x' * 10000)\n", "forbidden"),
    "tests": ("import tests\ndef value(w, b, x):\n    return 7.0 if tests else 0.0\n", "error in the submission"),
    "read": (
        "import glob\ndef value(w, b, x):\n    return open(glob.glob('/**/test_line_hidden.py')[0]).read()\n",
        None,
    ),
    "torch": ("def value(w, b, x):\n    import torch\n    return w * x + b\n", "forbidden"),
    "torch_above": (
        "import torch\ndef value(w, b, x):\n    return torch.tensor(w * x + b).item()\n",
        "error in the submission",
    ),
    "syntax": ("def value(w, b, x)\n    return 7.0\n", "error in the submission"),
    "stub": ("def value(w, b, x):\n    raise NotImplementedError('Your code here.')\n", "not attempted"),
    "unfinished": ("def value(w, b, x):\n    raise NotImplementedError\n", "error in the submission"),
}


def test_hostile_submissions_end_as_they_should_and_the_others_are_graded(course):
    for name, (source, _) in HOSTILE.items():
        course.write(f"class/{name}.py", source)
        course.write(f"class/{name}_neighbour.py", RIGHT)
    ran = course.run("grade", "line", course.root / "class", "--json")
    results = {record["submission"]: record for record in json.loads(ran.stdout)["results"]}
    assert len(results) == 2 * len(HOSTILE)
    for name, (_, outcome) in HOSTILE.items():
        assert results[f"{name}_neighbour"]["score"] == 4
        assert results[name]["score"] == 0, name
        if outcome is not None:
            assert outcomes(results[name])["test_value_anywhere"] == outcome, results[name]["checks"]
        for check in results[name]["checks"]:
            assert check["outcome"] != "grader error", check


def test_hidden_messages_say_nothing_that_the_student_chose(course):
    source = """
    class Leak(Exception):
        pass

    def value(w, b, x):
        print("printed", w, b, x)
        if (w, b, x) != (2.0, 1.0, 3.0):
            raise Leak(f"leaked {w} {b} {x}")
        return 7.0
    """
    record = course.grade(source)
    (hidden,) = [check for check in record["checks"] if check["visibility"] == "hidden"]
    assert hidden["message"] == "The code raised an exception.\nThis check is hidden: its inputs are not shown."
    assert "leaked" in hidden["detail"]
    assert "printed" in hidden["detail"]
    assert not record["notes"]


def test_what_was_printed_is_shown_for_a_public_check(course):
    record = course.grade("def value(w, b, x):\n    print('w is', w)\n    return w\n")
    public = record["checks"][0]
    assert "w is 2.0" in public["message"]


def test_the_same_submission_and_seed_give_the_same_record(course):
    def graded():
        record = course.grade(WRONG + "\nprint(object(), hash('x'))\n", "--seed", "3")
        for check in record["checks"]:
            del check["seconds"]
        return record

    assert graded() == graded()


def test_seeds_come_from_a_secret_that_is_made_once(course):
    first, again = course.grade(WRONG), course.grade(WRONG)
    other = course.grade(WRONG, name="bob")
    assert first["seed"] == again["seed"] != other["seed"]
    secret = course.root / ".course_secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    before = secret.read_bytes()
    course.grade(WRONG)
    assert secret.read_bytes() == before


def test_check_shows_the_public_checks_only(course):
    course.run("build")
    folder = "assignments/07_line"
    ran = course.run("check", folder=folder)
    assert ran.status == 1
    assert "not attempted" in ran.stdout
    assert "anywhere" not in ran.stdout
    course.write(f"{folder}/line.py", RIGHT)
    ran = course.run("check", folder=folder)
    assert (ran.status, ran.stderr) == (0, "")
    assert "2 of 2 public checks passed" in ran.stdout


def test_outside_a_course_the_remedy_is_named(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "list"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "change to the course's folder first" in done.stderr


def test_an_output_folder_that_cannot_be_written(course):
    course.write("file", "")
    ran = course.run("grade", "line", course.write("handed-in/ada.py", RIGHT), "--output", course.root / "file")
    assert ran.status == 2
    assert "file" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_only_json_on_stdout(course):
    path = course.write("handed-in/ada.py", "print('hello')\n" + RIGHT)
    ran = course.run("grade", "line", path, "--json")
    assert set(json.loads(ran.stdout)) == {"assignment", "results"}


def test_interrupting_keeps_what_was_graded(course):
    course.write("class/ada.py", RIGHT)
    course.write("class/zoe.py", "import time\ndef value(w, b, x):\n    time.sleep(100)\n")
    command = [sys.executable, "-m", "autograder", "grade", "line", "class", "--jobs", "1", "--output", "out"]
    done = course.root / "out/results/ada.json"
    with subprocess.Popen(
        command,
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
    ) as process:
        while not done.exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "Interrupted" in errors
    assert "Traceback" not in errors
    assert "ada" in (course.root / "out/grades.csv").read_text()
    assert not [path for path in (course.root / "out").rglob("*") if path.suffix == ".tmp"]


INTERRUPTED = """
import runpy
from autograder.grading import classroom
from autograder.ledger.store import Ledger

def interrupted(*arguments):
    {target} = before
    raise KeyboardInterrupt

before, {target} = {target}, interrupted
runpy.run_module("autograder", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("target", "score"), [("Ledger.record", 4), ("classroom.write_results", 0)], ids=["before", "after"]
)
def test_interrupted_beside_keeping_a_grade_table_and_result_agree(course, target, score):
    """Whether the new grade was kept or not: the table and the file in `results/` are of the same one."""
    grade = ("grade", "line", "class/ada.py", "--output", "out")
    course.write("class/ada.py", RIGHT)
    assert course.run(*grade).status == 0
    course.write("class/ada.py", WRONG)
    command = [sys.executable, "-c", INTERRUPTED.format(target=target), *grade]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    (row,) = csv.DictReader((course.root / "out/grades.csv").read_text().splitlines())
    assert float(row["score"]) == score
    assert json.loads((course.root / "out/results/ada.json").read_text())["score"] == score


def test_the_module_runs_as_a_program():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("autograder")), "--version"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0


def test_an_assignment_whose_library_is_missing_says_so(course):
    manifest = course.root / "assignments/07_line/assignment.toml"
    manifest.write_text(manifest.read_text().replace('"numpy"', '"numpy", "no_such_library"'))
    ran = course.run("grade", "line", course.write("handed-in/ada.py", RIGHT))
    assert ran.status == 2
    assert "no_such_library is not installed" in ran.stderr
    ran = course.run("demo")
    assert ran.status == 0
    assert "07_line is left out: no_such_library is not installed" in ran.stderr


def test_a_grader_that_is_killed_leaves_no_process(course):
    for name in ("ada", "bob", "cleo"):
        course.write(f"class/{name}.py", "import time\ndef value(w, b, x):\n    time.sleep(100)\n")
    command = [sys.executable, "-m", "autograder", "grade", "line", "class", "--jobs", "2"]
    process = subprocess.Popen(command, cwd=course.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(started := psutil.Process(process.pid).children(recursive=True)) < 4:  # workers and their templates
        assert process.poll() is None and time.monotonic() < deadline, started
        time.sleep(0.1)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while left := list(filter(runs, started)):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def runs(process):
    """Whether it is more than a zombie."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_draft_is_graded_by_name_only(course):
    manifest = course.root / "assignments/07_line/assignment.toml"
    manifest.write_text("draft = true\n" + manifest.read_text())
    assert "A line (draft)" in course.run("list").stdout
    assert "07_line is left out: it is a draft." in course.run("demo").stderr
    assert course.grade(RIGHT)["score"] == 4
