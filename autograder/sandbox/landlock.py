"""Landlock: which files the process may reach, enforced by the kernel whoever the process runs as.

A ruleset is opened while the process may still reach every path (before its uid changes) and takes hold
later. Rights that a kernel's Landlock does not know yet are left out; seccomp covers what can be covered.
"""

import ctypes
import errno
import functools
import os
import stat
import struct
import sys
from collections.abc import Iterator

from autograder.sandbox.kernel import syscall
from autograder.sandbox.plan import Plan, Reach

# The same numbers on every processor.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_QUERY = 1
PATH_BENEATH = 1

WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
REMOVE_DIR = 1 << 4
REMOVE_FILE = 1 << 5
MAKE_DIR = 1 << 7
MAKE_REGULAR = 1 << 8
REFER = 1 << 13
TRUNCATE = 1 << 14

# How many of the file rights (bits from 0) each ABI knows.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
NET_RIGHTS = 0b11  # bind and connect TCP, from ABI 4
SCOPES = 0b11  # abstract Unix sockets and signals, from ABI 6

READ = READ_FILE | READ_DIR
CHANGE = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REGULAR | REFER | TRUNCATE
FOR_FILES = WRITE_FILE | READ_FILE | TRUNCATE

DEVICES = {
    "/dev/null": READ_FILE | WRITE_FILE | TRUNCATE,
    "/dev/zero": READ_FILE,
    "/dev/full": READ_FILE,
    "/dev/random": READ_FILE,
    "/dev/urandom": READ_FILE,
}


@functools.cache
def abi() -> int:
    """Return the version of Landlock that this kernel enforces; 0 without Landlock, or if it may not be used."""
    if sys.platform != "linux":
        return 0
    try:
        return syscall(CREATE_RULESET, 0, 0, VERSION_QUERY)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
            return 0
        raise


def layer() -> str:
    """The name of this layer of the sandbox."""
    return f"landlock {abi()}"


def open_ruleset(reach: Reach) -> int:
    """Write what many processes may read into a new ruleset and return its descriptor. Raises `OSError`."""
    version = abi()
    handled = _handled()
    net = NET_RIGHTS if version >= 4 else 0
    scoped = SCOPES if version >= 6 else 0
    size = 8 if version < 4 else 16 if version < 6 else 24
    attributes = ctypes.create_string_buffer(struct.pack("=QQQ", handled, net, scoped))
    ruleset = syscall(CREATE_RULESET, ctypes.addressof(attributes), size, 0)
    for path, rights in _library_rules(reach):
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue  # what cannot be opened now could not be read later either
        _allow(ruleset, descriptor, rights & handled)
    return ruleset


def add_own(ruleset: int, plan: Plan) -> None:
    """Add the folders of the plan, and what `/proc` has on this process. Raises `OSError`."""
    own = ((plan.work, READ | CHANGE), (plan.home, READ | CHANGE), (f"/proc/{os.getpid()}", READ))
    for path, rights in own:
        _allow(ruleset, os.open(path, os.O_PATH | os.O_CLOEXEC), rights & _handled())


def _handled() -> int:
    """The file rights that this kernel's Landlock knows."""
    return (1 << FILE_RIGHTS[min(abi(), max(FILE_RIGHTS))]) - 1


def _library_rules(reach: Reach) -> Iterator[tuple[str, int]]:
    for path in reach.readable:
        yield path, READ
    for path in reach.listable:
        yield path, READ_DIR
    yield from DEVICES.items()


def _allow(ruleset: int, descriptor: int, rights: int) -> None:
    """Allow `rights` beneath the open path, and close it."""
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= FOR_FILES
        if rights:
            rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor))
            syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(descriptor)


def restrict_self(ruleset: int) -> None:
    """Enforce the ruleset on this thread for good, and close it. Raises `OSError`."""
    syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
