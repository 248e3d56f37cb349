"""Finds kinds of input that no check ever passes to a public name, and numbers of the handout that no check knows."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import numpy as np

from autograder import toml
from autograder.course.handout import FORMULA
from autograder.course.layout import Assignment
from autograder.errors import UserError
from autograder.proving.kinds import KINDS, as_array, asked_of, kinds_of
from autograder.proving.recording import Call, recorded
from autograder.proving.versions import own_modules

REASONS = "gaps.toml"
"""File beside the hidden checks in which an author says why a kind or a number is not asked for."""

OBVIOUS = {0.0, 1.0, 2.0}
"""Numbers that stand everywhere and say nothing."""

Text = Annotated[str, msgspec.Meta(min_length=1)]


class GapsError(UserError):
    """The file of reasons is malformed; the message names it and the key."""


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reason why arguments need not be of some kinds.

    `of` are patterns such as `forward.X` and `*.rng`; the calls of a function go by its name alone.
    """

    of: tuple[Text, ...]
    kinds: tuple[Text, ...]
    because: Text


class Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Numbers of the handout that no check has: an example, a size, or something that `because` explains."""

    numbers: tuple[float, ...]
    are: Literal["example", "size"] | None = None
    because: str = ""


class Stressed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words that the handout sets in bold: the entry of the bank in which a public check shows what they ask for, or
    why they ask for nothing.
    """

    words: Text
    shown_by: str = ""
    because: str = ""


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that an author says of what the checks of an assignment ask, and what they do not.

    `ungraded` are functions that students may write for no points: no mistake in them costs any.
    """

    kinds: tuple[Reason, ...] = msgspec.field(default=(), name="gap")
    numbers: tuple[Numbers, ...] = msgspec.field(default=(), name="number")
    stressed: tuple[Stressed, ...] = ()
    ungraded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """A kind of input that `name`, a parameter or a function, is never given."""

    name: str
    kind: str


def gaps(assignment: Assignment) -> list[str]:
    """Return a sentence for each gap without a reason, and for each reason without a gap.

    Raises `GapsError`, and `GraderFault` where the reference does not pass.
    """
    path = assignment.hidden / REASONS
    reasons = read_reasons(path)
    missing = missing_kinds(recorded(assignment))
    unused = set(range(len(reasons.kinds)))
    unexcused: dict[str, list[str]] = defaultdict(list)
    for gap in missing:
        excused = [place for place, reason in enumerate(reasons.kinds) if _fits(reason, gap)]
        unused.difference_update(excused)
        if not excused:
            unexcused[gap.name].append(gap.kind)
    said = [
        f"{name}: never {', '.join(kinds)}. Add a check, or a reason to {path.name}."
        for name, kinds in unexcused.items()
    ]
    for place in sorted(unused):
        reason = reasons.kinds[place]
        said.append(f"{path.name}: {', '.join(reason.of)} ({', '.join(reason.kinds)}): there is no such gap any more.")
    return [*said, *_unknown_numbers(assignment, reasons)]


def read_reasons(path: Path) -> Reasons:
    """Read the reasons for gaps; none where there is no file. Raises `GapsError`."""
    if not path.exists():
        return Reasons()
    try:
        reasons = msgspec.convert(toml.loads(path.read_text(encoding="utf-8")), Reasons)
    except (toml.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise GapsError(f"{path}: {error}") from error
    unknown = {kind for reason in reasons.kinds for kind in reason.kinds} - set(KINDS)
    if unknown:
        raise GapsError(f"{path}: there is no kind {', '.join(sorted(unknown))}. There are: {', '.join(KINDS)}.")
    return reasons


def missing_kinds(calls: Iterable[Call]) -> list[Gap]:
    """Return the kinds that arguments never were, and the functions that were never called again."""
    seen: dict[str, set[str]] = defaultdict(set)
    orders: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    shapes: dict[str, dict[object, set[object]]] = defaultdict(lambda: defaultdict(set))
    for call in calls:
        for parameter, value in call.arguments.items():
            name = f"{call.name}.{parameter}"
            seen[name] |= kinds_of(value)
            if parameter in call.compared:
                seen[name].add("unchanged")
            if isinstance(value, dict):
                orders[name].add(tuple(map(str, value)))
        shapes[call.name][call.on, _shapes(call.arguments)].add(_content(call.arguments))
    for name, found in orders.items():
        if any(sorted(one) == sorted(other) for one in found for other in found if one != other):
            seen[name].add("another order")
    gaps = [Gap(name, kind) for name, kinds in seen.items() for kind in asked_of(kinds) if kind not in kinds]
    again = [name for name, groups in shapes.items() if not any(len(contents) > 1 for contents in groups.values())]
    return [*gaps, *(Gap(name, "called again with the same shapes") for name in again)]


def numbers_in(text: str) -> Iterator[float]:
    """Yield the numbers in a text, but for those in names (`W1`) and those of tasks (`task 2.1`)."""
    without_tasks = re.sub(r"\btasks? [\d., and]+", "", text)
    for found in re.findall(r"(?<![\w.])\d[\d,_]*(?:\.\d+)?(?:e-?\d+)?(?![\w])", without_tasks):
        yield float(found.rstrip(",").replace(",", "").replace("_", ""))


def handout_numbers(assignment: Assignment) -> set[float]:
    """Return the numbers in the code spans of the handout and in the docstrings of the stubs."""
    texts = []
    handout = assignment.folder / "README.md"
    if handout.exists():
        words = FORMULA.sub("", handout.read_text(encoding="utf-8"))
        texts += re.findall(r"(?<!`)`([^`\n]+)`(?!`)", words)
    for path in _modules(assignment):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
        texts += [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)]
    return {number for text in texts for number in numbers_in(text)} - OBVIOUS


def check_numbers(assignment: Assignment) -> set[float]:
    """Return the numbers that stand in the checks' code."""
    found = set()
    for path in (*assignment.public_checks, *assignment.hidden_checks):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(int(number) | float(number)):
                    found.add(float(number))
    return found


def _unknown_numbers(assignment: Assignment, reasons: Reasons) -> list[str]:
    explained = {number for one in reasons.numbers if one.are or one.because for number in one.numbers}
    unknown = handout_numbers(assignment) - check_numbers(assignment)
    return [
        *(
            f"{number:g} stands in the handout and in no check: add one, or say in {REASONS} what it is."
            for number in sorted(unknown - explained)
        ),
        *(f"{REASONS}: {number:g} is explained, and needs no explanation." for number in sorted(explained - unknown)),
    ]


def _fits(reason: Reason, gap: Gap) -> bool:
    return gap.kind in reason.kinds and any(fnmatchcase(gap.name, pattern) for pattern in reason.of)


def _modules(assignment: Assignment) -> Sequence[Path]:
    return [assignment.folder / name for name in own_modules(assignment)]


def _shapes(arguments: Mapping[str, object]) -> object:
    return tuple((name, _shape(value)) for name, value in arguments.items())


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return tuple((key, _shape(part)) for key, part in value.items())
    array = as_array(value)
    return type(value).__name__ if array is None else array.shape


def _content(arguments: Mapping[str, object]) -> object:
    return tuple(_bytes(value) for value in arguments.values())


def _bytes(value: object) -> object:
    if isinstance(value, dict):
        return tuple(map(_bytes, value.values()))
    array = as_array(value)
    return repr(value) if array is None else np.ascontiguousarray(array).tobytes()
