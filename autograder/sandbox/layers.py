"""The layers of the sandbox, in the one order that works.

The user changes while the process still has the right to do so. The kernel forgets the death signal when the user
changes, so that comes later. Last comes the filter, which refuses most of the calls that the other layers need.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from autograder.sandbox import descriptors, identity, landlock, rlimits, seccomp
from autograder.sandbox.environment import scrubbed
from autograder.sandbox.plan import Plan


@dataclass
class Entry:
    """A process on its way into the sandbox.

    `keep` are the descriptors that stay open, `parent` is the process that started this one, `ruleset` is Landlock's.
    """

    plan: Plan
    keep: set[int]
    parent: int
    ruleset: int | None


@dataclass(frozen=True)
class Layer:
    """One layer: its needs of a machine, and the way in which a process takes it on, for good.

    `offered` is asked with whether the process gets a spare uid; `version` is part of the layer's name.
    """

    title: str
    offered: Callable[[bool], bool]
    apply: Callable[[Entry], None]
    version: Callable[[], int] | None = None

    @property
    def name(self) -> str:
        """Its name in records."""
        return self.title if self.version is None else f"{self.title} {self.version()}"


def _on_linux(spare_uid: bool) -> bool:
    return sys.platform == "linux"


def _environment(entry: Entry) -> None:
    os.environ.clear()
    os.environ.update(scrubbed(entry.plan.home))
    tempfile.tempdir = None
    os.umask(0o077)
    os.chdir(entry.plan.work)


def _descriptors(entry: Entry) -> None:
    descriptors.close_all_but(entry.keep if entry.ruleset is None else {*entry.keep, entry.ruleset})


def _user(entry: Entry) -> None:
    assert entry.plan.uid is not None
    identity.bound_capabilities()
    identity.change_user(entry.plan.uid)


def _capabilities(entry: Entry) -> None:
    identity.bound_capabilities()
    identity.drop_capabilities()


def _landlock(entry: Entry) -> None:
    assert entry.ruleset is not None
    landlock.restrict_self(entry.ruleset)


LAYERS = (
    Layer("scrubbed environment", lambda _: True, _environment),
    Layer("no descriptors", lambda _: descriptors.offered(), _descriptors),
    Layer("rlimits", lambda _: rlimits.offered(), lambda entry: rlimits.apply(entry.plan)),
    Layer("spare uid", lambda spare_uid: spare_uid and sys.platform == "linux", _user),
    Layer("no capabilities", _on_linux, _capabilities),
    Layer("no inspection", _on_linux, lambda _: identity.forbid_inspection()),
    Layer("no new privileges", _on_linux, lambda _: identity.forbid_new_privileges()),
    Layer("landlock", lambda _: landlock.abi() > 0, _landlock, version=lambda: landlock.abi()),
    Layer("death with the parent", _on_linux, lambda entry: identity.die_with(entry.parent)),
    Layer(seccomp.NAME, lambda _: seccomp.offered(), lambda _: seccomp.apply()),
)


def offered_layers(spare_uid: bool) -> tuple[str, ...]:
    """The names of the layers that this machine offers to a process with a spare uid or without."""
    return tuple(layer.name for layer in LAYERS if layer.offered(spare_uid))
