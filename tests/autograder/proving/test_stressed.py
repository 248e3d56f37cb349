"""What a handout sets in bold is shown by a public check, or an author says why it asks for nothing."""

import pytest

from autograder.course.layout import Course
from autograder.proving.bank import Grades
from autograder.proving.stressed import unshown
from tests.autograder.course import make_trial_course

FORGETS = """
about = "Forgets b."
hint = "What is the value at 0?"
earns = {{ 1 = 0, 2 = 1 }}

[[change]]
file = "line.py"
old = "{old}"
new = "{new}"
"""


@pytest.fixture
def said(tmp_path):
    """What is said of a handout and of its author's reasons."""

    def of(handout, reasons, old="w * x + b", new="w * x"):
        course = make_trial_course(tmp_path)
        course.write("assignments/07_line/README.md", handout)
        course.write("tests/hidden/07_line/gaps.toml", reasons)
        course.write("tests/submissions/07_line/wrong/forgets.toml", FORGETS.format(old=old, new=new))
        return unshown(Grades(Course(tmp_path).assignment("line")))

    return of


def test_bold_words_need_an_entry_or_a_reason(said):
    (sentence,) = said("Take **the offset.** too\n\n| **Total** |\n", "")
    assert sentence.startswith("README.md: **the offset**: say in gaps.toml which entry")
    assert said("Take **the offset.** too", '[[stressed]]\nwords = "the offset"\nbecause = "a term"') == []


def test_words_that_are_gone_are_named(said):
    assert said("Nothing", '[[stressed]]\nwords = "the offset"\nbecause = "a term"') == [
        "gaps.toml: the handout does not set 'the offset' in bold."
    ]


def test_a_public_check_sees_the_entry(said):
    reasons = '[[stressed]]\nwords = "the offset"\nshown_by = "{}"'
    assert said("Take **the offset**", reasons.format("wrong/forgets")) == []
    assert said("Take **the offset**", reasons.format("wrong/other")) == [
        "gaps.toml: 'the offset': the bank has no wrong/other that can be used."
    ]
    unseen = said("Take **the offset**", reasons.format("wrong/forgets"), new="w * x + b if abs(x) < 1e6 else w * x")
    assert unseen == [
        "wrong/forgets passes every public check, though it overlooks **the offset**: add a public check."
    ]
