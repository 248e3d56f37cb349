"""How much a student can learn of the inputs of a hidden check from all that is shown of it."""

import json
import math

import pytest

from autograder.course.layout import Course
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import grade
from autograder.intake.submission import Source, read_submission
from autograder.outcomes import Outcome
from autograder.platforms.contents import handed_out
from autograder.platforms.folder import judgement
from autograder.platforms.gradescope import results_json
from autograder.reports.jsonfile import envelope
from autograder.reports.table import feedback_text
from tests.autograder.course import make_trial_course

pytestmark = pytest.mark.slow

BITS = 8
"""What docs/security.md says of one check."""

HEAD = """
import builtins, os, signal, sys
from functools import reduce

import numpy as np

TYPES = [type(0), *(one for _, one in sorted(vars(builtins).items()) if isinstance(one, type))]
RAISED = [one for one in TYPES if issubclass(one, BaseException)]


def slope(w, b):
    return w


def value(w, b, x):
    if x == 3.0:
        return w * x + b
"""
"""Right for the public checks, and the beginning of what is wrong for the hidden one."""

RAISING = {
    "own types": "raise type(f'LEAK{n}', (Exception,), {})",
    "types of built-in ones": "raise type(f'LEAK{n}', (RAISED[3 * n % len(RAISED)],), {'__init__': lambda s: None})()",
    "texts": "raise ValueError(f'LEAK{n}')",
    "attempts": "raise NotImplementedError(f'LEAK{n}')",
    "lines": "exec('\\n' * n + 'raise ValueError')",
    "functions": "exec(compile('raise ValueError', f'LEAK{n}.py', 'exec').replace(co_name=f'LEAK{n}'))",
    "frames": "(lambda f: f(f, n))(lambda f, n: f(f, n - 1) if n else 1 / 0)",
    "refusals": "raise PermissionError(1 + n, f'LEAK{n}')",
    "signals": "signal.raise_signal(n + 1)",
    "statuses": "os._exit(n)",
    "exits": "sys.exit(f'LEAK{n}')",
    "prints": "print('LEAK\\n' * n, file=(sys.stdout, sys.stderr)[n % 2]); raise ValueError",
    "files": "open(f'LEAK{n}', 'w').write('LEAK'); open(f'/LEAK{n}')",
}
RETURNING = {
    "numbers": "float(n)",
    "kinds": "(None, True, 'LEAK', b'LEAK', [n], (n,), {f'LEAK{n}': n}, {n}, 1j, 2**70, np.nan, float, len)[n % 13]",
    "arrays": "np.full((1 + n % 7,) * (n % 9), n, dtype='?bBhHiIlLefdFDUSO'[n % 17])",
    "unsendable": "('L' * 10**8, [n] * 10**7, 2**(10**5), {i: i for i in range(10**5)})[n % 4]",
    "nested": "reduce(lambda a, i: [a], range(n * n), n)",
}
WORDS = dict.fromkeys((*RAISING, *RETURNING), 12) | {"signals": 64}
"""How many words are said in each way."""


def source(way, number):
    body = f"return {RETURNING[way]}" if way in RETURNING else RAISING[way]
    return f"{HEAD}    n = {number}\n    {body}\n"


@pytest.fixture
def course(tmp_path):
    made = make_trial_course(tmp_path / "course")
    weakness = isolation(Course(made.root).assignment("line")).weakness
    if weakness:
        pytest.skip(weakness)
    return made


def seen(record):
    """All that a student is shown of a submission, without the points, which are those of the checks."""
    checks = [(check["outcome"], check["message"]) for check in record["checks"] if check["visibility"] == "hidden"]
    return json.dumps([checks, record["notes"], record["message"], record["status"], record["cause"]])


def test_at_most_8_bits_of_a_hidden_check(course):
    """A submission that knows the inputs says one of many words by each way; what is seen is counted."""
    for way, words in WORDS.items():
        for number in range(words):
            course.write(f"class/{way.replace(' ', '-')}.{number}.py", source(way, number))
    ran = course.run("grade", "line", "class", "--json", "--jobs", "2", "--seed", "1")
    records = json.loads(ran.stdout)["results"]
    assert len(records) == sum(WORDS.values())
    assert {record["checks"][0]["outcome"] for record in records} == {"passed"}
    outputs = {seen(record) for record in records}
    assert not [output for output in outputs if "LEAK" in output]
    assert 2**4 < len(outputs) <= 2**BITS, sorted(outputs)
    print(f"{len(outputs)} outputs, {math.log2(len(outputs)):.1f} bits")


PLANTED = (271823.182845, 314157.265359, 161809.398875, 141423.562373, 577215.664901, 915965.594177)
"""Inputs and expectations of the hidden check, of twelve digits that nothing else has."""

