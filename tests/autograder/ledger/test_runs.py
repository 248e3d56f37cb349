"""What a run does to earlier grades is said, asked for, and can be undone."""

import csv
import json
import os
import pty
import subprocess
import sys

import pytest

from tests.autograder.course import make_trial_course

pytestmark = [pytest.mark.slow, pytest.mark.once]

RIGHT = "def value(w, b, x):\n    return w * x + b\n\ndef slope(w, b):\n    return w\n"
WRONG = RIGHT.replace("w * x + b", "w * x")
HALF = RIGHT.replace("return w\n", "return b\n")
MANIFEST = "assignments/07_line/assignment.toml"


@pytest.fixture
def course(tmp_path):
    """A course and a class of three."""
    course = make_trial_course(tmp_path / "course")
    for name in ("ada", "bob", "Cleo"):
        course.write(f"class/{name}.py", RIGHT)
    return course


def grade(course, *paths, status=0, **options):
    ran = course.run("grade", "line", *paths, "--output", "out", **options)
    assert ran.status == status, ran.stdout + ran.stderr
    return ran


def rows(course) -> dict[str, dict[str, str]]:
    """The table, by original names."""
    return {row["name"]: row for row in csv.DictReader((course.root / "out/grades.csv").read_text().splitlines())}


def scores(course) -> dict[str, str]:
    return {name: row["score"] for name, row in rows(course).items()}


def files(course) -> dict[str, bytes]:
    """What lies in the output folder, but for the ledger."""
    out = course.root / "out"
    paths = (path for path in out.rglob("*") if path.is_file() and not path.name.startswith("ledger"))
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


def test_the_first_run_gives_new_grades(course):
    assert "3 new, 0 replaced." in grade(course, "class").stdout
    assert "0 new, 0 replaced; 3 as before." in grade(course, "class").stdout


@pytest.mark.parametrize(
    ("source", "status", "said"),
    [
        (WRONG, 3, "1 replaced: ada 4 → 0 ▼ (other files were handed in)"),
        (HALF, 3, "1 replaced: ada 4 → 3 ▼ (other files were handed in)"),
        (RIGHT + "# the same, better said\n", 0, "1 replaced: ada 4 → 4 (other files were handed in)"),
    ],
)
def test_a_run_says_what_it_replaced_and_whether_a_score_fell(course, source, status, said):
    grade(course, "class")
    course.write("class/ada.py", source)
    course.write("class/dana.py", RIGHT)
    ran = grade(course, "class", status=status)
    assert f"1 new, {said}; 2 as before." in ran.stdout


def test_a_score_that_rose_is_said_and_no_alarm(course):
    course.write("class/ada.py", WRONG)
    grade(course, "class")
    course.write("class/ada.py", RIGHT)
    assert "ada 0 → 4 (other files were handed in)" in grade(course, "class").stdout


def test_a_score_that_is_no_longer_there_fell(course):
    grade(course, "class")
    (course.root / "class/ada.py").unlink()
    (course.root / "class/ada.zip").write_bytes(b"PK\x03\x04 broken")
    ran = grade(course, "class", status=3)
    assert "ada 4 → – ▼ (it was graded, and is refused)" in ran.stdout


def test_with_json_the_line_is_on_stderr(course):
    ran = grade(course, "class", "--json")
    assert len(json.loads(ran.stdout)["results"]) == 3
    assert "3 new, 0 replaced." in ran.stderr


def test_what_fell_is_named_first_and_the_rest_counted(course):
    for number in range(25):
        course.write(f"class/s{number:02}.py", WRONG)
    grade(course, "class")
    for number in range(25):
        course.write(f"class/s{number:02}.py", RIGHT)
    course.write("class/s00.py", "import time\ntime.sleep(1)\n" + RIGHT)  # done after others, and named before them
    course.write("class/zoe.py", RIGHT)
    course.write("class/bob.py", WRONG)
    ran = grade(course, "class", status=3)
    assert "1 new, 26 replaced: bob 4 → 0 ▼ (other files were handed in), s00 0 → 4" in ran.stdout
    assert "and 6 more; 2 as before." in ran.stdout


