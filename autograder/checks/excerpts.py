"""The lines of a submission that messages name, with those around them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PLACE = re.compile(r"(?<![\w/])(?P<file>\w+\.py), line (?P<line>\d{1,6})\b")
AROUND = 3
MOST = 40
"""Excerpts of one submission."""

LINE_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines of a file: `line` is the number of the one that was named, `first` that of the first of `lines`."""

    file: str
    line: int
    first: int
    lines: tuple[str, ...]


def excerpts_of(files: Mapping[str, bytes], texts: Iterable[str]) -> tuple[Excerpt, ...]:
    """Return the lines that texts name as "file.py, line 3", each once, from a submission's files by their names."""
    places = dict.fromkeys(place for text in texts for place in places_in(text))
    found = (_excerpt(files[file], file, line) for file, line in list(places)[:MOST] if file in files)
    return tuple(excerpt for excerpt in found if excerpt is not None)


def places_in(text: str) -> list[tuple[str, int]]:
    """Return the files and lines that a text names."""
    return [(place["file"], int(place["line"])) for place in PLACE.finditer(text)]


def _excerpt(content: bytes, file: str, line: int) -> Excerpt | None:
    lines = content.decode("utf-8", "replace").splitlines()
    if not 1 <= line <= len(lines):
        return None
    first = max(line - AROUND, 1)
    shown = (text if len(text) <= LINE_SHOWN else f"{text[:LINE_SHOWN]}…" for text in lines[first - 1 : line + AROUND])
    return Excerpt(file, line, first, tuple(shown))
