"""What learning platforms put into one folder when an instructor downloads all submissions at once.

Canvas: loose files `lastfirst_LATE_12345_67890_perceptron-1.py` (student, user, submission; `-1` from the second
time on). Moodle: folders `First Last_12345_assignsubmission_file`, or loose files with that beginning. Gradescope:
folders `submission_12345`. nbgrader: `submitted/STUDENT/ASSIGNMENT/`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

CANVAS = re.compile(r"(?P<student>[^_]+)(_LATE)?_(?P<number>\d+)_\d+_(?P<name>.+)")
MOODLE = re.compile(r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_file(_(?P<name>.*))?")
READABLE = (".py", ".ipynb", ".zip")
OTHER_ARCHIVES = (".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")
AGAIN = re.compile(r"-\d+(?=\.[A-Za-z]+$)")


@dataclass(frozen=True)
class Found:
    """A submission in a class: whose it is, and its folder or file, or the loose files that belong together."""

    owner: str
    path: Path
    files: tuple[Path, ...] = ()


def owned(children: Iterable[Path], assignment_names: Sequence[str]) -> list[Found]:
    """The submissions in a folder with these children, loose files of one student taken together."""
    found: list[Found] = []
    loose: dict[str, list[Path]] = {}
    for child in sorted(children):
        match = _from_platform(child.name, folder=child.is_dir())
        if child.is_dir():
            inside = [child / name for name in assignment_names if (child / name).is_dir()]
            found.append(Found(_owner(match) if match else child.name, inside[0] if inside else child))
        elif match:
            loose.setdefault(_owner(match), []).append(child)
        else:
            found.append(Found(without_type(child.name), child))
    return found + [Found(owner, files[0].parent, tuple(files)) for owner, files in loose.items()]


def may_be_handed_in(child: Path) -> bool:
    """Whether this is a submission, by its name: a folder, a module, a notebook, an archive, or from a platform."""
    return (
        child.is_dir()
        or child.name.casefold().endswith(READABLE + OTHER_ARCHIVES)
        or _from_platform(child.name) is not None
    )


def holds_only(child: Path, names: Sequence[str]) -> bool:
    """Whether this is a folder with folders of these names, and nothing else."""
    if not names or not child.is_dir() or child.is_symlink():
        return False
    try:
        inside = list(child.iterdir())
    except OSError:
        return False  # reading it says why
    return bool(inside) and all(path.name in names and path.is_dir() for path in inside)


def owner_of(name: str) -> str:
    """Whose a loose file of this name is."""
    match = _from_platform(name)
    return _owner(match) if match else without_type(name)


def _from_platform(name: str, *, folder: bool = False) -> "re.Match[str] | None":
    return MOODLE.fullmatch(name) or (None if folder else CANVAS.fullmatch(name))


def _owner(match: "re.Match[str]") -> str:
    return f"{match['student']}_{match['number']}"


def without_type(name: str) -> str:
    """A name without what says that it is a module, a notebook or an archive."""
    while PurePosixPath(name).suffix.lower() in READABLE + OTHER_ARCHIVES:
        name = PurePosixPath(name).stem
    return name


def own_name(path: Path) -> str:
    """The name that a loose file had when it was handed in."""
    if match := MOODLE.fullmatch(path.name):
        return match["name"] or path.name
    if match := CANVAS.fullmatch(path.name):
        return AGAIN.sub("", match["name"])
    return path.name
