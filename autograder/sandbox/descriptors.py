"""No inherited descriptors: whatever the process was started with is closed, but for what it needs."""

import os
import sys
from collections.abc import Collection
from contextlib import suppress


def offered() -> bool:
    """Return whether the platform lists a process's open descriptors."""
    return sys.platform != "win32"


def close_all_but(kept: Collection[int]) -> None:
    """Close every descriptor of this process that is not in `kept`."""
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    for name in os.listdir(folder):
        if int(name) not in kept:
            with suppress(OSError):  # the listing's own descriptor is gone by now
                os.close(int(name))
