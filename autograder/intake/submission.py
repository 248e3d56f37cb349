"""From what stands on the command line to the files that are graded.

Runs in the trusted grader: bytes are copied, and nothing that a submission made is parsed but a zip's
own structure.
"""

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.course.marks import UNKNOWN, Marks
from autograder.intake.archives import read_archive
from autograder.intake.classes import Sought, folders_and_files, is_platforms, refuse_class
from autograder.intake.clones import no_clone, opened_clone, the_clone
from autograder.intake.downloads import OTHER_ARCHIVES, READABLE, Found, holds_only, may_be_handed_in, own_name, owned
from autograder.intake.folders import folder_entries
from autograder.intake.identity import identities, safe_id
from autograder.intake.misdirected import is_text_of, refuse_level_above, refuse_packed_class, refuse_stray
from autograder.intake.places import (
    Place,
    is_folder,
    is_link,
    place_of,
    read_file,
    require_regular,
    status_of,
    unreadable,
)
from autograder.intake.problems import IntakeError, Problem, Unusable, printable, refused
from autograder.intake.selection import NOT_THE_STUDENTS, Contents, Entry, accepted_names, hidden, take

__all__ = ["IntakeError", "Problem", "Source", "Submission", "find_submissions", "read_submission"]

RECEIPT_LENGTH = 32
"""Hexadecimal digits, 128 bits: two sets of files with one receipt cannot be found."""


class _NotHandedInError(IntakeError):
    """A path on the command line that can be no submission."""


@dataclass(frozen=True)
class Source:
    """The place of one submission. `id` is unique in the class, stable, and safe as a file's name.

    `files` are the loose files in `path` that belong to it, if it is not a file or a folder of its own. Of a git
    clone, the last commit `before` a time counts. `name` is what it was called, where its id is not that. `own` says
    that it is the course's or the user's own, so that links on the way to it are followed, and hard links are read.
    """

    id: str
    path: Path
    files: tuple[Path, ...] = ()
    before: datetime | None = None
    name: str = ""
    own: bool = False

    @property
    def owner(self) -> str:
        """The name that it came with."""
        return self.name or self.id

    @property
    def seed_id(self) -> str:
        """The name that its seed is drawn from."""
        return safe_id(self.owner)

    @property
    def place(self) -> Path:
        """The folder in which it was found."""
        return self.path if self.files else self.path.parent

    @property
    def shown(self) -> str:
        """Its place, for people: each of its loose files, or its folder or file."""
        return "; ".join(map(str, self.files or (self.path,)))

    def under(self, kept: str) -> "Source":
        """The same submission under another id."""
        return replace(self, id=kept, name="" if self.owner == kept else self.owner)


@dataclass(frozen=True)
class Submission:
    """One submission, read: its files under the manifest's names, or the problem that kept them out."""

    id: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    problem: Problem | None

    @property
    def receipt(self) -> str:
        """The receipt of these files: the start of a SHA-256 over names and contents; empty without files."""
        if not self.files:
            return ""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()[:RECEIPT_LENGTH]


def find_submissions(
    paths: Sequence[Path],
    wanted: Sequence[str],
    one: bool = False,
    *,
    assignment_names: Sequence[str] = (),
    other_names: Sequence[str] = (),
    before: datetime | None = None,
    marks: Marks = UNKNOWN,
) -> list[Source]:
    """The submissions in these files and folders, sorted by id.

    A folder that directly holds a wanted file is one submission, any other a class of them; with `one`
    every folder is one submission. Where a student's folder has a folder with one of `assignment_names`, only that
    one counts; a student whose folder has nothing but folders of `other_names`, other assignments, has handed in
    nothing here. Beside other paths, one that is no submission counts as one, which is refused when it is read. Raises
    `IntakeError` for such a path alone, and for one that leads nowhere or to a class in another place or form.
    """
    sought = Sought(tuple(wanted), tuple(assignment_names), marks)
    found: set[Found] = set()
    for path in paths:
        try:
            found.update(_expand(path, sought, one, other_names))
        except _NotHandedInError:
            if len(paths) == 1:
                raise
            found.add(_alone(Path(os.path.realpath(path) if os.path.exists(path) else os.path.abspath(path))))
    sources = [Source(one.owner, one.path, one.files, before).under(kept) for one, kept in identities(found).items()]
    return sorted(sources, key=lambda source: source.id)


def read_submission(source: Source, wanted: Sequence[str], marks: Marks = UNKNOWN) -> Submission:
    """Read the wanted files. What a student did ends in `problem` or `notes`, never in an exception."""
    try:
        contents = _contents(source, wanted, marks)
    except Unusable as error:
        detail = f"{printable(str(source.path), 500)}: {error.problem.detail}"
        return Submission(source.id, {}, (), replace(error.problem, detail=detail))
    return Submission(source.id, contents.files, contents.notes, None)


def _contents(source: Source, wanted: Sequence[str], marks: Marks) -> Contents:
    path = source.path
    label, low = printable(path.name), path.name.casefold()
    if source.files:
        if source.before is not None:
            raise no_clone(source.files[0], source.before)
        return _together([place_of(one, own=source.own) for one in source.files], wanted, marks)
    place = place_of(path, own=source.own)
    try:
        status = status_of(place)
    except OSError as error:
        raise unreadable(label, error) from error
    if stat.S_ISDIR(status.st_mode):
        return _folder(place, source.before, wanted, marks)
    require_regular(label, status, hard_links=place.hard_links)
    if source.before is not None:
        raise no_clone(path, source.before)
    if low.endswith(OTHER_ARCHIVES):
        raise refused(f"{label}: only .zip archives are read: make a .zip and hand it in.")
    if low.endswith(".zip"):
        return read_archive(place, wanted, marks)
    return take([Entry((_single_name(path.name, wanted),), partial(read_file, place, label))], wanted, marks)