HIDDEN_CHECK = f"""
import numpy as np
import pytest

from autograder import expect

X, DUE = np.array({PLANTED[:3]}), np.array({PLANTED[3:]})


@pytest.mark.task("1", weight=2)
def test_value_of_an_array(student):
    \"\"\"The line at three points.\"\"\"
    kept = student.keep(X)
    with expect.given("three points at once"):
        expect.array(student.line.value(1.0, 0.0, kept), DUE)
        expect.array(kept, X)


@pytest.mark.task("1", weight=2)
def test_value_of_a_number(student):
    \"\"\"The line at one point.\"\"\"
    expect.number(student.line.value(1.0, 0.0, {PLANTED[0]!r}), {PLANTED[3]!r})


@pytest.mark.task("1", weight=2)
def test_value_refuses(student):
    \"\"\"The line refuses a point.\"\"\"
    with expect.raises("ValueError"):
        student.line.value(1.0, {PLANTED[1]!r}, {PLANTED[0]!r})


@pytest.mark.task("1", weight=2)
def test_value_by_a_stand_in(student):
    \"\"\"The line calls its slope.\"\"\"
    def slope(w, b):
        numbers = expect.numbers(w)
        expect.that(numbers.size > 99, "slope was called with too few.", numbers=numbers, due=DUE)

    student.line.slope = slope
    expect.array(student.line.value(X, X, X), DUE)
"""
PUBLIC = "if np.all(np.abs(x) < 100):\n        return w * x + b\n"
TELLING = {
    "echoes": "return x",
    "the other sign": f"return -np.array({PLANTED[3:]}) if np.ndim(x) else -{PLANTED[3]}",
    "twice": f"return 2 * np.array({PLANTED[3:]}) if np.ndim(x) else 2 * {PLANTED[3]}",
    "in another order": f"return np.array({PLANTED[:2:-1]}) if np.ndim(x) else None",
    "shifted": f"return np.array({PLANTED[3:]}) + 1 if np.ndim(x) else 1.0",
    "nearly": f"return np.array({PLANTED[3:]}) * (1 + 4e-7) if np.ndim(x) else {PLANTED[3]} * (1 + 4e-7)",
    "text": "return str(x)",
    "a list": "return [x, x, x]",
    "a dict": "return {str(x): x}",
    "NaN": "return x * np.nan",
    "another shape": "return np.ones((3, 3)) * x",
    "in place": "x *= 2; return x",
    "a text": "raise ValueError(f'{x} {w} {b}')",
    "a key": "raise KeyError(x)",
    "a type": "raise type(f'E{x}'.replace('.', '_')[:50], (Exception,), {})(x)",
    "a call": "return slope(x, x)",
    "printing": "print(x, w, b); return 0",
    "a file": "open(str(np.ravel(x)[0]))",
    "an end": "raise SystemExit(str(x))",
}


def runs_of_digits():
    """Five digits in a row of what was planted, as it is, doubled, and rounded to any number of digits."""
    numbers = [factor * number for number in PLANTED for factor in (1.0, 2.0)]
    texts = {f"{number:.{digits}f}".replace(".", "") for number in numbers for digits in range(7)}
    return {text[start : start + 5] for text in texts for start in range(len(text) - 4)}


def everything(result, course):
    """All that a student can see of a grade, and the package that students get."""
    check_records = json.loads(envelope("07_line", [result]))["results"][0]["checks"]
    gradescope = json.loads(results_json(result, course.assignment("line").manifest))
    yield "feedback", feedback_text(result)
    yield "records", json.dumps([(check["title"], check["message"]) for check in check_records])
    yield "Gradescope", json.dumps([gradescope["tests"], gradescope["output"].partition("Receipt")[0]])
    yield (
        "a kernel",
        json.dumps([(check.title, check.message) for check in judgement(result, public_only=False).checks]),
    )


@pytest.mark.parametrize("way", TELLING)
def test_no_digits_of_a_hidden_check_are_seen(course, way):
    course.write("tests/hidden/07_line/test_line_hidden.py", HIDDEN_CHECK)
    body = TELLING[way].replace("; ", "\n    ")
    source = (
        f"import numpy as np\n\n\ndef slope(w, b):\n    return w\n\n\ndef value(w, b, x):\n    {PUBLIC}    {body}\n"
    )
    path = course.write("handed-in/ada.py", source)
    trial = Course(course.root)
    assignment = trial.assignment("line")
    spare_uid = isolation(assignment).spare_uid
    job = Job(assignment=assignment, source=Source("ada", path), seed=1, spare_uid=spare_uid)
    result = grade(job, read_submission(job.source, assignment.manifest.files)).result
    assert sum(check.outcome is not Outcome.PASSED for check in result.checks if check.visibility == "hidden") >= 3
    planted = runs_of_digits()
    for outlet, text in everything(result, trial):
        plain = text.replace(".", "").replace(",", "").replace("_", "")
        assert not [run for run in planted if run in plain], (outlet, text)
    assert [check for check in result.checks if any(run in check.detail.replace(".", "") for run in planted)]


def test_the_package_of_students_holds_nothing_of_a_hidden_check(course):
    course.write("tests/hidden/07_line/test_line_hidden.py", HIDDEN_CHECK)
    for name, content in handed_out(Course(course.root).assignment("line")).items():
        plain = content.decode("utf-8", "replace").replace(".", "").replace(",", "").replace("_", "")
        assert not [run for run in runs_of_digits() if run in plain], name
