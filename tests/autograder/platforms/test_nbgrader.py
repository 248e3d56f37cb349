"""Our course in the real nbgrader; what can be forged there, and how it is found again."""

import csv
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from autograder.course.manifest import Written
from autograder.course.notebooks import code_cell
from autograder.grading.isolation import isolation
from autograder.intake.submission import find_submissions
from autograder.platforms.build import build_packages
from autograder.platforms.verification import differences, line, read_recorded, regrade
from quality import platforms
from quality.variants import COURSE

PROGRAMS = Path(__file__).with_name("programs")

WRITTEN = Written(id="4", title="Why it fails at XOR", points=4, file="notes.md")
PERCEPTRON = COURSE.assignment("03_perceptron")
WITH_NOTES = replace(PERCEPTRON, manifest=structs.replace(PERCEPTRON.manifest, written=(WRITTEN,)))
NAME = PERCEPTRON.name
STUB = (PERCEPTRON.folder / "perceptron.py").read_text()
RIGHT = (PERCEPTRON.solution / "perceptron.py").read_text()
WRONG = RIGHT.replace("return f(w @ x + b)", "return f(w @ x - b)")

# As courses have it whose tests run in the student's kernel: in the place of our cell for task 1.1.
OLD_CELL = (PROGRAMS / "old_cell.py").read_text()
PATCHED = (PROGRAMS / "patches_assertions.py").read_text()
TRANSFORMED = (PROGRAMS / "transforms_cells.py").read_text()
DIRECT = (PROGRAMS / "writes_the_grade_book.py").read_text()


@pytest.fixture(scope="module")
def course(tools, tmp_path_factory):
    """The package as a course, with the submissions of two honest students and two others, graded."""
    dist = tmp_path_factory.mktemp("dist")
    (package,) = build_packages([WITH_NOTES], ["nbgrader"], dist)
    folder = tmp_path_factory.mktemp("course")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    source = folder / "source" / NAME / f"{NAME}.ipynb"
    document = json.loads(source.read_text())
    first = next(cell for cell in document["cells"] if cell["id"] == "task_1_1")
    first["source"] = OLD_CELL
    source.write_text(json.dumps(document))
    platforms.tool("nbgrader", "generate_assignment", NAME, folder=folder)
    hand_in(folder, "amara", RIGHT, deleted="task_1_2", notes="No line parts its two classes.")
    hand_in(folder, "bruno", WRONG)
    hand_in(folder, "patcher", STUB, PATCHED)
    hand_in(folder, "transformer", STUB, TRANSFORMED)
    platforms.tool("nbgrader", "autograde", NAME, folder=folder)
    return folder


def hand_in(course, student, module, code="", deleted="", notes=""):
    place = course / "submitted" / student / NAME
    shutil.copytree(course / "release" / NAME, place)
    (place / "perceptron.py").write_text(module)
    notebook = place / f"{NAME}.ipynb"
    document = json.loads(notebook.read_text())
    document["cells"] = [cell for cell in document["cells"] if cell["id"] != deleted]
    if notes:
        write_notes(document, notes)
    if code:
        document["cells"].insert(0, code_cell("mine", code))
    notebook.write_text(json.dumps(document))


def write_notes(document, text):
    answer = next(cell for cell in document["cells"] if cell["id"] == "task_4")
    assert answer["source"] == ["YOUR ANSWER HERE"]
    answer["source"] = [text]


def verify(course):
    recorded = read_recorded(course / "gradebook.db", NAME, WITH_NOTES.manifest)
    sources = find_submissions([course / "submitted"], WITH_NOTES.manifest.files, assignment_names=WITH_NOTES.names)
    how = isolation(WITH_NOTES)
    results = regrade(WITH_NOTES, sources, spare_uid=how.spare_uid, jobs=2, on_result=lambda result: None)
    return [line(one) for one in differences(results, recorded, WITH_NOTES.manifest)]


