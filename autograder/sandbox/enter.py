"""Enter the sandbox: every layer that this machine offers, in the one order that works."""

import os
import sys
import tempfile
from collections.abc import Collection, Iterator

from autograder.errors import SandboxError
from autograder.sandbox import descriptors, identity, landlock, rlimits, seccomp
from autograder.sandbox.environment import scrubbed
from autograder.sandbox.kernel import status
from autograder.sandbox.plan import Plan

STANDARD_STREAMS = (0, 1, 2)


def prepare() -> None:
    """Work out, in a template, what is the same for every process that it forks."""
    landlock.abi()
    if seccomp.offered():
        seccomp.prepared()


def enter(plan: Plan, keep: Collection[int] = STANDARD_STREAMS) -> tuple[str, ...]:
    """Apply every layer that this machine offers to this process, for good, and return their names.

    Call it in the student process, while that has a single thread, when all that the bootstrap needs is
    imported and before any student code. `keep` are the descriptors that stay open. The working folder is
    `plan.work` from then on. Raises `SandboxError` if a layer that is offered does not apply.
    """
    layers: list[str] = []
    try:
        layers.extend(_layers(plan, keep))
    except (OSError, ValueError) as error:
        held = ", ".join(layers) or "none yet"
        raise SandboxError(f"a layer of the sandbox does not apply: {error} (layers that hold: {held}).") from error
    return tuple(layers)


def offered_layers(spare_uid: bool) -> tuple[str, ...]:
    """The layers that `enter` would apply on this machine, to a process with a spare uid or without."""
    on_linux = sys.platform == "linux"
    layers = {
        "scrubbed environment": True,
        "no descriptors": descriptors.offered(),
        "rlimits": rlimits.offered(),
        "spare uid": on_linux and spare_uid,
        "no capabilities": on_linux,
        "no inspection": on_linux,
        "no new privileges": on_linux,
        landlock.layer(): landlock.abi() > 0,
        "death with the parent": on_linux,
        seccomp.NAME: seccomp.offered(),
    }
    return tuple(name for name, offered in layers.items() if offered)


def _layers(plan: Plan, keep: Collection[int]) -> Iterator[str]:
    """Apply one layer after the other, and give the name of each when it holds."""
    on_linux = sys.platform == "linux"
    parent = os.getppid()
    if on_linux and status()["Threads"] != "1":
        raise SandboxError("the student process has threads already, which the sandbox would not hold.")

    os.environ.clear()
    os.environ.update(scrubbed(plan.home))
    tempfile.tempdir = None
    os.umask(0o077)
    os.chdir(plan.work)
    yield "scrubbed environment"

    # Landlock's paths are opened while every folder on the way can still be entered.
    ruleset = landlock.open_ruleset(plan) if landlock.abi() else None

    if descriptors.offered():
        descriptors.close_all_but({*keep} if ruleset is None else {*keep, ruleset})
        yield "no descriptors"

    if rlimits.offered():
        rlimits.apply(plan)
        yield "rlimits"

    if on_linux:
        identity.bound_capabilities()
        if plan.uid is not None:
            identity.change_user(plan.uid)
            yield "spare uid"
        identity.drop_capabilities()
        yield "no capabilities"
        identity.forbid_inspection()
        yield "no inspection"
        identity.forbid_new_privileges()
        yield "no new privileges"

    if ruleset is not None:
        landlock.restrict_self(ruleset)
        yield landlock.layer()

    if on_linux:
        # The kernel forgets the signal when the user changes.
        identity.die_with(parent)
        yield "death with the parent"

    if seccomp.offered():
        seccomp.apply()
        yield seccomp.NAME

    if not os.access(plan.home, os.R_OK | os.W_OK | os.X_OK):
        raise SandboxError(f"{plan.home} cannot be written from inside the sandbox: check the modes above it.")
