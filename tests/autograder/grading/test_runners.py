"""Checks that are called plainly come to what pytest makes of them, and leave nothing behind."""

import sys
from functools import partial

import pytest

from autograder.course.bank import read_bank
from autograder.course.layout import Course
from autograder.data import mnist
from autograder.grading import collection
from autograder.grading.collection import with_checks
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import safely
from autograder.intake.submission import Source
from autograder.ledger.records import without_times
from autograder.proving.versions import write
from quality.variants import COURSE, THOROUGH, marked
from tests.autograder.course import REFERENCE, make_trial_course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux")

HEAD = "import numpy as np\nimport pytest\n\nfrom autograder import expect\n\n"
CHECK = '''
@pytest.mark.task("1")
def test_one(student{}):
    """One."""
'''
PLAIN = {
    "takes what the plugin gives": HEAD + CHECK.format(", rng"),
    "has parameters": HEAD + '@pytest.mark.parametrize("n", [1, 2])' + CHECK.format(", n"),
}
FOR_PYTEST = {
    "has a fixture of its own": HEAD + "@pytest.fixture\ndef seven():\n    return 7\n" + CHECK.format(", seven"),
    "has a fixture that comes by itself": HEAD
    + "@pytest.fixture(autouse=True)\ndef always():\n    yield\n"
    + CHECK.format(""),
    "replaces one of the plugin's": HEAD
    + "@pytest.fixture\ndef rng():\n    return np.random.default_rng(0)\n"
    + CHECK.format(", rng"),
    "is set up by module": HEAD + "def setup_module():\n    pass\n" + CHECK.format(""),
    "asks pytest": HEAD + CHECK.format(", request"),
    "may be skipped": HEAD + '@pytest.mark.skipif(False, reason="never")' + CHECK.format(""),
    "may fail": HEAD + "@pytest.mark.xfail" + CHECK.format(""),
    "uses a fixture by name": HEAD + '@pytest.mark.usefixtures("tmp_path")' + CHECK.format(""),
    "has parameters that go through a fixture": HEAD
    + "@pytest.fixture\ndef n(request):\n    return request.param\n"
    + '@pytest.mark.parametrize("n", [1, 2], indirect=True)'
    + CHECK.format(", n"),
}
SUBMISSIONS = {
    "right": REFERENCE,
    "wrong": REFERENCE.replace("return w * x + b", "return w * x"),
    "raises": REFERENCE.replace("return w * x + b", "print('here')\n    return w / 0"),
    "ends the process": REFERENCE.replace("return w * x + b", "import os; os._exit(3)"),
    "ends at import": f"import os\nos._exit(3)\n{REFERENCE}",
    "is no Python": f"{REFERENCE}\ndef (",
    "is a stub": REFERENCE.replace("return w * x + b", "raise NotImplementedError('Your code here.')"),
    "sends too much": f"import os\n{REFERENCE}".replace(
        "return w * x + b", "[os.write(fd, b'x' * 99) for fd in range(3, 9) if os.path.exists(f'/proc/self/fd/{fd}')]"
    ),
}


@pytest.fixture
def assignment(tmp_path):
    make_trial_course(tmp_path / "course")
    return Course(tmp_path / "course").assignment("line")


def runners(assignment):
    """Which groups are called plainly."""
    return with_checks(assignment, lambda checks: dict(checks._plain))


@pytest.mark.parametrize("source", PLAIN.values(), ids=PLAIN)
def test_is_called_plainly(assignment, source):
    (assignment.hidden / f"test_{abs(hash(source))}.py").write_text(source)  # pytest imports a name only once
    assert all(runners(assignment).values())


@pytest.mark.parametrize("source", FOR_PYTEST.values(), ids=FOR_PYTEST)
def test_is_left_to_pytest(assignment, source):
    (assignment.hidden / f"test_{abs(hash(source))}.py").write_text(source)  # pytest imports a name only once
    assert not runners(assignment)["1"]


def test_all_is_left_to_pytest_where_an_author_has_hooks(assignment):
    (assignment.hidden / "conftest.py").write_text("def pytest_runtest_setup(item):\n    pass\n")
    assert not any(runners(assignment).values())


def test_a_conftest_that_only_imports_changes_nothing(assignment):
    (assignment.folder / "conftest.py").write_text("import autograder\n")
    assert all(runners(assignment).values())


def graded(assignment, jobs):
    """The records of submissions that are graded one after another with checks collected once."""
    results = with_checks(assignment, lambda checks: [safely(checks, job).result for job in jobs])
    return [without_times(result) for result in results]


def job_of(assignment, folder, name, files, seed=7):
    write(folder / name, files)
    spare_uid = isolation(assignment).spare_uid
    return Job(assignment=assignment, source=Source(name, folder / name), seed=seed, spare_uid=spare_uid)


def test_pytest_comes_to_the_same(assignment, tmp_path, monkeypatch):
    make = partial(job_of, assignment, tmp_path)
    jobs = [make(name, {"line.py": source.encode()}) for name, source in SUBMISSIONS.items()]
    plainly = graded(assignment, jobs)
    monkeypatch.setattr(collection, "is_plain", lambda item: False)
    assert graded(assignment, jobs) == plainly
    outcomes = {check.outcome.value for record in plainly for check in record.checks}
    assert {"passed", "wrong answer", "error in the submission", "crashed", "not attempted", "skipped"} <= outcomes


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("name", [marked(name) for name in COURSE.names()])
def test_checks_keep_no_state(name, tmp_path, monkeypatch):
    monkeypatch.delenv(mnist.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assignment = COURSE.assignment(name)
    if assignment.manifest.data is not None and not THOROUGH:
        pytest.skip("trains for minutes: make thorough")
    entries = read_bank(assignment).entries
    chosen = entries if THOROUGH else entries[:: len(entries) // 2][:2]
    jobs = [job_of(assignment, tmp_path, entry.name.replace("/", "."), entry.files) for entry in chosen]
    both = graded(assignment, [*jobs, *jobs[::-1]])
    assert both == both[::-1]
