"""The layers of the sandbox, one line each, from what the machine offers."""

import sys
from collections.abc import Iterator

from autograder.doctor.findings import Finding, good
from autograder.sandbox.offers import ROOT_NEEDS_LANDLOCK, Offers

LANDLOCK = "Files closed by the kernel (Landlock)"
OWN_USER = "A user of its own for each submission"
FILTER = "System calls filtered (seccomp)"
SYSTEM = "Operating system"


def layers(offered: Offers) -> Iterator[Finding]:
    """Yield what each layer is worth here, and the remedy for a weak one."""
    if offered.platform != "linux":
        yield Finding(
            SYSTEM,
            "bad",
            f"{offered.platform}: students can check their own work here, but nothing keeps other people's code from "
            "the files of whoever runs it",
            "grade other people's work on Linux: a virtual machine or a container will do",
        )
        return
    yield good(SYSTEM, "Linux")
    yield _own_user(offered)
    yield _landlock(offered)
    if offered.seccomp:
        yield good(FILTER, "no network, no new processes, no programs, no change of owners and modes")
    else:
        yield Finding(
            FILTER,
            "weak",
            "none: this kernel has none, or the processor is neither x86-64 nor aarch64",
            "use an x86-64 or aarch64 machine; in a container, allow the call seccomp",
        )


def _own_user(offered: Offers) -> Finding:
    if offered.spare_uid:
        return good(OWN_USER, "each submission runs as a user that owns nothing, and cannot see another submission")
    if not offered.root:
        return Finding(
            OWN_USER,
            "weak",
            "no: only root can start a process as another user, so submissions run as you",
            "enough where Landlock holds; for this layer too, grade as root (sudo), in a container for instance",
        )
    if not offered.other_users:
        return Finding(
            OWN_USER,
            "weak",
            "no: this root may not become another user",
            "grade in a container or machine where it may (capabilities setuid and setgid, all user numbers mapped)",
        )
    return Finding(
        OWN_USER,
        "weak",
        f"no: other users cannot read this Python ({sys.executable}) or its packages",
        "use a Python and a folder that every user may read: make PYTHON=/usr/bin/python3",
    )


def _landlock(offered: Offers) -> Finding:
    if not offered.landlock:
        return Finding(
            LANDLOCK,
            "weak",
            "none: users and modes of files alone decide what a submission can read",
            "use Linux 5.13 or later; in a container, let its profile allow the calls of Landlock",
        )
    if offered.landlock < ROOT_NEEDS_LANDLOCK and not offered.spare_uid:
        return Finding(
            LANDLOCK,
            "weak",
            f"version {offered.landlock}: too little where submissions run as root",
            f"use Linux 6.2 or later (version {ROOT_NEEDS_LANDLOCK})",
        )
    return good(LANDLOCK, f"version {offered.landlock}: a submission reads its own folder and the libraries allowed")
