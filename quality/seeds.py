"""Grade the whole bank again and again: under many seeds, and many times under one.

    python -m quality.seeds [--seeds 20] [--runs 20] [ASSIGNMENT…]

Every submission must earn what its head says under every seed, and every run under one seed must give the same
records but for times. Prints its counts; exits with 1 if anything differed.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from autograder.course.bank import Bank, read_bank
from autograder.course.layout import Assignment
from autograder.ledger.digests import digest
from autograder.ledger.records import Result, without_times
from autograder.proving.bank import complaints
from quality.sweep import Findings, chosen, findings, judged, parser, timed

FIRST_SEED = 1000


def main() -> None:
    """Run everything and print the counts."""
    options = parser(__doc__)
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--runs", type=int, default=20)
    arguments = options.parse_args()
    with timed("seeds"):
        sound = [_sweep(one, arguments.seeds, arguments.runs) for one in chosen(arguments.assignments)]
    sys.exit(0 if all(sound) else 1)


def _sweep(assignment: Assignment, seeds: int, runs: int) -> bool:
    bank, found = read_bank(assignment), findings("seeds", assignment)
    wrong = _wrong(assignment, bank, range(FIRST_SEED, FIRST_SEED + seeds), found)
    _report(wrong)
    entries = len(bank.entries)
    print(f"{assignment.name}: {entries} submissions under {seeds} seeds, {len(wrong)} not as their heads say")
    flakes = _flakes(assignment, bank, runs, found)
    _report(flakes)
    print(f"{assignment.name}: {entries} submissions in {runs} full runs under one seed, {len(flakes)} differ")
    return not wrong and not flakes


def _wrong(assignment: Assignment, bank: Bank, seeds: Sequence[int], found: Findings) -> list[str]:
    """Where a submission does not earn what its head says; only what is right is not graded again."""

    def said(name: str, result: Result) -> list[str]:
        return complaints(bank.entry(name), result)

    versions = {entry.name: entry.files for entry in bank.entries}
    heads = {entry.name: repr((entry.earns, entry.outcome)) for entry in bank.entries}
    every = judged(found, "seeds", assignment, versions, seeds, said, keep=lambda lines: not lines, also=heads)
    return [f"{name}, seed {seed}: {line}" for name, seed, lines in every for line in lines]


def _flakes(assignment: Assignment, bank: Bank, runs: int, found: Findings) -> list[str]:
    """The submissions whose records differ between runs under one seed, and where they differ first."""

    def record(name: str, result: Result) -> str:
        text = msgspec.json.encode(without_times(result)).decode()
        found.once(digest(text), lambda: text)
        return digest(text)

    versions = {entry.name: entry.files for entry in bank.entries}
    records = defaultdict(set)
    for name, _, key in judged(found, "runs", assignment, versions, [FIRST_SEED] * runs, record):
        records[name].add(key)
    return [f"{name}: {_difference(keys, found)}" for name, keys in records.items() if len(keys) > 1]


def _difference(keys: Iterable[str], found: Findings) -> str:
    first, second, *_ = (msgspec.json.decode(found[key], type=Result) for key in sorted(keys))
    pairs = zip(first.checks, second.checks, strict=False)
    return next((f"{one} / {two}" for one, two in pairs if one != two), f"{first} / {second}")


def _report(lines: Sequence[str]) -> None:
    for line in lines:
        print(f"  {line}"[:1000])


if __name__ == "__main__":
    main()
