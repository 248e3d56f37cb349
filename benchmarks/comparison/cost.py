"""The cost of a command: wall-clock time, CPU time and peak memory of all the processes that it starts.

CPU time is what the kernel hands to a parent that waits for its children. While a command runs this process is the
subreaper (PR_SET_CHILD_SUBREAPER) of everything below it: whatever its own parent has not waited for is waited for
here, so that nothing is left out. Where control groups (version 2) may be made, the command runs in one of its own,
whose account, kept by the kernel in another way, is the second opinion.

Memory is the sum of the proportional set sizes of all processes below this one, looked at every fifth of a second.
Nothing that this process itself uses, the looking included, is counted. Linux only.
"""

import contextlib
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from autograder.sandbox.kernel import prctl

PR_SET_CHILD_SUBREAPER = 36
LOOK_SECONDS = 0.2
STRAGGLER_SECONDS = 10.0
SAID = 3_000
MB = 1e6


class CommandError(Exception):
    """A command that failed, or left processes behind; the message holds the end of what it said."""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, CPU seconds, and the peak of the memory in bytes.

    `account` is what the control group says of the CPU seconds. `None` stands for what this machine does not tell.
    """

    wall: float
    cpu: float
    memory: int | None
    account: float | None

    def __add__(self, other: "Cost") -> "Cost":
        """One command after the other."""
        memory = None if self.memory is None or other.memory is None else max(self.memory, other.memory)
        account = None if self.account is None or other.account is None else self.account + other.account
        return Cost(self.wall + other.wall, self.cpu + other.cpu, memory, account)


def measured(
    command: Sequence[object], folder: Path, environment: Mapping[str, str] | None = None, good: Container[int] = (0,)
) -> tuple[Cost, bytes]:
    """Run a command to its end: what it cost, and what it wrote on standard output.

    Raises `CommandError` where it ends with a status that is not `good`.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, _subreaper(), _control_group() as group:
        before = _children_cpu()
        started = time.perf_counter()
        process = subprocess.Popen(
            [*(group.entrance if group else ()), *map(str, command)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        with _watched() as watcher:
            status = process.wait()
            wall = time.perf_counter() - started
        stragglers = _wait_for_the_rest()
        cpu = _children_cpu() - before
        account = group.cpu_seconds() if group else None
        said, complaints = _text(out), _text(err)
    if status not in good:
        raise CommandError(f"{command[0]} ended with {status}.\n{(said + complaints)[-SAID:].decode(errors='replace')}")
    if stragglers:
        raise CommandError(f"{command[0]} left processes behind: {', '.join(map(str, stragglers))}.")
    return Cost(wall, cpu, watcher.peak, account), said


class _Watcher:
    """Looks at the memory of everything below this process until it is told to stop."""

    def __init__(self) -> None:
        self.peak: int | None = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        peak = 0
        while self.peak is not None and not self._done.wait(LOOK_SECONDS):
            try:
                peak = max(peak, sum(map(proportional_bytes, descendants())))
                self.peak = peak
            except psutil.AccessDenied:
                self.peak = None


@contextlib.contextmanager
def _watched() -> Iterator[_Watcher]:
    watcher = _Watcher()
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.stop()


@contextlib.contextmanager
def _subreaper() -> Iterator[None]:
    """Be the parent of every orphan below this process."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0)


def _wait_for_the_rest() -> list[int]:
    """Wait for orphans; those that do not end by themselves are killed and returned."""
    deadline = time.monotonic() + STRAGGLER_SECONDS
    killed: list[int] = []
    while True:
        try:
            found, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return killed
        if found:
            continue
        if time.monotonic() > deadline:
            for process in descendants():
                killed.append(process.pid)
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            deadline = time.monotonic() + STRAGGLER_SECONDS
        time.sleep(0.01)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def descendants() -> list[psutil.Process]:
    """All processes below this one."""
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return found


def proportional_bytes(process: psutil.Process) -> int:
    """A process's own memory, and its share of what it has in common with others; 0 for one that is gone.

    Raises `psutil.AccessDenied` where the kernel does not show it, as for another user's process.
    """
    try:
        found: int = process.memory_full_info().pss
    except psutil.NoSuchProcess:
        return 0
    return found


class _ControlGroup:
    """A control group of version 2 for one command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def entrance(self) -> tuple[str, ...]:
        """Words to write before a command, so that it runs in this group, with all that it starts."""
        return ("/bin/sh", "-c", 'echo 0 > "$0" && exec "$@"', str(self._folder / "cgroup.procs"))

    def cpu_seconds(self) -> float:
        """Return what all that was ever in it has used."""
        words = (self._folder / "cpu.stat").read_text().split()
        return int(words[words.index("usage_usec") + 1]) / 1e6


@contextlib.contextmanager
def _control_group() -> Iterator[_ControlGroup | None]:
    """A new control group below this process's own; `None` where none can be made."""
    folder = _own_control_group()
    if folder is None:
        yield None
        return
    folder /= f"chain-rule-benchmark-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError:
        yield None
        return
    try:
        yield _ControlGroup(folder)
    finally:
        folder.rmdir()


def _own_control_group() -> Path | None:
    """Return where this process's control group of version 2 stands."""
    mounted = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    points = [words[1] for words in mounted if words[2] == "cgroup2"]
    own = [line[3:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::")]
    return Path(points[0] + own[0]) if points and own else None


def _text(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()
