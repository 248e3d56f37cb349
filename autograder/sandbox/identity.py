"""The identity of the process: a spare uid, no capability, no way to gain one, and death with its parent."""

import ctypes
import os
import signal
import struct
import sys

from autograder.errors import SandboxError
from autograder.sandbox.kernel import capset, prctl, status

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4

CAP_SETGID, CAP_SETUID, CAP_SETPCAP = 6, 7, 8
CAPABILITY_VERSION_3 = 0x20080522

# uid 0 is nothing special, kept capabilities and ambient ones are off, and all of that is locked.
SECURE_BITS = 0b11100011


def can_change_to(uids: range) -> bool:
    """Return whether this process may become any user with a number in `uids`."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    held = _effective_capabilities()
    return all(held >> needed & 1 for needed in (CAP_SETGID, CAP_SETUID)) and _mapped(uids)


def change_user(uid: int) -> None:
    """Become user `uid`, with a group of the same number and no other. Raises `OSError`."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid, uid, uid) or os.getresgid() != (uid, uid, uid) or os.getgroups():
        raise SandboxError(f"the process could not become user {uid} alone.")


def bound_capabilities() -> None:
    """Empty what capabilities could be gained from; needs CAP_SETPCAP, and does nothing without it, or again.

    Comes before a change of user, which takes that capability away. Raises `OSError`.
    """
    held, bound = (int(field, 16) for field in status("self", "CapEff", "CapBnd"))
    if not held >> CAP_SETPCAP & 1 or not bound:
        return
    with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as file:
        last = int(file.read())
    for capability in range(last + 1):
        prctl(PR_CAPBSET_DROP, capability)
    prctl(PR_SET_SECUREBITS, SECURE_BITS)


def drop_capabilities() -> None:
    """Give up every capability that is held, also of uid 0. Raises `OSError`, `SandboxError`."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION_3, 0))
    nothing = ctypes.create_string_buffer(struct.pack("=6I", *[0] * 6))
    capset(ctypes.addressof(header), ctypes.addressof(nothing))
    if _effective_capabilities():
        raise SandboxError("the process still holds capabilities after giving them up.")


def forbid_new_privileges() -> None:
    """Set no_new_privs: no program that is started can give more rights. Raises `OSError`."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def forbid_inspection() -> None:
    """Make memory and descriptors unreadable for other processes of the same user; on Linux only. Raises `OSError`."""
    if sys.platform == "linux":
        prctl(PR_SET_DUMPABLE, 0)


def die_with(parent: int) -> None:
    """Have the kernel kill this process when `parent` ends.

    The kernel forgets this at every change of user or capabilities, so it comes after those. Raises
    `OSError`, and `SandboxError` if the parent has ended already.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SandboxError("the process that started this one has ended.")


def _effective_capabilities() -> int:
    (held,) = status("self", "CapEff")
    return int(held, 16)


def _mapped(ids: range) -> bool:
    """Return whether the user namespace has these numbers for users and groups, and lets groups be given up."""
    for name in ("uid_map", "gid_map"):
        with open(f"/proc/self/{name}", encoding="ascii") as file:
            spans = [(int(first), int(count)) for first, _, count in map(str.split, file)]
        if not any(first <= ids.start and ids.stop <= first + count for first, count in spans):
            return False
    with open("/proc/self/setgroups", encoding="ascii") as file:
        return file.read().strip() == "allow"
