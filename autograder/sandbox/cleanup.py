"""Clean up after a student process: no process and no file of it stays."""

import os
import secrets
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

from autograder.errors import SandboxError
from autograder.sandbox.kernel import status
from autograder.sandbox.open_folders import open_folders

PATIENCE = 5.0  # seconds for killed processes to go


def kill_user(uid: int) -> None:
    """Kill every process of user `uid`. Raises `SandboxError` if one survives."""
    deadline = time.monotonic() + PATIENCE
    while pids := processes_of(uid):
        if time.monotonic() > deadline:
            raise SandboxError(f"processes {pids} of a submission survive SIGKILL: end them by hand.")
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)


def processes_of(uid: int) -> list[int]:
    """Ids of the processes that run as user `uid`, without zombies."""
    found = []
    for pid in _all_processes():
        with suppress(FileNotFoundError, ProcessLookupError):
            uids, state = status(pid, "Uid", "State")
            if str(uid) in uids.split() and state[0] not in "ZX":
                found.append(pid)
    return found


def remove_files_of(uid: int) -> None:
    """Remove what user `uid` left in the folders that anybody may write. Raises `OSError`."""
    for path in files_of(uid):
        remove_tree(path)


def files_of(uid: int) -> Iterator[str]:
    """Files and folders of user `uid` that lie in the folders that anybody may write, `TMPDIR` among them."""
    for folder in open_folders():
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                with suppress(FileNotFoundError):  # somebody else's, and gone already
                    if os.lstat(path).st_uid == uid:
                        yield path


def remove_tree(path: str) -> None:
    """Remove a file or a folder with all that is in it; nothing happens where it is not there.

    Works on folders of any depth and of any mode. Links are removed, never followed. Raises `OSError`.
    """
    try:
        is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    except FileNotFoundError:
        return
    if not is_folder:
        os.unlink(path)
    elif os.rename not in os.supports_dir_fd:
        shutil.rmtree(path)
    else:
        folder = _open_folder(path)
        try:
            _empty(folder)
        finally:
            os.close(folder)
        os.rmdir(path)


def _empty(top: int) -> None:
    """Remove all that is in the open folder `top`.

    The folders of a folder are moved up to `top` before it is removed, so that a tree of any depth takes
    two descriptors and no recursion.
    """
    token = secrets.token_hex(8)
    fresh_names = (f"removing-{token}-{number}" for number in count())
    while names := os.listdir(top):
        for name in names:
            if not _is_folder(name, top):
                os.unlink(name, dir_fd=top)
                continue
            folder = _open_folder(name, top)
            try:
                for child in os.listdir(folder):
                    if _is_folder(child, folder):
                        os.chmod(child, stat.S_IRWXU, dir_fd=folder)
                        os.rename(child, next(fresh_names), src_dir_fd=folder, dst_dir_fd=top)
                    else:
                        os.unlink(child, dir_fd=folder)
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=top)


def _is_folder(name: str, parent: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)


def _open_folder(name: str, parent: int | None = None) -> int:
    os.chmod(name, stat.S_IRWXU, dir_fd=parent)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)


def _all_processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]
