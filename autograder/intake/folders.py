"""The files of a student's folder and of the folders in it."""

import heapq
from functools import partial
from operator import attrgetter

from autograder.intake.places import Child, Place, listing, read_file, unreadable
from autograder.intake.problems import printable
from autograder.intake.selection import Entry, hidden

ENTRIES_LIMIT = 10_000
DEEPEST = 64
"""Depth of folders to which files are looked for."""

TOO_DEEP = f"Folders more than {DEEPEST} deep were passed over."


def folder_entries(folder: Place) -> tuple[list[Entry], list[str]]:
    """The files of a folder and of the folders in it, nearest first, and notes on what was passed over.

    Hidden files and folders are left out. Links are listed as files, and reading one is refused. After
    `ENTRIES_LIMIT` files and folders the search ends. Raises `Unusable` where `folder` cannot be read.
    """
    entries: list[Entry] = []
    notes: list[str] = []
    seen = 0
    level: list[tuple[str, ...]] = [()]
    for _ in range(DEEPEST):
        below: list[tuple[str, ...]] = []
        for parts in level:
            try:
                children = _children(folder.below(*parts), ENTRIES_LIMIT + 1 - seen)
            except OSError as error:
                if not parts:
                    raise unreadable(printable(folder.path.name), error) from error
                notes.append(f"The folder {printable('/'.join(parts))} cannot be read and was passed over.")
                continue
            for child in children:
                if seen == ENTRIES_LIMIT:
                    return entries, [*notes, only_nearest()]
                seen += 1
                path = (*parts, child.name)
                if child.is_folder:
                    below.append(path)
                else:
                    entries.append(Entry(path, partial(read_file, folder.below(*path), printable("/".join(path)))))
        level = below
    return entries, [*notes, TOO_DEEP] if level else notes


def only_nearest() -> str:
    """The note on a search that ended at `ENTRIES_LIMIT`."""
    return f"Only the nearest {ENTRIES_LIMIT:,} files and folders were looked through."


def _children(folder: Place, most: int) -> list[Child]:
    """The first children by name that are not hidden. Raises `OSError`."""
    with listing(folder) as children:
        return heapq.nsmallest(most, (one for one in children if not hidden(one.name)), key=attrgetter("name"))
