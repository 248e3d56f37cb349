"""Marks by persons: given one by one or in tables, by several markers, and never lost or overwritten unseen."""

import csv
import io
import json
import shutil

import pytest

from tests.autograder.course import make_trial_course

pytestmark = [pytest.mark.slow, pytest.mark.once]

RIGHT = "def value(w, b, x):\n    return w * x + b\n\ndef slope(w, b):\n    return w\n"
HALF = RIGHT.replace("return w\n", "return b\n")
NAMES, WHY = "3 Names a curve (of 3)", "3 Says why (of 2)"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Four who handed in, graded; the last one without notes. Beside the course lies a copy of it."""
    course = make_trial_course(tmp_path_factory.mktemp("marks") / "course")
    course.add("notes")
    for name in ("ada", "bob", "cleo", "dan"):
        course.write(f"class/{name}/line.py", HALF if name == "bob" else RIGHT)
        if name != "dan":
            course.write(f"class/{name}/notes.md", f"{name}: a parabola bends.\n")
    assert course.run("grade", "line", "class").status == 0
    shutil.copytree(course.root, course.root.with_name("as_graded"))
    return course


@pytest.fixture
def course(graded):
    """The same course as it was when it had been graded."""
    shutil.rmtree(graded.root)
    shutil.copytree(graded.root.with_name("as_graded"), graded.root)
    return graded


def mark(course, *arguments, status=0):
    ran = course.run("mark", *arguments)
    assert ran.status == status, ran.stdout + ran.stderr
    return ran


def grades(course) -> dict[str, dict[str, str]]:
    rows = csv.DictReader((course.root / "grades/07_line/grades.csv").read_text().splitlines())
    return {row["submission"]: row for row in rows}


def record(course, name) -> dict:
    return json.loads((course.root / f"grades/07_line/results/{name}.json").read_text())


def read(course, path="grades/07_line/marking/marks.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((course.root / path).read_text())))


def write(course, path, rows, delimiter=",") -> str:
    stream = io.StringIO()
    table = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
    table.writeheader()
    table.writerows(rows)
    (course.root / path).write_text(stream.getvalue())
    return path


def filled(course, path, rows, **marks) -> str:
    """The rows with what was given to each submission: two numbers, one for each item, and a comment."""
    for row in rows:
        given = marks.get(row["submission"])
        if given is not None:
            row[NAMES], row[WHY], row["comment"] = map(str, given)
    return write(course, path, rows)


def merge(course, *arguments, status=0):
    ran = course.run("merge-marks", "line", *arguments)
    assert ran.status == status, ran.stdout + ran.stderr
    return ran


def test_an_open_mark_stands_beside_the_score(course):
    ran = course.run("grade", "line", "class")
    assert "4 not marked yet" in ran.stdout
    assert (
        grades(course)["ada"] | {"score": "4", "max_score": "9", "3": "", "status": "graded, 3 not marked yet"}
        == (grades(course)["ada"])
    )
    assert not [note for note in record(course, "ada")["notes"] if "notes.md" in note]
    page = (course.root / "grades/07_line/report/ada.html").read_text()
    assert "It is not marked yet." in page


def test_a_mark_counts_everywhere_and_survives_a_regrade(course):
    said = mark(course, "ada", "3", "2.5+1", "--comment", "A fine curve.", "--marker", "kim").stdout
    assert "ada, task 3: 3.5 of 5 by kim" in said
    assert "3 submissions not marked yet." in said
    assert grades(course)["ada"] | {"score": "7.5", "3": "3.5", "status": "graded"} == grades(course)["ada"]
    (task,) = (task for task in record(course, "ada")["tasks"] if task["id"] == "3")
    assert (task["mark"]["items"], task["mark"]["marker"]) == ([2.5, 1], "kim")
    assert "A fine curve." in (course.root / "grades/07_line/report/ada.html").read_text()
    course.run("feedback", "line")
    told = (course.root / "grades/07_line/feedback/ada.txt").read_text()
    assert "(2.5 + 1): A fine curve." in told
    hidden = course.root / "tests/hidden/07_line/test_line_hidden.py"
    hidden.write_text(hidden.read_text().replace("weight=2", "weight=3"))
    assert "4 not marked yet" not in course.run("regrade", "line").stdout
    assert grades(course)["ada"] | {"3": "3.5", "status": "graded"} == grades(course)["ada"]
    while "no run to be undone" not in course.run("undo", "line").stderr:
        assert grades(course).get("ada", {"3": "3.5"})["3"] == "3.5"
    assert grades(course) == {}
    course.run("grade", "line", "class")
    assert grades(course)["ada"]["3"] == "3.5"


def test_other_files_are_told_from_those_that_were_marked(course):
    mark(course, "ada", "3", "4", "--marker", "kim")
    course.write("class/ada/notes.md", "Other words.\n")
    course.run("grade", "line", "class")
    assert grades(course)["ada"]["status"] == "graded, 3 marked before other files were handed in"


def test_points_of_the_grader_change_with_a_reason_only(course):
    assert "say in a comment why" in mark(course, "bob", "2", "1", status=2).stderr
    mark(course, "bob", "2", "1", "--comment", "b is what the sheet asked for", "--marker", "kim")
    assert grades(course)["bob"] | {"score": "4", "2": "1"} == grades(course)["bob"]
    assert grades(course)["bob"]["status"] == "graded, 3 not marked yet, 2 adjusted"
    mark(course, "bob", "2", "none", "--marker", "kim")
    assert grades(course)["bob"]["2"] == "0"


def test_history_tells_of_marks(course):
    mark(course, "ada", "3", "4", "--comment", "short", "--marker", "kim")
    mark(course, "ada", "3", "none", "--marker", "kim")
    (story,) = json.loads(course.run("history", "ada", "--json").stdout)["histories"]
    assert [(one["score"], one["why"]) for one in story["grades"]] == [
        (4.0, ["first grade"]),
        (8.0, ["kim gave 4 for 3: short"]),
        (4.0, ["kim took back the mark of 3"]),
    ]
    assert "kim gave 4 for 3: short" in course.run("history", "ada").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eve", "3", "1"), "eve has no grade with a task 3"),
        (("Cle", "3", "1"), "Is it cleo?"),
        (("ada", "4", "1"), "ada has no grade with a task 4"),
        (("ada", "3", "5.5"), "5.5 is not between 0 and 5"),
        (("ada", "3", "-1"), "No such option"),
        (("ada", "3", "much"), "'much' is not a number"),
        (("ada", "3", "nan"), "nan is not between 0 and 5"),
        (("ada", "3", "1.005"), "at most two decimals"),
        (("ada", "3", "1+1+1"), "3 numbers, but task 3 has 2 items"),
        (("ada", "3", "1+2.5"), "2.5 is more than 2, the most for 'Says why'"),
        (("ada", "1", "1+1", "--comment", "x"), "2 numbers, but task 1 has no rubric"),
    ],
)
def test_what_cannot_be_a_mark_is_refused(course, arguments, said):
    assert said in mark(course, *arguments, status=2).stderr
    assert grades(course)["ada"]["status"] == "graded, 3 not marked yet"


def test_another_persons_mark_stays_until_it_is_replaced(course):
    mark(course, "ada", "3", "4", "--marker", "kim")
    said = mark(course, "ada", "3", "2", "--marker", "lee", status=3).stderr
    assert "ada, task 3: 2 of 5 by lee; already there: 4 of 5 by kim" in said
    assert "--replace" in said
    assert grades(course)["ada"]["3"] == "4"
    assert "before: 4 of 5 by kim" in mark(course, "ada", "3", "2", "--marker", "lee", "--replace").stdout
    assert grades(course)["ada"]["3"] == "2"


def test_a_table_goes_out_and_comes_back(course):
    said = course.run("marks", "line").stdout
    assert "marks.csv: 4 submissions" in said
    marking = course.root / "grades/07_line/marking"
    assert (marking / "texts/ada/notes.md").read_text() == "ada: a parabola bends.\n"
    assert not (marking / "texts/dan").exists()
    assert "- **Says why** (2). All of it for, say: The slope of a line" in (marking / "rubric.md").read_text()
    rows = read(course)
    path = filled(
        course, "filled.csv", rows, ada=(3, 2, "=SUM(A1), good"), bob=(1.5, 0, ""), cleo=("0", "0", "nothing")
    )
    said = merge(course, path, "--marker", "kim").stdout
    assert "3 marks kept, 0 in conflict, 0 not read. 1 submission not marked yet." in said
    assert {name: row["3"] for name, row in grades(course).items()} == {
        "ada": "5",
        "bob": "1.5",
        "cleo": "0",
        "dan": "",
    }
    assert "0 marks kept, 0 in conflict" in merge(course, path, "--marker", "kim").stdout
    (course.root / "grades/07_line/marking/marks.csv").unlink()
    course.run("marks", "line")
    rows = {row["submission"]: row for row in read(course)}
    assert (rows["ada"][NAMES], rows["ada"]["comment"], rows["ada"]["marked_by"]) == ("3", "'=SUM(A1), good", "kim")
    assert "0 marks kept, 0 in conflict, 0 not read" in merge(course, "grades/07_line/marking/marks.csv").stdout
    (task,) = (task for task in record(course, "ada")["tasks"] if task["id"] == "3")
    assert task["mark"]["comment"] == "=SUM(A1), good"


def test_a_table_is_never_written_over(course):
    course.run("marks", "line")
    ran = course.run("marks", "line")
    assert (ran.status, "exists already" in ran.stderr) == (2, True)


def test_colleagues_share_a_class(course):
    course.run("marks", "line", "--marker", "kim", "--marker", "lee")
    kim, lee = (f"grades/07_line/marking/marks-{name}.csv" for name in ("kim", "lee"))
    dealt = [[row["submission"] for row in read(course, path)] for path in (kim, lee)]
    assert sorted([*dealt[0], *dealt[1]]) == ["ada", "bob", "cleo", "dan"]
    assert [len(names) for names in dealt] == [2, 2]
    everybody = dict.fromkeys(("ada", "bob", "cleo", "dan"), (1, 1, ""))
    filled(course, kim, read(course, kim), **everybody)
    filled(course, lee, read(course, lee), **everybody)
    assert "4 marks kept, 0 in conflict" in merge(course, kim, lee).stdout
    markers = {
        task["mark"]["marker"] for name in everybody for task in record(course, name)["tasks"] if task.get("written")
    }
    assert markers == {"kim", "lee"}


def test_a_conflict_is_listed_and_the_earlier_mark_stays(course):
    course.run("marks", "line")
    rows = read(course)
    kim = filled(course, "kim.csv", [dict(row) for row in rows], ada=(3, 2, ""), bob=(2, 2, ""))
    lee = filled(course, "lee.csv", [dict(row) for row in rows], ada=(3, 2, ""), bob=(1, 1, "weak"), cleo=(1, 0, ""))
    merge(course, kim, "--marker", "kim")
    ran = merge(course, lee, "--marker", "lee", status=3)
    assert "Conflict: bob, task 3: 2 of 5 by lee; already there: 4 of 5 by kim" in ran.stderr
    assert "(lee.csv, line 3)" in ran.stderr
    assert "1 mark kept, 1 in conflict, 0 not read" in ran.stdout
    assert {name: row["3"] for name, row in grades(course).items()} == {"ada": "5", "bob": "4", "cleo": "1", "dan": ""}
    assert "Replaced: bob, task 3: 2 of 5 by lee; before: 4 of 5 by kim" in (
        merge(course, lee, "--marker", "lee", "--replace").stdout
    )


def test_a_mark_that_was_known_may_be_changed(course):
    mark(course, "ada", "3", "3+1", "--marker", "kim")
    course.run("marks", "line")
    lee = filled(course, "lee.csv", read(course), ada=(3, 2, "after all"))
    assert "Replaced: ada, task 3: 5 of 5 by lee; before: 4 of 5 by kim" in merge(course, lee, "--marker", "lee").stdout


def test_a_spreadsheet_may_write_semicolons_and_commas(course):
    course.run("marks", "line")
    rows = read(course)
    for row in rows:
        row[NAMES], row[WHY], row["marker"] = "2,5", "1", "kim"
    path = write(course, "kim.csv", rows, delimiter=";")
    text = (course.root / path).read_text()
    (course.root / path).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert "4 marks kept" in merge(course, path).stdout
    assert {row["3"] for row in grades(course).values()} == {"3.5"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({NAMES: "3"}, "line 2: points for some items of the rubric"),
        ({NAMES: "3", WHY: "x"}, "line 2: 'x' is not a number."),
        ({NAMES: "3", WHY: "2", "points": "4"}, "line 2: the items make 5, the column `points` says 4: empty it."),
        ({"points": "6"}, "line 2: 6 is not between 0 and 5"),
        ({"points": "2", "submission": "eve"}, "line 2: 'eve' has no grade in this folder."),
        ({"points": "2", "task": "7"}, "line 2: there is no task '7'"),
        ({"points": "2", "task": "1"}, "line 2: task 1 is the grader's: say in a comment why"),
        ({"points": "2", "mark": "77"}, "line 2: mark '77' is not one of this submission's"),
        ({"points": "2", "marker": ""}, "line 2: nobody in the column `marker`"),
        ({"comment": "Well done."}, "line 2: no points."),
    ],
)
def test_a_row_that_cannot_be_read_keeps_no_other_back(course, changed, said):
    course.run("marks", "line")
    rows = read(course)
    for row in rows:
        row["marker"] = "kim"
    rows[0] |= changed
    rows[1] |= {"points": "2"}
    ran = merge(course, write(course, "kim.csv", rows), status=3)
    assert said in ran.stderr
    assert "1 mark kept, 0 in conflict, 1 not read" in ran.stdout
    assert grades(course)["bob"]["3"] == "2"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "no column 'submission'"),
        (b"\xe9\n", "not UTF-8 text (byte 0)"),
        (b"", "no column 'submission'"),
        (b"submission,task\n" + b"x" * 200_000, "kim.csv, line 2: not a table"),
    ],
)
def test_what_is_no_table_is_refused(course, content, said):
    (course.root / "kim.csv").write_bytes(content)
    ran = course.run("merge-marks", "line", "kim.csv")
    assert (ran.status, said in ran.stderr) == (2, True), ran.stderr


def test_an_assignment_without_a_written_part_has_no_tables(course):
    course.add("line")
    ran = course.run("marks", "line")
    assert (ran.status, "has no written part" in ran.stderr) == (2, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points = 2\nanchor", "points = 3\nanchor", "written 3: points = 5, but the rubric's items add up to 6"),
        ('item = "Says why"', 'item = "Names a curve"', "two items of the rubric have one name"),
    ],
)
def test_a_rubric_that_does_not_add_up_is_refused(course, old, new, said):
    path = course.root / "assignments/07_line/assignment.toml"
    path.write_text(path.read_text().replace(old, new))
    ran = course.run("list")
    assert said in ran.stdout + ran.stderr
