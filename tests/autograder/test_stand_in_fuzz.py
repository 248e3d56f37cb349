"""Every stand-in of every assignment bears odd values, and the fuzzer sees where one does not."""

import os
import subprocess
import sys

import msgpack
import numpy as np
import pytest

from autograder import expect
from autograder.channel.frames import Kind, Message
from autograder.channel.values import Handle
from autograder.checks.answers import Student
from autograder.proving.stand_in_fuzz import Call, Recorder, StandIn, fuzz, fuzz_openers, traced
from quality.variants import COURSE, gradable

WITHOUT_STAND_INS = {"00_setup"}  # its functions do not call one another


@pytest.mark.slow
@pytest.mark.once
def test_all_stand_ins_answer_or_say_what_is_wrong():
    done = subprocess.run(
        [sys.executable, "-m", "quality.stand_in_fuzz", "--calls", "5000"],
        cwd=COURSE.root,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    for assignment in gradable():
        assert f"{assignment.name}: " in done.stdout
        if assignment.name not in WITHOUT_STAND_INS:
            assert f"{assignment.name}: 0 stand-ins" not in done.stdout


class Silent:
    """A student process that does as it is told and says nothing."""

    memory_files = False

    def exchange(self, batch, answer, *, importing=False):
        return Message(Kind.REPLY, batch[-1].sequence, msgpack.packb(["value", None]), b"")


def found_in(function, *arguments):
    """What fuzzing a stand-in finds."""
    client = Recorder(Silent())
    Student(lambda: client, ())  # wraps the arguments of calls
    client.request("set", Handle(1, "module"), "function", function)
    stand_in = StandIn("test_of_it", client, 0, [Call(list(arguments), {})])
    with traced():
        return [finding for finding in fuzz([stand_in], 500, seed=1) if finding]


def careful(x, y):
    return np.minimum(expect.numbers(x, shape=(None,)).sum(), expect.numbers(y, shape=()))


def subtracts_booleans(x, y):
    return expect.array(x, shape=(None,)) - expect.array(x, shape=(None,))


def warns(x, y):
    return np.mean(expect.numbers(x, shape=(None,)))


def broadcasts(x, y):
    return expect.numbers(x, shape=(None,)) + np.ones(3)


def multiplies(x, y):
    one = expect.numbers(x, shape=(None,))
    return np.stack([np.outer(one, one)] * 3).sum()


def looks_at_another(x, y):
    return x == y


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (subtracts_booleans, "raises TypeError: numpy boolean subtract"),
        (warns, "raises RuntimeWarning: Mean of empty slice"),
        (broadcasts, "raises ValueError: operands could not be broadcast"),
        (multiplies, "MiB"),
        (looks_at_another, "raises CheckMisuse"),
    ],
)
def test_a_careless_stand_in_is_found(function, says):
    (finding, *_) = found = found_in(function, np.arange(3.0), 0.5)
    assert any(says in str(finding) for finding in found)
    assert str(finding).startswith(f"test_of_it: {function.__name__}(")


def test_a_careful_stand_in_is_left_alone():
    assert found_in(careful, np.arange(3.0), 0.5) == []


def test_expect_opens_odd_values_or_says_what_is_wrong():
    with traced():
        assert [str(finding) for finding in fuzz_openers(1000, seed=2) if finding] == []
