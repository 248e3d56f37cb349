"""The output of a student process: read so that it never blocks, kept up to a cap."""

import os
import select
import time
from dataclasses import dataclass

KEPT = 64 * 1024
"""Bytes kept for each check."""

FLOOD_MIB = 4
"""Output in one check after which a process is ended: few enough that an endless loop of prints gets there long
before its time is up, however busy the machine is."""


QUIET_SECONDS = 0.02
"""Pause after which an answer has come to its end."""


@dataclass
class Output:
    """Standard output and standard error of a student process, together, by a non-blocking descriptor."""

    descriptor: int
    open: bool = True
    _kept: bytes = b""
    _seen: int = 0

    def drain(self) -> None:
        """Read what is there; keep the beginning."""
        while self.open:
            try:
                data = os.read(self.descriptor, 65536)
            except BlockingIOError:
                return
            if not data:
                self.open = False
                return
            self._seen += len(data)
            self._kept += data[: KEPT - len(self._kept)]
            if self.flooded:
                return

    @property
    def flooded(self) -> bool:
        """Whether more was printed than any program needs to."""
        return self._seen > FLOOD_MIB * 2**20

    def answer(self, seconds: float) -> str:
        """Return what is printed next, within so many seconds, without keeping it."""
        data = b""
        until = time.monotonic() + seconds
        while len(data) < KEPT:
            left = max(0.0, until - time.monotonic())
            if not select.select([self.descriptor], [], [], left)[0]:
                break
            part = os.read(self.descriptor, 65536)
            data += part
            until = min(until, time.monotonic() + QUIET_SECONDS)
            if not part:
                break
        return data.decode("utf-8", errors="replace")

    def restart(self) -> None:
        """Forget everything that was printed so far, read or unread."""
        self._kept, self._seen = b"", 0
        self.drain()
        self._kept, self._seen = b"", 0

    def text(self) -> str:
        """Return what was printed since `restart`, up to the cap."""
        text = self._kept.decode("utf-8", errors="replace")
        return text if self._seen <= KEPT else f"{text}\n…"
