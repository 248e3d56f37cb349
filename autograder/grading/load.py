"""Time told apart: what a student process computes, what its code waits for, and what the machine is too busy for."""

import contextlib
import os
from enum import Enum

import msgspec

WALL_FACTOR = 10
"""Seconds by the clock allowed for each second of CPU time, those left out in which the machine had no core free."""

LEAST_WALL_SECONDS = 8.0
"""Seconds by the clock that are always allowed."""

WAITING_FACTOR = 2
"""Seconds that all code of a submission together may wait, for each second that it may compute."""


def wall_limit(cpu_seconds: float) -> float:
    """Seconds by the clock that go with so many of computing time."""
    return max(WALL_FACTOR * cpu_seconds, LEAST_WALL_SECONDS)


def waiting_limit(total_cpu_seconds: float) -> float:
    """Seconds that a submission may wait in all, which may compute for so many."""
    return WAITING_FACTOR * total_cpu_seconds


class Spent(msgspec.Struct, frozen=True):
    """Seconds that went by while the grader waited for the student process.

    `wall` is by the clock. `cpu` is the student process's, `grader` the grader's own on its behalf. For `runnable`
    seconds one of the two was ready to run and had no core. Where the system does not tell them, `told` is false.
    """

    cpu: float = 0.0
    wall: float = 0.0
    runnable: float = 0.0
    grader: float = 0.0
    told: bool = True

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.cpu + other.cpu,
            self.wall + other.wall,
            self.runnable + other.runnable,
            self.grader + other.grader,
            self.told and other.told,
        )

    @property
    def own(self) -> float:
        """Seconds by the clock without those in which there was no core free."""
        return max(0.0, self.wall - self.runnable)

    @property
    def waiting(self) -> float:
        """Seconds in which the student's code waited by its own choice; 0 where they cannot be told from load."""
        return max(0.0, self.own - self.cpu - self.grader) if self.told else 0.0

    @property
    def by_load(self) -> bool:
        """Whether the machine was too busy for more than half of the time."""
        return self.runnable > self.wall / 2


class Stop(Enum):
    """A reason to end a student process."""

    COMPUTING = "it used up its computing time"
    WAITING = "it waited"
    CLOCK = "it took too long by the clock"


def stop_for(spent: Spent, cpu_limit: float, most_wall: float) -> Stop | None:
    """Return a reason to end a process that has spent this, if any; `most_wall` counts seconds without a core, too."""
    if spent.cpu > cpu_limit:
        return Stop.COMPUTING
    limit = wall_limit(cpu_limit)
    if spent.own > limit:
        return Stop.WAITING if spent.waiting > limit / 2 else Stop.CLOCK
    return Stop.CLOCK if spent.wall > most_wall else None


class LoadMeter:
    """Reads how long a process was ready to run without a core, and this thread, too.

    Of several threads the one that was ready for longest counts: together they would make load out of nothing, as each
    stands in line behind the others.
    """

    def __init__(self, pid: int) -> None:
        self._tasks = f"/proc/{pid}/task"
        self._seen: dict[str, float] = {}
        self._own = schedstat("/proc/thread-self/schedstat")

    def since(self, wall: float) -> Spent:
        """Return what is new since the last call; this thread counts for at most the `wall` seconds of waiting."""
        before, self._own = self._own, schedstat("/proc/thread-self/schedstat")
        if before is None or self._own is None:
            return Spent(told=False)
        grader = min(self._own[0] - before[0], wall)
        queued = min(self._own[1] - before[1], wall - grader)
        return Spent(runnable=queued + self._student(), grader=grader)

    def _student(self) -> float:
        longest = 0.0
        with contextlib.suppress(OSError):  # it has ended
            for thread in os.listdir(self._tasks):
                reading = schedstat(f"{self._tasks}/{thread}/schedstat")
                if reading is not None:
                    before = self._seen.get(thread, 0.0)
                    passed = reading[1] - before if reading[1] >= before else reading[1]
                    longest = max(longest, passed)
                    self._seen[thread] = reading[1]
        return longest


def schedstat(path: str) -> tuple[float, float] | None:
    """Seconds that a thread has had a core, and was ready without one; `None` where the kernel does not tell."""
    try:
        with open(path, encoding="ascii") as file:
            running, queued, _ = map(int, file.read().split())
    except (OSError, ValueError):
        return None
    return (running / 1e9, queued / 1e9) if running else None
