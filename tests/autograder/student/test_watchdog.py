"""An endless loop ends everywhere, with its line: in plain pytest and `check`, without anything that only Unix has."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.student import watchdog
from autograder.student.statements import TimeUp
from autograder.student.watchdog import Watchdog
from tests.autograder.course import make_trial_course

AS_ON_WINDOWS = Path(__file__).parents[1] / "programs" / "as_on_windows.py"
SLOPE = "\ndef slope(w, b):\n    return w\n"


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    checks = course.root / "assignments/07_line/test_line.py"
    checks.write_text(checks.read_text().replace(', after="1"', ""))
    return course


def run(course, source, *arguments):
    course.write("assignments/07_line/line.py", source)
    return subprocess.run(
        [sys.executable, str(AS_ON_WINDOWS), *arguments],
        cwd=course.root / "assignments/07_line",
        env={name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


ENDLESS = {
    "loop": ("while True:\n        b += 1", ", in value\n    "),
    # With a call: where a `try` follows the jump back, Python 3.10 does nothing else, and `faulthandler` ends it.
    "catches": (
        "while True:\n        try:\n            b = float(b + 1)\n        except Exception:\n            pass",
        "in value",
    ),
    "sleeps": ("import time\n    while True:\n        time.sleep(0.01)", "line 4, in value\n    time.sleep(0.01)"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDLESS)
def test_an_endless_loop_fails_its_check_with_the_line_and_the_others_run(course, name):
    body, place = ENDLESS[name]
    done = run(course, f"def value(w, b, x):\n    {body}\n{SLOPE}", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 1, done.stderr
    assert (
        "Stopped: your code took more than 2 s, twice what the grader gives it. It was in `value`.\nIt was here:\n  "
        in done.stdout
    )
    assert place in done.stdout
    assert "1 failed, 1 passed" in done.stdout


@pytest.mark.slow
def test_an_endless_loop_beside_functions_costs_its_statement(course):
    source = f"def value(w, b, x):\n    return w * x + b\n{SLOPE}\nwhile True:\n    pass\n"
    done = run(course, source, "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert "line.py, line 7 was skipped: it took too long." in done.stdout


@pytest.mark.slow
def test_check_does_the_same(course):
    done = run(course, f"def value(w, b, x):\n    while True:\n        b += 1\n{SLOPE}", "autograder", "check", "1")
    assert done.returncode == 1, done.stderr
    assert "(timed out)" in done.stdout
    assert ", in value" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        "import itertools\n    sum(itertools.count())",
        "while True:\n        try:\n            while True:\n                b += 1\n        except:\n            pass",
    ],
    ids=["inside C", "catches everything"],
)
def test_what_no_exception_can_end_ends_with_the_program_and_the_line(course, body):
    done = run(course, f"def value(w, b, x):\n    {body}\n{SLOPE}", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 1
    assert "Timeout (" in done.stderr
    assert f'{course.root}/assignments/07_line/line.py", line ' in done.stderr
    assert "passed" not in done.stdout


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(watchdog, "TICK_SECONDS", 0.005)
    monkeypatch.setattr(watchdog, "GRACE_SECONDS", 60.0)
    with Watchdog() as dog:
        dog.begin(0.0)
        yield dog


def wait_until(raised):
    """Compute until an exception comes; give up after a while."""
    end = time.monotonic() + 20
    while not raised and time.monotonic() < end:
        pass


def test_it_raises_in_student_code(impatient):
    before = impatient.start()
    with pytest.raises(TimeUp):
        wait_until([])
    impatient.stop(before)


def test_it_raises_nowhere_else(impatient, monkeypatch):
    """However close the end of the code comes to the end of its time."""
    monkeypatch.setattr(watchdog, "AGAIN_SECONDS", 0.0)
    came = 0
    for _ in range(300):
        before = impatient.start()
        try:
            time.sleep(0.004)
        except TimeUp:
            came += 1
        finally:
            while True:
                try:
                    impatient.stop(before)
                    break
                except TimeUp:
                    continue
        for _ in range(20_000):
            pass
    assert came


def test_what_student_code_calls_is_left_alone(impatient):
    before = impatient.start()
    with pytest.raises(TimeUp):
        wait_until([])
    within = impatient.pause()
    time.sleep(0.1)
    impatient.resume(within)
    with pytest.raises(TimeUp):
        wait_until([])
    impatient.stop(before)


def test_a_person_at_a_debugger_is_left_alone(monkeypatch):
    monkeypatch.setattr(watchdog, "TICK_SECONDS", 0.005)
    namespace = {"__name__": "pdb", "sleep": time.sleep}
    exec("def prompt():\n    for _ in range(100):\n        sleep(0.005)", namespace)
    with Watchdog() as dog:
        dog.begin(0.01)
        before = dog.start()
        namespace["prompt"]()
        with pytest.raises(TimeUp):
            wait_until([])
        dog.stop(before)
