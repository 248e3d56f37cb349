"""`autograder verify-grades` on what Otter writes, and on files that are nothing of the kind; nbgrader's own are in
`platforms/test_nbgrader.py`."""

import json
import re
import sqlite3
from contextlib import closing

import pytest
from msgspec import structs

from autograder.course.layout import Course
from autograder.course.manifest import Written
from autograder.grading.isolation import isolation
from autograder.ledger.records import Result, TaskRecord
from autograder.outcomes import Status
from autograder.platforms.nbgrader import grade_id
from autograder.platforms.verification import RecordError, differences, read_recorded
from autograder.platforms.verification import line as said
from quality.platforms import by_task
from quality.variants import COURSE
from tests.autograder.course import make_trial_course

pytestmark = [pytest.mark.slow, pytest.mark.once]

PERCEPTRON = COURSE.assignment("03_perceptron")
RIGHT = "def value(w, b, x):\n    return w * x + b\n\n\ndef slope(w, b):\n    return w\n"
WRONG = RIGHT.replace("w * x + b", "w * x + b if x == 3.0 else 0.0")
TABLE = """\
file,q1,q2,total_points_earned,percent_correct,grading_status
points-per-question,3.0,1.0,4.0,1,--
submissions/ada.py,3.0,1.0,4.0,1.0,Completed
submissions/bob.py,3.0,0.0,3.0,0.75,Completed
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
    results = {
        "tests": [
            {"name": "Public Tests"},
            {"name": "q1", "score": 1, "max_score": 3},
            {"name": "q2", "score": 0.0, "max_score": 1.0},
        ]
    }
    course.write("results.json", json.dumps(results))
    ran = course.run("verify-grades", "line", "results.json", "class/bob.py")
    assert (ran.status, ran.stdout) == (0, "1 submission regraded; 0 differ from what was recorded.\n"), ran.stderr
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


FORGED_TABLES = {
    "another column": (
        [("q1,", "q1,bonus,"), ("question,3.0", "question,3.0,20"), ("py,3.0", "py,3.0,20"), ("4.0,1.0", "24.0,1.0")],
        [
            "all submissions: bonus: worth 20, for no part of the assignment",
            "ada: bonus: recorded 20, for no part of the assignment",
        ],
    ),
    "a column twice": (
        [("q1,", "q1,q1,"), ("3.0,", "3.0,0,")],
        [
            "all submissions: task 1: worth 3, 0, where the assignment says 3",
            "ada: task 1: recorded 3, 0, regraded 3 (recorded 2 times)",
        ],
    ),
    "no column": (
        [("q2,", ""), ("question,3.0,1.0", "question,3.0"), ("py,3.0,1.0", "py,3.0")],
        [
            "ada: task 2: recorded –, regraded 1 (no number is recorded)",
            "ada: total_points_earned: recorded 4, where the parts make 3",
        ],
    ),
    "another total": (
        [("py,3.0,1.0,4.0", "py,3.0,1.0,40")],
        ["ada: total_points_earned: recorded 40, where the parts make 4"],
    ),
    "another maximum": (
        [("question,3.0", "question,30")],
        ["all submissions: task 1: worth 30, where the assignment says 3"],
    ),
    "another file of the same name": (
        [("submissions/ada.py,3.0,1.0,4.0,1.0,Completed\n", 2 * "other/ada.ipynb,3.0,1.0,4.0,1.0,Completed\n")],
        [
            "ada: task 1: recorded 3, 3, regraded 3 (recorded 2 times)",
            "ada: task 2: recorded 1, 1, regraded 1 (recorded 2 times)",
            "ada: total_points_earned: recorded 4, where the parts make 8",
            "ada: total_points_earned: recorded 4, where the parts make 8",
        ],
    ),
    "a name in other letters": (
        [("ada.py", "Ada.py")],
        ["ada: handed in, and not recorded", "Ada~82a1b2f3: recorded, and not handed in"],
    ),
}


@pytest.mark.parametrize("forged", FORGED_TABLES)
def test_whatever_counts_in_a_table_is_compared(tmp_path, forged):
    changes, expected = FORGED_TABLES[forged]
    text = "".join(TABLE.splitlines(keepends=True)[:3])
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "final_grades.csv"
    path.write_text(text)
    line = Course(make_trial_course(tmp_path / "course").root).assignment("line")
    found = differences([result_of(line, "ada")], read_recorded(path, line.name, line.manifest), line.manifest)
    assert [re.sub("~.{8}", "~82a1b2f3", said(one)) for one in found] == expected


def result_of(assignment, submission):
    """A regrade with full marks."""
    tasks = tuple(TaskRecord(task.id, task.title, task.points, task.points) for task in assignment.manifest.tasks)
    points = assignment.manifest.points
    return Result(submission, assignment.name, points, points, Status.GRADED, "", tasks, (), (), 1, ())


@pytest.mark.parametrize("value", ["1" + 400 * "0", "1e999", "NaN", "true", '"all"', "[1]", "null"])
def test_results_that_are_no_points(tmp_path, value):
    path = tmp_path / "results.json"
    path.write_text(f'{{"tests": [{{"name": "q1_1", "score": {value}}}, {{"name": "q1_2", "score": "1.5"}}]}}')
    found = by_task(read_recorded(path, PERCEPTRON.name, PERCEPTRON.manifest))[""]
    assert (found["1.1"], found["1.2"]) == (None, 1.5)


BOOK = """
CREATE TABLE assignment (id, name);
CREATE TABLE notebook (id, name, assignment_id);
CREATE TABLE base_cell (id, name, notebook_id);
CREATE TABLE grade_cells (id, max_score);
CREATE TABLE task_cells (id, max_score);
CREATE TABLE submitted_assignment (id, assignment_id, student_id);
CREATE TABLE submitted_notebook (id, notebook_id, assignment_id, late_submission_penalty);
CREATE TABLE grade (cell_id, notebook_id, auto_score, manual_score, extra_credit);
INSERT INTO assignment VALUES (1, '03_perceptron'), (2, '04_xor');
INSERT INTO notebook VALUES (1, '03_perceptron', 1), (2, '04_xor', 2);
INSERT INTO base_cell VALUES (100, 'task_4', 1), (200, 'task_1_1', 2);
INSERT INTO grade_cells VALUES (100, 4), (200, 2);
INSERT INTO submitted_assignment VALUES (1, 1, 'ada'), (2, 2, 'ada');
INSERT INTO submitted_notebook VALUES (1, 1, 1, NULL), (2, 2, 2, NULL);
INSERT INTO grade VALUES (100, 1, NULL, 3, NULL), (200, 2, 2, NULL, NULL);
"""
"""As nbgrader makes it, as far as points go, with another assignment and a part that a person has graded."""

NOTES = Written(id="4", title="Why", points=4, file="notes.md")
WITH_NOTES = structs.replace(PERCEPTRON.manifest, written=(NOTES,))


def book(path, *forgeries):
    """A grade book in which Ada has full marks, then forged."""
    with closing(sqlite3.connect(path)) as made, made:
        made.executescript(BOOK)
        for number, task in enumerate(PERCEPTRON.manifest.tasks):
            made.execute("INSERT INTO base_cell VALUES (?, ?, 1)", (number, grade_id(task.id)))
            made.execute("INSERT INTO grade_cells VALUES (?, ?)", (number, task.points))
            made.execute("INSERT INTO grade VALUES (?, 1, ?, NULL, NULL)", (number, task.points))
        made.executescript(";".join(forgeries))
    return path


def listed(path, manifest=WITH_NOTES):
    found = differences([result_of(PERCEPTRON, "ada")], read_recorded(path, PERCEPTRON.name, manifest), manifest)
    return [said(one) for one in found]


def test_an_honest_grade_book(tmp_path):
    assert listed(book(tmp_path / "gradebook.db")) == []


NEW_CELL = "INSERT INTO base_cell VALUES (7000, 'bonus', 1)"
NO_PART = "for no part of the assignment"
FORGED_BOOKS = {
    "a cell that no task knows": (
        [NEW_CELL, "INSERT INTO grade_cells VALUES (7000, 0)", "INSERT INTO grade VALUES (7000, 1, 20, NULL, NULL)"],
        [f"all submissions: bonus: worth 0, {NO_PART}", f"ada: bonus: recorded 20, {NO_PART}"],
    ),
    "a cell for a person": (
        [NEW_CELL, "INSERT INTO task_cells VALUES (7000, 9)", "INSERT INTO grade VALUES (7000, 1, NULL, 9, NULL)"],
        [f"all submissions: bonus: worth 9, {NO_PART}", f"ada: bonus: recorded 9, {NO_PART}"],
    ),
    "a cell without points": (
        [NEW_CELL, "INSERT INTO grade_cells VALUES (7000, 20)"],
        [f"all submissions: bonus: worth 20, {NO_PART}"],
    ),
    "a grade of no cell": (
        ["INSERT INTO grade VALUES (7000, 1, 20, NULL, NULL)"],
        [f"ada: a missing cell: recorded 20, {NO_PART}"],
    ),
    "a grade of another assignment's cell": (
        ["INSERT INTO grade VALUES (200, 1, 2, NULL, NULL)"],
        [f"ada: task_1_1 in notebook 04_xor: recorded 2, {NO_PART}"],
    ),
    "a grade twice": (
        ["INSERT INTO grade VALUES (0, 1, 2, NULL, NULL)"],
        ["ada: task 1.1: recorded 2, 2, regraded 2 (recorded 2 times)"],
    ),
    "a second notebook": (
        [
            "INSERT INTO notebook VALUES (9, 'more', 1)",
            "INSERT INTO base_cell VALUES (7000, 'task_1_1', 9)",
            "INSERT INTO grade_cells VALUES (7000, 2)",
            "INSERT INTO submitted_notebook VALUES (9, 9, 1, NULL)",
            "INSERT INTO grade VALUES (7000, 9, 2, NULL, NULL)",
        ],
        [
            f"all submissions: notebook more: worth 0, {NO_PART}",
            "all submissions: task 1.1: worth 2, 2, where the assignment says 2",
            "ada: task 1.1: recorded 2, 2, regraded 2 (recorded 2 times)",
        ],
    ),
    "another assignment's notebook": (
        ["INSERT INTO submitted_notebook VALUES (9, 2, 1, NULL)"],
        [f"ada: notebook 04_xor: worth 0, {NO_PART}"],
    ),
    "another maximum": (
        ["UPDATE grade_cells SET max_score = 40 WHERE id = 0"],
        ["all submissions: task 1.1: worth 40, where the assignment says 2"],
    ),
    "no cell": (
        ["DELETE FROM base_cell WHERE id = 0", "DELETE FROM grade WHERE cell_id = 0"],
        [
            "all submissions: task 1.1: worth –, where the assignment says 2",
            "ada: task 1.1: recorded –, regraded 2 (no number is recorded)",
        ],
    ),
    "extra credit": (
        ["UPDATE grade SET extra_credit = 5 WHERE cell_id = 0"],
        ["ada: task 1.1: recorded 7, regraded 2"],
    ),
    "points by hand": (
        ["UPDATE grade SET manual_score = 1.5 WHERE cell_id = 0"],
        ["ada: task 1.1: recorded 1.5, regraded 2"],
    ),
    "a written part with more than it is worth": (
        ["UPDATE grade SET extra_credit = 2 WHERE cell_id = 100"],
        ["ada: task 4: recorded 5, where a person gives 0 to 4"],
    ),
    "a written part with less than nothing": (
        ["UPDATE grade SET manual_score = -1 WHERE cell_id = 100"],
        ["ada: task 4: recorded -1, where a person gives 0 to 4"],
    ),
    "a late penalty": (
        ["UPDATE submitted_notebook SET late_submission_penalty = 5 WHERE id = 1"],
        [f"ada: late penalty: recorded 5, {NO_PART}"],
    ),
    "less than no penalty": (
        ["UPDATE submitted_notebook SET late_submission_penalty = -5 WHERE id = 1"],
        [f"ada: late penalty: recorded -5, {NO_PART}"],
    ),
    "an assignment of nearly that name": (
        ["INSERT INTO assignment VALUES (9, '03_Perceptron')"],
        [f"all submissions: assignment 03_Perceptron: worth 0, {NO_PART}"],
    ),
    "a student whom nobody knows": (
        ["INSERT INTO submitted_assignment VALUES (9, 1, 'eve')", "INSERT INTO submitted_notebook VALUES (9, 1, 9, 0)"],
        ["eve: recorded, and not handed in"],
    ),
    "a name that steers a terminal": (
        [NEW_CELL.replace("bonus", "\x1b[2J\n\u202e"), "INSERT INTO grade_cells VALUES (7000, 0)"],
        [f"all submissions: ␛[2J␊⟨U+202E⟩: worth 0, {NO_PART}"],
    ),
}


@pytest.mark.parametrize("forged", FORGED_BOOKS)
def test_whatever_counts_in_a_grade_book_is_compared(tmp_path, forged):
    forgeries, expected = FORGED_BOOKS[forged]
    assert listed(book(tmp_path / "gradebook.db", *forgeries)) == expected


@pytest.mark.parametrize("student", ["Ada", "a@da", "A\u0308da", "\u00c4da", "ada "])
def test_a_student_of_nearly_that_name(tmp_path, student):
    found = listed(book(tmp_path / "gradebook.db", f"UPDATE submitted_assignment SET student_id = '{student}'"))
    assert found[0] == "ada: handed in, and not recorded"
    assert len(found) == 2 and found[1].endswith("recorded, and not handed in")


def test_a_part_that_the_assignment_does_not_have(tmp_path):
    assert listed(book(tmp_path / "gradebook.db"), PERCEPTRON.manifest) == [
        f"all submissions: task_4: worth 4, {NO_PART}",
        f"ada: task_4: recorded 3, {NO_PART}",
    ]


def test_values_that_are_no_points(tmp_path):
    """A grade book may hold anything, since a student's kernel can write to it."""
    path = book(
        tmp_path / "gradebook.db",
        "UPDATE grade SET manual_score = 0.5, extra_credit = 1 WHERE cell_id = 1",
        "UPDATE grade SET auto_score = 'all' WHERE cell_id = 2",
        "UPDATE grade SET auto_score = 1e999 WHERE cell_id = 3",
        "UPDATE grade SET auto_score = NULL WHERE cell_id = 4",
    )
    found = by_task(read_recorded(path, PERCEPTRON.name, PERCEPTRON.manifest))["ada"]
    assert [found[task] for task in ("1.1", "1.2", "2.1", "2.2", "2.3", "3.1")] == [2.0, 1.5, None, None, None, 2.0]
