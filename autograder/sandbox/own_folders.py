"""Temporary folders of the grader's own, which a later grader removes where this one was killed."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.sandbox.cleanup import remove_tree

if sys.platform != "win32":
    import fcntl

PREFIX = "chain-rule-scratch-"


@contextmanager
def own_folder() -> Iterator[Path]:
    """A new temporary folder, locked for as long as this process has it, however it ends."""
    folder, lock = _locked()
    try:
        yield folder
    finally:
        remove_tree(str(folder))
        os.close(lock)


def remove_leftovers() -> None:
    """Remove the temporary folders of graders that were killed: our own ones that no process has locked.

    Raises `OSError` for one that cannot be removed.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            lock = _open(folder)
        except OSError:
            continue  # another user's, or gone by now
        try:
            if os.fstat(lock).st_uid == os.geteuid():
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove_tree(str(folder))
        except BlockingIOError:
            continue  # in use
        finally:
            os.close(lock)


def _locked() -> tuple[Path, int]:
    """A new folder and the descriptor that locks it."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(FileNotFoundError):  # another grader took it for a leftover before it was locked
            lock = _open(folder)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)


def _open(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
