"""How much a student can learn of the inputs of a hidden check from all that is shown of it."""

import json
import math
import textwrap

import pytest

from autograder.course.layout import Course
from autograder.grading.isolation import isolation
from tests.autograder.course import make_trial_course

pytestmark = pytest.mark.slow

BITS = 8
"""What docs/security.md says of one check."""

RAISED = """
import builtins, signal, socket, subprocess, os, sys, threading, time
word = "LEAK"
KINDS = [k for _, k in sorted(vars(builtins).items()) if isinstance(k, type) and issubclass(k, BaseException)]
"""
RAISING = {
    "own types": "raise type(f'LEAK{n}', (Exception,), {})",
    "own types of built-in ones": "raise type(f'LEAK{n}', (KINDS[n % len(KINDS)],), {'__init__': lambda self, *a: None})()",
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
    "kinds": "(None, True, 'LEAK', b'LEAK', [n], (n,), {f'LEAK{n}': n}, {n}, 1j, 2**70, float('nan'), float, len)[n % 13]",
    "arrays": "__import__('numpy').full((1 + n % 7,) * (n % 9), n, dtype='?bBhHiIlLefdFDUSO'[n % 17])",
    "unsendable": "('L' * 10**(n % 10), [n] * 10**(n % 8), 2**(10**(n % 7)), {i: i for i in range(10**(n % 6))})[n % 4]",
    "nested": "__import__('functools').reduce(lambda a, i: [a], range(n * n), n)",
}
ENCODINGS = 24


def source(way, number):
    body = f"return {RETURNING[way]}" if way in RETURNING else RAISING[way]
    code = f"{RAISED}\ndef value(w, b, x):\n    if x in (0.0, 1.0, 2.0, 3.0):\n        return w * x + b\n    n = {number}\n    {body}\n"
    return code + "\n\ndef slope(w, b):\n    return w\n"


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
    for way in (*RAISING, *RETURNING):
        for number in range(ENCODINGS):
            course.write(f"class/{way.replace(' ', '-')}.{number}.py", textwrap.dedent(source(way, number)))
    ran = course.run("grade", "line", "class", "--json", "--jobs", "2", "--seed", "1")
    records = json.loads(ran.stdout)["results"]
    assert len(records) == ENCODINGS * (len(RAISING) + len(RETURNING))
    assert all(
        record["checks"][0]["outcome"] == "passed"
        for record in records
        if record["checks"][0]["visibility"] == "public"
    )
    outputs = {seen(record) for record in records}
    for output in sorted(outputs):
        print(output)
    assert not [output for output in outputs if "LEAK" in output]
    assert 1 < len(outputs) <= 2**BITS
    print(f"{len(outputs)} outputs, {math.log2(len(outputs)):.1f} bits")
