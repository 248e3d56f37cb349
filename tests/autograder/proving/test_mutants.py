"""Mutants: which changes of a reference are made, and what is said of those that no check sees."""

import sys

import pytest

from autograder.cli import author
from autograder.course.layout import Course
from autograder.errors import UserError
from autograder.proving import mutants, rounds
from autograder.proving.mutants import unexplained
from tests.autograder.course import make_trial_course

SOURCE = '''
def half(x, most):
    """Half of x (task 1.1)."""
    ### BEGIN SOLUTION
    if x > most: raise ValueError(f"ä: {x} is {x - most} above {most}", "too " + "large")
    return x / 2
    ### END SOLUTION
'''
CHANGES = [("x - most}", "x + most}"), ('"too " +', '"too " -'), ("x > most", "x >= most"), ("x / 2", "x * 2")]


@pytest.fixture
def half(tmp_path, monkeypatch):
    """An assignment whose reference is changed in four ways, in the place of all that cosmic-ray knows."""
    course = make_trial_course(tmp_path)
    course.write("solutions/07_line/line.py", SOURCE)
    monkeypatch.setattr(mutants, "_mutations", lambda source: [source.replace(*change) for change in CHANGES])
    return course


def test_no_check_is_asked_for_the_words_of_an_exception(half):
    made = [name.split("\0")[2] for name, _ in mutants.mutants(Course(half.root).assignment("line"))]
    assert [("x >= most" in line, "x * 2" in line) for line in made] == [(False, True), (True, False)]


def test_a_survivor_is_told_with_its_remedy(half):
    half.write(
        "tests/submissions/07_line/equivalent.toml",
        '[[mutant]]\nold = "a"\nnew = "b"\nwhy = "They are the same."\n'
        '[[mutant]]\nold = "c"\nnew = "d"\nwhy = "They are the same."\n',
    )
    said = unexplained(Course(half.root).assignment("line"), ["line.py\0a\0b", "line.py\0x > most\0x >= most"])
    listed = "tests/submissions/07_line/equivalent.toml"
    assert said == [
        "line.py: every check passes with this change:\n    - x > most\n    + x >= most\n"
        f"Add a check that sees it, or a [[mutant]] to {listed} that says why it does the same.",
        f"{listed}: a check sees this change, or it is made no more:\n    - c\n    + d\nTake out its [[mutant]].",
    ]


def test_what_makes_mutants_is_asked_for_before_the_first_round(half, monkeypatch):
    monkeypatch.setitem(sys.modules, "cosmic_ray.mutating", None)
    monkeypatch.chdir(half.root)
    monkeypatch.setattr(rounds, "prove", lambda assignment, *, thorough: [])
    author.prove(["line"], thorough=False)
    with pytest.raises(UserError, match=r"not installed: .*python\S* -m pip install \"cosmic-ray>=8.3\""):
        author.prove(["line"], thorough=True)
