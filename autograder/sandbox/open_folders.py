"""Folders in which anybody may write: where a student process could leave files if there were no Landlock."""

import functools
import math
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress

from autograder.sandbox import landlock

SEARCHED = ("/tmp", "/var", "/dev", "/run")
"""Trees that are searched to the end, and any other place `DEPTH` folders deep. Landlock lets nobody write there: where
it holds, only folders right below these are looked at.
"""

DEPTH = 4
MOST = 20_000
"""Folders of one tree that are looked at, those nearest to its top first."""

KERNELS_OWN = ("/proc", "/sys")


def open_folders() -> frozenset[str]:
    """Every folder that a user without rights of its own can get to and write in, as found when this was first asked;
    `TMPDIR` in any case.
    """
    return _found(os.path.realpath(tempfile.gettempdir()))


@functools.cache
def _found(temporary: str) -> frozenset[str]:
    found, held = {temporary}, landlock.abi() > 0
    for top in {temporary, *map(os.path.realpath, SEARCHED)}:
        found.update(_open_below(top, 1 if held else math.inf))
    if not held:
        found.update(_open_below("/", DEPTH))
    return frozenset(found)


def _open_below(top: str, depth: float) -> Iterator[str]:
    """The open folders of a tree, down to this depth."""
    level, seen = [top], 0
    while level and depth >= 0:
        below: list[str] = []
        for folder in level[: MOST - seen]:
            with suppress(OSError):  # gone by now, or closed to the grader as well
                mode = os.lstat(folder).st_mode
                if not mode & stat.S_IXOTH and folder != top:
                    continue  # nobody else gets into it, or to anything below
                if mode & stat.S_IWOTH:
                    yield folder
                with os.scandir(folder) as entries:
                    below += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        seen += len(level)
        level = [folder for folder in below if folder not in KERNELS_OWN] if seen < MOST else []
        depth -= 1
