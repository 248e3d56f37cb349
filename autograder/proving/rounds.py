"""The rounds in which an assignment is proved, the fast ones first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograder.course.bank import read_bank
from autograder.course.layout import Assignment
from autograder.proving.bank import complaints, grade_bank
from autograder.proving.gaps import gaps
from autograder.proving.handout import broken_links

SEEDS = (1, 2, 3)
MANY_SEEDS = range(1000, 1020)
ROOM = 4
"""How many times as much as the reference needs a check may use, at least."""

ENDS = ("reference", "stub")


@dataclass(frozen=True)
class Round:
    """One question to an assignment: `find` returns a sentence, with its remedy, for each thing that is wrong."""

    title: str
    find: Callable[[Assignment], list[str]]
    thorough: bool = False


@dataclass(frozen=True)
class Proof:
    """What a round found; nothing is wrong where `findings` is empty."""

    title: str
    findings: Sequence[str]


def prove(assignment: Assignment, *, thorough: bool = False) -> Iterator[Proof]:
    """Yield what each round finds, as it is done. Without `thorough` the slow rounds are left out.

    Raises `BankError`, `GapsError`, `ManifestError`, and `GraderFault` where checks cannot be run.
    """
    for one in ROUNDS:
        if thorough or not one.thorough:
            yield Proof(one.title, one.find(assignment))


def wrong_ends(assignment: Assignment) -> list[str]:
    """Return where the reference loses a point, or the stub earns one, under three seeds."""
    return _wrong(assignment, ENDS, SEEDS)


def narrow_limits(assignment: Assignment) -> list[str]:
    """Return the checks for which the reference needs so much time that a slower right solution would be stopped."""
    limits = assignment.manifest.limits
    found = {}
    for _, result in grade_bank(assignment, SEEDS, lambda entry: entry.name == "reference"):
        for check in result.checks:
            if check.seconds * ROOM > limits.check_cpu_seconds:
                found[check.name] = (
                    f"{check.name}: the reference takes {check.seconds:.1f} s of {limits.check_cpu_seconds:g} s. "
                    f"Ask for less, or raise check_cpu_seconds: leave {ROOM} times what the reference needs."
                )
        total = sum(check.seconds for check in result.checks)
        if total * ROOM > limits.total_cpu_seconds:
            found[""] = (
                f"The reference takes {total:.0f} s of {limits.total_cpu_seconds:g} s in all: raise total_cpu_seconds."
            )
    return list(found.values())


def wrong_heads(assignment: Assignment) -> list[str]:
    """Return where a submission of the bank does not earn exactly what its head says."""
    others = [entry.name for entry in read_bank(assignment).entries if entry.name not in ENDS]
    return _wrong(assignment, others, SEEDS[:1])


def wrong_heads_under_many_seeds(assignment: Assignment) -> list[str]:
    """Return where that is not so under one of many seeds."""
    return _wrong(assignment, [entry.name for entry in read_bank(assignment).entries], MANY_SEEDS)


def _wrong(assignment: Assignment, names: Sequence[str], seeds: Sequence[int]) -> list[str]:
    graded = grade_bank(assignment, seeds, lambda entry: entry.name in names)
    return [
        f"{entry.name}, seed {result.seed}: {said} Mend the checks, or its head."
        for entry, result in graded
        for said in complaints(entry, result)
    ]


ROUNDS = (
    Round("The links and pictures of the handout are there", broken_links),
    Round("The reference earns everything, the stub nothing", wrong_ends),
    Round("Checks leave room for slower right solutions", narrow_limits),
    Round("Checks try every kind of input, and every number of the handout", gaps),
    Round("The bank earns what its heads say", wrong_heads),
    Round("The bank earns it under twenty seeds", wrong_heads_under_many_seeds, thorough=True),
)
