"""Resource limits: memory, file size, CPU time, descriptors, threads. The kernel counts them by itself."""

import sys

from autograder.sandbox.kernel import status
from autograder.sandbox.plan import Plan

if sys.platform != "win32":
    import resource

OPEN_FILES = 64  # each may be a file without a name, which only RLIMIT_FSIZE bounds
SHARED_SLACK = 1 << 30  # address space that libraries reserve without using it


def offered() -> bool:
    """Return whether the platform has resource limits."""
    return sys.platform != "win32"


def apply(plan: Plan) -> None:
    """Set the plan's limits, soft and hard. Raises `OSError` or `ValueError`.

    Memory counts from what the process holds now. RLIMIT_DATA bounds private memory; RLIMIT_AS lies a GiB
    above it and bounds shared mappings too. macOS has no working memory limit, and gets none.
    """
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: plan.scratch_bytes,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_DATA] = _held("VmData") + plan.memory_bytes
        limits[resource.RLIMIT_AS] = _held("VmSize") + plan.memory_bytes + SHARED_SLACK
        limits[resource.RLIMIT_MSGQUEUE] = 0
        if plan.uid is not None:
            limits[resource.RLIMIT_NPROC] = plan.threads
    for limit, value in limits.items():
        _lower(limit, value, value)
    # The soft limit sends SIGXCPU, which names the cause; a second later the hard one kills.
    _lower(resource.RLIMIT_CPU, plan.cpu_seconds, plan.cpu_seconds + 1)


def _lower(limit: int, soft: int, hard: int) -> None:
    ceiling = resource.getrlimit(limit)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(limit, (soft, hard))


def _held(field: str) -> int:
    """Bytes that the process holds now, by a field of its status such as `VmData: 1024 kB`."""
    (size,) = status("self", field)
    return int(size.split()[0]) * 1024
