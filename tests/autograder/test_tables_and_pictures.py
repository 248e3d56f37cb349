"""Assignments for which a table and a picture are handed in beside the module."""

import json
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest

from autograder.course.bank import read_bank
from autograder.course.layout import Course
from autograder.course.stubs import stub_files
from autograder.intake.submission import Source, read_submission
from autograder.platforms.contents import handed_out
from autograder.platforms.wheel import PackageError
from tests.autograder.course import HANDOUT, make_trial_course

pytestmark = pytest.mark.slow

MANIFEST = """
    title = "A measurement"
    points = 3
    files = ["fit.py", "history.csv", "curve.png"]
    imports = ["numpy"]

    [[task]]
    id = "1"
    title = "The table"
    points = 1

    [[task]]
    id = "2"
    title = "The picture"
    points = 1

    [[task]]
    id = "3"
    title = "The table, read by the module"
    points = 1
"""
CHECKS = '''
    import pytest

    from autograder import expect


    @pytest.mark.task("1")
    def test_table(student):
        """The history has three epochs, and its losses fall."""
        loss = expect.array(student.read_table("history.csv")["loss"], shape=(3,))
        expect.that(bool((loss[1:] < loss[:-1]).all()), "The losses do not fall.")
        expect.that("loss" in expect.text(student.read_text("history.csv")), "No column is called loss.")


    @pytest.mark.task("2")
    def test_picture(student):
        """The picture is 3 wide and 2 high."""
        width, height = expect.items(student.picture_size("curve.png"), 2)
        expect.integer(width, 3)
        expect.integer(height, 2)


    @pytest.mark.task("3")
    def test_module(student):
        """The module finds its table in its folder."""
        expect.integer(student.fit.lines(), 4)
'''
FIT = """
    def lines():
        ### BEGIN SOLUTION
        with open("history.csv") as file:
            return len(list(file))
        ### END SOLUTION
"""
TABLE = "epoch,loss\n1,0.5\n2,0.25\n3,0.125\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(bytes(8)))
    + chunk(b"IEND", b"")
)


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path)
    course.write("assignments/08_fit/assignment.toml", MANIFEST)
    course.write("assignments/08_fit/README.md", HANDOUT)
    course.write("assignments/08_fit/test_fit.py", CHECKS)
    for folder in ("solutions/08_fit", "handed-in/ada"):
        hand_in(course, folder, TABLE.encode(), PICTURE)
    return course


@pytest.fixture
def fit(course):
    return Course(course.root).assignment("fit")


def hand_in(course, folder: str, table: bytes | None, picture: bytes | None) -> None:
    course.write(f"{folder}/fit.py", FIT)
    for name, content in (("history.csv", table), ("curve.png", picture)):
        if content is not None:
            (course.root / folder / name).write_bytes(content)


def graded(course, *arguments: object) -> dict:
    (record,) = json.loads(course.run("grade", "fit", *arguments, "--json").stdout)["results"]
    return record


def scores(record: dict) -> list[float]:
    return [task["score"] for task in record["tasks"]]


def messages(record: dict) -> dict[str, str]:
    return {check["name"]: check["message"] for check in record["checks"]}


def test_they_are_taken_from_a_folder_and_from_a_zip(course):
    assert scores(graded(course, "handed-in/ada")) == [1, 1, 1]
    with zipfile.ZipFile(course.root / "handed-in/ada.zip", "w") as archive:
        for path in (course.root / "handed-in/ada").iterdir():
            archive.write(path, f"ada/{path.name}")
    assert scores(graded(course, "handed-in/ada.zip")) == [1, 1, 1]


def test_what_is_missing_costs_what_is_judged_by_it(course):
    hand_in(course, "handed-in/eve", TABLE.encode(), None)
    record = graded(course, "handed-in/eve")
    assert scores(record) == [1, 0, 1]
    assert "No curve.png was handed in." in record["notes"]
    assert messages(record)["test_picture"] == "curve.png is missing."


