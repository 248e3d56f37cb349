"""Holdings of a student process that no folder shows: memory, also what it unmapped in part, and unnamed files."""

import math
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from autograder.grading.scratch import bytes_on_disk
from autograder.sandbox.kernel import status
from autograder.sandbox.rlimits import OPEN_FILES

GONE = b" (deleted)"
SHARED = (b"/dev/zero (deleted)", b"[anon_shmem:")
"""The kernel's name for shared memory that belongs to no file; a process may give it a name of its own."""

SENT = "/memfd:"
"""Beginning of the path of a file that the grader has sent: a student process cannot make such a file."""

FEW = 8
"""Pieces of shared memory that a process may have where the grader may not see how large they are."""

MOST_PIECES = 1_000
"""Mapped pieces of what has no name that are looked at: each takes a call, and a process can have sixty thousand."""

File = tuple[int, int]
"""A device, and a file's number on it."""


@dataclass(frozen=True)
class Held:
    """Bytes of disk in files without a name, and bytes of shared memory. Infinite where there are too many to look at,
    or of which the grader may not see the size.
    """

    nameless: float = 0.0
    shared: float = 0.0


def memory_of(pid: int) -> tuple[int, int]:
    """Bytes of private and of shared memory that a process has mapped; 0 where the system does not tell."""
    try:
        private, shared = (1024 * int(size.split()[0]) for size in status(pid, "RssAnon", "RssShmem"))
    except (OSError, ValueError):
        return 0, 0
    return private, shared


class Holdings:
    """Looks at a process. Make it before the process enters the sandbox, where its maps can be opened no more."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._maps: int | None = None
        with suppress(OSError):  # there are none on macOS
            self._maps = os.open(f"/proc/{pid}/maps", os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Look no more."""
        if self._maps is not None:
            os.close(self._maps)

    def look(self, places: tuple[bytes, ...]) -> Held:
        """Return what it holds now; `places` are the folders in which it can make files."""
        nameless, shared = dict(self._open_files()), dict[File, int]()
        hidden_files, hidden_memory = set[bytes](), set[bytes]()
        for number, (span, file, path) in enumerate(self._mapped_files()):
            if number == MOST_PIECES:
                return Held(shared=math.inf)
            is_memory = path.startswith(SHARED)
            if is_memory or path.startswith(places):
                try:
                    seen = os.stat(f"/proc/{self._pid}/map_files/{span}")
                except PermissionError:
                    (hidden_memory if is_memory else hidden_files).add(file)
                except OSError:
                    continue  # unmapped by now
                else:
                    (shared if is_memory else nameless)[seen.st_dev, seen.st_ino] = bytes_on_disk(seen)
        return Held(
            nameless=math.inf if len(hidden_files) > OPEN_FILES else sum(nameless.values()),
            shared=math.inf if len(hidden_memory) > FEW else sum(shared.values()),
        )

    def _open_files(self) -> Iterator[tuple[File, int]]:
        """Each open file without a name, and its size on disk; none where the grader may not see them."""
        folder = f"/proc/{self._pid}/fd"
        with suppress(OSError):
            for name in os.listdir(folder):
                with suppress(FileNotFoundError):  # closed by now
                    seen, path = os.stat(f"{folder}/{name}"), os.readlink(f"{folder}/{name}")
                    if stat.S_ISREG(seen.st_mode) and not seen.st_nlink and not path.startswith(SENT):
                        yield (seen.st_dev, seen.st_ino), bytes_on_disk(seen)

    def _mapped_files(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield the address of each mapped file that has no name, as `map_files` names it, its number, and its path."""
        for line in self._read_maps().splitlines():
            if line.endswith(GONE) or any(name in line for name in SHARED):
                span, _, _, _, number, path = line.split(None, 5)
                start, end = (int(address, 16) for address in span.split(b"-"))
                yield f"{start:x}-{end:x}", number, path

    def _read_maps(self) -> bytes:
        if self._maps is None:
            return b""
        text = b""
        with suppress(ProcessLookupError):
            while part := os.pread(self._maps, 2**20, len(text)):
                text += part
        return text
