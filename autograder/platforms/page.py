"""A handout as one page that needs no network: its formulas, pictures and figures that move are in it.

Sphinx makes the course's site. This page is made without it, by what is small enough to stand beside the engine.
"""

import base64
import runpy
from collections.abc import Mapping, MutableMapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course.handout import MOVING, linked_figures
from autograder.course.layout import Assignment
from autograder.platforms.contents import rendered
from autograder.platforms.wheel import PackageError

if TYPE_CHECKING:
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

PAGE = "handout.html"
HANDOUT = "README.md"
FIGURES = "release/site/figures/build.py"
FONT = "student/math.woff2"
"""A subset of STIX Two Math: few phones have a font that knows where the parts of a formula go."""
TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".gif": "image/gif", ".jpg": "image/jpeg"}


def with_page(given: Mapping[str, bytes], assignment: Assignment) -> dict[str, bytes]:
    """Return what students are handed, and its handout as a page besides, to which the figures' links lead.

    Raises `PackageError`.
    """
    if HANDOUT not in given:
        return dict(given)
    handout = given[HANDOUT].decode("utf-8")
    shown = {found["name"] for found in MOVING.finditer(handout)}
    pages = {name: figure_page(assignment.root, name) for name in figure_names(assignment.root) if name in shown}
    return {
        **given,
        HANDOUT: linked_figures(handout, PAGE).encode("utf-8"),
        PAGE: handout_page(assignment, handout, given, pages),
    }


def figure_names(root: Path) -> tuple[str, ...]:
    """Return the names of the figures that move in a course; it may have none."""
    build = root / FIGURES
    names: tuple[str, ...] = runpy.run_path(str(build))["names"]() if build.exists() else ()
    return names


def figure_page(root: Path, name: str) -> str:
    """Return the page of a figure that moves."""
    page: str = runpy.run_path(str(root / FIGURES))["page"](name)
    return page


def formula(latex: str, *, block: bool = False) -> str:
    """Return a formula as MathML, which browsers draw and screen readers read. Raises `PackageError`."""
    try:
        from latex2mathml.converter import convert
    except ImportError:
        raise PackageError(
            "latex2mathml, which writes the formulas of handouts for browsers, is not installed: "
            "python -m pip install latex2mathml"
        ) from None
    mathml: str = convert(latex.strip(), display="block" if block else "inline")
    return mathml


def handout_page(
    assignment: Assignment, handout: str, pictures: Mapping[str, bytes], figures: Mapping[str, str]
) -> bytes:
    """Return a handout as a page that holds these pictures and figures, by their names. Raises `PackageError`."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    for rule in (_mark_formulas, _mark_figures, _name_headings):
        markdown.core.ruler.push(rule.__name__, rule)
    for kind, render in (
        ("formula", _formula),
        ("fence", _fence),
        ("table_open", _table_open),
        ("table_close", _table_close),
        ("image", _image),
        ("figure", _figure),
    ):
        markdown.add_render_rule(kind, render)
    env: dict[str, Any] = {"pictures": pictures, "figures": figures, "headings": []}
    body = markdown.render(handout, env)
    title = f"{assignment.number} {assignment.manifest.title}"
    return rendered(
        assignment.root,
        "student/handout.html.j2",
        title=escape(title),
        body=body,
        parts=env["headings"],
        font=_base64((assignment.root / "release" / FONT).read_bytes()),
    )


def anchor(title: str) -> str:
    """Return the name that a code host gives to a heading."""
    return "".join(sign for sign in title.lower().replace(" ", "-") if sign.isalnum() or sign in "-_")


def _mark_formulas(state: "StateCore") -> None:
    """Make formulas of code between dollars."""
    for token in state.tokens:
        children = token.children or []
        for before, code, after in zip(children, children[1:], children[2:], strict=False):
            if code.type == "code_inline" and before.content.endswith("$") and after.content.startswith("$"):
                before.content, after.content = before.content[:-1], after.content[1:]
                code.type = "formula"


def _mark_figures(state: "StateCore") -> None:
    """Make figures of stills that link to one that is there."""
    for paragraph, token in pairwise(state.tokens):
        found = MOVING.fullmatch(token.content) if token.type == "inline" else None
        if found is not None and found["name"] in state.env["figures"]:
            paragraph.attrSet("class", "moving")
            token.type, token.info = "figure", found["name"]
            token.children = [child for child in token.children or [] if child.type == "image"]


def _name_headings(state: "StateCore") -> None:
    """Give each heading the name that links use, and remember the parts of the page."""
    for heading, token in pairwise(state.tokens):
        if heading.type == "heading_open":
            title = "".join(child.content for child in token.children or [])
            heading.attrSet("id", anchor(title))
            if heading.tag == "h2":
                state.env["headings"].append((anchor(title), escape(title)))


def _formula(self: "RendererHTML", tokens: "Sequence[Token]", index: int, *_: object) -> str:
    return formula(tokens[index].content)


def _fence(self: "RendererHTML", tokens: "Sequence[Token]", index: int, *_: object) -> str:
    token = tokens[index]
    if token.info.strip() == "math":
        return f'<div class="formula" tabindex="0">{formula(token.content, block=True)}</div>\n'
    return f'<pre tabindex="0"><code>{escape(token.content)}</code></pre>\n'


def _table_open(self: "RendererHTML", tokens: "Sequence[Token]", index: int, *_: object) -> str:
    return '<div class="table" tabindex="0"><table>\n'


def _table_close(self: "RendererHTML", tokens: "Sequence[Token]", index: int, *_: object) -> str:
    return "</table></div>\n"


def _image(
    self: "RendererHTML", tokens: "Sequence[Token]", index: int, options: object, env: MutableMapping[str, Any]
) -> str:
    token = tokens[index]
    return _picture(str(token.attrs["src"]), token.content, env)


def _figure(
    self: "RendererHTML", tokens: "Sequence[Token]", index: int, options: object, env: MutableMapping[str, Any]
) -> str:
    name, (still,) = tokens[index].info, tokens[index].children or []
    return f'<iframe id="{name}" title="{escape(still.content)}" srcdoc="{escape(env["figures"][name])}"></iframe>'


def _picture(name: str, description: str, env: MutableMapping[str, Any]) -> str:
    """A picture, in the page itself."""
    address = f"data:{TYPES[Path(name).suffix]};base64,{_base64(env['pictures'][name])}"
    return f'<img src="{address}" alt="{escape(description)}">'


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
