"""A slice of `make fuzz`, and that the fuzzer would notice."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.channel.values import Decoder, Handle
from quality import fuzz

ROOT = Path(__file__).parents[3]
VALID = fuzz.frame(fuzz.packed(["value", ["list", 1, ["array", "uint8", [2], 0]]]), b"ab")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux")


def test_frames_are_values_or_refused():
    done = subprocess.run(
        [sys.executable, "-m", "quality.fuzz", "--frames", "3000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing else" in done.stdout


def test_the_ways_in_which_frames_end_are_told_apart():
    assert fuzz.judge(VALID) == "accepted"
    assert fuzz.judge(fuzz.frame(fuzz.packed(["unsendable", []]))) == "refused"
    assert fuzz.judge(fuzz.frame(fuzz.packed(["unsendable", "size"]))) == "accepted"
    assert fuzz.judge(VALID[:-1]) == "cut short"
    assert fuzz.judge(b"") == "cut short"
    assert fuzz.judge(VALID + VALID) == "refused"


KEPT = ["handle", 3, "Model", True]
CALLED = ["got", ["handle", 2, "function", False], "value", 5]


@pytest.mark.parametrize(
    ("question", "content", "outcome"),
    [
        ("batch", ["value", 5], "accepted"),
        ("batch", ["value", 5, 6, 7], "refused"),
        ("batch", ["value"], "refused"),
        ("attribute", CALLED, "accepted"),
        ("attribute", ["got", 5], "accepted"),
        ("attribute", ["value", 5], "refused"),
        ("attribute", [*CALLED, 6], "refused"),
        ("call", CALLED, "refused"),
        ("evaluation", ["value", ["list", KEPT, KEPT]], "accepted"),
        ("evaluation", ["value", ["list", KEPT]], "refused"),
        ("evaluation", ["value", ["list", KEPT, KEPT, KEPT]], "refused"),
        ("evaluation", ["value", ["list", KEPT, ["handle", 9, "Model", True]]], "refused"),
        ("evaluation", ["value", ["list", KEPT, ["handle", 0, "Model", True]]], "refused"),
        ("evaluation", ["value", KEPT], "refused"),
    ],
)
def test_each_question_has_its_own_answers(question, content, outcome):
    assert fuzz.judge(fuzz.frame(fuzz.packed(content)), question) == outcome


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, [np.array([None])], {"a": range(2)}, np.zeros(2).view(np.recarray), (lambda: 1,)]
)
def test_what_is_no_value_is_noticed(monkeypatch, value):
    fuzz.require_value([1, "a", {2: (None, np.float32(1.5))}, np.zeros(3), Handle(1, "x")])
    with pytest.raises(fuzz.NotAValue):
        fuzz.require_value(value)
    monkeypatch.setattr(Decoder, "value", lambda self, wire: value)
    with pytest.raises(fuzz.NotAValue):
        fuzz.judge(VALID)


@pytest.mark.parametrize("error", [TypeError, MemoryError, RecursionError, KeyError])
def test_any_other_error_is_noticed(monkeypatch, error):
    def failing(self, wire):
        raise error

    monkeypatch.setattr(Decoder, "value", failing)
    with pytest.raises(error):
        fuzz.judge(VALID)


def test_memory_is_bounded_while_frames_are_judged():
    with fuzz.bounded_memory(), pytest.raises(MemoryError):
        bytearray(2 * fuzz.MEMORY_BYTES)
