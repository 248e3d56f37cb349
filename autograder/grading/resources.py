"""What this machine has to grade with: cores and memory."""

import contextlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from autograder.course.manifest import Manifest

MIB = 2**20
WORKER_BYTES = 512 * MIB
"""The grader's own share of memory for each submission that is graded at a time: a worker and its templates."""

MEMORY_FILE = Path("/proc/meminfo")
CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def most_jobs(manifest: Manifest) -> int:
    """How many submissions can be graded at a time: one for each core, and no more than memory holds."""
    free = free_memory()
    fitting = usable_cores() if free is None else free // bytes_for_one([manifest])
    return max(1, min(usable_cores(), fitting))


def bytes_for_one(manifests: Sequence[Manifest]) -> int:
    """The memory that grading one submission to any of these assignments may take."""
    return int(max((manifest.limits.memory_mb for manifest in manifests), default=512) * MIB) + WORKER_BYTES


def usable_cores() -> int:
    """How many cores this process may use."""
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