def test_undo_puts_everything_back(course):
    grade(course, "class")
    course.run("feedback", "line", "--output", "out")
    before = files(course)
    course.write("class/ada.py", WRONG)
    course.write("class/dana.py", RIGHT)
    grade(course, "class", status=3)
    assert scores(course) == {"ada": "0", "bob": "4", "Cleo": "4", "dana": "4"}
    ran = course.run("undo", "line", "--output", "out")
    assert ran.status == 0, ran.stderr
    assert "1 put back: ada 0 → 4; 1 without a grade, as before." in ran.stdout
    assert files(course) == before
    history = json.loads(course.run("history", "ada", "--output", "out", "--json").stdout)
    assert [(one["score"], one["undone"]) for one in history["histories"][0]["grades"]] == [(4, False), (0, True)]
    assert "undone" in course.run("history", "dana", "--output", "out").stdout


def test_undo_goes_back_one_run_after_the_other(course):
    for source in (WRONG, HALF, RIGHT):
        course.write("class/ada.py", source)
        grade(course, "class")
    grade(course, "class")  # which changed nothing, and is no run to be undone
    found = [course.run("undo", "line", "--output", "out").stdout.partition(": ")[2] for _ in range(2)]
    assert found == [
        "1 put back: ada 4 → 3; 0 without a grade, as before.\n",
        "1 put back: ada 3 → 0; 0 without a grade, as before.\n",
    ]
    assert "3 without a grade" in course.run("undo", "line", "--output", "out").stdout
    assert rows(course) == {}
    assert not list((course.root / "out/results").iterdir())
    ran = course.run("undo", "line", "--output", "out")
    assert (ran.status, "no run to be undone" in ran.stderr) == (2, True)


def test_after_an_undo_a_class_is_graded_as_ever(course):
    grade(course, "class")
    course.run("undo", "line", "--output", "out")
    assert "3 new, 0 replaced." in grade(course, "class").stdout
    ran = course.run("regrade", "line", "--output", "out")
    assert ran.status == 0, ran.stderr


def test_a_regrade_says_what_it_replaced_and_is_undone(course):
    grade(course, "class")
    course.write("class/ada.py", WRONG)
    ran = course.run("regrade", "line", "--output", "out")
    assert ran.status == 3
    assert "0 new, 1 replaced: ada 4 → 0 ▼" in ran.stdout
    course.run("undo", "line", "--output", "out")
    assert scores(course)["ada"] == "4"


def test_another_folder_replaces_nothing_unasked(course):
    grade(course, "class")
    before = files(course)
    for name in ("ada", "Cleo", "dana"):
        course.write(f"other/{name}.py", WRONG)
    ran = grade(course, "other", status=2)
    assert "would replace" in ran.stderr and "--replace" in ran.stderr and "and 1 more" in ran.stderr
    assert str(course.root / "class") in ran.stderr and str(course.root / "other") in ran.stderr
    assert files(course) == before
    ran = grade(course, "other", "--replace", status=3)
    assert "1 new, 2 replaced" in ran.stdout
    course.run("undo", "line", "--output", "out")
    assert rows(course)["ada"]["path"] == str(course.root / "class/ada.py")
    assert course.run("regrade", "line", "--output", "out").status == 0


def test_another_folder_of_others_is_added(course):
    grade(course, "class")
    course.write("late/dana.py", RIGHT)
    assert "1 new, 0 replaced." in grade(course, "late").stdout


def test_a_submission_handed_in_again_in_another_form_replaces_its_own(course):
    grade(course, "class")
    (course.root / "class/ada.py").unlink()
    course.write("class/ada/line.py", WRONG)
    assert "ada 4 → 0 ▼" in grade(course, "class", status=3).stdout
    assert set(scores(course)) == {"ada", "bob", "Cleo"}


@pytest.mark.parametrize(("answer", "status", "score"), [("y", 3, "0"), ("n", 2, "4")])
def test_at_a_terminal_it_is_asked(course, answer, status, score):
    grade(course, "class")
    course.write("other/ada.py", WRONG)
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, "-m", "autograder", "grade", "line", "other", "--output", "out"]
    done = subprocess.run(command, cwd=course.root, stdin=theirs, capture_output=True, text=True, check=False)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == status, done.stderr
    assert "Replace them?" in done.stderr
    assert scores(course)["ada"] == score


