"""Submissions that are git clones: the files of the last commit before a deadline, whatever lies in the folder now."""

import os
import subprocess
from datetime import datetime
from functools import partial
from pathlib import Path

from autograder.intake.problems import Unusable, nothing, refused, shown
from autograder.intake.selection import Entry, too_large

SECONDS = 60.0
LINK = "120000"
ORDINARY = ("100644", "100755")
SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "safe.directory=*")
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


def is_clone(folder: Path) -> bool:
    """Whether a folder is the top of a git clone."""
    return (folder / ".git").exists()


def clone_entries(folder: Path, before: datetime) -> tuple[list[Entry], str]:
    """The files of the last commit before a time, by the committer's clock, and a note that names the commit.

    Raises `Unusable` where there is none, or where git cannot read the clone.
    """
    commit = _git(folder, "rev-list", "-1", f"--before={before.isoformat()}", "HEAD").decode().strip()
    if not commit:
        raise nothing(f"There is no commit before {before.isoformat(sep=' ')}.")
    entries = []
    for line in _git(folder, "ls-tree", "-r", "-z", "--long", commit).split(b"\0"):
        if not line:
            continue
        about, _, path = line.partition(b"\t")
        mode, _, blob, size = about.decode().split()
        parts = tuple(path.decode("utf-8", "replace").split("/"))
        if mode == LINK:
            entries.append(Entry(parts, _refuse_link))
        elif mode in ORDINARY:
            entries.append(Entry(parts, partial(_read, folder, blob, int(size), shown("/".join(parts)))))
    return sorted(entries, key=lambda entry: (len(entry.parts), entry.parts)), f"Commit {commit[:12]}."


def _read(folder: Path, blob: str, size: int, label: str, limit: int) -> bytes:
    if size > limit:
        raise too_large(label, limit)
    return _git(folder, "cat-file", "blob", blob)


def _refuse_link(limit: int) -> bytes:
    raise refused("A file of the commit is a link, which is not followed: hand in the file itself.")


def _git(folder: Path, *arguments: str) -> bytes:
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", *settings, "-C", str(folder), *arguments],
            capture_output=True,
            check=True,
            timeout=SECONDS,
            env={**os.environ, **ENVIRONMENT},
        )
    except FileNotFoundError as error:
        raise refused("This clone could not be read by the grader.", "git is not installed: install it.") from error
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (error.stderr or b"").decode("utf-8", "replace").strip() or str(error)
        raise _unreadable(said) from error
    return done.stdout


def _unreadable(said: str) -> Unusable:
    return refused("This git clone cannot be read: hand in its address again.", f"git: {shown(said, 300)}")
