"""Submissions of the bank earn what their heads say: reference and stub, right, wrong and broken ones.

Beside reference and stub, `make test` takes every eighth, the oldest Python every 24th, others on each Python.
`make thorough` and `autograder prove` take all anywhere. Where an assignment trains on MNIST, its stand-in is used
here, which costs less; MNIST itself in test_mnist_on_the_real_images.py and by `make seeds`.
"""

import sys
import zlib

import pytest

from autograder.course.bank import read_bank
from autograder.data import mnist
from autograder.proving.bank import Grades, complaints
from quality.variants import COURSE, THOROUGH, gradable, marked

pytestmark = pytest.mark.slow

SEED = 1
SHARE = 24 if sys.version_info < (3, 11) else 8
NEEDS_THE_SUBSTITUTE = {
    ("06_mnist", "broken/network_with_syntax_error"),
    ("06_mnist", "wrong/network_bias_gradients_are_left_out"),
    ("06_mnist", "wrong/network_gradients_are_not_averaged"),
    ("06_mnist", "wrong/network_ignores_the_generator"),
    ("06_mnist", "wrong/network_without_relu_derivative"),
    ("06_mnist", "wrong/network_wrong_sign_on_db1"),
}
"""With a network that cannot be imported, or is wrong, more is lost where the course's own is not there."""


def is_taken(entry):
    """Whether an entry is graded here; they are drawn by name, so that a new one changes no other's turn."""
    drawn = zlib.crc32(entry.name.encode()) % SHARE == sys.version_info.minor % SHARE
    return THOROUGH or drawn or entry.name in ("reference", "stub")


def taken(assignment):
    """The names of the entries that are graded here."""
    return [entry.name for entry in read_bank(assignment).entries if is_taken(entry)]


ENTRIES = [
    marked(name, entry, id=f"{name}-{entry}") for name in COURSE.names() for entry in taken(COURSE.assignment(name))
]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(mnist.VARIABLE, raising=False)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return {
            (assignment.name, entry.name): (entry, result)
            for assignment in gradable()
            for entry, result in Grades(assignment).of(taken(assignment), [SEED])
        }


@pytest.mark.parametrize(("assignment", "entry"), ENTRIES)
def test_every_submission_earns_what_its_head_says(results, assignment, entry):
    if (assignment, entry) in NEEDS_THE_SUBSTITUTE:
        pytest.importorskip("torch", reason="the substitute needs PyTorch")
    found, result = results[assignment, entry]
    said = complaints(found, result)
    assert not said, "\n".join(said)


@pytest.mark.parametrize("name", COURSE.names())
def test_the_bank_is_large_enough(name):
    kinds = [entry.name.split("/")[0] for entry in read_bank(COURSE.assignment(name)).entries]
    assert kinds.count("wrong") >= 8
    assert kinds.count("right") >= 5
    assert {"reference", "stub"} <= set(kinds)
