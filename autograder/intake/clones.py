"""Submissions that are git clones: the files of the last commit before a deadline, whatever lies in the folder now."""

import heapq
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from operator import attrgetter
from pathlib import Path

from autograder.intake import folders
from autograder.intake.folders import TOO_DEEP, only_nearest
from autograder.intake.git_copies import private_copy
from autograder.intake.git_objects import Larger, Object, Objects, cannot_be_read
from autograder.intake.places import Place, listing
from autograder.intake.problems import Unusable, nothing, printable, refused
from autograder.intake.selection import MIB, NAMES_SHOWN, Entry, hidden, too_large

DEEPEST = 2
"""Depth of folders to which a clone is looked for."""

MOST_FOLDERS = 10_000
BARE = {"HEAD", "objects", "refs"}
MOST_COMMITS = 100_000
COMMIT_LIMIT = MIB
TREE_LIMIT = 4 * MIB
TREES_LIMIT = 64 * MIB
PASSED_OVER = "Folders with too many files were passed over."
ID = rb"(?:[0-9a-f]{40}|[0-9a-f]{64})"
COMMIT = re.compile(
    rb"tree (%(id)s)\n((?:parent %(id)s\n)*)author [^\n]*\ncommitter [^\n]*> (\d{1,18})[ \n]" % {b"id": ID}
)
# No system has longer names.
TREE_ENTRY = re.compile(rb"([0-7]{5,6}) ([^\0/]{1,255})\0", re.DOTALL)


@dataclass(frozen=True)
class Commit:
    """The head of a commit; `seconds` by the clock of whoever committed."""

    id: str
    tree: str
    parents: tuple[str, ...]
    seconds: int


@dataclass(frozen=True)
class Named:
    """An entry of a tree."""

    name: str
    mode: int
    id: str


def the_clone(folder: Place, before: datetime) -> Place:
    """Return the one git clone that a folder is or holds. Raises `Unusable` if it holds no clone, or several."""
    found = sorted(_clones(folder), key=lambda place: place.names)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(printable(os.path.relpath(one.path, folder.path)) for one in found[:NAMES_SHOWN])
        raise refused(
            f"There are {len(found)} git clones in {printable(folder.path.name)}: {names}. Hand in one of them."
        )
    if _is_bare(folder):
        raise refused(
            f"{printable(folder.path.name)} is a bare git repository: hand in a clone of it.",
            f"{printable(folder.path.name)} is a bare git repository: put a clone of it (`git clone`) in its place.",
        )
    raise no_clone(folder.path, before)


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


def _clones(folder: Place) -> list[Place]:
    """Folders with a `.git`, this one and those below it; links are not followed. Raises `Unusable` for too many."""
    found: list[Place] = []
    level = [folder]
    for _ in range(DEEPEST + 1):
        below: list[Place] = []
        for one in level:
            try:
                with listing(one) as children:
                    for child in children:
                        if child.name == ".git":
                            found.append(one)
                        elif child.is_folder:
                            below.append(one.below(child.name))
                        if len(below) > MOST_FOLDERS:
                            raise refused(
                                "There are too many folders to look for a git clone: hand in the clone alone.",
                                f"More than {MOST_FOLDERS:,} folders beside each other.",
                            )
            except OSError:
                continue  # a folder that cannot be read holds no clone that can
        level = below
    return found


def _is_bare(folder: Place) -> bool:
    """Return whether this looks like a git repository without a work tree."""
    try:
        with listing(folder) as children:
            return len(BARE & {child.name for child in children}) == len(BARE)
    except OSError:
        return False


@contextmanager
def opened_clone(clone: Place, before: datetime) -> Iterator[tuple[list[Entry], list[str]]]:
    """The files of the last commit before a time, by the committer's clock, to be read while this is open, and notes.

    The first note names the commit. Raises `Unusable` where there is no such commit, where the clone leads elsewhere,
    or where git cannot read it.
    """
    limit = before.astimezone() if before.tzinfo is None else before
    with private_copy(clone) as copy, Objects(copy.folder) as objects:
        commit = _last_commit(objects, copy.cut, limit)
        entries, notes = _files(objects, commit)
        when = datetime.fromtimestamp(commit.seconds, limit.tzinfo)
        note = f"Commit {commit.id[:12]} of {stated(when)}, the last before {stated(limit)}."
        yield sorted(entries, key=lambda entry: (len(entry.parts), entry.parts)), [note, *notes]


