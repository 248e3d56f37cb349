"""The last thing that the student's code tried, by Python's own audit events, to name what the sandbox refused."""

import os
import sys

_EVENTS = {
    "os.listdir": "list",
    "os.scandir": "list",
    **dict.fromkeys(
        ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate"), "change"
    ),
    **dict.fromkeys(("os.chmod", "os.chown", "os.utime", "os.setxattr"), "mode"),
    **dict.fromkeys(("os.fork", "os.forkpty"), "process"),
    **dict.fromkeys(("os.exec", "os.posix_spawn", "os.system", "subprocess.Popen"), "program"),
    **dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill"), "signal"),
    **dict.fromkeys(("socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo"), "network"),
}


class _Watch:
    def __init__(self) -> None:
        self.active = False
        self.last = "other"

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            flags = arguments[2] if len(arguments) > 2 else 0
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
            self.last = "write" if writes else "read"
        elif event in _EVENTS:
            self.last = _EVENTS[event]


_watch = _Watch()


def watch() -> None:
    """Start to note what is tried. An audit hook cannot be removed, so only a student process does this."""
    if not _watch.active:
        sys.addaudithook(_watch)
        _watch.active = True


def last_tried() -> str | None:
    """Return what was tried last, as a key of `FORBIDDEN`; `None` in a process that is not watched."""
    return _watch.last if _watch.active else None
