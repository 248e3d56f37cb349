"""The kinds of a file, by a pattern of its bytes: a certain module, a notebook, an untouched stub, no program at all.

Nothing is parsed and nothing is run.
"""

import codecs
import re
from itertools import islice

from autograder.course.marks import PLACEHOLDER, Marks, Names

DEFINED = re.compile(rb"(?:def|class)[ \t]+([A-Za-z_]\w*)")
LETTERS = re.compile(rb"\w")
ESCAPED_LINE_END = rb"\n"
NOTEBOOK_KEYS = (b'"cells"', b'"worksheets"')
FEW_LINES = 3
"""Lines that a student may have added to a stub that still counts as untouched: a name, a date, a print."""

MARKED_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 64
MOST_NAMES = 100_000
OTHER_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
WEB_PAGE = re.compile(rb"\s*<(!doctype html|html)\b", re.IGNORECASE)


def other_kind(content: bytes) -> str | None:
    """Return what the content is where it can be neither a module nor a notebook, whatever its name says."""
    kind = next((kind for start, kind in OTHER_KINDS if content.startswith(start)), None)
    return "a web page" if kind is None and WEB_PAGE.match(content) else kind


def as_utf8(content: bytes) -> tuple[bytes, str]:
    """The text as UTF-8, and the encoding that it was in where that was another: UTF-16 or UTF-32."""
    encoding = encoding_of(content)
    try:
        return (content.decode(encoding).encode(), encoding[:6].upper()) if encoding else (content, "")
    except UnicodeError:
        return content, ""


def encoding_of(content: bytes) -> str:
    """The encoding that a mark at the beginning tells, or Latin letters in two bytes each; else empty."""
    for mark, encoding in MARKED_ENCODINGS:
        if content.startswith(mark):
            return encoding
    sample = content[:SAMPLE]
    odd, even = sample[1::2], sample[::2]
    if len(sample) > 1 and not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if len(sample) > 1 and not any(even) and all(odd) else ""


def is_notebook(content: bytes) -> bool:
    """Return whether the bytes begin and look like a notebook's."""
    start = content.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    return start == b"{" and any(key in content for key in NOTEBOOK_KEYS)


def defined_names(content: bytes) -> Names:
    """The names after each `def` and `class`, in a module or in the cells of a notebook."""
    found = islice(DEFINED.finditer(content), MOST_NAMES)
    return frozenset(one[1] for one in found if _begins_a_word(content, one.start()))


def _begins_a_word(content: bytes, place: int) -> bool:
    before = content[max(0, place - 2) : place]
    return before == ESCAPED_LINE_END or LETTERS.fullmatch(before[-1:]) is None


def wanted_file(names: Names, marks: Marks) -> str | None:
    """The wanted file that defines at least half of its public names here, and more than any other file has."""
    counts = {file: len(names & own) for file, own in marks.own.items()}
    best = max(counts, key=counts.__getitem__, default=None)
    if best is None or not 0 < len(marks.own[best]) <= 2 * counts[best]:
        return None
    rivals = [*(count for file, count in counts.items() if file != best), *(len(names & o) for _, o in marks.others)]
    return best if counts[best] > max(rivals, default=0) else None


def other_assignment(names: Names, marks: Marks) -> str | None:
    """The other assignment that the file is from: half of its names are here, and more than of any wanted file's.

    A file with half of a wanted file's names is never another's.
    """
    counts = [(len(names & other), name) for name, other in marks.others if 0 < len(other) <= 2 * len(names & other)]
    most, name = max(counts, default=(0, ""))
    own = [(len(names & own), len(own)) for own in marks.own.values()]
    if any(count >= most or 0 < size <= 2 * count for count, size in own):
        return None
    return name or None


def share(names: Names, file: str, marks: Marks) -> float:
    """Return which share of a wanted file's public names is defined here."""
    own = marks.own.get(file, frozenset())
    return len(names & own) / len(own) if own else 0.0


def untouched(content: bytes, file: str, marks: Marks) -> bool:
    """Return whether nothing was filled in: the stub, or nothing. If the stub is unknown, a placeholder tells."""
    left = content.count(PLACEHOLDER)
    stub = marks.stubs.get(file)
    if not content.strip():
        return True
    if stub is None:
        return left > 0
    if left < stub.count(PLACEHOLDER):
        return False
    if is_notebook(content):
        most = len(DEFINED.findall(stub))
        return sum(1 for _ in islice(DEFINED.finditer(content), most + 1)) <= most
    return len(content) <= 2 * len(stub) and len(_lines(content) - _lines(stub)) <= FEW_LINES


def _lines(content: bytes) -> frozenset[bytes]:
    return frozenset(line.strip() for line in content.splitlines())
