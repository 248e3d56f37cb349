"""Mutants of the references: does some check see every small change of the code?

    python -m quality.mutants [ASSIGNMENT…]

Every mutant that cosmic-ray's operators make inside the solution regions is graded. One that still earns full marks
has survived: either a check is missing, or the mutant does the same as the reference, and is listed with the reason
in `tests/submissions/NN_slug/equivalent.toml`. Exits with 1 for a survivor that is not listed, and for a listed one
that no longer survives.
"""

import difflib
import sys
from collections.abc import Iterator
from typing import Annotated

import msgspec
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from autograder.course.bank import read_toml
from autograder.course.layout import Assignment
from autograder.course.stubs import BEGIN, END
from autograder.ledger.records import Result
from autograder.proving.versions import own_modules
from quality.sweep import chosen, findings, judged, parser, timed

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
    """Every mutant of the reference: what changed (`file`, old line, new line), and the files."""
    reference = {name: assignment.reference(name).read_bytes() for name in assignment.manifest.files}
    for file in own_modules(assignment):
        source = reference[file].decode()
        for mutated in sorted(set(_mutations(source))):
            change = _change(source, mutated)
            if change is not None:
                yield "\0".join((file, *change)), reference | {file: mutated.encode()}


def survivors(assignment: Assignment) -> tuple[int, list[str]]:
    """How many mutants there are, and which of them still earn full marks."""
    versions = dict(mutants(assignment))

    def survives(name: str, result: Result) -> bool:
        return result.score == assignment.manifest.points

    every = judged(findings("mutants", assignment), "mutants", assignment, versions, [SEED], survives)
    return len(versions), sorted(name for name, _, alive in every if alive)


def listed(assignment: Assignment) -> dict[tuple[str, str], str]:
    """The mutants that are known to be equivalent, with the reason."""
    path = assignment.bank / "equivalent.toml"
    if not path.exists():
        return {}
    return {(mutant.old, mutant.new): mutant.why for mutant in read_toml(path, Equivalents).mutants}


def main() -> None:
    """Print the counts and every survivor."""
    arguments = parser(__doc__).parse_args()
    with timed("mutants"):
        sound = [_sweep(assignment) for assignment in chosen(arguments.assignments)]
    sys.exit(0 if all(sound) else 1)


def _sweep(assignment: Assignment) -> bool:
    known = listed(assignment)
    count, alive = survivors(assignment)
    changes = [tuple(name.split("\0")[1:]) for name in alive]
    unexplained = [change for change in changes if change not in known]
    stale = [change for change in known if change not in changes]
    print(f"{assignment.name}: {count} mutants, {count - len(alive)} caught, {len(alive)} survive;")
    print(f"  {len(alive) - len(unexplained)} of those are listed as equivalent, {len(unexplained)} are not")
    for old, new in unexplained:
        print(f"  survives:\n    - {old}\n    + {new}")
    for old, new in stale:
        print(f"  listed as equivalent, but does not survive:\n    - {old}\n    + {new}")
    return not unexplained and not stale


def _mutations(source: str) -> Iterator[str]:
    for name in operator_names():
        if not _sensible(name):
            continue
        occurrence = 0
        while (mutated := mutate_code(source, get_operator(name)(), occurrence)) is not None:
            yield mutated
            occurrence += 1


def _sensible(operator: str) -> bool:
    """Whether an operator needs no settings and can make something that runs on numbers."""
    parts = operator.split("_")
    return "Variable" not in operator and ("Binary" not in operator or set(parts[-2:]) <= set(ARITHMETIC))


def _change(source: str, mutated: str) -> tuple[str, str] | None:
    """The changed lines, joined; `None` for a change outside the solution regions."""
    before, after = source.split("\n"), mutated.split("\n")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    if len(blocks) != 1:
        return None
    _, first, last, new_first, new_last = blocks[0]
    opened = sum(line.strip() == BEGIN for line in before[:first]) - sum(line.strip() == END for line in before[:first])
    if not opened:
        return None
    return _joined(before[first:last]), _joined(after[new_first:new_last])


def _joined(lines: list[str]) -> str:
    return " ⏎ ".join(line.strip() for line in lines)


if __name__ == "__main__":
    main()