def test_what_cannot_be_read_is_the_students_mistake(course):
    hand_in(course, "handed-in/eve", TABLE.replace("0.25", "a quarter").encode(), PICTURE[:-1])
    record = graded(course, "handed-in/eve")
    assert (record["status"], scores(record)) == ("graded", [0, 0, 1])
    assert messages(record)["test_table"] == (
        "history.csv has a cell that is not a number.\nLine 3, column 'loss': 'a quarter'."
    )
    assert messages(record)["test_picture"] == "curve.png is not a whole PNG picture.\nIt ends too early."


def test_a_hidden_check_says_nothing_that_the_file_chose(course):
    path = course.root / "assignments/08_fit/test_fit.py"
    path.rename(course.write("tests/hidden/08_fit/test_fit.py", CHECKS))
    hand_in(course, "handed-in/eve", b"epoch,loss\n1,SECRET\n", PICTURE)
    record = graded(course, "handed-in/eve")
    (check,) = [check for check in record["checks"] if check["name"] == "test_table"]
    assert check["message"] == (
        "history.csv has a cell that is not a number.\nThis check is hidden: its inputs are not shown."
    )
    assert "SECRET" in check["detail"]


def test_the_student_has_them_too(course, fit):
    """With plain pytest, with `check` and in the zip of `submit`; while they are not made, `submit` says so."""
    hand_in(course, "assignments/08_fit", TABLE.encode(), None)
    done = subprocess.run([sys.executable, "-m", "pytest"], cwd=fit.folder, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout and "curve.png is missing." in done.stdout
    assert "No curve.png was handed in." in course.run("submit", folder="assignments/08_fit").stderr
    (fit.folder / "curve.png").write_bytes(PICTURE)
    assert course.run("check", folder="assignments/08_fit").status == 0
    ran = course.run("submit", folder="assignments/08_fit")
    assert "3 of 3 public checks passed." in ran.stdout
    assert "Packed curve.png, fit.py, history.csv." in ran.stdout
    with zipfile.ZipFile(fit.folder / "08_fit-submission.zip") as archive:
        assert archive.read("08_fit/curve.png") == PICTURE


def test_they_have_no_stub(course, fit):
    assert course.run("build", "fit").status == 0
    assert set(stub_files(fit)) == {"fit.py"}
    assert set(handed_out(fit)) == {"README.md", "assignment.toml", "fit.py", "test_fit.py"}
    bank = read_bank(fit)
    assert set(bank.entry("stub").files) == {"fit.py"}
    assert bank.entry("reference").files["curve.png"] == PICTURE


def test_what_students_make_is_not_given_to_them(course, fit):
    (fit.folder / "curve.png").write_bytes(PICTURE)
    with pytest.raises(PackageError, match=r"08_fit/curve\.png: students make this file"):
        handed_out(fit)


@pytest.mark.parametrize("name", ["history.csv", "curve.png"])
def test_eight_mebibytes_are_taken_and_no_more(course, fit, name):
    path = course.root / "handed-in/ada" / name
    path.write_bytes(bytes(8 * 2**20))
    read = read_submission(Source("ada", path.parent), fit.manifest.files)
    assert len(read.files[name]) == 8 * 2**20
    path.write_bytes(bytes(8 * 2**20 + 1))
    read = read_submission(Source("ada", path.parent), fit.manifest.files)
    assert read.problem is not None
    assert read.problem.message == f"{name} is larger than 8 MiB: make it smaller and hand it in again."


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            '["fit.py", "history.tsv"]',
            "files: 'history.tsv' is not a plain name ending in .py, .ipynb, .md, .csv or .png",
        ),
        ('["fit.py", "../a.csv"]', "files: '../a.csv' is not a plain name"),
        ('["history.csv", "fit.py"]', "the first one is the main module"),
        ('["read_table.py"]', "a module cannot be called read_table"),
    ],
)
def test_a_manifest_that_is_wrong(course, files, says):
    course.write(
        "assignments/08_fit/assignment.toml", MANIFEST.replace('["fit.py", "history.csv", "curve.png"]', files)
    )
    ran = course.run("list")
    assert ran.status == 2 and says in ran.stderr
