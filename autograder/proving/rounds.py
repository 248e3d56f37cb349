"""The rounds in which an assignment is proved, the fast ones first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.course.bank import BankError, read_usable
from autograder.course.layout import Assignment
from autograder.course.times import TIMES, times_of
from autograder.errors import GraderFault
from autograder.grading.collection import collect
from autograder.ledger.records import Result
from autograder.proving import garbage, matrix, mutants, seeds, stand_in_fuzz
from autograder.proving.bank import Grades, complaints, unusable
from autograder.proving.gaps import GapsError, gaps
from autograder.proving.handout import broken_formulas, broken_links
from autograder.proving.stressed import unshown

SEEDS = (1, 2, 3)
MANY_SEEDS = range(seeds.FIRST_SEED, seeds.FIRST_SEED + 20)
RUNS = 5
CALLS, MANY_CALLS = 2_000, 10_000
ROOM = 4
"""Least limit of a check, as a multiple of what the reference needs."""

SLOWER = 4
"""Times as long as `times.toml` says that the reference may take on another computer."""

ENDS = ("reference", "stub")


@dataclass(frozen=True)
class Round:
    """One question to an assignment: `find` returns a sentence, with its remedy, for each thing that is wrong."""

    title: str
    find: Callable[[Grades], list[str]]
    thorough: bool = False


@dataclass(frozen=True)
class Proof:
    """The findings of a round; nothing is wrong where `findings` is empty."""

    title: str
    findings: Sequence[str]


def prove(assignment: Assignment, *, thorough: bool = False) -> Iterator[Proof]:
    """Yield what each round finds, as it is done. Without `thorough` the slow rounds are left out.

    A round finds nothing but the reason where the bank, the author's reasons or the checks cannot be used. Raises
    `ManifestError`, and `UserError` where a library is missing.
    """
    grades, fault = Grades(assignment), ""
    for one in ROUNDS:
        if thorough or not one.thorough:
            try:
                found = one.find(grades)
            except (BankError, GapsError, GraderFault) as error:
                found = ["It cannot be looked at, as above." if str(error) == fault else str(error)]
                fault = str(error)
            yield Proof(one.title, found)


def wrong_ends(grades: Grades) -> list[str]:
    """Return where the reference loses a point, or the stub earns one, under three seeds."""
    return _wrong(grades, ENDS, SEEDS)


def narrow_limits(grades: Grades) -> list[str]:
    """Return the checks for which the reference needs so much time that a slower right solution would be stopped."""
    limits = grades.assignment.manifest.limits
    own = {check.name: check.cpu_seconds for check in collect(grades.assignment)}
    found = {}
    for _, result in grades.of(ENDS[:1], SEEDS):
        for check in result.checks:
            if check.seconds * ROOM > own[check.name]:
                found[check.name] = (
                    f"{check.name}: the reference takes {check.seconds:.1f} s of {own[check.name]:g} s. Ask for less, "
                    f"or raise check_cpu_seconds or its timeout: leave {ROOM} times what the reference needs."
                )
        total = sum(check.seconds for check in result.checks)
        if total * ROOM > limits.total_cpu_seconds:
            found[""] = (
                f"The reference takes {total:.0f} s of {limits.total_cpu_seconds:g} s in all: raise total_cpu_seconds."
            )
    return list(found.values())


def wrong_times(grades: Grades) -> list[str]:
    """Return the tasks in which the reference takes much longer than `times.toml` says, so that students are misled."""
    times = times_of(grades.assignment)
    if times is None:
        return []
    runs = [longest([result]) for _, result in grades.of(ENDS[:1], SEEDS)]
    quickest = {task: min(run[task] for run in runs) for task in runs[0]}  # something else may have held up one of them
    return [
        f"{TIMES}: the reference takes {seconds:.2g} s in task {task}, not {times.of(task):g} s: measure it again."
        for task, seconds in quickest.items()
        if seconds > SLOWER * times.of(task)
    ]


def longest(results: Iterable[Result]) -> dict[str, float]:
    """Return the seconds of computing time in the longest check of each task."""
    taken: dict[str, float] = {}
    for result in results:
        for check in result.checks:
            taken[check.task] = max(taken.get(check.task, 0.0), check.seconds)
    return taken


def wrong_heads(grades: Grades) -> list[str]:
    """Return where a submission of the bank does not earn exactly what its head says, or cannot be used."""
    others = [entry.name for entry in read_usable(grades.assignment).entries if entry.name not in ENDS]
    return [*unusable(grades.assignment), *_wrong(grades, others, SEEDS[:1])]


def careless_stand_ins(assignment: Assignment, calls: int) -> list[str]:
    """Return the calls of the checks' stand-ins with odd values that raise, or take too much memory."""
    _, found = stand_in_fuzz.of_assignment(assignment, calls, seed=1)
    return [f"{finding} Open what it is given by `expect`." for finding in found]


def mistakes_that_cost_twice(assignment: Assignment) -> list[str]:
    """Return the functions that cost points nowhere, or in more than one task beside the integration tasks."""
    return matrix.off_diagonal(assignment, matrix.losses(assignment))


def unseen_mutants(assignment: Assignment) -> list[str]:
    """Return the small changes of the reference that no check sees, and that are not listed as equivalent."""
    _, alive = mutants.survivors(assignment)
    return mutants.unexplained(assignment, alive)


def _wrong(grades: Grades, names: Sequence[str], under: Sequence[int]) -> list[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for entry, result in grades.of(names, under):
        for said in complaints(entry, result):
            found.setdefault((entry.name, said), []).append(str(result.seed))
    return [
        f"{name}, seed {', '.join(seeds)}: {said} Mend the checks{'' if name in ENDS else ', or its head'}."
        for (name, said), seeds in found.items()
    ]


ROUNDS = (
    Round("The links and pictures of the handout are there", lambda grades: broken_links(grades.assignment)),
    Round("A code host shows the formulas of the handout", lambda grades: broken_formulas(grades.assignment)),
    Round("The reference earns everything, the stub nothing", wrong_ends),
    Round("Checks leave room for slower right solutions", narrow_limits),
    Round("The reference takes the time that students are told", wrong_times),
    Round("Checks try every kind of input, and every number of the handout", lambda grades: gaps(grades.assignment)),
    Round("Public checks show what the handout stresses", unshown),
    Round("Stand-ins bear odd values", lambda grades: careless_stand_ins(grades.assignment, CALLS)),
    Round("No garbage is an error of the checks", lambda grades: garbage.faults(grades.assignment, thorough=False)),
    Round("The bank earns what its heads say", wrong_heads),
    Round("One mistake costs once", lambda grades: mistakes_that_cost_twice(grades.assignment), thorough=True),
    Round(
        "Stand-ins bear many more odd values",
        lambda grades: careless_stand_ins(grades.assignment, MANY_CALLS),
        thorough=True,
    ),
    Round(
        "No garbage is an error of the checks, whenever it begins",
        lambda grades: garbage.faults(grades.assignment, thorough=True),
        thorough=True,
    ),
    Round(
        "A check sees every small change of the reference",
        lambda grades: unseen_mutants(grades.assignment),
        thorough=True,
    ),
    Round(
        "The bank earns it under twenty seeds",
        lambda grades: seeds.wrong_heads(grades.assignment, MANY_SEEDS),
        thorough=True,
    ),
    Round("The same seed gives the same record", lambda grades: seeds.flakes(grades.assignment, RUNS), thorough=True),
)
