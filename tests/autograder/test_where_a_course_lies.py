"""Folders of any name: courses and classes with brackets in their paths, assignments that were renamed or copied."""

import json
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from autograder.course.layout import Course, assignment_at, assignment_of
from autograder.errors import GraderFault
from autograder.grading.collection import collect
from tests.autograder.course import REFERENCE, make_trial_course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux"),
]

PLACES = ["DL [2026]", "[x", "a]b", "a::b"]
NAMES = ["07_line (1)", "line", "Kopie von 07-LINE", "07_line.bak", "07_line [2]"]


def run_pytest(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Plain `pytest`, as a student calls it in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )


@pytest.fixture
def course(tmp_path):
    """A trial course whose student has done all."""
    course = make_trial_course(tmp_path / "course")
    course.write("assignments/07_line/line.py", REFERENCE)
    return course


@pytest.mark.parametrize("place", PLACES)
def test_a_course_may_lie_anywhere(tmp_path, place):
    course = make_trial_course(tmp_path / place / place)
    folder = course.write("assignments/07_line/line.py", REFERENCE).parent
    course.write(f"class {place}/ada.py", REFERENCE)
    course.write(f"class {place}/bo {place}/line.py", REFERENCE)
    ran = course.run("grade", "line", f"class {place}", "--json")
    assert ran.status == 0, ran.stderr
    records = json.loads(ran.stdout)["results"]
    assert [record["score"] for record in records] == [4, 4]
    assert course.run("check", folder="assignments/07_line").status == 0
    for arguments in ([], ["test_line.py"]):
        done = run_pytest(folder, *arguments)
        assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_results_go_where_the_command_was_called(course):
    """A relative path means the same before and after checks are collected."""
    for name in ("ada", "bob"):
        course.write(f"class/{name}.py", REFERENCE)
    before = sorted((course.root / "assignments").iterdir())
    assert course.run("grade", "line", ".", "--output", "../out", folder="class").status == 0
    assert {path.name for path in (course.root / "out").iterdir()} >= {"grades.csv", "report.html", "results"}
    assert course.run("grade", "line", "class/ada.py", "--output", "alone").status == 0
    assert (course.root / "alone/grades.csv").exists()
    assert sorted((course.root / "assignments").iterdir()) == before
    assert not (course.root / "assignments/07_line/alone").exists()


@pytest.mark.parametrize("broken", [False, True])
def test_the_working_folder_stays_when_checks_are_collected(course, monkeypatch, tmp_path, broken):
    assignment = Course(course.root).assignment("line")
    if broken:
        course.write("tests/hidden/07_line/test_broken.py", "import no_such_module\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraderFault) if broken else nullcontext():
        collect(assignment)
    assert Path.cwd() == tmp_path


@pytest.mark.parametrize(
    ("where", "name"),
    [*(("assignments", name) for name in NAMES), (".", "07_line"), (".", "line [2]"), ("elsewhere", "07_line")],
)
def test_a_folder_may_be_called_anything(course, tmp_path, name, where):
    folder = (tmp_path if where == "elsewhere" else course.root / where) / name
    (course.root / "assignments/07_line").rename(folder)
    found = assignment_of(folder / "test_line.py")
    assert found is not None
    assert (found.folder, found.name, found.public_checks) == (folder, name, (folder / "test_line.py",))
    done = run_pytest(folder)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    checked = subprocess.run(
        [sys.executable, "-m", "autograder", "check"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert "2 of 2 public checks passed" in checked.stdout


@pytest.mark.parametrize("name", ["07_line copy", "line", "07_line [2]", "07_line_backup", "08_line"])
def test_a_copy_beside_it_is_checked_for_itself(course, name):
    original = course.root / "assignments/07_line"
    run_pytest(original)  # leaves compiled checks, which are copied, too
    shutil.copytree(original, original.with_name(name))
    (original.with_name(name) / "line.py").write_text(REFERENCE.replace("return w * x + b", "return w * x"))
    for folder in (course.root / "assignments", course.root):
        done = run_pytest(folder, "assignments" if folder == course.root else ".")
        assert "import file mismatch" not in done.stdout
        assert "1 failed, 2 passed, 1 skipped" in done.stdout, done.stdout + done.stderr
    ran = course.run("grade", "07_line", course.write("class/ada.py", REFERENCE), "--json")
    assert json.loads(ran.stdout)["results"][0]["score"] == 4


def test_which_of_two_is_meant_is_asked(course):
    shutil.copytree(course.root / "assignments/07_line", course.root / "assignments/07_line_backup")
    path = course.write("class/ada.py", REFERENCE)
    ran = course.run("grade", "07", path)
    assert ran.status == 2
    assert "could be any of 07_line, 07_line_backup: use the folder's name" in ran.stderr
    assert course.run("grade", "07_line", path).status == 0


def test_checks_without_their_assignment_say_so_in_one_sentence(course, tmp_path):
    (tmp_path / "few").mkdir()
    for name in ("line.py", "test_line.py"):
        shutil.copy(course.root / "assignments/07_line" / name, tmp_path / "few")
    done = run_pytest(tmp_path / "few")
    assert done.returncode != 0
    assert done.stdout.count("test_line.py: assignment.toml is not beside it: copy the whole folder") == 1
    assert "Error" not in done.stdout and "plugin.py" not in done.stdout


def test_other_tests_may_have_a_student_of_their_own(tmp_path):
    (tmp_path / "test_school.py").write_text(
        "import pytest\n\n@pytest.fixture\ndef student():\n    return 'ada'\n\n"
        "def test_name(student):\n    assert student == 'ada'\n"
    )
    assert "1 passed" in run_pytest(tmp_path).stdout


def test_a_folder_without_a_manifest_is_no_assignment(course):
    assert assignment_at(course.root) is None
    assert assignment_of(course.root / "solutions/07_line/line.py") is None
    hidden = assignment_of(course.root / "tests/hidden/07_line/test_line_hidden.py")
    assert hidden == Course(course.root).assignment("line")


def test_two_courses_in_one_process_have_checks_of_their_own(tmp_path):
    titles = []
    for name in ("first", "second"):
        course = make_trial_course(tmp_path / name)
        checks = course.root / "assignments/07_line/test_line.py"
        title = checks.read_text().split('"""')[1]
        checks.write_text(checks.read_text().replace(f'"""{title}"""', f'"""Of the {name} course."""', 1))
        titles += [spec.title for spec in collect(Course(course.root).assignment("line"))]
    assert {"Of the first course.", "Of the second course."} <= set(titles)


def test_a_course_one_level_down_is_named(course):
    ran = course.run("list", folder="..")
    assert ran.status == 2
    assert f"`cd {course.root.name}` first" in ran.stderr
