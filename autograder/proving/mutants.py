"""Mutants of the references: does some check see every small change of the code?

Every mutant that cosmic-ray's operators make inside the graded solution regions is graded. One that still earns full
marks has survived: either a check is missing, or the mutant does the same as the reference, and is listed with the
reason in `tests/submissions/NN_slug/equivalent.toml`.
"""

import difflib
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from autograder.course.bank import read_toml
from autograder.course.layout import Assignment
from autograder.course.stubs import BEGIN, END
from autograder.errors import UserError
from autograder.ledger.records import Result
from autograder.proving.findings import findings, judged
from autograder.proving.matrix import ungraded_lines
from autograder.proving.versions import own_modules

SEED = 1
ARITHMETIC = ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow")
"""Bitwise operators are left out: on floats they always raise an exception."""


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mutant that does the same as the reference: the changed line before and after, and why that is so."""

    old: str
    new: str
    why: Annotated[str, msgspec.Meta(min_length=10)]


class Equivalents(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`equivalent.toml`."""

    mutants: tuple[Equivalent, ...] = msgspec.field(name="mutant")


def mutants(assignment: Assignment) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield every mutant of the reference: what changed (`file`, old line, new line), and the files."""
    reference = {name: assignment.reference(name).read_bytes() for name in assignment.manifest.files}
    for file in own_modules(assignment):
        source = reference[file].decode()
        ungraded = ungraded_lines(assignment, file)
        for mutated in sorted(set(_mutations(source))):
            change = _change(source, mutated, ungraded)
            if change is not None:
                yield "\0".join((file, *change)), reference | {file: mutated.encode()}


def survivors(assignment: Assignment) -> tuple[int, list[str]]:
    """Return how many mutants there are, and which of them still earn full marks."""
    versions = dict(mutants(assignment))

    def survives(name: str, result: Result) -> bool:
        return result.score == assignment.manifest.points

    every = judged(findings("mutants", assignment), "mutants", assignment, versions, [SEED], survives)
    return len(versions), sorted(name for name, _, alive in every if alive)


def listed(assignment: Assignment) -> dict[tuple[str, str], str]:
    """Return the mutants that are known to be equivalent, with the reason."""
    path = assignment.bank / "equivalent.toml"
    if not path.exists():
        return {}
    return {(mutant.old, mutant.new): mutant.why for mutant in read_toml(path, Equivalents).mutants}


def unexplained(assignment: Assignment, alive: Sequence[str]) -> list[str]:
    """Return a sentence for each survivor that is not listed, and for each listed one that does not survive."""
    known, changes = listed(assignment), [tuple(name.split("\0")[1:]) for name in alive]
    return [
        *(f"survives:\n    - {old}\n    + {new}" for old, new in changes if (old, new) not in known),
        *(
            f"listed as equivalent, but does not survive:\n    - {old}\n    + {new}"
            for old, new in known
            if (old, new) not in changes
        ),
    ]


def _mutations(source: str) -> Iterator[str]:
    try:
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator, operator_names
    except ImportError as error:
        raise UserError('Mutants are made by cosmic-ray: python -m pip install "cosmic-ray>=8.3"') from error
    for name in operator_names():
        if not _sensible(name):
            continue
        occurrence = 0
        while (mutated := mutate_code(source, get_operator(name)(), occurrence)) is not None:
            yield mutated
            occurrence += 1


def _sensible(operator: str) -> bool:
    """Return whether an operator needs no settings and can make something that runs on numbers."""
    parts = operator.split("_")
    return "Variable" not in operator and ("Binary" not in operator or set(parts[-2:]) <= set(ARITHMETIC))


def _change(source: str, mutated: str, ungraded: Sequence[tuple[int, int]]) -> tuple[str, str] | None:
    """The changed lines, joined; `None` for a change outside the solution regions, or in one that is `ungraded`."""
    before, after = source.split("\n"), mutated.split("\n")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    if len(blocks) != 1:
        return None
    _, first, last, new_first, new_last = blocks[0]
    opened = sum(line.strip() == BEGIN for line in before[:first]) - sum(line.strip() == END for line in before[:first])
    if not opened or any(begin <= first < end for begin, end in ungraded):
        return None
    return _joined(before[first:last]), _joined(after[new_first:new_last])


def _joined(lines: list[str]) -> str:
    return " ⏎ ".join(line.strip() for line in lines)
