"""Reading a student's zip in memory, by rules that no archive can break.

An archive that only hostile or broken tools make (paths that lead outside, devices, entries that overlap)
is refused as a whole. Other entries that an honest archive may hold (links, other archives, encrypted files) are never
inflated, and refused only in a wanted file's place.
"""

import copy
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

from autograder.course.marks import UNKNOWN, Marks
from autograder.intake.classes import refuse_class
from autograder.intake.places import Place, read_file
from autograder.intake.problems import nothing, printable, refused
from autograder.intake.selection import MIB, Contents, Entry, hidden, take, too_large

ARCHIVE_LIMIT = 64 * MIB
DIRECTORY_LIMIT = 4 * MIB
ENTRIES_LIMIT = 10_000

END_RECORD = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\x05\x06"
ZIP64_SIGNATURE = b"PK\x06\x07"
ZIP64_LOCATOR_SIZE = 20
ENTRY_SIGNATURE = b"PK\x01\x02"
LOCAL_HEADER_SIZE = 30
LONGEST_COMMENT = 2**16 - 1
ENCRYPTED = 0x1 | 0x40

# What zipfile raises, in one version or another, for bytes that are no sound zip.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@contextmanager
def opened_archive(place: Place) -> Iterator[list[Entry]]:
    """The files of a zip, to be read while it is open. Raises `Unusable` where the archive cannot be used."""
    label = printable(place.path.name)
    data = read_file(place, label, ARCHIVE_LIMIT)
    if not data:
        raise nothing(f"{label} is empty (0 bytes): make the zip again and hand it in.")
    start = _directory_start(data, label)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED as error:
        raise refused(f"{label} is damaged: make the zip again.", f"{label} is damaged: {error!r}") from error
    with archive:
        _refuse_overlaps(archive.infolist(), start, label)
        yield [entry for info in archive.infolist() for entry in _entry(archive, info, label)]


def read_archive(place: Place, wanted: Sequence[str], marks: Marks = UNKNOWN) -> Contents:
    """The wanted files of a zip. Raises `Unusable` where the archive or a wanted file cannot be used."""
    with opened_archive(place) as entries:
        refuse_class(entries, wanted)
        return take(entries, wanted, marks)


def _directory_start(data: bytes, label: str) -> int:
    """Return where the central directory begins, its size and number of entries checked before it is parsed.

    The end record must be the file's very end, so that every reader finds the same one.
    """
    end = data.rfind(END_SIGNATURE, max(0, len(data) - END_RECORD.size - LONGEST_COMMENT))
    if end < 0 or end + END_RECORD.size > len(data):
        raise refused(f"{label} is not a zip file, or not a whole one: make the zip again.")
    count: int
    size: int
    *_, count, size, _offset, comment = END_RECORD.unpack_from(data, end)
    locator = max(0, end - ZIP64_LOCATOR_SIZE)
    if data[locator : locator + 4] == ZIP64_SIGNATURE:
        raise refused(f"{label} is in the Zip64 form, for huge archives: zip only the files asked for.")
    if end + END_RECORD.size + comment != len(data) or size > end:
        raise refused(f"{label} is damaged: make the zip again.", f"{label}: the end record is wrong.")
    directory = data[end - size : end]
    if max(count, directory.count(ENTRY_SIGNATURE)) > ENTRIES_LIMIT or size > DIRECTORY_LIMIT:
        raise refused(
            f"{label} holds too many files: zip only the files asked for.",
            f"{label}: more than {ENTRIES_LIMIT:,} entries or {DIRECTORY_LIMIT // MIB} MiB of directory.",
        )
    return end - size


def _refuse_overlaps(infos: Sequence[zipfile.ZipInfo], end: int, label: str) -> None:
    """Refuse entries that share bytes; a local header's own names only make an entry longer."""
    spans = sorted((i.header_offset, i.header_offset + LOCAL_HEADER_SIZE + i.compress_size) for i in infos)
    if any(first_end > second for (_, first_end), (second, _) in pairwise([*spans, (end, end)])):
        raise refused(f"{label} is damaged: make the zip again.", f"{label}: entries overlap.")


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> list[Entry]:
    """The entry as a file of the submission, or none for folders and hidden files."""
    name = info.filename.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if "\0" in info.orig_filename + name or name.startswith("/") or ".." in parts or re.match("[a-zA-Z]:", name):
        raise refused(
            f"{label} holds a file whose path leads outside the archive: zip only the files asked for.",
            f"{label}: hostile entry name {printable(ascii(info.orig_filename))}.",
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
        raise refused(f"{label} holds a device or another special file: zip only the files asked for.")
    if not parts or name.endswith("/") or kind == stat.S_IFDIR or any(map(hidden, parts)):
        return []
    return [Entry(parts, partial(_inflate, archive, info, printable(f"{label}/{'/'.join(parts)}")))]


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, limit: int) -> bytes:
    """The content of one entry, counted while it is inflated whatever its header says."""
    if stat.S_ISLNK(info.external_attr >> 16):
        raise refused(f"{label} is a link, which is not followed: zip the file itself.")
    if info.flag_bits & ENCRYPTED:
        raise refused(f"{label} is protected by a password: make the zip without one.")
    # bzip2 and LZMA cannot be inflated a bounded piece at a time by zipfile.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(f"{label} is packed by an unusual method: make an ordinary zip.")
    # zipfile cuts off what exceeds the header's size; with this one it reads on, and the checks below see it.
    counted = copy.copy(info)
    counted.file_size = limit + 2
    try:
        with archive.open(counted) as stream:
            content = stream.read(limit + 1)
    except DAMAGED as error:
        raise refused(f"{label} is damaged: make the zip again.", f"{label} is damaged: {error!r}") from error
    if len(content) > limit:
        raise too_large(label, limit)
    if len(content) != info.file_size:
        raise refused(
            f"{label} is damaged: make the zip again.",
            f"{label} is damaged: its header says {info.file_size:,} bytes, it holds {len(content):,}.",
        )
    return content
