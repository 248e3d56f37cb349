"""Submissions that are git clones: the files of the last commit before a deadline, whatever lies in the folder now."""

import os
import stat
import subprocess
from datetime import datetime
from functools import partial
from pathlib import Path

from autograder.intake.problems import Unusable, nothing, printable, refused
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


ELSEWHERE = ("commondir", "gitdir", "objects/info/alternates", "objects/info/http-alternates")
"""Files of a `.git` that say where else git should look."""


def is_clone(folder: Path) -> bool:
    """Whether a folder is the top of a git clone, or looks like one."""
    return os.path.lexists(folder / ".git")


def clone_entries(folder: Path, before: datetime) -> tuple[list[Entry], str]:
    """The files of the last commit before a time, by the committer's clock, and a note that names the commit.

    Raises `Unusable` where there is none, where the clone leads elsewhere, or where git cannot read it.
    """
    _require_whole(folder / ".git")
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
            entries.append(Entry(parts, partial(_read, folder, blob, int(size), printable("/".join(parts)))))
    return sorted(entries, key=lambda entry: (len(entry.parts), entry.parts)), f"Commit {commit[:12]}."


def _require_whole(git: Path) -> None:
    """See that all that git will read lies in the clone itself: a crafted one could lead into another student's."""
    if not stat.S_ISDIR(git.lstat().st_mode):
        raise _leads_elsewhere(".git is not a folder")
    for folder, folders, files in os.walk(git):
        for name in (*folders, *files):
            if os.path.islink(os.path.join(folder, name)):
                raise _leads_elsewhere(f".git holds the link {printable(name)}")
    for name in ELSEWHERE:
        if os.path.lexists(git / name):
            raise _leads_elsewhere(f".git holds {name}")


def _leads_elsewhere(why: str) -> Unusable:
    remedy = "A clone made by `git clone`, without --shared or --reference, can be read."
    return refused("This git clone is not whole: hand in its address again.", f"{why}. {remedy}")


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
            ["git", *settings, f"--git-dir={folder / '.git'}", *arguments],
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
    return refused("This git clone cannot be read: hand in its address again.", f"git: {printable(said, 300)}")
