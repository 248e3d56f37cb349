"""The unit of grading: what the checks of one group made of one submission, and everything that this follows from."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from autograder.checks.order import failed_tasks
from autograder.checks.spec import CheckGroup
from autograder.ledger.records import CheckRecord, Result
from autograder.outcomes import Outcome, Status

NEVER_REUSED = frozenset(
    {
        Outcome.TIMED_OUT,
        Outcome.OUT_OF_MEMORY,
        Outcome.CRASHED,
        Outcome.PROTOCOL_FAILURE,
        Outcome.NOT_RUN,
        Outcome.GRADER_ERROR,
    }
)
"""Outcomes that may be the machine's doing: the kernel, too, kills where memory runs out."""


@dataclass(frozen=True)
class Inputs:
    """Everything a verdict depends on, as cache keys; `checks` by the names of their groups."""

    submission: str
    content: str
    seed: str
    data: str
    manifest: str
    engine: str
    versions: str
    layers: str
    checks: Mapping[str, str]

    def key(self, group: str) -> str:
        """Return what tells the verdicts of a group under these inputs from all others."""
        fields = msgspec.to_builtins(self) | {"checks": self.checks[group], "group": group}
        return hashlib.sha256(msgspec.json.encode(fields, order="deterministic")).hexdigest()


@dataclass(frozen=True)
class Unit:
    """The verdicts of a group of checks on a submission.

    `failed` are the tasks among those that it waits for that had failed. `layers`, `notes` and `substituted` are what
    its student process said and was given, `cpu` and `wall` the seconds that it took in all, `waiting` those that its
    code waited.
    """

    group: str
    key: str
    checks: tuple[CheckRecord, ...]
    failed: tuple[str, ...]
    layers: tuple[str, ...]
    notes: tuple[str, ...]
    substituted: bool
    cpu: float
    wall: float
    waiting: float = 0.0

    @property
    def reusable(self) -> bool:
        """Whether running it again would give the same verdicts."""
        return not NEVER_REUSED.intersection(check.outcome for check in self.checks)


@dataclass(frozen=True)
class Graded:
    """A result, and its origin for the ledger; `inputs` are `None` where nothing could be graded."""

    result: Result
    inputs: Inputs | None = None
    units: tuple[Unit, ...] = ()

    @property
    def faulted(self) -> bool:
        """Whether the grader itself went wrong."""
        return self.result.status is Status.NEEDS_REVIEW


def encoded(graded: Graded) -> bytes:
    """Return it as JSON, so that nothing of a submission is ever unpickled."""
    return msgspec.json.encode(graded)


def decoded(content: bytes | str) -> Graded:
    """Return what `encoded` made."""
    return msgspec.json.decode(content, type=Graded)


def outcomes_of(units: Iterable[Unit]) -> Iterator[tuple[str, Outcome]]:
    """The outcome of every check, beside its task."""
    return ((check.task, check.outcome) for unit in units for check in unit.checks)


def known_unit(group: CheckGroup, key: str, before: Sequence[Unit], known: Mapping[str, Unit]) -> Unit | None:
    """The unit of a group that is known and holds here, after the units `before`."""
    unit = known.get(key)
    failed = failed_tasks(outcomes_of(before))
    if unit is None or not unit.reusable or unit.failed != tuple(task for task in group.waits_for if task in failed):
        return None
    skipped = any(check.outcome is Outcome.SKIPPED for check in unit.checks)
    unjudged = failed - failed_tasks(outcomes_of(before), but=(Outcome.GRADER_ERROR,))
    if skipped and unjudged.intersection(unit.failed):
        return None  # what it was skipped for had failed then, and is open now
    return unit
