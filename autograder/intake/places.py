"""The one way to what was handed in: from folder to folder, by descriptor where the system can, past no link.

A folder that is swapped for a link while it is read gives nothing of what lies elsewhere.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.intake.problems import Unusable, refused
from autograder.intake.selection import too_large

CHUNK = 2**20
STUDENTS = 2
"""Number of names at the end of a path that a student may choose: the submission's folder, and the assignment's."""

BY_DESCRIPTOR = {os.open, os.stat} <= os.supports_dir_fd and os.scandir in os.supports_fd


def _flags(*names: str) -> int:
    return os.O_RDONLY | sum(getattr(os, name, 0) for name in names)


# Windows has neither links that open() could be told to refuse nor FIFOs, but a text mode.
FILE = _flags("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
LISTED = _flags("O_DIRECTORY")
PASSED = _flags("O_PATH", "O_DIRECTORY")
"""A folder on the way need not be readable where the system knows O_PATH."""


SPECIAL = 0


@dataclass(frozen=True)
class Place:
    """The place of a file or folder: `names` below `base`. A link among the names is not followed.

    `hard_links` says that its files may have other names: no student can gain by that.
    """

    base: Path
    names: tuple[str, ...] = ()
    hard_links: bool = False

    @property
    def path(self) -> Path:
        """The path, to be shown or compared."""
        return self.base.joinpath(*self.names)

    def below(self, *names: str) -> "Place":
        """A file or folder inside this one."""
        return replace(self, names=(*self.names, *names))


@dataclass(frozen=True)
class Child:
    """An entry of a folder: its name, and what it is; neither a folder, a file nor a link is `special`."""

    name: str
    kind: int

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder, and not a link to one."""
        return self.kind == stat.S_IFDIR


def place_of(path: Path, *, own: bool = False) -> Place:
    """The place of a path whose last names are a student's; of an own one, the way there may lead over links."""
    if own:
        return Place(Path(os.path.realpath(path.parent)), (path.name,), hard_links=True)
    parts = path.absolute().parts
    split = max(1, len(parts) - STUDENTS)
    return Place(Path(*parts[:split]), parts[split:])


def is_folder(path: Path) -> bool:
    """Return whether this is a folder, and not a link to one."""
    return _is(path, stat.S_IFDIR)


def is_link(path: Path) -> bool:
    """Return whether this is a link, wherever it leads."""
    return _is(path, stat.S_IFLNK)


def is_file(path: Path) -> bool:
    """Return whether this is a regular file, and not a link to one."""
    return _is(path, stat.S_IFREG)


def _is(path: Path, kind: int) -> bool:
    try:
        return stat.S_IFMT(status_of(place_of(path)).st_mode) == kind
    except (OSError, ValueError):
        return False


def status_of(place: Place) -> os.stat_result:
    """Return what the system says of a file or folder. Raises `OSError`."""
    if not place.names:
        return place.base.stat()
    with _opened(replace(place, names=place.names[:-1])) as folder:
        return _status(folder, place.names[-1])


@contextmanager
def listing(place: Place) -> Iterator[Iterator[Child]]:
    """Open a folder and give its entries, in no order. Raises `OSError`."""
    with _opened(place) as folder:
        if not isinstance(folder, int):
            with os.scandir(folder) as entries:
                yield map(_child, entries)
            return
        descriptor = os.open(".", LISTED, dir_fd=folder)
        try:
            with os.scandir(descriptor) as entries:
                yield map(_child, entries)
        finally:
            os.close(descriptor)


def read_file(place: Place, label: str, limit: int) -> bytes:
    """The bytes of a regular file, called `label` in messages.

    Raises `Unusable` for a link, a device, a FIFO, a file with a second name, one of more than `limit` bytes or one
    that cannot be read; nothing but a regular file is read from.
    """
    content = bytearray()
    with opened_file(place, label) as descriptor:
        if os.fstat(descriptor).st_size > limit:
            raise too_large(label, limit)
        while chunk := os.read(descriptor, min(CHUNK, limit + 1 - len(content))):
            content += chunk
            if len(content) > limit:
                raise too_large(label, limit)
    return bytes(content)


@contextmanager
def opened_file(place: Place, label: str) -> Iterator[int]:
    """The descriptor of a regular file. Raises `Unusable` as `read_file` does, also for what fails while it is open."""
    try:
        with _opened(replace(place, names=place.names[:-1])) as folder:
            require_regular(label, _status(folder, place.names[-1]), hard_links=place.hard_links)
            descriptor = _open(folder, place.names[-1])
        try:
            require_regular(label, os.fstat(descriptor), hard_links=place.hard_links)
            yield descriptor
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(label, error) from error


def require_regular(label: str, status: os.stat_result, *, hard_links: bool = False) -> None:
    """Raise `Unusable` for a link, a device, a FIFO, and, without `hard_links`, for a file with a second name."""
    if stat.S_ISLNK(status.st_mode):
        raise refused(f"{label} is a link, which is not followed: hand in the file itself.")
    if not stat.S_ISREG(status.st_mode):
        raise refused(f"{label} is not an ordinary file: hand in the file itself.")
    if status.st_nlink > 1 and not hard_links:
        raise refused(
            f"{label} is a hard link, which is not followed: hand in a copy of the file.",
            f"{label} is a hard link: the same file has {status.st_nlink} names, and another one may lie in another "
            "student's folder. Where a backup or a program that saves space made it, grade a copy of the class: "
            "`cp -r` makes ordinary files.",
        )


def unreadable(label: str, error: OSError) -> Unusable:
    """The refusal of what the system does not let us read."""
    return refused(f"{label} cannot be read: hand it in again.", f"{label} cannot be read ({error.strerror}).")


@contextmanager
def _opened(place: Place) -> Iterator[int | Path]:
    """A folder, as a descriptor that was reached without a link; where the system knows none, as its path."""
    if not BY_DESCRIPTOR:
        yield _path_without_link(place)
        return
    descriptor = os.open(place.base, PASSED)
    try:
        for name in place.names:
            inner = os.open(name, PASSED | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _path_without_link(place: Place) -> Path:
    path = place.base
    for name in place.names:
        path /= name
        if not stat.S_ISDIR(path.lstat().st_mode):
            raise NotADirectoryError(20, "Not a directory", str(path))
    return path


def _open(folder: int | Path, name: str) -> int:
    if isinstance(folder, int):
        return os.open(name, FILE, dir_fd=folder)
    return os.open(folder / name, FILE)


def _status(folder: int | Path, name: str) -> os.stat_result:
    if isinstance(folder, int):
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    return (folder / name).lstat()


def _child(entry: "os.DirEntry[str]") -> Child:
    if entry.is_symlink():
        return Child(entry.name, stat.S_IFLNK)
    if entry.is_dir(follow_symlinks=False):
        return Child(entry.name, stat.S_IFDIR)
    return Child(entry.name, stat.S_IFREG if entry.is_file(follow_symlinks=False) else SPECIAL)
