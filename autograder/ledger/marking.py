"""The marks that persons give, beside what the grader found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.course.manifest import Written
from autograder.ledger.records import DECIMALS, Mark, Result, TaskRecord


@dataclass(frozen=True)
class Given:
    """A mark that a person gave for a submission.

    `based_on` is the number of the mark that was known when it was given, `where` the line of the sheet in which it
    stands; both are empty for one that was given without a sheet.
    """

    submission: str
    mark: Mark
    based_on: int | None = None
    where: str = ""


@dataclass(frozen=True)
class Decision:
    """The outcome of giving a mark: whether it is kept, and the mark that counted before it."""

    given: Given
    before: Mark | None
    kept: bool

    @property
    def conflict(self) -> bool:
        """Whether another person has given another mark, which stays."""
        return not self.kept and self.before is not None and self.before.says != self.given.mark.says


def decide(given: Given, earlier: Sequence[Mark], *, replace: bool = False) -> Decision:
    """Return whether a mark is kept beside the `earlier` ones of its submission, the oldest first.

    One that says the same as the last is not. Where the last one is another person's, and was not known when this
    one was given, it stays, unless it is to be replaced.
    """
    before = next((mark for mark in reversed(earlier) if mark.part == given.mark.part), None)
    if before is None:
        return Decision(given, None, given.mark.points is not None)
    known = replace or before.number == given.based_on or before.marker == given.mark.marker
    return Decision(given, before, known and before.says != given.mark.says)


def standing_marks(marks: Iterable[Mark]) -> dict[str, Mark]:
    """The marks that count, by their parts: of each the last one, unless it was taken back. The oldest come first."""
    last = {mark.part: mark for mark in marks}
    return {part: mark for part, mark in last.items() if mark.points is not None}


def marked(result: Result, written: Sequence[Written], marks: Mapping[str, Mark]) -> Result:
    """The result as reports show it: its written parts among the tasks, and the points that persons gave.

    The score is that of all tasks, and of the written parts as far as they are marked.
    """
    notes = {by_a_person(part, result.max_score) for part in written}
    parts = [TaskRecord(part.id, part.title, part.points, None, written=True) for part in written]
    tasks = tuple(_with_mark(task, marks.get(task.id)) for task in (*result.tasks, *parts))
    if tasks == result.tasks:
        return result
    counted = [task.score for task in tasks if not (task.written and task.score is None)]
    known = [score for score in counted if score is not None]
    return replace(
        result,
        score=round(sum(known), DECIMALS) if len(known) == len(counted) else None,
        max_score=result.max_score + sum(part.points for part in written),
        tasks=tasks,
        notes=tuple(note for note in result.notes if note not in notes),
    )


def by_a_person(part: Written, others: float) -> str:
    """The note on a written part in a result that has only the `others`, the points for tasks."""
    return f"A person grades {part.file}, task {part.id}: {part.points:g} points beyond the {others:g} here."


def _with_mark(task: TaskRecord, mark: Mark | None) -> TaskRecord:
    return task if mark is None else replace(task, score=mark.points, mark=mark)
