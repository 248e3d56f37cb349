"""Points and outcomes, written for people."""

from collections.abc import Sequence

from autograder.checks.causes import UNTRIED, of_untried, shared
from autograder.checks.verdicts import Verdict
from autograder.ledger.records import Result, TaskRecord
from autograder.outcomes import Outcome

MARKS = {
    Outcome.PASSED: ("✓", "good"),
    Outcome.SKIPPED: ("–", "idle"),
    Outcome.NOT_RUN: ("–", "idle"),
    Outcome.GRADER_ERROR: ("!", "alarm"),
}
FAILED_MARK = ("✗", "bad")
IN_ASCII = {"✓": "+", "✗": "x", "–": "-", "!": "!"}
"""The same characters where only ASCII can be written, so that they still differ."""

UNKNOWN = "–"


def mark(outcome: Outcome) -> tuple[str, str]:
    """The character for an outcome, and what it means: `good`, `bad`, `idle` or `alarm`."""
    return MARKS.get(outcome, FAILED_MARK)


def mark_text(result: Result, task: TaskRecord) -> str:
    """Return a task's mark for its student: who gave it, and why, or that it is still to come. Else empty."""
    if task.mark is None:
        return "A person marks this. It is not marked yet." if task in result.unmarked else ""
    given = task.mark
    items = f" ({' + '.join(map(points, given.items))})" if given.items else ""
    what = "Marked" if task.written else "Adjusted"
    text = f"{what} by {given.marker} on {given.marked_at:%Y-%m-%d}{items}"
    return f"{text}: {given.comment}" if given.comment else f"{text}."


def once(result: Result) -> dict[Verdict, str]:
    """Return what is told once, at the top, of checks that failed for one cause, by the verdict that they share.

    Nothing for a verdict that only repeats the result's own message, which stands there anyway.
    """
    verdicts = [check.verdict for check in result.checks]
    if result.cause in UNTRIED:
        untried = [verdict for verdict in dict.fromkeys(verdicts) if of_untried(verdict)]
        return dict.fromkeys(untried, "") | dict.fromkeys(untried[:1], UNTRIED[result.cause])
    repeated = [one for one in verdicts if result.message and (one.sentence, one.evidence) == (result.message, "")]
    return dict.fromkeys(repeated, "") | {
        verdict: f"{verdicts.count(verdict)} checks could not begin, all for this one cause.\n"
        f"{verdict.message(public=any(c.visibility == 'public' and c.verdict == verdict for c in result.checks))}"
        for verdict in shared(verdicts)
    }


def passed_text(result: Result) -> str:
    """Return how many of the checks passed; of public ones alone, that they are public."""
    graded = result.graded_checks
    kind = "public " if all(check.visibility == "public" for check in graded) else ""
    outcomes = [check.outcome for check in graded]
    not_run = outcomes.count(Outcome.NOT_RUN)
    passed = f"{outcomes.count(Outcome.PASSED)} of {counted(len(graded), f'{kind}check')} passed"
    return f"{passed}{f', {not_run} not run' if not_run else ''}."


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is not one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def points(value: float | None) -> str:
    """Points with at most two decimals, none where they are zero; a dash where they are not known."""
    if value is None:
        return UNKNOWN
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def regrade_first(maxima: Sequence[float]) -> str:
    """Return why there is no mean of grades with these maxima."""
    *others, last = map(points, maxima)
    return f"no mean, as the grades have different maxima ({', '.join(others)} and {last} points): regrade first"
