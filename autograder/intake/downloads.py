"""Files that learning platforms put into one folder when an instructor downloads all submissions at once.

Canvas: loose files `lastfirst_LATE_12345_67890_perceptron-1.py` (student, user, submission; `-1` from the second
time on), and of those who wrote text or gave an address `lastfirst_12345_text.html` and `lastfirst_12345_link.html`.
Moodle: folders `First Last_12345_assignsubmission_file`, or loose files with that beginning, and the same with
`onlinetext` for text. Gradescope: folders `submission_12345`. nbgrader: `submitted/STUDENT/ASSIGNMENT/`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from autograder.intake.places import is_folder, is_link, listing, place_of
from autograder.intake.selection import ARCHIVES, PROGRAMS

CANVAS = re.compile(r"(?P<student>[^_]+)(_LATE)?_(?P<number>\d+)_(\d+_(?P<name>.+)|(?P<text>(text|link)\.html))")
MOODLE = re.compile(r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_[a-z]+(_(?P<name>.*))?")
GRADESCOPE = re.compile(r"submission_\d+")
READABLE = (".py", ".ipynb", ".zip")
OTHER_ARCHIVES = tuple(ending for ending in ARCHIVES if ending != ".zip")
PAPERS = (".doc", ".docx", ".odt", ".pages", ".pdf", ".rtf")
RENAMED = tuple(f"{program}{text}" for program in PROGRAMS for text in (".txt", ".json", ".bak"))
"""Suffixes of a module that a browser or an editor has taken for text."""

AGAIN = re.compile(r"-\d+(?=\.[A-Za-z]+$)")


@dataclass(frozen=True)
class Found:
    """A submission in a class: whose it is, and its folder or file, or the files and folders that belong together."""

    owner: str
    path: Path
    files: tuple[Path, ...] = ()


def owned(children: Iterable[Path], assignment_names: Sequence[str]) -> list[Found]:
    """Return the submissions in a folder with these children; all files under one student's name are one."""
    found: list[Found] = []
    together: dict[str, list[Path]] = {}
    for child in sorted(children):
        match = _from_platform(child.name, folder=is_folder(child))
        if match:
            together.setdefault(_owner(match), []).append(child)
        elif is_folder(child):
            found.append(Found(child.name, _of_assignment(child, assignment_names)))
        else:
            found.append(Found(without_type(child.name), child))
    for owner, parts in together.items():
        if len(parts) == 1 and is_folder(parts[0]):
            found.append(Found(owner, _of_assignment(parts[0], assignment_names)))
        else:
            found.append(Found(owner, parts[0].parent, tuple(parts)))
    return found


def _of_assignment(folder: Path, assignment_names: Sequence[str]) -> Path:
    """The folder of this assignment in a student's, if there is one. A link in its place counts, and is refused."""
    own = (folder / name for name in assignment_names)
    return next((one for one in own if is_folder(one) or is_link(one)), folder)


def may_be_handed_in(child: Path) -> bool:
    """Return whether this is a submission: a folder, or by its name a program, an archive, a paper, or a download.

    So is a link, wherever it leads: whoever handed it in is told that it is not followed.
    """
    return (
        is_folder(child)
        or is_link(child)
        or child.name.casefold().endswith(READABLE + OTHER_ARCHIVES + PAPERS + RENAMED)
        or _from_platform(child.name) is not None
    )


def platform_owner(name: str, *, folder: bool) -> str | None:
    """Whose a folder or a program is, where a platform has named it."""
    if folder and GRADESCOPE.fullmatch(name):
        return name
    match = _from_platform(name, folder=folder)
    alike = folder or name.casefold().endswith((*READABLE, *OTHER_ARCHIVES, ".html"))
    return _owner(match) if match and alike else None


def holds_only(child: Path, names: Sequence[str]) -> bool:
    """Return whether this is a folder with folders of these names, and nothing else."""
    if not names or not is_folder(child):
        return False
    try:
        with listing(place_of(child)) as inside:
            first = next(inside, None)
            return first is not None and all(one.name in names and one.is_folder for one in chain([first], inside))
    except OSError:
        return False  # reading it says why


def owner_of(name: str) -> str:
    """Whose a loose file of this name is."""
    match = _from_platform(name)
    return _owner(match) if match else without_type(name)


def _from_platform(name: str, *, folder: bool = False) -> "re.Match[str] | None":
    return MOODLE.fullmatch(name) or (None if folder else CANVAS.fullmatch(name))


def _owner(match: "re.Match[str]") -> str:
    return f"{match['student']}_{match['number']}"


def without_type(name: str) -> str:
    """A name without what says that it is a module, a notebook, an archive or a paper."""
    while name.casefold().endswith(READABLE + OTHER_ARCHIVES + PAPERS + RENAMED + (".txt",)):
        name = PurePosixPath(name).stem
    return name


def own_name(name: str) -> str:
    """The name that a loose file of this name had when it was handed in."""
    if match := MOODLE.fullmatch(name):
        return match["name"] or name
    if match := CANVAS.fullmatch(name):
        return AGAIN.sub("", match["name"] or match["text"])
    return name
