"""A trial of this machine: whether `grade` would agree to run, and whether a sandboxed process works."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from autograder import expect
from autograder.channel.failures import ChannelError
from autograder.course.layout import Assignment, Course
from autograder.course.manifest import Manifest, Task
from autograder.doctor.findings import Finding, State, good
from autograder.errors import GraderFault
from autograder.grading.host import SandboxHost
from autograder.grading.isolation import isolation
from autograder.sandbox.libraries import NotInstalledError
from autograder.sandbox.offers import offers, weakness
from autograder.sandbox.spare_uids import spare_uid

TRIAL = "A trial in the sandbox"
HIDDEN = "Checks hidden from submissions"
READING = "read the grader's files"
PROBE = '''
"""Tries what a submission must not do; the answers are what succeeded."""

import os
import socket


def leave_a_file():
    path = f"/tmp/left-by-a-submission-{os.getpid()}"
    open(path, "x").close()
    os.remove(path)


def attempts(path):
    succeeded = []
    for name, attempt in (
        ("read the grader's files", lambda: os.listdir(path)),
        ("leave a file in a shared folder", leave_a_file),
        ("reach the network", lambda: socket.socket().close()),
        ("start a process", lambda: os.fork() or os._exit(0)),
        ("signal its parent", lambda: os.kill(os.getppid(), 0)),
    ):
        try:
            attempt()
        except OSError:
            continue
        succeeded.append(name)
    return succeeded
'''


@dataclass(frozen=True)
class Trial:
    """The trial of a sandboxed process: the layers that held, what it got away with, and why it did not start."""

    layers: tuple[str, ...] = ()
    succeeded: tuple[str, ...] = ()
    fault: str = ""

    @property
    def finding(self) -> Finding:
        """The trial as a line."""
        if self.fault:
            return Finding(TRIAL, "bad", f"it did not start: {self.fault}", "see the lines above, or report this")
        held = ", ".join(self.layers)
        if self.succeeded:
            state: State = "bad" if READING in self.succeeded else "weak"
            return Finding(TRIAL, state, f"it could {', '.join(self.succeeded)}; layers: {held}", "see the lines above")
        return good(TRIAL, f"every attempt to break out failed; layers: {held}")


def trial(secret: Path) -> Trial:
    """Run a small program in the sandbox as `grade` would, and see what it can do; `secret` is a private folder."""
    manifest = Manifest(
        title="A trial", points=1, handed_in=("probe.py",), tasks=(Task(id="1", title="A trial", points=1),)
    )
    try:
        with spare_uid() if offers().spare_uid else nullcontext() as uid:
            host = SandboxHost(manifest, {"probe.py": PROBE.encode()}, 0, uid)
            with host.open(False) as student:
                answers = expect.items(student.probe.attempts(str(secret)))
                succeeded = tuple(expect.text(answer) for answer in answers)
            return Trial(host.layers, succeeded)
    except (ChannelError, GraderFault, OSError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return Trial(fault=" ".join(dict.fromkeys((lines[0], lines[-1]))))


def hidden(course: Course | None, folder: Path) -> Iterator[Finding]:
    """Yield whether submissions could read the checks: for each assignment, or for a folder that is in no course."""
    if course is None:
        reason = weakness(offers(), [str(folder)])
        yield _hidden(f"{HIDDEN}: this folder, which is in no course", reason)
        return
    for assignment in course.assignments():
        yield _of(assignment)


def _of(assignment: Assignment) -> Finding:
    name = f"{HIDDEN}: {assignment.name}"
    try:
        return _hidden(name, isolation(assignment).weakness)
    except NotInstalledError as error:
        return Finding(name, "weak", f"it cannot be graded here: {error}", "install the library, or leave it out")


def _hidden(name: str, reason: str | None) -> Finding:
    if reason is None:
        return good(name, "yes")
    return Finding(name, "bad", reason, "`grade` refuses until then")