def _folder(place: Place, before: datetime | None, wanted: Sequence[str], marks: Marks) -> Contents:
    """The wanted files of a folder, of the only zip in it, or of a commit."""
    if before is not None:
        with opened_clone(the_clone(place, before), before) as (entries, (commit, *passed_over)):
            return _taken(entries, passed_over, wanted, marks, commit)
    entries, notes = folder_entries(place)
    archive = _sole_archive([place.below(*entry.parts) for entry in entries], wanted)
    if archive is not None:
        contents = read_archive(archive, wanted, marks)
        return replace(contents, notes=(*contents.notes, *notes))
    return _taken(entries, notes, wanted, marks)


def _taken(
    entries: Sequence[Entry], passed_over: Sequence[str], wanted: Sequence[str], marks: Marks, *notes: str
) -> Contents:
    """The wanted files among these of one student."""
    refuse_class(entries, wanted)
    return _noted(entries, passed_over, wanted, marks, *notes)


def _noted(
    entries: Sequence[Entry], passed_over: Sequence[str], wanted: Sequence[str], marks: Marks, *notes: str
) -> Contents:
    """The wanted files, with notes. Where some of what was handed in was passed over and they are not among the rest,
    nobody can say that nothing was handed in.
    """
    try:
        contents = take(entries, wanted, marks)
    except Unusable as error:
        if not passed_over:
            raise
        texts = (error.problem.message, error.problem.detail)
        raise refused(*(" ".join((text, *passed_over)) for text in texts)) from error
    return replace(contents, notes=(*contents.notes, *notes, *passed_over))


def _together(places: Sequence[Place], wanted: Sequence[str], marks: Marks) -> Contents:
    """The files and folders that a platform has put under one student's name."""
    loose: list[tuple[Place, Entry]] = []
    notes: list[str] = []
    for place in places:
        if is_folder(place.path):
            entries, passed_over = folder_entries(place)
            loose += [(place.below(*entry.parts), entry) for entry in entries]
            notes += passed_over
        else:
            name = own_name(place.path.name)
            loose.append((place, Entry((name,), partial(read_file, place, printable(name)))))
    archive = _sole_archive([place for place, _ in loose], wanted)
    if archive is None:
        return _noted([entry for _, entry in loose], notes, wanted, marks)
    contents = read_archive(archive, wanted, marks)
    return replace(contents, notes=(*contents.notes, *notes))


def _sole_archive(places: Sequence[Place], wanted: Sequence[str]) -> Place | None:
    """The zip in which the wanted files must be: nothing else in what was handed in could hold them."""
    names = {name.casefold() for one in wanted for name in accepted_names(one, wanted)}
    candidates = [
        place
        for place in places
        if (low := own_name(place.path.name).casefold()) in names
        or (low.endswith(READABLE) and not NOT_THE_STUDENTS.fullmatch(low))
    ]
    return candidates[0] if len(candidates) == 1 and candidates[0].path.suffix.casefold() == ".zip" else None


def _single_name(name: str, wanted: Sequence[str]) -> str:
    """The name of a file handed in alone: where only one module is asked for, its own name is free."""
    modules = [w for w in wanted if w.endswith(".py")]
    suffix = PurePosixPath(name).suffix.lower()
    if name in wanted or len(modules) != 1:
        return name
    renamed = str(PurePosixPath(modules[0]).with_suffix(suffix))
    return renamed if renamed in accepted_names(modules[0], wanted) else name


def _expand(path: Path, sought: Sought, one: bool, other_names: Sequence[str]) -> list[Found]:
    """The submissions that one path on the command line stands for."""
    try:
        real = Path(os.path.realpath(path, strict=True))
        alone = _alone(Path(os.path.realpath(path.parent)) / path.name if is_link(path) else real)
        if not real.is_dir():
            refuse_packed_class(path, _required_file(path, real), sought)
            return [alone]
        children = [real / name for name in os.listdir(real)]
    except OSError as error:
        kind = _NotHandedInError if os.path.lexists(path) else IntakeError
        raise kind(f"{path}: cannot be read ({error.strerror}).") from error
    if one:
        return [alone]
    accepted = {n for w in sought.wanted for n in accepted_names(w, sought.wanted)}
    direct = sorted(child.name for child in children if child.name in accepted and not is_folder(child))
    platforms = is_platforms(folders_and_files(real))
    if direct and not platforms:
        refuse_stray(path, direct[0], children, sought)
        return [alone]
    submissions = [child for child in children if _is_class_entry(child, sought) and not holds_only(child, other_names)]
    if not submissions:
        raise _NotHandedInError(
            f"{path} holds no submissions: expected {' or '.join(sorted(accepted))}, or a class of "
            "sub-folders and .py, .ipynb or .zip files."
        )
    if not platforms:
        refuse_level_above(path, real, submissions, sought)
    return owned(submissions, sought.names)


def _alone(path: Path) -> Found:
    """The one submission that a path is; a link is kept, so that reading it is refused: `class/*` names links, too."""
    return owned([path], ())[0]


def _required_file(path: Path, real: Path) -> Path:
    if real.is_file() and real.name.casefold().endswith(READABLE):
        return real
    if real.name.casefold().endswith(OTHER_ARCHIVES):
        raise _NotHandedInError(f"{path}: of archives only .zip is read: unpack it, or make a .zip of it.")
    raise _NotHandedInError(f"{path} is not a submission: expected a folder, or a .py, .ipynb or .zip file.")


def _is_class_entry(child: Path, sought: Sought) -> bool:
    return not hidden(child.name) and (may_be_handed_in(child) or is_text_of(child, sought))
