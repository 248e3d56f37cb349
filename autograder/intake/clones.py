"""Submissions that are git clones: the files of the last commit before a deadline, whatever lies in the folder now."""

import os
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from autograder.intake.problems import Unusable, nothing, printable, refused
from autograder.intake.selection import NAMES_SHOWN, Entry, hidden, too_large

SECONDS = 60.0
DEEPEST = 2
"""How many folders down a clone is looked for."""

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


def the_clone(folder: Path, before: datetime) -> Path:
    """The one git clone that a folder is or holds. Raises `Unusable` where there is none, or several."""
    found = sorted(_clones(folder, DEEPEST))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(printable(os.path.relpath(one, folder)) for one in found[:NAMES_SHOWN])
        raise refused(f"There are {len(found)} git clones in {printable(folder.name)}: {names}. Hand in one of them.")
    raise no_clone(folder, before)


def no_clone(path: Path, before: datetime) -> Unusable:
    """The refusal of what has no commits, so that nobody can say what was there before a time."""
    return refused(
        f"{printable(path.name)} is no git clone, so nothing says what was there before {stated(before)}: a person "
        "will look when it was handed in.",
        f"{printable(path.name)} is no git clone: grade it without --before, or put the clone in its place.",
    )


def stated(time: datetime) -> str:
    """A time with its zone; without one, it is this machine's."""
    return f"{time.astimezone() if time.tzinfo is None else time:%Y-%m-%d %H:%M:%S UTC%z}"


def _clones(folder: Path, depth: int) -> Iterator[Path]:
    """Folders with a `.git`, this one and those below it; links are not followed."""
    if os.path.lexists(folder / ".git"):
        yield folder
    try:
        with os.scandir(folder) as listing:
            below = [Path(one.path) for one in listing if one.is_dir(follow_symlinks=False) and one.name != ".git"]
    except OSError:
        return
    for one in below if depth else ():
        yield from _clones(one, depth - 1)


def clone_entries(folder: Path, before: datetime) -> tuple[list[Entry], str]:
    """The files of the last commit before a time, by the committer's clock, and a note that names the commit.

    Raises `Unusable` where there is none, where the clone leads elsewhere, or where git cannot read it.
    """
    _require_whole(folder / ".git")
    limit = before.astimezone() if before.tzinfo is None else before
    found = _git(folder, "rev-list", "-1", "--timestamp", f"--before={limit.isoformat()}", "HEAD").decode().split()
    if not found:
        raise nothing(f"There is no commit before {stated(limit)}.")
    seconds, commit = found
    entries = []
    for line in _git(folder, "ls-tree", "-r", "-z", "--long", commit).split(b"\0"):
        if not line:
            continue
        about, _, path = line.partition(b"\t")
        mode, _, blob, size = about.decode().split()
        parts = tuple(path.decode("utf-8", "replace").split("/"))
        if any(map(hidden, parts)):
            continue
        if mode == LINK:
            entries.append(Entry(parts, _refuse_link))
        elif mode in ORDINARY:
            entries.append(Entry(parts, partial(_read, folder, blob, int(size), printable("/".join(parts)))))
    when = datetime.fromtimestamp(int(seconds), limit.tzinfo)
    note = f"Commit {commit[:12]} of {stated(when)}, the last before {stated(limit)}."
    return sorted(entries, key=lambda entry: (len(entry.parts), entry.parts)), note


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
