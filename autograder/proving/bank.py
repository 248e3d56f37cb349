"""The points that the bank's submissions earn, compared with their heads."""

from collections.abc import Collection, Sequence

from autograder.course.bank import Entry, read_usable
from autograder.course.layout import Assignment
from autograder.ledger.records import Result
from autograder.outcomes import Outcome, Status
from autograder.proving.versions import grade_each


class Grades:
    """The results of an assignment's bank, or, with `public_only`, the verdicts of public checks on it.

    Each is graded once under a seed, when somebody asks for it.
    """

    def __init__(self, assignment: Assignment, *, public_only: bool = False) -> None:
        self.assignment = assignment
        self._public_only = public_only
        self._known: dict[tuple[str, int], Result] = {}

    def of(self, names: Collection[str], seeds: Sequence[int]) -> list[tuple[Entry, Result]]:
        """Return these entries with their results under each seed."""
        chosen = [entry for entry in read_usable(self.assignment).entries if entry.name in names]
        versions = {entry.name: entry.files for entry in chosen}
        wanted = [(entry.name, seed) for seed in seeds for entry in chosen]
        missing = [work for work in wanted if work not in self._known]
        for name, result in grade_each(self.assignment, versions, missing, public_only=self._public_only):
            self._known[name, result.seed] = result
        return [(entry, self._known[entry.name, seed]) for seed in seeds for entry in chosen]


def unusable(assignment: Assignment) -> list[str]:
    """Return a sentence for each entry of the bank that cannot be used."""
    remedy = "Mend it, or take it out: from class.toml and gaps.toml, too."
    return [f"{str(error).rstrip('.')}. {remedy}" for error in read_usable(assignment).unusable]


def complaints(entry: Entry, result: Result) -> list[str]:
    """Return where a result is not what the entry's head says."""
    said = [
        f"task {task.id}: earned {task.score}, its head says {entry.earns[task.id]:g}; "
        f"not passed: {_failed(entry, result, task.id)}."
        for task in result.tasks
        if task.score is None or abs(task.score - entry.earns[task.id]) > 1e-9
    ]
    if result.status is not Status.GRADED:
        said.append(f"status {result.status.value}: {result.message} {result.detail}")
    outcomes = {check.outcome for check in result.checks}
    if entry.outcome is not None and entry.outcome not in outcomes:
        said.append(f"no check ended as {entry.outcome.value!r}, only as {sorted(o.value for o in outcomes)}.")
    said += [f"{check.name}: {check.detail}" for check in result.checks if check.outcome is Outcome.GRADER_ERROR]
    return said


def _failed(entry: Entry, result: Result, task: str) -> str:
    """Name the checks of a task that did not pass, with their evidence for a submission that is known to be right."""
    failed = [check for check in result.checks if check.task == task and check.outcome is not Outcome.PASSED]
    if entry.name == "reference" or entry.name.startswith("right/"):
        named = [f"{check.name} ({check.outcome.value}: {check.message})" for check in failed]
    else:
        named = [check.name for check in failed]
    return "; ".join(named) or "nothing"
