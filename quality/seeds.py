"""Grade the whole bank again and again: under many seeds, and many times under one.

    python -m quality.seeds [--seeds 20] [--runs 20] [ASSIGNMENT…]

Every submission must earn what its head says under every seed, and every run under one seed must give the same
records but for times. Prints its counts; exits with 1 if anything differed.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.progress import track

from autograder.bank import Entry, read_bank
from autograder.course import Assignment
from autograder.outcomes import Outcome, Status
from autograder.records import Result, without_times
from quality.variants import COURSE, gradable, grade_versions

FIRST_SEED = 1000


def grade_bank(
    assignment: Assignment, seeds: Iterable[int], chosen: Callable[[Entry], bool] = lambda entry: True
) -> Iterator[tuple[Entry, Result]]:
    """Grade every entry of an assignment's bank that is `chosen`, under every seed."""
    bank = read_bank(assignment)
    versions = {entry.name: entry.files for entry in bank.entries if chosen(entry)}
    for name, result in grade_versions(assignment, versions, seeds):
        yield bank.entry(name), result


def complaints(entry: Entry, result: Result) -> list[str]:
    """Where a result is not what the entry's head says."""
    said = [
        f"task {task.id}: earned {task.score}, its head says {entry.earns[task.id]:g}; "
        f"not passed: {_failed(result, task.id)}"
        for task in result.tasks
        if task.score is None or abs(task.score - entry.earns[task.id]) > 1e-9
    ]
    if result.status is not Status.GRADED:
        said.append(f"status {result.status.value}: {result.message} {result.detail}")
    outcomes = {check.outcome for check in result.checks}
    if entry.outcome is not None and entry.outcome not in outcomes:
        said.append(f"no check ended as {entry.outcome.value!r}, only as {sorted(o.value for o in outcomes)}")
    said += [f"{check.name}: {check.detail}" for check in result.checks if check.outcome is Outcome.GRADER_ERROR]
    return said


def _failed(result: Result, task: str) -> str:
    failed = [check for check in result.checks if check.task == task and check.outcome is not Outcome.PASSED]
    return "; ".join(f"{check.name} ({check.outcome.value}: {check.message})" for check in failed) or "nothing"


def main() -> None:
    """Run everything and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("assignments", nargs="*")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=20)
    arguments = parser.parse_args()
    chosen = [COURSE.assignment(name) for name in arguments.assignments] or gradable()
    failed = [assignment.name for assignment in chosen if not _sweep(assignment, arguments.seeds, arguments.runs)]
    sys.exit(1 if failed else 0)


def _sweep(assignment: Assignment, seeds: int, runs: int) -> bool:
    entries = len(read_bank(assignment).entries)
    graded = grade_bank(assignment, range(FIRST_SEED, FIRST_SEED + seeds))
    wrong = []
    for entry, result in track(graded, f"{assignment.name}: seeds", total=entries * seeds):
        wrong += [f"{entry.name}, seed {result.seed}: {said}" for said in complaints(entry, result)]
    _report(wrong)
    print(f"{assignment.name}: {entries} submissions under {seeds} seeds, {len(wrong)} not as their heads say")
    first: dict[str, Result] = {}
    flakes = []
    again = grade_bank(assignment, [FIRST_SEED] * runs)
    for entry, result in track(again, f"{assignment.name}: runs", total=entries * runs):
        record = without_times(result)
        if first.setdefault(entry.name, record) != record:
            flakes.append(f"{entry.name}: {_difference(first[entry.name], record)}")
    _report(flakes)
    print(f"{assignment.name}: {entries} submissions in {runs} full runs under one seed, {len(flakes)} differ")
    return not wrong and not flakes


def _difference(first: Result, second: Result) -> str:
    pairs = zip(first.checks, second.checks, strict=False)
    return next((f"{one} / {two}" for one, two in pairs if one != two), f"{first} / {second}")


def _report(lines: Sequence[str]) -> None:
    for line in lines:
        print(f"  {line}"[:1000])


if __name__ == "__main__":
    main()
