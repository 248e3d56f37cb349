"""From what stands on the command line to the files that are graded.

Runs in the trusted grader: bytes are copied, and nothing that a submission made is parsed but a zip's
own structure.
"""

import hashlib
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.intake.archives import read_archive
from autograder.intake.folders import folder_entries, read_regular, require_regular
from autograder.intake.problems import Problem, Unusable, refused, shown
from autograder.intake.selection import Contents, Entry, accepted_names, hidden, take

__all__ = ["IntakeError", "Problem", "Source", "Submission", "find_submissions", "read_submission"]

READABLE = (".py", ".ipynb", ".zip")
OTHER_ARCHIVES = (".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")
ID_BYTES = 120
RECEIPT_LENGTH = 16


class IntakeError(Exception):
    """A path on the command line that holds no submissions; the message names it and the remedy."""


@dataclass(frozen=True)
class Source:
    """Where one submission lies. `id` is unique in the class, stable, and safe as a file's name."""

    id: str
    path: Path


@dataclass(frozen=True)
class Submission:
    """One submission, read: its files under the manifest's names, or the problem that kept them out."""

    id: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    problem: Problem | None

    @property
    def receipt(self) -> str:
        """What tells these files from others: the start of a SHA-256 over names and contents; empty without files."""
        if not self.files:
            return ""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()[:RECEIPT_LENGTH]


def find_submissions(paths: Sequence[Path], wanted: Sequence[str], one: bool = False) -> list[Source]:
    """The submissions in these files and folders, sorted by id.

    A folder that directly holds a wanted file is one submission, any other a class of them; with `one`
    every folder is one submission. Raises `IntakeError` for a path that is no submission, or an empty class.
    """
    found: set[Path] = set()
    for path in paths:
        found.update(_expand(path, wanted, one))
    return _identified(found)


def read_submission(source: Source, wanted: Sequence[str]) -> Submission:
    """Read the wanted files. What a student did ends in `problem` or `notes`, never in an exception."""
    try:
        contents = _contents(source.path, wanted)
    except Unusable as error:
        detail = f"{shown(str(source.path), 500)}: {error.problem.detail}"
        return Submission(source.id, {}, (), replace(error.problem, detail=detail))
    return Submission(source.id, contents.files, contents.notes, None)


def _contents(path: Path, wanted: Sequence[str]) -> Contents:
    label, low = shown(path.name), path.name.casefold()
    try:
        status = path.lstat()
    except OSError as error:
        raise refused(f"{label} cannot be read: hand it in again.", str(error.strerror)) from error
    if stat.S_ISDIR(status.st_mode):
        entries, notes = folder_entries(path)
        contents = take(entries, wanted)
        return replace(contents, notes=(*contents.notes, *notes))
    require_regular(label, status)
    if low.endswith(OTHER_ARCHIVES):
        raise refused(f"{label}: only .zip archives are read: make a .zip and hand it in.")
    if low.endswith(".zip"):
        return read_archive(path, wanted)
    return take([Entry((_single_name(path.name, wanted),), partial(read_regular, path, label))], wanted)


def _single_name(name: str, wanted: Sequence[str]) -> str:
    """The name of a file handed in alone: where only one module is asked for, its own name is free."""
    modules = [w for w in wanted if w.endswith(".py")]
    suffix = PurePosixPath(name).suffix.lower()
    if name in wanted or len(modules) != 1:
        return name
    renamed = str(PurePosixPath(modules[0]).with_suffix(suffix))
    return renamed if renamed in accepted_names(modules[0], wanted) else name


def _expand(path: Path, wanted: Sequence[str], one: bool) -> list[Path]:
    """The submissions that one path on the command line stands for."""
    try:
        real = Path(os.path.realpath(path, strict=True))
        if not real.is_dir():
            return [_required_file(path, real)]
        children = [real / name for name in os.listdir(real)]
    except OSError as error:
        raise IntakeError(f"{path}: cannot be read ({error.strerror}).") from error
    accepted = {n for w in wanted for n in accepted_names(w, wanted)}
    if one or any(child.name in accepted and not os.path.isdir(child) for child in children):
        return [real]
    submissions = [child for child in children if _is_class_entry(child)]
    if not submissions:
        raise IntakeError(
            f"{path} holds no submissions: expected {' or '.join(sorted(accepted))}, or a class of "
            "sub-folders and .py, .ipynb or .zip files."
        )
    return submissions


def _required_file(path: Path, real: Path) -> Path:
    if real.is_file() and real.name.casefold().endswith(READABLE):
        return real
    if real.name.casefold().endswith(OTHER_ARCHIVES):
        raise IntakeError(f"{path}: of archives only .zip is read: unpack it, or make a .zip of it.")
    raise IntakeError(f"{path} is not a submission: expected a folder, or a .py, .ipynb or .zip file.")


def _is_class_entry(child: Path) -> bool:
    """Links count, so that a student who handed one in is told; reading it is refused."""
    if hidden(child.name):
        return False
    return os.path.isdir(child) or child.name.casefold().endswith(READABLE + OTHER_ARCHIVES)


def _identified(paths: Iterable[Path]) -> list[Source]:
    """Give each path an id. Where ids would clash, the first path keeps it and the others are numbered."""
    wished = {path: _safe_id(path) for path in sorted(paths)}
    uses = Counter(wish.casefold() for wish in wished.values())
    given: set[str] = set()
    sources: list[Source] = []
    for path, wish in sorted(wished.items(), key=lambda item: uses[item[1].casefold()] > 1):
        unique, number = wish, 1
        while unique.casefold() in given:
            number += 1
            unique = f"{wish}-{number}"
        given.add(unique.casefold())
        sources.append(Source(unique, path))
    return sorted(sources, key=lambda source: source.id)


def _safe_id(path: Path) -> str:
    """Letters, marks, digits and `._-` of the name without its type, others as `_`; at most `ID_BYTES`."""
    name = path.name
    if not os.path.isdir(path):
        while PurePosixPath(name).suffix.lower() in READABLE + OTHER_ARCHIVES:
            name = PurePosixPath(name).stem
    kept = [c if c in "._-" or unicodedata.category(c)[0] in "LMN" else "_" for c in unicodedata.normalize("NFC", name)]
    plain = "".join(kept).lstrip(".-").encode()[:ID_BYTES].decode(errors="ignore").rstrip(".")
    return plain or "submission"
