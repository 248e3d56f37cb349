"""The course as a whole: `course.toml`, which says of assignments what their manifests cannot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from autograder import toml
from autograder.course.layout import Assignment, Course
from autograder.errors import UserError

PLAN = "course.toml"

Positive = Annotated[float, msgspec.Meta(gt=0, le=1e3)]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class PlanError(UserError):
    """A plan that cannot be used; the message names the file and the assignment."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The lines of `course.toml` on one assignment.

    `builds_on` are the folders' names of those that it needs, beside those that its manifest brings files along from.
    """

    name: Text
    hours: Positive
    builds_on: tuple[Text, ...] = ()
    counts: bool = True


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    assignment: tuple[Entry, ...]


@dataclass(frozen=True)
class Unit:
    """An assignment in its course: a student's hours, all that it builds on, and whether its points count."""

    assignment: Assignment
    hours: float
    builds_on: tuple[str, ...]
    counts: bool

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the assignments that it builds on (`05`)."""
        return tuple(name.partition("_")[0] for name in self.builds_on)


@dataclass(frozen=True)
class Total:
    """The assignments that count, taken together. `written` is how many of the points a person gives."""

    points: float
    written: float
    hours: float


def plan_of(course: Course) -> tuple[Unit, ...]:
    """The assignments of a course that its plan names, in order; none where there is no plan.

    Raises `PlanError` and `ManifestError`.
    """
    path = course.root / PLAN
    try:
        entries = msgspec.convert(toml.loads(path.read_text(encoding="utf-8")), _File).assignment
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, toml.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PlanError(f"{path}: {error}") from error
    assignments = course.assignments()
    problem = _problem(entries, assignments)
    if problem:
        raise PlanError(f"{path}: {problem}")
    named = {assignment.name: assignment for assignment in assignments}
    return tuple(_unit(entry, named[entry.name]) for entry in entries)


def total(units: Sequence[Unit]) -> Total:
    """The points and hours of the assignments that count."""
    counted = [unit for unit in units if unit.counts]
    manifests = [unit.assignment.manifest for unit in counted]
    written = math.fsum(part.points for manifest in manifests for part in manifest.written)
    points = math.fsum(manifest.points for manifest in manifests) + written
    return Total(points, written, math.fsum(unit.hours for unit in counted))


def _unit(entry: Entry, assignment: Assignment) -> Unit:
    needed = {*entry.builds_on, *assignment.manifest.brought.values()}
    return Unit(assignment, entry.hours, tuple(sorted(needed)), entry.counts)


def _problem(entries: Sequence[Entry], assignments: Sequence[Assignment]) -> str | None:
    names = [entry.name for entry in entries]
    known = {assignment.name: assignment for assignment in assignments}
    for name in names:
        if name not in known:
            return f"there is no assignment {name!r}."
    if names != sorted(set(names)):
        return "name each assignment once, in the order of their numbers."
    for assignment in assignments:
        if assignment.name not in names and not assignment.manifest.draft:
            return f"{assignment.name} is missing."
    for entry in entries:
        for earlier in entry.builds_on:
            if earlier not in names or earlier >= entry.name:
                return f"{entry.name}: builds_on = {earlier!r}, which is no assignment before it."
            if earlier in known[entry.name].manifest.brought.values():
                return f"{entry.name}: builds_on = {earlier!r}, which its manifest says already: leave it out."
    return None