def test_scores(course):
    """A cell for a task that was deleted is judged all the same."""
    scores = platforms.nbgrader_scores(course, PERCEPTRON)
    assert sum(scores["amara"].values()) == PERCEPTRON.manifest.points
    assert scores["bruno"]["1.1"] == 2.0 and scores["bruno"]["1.2"] == 0.0


def test_feedback_says_nothing_hidden(course):
    platforms.tool("nbgrader", "generate_feedback", NAME, folder=course)
    feedback = (course / "feedback" / "bruno" / NAME / f"{NAME}.html").read_text()
    assert "A neuron applies its activation to the whole sum." in feedback
    assert "Hidden checks passed: 0 of 2." in feedback
    lines = [line.strip() for line in PERCEPTRON.hidden_checks[0].read_text().splitlines()]
    titles = [line.strip('"') for line in lines if line.startswith('"""') and len(line) > 20]
    names = [line[4:].split("(")[0] for line in lines if line.startswith("def test_")]
    assert len(names) > 10 and len(titles) >= len(names)
    assert not [secret for secret in (*names, *titles) if secret in feedback]


PERSON = PROGRAMS / "gives_points.py"


def test_export_with_the_points_that_a_person_gave(course):
    """Only who wrote something into the cell of the written part waits for a person."""
    said = platforms.tool("python", PERSON, NAME, folder=course).splitlines()
    assert said[:2] == ["amara True 0.0 4.0", "bruno False 0.0 4.0"]
    platforms.tool("nbgrader", "export", "--to", "grades.csv", folder=course)
    with (course / "grades.csv").open() as stream:
        rows = {row["student_id"]: row for row in csv.DictReader(stream)}
    assert float(rows["amara"]["raw_score"]) == PERCEPTRON.manifest.points + 3.0
    assert float(rows["amara"]["max_score"]) == PERCEPTRON.manifest.points + WRITTEN.points


def test_validate(course, tmp_path):
    """In the released folder, where nothing of the grader's is."""
    home = tmp_path / NAME
    shutil.copytree(course / "release" / NAME, home)
    assert not list(tmp_path.rglob("*hidden*")) and not list(tmp_path.rglob(".course_secret"))
    (home / "perceptron.py").write_text(RIGHT)
    notebook = home / f"{NAME}.ipynb"
    said = platforms.tool("nbgrader", "validate", notebook.name, folder=home)
    assert "FAILED ON 1 CELL" in said and "You did not provide a response." in said
    document = json.loads(notebook.read_text())
    write_notes(document, "No line parts its two classes.")
    notebook.write_text(json.dumps(document))
    assert "Success!" in platforms.tool("nbgrader", "validate", notebook.name, folder=home)
    (home / "perceptron.py").write_text(RIGHT.replace("w @ x + b", "w @ x"))
    said = platforms.tool("nbgrader", "validate", f"{NAME}.ipynb", folder=home)
    assert "VALIDATION FAILED" in said and "task_score('1.2')" in said


def test_forgeries_are_listed(course):
    """What a patched assertion and a transformer of cells gained; then a submission that writes to the grade book."""
    scores = platforms.nbgrader_scores(course, PERCEPTRON)
    assert scores["patcher"]["1.1"] == 2.0
    assert scores["transformer"]["1.1"] == 2.0 and scores["transformer"]["2.1"] == 3.0
    assert verify(course) == [
        "patcher: task 1.1: recorded 2, regraded 0",
        "transformer: task 1.1: recorded 2, regraded 0",
        "transformer: task 2.1: recorded 3, regraded 0",
    ]
    hand_in(course, "writer", STUB, DIRECT)
    platforms.tool("nbgrader", "autograde", NAME, "--student", "writer", folder=course)
    listed = verify(course)
    assert "all submissions: bonus: worth 0, for no part of the assignment" in listed
    assert "writer: bonus: recorded 20, for no part of the assignment" in listed
    assert "writer: task 2.2: recorded 3, regraded 0" in listed
    assert "amara: task 3.4: recorded 0, regraded 1" in listed
    assert {text.split(":")[0] for text in listed} == {"all submissions", "patcher", "transformer", "writer", "amara"}
