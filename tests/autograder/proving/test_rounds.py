"""Every assignment is sound in the rounds that need no other tests: bank and garbage have tests of their own."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from autograder.grading.collection import collect
from autograder.proving.bank import Grades
from autograder.proving.gaps import gaps
from autograder.proving.handout import broken_formulas, broken_links
from autograder.proving.rounds import ROUNDS, narrow_limits, prove
from autograder.proving.stressed import unshown
from quality.variants import COURSE, marked

pytestmark = [pytest.mark.slow, pytest.mark.once]


@pytest.mark.parametrize("name", [marked(name) for name in COURSE.names()])
def test_an_assignment_is_sound(name):
    assignment = COURSE.assignment(name)
    assert broken_links(assignment) == []
    assert broken_formulas(assignment) == []
    assert gaps(assignment) == []
    assert unshown(Grades(assignment, public_only=True)) == []


def test_a_check_is_held_to_its_own_limit(monkeypatch):
    assignment = COURSE.assignment("07")
    longest = max(collect(assignment), key=lambda spec: spec.cpu_seconds)
    assert longest.cpu_seconds > assignment.manifest.limits.check_cpu_seconds
    grades = Grades(assignment)
    for share, found in [(5, 0), (3, 1)]:
        result = SimpleNamespace(checks=[SimpleNamespace(name=longest.name, seconds=longest.cpu_seconds / share)])
        monkeypatch.setattr(grades, "of", lambda names, seeds, result=result: [(None, result)])
        assert len(narrow_limits(grades)) == found


def test_slow_rounds_come_last_and_only_when_asked_for(monkeypatch):
    assert [one.thorough for one in ROUNDS] == sorted(one.thorough for one in ROUNDS)
    asked = []
    told = [replace(one, find=lambda grades, title=one.title: asked.append(title) or []) for one in ROUNDS]
    monkeypatch.setattr("autograder.proving.rounds.ROUNDS", told)
    list(prove(COURSE.assignment("03")))
    assert asked == [one.title for one in ROUNDS if not one.thorough]
    list(prove(COURSE.assignment("03"), thorough=True))
    assert asked[-len(ROUNDS) :] == [one.title for one in ROUNDS]


def test_room_is_asked_for_within_the_limit_of_each_check():
    assignment = COURSE.assignment("03")
    checks = collect(assignment)
    limits = {check.cpu_seconds for check in checks}
    assert min(limits) < 4 < max(limits)
    result = SimpleNamespace(checks=[SimpleNamespace(name=check.name, seconds=1.0) for check in checks])
    found = narrow_limits(SimpleNamespace(assignment=assignment, of=lambda names, seeds: [(None, result)]))
    named = [check.name for check in checks if any(one.startswith(f"{check.name}:") for one in found)]
    assert named == [check.name for check in checks if check.cpu_seconds < 4]
