"""The resources of this machine for grading: cores and memory."""

import contextlib
import mmap
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course.manifest import Manifest
from autograder.sandbox.kernel import status

if sys.platform != "win32":
    import resource

MIB = 2**20
WORKER_BYTES = 512 * MIB
"""The grader's own share of memory for each submission that is graded at a time: a worker and its templates."""

ROOM_BYTES = 768 * MIB
"""Memory that a process may take beyond its own while it judges a submission, whose values may ask for more."""

MEMORY_FILE = Path("/proc/meminfo")
CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def most_jobs(manifest: Manifest) -> int:
    """Return how many submissions can be graded at a time: one for each core, and no more than memory holds."""
    free = free_memory()
    fitting = usable_cores() if free is None else free // bytes_for_one([manifest])
    return max(1, min(usable_cores(), fitting))


def bytes_for_one(manifests: Sequence[Manifest]) -> int:
    """The memory that grading one submission to any of these assignments may take."""
    return int(max((manifest.limits.memory_mb for manifest in manifests), default=512) * MIB) + WORKER_BYTES


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> int | None:
    """Bytes of memory that can still be had: of the machine, or of the container if that is less; None if unknown."""
    known = []
    with contextlib.suppress(OSError):
        known += [1024 * int(kib) for kib in re.findall(r"^MemAvailable:\s*(\d+) kB$", MEMORY_FILE.read_text(), re.M)]
    if not known and hasattr(os, "sysconf"):
        with contextlib.suppress(OSError, ValueError):
            known.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in CGROUP_LIMITS:
        with contextlib.suppress(OSError, ValueError):  # "max" is no number
            known.append(int(Path(path).read_text(encoding="ascii")))
    return min(known, default=None)


def cpu_seconds(pid: int) -> float | None:
    """CPU seconds of a process so far, all threads; `None` once it is gone."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return None


def resident_bytes(pid: int) -> int:
    """Resident memory of a process; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE
    except (OSError, IndexError):
        return 0


@contextlib.contextmanager
def bounded_memory(room: int = ROOM_BYTES) -> Iterator[None]:
    """Have whatever takes more than `room` bytes beyond what this process holds now raise `MemoryError`.

    Does nothing where the system cannot.
    """
    if sys.platform != "linux":
        yield
        return
    (held,) = status("self", "VmData")
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = int(held.split()[0]) * 1024 + room
    finite = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([bound, *finite]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def lift_memory_bound(pid: int) -> None:
    """Have a child that was started under `bounded_memory` do without it."""
    if sys.platform == "linux":
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.prlimit(pid, resource.RLIMIT_DATA, (hard, hard))
