"""The plan of a student process: its rights, in plain fields that can travel to it."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    """Paths of the machine that every student process of a template may read.

    `readable` are files and folders with their whole content, `listable` are folders of which only names may be read.
    """

    readable: tuple[str, ...] = ()
    listable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The rights of one student process. All fields are plain, so that a plan can be sent as msgpack.

    `scratch` is a folder with two others that can be written: `work`, the working folder with a copy of the
    submission, and `home`. `uid` is a spare uid to change to, or None to keep the own one. `memory_bytes` is what the
    process may allocate beyond what it holds when it enters the sandbox, `scratch_bytes` the largest file it may write,
    `cpu_seconds` the CPU time (whole seconds) after which the kernel ends it, `threads` how many threads it may have,
    the main one included (kept where `uid` is given).
    """

    scratch: str
    uid: int | None
    memory_bytes: int
    scratch_bytes: int
    cpu_seconds: int
    threads: int

    @property
    def work(self) -> str:
        """The working folder, which begins with a copy of the submission."""
        return os.path.join(self.scratch, "work")

    @property
    def home(self) -> str:
        """The folder for caches and temporary files."""
        return os.path.join(self.scratch, "home")
