"""Compare what another grader has recorded with a regrade of what was handed in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.course import Assignment
from autograder.grading.batch import grade_all
from autograder.grading.scratch import remove_leftovers
from autograder.grading.work import Work
from autograder.intake.submission import Source, read_submission
from autograder.platforms.folder import receipt_seed
from autograder.platforms.recorded import Scores
from autograder.records import Result
from autograder.reports.wording import points, visible_line
from autograder.sandbox.identity import forbid_inspection

TOLERANCE = 0.006
"""Scores are rounded to two decimals, on both sides."""


@dataclass(frozen=True)
class Difference:
    """A task for which a submission was recorded with other points than a regrade gives; or why there is no saying."""

    submission: str
    task: str
    recorded: float | None
    regraded: float | None
    why: str = ""


def regrade(
    assignment: Assignment,
    sources: Sequence[Source],
    *,
    spare_uid: bool,
    jobs: int,
    on_result: Callable[[Result], None],
) -> list[Result]:
    """Grade what was handed in, with the inputs that nbgrader's and Otter's packages draw."""
    forbid_inspection()
    remove_leftovers()
    works = []
    for source in sources:
        submission = read_submission(source, assignment.manifest.files)
        works.append(Work(assignment, source, receipt_seed(assignment, submission), spare_uid))
    results = []
    for graded in grade_all(works, min(jobs, len(works))):
        results.append(graded.result)
        on_result(graded.result)
    return sorted(results, key=lambda result: result.submission)


def differences(results: Sequence[Result], recorded: Mapping[str, Scores]) -> Iterator[Difference]:
    """Every task that was recorded otherwise, and every submission that only one of the two sides knows."""
    for result in results:
        if result.submission not in recorded:
            yield Difference(result.submission, "", None, result.score, "handed in, and not recorded")
            continue
        scores = recorded[result.submission]
        for task in result.tasks:
            kept = scores.get(task.id)
            if task.score is None:
                yield Difference(result.submission, task.id, kept, None, f"the regrade says: {result.standing}")
            elif kept is None:
                yield Difference(result.submission, task.id, None, task.score, "no number is recorded")
            elif abs(kept - task.score) > TOLERANCE:
                yield Difference(result.submission, task.id, kept, task.score)
    for name in sorted(set(recorded) - {result.submission for result in results}):
        yield Difference(name, "", None, None, "recorded, and not handed in")


def line(difference: Difference) -> str:
    """A difference in one line."""
    submission = visible_line(difference.submission)
    if not difference.task:
        return f"{submission}: {difference.why}"
    sides = f"recorded {points(difference.recorded)}, regraded {points(difference.regraded)}"
    return f"{submission}: task {difference.task}: {sides}{f' ({difference.why})' if difference.why else ''}"
