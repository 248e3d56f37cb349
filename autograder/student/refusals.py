"""What the sandbox refused, named after Python's own audit events."""

import sys

_KINDS = {
    "open": "opening a file outside the submission",
    "os.listdir": "listing a folder outside the submission",
    "os.scandir": "listing a folder outside the submission",
    "os.mkdir": "changing files",
    "os.remove": "changing files",
    "os.rename": "changing files",
    "os.rmdir": "changing files",
    "os.link": "changing files",
    "os.symlink": "changing files",
    "os.truncate": "changing files",
    "os.chmod": "changing a file's permissions",
    "os.chown": "changing a file's owner",
    "os.utime": "changing a file's dates",
    "os.setxattr": "changing a file's attributes",
    "os.fork": "starting another process",
    "os.forkpty": "starting another process",
    "os.exec": "starting another program",
    "os.posix_spawn": "starting another program",
    "os.system": "starting another program",
    "subprocess.Popen": "starting another program",
    "os.kill": "sending a signal",
    "os.killpg": "sending a signal",
    "signal.pthread_kill": "sending a signal",
    "socket.__new__": "using the network",
    "socket.connect": "using the network",
    "socket.bind": "using the network",
    "socket.getaddrinfo": "using the network",
}


class _Watch:
    def __init__(self) -> None:
        self.active = False
        self.last: str | None = None

    def __call__(self, event: str, arguments: object) -> None:
        kind = _KINDS.get(event)
        if kind is not None:
            self.last = kind


_watch = _Watch()


def watch() -> None:
    """Start to note what is tried. An audit hook cannot be removed, so only a student process does this."""
    if not _watch.active:
        sys.addaudithook(_watch)
        _watch.active = True


def last_refused() -> str | None:
    """What was tried last, in words; `None` in a process that is not watched."""
    if not _watch.active:
        return None
    return _watch.last or "something that the sandbox does not allow"