def _last_commit(objects: Objects, cut: frozenset[str], limit: datetime) -> Commit:
    """The first commit that is not later than a time, from HEAD backwards, the latest first, as `git rev-list` goes.

    Raises `Unusable` without such a commit, or where the history ends before it, in a shallow clone.
    """
    try:
        head = objects.head(COMMIT_LIMIT)
        if head is None:
            raise refused(
                "This git clone holds no commit where its HEAD points: hand in its address again.",
                "HEAD names a branch or a commit that is not there: the clone is empty, not whole, or on a branch "
                "without commits.",
            )
        number = count()
        first = _parsed(head)
        seen = {first.id}
        waiting = [(-first.seconds, next(number), first)]
        while waiting:
            _, _, commit = heapq.heappop(waiting)
            if commit.seconds <= limit.timestamp():
                return commit
            if commit.id in cut:
                raise refused(
                    "This git clone is shallow and lacks the commits made in time. Hand in its address again.",
                    f"Its history is cut off at commit {commit.id[:12]}, which is later than {stated(limit)}: "
                    "clone it without --depth.",
                )
            for name in commit.parents:
                if name not in seen:
                    seen.add(name)
                    parent = _parsed(Object(name, objects.read(name, "commit", COMMIT_LIMIT)))
                    heapq.heappush(waiting, (-parent.seconds, next(number), parent))
            if len(seen) > MOST_COMMITS:
                raise cannot_be_read(f"more than {MOST_COMMITS:,} commits are later than {stated(limit)}")
    except Larger as error:
        raise cannot_be_read(f"a commit is larger than {COMMIT_LIMIT // MIB} MiB") from error
    raise nothing(f"There is no commit before {stated(limit)}.")


def _parsed(commit: Object) -> Commit:
    found = COMMIT.match(commit.content)
    if found is None:
        raise cannot_be_read(f"{commit.id} is no sound commit")
    parents = tuple(line.removeprefix("parent ") for line in found[2].decode().splitlines())
    return Commit(commit.id, found[1].decode(), parents, int(found[3]))


def _files(objects: Objects, commit: Commit) -> tuple[list[Entry], list[str]]:
    """The files of a commit, nearest first, and notes on what was passed over, as `folder_entries` has them."""
    entries: list[Entry] = []
    notes: list[str] = []
    seen, left = 0, TREES_LIMIT
    level: list[tuple[tuple[str, ...], str]] = [((), commit.tree)]
    for _ in range(folders.DEEPEST):
        below: list[tuple[tuple[str, ...], str]] = []
        for parts, tree in level:
            try:
                content = objects.read(tree, "tree", min(TREE_LIMIT, left))
            except Larger as error:
                if not parts:
                    raise refused("The commit holds too many files: leave out the data.") from error
                if PASSED_OVER not in notes:
                    notes.append(PASSED_OVER)
                continue
            left -= len(content)
            for one in sorted(_named(content, commit.id), key=attrgetter("name")):
                if hidden(one.name):
                    continue
                if seen == folders.ENTRIES_LIMIT:
                    return entries, [*notes, only_nearest()]
                seen += 1
                path = (*parts, one.name)
                if stat.S_ISDIR(one.mode):
                    below.append((path, one.id))
                elif stat.S_ISLNK(one.mode):
                    entries.append(Entry(path, _refuse_link))
                elif stat.S_ISREG(one.mode):
                    entries.append(Entry(path, partial(_read, objects, one.id, printable("/".join(path)))))
        level = below
    return entries, [*notes, TOO_DEEP] if level else notes


def _named(tree: bytes, commit: str) -> Iterator[Named]:
    """The entries of a tree. Raises `Unusable` for one that git would not have made."""
    length = len(commit) // 2
    place = 0
    while place < len(tree):
        found = TREE_ENTRY.match(tree, place)
        if found is None or found.end() + length > len(tree):
            raise cannot_be_read(f"a folder of commit {commit} is not sound")
        place = found.end() + length
        name = found[2].decode("utf-8", "replace")
        yield Named(name, int(found[1], 8), tree[found.end() : place].hex())


def _read(objects: Objects, blob: str, label: str, limit: int) -> bytes:
    try:
        return objects.read(blob, "blob", limit)
    except Larger as error:
        raise too_large(label, limit) from error


def _refuse_link(limit: int) -> bytes:
    raise refused("A file of the commit is a link, which is not followed: hand in the file itself.")
