"""The sample class of an assignment: submissions of the bank in the forms that students hand in."""

import io
import zipfile
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from autograder.course.bank import CLASS_FILE, Bank, BankError, read_bank, read_toml
from autograder.course.layout import Assignment
from autograder.course.notebooks import notebook_of
from autograder.files import write_atomically

# The earliest time that a zip can hold: the same class gives the same bytes.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
MISSING = "missing"
CORRUPT = "corrupt"
FORM_NEEDED = {MISSING: "folder", CORRUPT: "zip"}
NOTES = b"I could not finish in time and will hand it in next week.\n"

Form = Literal["file", "folder", "zip", "notebook"]


class SampleStudent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A student of the sample class: which entry of the bank is handed in, and how."""

    name: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
    entry: str
    form: Form


class SampleClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The sample class: `class.toml`."""

    students: Annotated[tuple[SampleStudent, ...], msgspec.Meta(min_length=1)] = msgspec.field(name="student")


def write_class(assignment: Assignment, folder: Path, file: str = CLASS_FILE) -> Path:
    """Write the sample class to `folder/NN_slug`, which must not exist yet, and return that path.

    `file` names the class in the bank's folder. The same bank gives the same bytes. Raises `BankError` for a class
    that cannot be made, and `FileExistsError`.
    """
    path = assignment.bank / file
    students = read_toml(path, SampleClass).students
    bank = read_bank(assignment)
    names = [student.name for student in students]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise BankError(f"{path}: student.name = {twice!r} stands twice.")
    contents: dict[str, bytes] = {}
    for student in students:
        try:
            contents.update(_handed_in(student, bank, assignment))
        except _UnusableEntry as error:
            raise BankError(f"{path}: student {student.name!r}: {error}") from error
    target = folder / assignment.name
    target.mkdir(parents=True)
    for name, content in contents.items():
        write_atomically(target / name, content)
    return target


class _UnusableEntry(Exception):
    """Raised for an entry that no student can hand in, with the reason."""


def _handed_in(student: SampleStudent, bank: Bank, assignment: Assignment) -> dict[str, bytes]:
    """Return what one student hands in: paths in the class's folder and their contents."""
    name = student.name
    needed = FORM_NEEDED.get(student.entry, student.form)
    if student.form != needed:
        raise _UnusableEntry(f"form = {student.form!r}, but entry = {student.entry!r} needs {needed!r}.")
    if student.entry == MISSING:
        return {f"{name}/notes.txt": NOTES}
    if student.entry == CORRUPT:
        whole = _zip(name, bank.entry("reference").files)
        return {f"{name}.zip": whole[: len(whole) // 2]}
    try:
        files = bank.entry(student.entry).files
    except KeyError:
        raise _UnusableEntry(f"entry = {student.entry!r} is not in the bank.") from None
    if student.form == "folder":
        return {f"{name}/{file}": content for file, content in files.items()}
    if student.form == "zip":
        return {f"{name}.zip": _zip(name, files)}
    main, *others = files
    if student.form == "file":
        if others:
            raise _UnusableEntry(f'form = "file" holds one file, and there are {len(files)}.')
        return {f"{name}.py": files[main]}
    try:
        notebook = notebook_of(files[main].decode("utf-8"), assignment.manifest.title)
    except (SyntaxError, ValueError) as error:
        raise _UnusableEntry(f'form = "notebook", but the module cannot be split: {error}.') from error
    if not others:
        return {f"{name}.ipynb": notebook}
    return {f"{name}/{Path(main).stem}.ipynb": notebook} | {f"{name}/{file}": files[file] for file in others}


def _zip(top: str, files: dict[str, bytes]) -> bytes:
    """A zip with the files in one folder; stored, since compressors differ from version to version."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(f"{top}/{name}", ZIP_TIME)
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content)
    return stream.getvalue()
