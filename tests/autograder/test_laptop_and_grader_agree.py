"""Plain `pytest` in an assignment's folder and `autograder check` say the same of every public check.

For every submission of the bank that ends normally and stays inside the limits: a laptop has neither limits nor
a sandbox. One that replaces Python's built-in functions breaks pytest on the laptop of whoever wrote it.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.bank import Entry, read_bank
from autograder.course import Course
from autograder.grading.isolation import isolation
from autograder.grading.run import grade
from autograder.intake.submission import Submission
from autograder.outcomes import Outcome
from autograder.student.loopback import SEED
from tests.variants import COURSE, marked, write

LAPTOP_CANNOT = {Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY, Outcome.FORBIDDEN, Outcome.PROTOCOL_FAILURE}
BREAKS_PYTEST_ITSELF = {"broken/patched_numpy_testing"}
HERE = Path(__file__).parent
PYTHONPATH = f"{HERE}:{HERE.parents[1]}"


def samples():
    for name in COURSE.names():
        for entry in read_bank(COURSE.assignment(name)).entries:
            if entry.outcome not in LAPTOP_CANNOT and entry.name not in BREAKS_PYTEST_ITSELF:
                yield marked(name, entry, id=f"{name}-{entry.name}")


@pytest.mark.parametrize(("name", "entry"), list(samples()))
def test_laptop_and_grader_agree(name: str, entry: Entry, tmp_path: Path):
    original = COURSE.assignment(name)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    folder = tmp_path / "assignments" / name
    shutil.copytree(original.folder, folder)
    write(folder, entry.files)
    outcomes = tmp_path / "outcomes.json"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "-p", "outcomes_as_json"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "OUTCOMES": str(outcomes), "PYTHONPATH": PYTHONPATH, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    laptop = json.loads(outcomes.read_text())

    assignment = Course(tmp_path).assignment(name)
    with isolation(assignment).uid() as uid:
        submission = Submission("sample", entry.files, (), None)
        result = grade(assignment, submission, seed=SEED, uid=uid, public_only=True)
    grader = {check.name: check.outcome.value for check in result.checks}
    assert laptop == grader
    assert laptop
    assert (done.returncode == 0) == all(outcome == "passed" for outcome in grader.values())
