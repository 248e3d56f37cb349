"""Scratch folders: where a student process finds the submission and writes its files."""

import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.sandbox.cleanup import files_of
from autograder.sandbox.own_folders import own_folder

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
    """Return a file's space on disk, whatever its size: more if space is set aside, less if it has holes."""
    return status.st_blocks * BLOCK
