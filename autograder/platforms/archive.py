"""Zips that are the same, byte for byte, wherever and whenever they are made of the same files."""

import io
import zipfile
from collections.abc import Collection, Mapping

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""

FILE = 0o100644
PROGRAM = 0o100755
UNIX = 3


def zip_of(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """A zip of these files, by their paths inside it, in order; `programs` are those that can be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system = UNIX
            entry.external_attr = (PROGRAM if name in programs else FILE) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)
    return buffer.getvalue()


def unzip(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip that this package made, by their paths inside it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
