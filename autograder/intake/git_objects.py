"""Git objects, read by a git that has limits, and each checked against its id."""

import hashlib
import math
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.problems import Unusable, printable, refused
from autograder.intake.selection import MIB

if sys.platform == "linux":
    import resource

SECONDS = 60.0
"""Seconds that git may take for all objects of one clone, by the clock."""

MEMORY = 512 * MIB
WORDS = "words"
"""The file that git's own words go to."""

WORDS_BYTES = 2**16
SHOWN = 300
HEADER = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (commit|tree|blob|tag) (\d{1,19})\n")
LONGEST_HEADER = 4096
HASHES = {40: "sha1", 64: "sha256"}
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class Larger(Exception):
    """Raised for an object of more bytes than were asked for."""


@dataclass(frozen=True)
class Object:
    """An object of the kind that was asked for: its id, and all of its content."""

    id: str
    content: bytes


class Objects:
    """The objects in a git folder of our own. It ends git when it is left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._end = time.monotonic() + SECONDS
        self._git: _Git | None = None

    def __enter__(self) -> "Objects":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def head(self, limit: int) -> Object | None:
        """The commit that HEAD points to; `None` where it points to nothing that is there. Raises as `read` does."""
        return self._read("HEAD^{commit}", "commit", limit)

    def read(self, name: str, kind: str, limit: int) -> bytes:
        """The content of the object with this id.

        Raises `Larger`, and `Unusable` where git cannot read it, or where it is not what its id says.
        """
        found = self._read(name, kind, limit)
        if found is None:
            raise cannot_be_read(f"it lacks the {kind} {name}")
        if found.id != name:
            raise _false(name)
        return found.content

    def _read(self, name: str, kind: str, limit: int) -> Object | None:
        git = self._git = self._git or _Git(self._folder, self._end)
        try:
            header = git.asked(name)
            if not header.endswith(b"\n"):
                raise git.failure()
            found = HEADER.fullmatch(header)
            if found is None:
                return None
            size = int(found[3])
            if found[2].decode() != kind or size > limit:
                self._close()  # its content would be what is read next
            if found[2].decode() != kind:
                raise cannot_be_read(f"{name} is a {found[2].decode()}, not a {kind}")
            if size > limit:
                raise Larger
            content = git.content(size, last=kind == "blob")
        except OSError as error:
            raise git.failure() from error
        if len(content) != size:
            raise git.failure()
        if kind == "blob":
            self._close()
        one = Object(found[1].decode(), content)
        digest = hashlib.new(HASHES[len(one.id)], f"{kind} {size}\0".encode(), usedforsecurity=False)
        digest.update(content)
        if digest.hexdigest() != one.id:
            raise _false(one.id)
        return one

    def _close(self) -> None:
        """End git. The next object starts it again."""
        if self._git is not None:
            self._git.close()
            self._git = None


class _Git:
    """A running `git cat-file`. It is killed at the time `end`."""

    def __init__(self, folder: Path, end: float) -> None:
        self._folder, self._words = folder, folder / WORDS
        inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
        homes = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        try:
            with self._words.open("wb") as words:
                process = subprocess.Popen(
                    ["git", f"--git-dir={folder}", "cat-file", "--batch"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=words,
                    cwd=folder,
                    env={**inherited, **homes, **ENVIRONMENT},
                )
        except OSError as error:
            raise _no_git(error) from error
        assert process.stdin is not None and process.stdout is not None
        self._process, self._input, self._output = process, process.stdin, process.stdout
        self._late = False
        self._timer = threading.Timer(max(0.0, end - time.monotonic()), self._stop)
        self._timer.daemon = True
        self._timer.start()
        try:
            _limit(process.pid)  # before it is asked for anything
        except OSError as error:
            self.close()
            raise _no_git(error) from error

    def asked(self, name: str) -> bytes:
        """Ask for an object; the line that tells its size."""
        self._input.write(f"{name}\n".encode())
        self._input.flush()
        return self._output.readline(LONGEST_HEADER)

    def content(self, size: int, *, last: bool) -> bytes:
        """The content of the object that was asked for; less where git ended.

        Git sends blobs as it inflates them: of one that is shorter than its header says, it sends less, and waits for
        the next name, unless this was the `last`.
        """
        if last:
            self._input.close()
        return self._output.read(size + 1)[:size]

    def failure(self) -> Unusable:
        """Return why git ended."""
        if self._late:
            return cannot_be_read(f"git was stopped after {SECONDS:g} s")
        self._process.kill()
        status = self._process.wait()
        said = self._words.read_bytes().decode("utf-8", "replace").strip()
        shown = said.replace(str(self._folder), ".git")
        return cannot_be_read(shown or f"an object is shorter than its header says (exit status {status})")

    def _stop(self) -> None:
        self._late = True
        self._process.kill()

    def close(self) -> None:
        """End it."""
        self._timer.cancel()
        self._process.kill()
        self._process.wait()
        self._output.close()
        with suppress(BrokenPipeError):
            self._input.close()


def git_version() -> str | None:
    """The version of the git that is installed, such as `2.39.5`; `None` without one that answers."""
    try:
        done = subprocess.run(
            ["git", "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.removeprefix("git version ").strip()


def cannot_be_read(why: str) -> Unusable:
    """The refusal of a clone that git cannot read, or that is not what it says."""
    return refused("This git clone cannot be read: hand in its address again.", f"git: {printable(why, SHOWN)}")


def _no_git(error: OSError) -> Unusable:
    why = "git is not installed: install it." if isinstance(error, FileNotFoundError) else f"git: {error}"
    return refused("This clone could not be read by the grader.", why)


def _false(name: str) -> Unusable:
    return cannot_be_read(f"the object {name} does not hold what its id says")


def _limit(pid: int) -> None:
    """Limit what git may take; macOS has no such limits for a process that runs already."""
    if sys.platform == "linux":
        limits = {
            resource.RLIMIT_AS: MEMORY,
            resource.RLIMIT_CPU: math.ceil(SECONDS) + 1,  # the timer comes first, and says so
            resource.RLIMIT_FSIZE: WORDS_BYTES,
            resource.RLIMIT_CORE: 0,
        }
        for limit, most in limits.items():
            hard = resource.prlimit(pid, limit)[1]
            value = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.prlimit(pid, limit, (value, value))
