"""Signs of a class of submissions in place of one, so that forty students are never graded as one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.marks import UNKNOWN, Marks
from autograder.intake.downloads import platform_owner
from autograder.intake.places import is_file, listing, place_of
from autograder.intake.problems import Unusable, refused
from autograder.intake.selection import Entry, accepted_names, hidden

ENOUGH = 3
"""From so many folders on, each with the assignment's main file, one submission is taken for several students'."""

METADATA = "submission_metadata.yml"
SUBMITTED = "submitted"
NBGRADERS = ("nbgrader_config.py", "gradebook.db", "source", "release", "autograded")
DEEPEST = 3
SEVERAL = "This looks like the work of several students: hand in your own alone."


@dataclass(frozen=True)
class Sought:
    """The assignment whose submissions are looked for: the files wanted, its own names, and its files' marks."""

    wanted: tuple[str, ...]
    names: tuple[str, ...] = ()
    marks: Marks = UNKNOWN

    @property
    def main(self) -> tuple[str, ...]:
        """The names of the main module, as a module and as a notebook."""
        return accepted_names(self.wanted[0], self.wanted)


def refuse_class(entries: Sequence[Entry], wanted: Sequence[str]) -> None:
    """Raise `Unusable` where what should be one student's looks like a class."""
    owners = {owner for entry in entries for owner in _owners(entry.parts)}
    if len(owners) > 1 or any(entry.name == METADATA for entry in entries):
        raise _is_class(f"It holds the work of {len(owners)} students, under names that a platform gives")
    main = Sought(tuple(wanted)).main
    folders = [entry.parts[:-1] for entry in entries if entry.name in main]
    levels = [len(set(names)) == 1 for names in zip(*folders, strict=False)]
    shared = levels.index(False) if False in levels else len(levels)
    students = {folder[shared : shared + 1] for folder in folders}
    if len(students) >= ENOUGH and () not in students:
        raise _is_class(f"It holds {len(students)} folders with a {wanted[0]} each")


def _owners(parts: tuple[str, ...]) -> Iterator[str]:
    """Those to whom a platform's names in a path give it."""
    for place, part in enumerate(parts, start=1):
        owner = platform_owner(part, folder=place < len(parts))
        if owner:
            yield owner


def _is_class(why: str) -> Unusable:
    return refused(
        SEVERAL,
        f"{why}. If it is a class, unpack it and grade its folder; if it is one student's, take away what does not "
        "count.",
    )


def class_within(folder: Path, sought: Sought, deepest: int = DEEPEST) -> Path | None:
    """The class that this folder is or holds: a platform's, nbgrader's `submitted`, or folders of students."""
    children = folders_and_files(folder)
    if SUBMITTED in children and any(name in children for name in NBGRADERS):
        return folder / SUBMITTED
    if is_platforms(children):
        return folder
    if any(name in children for name in sought.main):
        return None
    below = [folder / name for name, is_folder in children.items() if is_folder]
    if sum(_holds_main(one, sought) for one in below) > 1:
        return folder
    if len(below) == 1 and deepest:
        return class_within(below[0], sought, deepest - 1)
    return None


def is_platforms(children: Mapping[str, bool]) -> bool:
    """Return whether a platform has made the folder with these files and folders, by their names."""
    owners = {owner for name, is_folder in children.items() if (owner := platform_owner(name, folder=is_folder))}
    folders = any(is_folder and platform_owner(name, folder=True) for name, is_folder in children.items())
    return METADATA in children or folders or len(owners) > 1


def folders_and_files(folder: Path) -> dict[str, bool]:
    """The names in a folder, and whether each is a folder; none where it cannot be read. Links count as files."""
    try:
        with listing(place_of(folder)) as children:
            return {child.name: child.is_folder for child in children if not hidden(child.name)}
    except OSError:
        return {}


def _holds_main(folder: Path, sought: Sought) -> bool:
    """Return whether the assignment's main file lies in a folder, or in its folder of this assignment."""
    places = (folder, *(folder / name for name in sought.names))
    return any(is_file(place / name) for place in places for name in sought.main)
