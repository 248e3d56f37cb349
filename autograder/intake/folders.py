"""Reading what lies in a student's folder: regular files only, links never followed."""

import os
import stat
from functools import partial
from pathlib import Path

from autograder.intake.problems import Unusable, printable, refused
from autograder.intake.selection import Entry, hidden, too_large

ENTRIES_LIMIT = 10_000
CHUNK = 2**20
# Windows has neither links that open() could be told to refuse nor FIFOs, but a text mode.
FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


def read_regular(path: Path, label: str, limit: int) -> bytes:
    """The bytes of a regular file, called `label` in messages.

    Raises `Unusable` for a link, a device, a FIFO, a file of more than `limit` bytes or one that cannot be
    read; nothing but a regular file is read from.
    """
    try:
        require_regular(label, os.lstat(path))
        descriptor = os.open(path, FLAGS)
    except OSError as error:
        raise _unreadable(label, error) from error
    try:
        status = os.fstat(descriptor)
        require_regular(label, status)
        if status.st_size > limit:
            raise too_large(label, limit)
        content = bytearray()
        while chunk := os.read(descriptor, min(CHUNK, limit + 1 - len(content))):
            content += chunk
            if len(content) > limit:
                raise too_large(label, limit)
        return bytes(content)
    except OSError as error:
        raise _unreadable(label, error) from error
    finally:
        os.close(descriptor)


def require_regular(label: str, status: os.stat_result) -> None:
    """Raise `Unusable` for a link, a device or a FIFO."""
    if stat.S_ISLNK(status.st_mode):
        raise refused(f"{label} is a link, which is not followed: hand in the file itself.")
    if not stat.S_ISREG(status.st_mode):
        raise refused(f"{label} is not an ordinary file: hand in the file itself.")


def _unreadable(label: str, error: OSError) -> Unusable:
    return refused(f"{label} cannot be read: hand it in again.", f"{label} cannot be read ({error.strerror}).")


def folder_entries(folder: Path) -> tuple[list[Entry], list[str]]:
    """The files of a folder and of the folders in it, nearest first, and notes on what was passed over.

    Hidden files and folders are left out. Links are listed as files, and reading one is refused. After
    `ENTRIES_LIMIT` files and folders the search ends. Raises `Unusable` where `folder` cannot be read.
    """
    entries: list[Entry] = []
    notes: list[str] = []
    seen = 0
    level: list[tuple[str, ...]] = [()]
    while level:
        below: list[tuple[str, ...]] = []
        for parts in level:
            try:
                with os.scandir(folder.joinpath(*parts)) as listing:
                    children = sorted(listing, key=lambda child: child.name)
            except OSError as error:
                if not parts:
                    raise _unreadable(printable(folder.name), error) from error
                notes.append(f"The folder {printable('/'.join(parts))} cannot be read and was passed over.")
                continue
            for child in children:
                if hidden(child.name):
                    continue
                if seen == ENTRIES_LIMIT:
                    notes.append(f"Only the nearest {ENTRIES_LIMIT:,} files and folders were looked through.")
                    return entries, notes
                seen += 1
                path = (*parts, child.name)
                if child.is_dir(follow_symlinks=False):
                    below.append(path)
                else:
                    label = printable("/".join(path))
                    entries.append(Entry(path, partial(read_regular, Path(child.path), label)))
        level = below
    return entries, notes
