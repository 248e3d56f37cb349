"""Receipts: long enough that no two sets of files share one, and known again from before they were."""

from datetime import datetime, timezone

import pytest

from autograder.intake.submission import Submission
from autograder.ledger.history import replaces
from autograder.ledger.records import Result
from autograder.ledger.store import Change, Grade
from autograder.outcomes import Status
from autograder.platforms import folder
from quality.variants import COURSE

RECEIPT = Submission("ada", {"perceptron.py": b"x = 1\n"}, (), None).receipt
WHEN = datetime(2026, 11, 20, tzinfo=timezone.utc)


def graded(receipt):
    return Grade(WHEN, "", Result("ada", "line", 4.0, 4.0, Status.GRADED, "", (), (), (), 1, (), receipt=receipt), None)


def test_a_receipt_has_128_bits():
    assert 4 * len(RECEIPT) == 128 and set(RECEIPT) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        (RECEIPT, RECEIPT, False),
        (RECEIPT[:16], RECEIPT, False),
        ("0" * 16, RECEIPT, True),
        ("", RECEIPT, True),
        (RECEIPT, "", True),
        ("", "", False),
    ],
)
def test_a_grade_with_an_older_receipt_is_of_the_same_files(old, new, other):
    assert replaces(Change(graded(old), graded(new))) is other


def test_the_inputs_of_packages_stay_what_they_were(monkeypatch):
    """So `verify-grades` agrees with what was recorded under shorter receipts."""
    monkeypatch.setattr(folder, "course_secret", lambda root: b"secret")
    submission = Submission("ada", {"perceptron.py": b"x = 1\n"}, (), None)
    seed = folder.submission_seed(b"secret", "03_perceptron", f"receipt:{RECEIPT[:16]}")
    assert folder.receipt_seed(COURSE.assignment("03_perceptron"), submission) == seed
