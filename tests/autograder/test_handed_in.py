"""How work was handed in, from the command line to the reports: graded with a note, or a person is asked."""

import csv
import json
import subprocess
import sys

import pytest

from autograder.course.notebooks import notebook_of
from autograder.grading.isolation import isolation
from quality.variants import COURSE

pytestmark = pytest.mark.slow

PERCEPTRON = COURSE.assignment("03")
STUB = (PERCEPTRON.folder / "perceptron.py").read_bytes()
DONE = (PERCEPTRON.solution / "perceptron.py").read_bytes()
NOTEBOOK = notebook_of(DONE.decode(), "The perceptron")
XOR = (COURSE.assignment("04").solution / "xor_network.py").read_bytes()
MOODLE = "assignsubmission_file"

GRADED = {
    "Ada Byron_201": "perceptron (1).py was taken as perceptron.py",
    "bob": "perceptron.ipynb was taken, and not perceptron.py",
    "carol": "perceptron.py holds a notebook",
    "dora": "hw3.py was taken as perceptron.py",
}
REFUSED = {
    "eve": "xor_network.py looks like a file of 04_xor",
    "frank": "It is not clear which file is meant: hw.py and hw2.py",
    "Grace Hopper_202": "found only onlinetext.html",
}
CLASS = {
    f"Ada Byron_201_{MOODLE}/perceptron (1).py": DONE,
    "bob/perceptron.py": STUB,
    "bob/perceptron.ipynb": NOTEBOOK,
    "carol/perceptron.py": NOTEBOOK,
    "dora/hw3.py": DONE,
    "dora/helpers.py": b"SIDES = 2\n",
    "eve/xor_network.py": XOR,
    "frank/hw.py": DONE,
    "frank/hw2.py": DONE + b"# another\n",
    "Grace Hopper_202_assignsubmission_onlinetext/onlinetext.html": b"<p>def step(z)</p>",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, graded; the records by the names in the table, and the folder of the reports."""
    if isolation(PERCEPTRON).weakness:
        pytest.skip("the grader refuses to grade here")
    folder = tmp_path_factory.mktemp("class")
    for name, content in CLASS.items():
        path = folder / "submissions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    command = [sys.executable, "-m", "autograder", "grade", "03", folder / "submissions", "--output", folder / "grades"]
    done = subprocess.run([*command, "--json"], cwd=COURSE.root, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    records = {one["submission"]: one for one in json.loads(done.stdout)["results"]}
    return {row["name"]: records[row["submission"]] for row in table(folder / "grades")}, folder / "grades"


def table(folder):
    return list(csv.DictReader((folder / "grades.csv").read_text().splitlines()))


def test_every_student_has_one_row(graded):
    records, folder = graded
    rows = table(folder)
    assert sorted(row["name"] for row in rows) == sorted({**GRADED, **REFUSED})
    assert {row["submission"] for row in rows} == {record["submission"] for record in records.values()}


@pytest.mark.parametrize("name", GRADED)
def test_right_work_earns_all_and_a_note_says_what_was_taken(graded, name):
    records, folder = graded
    assert records[name]["score"] == PERCEPTRON.manifest.points
    assert any(GRADED[name] in note for note in records[name]["notes"])
    assert GRADED[name] in (folder / "report" / f"{records[name]['submission']}.html").read_text()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_clear_has_no_score_and_needs_a_person(graded, name):
    records, folder = graded
    assert (records[name]["score"], records[name]["status"]) == (None, "refused")
    assert REFUSED[name] in records[name]["message"]
    assert REFUSED[name] in (folder / "report.html").read_text()


def test_a_module_that_was_left_out_is_named(graded):
    records, _ = graded
    assert any("helpers.py was left out" in note for note in records["dora"]["notes"])
