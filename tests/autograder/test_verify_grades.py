"""`autograder verify-grades` on what Otter writes, and on files that are nothing of the kind; nbgrader's own are in
`platforms/test_nbgrader.py`."""

import json
import sqlite3
from contextlib import closing

import pytest

from autograder.course.layout import Course
from autograder.grading.isolation import isolation
from autograder.platforms.verification import RecordError, read_recorded
from quality.variants import COURSE
from tests.autograder.course import make_trial_course

pytestmark = pytest.mark.slow

PERCEPTRON = COURSE.assignment("03_perceptron")
RIGHT = "def value(w, b, x):\n    return w * x + b\n\n\ndef slope(w, b):\n    return w\n"
WRONG = RIGHT.replace("w * x + b", "w * x + b if x == 3.0 else 0.0")
TABLE = """\
file,q1,q2,total_points_earned,percent_correct,grading_status
points-per-question,3.0,1.0,4.0,1,--
submissions/ada.py,3.0,1.0,4.0,1.0,Completed
submissions/bob.py,3.0,0.0,3.0,1.0,Completed
submissions/cleo.py,nan,1.0,4.0,1.0,Completed
submissions/dan.py,3.0,1.0,4.0,1.0,Completed
"""


@pytest.fixture
def course(tmp_path):
    made = make_trial_course(tmp_path / "course")
    weakness = isolation(Course(made.root).assignment("line")).weakness
    if weakness:
        pytest.skip(weakness)
    for name, source in {"ada": RIGHT, "bob": WRONG, "cleo": RIGHT, "eva": RIGHT}.items():
        made.write(f"class/{name}.py", source)
    return made


def test_a_table_of_otter(course):
    course.write("final_grades.csv", TABLE)
    ran = course.run("verify-grades", "line", "final_grades.csv", "class")
    assert ran.status == 3, ran.stderr
    assert ran.stdout.splitlines() == [
        "bob: task 1: recorded 3, regraded 1",
        "cleo: task 1: recorded –, regraded 3 (no number is recorded)",
        "eva: handed in, and not recorded",
        "dan: recorded, and not handed in",
        "4 submissions regraded; 4 differ from what was recorded.",
    ]


def test_names_are_those_that_submissions_get(course):
    """Otter's and nbgrader's are those of files and students; a regrade's are safe as names of files."""
    for name in ("Ada Lovelace.py", "byronada_101_5001_line.py", "grace@navy.mil.py"):
        course.write(f"named/{name}", RIGHT)
    rows = [f"submissions/{path.name},3.0,1.0,4.0,1.0,Completed\n" for path in (course.root / "named").iterdir()]
    course.write("final_grades.csv", "".join([*TABLE.splitlines(keepends=True)[:2], *rows]))
    ran = course.run("verify-grades", "line", "final_grades.csv", "named")
    assert (ran.status, ran.stdout) == (0, "3 submissions regraded; 0 differ from what was recorded.\n"), ran.stderr


def test_results_of_otter(course):
    """One file for one submission, or a folder of them; exit status 0 where nothing differs."""
    results = {"tests": [{"name": "Public Tests"}, {"name": "q1", "score": 1}, {"name": "q2", "score": 0.0}]}
    course.write("results.json", json.dumps(results))
    ran = course.run("verify-grades", "line", "results.json", "class/bob.py")
    assert (ran.status, ran.stdout) == (0, "1 submissions regraded; 0 differ from what was recorded.\n"), ran.stderr
    course.write("out/bob/results.json", json.dumps(results))
    course.write("out/ada.json", json.dumps(results))
    ran = course.run("verify-grades", "line", "out", "class/bob.py", "class/ada.py")
    assert ran.status == 3
    assert ran.stdout.splitlines()[0] == "ada: task 1: recorded 1, regraded 3"


def test_a_grader_error_is_for_a_person(course):
    course.write("final_grades.csv", TABLE.replace("submissions/", ""))
    course.write("tests/hidden/07_line/test_line_hidden.py", "import nothing_like_it\n")
    ran = course.run("verify-grades", "line", "final_grades.csv", "class/ada.py")
    assert ran.status == 3
    assert "ada: task 1: recorded 3, regraded – (the regrade says: needs review)" in ran.stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("results.json", "[]"),
        ("results.json", "{"),
        ("results.json", '{"tests": [1]}'),
        ("final_grades.csv", "student,points\nada,3\n"),
        ("final_grades.csv", ""),
        ("gradebook.db", "no database"),
        ("gradebook.db", ""),
    ],
)
def test_what_is_no_record_is_said(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(RecordError, match=name):
        read_recorded(path, PERCEPTRON.name, PERCEPTRON.manifest)


@pytest.mark.parametrize("value", ["1" + 400 * "0", "1e999", "NaN", "true", '"all"', "[1]", "null"])
def test_results_that_are_no_points(tmp_path, value):
    path = tmp_path / "results.json"
    path.write_text(f'{{"tests": [{{"name": "q1_1", "score": {value}}}, {{"name": "q1_2", "score": "1.5"}}]}}')
    found = read_recorded(path, PERCEPTRON.name, PERCEPTRON.manifest)[""]
    assert (found["1.1"], found["1.2"]) == (None, 1.5)


def test_values_that_are_no_points(tmp_path):
    """A grade book may hold anything, since a student's kernel can write to it."""
    path = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(path)) as book, book:
        book.executescript("""
            CREATE TABLE grade (cell_id, notebook_id, auto_score, manual_score, extra_credit);
            CREATE TABLE base_cell (id, name);
            CREATE TABLE submitted_notebook (id, assignment_id);
            CREATE TABLE submitted_assignment (id, assignment_id, student_id);
            CREATE TABLE assignment (id, name);
            INSERT INTO assignment VALUES (1, '03_perceptron'), (2, '04_xor');
            INSERT INTO base_cell VALUES (1, 'task_1_1'), (2, 'task_1_2'), (3, 'task_2_1');
            INSERT INTO base_cell VALUES (4, 'other'), (5, 'task_2_2');
            INSERT INTO submitted_assignment VALUES (1, 1, 'ada'), (2, 2, 'bob');
            INSERT INTO submitted_notebook VALUES (1, 1), (2, 2);
            INSERT INTO grade VALUES (1, 1, 2, NULL, NULL), (2, 1, 1, 0.5, 1), (3, 1, 'all', NULL, NULL),
                (4, 1, 9, NULL, NULL), (5, 1, 1e999, NULL, NULL), (1, 2, 2, NULL, NULL);
        """)
    found = read_recorded(path, PERCEPTRON.name, PERCEPTRON.manifest)
    assert found == {"ada": {"1.1": 2.0, "1.2": 1.5, "2.1": None, "2.2": None}}
