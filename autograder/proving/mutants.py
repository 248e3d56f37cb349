"""Mutants of the references: does some check see every small change of the code?

Every mutant that cosmic-ray's operators make inside the graded solution regions is graded, but for changes of what an
exception is given to say. One that still earns full marks has survived: either a check is missing, or the mutant does
the same as the reference, and is listed with the reason in `tests/submissions/NN_slug/equivalent.toml`.
"""

import ast
import difflib
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
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

LISTED = "equivalent.toml"
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
        ungraded, said = ungraded_lines(assignment, file), _said_by_exceptions(source)
        for mutated in sorted(set(_mutations(source))):
            change = _change(source, mutated, ungraded)
            if change is not None and not _within(source, mutated, said):
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
    path = assignment.bank / LISTED
    if not path.exists():
        return {}
    return {(mutant.old, mutant.new): mutant.why for mutant in read_toml(path, Equivalents).mutants}


def unexplained(assignment: Assignment, alive: Sequence[str]) -> list[str]:
    """Return a sentence for each survivor that is not listed, and for each listed one that does not survive."""
    path = (assignment.bank / LISTED).relative_to(assignment.root)
    known, changes = listed(assignment), [tuple(name.split("\0")) for name in alive]
    survive = {(old, new) for _, old, new in changes}
    return [
        *(
            f"{file}: every check passes with this change:\n    - {old}\n    + {new}\n"
            f"Add a check that sees it, or a [[mutant]] to {path} that says why it does the same."
            for file, old, new in changes
            if (old, new) not in known
        ),
        *(
            f"{path}: a check sees this change, or it is made no more:\n    - {old}\n    + {new}\n"
            "Take out its [[mutant]]."
            for old, new in known
            if (old, new) not in survive
        ),
    ]


def require_cosmic_ray() -> None:
    """Raise `UserError`, with the command that installs it, where mutants cannot be made."""
    try:
        import cosmic_ray.mutating  # noqa: F401
    except ImportError as error:
        python = os.path.relpath(sys.executable) if Path(sys.executable).is_relative_to(Path.cwd()) else sys.executable
        raise UserError(
            "--thorough changes the reference in small ways by cosmic-ray, which is not installed: "
            f'{shlex.quote(python)} -m pip install "cosmic-ray>=8.3" "setuptools>=77"'
        ) from error


def _mutations(source: str) -> Iterator[str]:
    require_cosmic_ray()
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

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


def _said_by_exceptions(source: str) -> list[tuple[int, int]]:
    """Return where the arguments of each `raise X(…)` begin and end, in bytes: no check reads an exception's words."""
    lines = source.encode().splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    return [
        (starts[one.lineno - 1] + one.col_offset, starts[(one.end_lineno or 0) - 1] + (one.end_col_offset or 0))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        for one in (*node.exc.args, *(keyword.value for keyword in node.exc.keywords))
    ]


def _within(source: str, mutated: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Return whether one of these spans of the source holds all that differs."""
    before, after = source.encode(), mutated.encode()
    return any(after.startswith(before[:begin]) and after.endswith(before[end:]) for begin, end in spans)


def _joined(lines: list[str]) -> str:
    return " ⏎ ".join(line.strip() for line in lines)
