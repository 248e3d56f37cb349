"""The bank of an assignment: submissions that are known to be right, wrong or broken, and what they earn."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from autograder import toml
from autograder.course.layout import Assignment
from autograder.course.manifest import Manifest, Text
from autograder.course.stubs import StubError, stub_files, syntax_problem
from autograder.errors import UserError
from autograder.outcomes import Outcome

# The block of inline metadata as PEP 723 defines it.
HEAD = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
HEAD_TYPE = "submission"
KINDS = ("right", "wrong", "broken")
CLASS_FILE = "class.toml"

Share = Literal["everything", "nothing"]
PointsByTask = dict[str, Annotated[float, msgspec.Meta(ge=0)]]
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)


class BankError(UserError):
    """A bank that cannot be used; the message names the file and the key."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One replacement in the reference; `old` stands there exactly once."""

    file: Text
    old: Text
    new: str


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The head of a submission in the bank."""

    about: Text
    earns: Share | PointsByTask
    hint: str = ""
    outcome: Outcome | None = None


class Patch(Head, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A submission that is the reference with some changes: `NAME.toml`."""

    changes: Annotated[tuple[Change, ...], msgspec.Meta(min_length=1)] = msgspec.field(name="change")


@dataclass(frozen=True)
class Entry:
    """A submission of the bank: its files by name, and the points it must earn for each task.

    Where `outcome` is given, at least one check must end so.
    """

    name: str
    about: str
    hint: str
    earns: dict[str, float]
    outcome: Outcome | None
    files: dict[str, bytes]


@dataclass(frozen=True)
class Bank:
    """All known submissions of an assignment: reference, stub, then right, wrong and broken ones.

    `unusable` says of each file that is left out why.
    """

    entries: tuple[Entry, ...]
    unusable: tuple[BankError, ...] = ()

    def entry(self, name: str) -> Entry:
        """Return the entry of this name. Raises `KeyError` for an unknown one."""
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise KeyError(name)


def read_bank(assignment: Assignment) -> Bank:
    """Read an assignment's bank. Raises `BankError` and `ManifestError` naming the file and the key."""
    bank = read_usable(assignment)
    if bank.unusable:
        raise bank.unusable[0]
    return bank


def read_usable(assignment: Assignment) -> Bank:
    """Read those entries of a bank that can be used.

    Raises `BankError` and `ManifestError` where the reference or the stub cannot.
    """
    manifest = assignment.manifest
    reference = _reference(assignment)
    try:
        stub = stub_files(assignment)
    except StubError as error:
        raise BankError(str(error)) from error
    untouched = {name: _handed_out(assignment, name) for name in manifest.files if name not in manifest.made}
    entries = [
        Entry("reference", "The reference.", "", _points("everything", manifest), None, reference),
        Entry("stub", "The untouched stub.", "", _points("nothing", manifest), None, untouched | stub),
    ]
    unusable = [
        BankError(f"{path}: not a folder of a bank ({', '.join(KINDS)}).")
        for path in _members(assignment.bank)
        if path.is_dir() and path.name not in KINDS
    ]
    for kind in KINDS:
        for path in _members(assignment.bank / kind):
            try:
                entry = _read_entry(path, kind, manifest, reference)
            except BankError as error:
                unusable.append(error)
                continue
            if entry.name in (one.name for one in entries):
                unusable.append(BankError(f"{path.with_suffix('')}: both a file and a folder."))
            else:
                entries.append(entry)
    return Bank(tuple(entries), tuple(unusable))


def read_toml(path: Path, kind: type[AnyStruct]) -> AnyStruct:
    """A TOML file of the bank as a struct. Raises `BankError`."""
    return _parse(_text(path), path, kind)


def _reference(assignment: Assignment) -> dict[str, bytes]:
    return {name: _bytes(assignment.reference(name)) for name in assignment.manifest.files}


def _handed_out(assignment: Assignment, name: str) -> bytes:
    """Return the text that students begin with: the assignment's own if it has one, or else the reference's."""
    path = assignment.folder / name
    return _bytes(path if path.suffix == ".md" and path.is_file() else assignment.reference(name))


def _members(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if not _ignored(path)] if folder.is_dir() else []


def _ignored(path: Path) -> bool:
    return path.name.startswith(".") or path.name == "__pycache__"


