"""The results of a class in sum: means, distribution, tasks, and who needs a person."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from autograder.ledger.records import Result, TaskRecord
from autograder.outcomes import Outcome, Status

# Outcomes that say nothing on whether the submission could have passed the check.
UNJUDGED = (Outcome.SKIPPED, Outcome.NOT_RUN, Outcome.GRADER_ERROR)
MOST_BARS = 13
NAMED_FAILURES = 3


@dataclass(frozen=True)
class Bar:
    """A bar: the number of submissions that scored at least `start` and less than the next bar's start."""

    start: float
    count: int


@dataclass(frozen=True)
class Failure:
    """A check and the number of submissions that failed it."""

    title: str
    count: int


@dataclass(frozen=True)
class TaskSummary:
    """One task over a class; `mean` is `None` where no submission has a score for it, or its points were changed."""

    id: str
    title: str
    points: float
    scored: int
    full: int
    mean: float | None
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Summary:
    """A class in a few numbers.

    `mean` and `median` are `None` where no submission has a score, and where there are several `maxima`, so that
    scores cannot be compared. `zeros` are those that have one cause, which no other number but that of the submissions
    takes in. `unmarked` are those with a written part that waits for a person.
    """

    submissions: int
    scored: int
    full: int
    mean: float | None
    median: float | None
    maxima: tuple[float, ...]
    need_a_person: int
    zeros: int
    unmarked: int

    @property
    def max_score(self) -> float:
        """The highest maximum."""
        return max(self.maxima, default=0.0)


def needs_a_person(result: Result) -> bool:
    """Return whether this submission cannot be left to the grader alone."""
    return result.status is not Status.GRADED or result.cause is not None


def same_files(results: Sequence[Result]) -> list[list[str]]:
    """The submissions that handed in the same files, byte by byte, together; those without work of their own aside."""
    alike: dict[str, list[str]] = {}
    for result in results:
        if result.receipt and result.cause is None and result.status is Status.GRADED:
            alike.setdefault(result.receipt, []).append(result.submission)
    return [sorted(names) for names in alike.values() if len(names) > 1]


def without_zeros(results: Sequence[Result]) -> list[Result]:
    """The results but for zeros that have one cause: a score that tells nothing of what its author can do."""
    return [result for result in results if result.cause is None and result.status is not Status.NOTHING_TO_GRADE]


def tasks_of(results: Sequence[Result]) -> tuple[TaskRecord, ...]:
    """Each task that occurs in the results, once, in the order of its first appearance."""
    found: dict[str, TaskRecord] = {}
    for result in results:
        for task in result.tasks:
            found.setdefault(task.id, task)
    return tuple(found.values())


def maxima(results: Sequence[Result]) -> tuple[float, ...]:
    """The different maxima of these results, from the lowest: several where points were changed between grades."""
    return tuple(sorted({result.max_score for result in results}))


def summarise(results: Sequence[Result]) -> Summary:
    """The numbers at the head of a report."""
    counted = without_zeros(results)
    scores = [result.score for result in counted if result.score is not None]
    found = maxima(results)
    comparable = bool(scores) and len(found) == 1
    return Summary(
        submissions=len(results),
        scored=len(scores),
        full=sum(earned_all(result.score, result.max_score) for result in results),
        mean=fmean(scores) if comparable else None,
        median=median(scores) if comparable else None,
        maxima=found,
        need_a_person=sum(map(needs_a_person, results)),
        zeros=len(results) - len(counted),
        unmarked=sum(bool(result.unmarked) for result in results),
    )


def summarise_task(task: TaskRecord, results: Sequence[Result]) -> TaskSummary:
    """Return how a class did on one task, with the checks that failed most."""
    records = [record for result in results for record in result.tasks if record.id == task.id]
    scores = [record.score for record in records if record.score is not None]
    comparable = bool(scores) and len({record.points for record in records}) == 1
    titles: dict[str, str] = {}
    failed: Counter[str] = Counter()
    for result in results:
        for check in result.checks:
            if check.task == task.id:
                titles[check.name] = check.title
                failed[check.name] += check.outcome is not Outcome.PASSED and check.outcome not in UNJUDGED
    return TaskSummary(
        id=task.id,
        title=task.title,
        points=task.points,
        scored=len(scores),
        full=sum(earned_all(record.score, record.points) for record in records),
        mean=fmean(scores) if comparable else None,
        failures=tuple(Failure(titles[name], count) for name, count in failed.most_common(NAMED_FAILURES) if count),
    )


def histogram(results: Sequence[Result], max_score: float) -> tuple[Bar, ...]:
    """Bars of equal, round width (1, 2 or 5 times a power of ten) from 0; the last one holds `max_score`."""
    width = _round_width(max_score)
    last = math.floor(max_score / width + 1e-9)
    counts = Counter(
        min(last, max(0, math.floor(result.score / width + 1e-9))) for result in results if result.score is not None
    )
    return tuple(Bar(index * width, counts[index]) for index in range(last + 1))


def earned_all(score: float | None, maximum: float) -> bool:
    """Return whether a score is full marks, whatever the last digit of its sum."""
    return score is not None and score >= maximum - 1e-9


def _round_width(max_score: float) -> float:
    if max_score <= 0:
        return 1.0
    decade = 10.0 ** math.floor(math.log10(max_score / MOST_BARS))
    return next(factor * decade for factor in (1, 2, 5, 10) if max_score / (factor * decade) < MOST_BARS)
