"""Text, tables, arrays and pictures of the student's, opened here and handed on as plain values.

Each operation takes the name of a file in the working folder. Where the file cannot be used it answers with a list:
a key of `UNREADABLE`, and more words, which the file may have chosen.
"""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.channel import limits

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = struct.Struct(">I4s")
SUM = struct.Struct(">I")
SIZE = struct.Struct(">II")
HEADER_LENGTH = 13
LONGEST_SIDE = 2**31 - 1
CELL_SHOWN = 40


class Unreadable(Exception):
    """A file that cannot be used; `code` is a key of `UNREADABLE`."""

    def __init__(self, code: str, shown: str = "") -> None:
        super().__init__(code, shown)
        self.code = code
        self.shown = shown


def text(name: str) -> str:
    """The text of a file of at most 256 KiB, without a byte order mark. Raises `Unreadable`."""
    return _decoded(_content(name, limits.TEXT_FILE_BYTES, "long text"))


def table(name: str) -> dict[str, NDArray[np.float64]]:
    """The columns of a CSV file by their names, each float64 of shape (rows,). Raises `Unreadable`.

    The first row names the columns, at most 200. Below it are at most 10,000 rows of numbers, as Python's `float`
    reads them. Commas part the cells; empty lines are passed over.
    """
    content = _decoded(_content(name, limits.TABLE_FILE_BYTES, "long table"))
    lines = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        rows = ((lines.line_num, row) for row in lines if row)
        _, first = next(rows, (0, []))
        names = [cell.strip() for cell in first]
        if not names or not all(names) or len(set(names)) < len(names):
            raise Unreadable("header", f"Its first row: {_shown(','.join(names))}.")
        if len(names) > limits.TABLE_COLUMNS:
            raise Unreadable("columns", f"It has {len(names):,}.")
        values: list[list[float]] = []
        for line, row in rows:
            if len(values) == limits.TABLE_ROWS:
                raise Unreadable("rows")
            if len(row) != len(names):
                raise Unreadable("cells", f"Line {line} has {len(row)} instead of {len(names)}.")
            values.append([_number(cell, line, column) for cell, column in zip(row, names, strict=True)])
    except csv.Error as error:
        raise Unreadable("table", f"Line {lines.line_num}: {error}.") from error
    columns = np.array(values, dtype=float).reshape(len(values), len(names)).T
    return {column: np.ascontiguousarray(numbers) for column, numbers in zip(names, columns, strict=True)}


def arrays(name: str) -> dict[str, Any]:
    """The arrays of an .npz file by their names; those of text as lists. Raises `Unreadable`."""
    content = io.BytesIO(_content(name, limits.ARRAYS_FILE_BYTES, "large archive"))
    if not zipfile.is_zipfile(content):
        raise Unreadable("archive")
    content.seek(0)
    try:
        with np.load(content, allow_pickle=False) as file:
            found = {key: file[key] for key in file.files}
    except (ValueError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise Unreadable("objects" if "allow_pickle" in str(error) else "archive") from error
    if not all(isinstance(array, np.ndarray) for array in found.values()):
        raise Unreadable("archive", "It holds other files than arrays.")
    return {key: array.tolist() if array.dtype.kind in "US" else array for key, array in found.items()}


def picture_size(name: str) -> tuple[int, int]:
    """Width and height of a PNG file, as its header states them; nothing is decoded. Raises `Unreadable`.

    The file must be whole: every part with its right sum, up to the last one.
    """
    kinds: list[bytes] = []
    width = height = 0
    for kind, body in _chunks(_content(name, limits.PICTURE_FILE_BYTES, "large picture")):
        if not kinds:
            if kind != b"IHDR" or len(body) != HEADER_LENGTH:
                raise Unreadable("picture", "It does not begin with a header.")
            width, height = SIZE.unpack_from(body)
        kinds.append(kind)
    if b"IDAT" not in kinds or not 0 < min(width, height) <= max(width, height) <= LONGEST_SIDE:
        raise Unreadable("picture", "It shows nothing.")
    return width, height


def _answered(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """The operation that reads so, and answers with what is wrong."""

    def operation(name: str) -> Any:
        try:
            return read(name)
        except Unreadable as problem:
            return [problem.code, problem.shown]

    return operation


OPERATIONS = {
    "text": _answered(text),
    "table": _answered(table),
    "arrays": _answered(arrays),
    "picture": _answered(picture_size),
}


def _content(name: str, limit: int, too_large: str) -> bytes:
    try:
        with open(name, "rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError as error:
        raise Unreadable("missing") from error
    except OSError as error:
        raise Unreadable("file", f"{error.strerror}.") from error
    if len(content) > limit:
        raise Unreadable(too_large)
    return content


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("encoding", f"Byte {error.start} is {content[error.start]:#04x}.") from error


def _number(cell: str, line: int, column: str) -> float:
    try:
        return float(cell)
    except ValueError as error:
        raise Unreadable("number", f"Line {line}, column {_shown(column)}: {_shown(cell)}.") from error


def _shown(text: str) -> str:
    return repr(text if len(text) <= CELL_SHOWN else f"{text[:CELL_SHOWN]}…")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG file, each its kind and its body, up to the last one."""
    if not data.startswith(SIGNATURE):
        raise Unreadable("picture", "It does not begin as PNG files do.")
    place, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        if place + HEADER.size > len(data):
            raise Unreadable("picture", "It ends too early.")
        length, kind = HEADER.unpack_from(data, place)
        start, place = place + HEADER.size, place + HEADER.size + length + SUM.size
        if place > len(data):
            raise Unreadable("picture", "It ends too early.")
        body = data[start : start + length]
        if SUM.unpack_from(data, start + length) != (zlib.crc32(kind + body),):
            raise Unreadable("picture", "It is damaged.")
        yield kind, body