def _read_entry(path: Path, kind: str, manifest: Manifest, reference: Mapping[str, bytes]) -> Entry:
    """An entry of one kind: a patch on the reference, a whole module, or a folder of whole files."""
    head: Head
    if path.suffix == ".toml":
        head = patch = read_toml(path, Patch)
        files = _patched(path, patch, reference)
    elif kind == "wrong":
        raise BankError(f"{path}: a wrong submission is a patch, NAME.toml.")
    else:
        files = _whole_files(path, manifest)
        head = _head(files, path)
    earns = _resolve(head.earns, manifest, path)
    if kind == "wrong" and (not head.hint or head.outcome is not None):
        raise BankError(f"{path}: a wrong submission has a hint and no outcome.")
    if kind == "wrong" and earns == _points("everything", manifest):
        raise BankError(f"{path}: earns: everything, so nothing is wrong with it.")
    if kind == "right" and (head.earns != "everything" or head.outcome is not None):
        raise BankError(f'{path}: a right submission has earns = "everything" and no outcome.')
    if kind != "broken":
        for file, content in files.items():
            _compile(content, file, path)
    return Entry(f"{kind}/{path.stem}", head.about, head.hint, earns, head.outcome, {**reference, **files})


def _patched(path: Path, patch: Patch, reference: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that a patch changes, changed."""
    files: dict[str, bytes] = {}
    for number, change in enumerate(patch.changes, start=1):
        where = f"{path}: change {number}"
        if change.file not in reference:
            raise BankError(f"{where}: file = {change.file!r} is none of the manifest's files.")
        before, old = files.get(change.file, reference[change.file]), change.old.encode("utf-8")
        if before.count(old) != 1:
            raise BankError(f"{where}: old stands {before.count(old)} times in {change.file}: make it stand once.")
        files[change.file] = before.replace(old, change.new.encode("utf-8"))
    for file, content in files.items():
        if content == reference[file]:
            raise BankError(f"{path}: change: {file} is still the reference.")
    return files


def _whole_files(path: Path, manifest: Manifest) -> dict[str, bytes]:
    if path.is_dir():
        files = {member.name: _bytes(member) for member in _members(path)}
        for file in files:
            if file not in manifest.files:
                raise BankError(f"{path / file}: none of the manifest's files.")
        return files
    if path.suffix != ".py":
        raise BankError(f"{path}: neither a patch (.toml), nor a .py file, nor a folder.")
    modules = [file for file in manifest.files if file.endswith(".py")]
    if len(modules) > 1:
        raise BankError(f"{path}: could be any of {', '.join(modules)}: make it a folder that holds them.")
    return {modules[0]: _bytes(path)}


def _head(files: Mapping[str, bytes], path: Path) -> Head:
    """The one head in the files of a submission; the other files go without."""
    found = [
        match["content"]
        for file, content in files.items()
        if file.endswith(".py")
        for match in HEAD.finditer(content.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
        if match["type"] == HEAD_TYPE
    ]
    if len(found) != 1:
        raise BankError(f"{path}: {len(found)} blocks '# /// {HEAD_TYPE}' … '# ///' instead of one.")
    lines = (line[2:] if line.startswith("# ") else line[1:] for line in found[0].splitlines())
    return _parse("\n".join(lines), path, Head)


def _resolve(earns: Share | PointsByTask, manifest: Manifest, path: Path) -> dict[str, float]:
    """Points for every task, in the manifest's order."""
    if isinstance(earns, str):
        return _points(earns, manifest)
    tasks = {task.id: task.points for task in manifest.tasks}
    for task, points in earns.items():
        if task not in tasks:
            raise BankError(f"{path}: earns: the manifest has no task {task!r}.")
        if points > tasks[task]:
            raise BankError(f"{path}: earns: {points:g} for task {task!r}, which is worth {tasks[task]:g}.")
    for task in tasks:
        if task not in earns:
            raise BankError(f"{path}: earns: names no points for task {task!r}.")
    return {task: earns[task] for task in tasks}


def _points(share: Share, manifest: Manifest) -> dict[str, float]:
    return {task.id: task.points if share == "everything" else 0.0 for task in manifest.tasks}


def _compile(content: bytes, file: str, path: Path) -> None:
    if not file.endswith(".py"):
        return
    problem = syntax_problem(content, file)
    if problem:
        raise BankError(f"{path}: {file} is not valid Python: {problem}.")


def _parse(text: str, path: Path, kind: type[AnyStruct]) -> AnyStruct:
    try:
        return msgspec.convert(toml.loads(text), kind)
    except toml.TOMLDecodeError as error:
        raise BankError(f"{path}: not valid TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise BankError(f"{path}: {error}") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BankError(f"{path}: cannot be read ({error.strerror}).") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BankError(f"{path}: not UTF-8 text (byte {error.start}).") from error
