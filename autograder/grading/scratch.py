"""Scratch folders: where a student process finds the submission and writes its files."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autograder.sandbox.sweep import files_of, kill_user, remove_files_of, remove_tree

MANY = 20_000
"""Files after which a folder counts as endless."""


@contextmanager
def scratch_folder(files: Mapping[str, bytes], uid: int | None) -> Iterator[Path]:
    """A new folder with the submission's files in `work/`; it goes, with all that `uid` left anywhere."""
    folder = tempfile.mkdtemp(prefix="student-")
    try:
        work = Path(folder, "work")
        work.mkdir()
        for name, content in files.items():
            (work / name).write_bytes(content)
        yield Path(folder)
    finally:
        remove_tree(folder)
        if uid is not None:
            kill_user(uid)
            remove_files_of(uid)


def size_outside(uid: int) -> float:
    """Bytes in what user `uid` has written where anybody may."""
    return sum(size_of(Path(path)) for path in files_of(uid))


def size_of(folder: Path) -> float:
    """Bytes in a file, or in all files below `folder`, links not followed; infinite where there are too many."""
    total, seen, folders = 0, 0, [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MANY:
                        return float("inf")
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except NotADirectoryError:
            total += folder.lstat().st_size
        except OSError:
            continue
    return total
