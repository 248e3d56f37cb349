"""Scratch folders: where a student process finds the submission and writes its files."""

import math
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.sandbox.cleanup import files_of, remove_tree

if sys.platform != "win32":
    import fcntl

PREFIX = "chain-rule-scratch-"
MANY = 20_000
"""Files after which a folder counts as endless."""

BLOCK = 512
"""Bytes in what `st_blocks` counts, on every file system."""


@contextmanager
def scratch_folder(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A new folder with the submission's files in `work/`."""
    with own_folder() as folder:
        work = folder / "work"
        work.mkdir()
        for name, content in files.items():
            (work / name).write_bytes(content)
        yield folder


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
    """Remove the scratch folders of graders that were killed: our own ones that no process has locked.

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


class Moving(Exception):
    """Files went away while they were counted."""


def size_outside(uid: int) -> float:
    """Bytes on disk of what user `uid` has written where anybody may; infinite where there are too many files.

    Raises `Moving`.
    """
    total = 0.0
    for number, path in enumerate(files_of(uid)):
        if number > MANY:
            return math.inf
        total += size_of(Path(path))
    return total


def size_of(folder: Path) -> float:
    """Bytes on disk of a file, or of all files below `folder`, links not followed; infinite where there are too many,
    or a folder that cannot be read. Raises `Moving`.
    """
    total, seen, folders = 0, 0, [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MANY:
                        return math.inf
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += bytes_on_disk(entry.stat(follow_symlinks=False))
        except FileNotFoundError as error:
            raise Moving from error
        except NotADirectoryError:
            with suppress(FileNotFoundError):
                total += bytes_on_disk(folder.lstat())
        except OSError:
            return math.inf
    return total


def bytes_on_disk(status: os.stat_result) -> int:
    """What a file takes of the disk, whatever size it says: more where space is set aside, less where it has holes."""
    return status.st_blocks * BLOCK
