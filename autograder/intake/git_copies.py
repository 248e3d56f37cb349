"""A private copy of what git needs of a student's clone: objects and references, and nothing that it would obey."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.intake.places import CHUNK, SPECIAL, Place, listing, opened_file, read_file, status_of, unreadable
from autograder.intake.problems import Unusable, printable, refused
from autograder.intake.selection import MIB
from autograder.sandbox.own_folders import own_folder

MOST_FILES = 100_000
MOST_BYTES = 512 * MIB
TEXT_LIMIT = 4 * MIB
DEEPEST = 64

ELSEWHERE = ("commondir", "gitdir", "objects/info/alternates", "objects/info/http-alternates")
"""Files of a `.git` that say where else git should look."""

NEEDED = re.compile(
    r"HEAD|packed-refs|(refs|reftable)/.*|objects/([0-9a-f]{2}/([0-9a-f]{38}|[0-9a-f]{62})|pack/[^/]*\.(pack|idx))",
    re.DOTALL,
)
EXTENSION = re.compile(rb"^\s*(objectformat\s*=\s*sha256|refstorage\s*=\s*reftable)\s*$", re.IGNORECASE | re.MULTILINE)
SETTINGS = """[core]
repositoryformatversion = 1
bare = true
commitGraph = false
multiPackIndex = false
packedGitWindowSize = 16m
packedGitLimit = 64m
deltaBaseCacheLimit = 16m
[extensions]
"""

Names = tuple[str, ...]


@dataclass(frozen=True)
class Copy:
    """A git folder of our own, and the commits at which the history of a shallow clone is cut off."""

    folder: Path
    cut: frozenset[str]


@contextmanager
def private_copy(clone: Place) -> Iterator[Copy]:
    """A copy of what git needs of the clone. Raises `Unusable` where it leads elsewhere, or holds too much."""
    git = replace(clone.below(".git"), hard_links=True)  # `git clone` makes them
    try:
        files = _files(git)
    except OSError as error:
        raise unreadable(".git", error) from error
    for name in ELSEWHERE:
        if tuple(name.split("/")) in files:
            raise _leads_elsewhere(f".git holds {name}")
    with own_folder() as folder:
        for name in ("objects", "refs"):
            (folder / name).mkdir()
        left = MOST_BYTES
        for names in files:
            if NEEDED.fullmatch("/".join(names)):
                left -= _copied(git.below(*names), folder.joinpath(*names), left)
        extensions = [found.decode() for found in EXTENSION.findall(_text(git, "config", files))]
        (folder / "config").write_text(SETTINGS + "\n".join(extensions), encoding="utf-8")
        yield Copy(folder, frozenset(_text(git, "shallow", files).decode("ascii", "replace").split()))


def _text(git: Place, name: str, files: set[Names]) -> bytes:
    """A file of a `.git` that may be missing."""
    return read_file(git.below(name), f".git/{name}", TEXT_LIMIT) if (name,) in files else b""


def _files(git: Place) -> set[Names]:
    """The files in a `.git`. Raises `OSError`, and `Unusable` where not all of it lies there."""
    if not stat.S_ISDIR(status_of(git).st_mode):
        raise _leads_elsewhere(".git is not a folder")
    found: set[Names] = set()
    folders: list[Names] = [()]
    while folders:
        above = folders.pop()
        with listing(git.below(*above)) as children:
            for child in children:
                names = (*above, child.name)
                if len(found) + len(folders) > MOST_FILES or len(names) > DEEPEST:
                    raise _too_large(f".git holds more than {MOST_FILES:,} files, or folders more than {DEEPEST} deep")
                if child.kind == stat.S_IFLNK:
                    raise _leads_elsewhere(f".git holds the link {printable(child.name)}")
                if child.kind == SPECIAL and not stat.S_ISSOCK(status_of(git.below(*names)).st_mode):
                    raise refused(
                        "This git clone is damaged: hand in its address again.",
                        f".git/{printable('/'.join(names))} is not an ordinary file.",
                    )
                if child.is_folder:
                    folders.append(names)
                elif child.kind == stat.S_IFREG:
                    found.add(names)
    return found


def _copied(place: Place, target: Path, most: int) -> int:
    """Copy a file; the number of its bytes. Raises `Unusable` for more than `most`."""
    size = 0
    label = printable("/".join(place.names[-3:]))
    with opened_file(place, label) as descriptor:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as copy:
            while chunk := os.read(descriptor, CHUNK):
                size += len(chunk)
                if size > most:
                    raise _too_large(f".git holds more than {MOST_BYTES // MIB} MiB")
                copy.write(chunk)
    return size


def _leads_elsewhere(why: str) -> Unusable:
    remedy = "A clone made by `git clone`, without --shared or --reference, can be read."
    return refused("This git clone is not whole: hand in its address again.", f"{why}. {remedy}")


def _too_large(why: str) -> Unusable:
    return refused("This git clone is too large: hand in one without the data.", f"{why}.")
