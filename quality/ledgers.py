"""The contents of a ledger, to be compared with another's."""

from dataclasses import replace
from pathlib import Path

from autograder.ledger.records import without_times
from autograder.ledger.store import open_ledger


def held(folder: Path) -> dict[str, object]:
    """Grades and units by submission, but for times, and without where the submissions lie."""
    found: dict[str, object] = {}
    with open_ledger(folder, None, make=False) as ledger:
        for source in ledger.sources():
            grades = [(without_times(grade.result), grade.inputs) for grade in ledger.grades(source.id)]
            units = {
                key: replace(
                    unit,
                    cpu=0.0,
                    wall=0.0,
                    waiting=0.0,
                    checks=tuple(replace(check, seconds=0.0) for check in unit.checks),
                )
                for key, unit in ledger.known(source.id).items()
            }
            found[source.id] = grades, units
    return found
