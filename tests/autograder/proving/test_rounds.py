"""Every assignment is sound in the rounds that need no other tests: bank and garbage have tests of their own."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from autograder.course.bank import Entry
from autograder.course.layout import Course
from autograder.errors import GraderFault
from autograder.grading.collection import collect
from autograder.outcomes import Outcome, Status
from autograder.proving.bank import Grades, complaints
from autograder.proving.gaps import gaps
from autograder.proving.handout import broken_formulas, broken_links
from autograder.proving.rounds import ROUNDS, Round, narrow_limits, prove, wrong_heads, wrong_times
from autograder.proving.stressed import unshown
from quality.variants import COURSE, marked
from tests.autograder.course import REFERENCE, make_trial_course

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


@pytest.mark.parametrize(("seconds", "said"), [((9.0, 0.2, 9.0), 0), ((9.0, 8.0, 9.0), 1)])
def test_the_quickest_run_is_held_to_the_times(monkeypatch, seconds, said):
    grades = Grades(COURSE.assignment("03"))
    runs = [(None, SimpleNamespace(checks=[SimpleNamespace(task="3.4", seconds=one)])) for one in seconds]
    monkeypatch.setattr(grades, "of", lambda names, seeds: runs)
    found = wrong_times(grades)
    assert len(found) == said
    assert all("takes 8 s in task 3.4, not 0.2 s" in one for one in found)


def test_slow_rounds_come_last_and_only_when_asked_for(monkeypatch):
    assert [one.thorough for one in ROUNDS] == sorted(one.thorough for one in ROUNDS)
    asked = []
    told = [replace(one, find=lambda grades, title=one.title: asked.append(title) or []) for one in ROUNDS]
    monkeypatch.setattr("autograder.proving.rounds.ROUNDS", told)
    list(prove(COURSE.assignment("03")))
    assert asked == [one.title for one in ROUNDS if not one.thorough]
    list(prove(COURSE.assignment("03"), thorough=True))
    assert asked[-len(ROUNDS) :] == [one.title for one in ROUNDS]


def test_a_round_that_cannot_be_run_says_why_and_the_others_go_on(monkeypatch):
    def fails(grades):
        raise GraderFault("the reference does not pass test_a")

    told = [Round("a", fails), Round("b", fails), Round("c", lambda grades: ["It is wrong."])]
    monkeypatch.setattr("autograder.proving.rounds.ROUNDS", told)
    assert [proof.findings for proof in prove(COURSE.assignment("03"))] == [
        ["the reference does not pass test_a"],
        ["It cannot be looked at, as above."],
        ["It is wrong."],
    ]


def test_an_entry_that_cannot_be_used_is_told_and_the_others_are_graded(tmp_path):
    course = make_trial_course(tmp_path)
    head = '# /// submission\n# about = "a"\n# earns = "everything"\n# ///\n'
    course.write("tests/submissions/07_line/right/own.py", head + REFERENCE)
    course.write("tests/submissions/07_line/right/poor.py", head)
    old = 'about = "a"\nhint = "b"\nearns = "nothing"\n[[change]]\nfile = "line.py"\nold = "squares"\nnew = ""\n'
    course.write("tests/submissions/07_line/wrong/old.toml", old)
    first, *others = wrong_heads(Grades(Course(course.root).assignment("line")))
    assert "wrong/old.toml: change 1: old stands 0 times in line.py" in first
    assert first.endswith("Mend it, or take it out: from class.toml and gaps.toml, too.")
    assert others
    assert all(one.startswith("right/poor, seed 1: ") for one in others)


@pytest.mark.parametrize(
    ("name", "evidence"), [("wrong/a", ""), ("right/a", " (wrong answer: The number is wrong.\n3)")]
)
def test_a_head_that_is_off_is_told_on_a_line_without_evidence(name, evidence):
    entry = Entry(name, "", "", {"1.1": 2, "1.2": 1}, None, {})
    check = SimpleNamespace(name="test_a", task="1.1", outcome=Outcome.WRONG, message="The number is wrong.\n3")
    tasks = [SimpleNamespace(id="1.1", score=1.5), SimpleNamespace(id="1.2", score=1)]
    assert complaints(entry, SimpleNamespace(tasks=tasks, checks=[check], status=Status.GRADED)) == [
        f"task 1.1: earned 1.5, its head says 2; not passed: test_a{evidence}."
    ]


def test_room_is_asked_for_within_the_limit_of_each_check():
    assignment = COURSE.assignment("03")
    checks = collect(assignment)
    limits = {check.cpu_seconds for check in checks}
    assert min(limits) < 4 < max(limits)
    result = SimpleNamespace(checks=[SimpleNamespace(name=check.name, seconds=1.0) for check in checks])
    found = narrow_limits(SimpleNamespace(assignment=assignment, of=lambda names, seeds: [(None, result)]))
    named = [check.name for check in checks if any(one.startswith(f"{check.name}:") for one in found)]
    assert named == [check.name for check in checks if check.cpu_seconds < 4]
