"""The means of this machine to hold a submission, and whether they suffice to hide the checks from it."""

import functools
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import identity, landlock, seccomp
from autograder.sandbox.interpreter import interpreter_readable_by_others
from autograder.sandbox.reach import closed_to_others
from autograder.sandbox.spare_uids import SPARE

ROOT_NEEDS_LANDLOCK = 3


@dataclass(frozen=True)
class Offers:
    """The means that this machine offers.

    `landlock` is the ABI version, 0 without it. `other_users` says whether the grader can run a process as
    another user, `open_interpreter` whether such a user can read this Python and its packages.
    """

    platform: str
    landlock: int
    seccomp: bool
    root: bool
    other_users: bool
    open_interpreter: bool

    @property
    def spare_uid(self) -> bool:
        """Whether student processes can run with a spare uid."""
        return self.other_users and self.open_interpreter


@functools.cache
def offers() -> Offers:
    """Ask the machine once what it offers."""
    return Offers(
        platform=sys.platform,
        landlock=landlock.abi(),
        seccomp=seccomp.offered(),
        root=sys.platform != "win32" and os.geteuid() == 0,
        other_users=identity.can_change_to(SPARE),
        open_interpreter=sys.platform != "win32" and interpreter_readable_by_others(),
    )


def weakness(offered: Offers, hidden_paths: Sequence[str], readable: Sequence[str] = ()) -> str | None:
    """A sentence on why submissions could get at the hidden paths, with the remedy; None where they cannot.

    `readable` are the paths that plans will open to student processes.
    """
    if offered.platform != "linux":
        return (
            f"On {offered.platform} nothing keeps a submission from the files of the grader: grade other "
            "people's work on Linux."
        )
    exposed = [path for path in hidden_paths if not closed_to_others(path)]
    if offered.spare_uid and not exposed:
        return None
    if not offered.landlock:
        return _without_landlock(offered, exposed)
    for path in hidden_paths:
        for tree in readable:
            if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(tree)):
                return f"{path} lies in {tree}, which submissions must read: keep the checks elsewhere."
    if offered.spare_uid:
        return None
    if not offered.seccomp:
        return (
            "This machine has no system-call filter that the grader knows, and submissions would run as the "
            "grader's own user: grade on Linux with an x86-64 or aarch64 processor."
        )
    if offered.root and offered.landlock < ROOT_NEEDS_LANDLOCK:
        return f"This kernel's Landlock (version {offered.landlock}) cannot hold root: {_other_user(offered)}."
    return None


def _without_landlock(offered: Offers, exposed: Sequence[str]) -> str:
    if offered.spare_uid:
        return f"This kernel has no Landlock, and other users can reach {exposed[0]}: take that away (chmod -R o-rwx)."
    return f"This kernel has no Landlock: {_other_user(offered)}."


def _other_user(offered: Offers) -> str:
    """Return how to get submissions to run as another user."""
    if not offered.root:
        return "grade as root, so that submissions can run as another user, or with Linux 5.13 or later"
    if not offered.other_users:
        return "this root cannot change to another user; grade in a container or machine where it can"
    return "other users cannot read this Python; use one that they can, such as /usr/bin/python3"
