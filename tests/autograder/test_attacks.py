"""Hostile and broken submissions, graded by the real command in the one setting that this machine gives at once.

`make attacks` runs all of them in every setting.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.layout import Course, find_course
from autograder.grading.isolation import isolation
from autograder.sandbox.offers import offers
from quality.attack_suite.heads import ATTACKS, LINES, Attack, read_attacks
from quality.attack_suite.run import Seen, run
from quality.attack_suite.settings import here

pytestmark = [
    pytest.mark.skipif(offers().platform != "linux", reason="the sandbox's layers are Linux's"),
    pytest.mark.slow,
]

COURSE: Course = find_course(ATTACKS)
PERCEPTRON = COURSE.assignment("03_perceptron")
ALL = [attack for name in COURSE.names() for attack in read_attacks(name)]
ELSEWHERE = {
    38: "intake/test_crafted_clones.py",
    40: "test_verify_grades.py",
    42: "test_what_people_read.py",
}
"""Where those lines are tried that no submission alone can show."""

CONTROLS = ("01_absolute_paths", "08_leave_files_a", "11_write_the_result")


def _some() -> list[Attack]:
    """One attack for each line: the first that is not slow; and all that are known to work without a sandbox."""
    quick = [attack for attack in read_attacks(PERCEPTRON.name) if not attack.head.slow]
    first = {line: attack.name for attack in reversed(quick) for line in attack.head.lines}
    return [attack for attack in quick if attack.head.control or attack.name in first.values()]


SOME = _some()


@pytest.fixture(scope="module")
def seen() -> Seen:
    """What came of grading them all in one class; where the sandbox is weak, of the refusal."""
    weakness = isolation(PERCEPTRON).weakness
    return run(PERCEPTRON, SOME, replace(here(), refuses=weakness is not None))


def test_every_line_of_the_list_has_an_attack():
    assert len(ALL) >= 60
    assert {line for attack in ALL for line in attack.head.lines} | set(ELSEWHERE) == set(LINES)
    assert all((Path(__file__).parent / test).exists() for test in ELSEWHERE.values())


@pytest.mark.parametrize("name", [attack.name for attack in SOME])
def test_survived(seen, name):
    if not seen.records and not seen.canaries:
        pytest.skip("the grader refuses to grade here")
    assert seen.attacks[name] == []


def test_nothing_around_them_was_touched(seen):
    assert seen.canaries == []


def test_a_neighbour_earns_everything(seen):
    assert all(said == [] for said in seen.honest.values())


def test_without_a_sandbox_they_succeed_and_are_seen():
    attacks = [attack for attack in SOME if attack.name in CONTROLS]
    naked = run(PERCEPTRON, attacks, here(), layers=False)
    assert len(naked.attacks) == len(CONTROLS)
    for name in CONTROLS:
        assert any(said.startswith("breach: ") and "breached=[]" not in said for said in naked.attacks[name]), name
    assert any(said.startswith("changed: ") for said in naked.canaries)
