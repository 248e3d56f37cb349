"""Plain `pytest` in an assignment's folder and `autograder check` say the same of every public check.

For submissions of the bank that end normally and stay inside the limits: a laptop has neither limits nor a
sandbox. One that replaces Python's built-in functions breaks pytest on the laptop of whoever wrote it. `make test`
takes the reference, the stub and two others of each assignment, `make thorough` all of them.
"""

import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from autograder.course.bank import Entry, read_bank
from autograder.course.layout import Course
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import grade
from autograder.intake.submission import Source, read_submission
from autograder.outcomes import Outcome
from autograder.proving.versions import write
from autograder.student.loopback import SEED
from quality.variants import COURSE, THOROUGH, marked
from tests.autograder.laptop import Laptop

pytestmark = [pytest.mark.slow, pytest.mark.once]

LAPTOP_CANNOT = {Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY, Outcome.FORBIDDEN, Outcome.PROTOCOL_FAILURE}
BREAKS_PYTEST_ITSELF = {"broken/patched_numpy_testing"}
IMPORTED_FIRST = {"matplotlib": "matplotlib.pyplot"}
OTHERS = 2


def samples():
    for name in COURSE.names():
        entries = read_bank(COURSE.assignment(name)).entries
        always = [entry for entry in entries if entry.name in ("reference", "stub")]
        others = [
            entry
            for entry in entries
            if entry not in always and entry.outcome not in LAPTOP_CANNOT and entry.name not in BREAKS_PYTEST_ITSELF
        ]
        for entry in [*always, *(others if THOROUGH else others[:: -(-len(others) // OTHERS)])]:
            yield marked(name, entry, id=f"{name}-{entry.name}")


@pytest.fixture(scope="module")
def laptop_with():
    """The laptop that has imported these libraries, and no others, so that they can still be refused."""
    laptops: dict[tuple[str, ...], Laptop] = {}
    with ExitStack() as stack:

        def laptop(libraries: tuple[str, ...]) -> Laptop:
            if libraries not in laptops:
                names = [IMPORTED_FIRST.get(library, library) for library in libraries]
                laptops[libraries] = stack.enter_context(Laptop(names))
            return laptops[libraries]

        yield laptop


@pytest.mark.parametrize(("name", "entry"), list(samples()))
def test_laptop_and_grader_agree(laptop_with, name: str, entry: Entry, tmp_path: Path):
    original = COURSE.assignment(name)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    folder = tmp_path / "assignments" / name
    shutil.copytree(original.folder, folder)
    write(folder, entry.files)
    outcomes = tmp_path / "outcomes.json"
    status, printed = laptop_with(original.manifest.imports).pytest(folder, outcomes)
    assert status in (0, 1), printed
    said = json.loads(outcomes.read_text())

    assignment = Course(tmp_path).assignment(name)
    spare_uid = isolation(assignment).spare_uid
    job = Job(assignment=assignment, source=Source(name, folder), seed=SEED, spare_uid=spare_uid, public_only=True)
    result = grade(job, read_submission(job.source, assignment.manifest.files)).result
    ungraded = {check.name for check in result.checks if not check.task}  # they may look at the computer itself
    laptop = {check: outcome for check, outcome in said.items() if check not in ungraded}
    assert laptop == {check.name: check.outcome.value for check in result.graded_checks}
    assert laptop
    assert (status == 0) == all(check.outcome is Outcome.PASSED for check in result.graded_checks)


def test_plain_pytest_is_enough(tmp_path: Path):
    original = COURSE.assignment("03")
    folder = tmp_path / "assignments" / original.name
    shutil.copytree(original.folder, folder)
    write(folder, read_bank(original).entry("reference").files)
    done = subprocess.run([sys.executable, "-m", "pytest"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


SATURATED = """
def fit(self, X, y, max_epochs):
    self.weights, self.bias = np.full(2, 1e308), 0.0
    return [0]

Perceptron.fit = fit
"""


def test_checks_do_not_warn_of_large_numbers(laptop_with, tmp_path: Path):
    original = COURSE.assignment("03_perceptron")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    folder = tmp_path / original.name
    shutil.copytree(original.folder, folder)
    reference = original.reference("perceptron.py").read_text(encoding="utf-8")
    write(folder, {"perceptron.py": (reference + SATURATED).encode()})
    outcomes = tmp_path / "outcomes.json"
    laptop_with(original.manifest.imports).pytest(folder, outcomes)
    assert json.loads(outcomes.read_text())["test_learns_and"] == "wrong answer"
