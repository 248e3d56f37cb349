"""Compare two records of the same submission, fact by fact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quality.golden.records import Record
from quality.golden.wording import Wording

EVIDENCE = "evidence"
"""The kind of difference that is counted by itself: values and tracebacks beside an unchanged sentence."""

WHOLE = "whole"
"""Place of a fact that concerns the whole submission."""

Fact = str | float | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class Difference:
    """One fact that two versions see in two ways. `where` is a check's name, a task, or `WHOLE`."""

    submission: str
    where: str
    kind: str
    old: Fact
    new: Fact

    def __str__(self) -> str:
        return (
            f"{self.submission}, {self.where}: {self.kind}: {_only(self.old, self.new)} → {_only(self.new, self.old)}"
        )


def all_differences(old: Mapping[str, Record], new: Mapping[str, Record], wording: Wording) -> Iterator[Difference]:
    """Yield every difference of two classes, records by submission."""
    for submission in sorted(old.keys() | new.keys()):
        if submission in old and submission in new:
            yield from differences(old[submission], new[submission], wording)
        else:
            yield Difference(submission, WHOLE, "record", submission in old, submission in new)


def differences(old: Record, new: Record, wording: Wording) -> Iterator[Difference]:
    """Yield every difference of two records, but for times and versions; `old` is taken through `wording` first.

    A check or a task that only one record has is one difference, in the list of `checks` or `tasks`.
    """
    before, now = _facts(old, wording), _facts(new, Wording())
    for (where, kind), fact in before.items():
        if (where, kind) in now and now[where, kind] != fact:
            yield Difference(old.submission, where, kind, fact, now[where, kind])


def _facts(record: Record, wording: Wording) -> dict[tuple[str, str], Fact]:
    """Everything that is compared, by where it stands and its kind."""
    renewed = wording.renewed
    facts: dict[tuple[str, str], Fact] = {
        (WHOLE, "status"): record.status,
        (WHOLE, "score"): record.score,
        (WHOLE, "points"): record.max_score,
        (WHOLE, "sentence"): renewed(record.message),
        (WHOLE, EVIDENCE): record.detail,
        (WHOLE, "notes"): tuple(map(renewed, record.notes)),
        (WHOLE, "sandbox layers"): record.sandbox,
        (WHOLE, "receipt"): record.receipt,
        (WHOLE, "seed"): record.seed,
        (WHOLE, "provisional"): record.provisional,
        (WHOLE, "tasks"): tuple(task.id for task in record.tasks),
        (WHOLE, "checks"): tuple(check.name for check in record.checks),
    }
    for task in record.tasks:
        where = f"task {task.id}"
        facts |= {
            (where, "title"): renewed(task.title),
            (where, "points"): task.points,
            (where, "score"): task.score,
        }
    for check in record.checks:
        facts |= {
            (check.name, "title"): renewed(check.title),
            (check.name, "task"): check.task,
            (check.name, "weight"): check.weight,
            (check.name, "visibility"): check.visibility,
            (check.name, "outcome"): check.outcome,
            (check.name, "sentence"): renewed(check.sentence),
            (check.name, "shows evidence"): bool(check.shown),
            (check.name, EVIDENCE): (check.shown, check.evidence),
        }
    return facts


def _only(fact: Fact, other: Fact) -> str:
    """Return what of a fact the other lacks; all of it where both hold the same in another order."""
    if isinstance(fact, tuple) and isinstance(other, tuple):
        own = [part for part in fact if part not in other]
        return repr(own if own or set(fact) != set(other) else list(fact))
    return repr(fact)
