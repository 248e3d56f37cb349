"""Results as Gradescope's `results.json`."""

import math
from typing import Any

from autograder.manifest import Manifest
from autograder.outcomes import Outcome, Status
from autograder.records import CheckRecord, Result
from autograder.reports.jsonfile import encode
from autograder.verdicts import presentable

LONGEST_OUTPUT = 20_000
"""Characters; Gradescope cuts at 100,000."""

CUT = "\n[…]"
DECIMALS = 4


def results_json(result: Result, manifest: Manifest) -> bytes:
    """The whole document. Where there is no score, Gradescope asks the instructor to look.

    A check's output is its message, which is safe for the student; the instructor's detail stays out, since
    Gradescope shows the same text to both.
    """
    document: dict[str, Any] = {
        "output": _cut(_remarks(result)),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "visibility": "visible",
        "extra_data": {"receipt": result.receipt, "versions": result.versions, "sandbox": list(result.sandbox)},
    }
    if result.score is None:
        return encode(document)
    document["score"] = result.score
    document["tests"] = [_test(check, result, manifest) for check in result.checks]
    if manifest.gradescope.leaderboard:
        document["leaderboard"] = [
            {"name": "points", "value": result.score},
            {"name": "seconds", "value": round(math.fsum(check.seconds for check in result.checks), 2), "order": "asc"},
        ]
    return encode(document)


def failure_json(reason: str) -> bytes:
    """The document for a submission that could not be graded, by a fault that is not the student's: no score."""
    return encode(
        {
            "output": _cut(
                "This submission could not be graded, by a fault that is not the student's. "
                f"Instructors: see the output of the autograder.\n{reason}"
            ),
            "output_format": "text",
            "stdout_visibility": "hidden",
        }
    )


def _test(check: CheckRecord, result: Result, manifest: Manifest) -> dict[str, Any]:
    task = manifest.task(check.task)
    weight = math.fsum(other.weight for other in result.checks if other.task == check.task)
    worth = task.points * check.weight / weight
    passed = check.outcome is Outcome.PASSED
    test: dict[str, Any] = {
        "name": f"{task.title}: {check.title}",
        "number": task.id,
        "score": round(worth, DECIMALS) if passed else 0.0,
        "max_score": round(worth, DECIMALS),
        "status": "passed" if passed else "failed",
        "visibility": "visible" if check.visibility == "public" else manifest.gradescope.hidden,
    }
    if not passed:
        test["output"] = _cut(presentable(f"({check.outcome.value}) {check.message}".strip()))
        test["output_format"] = "text"
    return test


def _remarks(result: Result) -> str:
    lines = [result.message] if result.message else []
    lines += result.notes
    if result.score is None or result.status is not Status.GRADED:
        lines.append(f"Status: {result.standing}.")
    lines.append(f"Receipt: {result.receipt}")
    return "\n".join(lines)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_OUTPUT else text[: LONGEST_OUTPUT - len(CUT)] + CUT
