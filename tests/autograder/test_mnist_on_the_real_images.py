"""On MNIST itself: the reference passes 95 %, and mistakes that pass it too lose their tasks nevertheless.

The whole bank runs on the stand-in in test_bank_grades.py, and on MNIST by `make seeds`.
"""

import pytest

from autograder.data import mnist
from autograder.outcomes import Outcome
from autograder.proving.bank import Grades, complaints
from quality.variants import COURSE, left_out

pytestmark = [pytest.mark.slow, pytest.mark.once]

MNIST = COURSE.assignment("06_mnist")
READS_WELL = "test_digits_are_read"
WRONG_AND_ABOVE_95_PERCENT = (
    "wrong/network_bias_gradients_are_left_out",
    "wrong/network_wrong_sign_on_db1",
    "wrong/train_learns_from_the_validation",
    "wrong/classifier_learns_from_the_validation",
)
# It reads its own shuffled images, and not the ones that our forward pass gives its weights.
WRONG_AND_BELOW = ("wrong/classifier_has_stored_weights", "wrong/flatten_shuffles_pixels")


@pytest.fixture(scope="module")
def results():
    if why := left_out(MNIST):
        pytest.skip(why)
    if mnist.source() is None or mnist.load().name != "mnist":
        pytest.skip(f"MNIST is not here: {mnist.VARIABLE} names no folder with it, and the cache has none")
    names = ("reference", *WRONG_AND_ABOVE_95_PERCENT, *WRONG_AND_BELOW)
    return {entry.name: (entry, result) for entry, result in Grades(MNIST).of(names, [2])}


@pytest.mark.parametrize("name", ["reference", *WRONG_AND_ABOVE_95_PERCENT, *WRONG_AND_BELOW])
def test_accuracy_does_not_hide_the_mistake(results, name):
    if name.startswith("wrong/network_"):
        pytest.importorskip("torch", reason="the substitute needs PyTorch")
    entry, result = results[name]
    assert not complaints(entry, result)
    assert not result.provisional
    outcome = next(check.outcome for check in result.checks if check.name == READS_WELL)
    assert (outcome is Outcome.PASSED) == (name not in WRONG_AND_BELOW)
    assert (result.score == MNIST.manifest.points) == (name == "reference")
