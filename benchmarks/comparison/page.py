"""The latest measurements in `docs/measured/performance.md`, between marks."""

from collections.abc import Iterable, Sequence
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "measured" / "performance.md"


def write_section(name: str, content: str, page: Path = PAGE) -> None:
    """Put `content` between `<!-- name -->` and `<!-- /name -->`. Raises `ValueError` where they do not stand once."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    text = page.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"{page.name}: {begin} and then {end} must each stand there once.")
    before, after = text.partition(begin)[0], text.partition(end)[2]
    page.write_text(f"{before}{begin}\n{content.strip()}\n{end}{after}", encoding="utf-8")


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], text_columns: int) -> str:
    """A table in Markdown; but for the first few, its columns are numbers."""
    rule = ["---" if number < text_columns else "---:" for number in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
