"""Pages of the documentation that sweeps write: a section for each assignment."""

from collections.abc import Mapping
from pathlib import Path

from autograder.files import write_atomically
from quality.variants import COURSE


def write_sections(page: Path, head: str, sections: Mapping[str, str]) -> None:
    """Put in these assignments' sections; those of the course's other assignments stay as they are."""
    parts = page.read_text(encoding="utf-8").split("\n## ")[1:] if page.exists() else []
    kept = {**dict(part.split("\n\n", 1) for part in parts), **sections}
    texts = (f"\n## {name}\n\n{kept[name].strip()}\n" for name in COURSE.names() if name in kept)
    write_atomically(page, "".join([head, *texts]))
