"""Every submission of the bank earns what its head says: reference, stub, right, wrong and broken ones.

Of the wrong ones, `make test` takes every second: one half on Python 3.10 and 3.12, the other on 3.11 and 3.13, so
that CI, which has one of each, takes all; of those that need PyTorch, which CI has on one of them only, it takes all.
`make thorough` takes all anywhere. Where an assignment trains on MNIST, its stand-in is used here, which costs less;
MNIST itself in test_mnist_on_the_real_images.py and by `make seeds`.
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
HALF = sys.version_info.minor % 2
NEEDS_THE_SUBSTITUTE = {
    ("06_mnist", "broken/network_with_syntax_error"),
    ("06_mnist", "wrong/network_bias_gradients_are_left_out"),
    ("06_mnist", "wrong/network_gradients_are_not_averaged"),
    ("06_mnist", "wrong/network_ignores_the_generator"),
    ("06_mnist", "wrong/network_without_relu_derivative"),
    ("06_mnist", "wrong/network_wrong_sign_on_db1"),
}
"""With a network that cannot be imported, or is wrong, more is lost where the course's own is not there."""


def is_taken(assignment, entry):
    """Whether an entry is graded here; the halves are drawn by name, so that a new one changes no other's."""
    if THOROUGH or not entry.name.startswith("wrong/") or "torch" in assignment.manifest.imports:
        return True
    return zlib.crc32(entry.name.encode()) % 2 == HALF


def taken(assignment):
    """The names of the entries that are graded here."""
    return [entry.name for entry in read_bank(assignment).entries if is_taken(assignment, entry)]


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
