"""Spare uids: numbers that belong to no user, one for each student process that runs at a time.

A uid is claimed by an abstract Unix socket with its number in the name: the kernel lets one process at a
time have it, and takes it back when that process ends, however it ends.
"""

import errno
import random
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.errors import SandboxError
from autograder.sandbox.cleanup import kill_user, processes_of, remove_files_of

if sys.platform != "win32":
    import grp
    import pwd

# systemd leaves these to nobody; from 61184 on it hands numbers out itself.
SPARE = range(61000, 61184)


@contextmanager
def spare_uid() -> Iterator[int]:
    """Hold a uid that no other grading on this machine uses; at the end, kill what still runs as it. Before and at the
    end, remove what it has written where anybody may.

    Raises `SandboxError` if all are taken, or if a process of the uid survives; `OSError` for a file that stays.
    """
    for uid in random.SystemRandom().sample(SPARE, len(SPARE)):
        if _belongs_to_somebody(uid):
            continue
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as claim:
            try:
                claim.bind(f"\0chain-rule-autograder-uid-{uid}")
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                raise
            if processes_of(uid):
                continue
            remove_files_of(uid)  # of a grading that was killed
            try:
                yield uid
            finally:
                try:
                    kill_user(uid)
                finally:
                    remove_files_of(uid)
            return
    raise SandboxError(f"all spare uids ({SPARE.start} to {SPARE.stop - 1}) are in use.")


def _belongs_to_somebody(uid: int) -> bool:
    for known in (lambda: pwd.getpwuid(uid), lambda: grp.getgrgid(uid)):
        try:
            known()
        except KeyError:
            continue
        return True
    return False
