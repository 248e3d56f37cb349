"""Figures that move: each becomes one HTML file that needs no network, no server and no other file.

A figure NAME has its text and its controls in NAME.html, what it computes and draws in NAME.js and, if something was
recorded for it, that in NAME.json. `common.css` and `common.js` belong to all of them.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}</main>
<script>
{script}</script>
</body>
</html>
"""


def names() -> tuple[str, ...]:
    """Return the names of all figures, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.html")))


def page(name: str) -> str:
    """Return a figure as a page of its own, with all that it needs in it."""
    body = _text(f"{name}.html")
    title = re.search(r"<h1>(.+?)</h1>", body)
    if title is None:
        raise ValueError(f"{name}.html has no heading.")
    parts = [_text("common.js"), _text(f"{name}.js")]
    if (FOLDER / f"{name}.json").exists():
        parts.insert(1, f"const RECORDED = {_text(f'{name}.json').strip()};\n")
    return PAGE.format(title=title[1], style=_text("common.css"), body=body, script="\n".join(parts))


def _text(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")
