"""The record of one graded submission: what every report shows, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from sys import intern

from autograder.checks.excerpts import Excerpt
from autograder.checks.pictures import Picture
from autograder.checks.verdicts import Verdict
from autograder.outcomes import Cause, Outcome, Status

DECIMALS = 2
"""To how many decimals scores are rounded."""


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check on one submission; `seconds` is the CPU time of the student process.

    `task` is empty for a check that is not graded. `picture` is the last figure that a public check has looked at.
    """

    name: str
    title: str
    task: str
    weight: float
    visibility: str
    verdict: Verdict
    seconds: float
    picture: Picture | None = None

    @property
    def outcome(self) -> Outcome:
        """Its outcome."""
        return self.verdict.outcome

    @property
    def quoted(self) -> str:
        """The evidence that the student may read."""
        return self.verdict.quoted(public=self.visibility == "public")

    @property
    def message(self) -> str:
        """The text that the student may read."""
        return self.verdict.message(public=self.visibility == "public")

    @property
    def detail(self) -> str:
        """The text that the instructor reads."""
        return self.verdict.detail


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark by a person for a part of a submission: a written one, or a task whose points are adjusted.

    `points` of at most `out_of`, `None` where the mark is taken back. `items` are the points for each item of a
    rubric, in its order; empty where the part was marked as a whole. `receipt` tells which files were marked. The
    ledger gives each mark its `number`.
    """

    part: str
    title: str
    out_of: float
    points: float | None
    items: tuple[float, ...]
    comment: str
    marker: str
    marked_at: datetime
    receipt: str
    number: int = 0

    @property
    def says(self) -> tuple[float | None, tuple[float, ...], str]:
        """The part that two equal marks share, whoever gave them."""
        return self.points, self.items, self.comment


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task on one submission; `score` is `None` where a fault of the grader leaves it open.

    One that is `written` waits for a person until it has a `mark`. Any other's mark stands in place of what the
    grader found.
    """

    id: str
    title: str
    points: float
    score: float | None
    written: bool = False
    mark: Mark | None = None


@dataclass(frozen=True)
class Result:
    """One graded submission; `score` is `None` where only a person can say.

    `message` is for the student, `detail` for the instructor; both are empty where all went its way. `data` names
    the images that it was graded on; a `provisional` result is to be graded again when the real ones are there.
    `receipt` tells which files were graded, as `autograder submit` prints it; empty where none were. Where it was
    graded `despite_reference`, the reference did not have full marks. `cause` is that of a zero that has one cause.
    `excerpts` show the lines that notes and public checks name.
    """

    submission: str
    assignment: str
    score: float | None
    max_score: float
    status: Status
    message: str
    tasks: tuple[TaskRecord, ...]
    checks: tuple[CheckRecord, ...]
    notes: tuple[str, ...]
    seed: int
    sandbox: tuple[str, ...]
    versions: dict[str, str] = field(default_factory=dict)
    data: str = "none"
    provisional: bool = False
    detail: str = ""
    receipt: str = ""
    despite_reference: bool = False
    cause: Cause | None = None
    excerpts: tuple[Excerpt, ...] = ()

    @property
    def graded_checks(self) -> tuple[CheckRecord, ...]:
        """The checks that a task's points depend on."""
        return tuple(check for check in self.checks if check.task)

    @property
    def standing(self) -> str:
        """The status in words, as every report shows it."""
        marks = {"provisional": self.provisional, "despite the reference": self.despite_reference}
        cause = [self.cause.value] if self.cause is not None else []
        return ", ".join([self.status.value, *cause, *(mark for mark, holds in marks.items() if holds), *self._marks])

    @property
    def marked_at(self) -> datetime | None:
        """The time of the last mark by a person."""
        return max((task.mark.marked_at for task in self.tasks if task.mark is not None), default=None)

    @property
    def unmarked(self) -> tuple[TaskRecord, ...]:
        """The written parts that wait for a person; none where nothing could be graded."""
        if self.status in (Status.NOTHING_TO_GRADE, Status.REFUSED):
            return ()
        return tuple(task for task in self.tasks if task.written and task.mark is None)

    @property
    def _marks(self) -> Iterator[str]:
        """Notes on marks: which are open, which replace the grader's points, which are of other files."""
        if self.unmarked:
            yield f"{', '.join(task.id for task in self.unmarked)} not marked yet"
        for task in self.tasks:
            if task.mark is not None and not task.written:
                yield f"{task.id} adjusted"
            if task.mark is not None and task.mark.receipt != self.receipt:
                yield f"{task.id} marked before other files were handed in"


@dataclass(frozen=True)
class Origin:
    """Of what a grade is: the name and path that were handed in, the time (UTC) and the digest of the grade."""

    name: str
    path: str
    graded_at: datetime
    digest: str


def without_times(result: Result) -> Result:
    """The record without what may differ from run to run."""
    return replace(result, checks=tuple(replace(check, seconds=0.0) for check in result.checks))


def sharing_texts(result: Result) -> Result:
    """The same record; what stands in many, it holds in common with them. Thousands are kept in memory."""
    return replace(
        result,
        tasks=tuple(replace(task, id=intern(task.id), title=intern(task.title)) for task in result.tasks),
        checks=tuple(
            replace(
                check,
                name=intern(check.name),
                title=intern(check.title),
                task=intern(check.task),
                visibility=intern(check.visibility),
                verdict=replace(check.verdict, sentence=intern(check.verdict.sentence)),
            )
            for check in result.checks
        ),
    )
