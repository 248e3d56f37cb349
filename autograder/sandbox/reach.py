"""The reach of a user without any rights of its own, judged by the modes of files."""

import os
import stat
from pathlib import Path

ANYTHING = stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH


def readable_by_others(path: str) -> bool:
    """Return whether a spare uid can get to this file or folder, by this name, and read it."""
    named, real = Path(os.path.abspath(path)), Path(os.path.realpath(path))
    if not real.exists():
        return False
    mode = real.stat().st_mode
    needed = stat.S_IROTH | stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
    return mode & needed == needed and all(map(_can_be_entered, (*named.parents, *real.parents)))


def closed_to_others(path: str) -> bool:
    """Return whether a spare uid can neither read, write nor enter this file or folder, by any name."""
    real = Path(os.path.realpath(path))
    if not all(map(_can_be_entered, real.parents)):
        return True
    return not real.exists() or not real.stat().st_mode & ANYTHING


def _can_be_entered(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)
