"""How much a student can learn of the inputs of a hidden check from all that is shown of it."""

import json
import math

import pytest

from autograder.course.layout import Course
from autograder.grading.isolation import isolation
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
