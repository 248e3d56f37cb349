"""Enter the sandbox: every layer that this machine offers."""

import os
import sys
from collections.abc import Collection, Iterator

from autograder.errors import SandboxError
from autograder.sandbox import identity, landlock, seccomp
from autograder.sandbox.kernel import status
from autograder.sandbox.layers import LAYERS, Entry
from autograder.sandbox.plan import Plan, Reach

STANDARD_STREAMS = (0, 1, 2)


def prepare(reach: Reach) -> int | None:
    """Do, in a template, what is the same for every process that it forks. Raises `OSError`.

    Returns the descriptor of Landlock's ruleset, for `enter`; `None` where there is no Landlock.
    """
    if seccomp.offered():
        seccomp.prepared()
    if sys.platform == "linux":
        identity.bound_capabilities()
    return landlock.open_ruleset(reach) if landlock.abi() else None


def enter(plan: Plan, ruleset: int | None, keep: Collection[int] = STANDARD_STREAMS) -> tuple[str, ...]:
    """Apply every layer that this machine offers to this process, for good, and return their names.

    Call it in the student process, while that has a single thread, when all that the bootstrap needs is imported and
    before any student code. `ruleset` is what `prepare` has returned. `keep` are the descriptors that stay open. The
    working folder is `plan.work` from then on. Raises `SandboxError` if a layer that is offered does not apply.
    """
    layers: list[str] = []
    try:
        layers.extend(_layers(plan, ruleset, keep))
    except (OSError, ValueError) as error:
        held = ", ".join(layers) or "none yet"
        raise SandboxError(f"a layer of the sandbox does not apply: {error} (layers that hold: {held}).") from error
    return tuple(layers)


def _layers(plan: Plan, ruleset: int | None, keep: Collection[int]) -> Iterator[str]:
    """Apply one layer after the other, and give the name of each when it holds."""
    if sys.platform == "linux" and status("self", "Threads") != ["1"]:
        raise SandboxError("the student process has threads already, which the sandbox would not hold.")
    entry = Entry(plan, {*keep}, os.getppid(), ruleset)
    if ruleset is not None:
        landlock.add_own(ruleset, plan)  # as long as every folder on the way can still be entered
    for layer in LAYERS:
        if layer.offered(plan.uid is not None):
            layer.apply(entry)
            yield layer.name
    if not os.access(plan.home, os.R_OK | os.W_OK | os.X_OK):
        raise SandboxError(f"{plan.home} cannot be written from inside the sandbox: check the modes above it.")
