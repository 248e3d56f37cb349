"""Made-up results: a class of twelve on a perceptron, as the grader would record it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from autograder.checks.verdicts import Verdict
from autograder.ledger.records import CheckRecord, Result, TaskRecord
from autograder.outcomes import Outcome, Status

TASKS = (
    ("1.1", "The neuron", 2.0),
    ("1.2", "The prediction", 1.0),
    ("1.3", "The update rule", 3.0),
    ("2.1", "The training loop", 3.0),
    ("2.2", "What one neuron cannot learn", 1.0),
)
CHECKS = (
    ("test_neuron.py::test_weighted_sum", "A neuron adds its bias to the weighted sum.", "1.1", "public"),
    ("test_neuron.py::test_batch", "A neuron takes a batch, one sample in each column.", "1.1", "hidden"),
    ("test_neuron.py::test_threshold", "The step is 1 from 0 on.", "1.2", "public"),
    (
        "test_neuron.py::test_update_weights",
        "One update moves the weights towards the sample.",
        "1.3",
        "public",
    ),
    ("test_neuron.py::test_update_bias", "One update moves the bias too.", "1.3", "hidden"),
    ("test_neuron.py::test_learns_and", "A new perceptron learns AND.", "2.1", "public"),
    ("test_neuron.py::test_mistakes", "Mistakes are counted for each epoch.", "2.1", "hidden"),
    ("test_neuron.py::test_xor", "No epoch over XOR is free of mistakes.", "2.2", "hidden"),
)
WRONG = "The shape is (3, 1), expected (1, 3)."
QUOTED = "  neuron.py, line 12, in forward\n    return x.T @ self.w + self.b"
SECRET = (
    "first difference at [0, 1]: 0.25 where 1.75 was expected (worst: [0, 2], off by 3.5)\n"
    "inputs drawn from seed 4242:\n  w = [0.31, -1.20]\n  x = [[0.5, 1.0, -2.0], [1.0, 0.0, 0.25]]\n"
)

MakeResult = Callable[..., Result]


def _verdict(outcome: Outcome, visibility: str) -> Verdict:
    if outcome is Outcome.PASSED:
        return Verdict(outcome)
    return Verdict(outcome, WRONG, QUOTED if visibility == "public" else SECRET)


def _result(submission: str, failed: dict[str, Outcome] | None = None, **changes: object) -> Result:
    outcomes = {name: Outcome.PASSED for name, *_ in CHECKS} | {
        f"test_neuron.py::{name}": outcome for name, outcome in (failed or {}).items()
    }
    checks = tuple(
        CheckRecord(
            name=name,
            title=title,
            task=task,
            weight=1.0,
            visibility=visibility,
            verdict=_verdict(outcomes[name], visibility),
            seconds=0.004,
        )
        for name, title, task, visibility in CHECKS
    )
    tasks = []
    for task, title, points in TASKS:
        own = [check for check in checks if check.task == task]
        passed = sum(check.outcome is Outcome.PASSED for check in own)
        unknown = any(check.outcome is Outcome.GRADER_ERROR for check in own)
        tasks.append(TaskRecord(task, title, points, None if unknown else points * passed / len(own)))
    score = None if any(task.score is None for task in tasks) else sum(task.score or 0.0 for task in tasks)
    result = Result(
        submission=submission,
        assignment="03_perceptron",
        score=score,
        max_score=10.0,
        status=Status.GRADED,
        message="",
        tasks=tuple(tasks),
        checks=checks,
        notes=(),
        seed=4242,
        sandbox=("uid", "landlock", "seccomp", "rlimits"),
        versions={"autograder": "0.1.0", "numpy": "2.3.1", "python": "3.11.2"},
        data="none",
    )
    return replace(result, **changes)


@pytest.fixture
def make_result() -> MakeResult:
    """A result from a name, the checks that did not pass (name to outcome), and replaced fields."""
    return _result


@pytest.fixture(scope="session")
def a_class() -> Sequence[Result]:
    """Twelve submissions: right, partly right, untouched, hostile, refused, and one with a grader error."""
    untouched = {name.split("::")[1]: Outcome.NOT_ATTEMPTED for name, *_ in CHECKS}
    return (
        _result("ada"),
        _result("alan", {"test_update_bias": Outcome.WRONG}),
        _result("barbara", {"test_batch": Outcome.WRONG, "test_update_bias": Outcome.WRONG}),
        _result("claude"),
        _result("donald", {"test_learns_and": Outcome.TIMED_OUT, "test_mistakes": Outcome.SKIPPED}),
        _result(
            "edsger",
            {"test_xor": Outcome.WRONG},
            notes=("Cell 2: the line `%matplotlib inline` was left out.",),
        ),
        _result("frances", {"test_weighted_sum": Outcome.CRASHED, "test_batch": Outcome.OUT_OF_MEMORY}),
        _result(
            "grace",
            {"test_mistakes": Outcome.GRADER_ERROR},
            status=Status.NEEDS_REVIEW,
            message="A check of ours failed in itself: task 2.1 has no score yet.",
        ),
        _result("José María Fernández de la Cruz (12345)", {"test_threshold": Outcome.ERROR}),
        _result("katherine", untouched, message="Nothing here differs from the stub."),
        _result(
            "linus",
            score=None,
            status=Status.REFUSED,
            message="The archive is damaged: it ends in the middle of perceptron.py.",
            tasks=tuple(TaskRecord(*task, None) for task in TASKS),
            checks=(),
        ),
        _result("margaret", {"test_update_weights": Outcome.FORBIDDEN, "test_batch": Outcome.WRONG}),
    )