@pytest.mark.parametrize("names", [("Ada", "ada"), ("qi 🎉", "qi 🚀"), ("e\u0301", "\u00e9"), ("a b", "a_b")])
def test_names_that_look_alike_never_meet(course, names):
    """Not in one run, and not in two of which each sees one of them."""
    for name, source in zip(names, (RIGHT, WRONG), strict=True):
        course.write(f"alike/{name}.py", source)
    for name in names:
        assert "1 new, 0 replaced." in grade(course, f"alike/{name}.py").stdout
    assert "0 new, 0 replaced; 2 as before." in grade(course, "alike").stdout
    assert scores(course) == dict(zip(names, ("4", "0"), strict=True))
    ran = course.run("history", names[0], "--output", "out", "--json")
    (story,) = [one for one in json.loads(ran.stdout)["histories"] if one["grades"][0]["score"] == 4]
    assert story["submission"] == rows(course)[names[0]]["submission"]


def test_name_and_path_stand_in_the_table_and_the_report(course):
    grade(course, "class")
    row = rows(course)["Cleo"]
    assert row["path"] == str(course.root / "class/Cleo.py")
    assert row["submission"].startswith("Cleo~")
    page = (course.root / f"out/report/{row['submission']}.html").read_text()
    assert str(course.root / "class/Cleo.py") in page and row["grade"] in page
    assert "<bdi>Cleo</bdi>" in (course.root / "out/report.html").read_text()


def test_a_file_that_joins_another_of_one_name_changes_no_id(course):
    grade(course, "class")
    course.write("class/ada/line.py", HALF)
    ran = grade(course, "class")
    assert "1 new, 0 replaced; 3 as before." in ran.stdout
    assert {row["path"].removeprefix(f"{course.root}/class/"): row["score"] for row in table(course)} == {
        "Cleo.py": "4",
        "ada": "3",
        "ada.py": "4",
        "bob.py": "4",
    }


def table(course) -> list[dict[str, str]]:
    return list(csv.DictReader((course.root / "out/grades.csv").read_text().splitlines()))


def feedback(course) -> dict[str, str]:
    return {path.stem.partition("~")[0]: path.read_text() for path in (course.root / "out/feedback").glob("*.txt")}


def test_feedback_is_of_the_grades_beside_it(course):
    grade(course, "class")
    assert not (course.root / "out/feedback").exists()
    course.run("feedback", "line", "--output", "out")
    course.write("class/ada.py", WRONG)
    course.write("class/dana.py", HALF)
    for command, status in ((("grade", "line", "class"), 3), (("regrade", "line"), 0), (("undo", "line"), 0)):
        assert course.run(*command, "--output", "out").status == status
        written = feedback(course)
        assert set(written) == {row["name"] for row in table(course)}
        for row in table(course):
            graded_at = row["graded_at"][:16].replace("T", " ")
            head, score = written[row["name"]].split("\n\n")[:2]
            assert head == f"Graded {graded_at} UTC (grade {row['grade']})"
            assert score.splitlines()[0].endswith(f": {row['score']} of 4 points")


def test_the_digest_is_that_of_the_grade_and_not_of_the_day(course):
    grade(course, "class")
    first = rows(course)["ada"]["grade"]
    course.write("class/ada.py", WRONG)
    grade(course, "class", status=3)
    assert rows(course)["ada"]["grade"] != first
    course.write("class/ada.py", RIGHT)
    grade(course, "class")
    assert rows(course)["ada"]["grade"] == first


def test_grades_with_different_maxima_have_no_mean(course):
    grade(course, "class")
    manifest = course.root / MANIFEST
    text = manifest.read_text()
    assert "points = 3" in text and "points = 4" in text
    manifest.write_text(text.replace("points = 3", "points = 5").replace("points = 4", "points = 6"))
    course.write("late/dana.py", RIGHT)
    said = "no mean, as the grades have different maxima (4 and 6 points): regrade first"
    assert said in grade(course, "late").stdout
    report = (course.root / "out/report.html").read_text()
    assert said in report and "median" not in report and "4 of 4" in report and "6 of 6" in report
    ran = course.run("regrade", "line", "--output", "out")
    assert ran.status == 0 and "ada 4/4 → 6/6 (other points for the tasks)" in ran.stdout
    assert said not in ran.stdout
    assert "median" in (course.root / "out/report.html").read_text()
