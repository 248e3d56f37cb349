"""Write files so that a reader sees the old content or the new, never a part."""

import contextlib
import hashlib
import os
import re
import secrets
import stat
from pathlib import Path

# Not allowed in file names somewhere, or the sign that marks an encoded character.
ENCODED = frozenset('%/\\<>:"|?*')
LONGEST_NAME_BYTES = 180
UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.tmp")


def write_atomically(path: Path, data: bytes | str) -> None:
    """Replace the content of `path` in one step; text becomes UTF-8 and line ends stay as they are.

    Missing folders are made. An existing file keeps its permissions, a new one gets those of the umask.
    Raises `OSError` that names `path`, which is then as it was, and nothing else is left behind.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def remove_unfinished(folder: Path) -> None:
    """Remove what a process that was killed had begun to write in or below `folder`. Nobody else may write there."""
    for path in folder.rglob(".*.tmp"):
        if UNFINISHED.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.parent / f".{secrets.token_hex(8)}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def file_name(submission: str) -> str:
    """The name, without suffix, of a file about this submission.

    Ordinary names stay as they are. Characters that a file name or a terminal cannot hold safely are
    percent-encoded, and an over-long name ends in a hash.
    """
    name = "".join(
        _percent(character)
        if character in ENCODED or not character.isprintable() or (character in ". " and position == 0)
        else character
        for position, character in enumerate(submission)
    )
    encoded = name.encode("utf-8")
    if len(encoded) <= LONGEST_NAME_BYTES:
        return name
    digest = hashlib.sha256(encoded).hexdigest()[:16]
    return f"{encoded[: LONGEST_NAME_BYTES - 17].decode('utf-8', 'ignore')}~{digest}"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
