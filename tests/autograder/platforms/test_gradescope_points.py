"""Points on Gradescope add up exactly, however they are shared out."""

import json
from decimal import Decimal

import pytest

from autograder.checks.verdicts import Verdict
from autograder.grading.judge import task_score
from autograder.ledger.records import CheckRecord, Result, TaskRecord
from autograder.outcomes import Outcome, Status
from autograder.platforms.gradescope import results_json
from quality.variants import COURSE

MANIFEST = COURSE.assignment("03_perceptron").manifest
PATTERNS = ["1", "0", "111", "110", "011", "101", "100", "000", "1111111", "1011101", "0000001"]


def result(checks_by_task: dict[str, list[tuple[float, bool]]]) -> Result:
    """A result with checks of these weights, passed or not; the manifest's other tasks have one that passed."""
    checks, tasks = [], []
    for task in MANIFEST.tasks:
        own = [
            CheckRecord(
                name=f"test_{task.id}_{number}",
                title=f"Check {number}.",
                task=task.id,
                weight=weight,
                visibility="public",
                verdict=Verdict(Outcome.PASSED if passed else Outcome.WRONG),
                seconds=0.0,
            )
            for number, (weight, passed) in enumerate(checks_by_task.get(task.id, [(1.0, True)]))
        ]
        checks += own
        tasks.append(TaskRecord(task.id, task.title, task.points, task_score(task.points, own)))
    return Result(
        submission="ada",
        assignment="03_perceptron",
        score=round(sum(task.score or 0.0 for task in tasks), 2),
        max_score=MANIFEST.points,
        status=Status.GRADED,
        message="",
        tasks=tuple(tasks),
        checks=tuple(checks),
        notes=(),
        seed=1,
        sandbox=(),
    )


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("weights", [(1.0,), (1.0, 2.0), (0.3, 0.7, 1.1)])
def test_the_points_of_checks_add_up_to_the_score(pattern, weights):
    passed = [mark == "1" for mark in pattern]
    own = [(weights[number % len(weights)], one) for number, one in enumerate(passed)]
    graded = result({task.id: own for task in MANIFEST.tasks})
    document = json.loads(results_json(graded, MANIFEST), parse_float=Decimal)
    tests = document["tests"]
    assert sum(test["score"] for test in tests) == document["score"]
    assert sum(test["max_score"] for test in tests) == Decimal(str(MANIFEST.points))
    for test, check in zip(tests, graded.checks, strict=True):
        assert test["score"] == (test["max_score"] if check.outcome is Outcome.PASSED else 0)
    for task in graded.tasks:
        own_scores = [test["score"] for test in tests if test["number"] == task.id]
        assert sum(own_scores) == Decimal(str(task.score))


def test_a_check_is_worth_its_share():
    task = MANIFEST.tasks[0]
    document = json.loads(results_json(result({task.id: [(1.0, True), (3.0, True), (4.0, False)]}), MANIFEST))
    worths = [test["max_score"] for test in document["tests"] if test["number"] == task.id]
    assert worths == pytest.approx([task.points / 8, 3 * task.points / 8, task.points / 2], abs=0.01)
