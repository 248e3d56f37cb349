"""Grade the whole bank again and again: under many seeds, and many times under one.

Every submission must earn what its head says under every seed, and every run under one seed must give the same record
but for times.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from autograder.course.bank import read_usable
from autograder.course.layout import Assignment
from autograder.ledger.digests import digest
from autograder.ledger.records import Result, without_times
from autograder.proving.bank import complaints
from autograder.proving.findings import Findings, findings, judged

FIRST_SEED = 1000


def wrong_heads(assignment: Assignment, seeds: Sequence[int]) -> list[str]:
    """Return where a submission does not earn what its head says; only what is right is not graded again."""
    bank, found = read_usable(assignment), findings("seeds", assignment)

    def said(name: str, result: Result) -> list[str]:
        return complaints(bank.entry(name), result)

    versions = {entry.name: entry.files for entry in bank.entries}
    heads = {entry.name: repr((entry.earns, entry.outcome)) for entry in bank.entries}
    every = judged(found, "seeds", assignment, versions, seeds, said, keep=lambda lines: not lines, also=heads)
    return [f"{name}, seed {seed}: {line}" for name, seed, lines in every for line in lines]


def flakes(assignment: Assignment, runs: int) -> list[str]:
    """Return the submissions whose records differ between so many runs under one seed, and where they differ first."""
    bank, found = read_usable(assignment), findings("seeds", assignment)

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
