"""Settings for Sphinx, which makes the course's site of the pages that `release/site/build.py` has laid out."""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from autograder.platforms.page import formula

HERE = Path(__file__).parent

project = html_title = "Chain Rule"
extensions = ["myst_parser"]
myst_heading_anchors = 4
smartquotes = False
suppress_warnings = ["misc.highlighting_failure"]  # of examples with an … in them

html_theme = "furo"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1c5d8c", "color-brand-content": "#1c5d8c"},
    "dark_css_variables": {
        "color-brand-primary": "#85bde8",
        "color-brand-content": "#85bde8",
        "color-background-primary": "#14181e",  # that of the figures
    },
    "navigation_with_keys": True,
}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_static_path = [
    str(HERE / "static"),
    *(str(HERE.parent / "student" / name) for name in ("frames.js", "math.woff2", "math.OFL.txt")),
]
html_css_files = ["site.css"]
html_js_files = [("frames.js", {"defer": ""}), ("keys.js", {"defer": ""})]
templates_path = [str(HERE / "templates")]
html_math_renderer = "mathml"
html_copy_source = False
html_show_search_summary = False  # it fetches pages, which browsers refuse from disk
html_use_index = False
html_domain_indices = False


def setup(app: Sphinx) -> None:
    """Write formulas for browsers that have no network, and let keys scroll what is wider than the page."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("html-page-context", _let_keys_scroll)


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(formula(node.astext()))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula" tabindex="0">{formula(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def _let_keys_scroll(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    if "body" in context:
        for start, wide in (("<pre", ""), ("<div", ' class="table-wrapper')):
            context["body"] = context["body"].replace(start + wide, f'{start} tabindex="0"{wide}')
