"""The course's site: its links lead somewhere, it needs no other host, and nothing hidden is in it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from autograder.course.bank import read_bank
from autograder.course.handout import FENCE, FORMULA
from quality.variants import COURSE
from release.site import build
from tests.autograder.hidden import SHORTEST, secret_lines, telling_lines

pytestmark = [pytest.mark.slow, pytest.mark.once]

RELEASED = [assignment for assignment in COURSE.assignments() if not assignment.manifest.draft]
LOADS = ("href", "src", "srcset", "action", "data", "poster")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
AXE = """async (rules) => (await axe.run({exclude: [["math"]]}, {runOnly: rules, preload: false, iframes: false}))
    .violations.map(({id, nodes}) => `${id}: ${nodes[0].html}`)"""


@dataclass
class Page(HTMLParser):
    """What a page names and links to, and its text."""

    names: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.names.add(value)
            elif name in LOADS and tag != "use":
                self.links.append(value)

    def handle_data(self, data):
        self.text.append(data)


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text())
    return page


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, built here; skips where what makes it is not installed."""
    for needed in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(needed, reason=f"{needed} is not installed: make test-site")
    folder = tmp_path_factory.mktemp("site")
    build.build(COURSE, folder)
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path: read(path) for path in sorted(site.rglob("*.html"))}


def test_every_link_and_anchor_resolves(pages, site):
    assert len(pages) > len(RELEASED) + len(build.DOCUMENTS)
    for path, page in pages.items():
        for link in page.links:
            file, anchor = urldefrag(link)
            target = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path
            assert target.is_file(), f"{path.relative_to(site)}: {link}"
            if anchor and target in pages:
                assert unquote(anchor) in pages[target].names, f"{path.relative_to(site)}: {link}"


def test_no_page_needs_another_host(pages, site):
    for path, page in pages.items():
        assert not [link for link in page.links if "//" in link or link.startswith("mailto:")], path
    for path in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", path.read_text()), path


def test_each_handout_that_is_no_draft_has_a_page(site):
    assert sorted(path.name for path in (site / "assignments").iterdir()) == [one.name for one in RELEASED]


def test_nothing_hidden_is_in_it(pages, site):
    """By the rule of students' packages; and no page says which mistakes the bank holds."""
    texts = {path: "".join(page.text) for path, page in pages.items()}
    lines = {path: telling_lines(text) for path, text in texts.items()}
    together = "\n".join(texts.values())
    for assignment in COURSE.assignments():
        secret = secret_lines(assignment)
        for path, said in lines.items():
            assert not said & secret, f"{path.relative_to(site)}: {sorted(said & secret)[:3]}"
        for entry in read_bank(assignment).entries:
            if len(entry.about) >= SHORTEST:
                assert entry.about not in together, entry.about


@pytest.mark.parametrize("assignment", RELEASED, ids=lambda one: one.name)
def test_every_formula_is_mathml(site, assignment):
    handout = (assignment.folder / "README.md").read_text()
    blocks = sum(found["info"].strip() == "math" for found in FENCE.finditer(handout))
    page = (site / "assignments" / assignment.name / "index.html").read_text()
    article = page[page.index("<article") : page.index("</article>")]
    assert article.count("<math ") == blocks + len(FORMULA.findall(FENCE.sub("", handout)))
    assert "$<" not in article
    for formula in re.findall(r"<math .*?</math>", article, re.S):
        assert "\\" not in formula


def test_it_is_small(site):
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 6_000_000


@pytest.fixture
def visit(browser, site):
    """Open a page from disk, without a network and with a console that stays empty."""
    contexts, said = [], []

    def visit(name: str, width: int = 1440, scheme: str = "light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if not_from_disk(request.url) else None)
        file, question, asked = name.partition("?")
        page.goto((site / file).as_uri() + question + asked)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture(scope="module")
def axe():
    """The script of axe-core."""
    package = pytest.importorskip("axe_playwright_python", reason="axe is not installed: make test-site")
    return (Path(package.__file__).parent / "axe.min.js").read_text()


def violations(page, axe) -> list[str]:
    page.evaluate(axe)
    return page.evaluate(AXE, WCAG)


def not_from_disk(url: str) -> bool:
    return not url.startswith(("file:", "data:", "about:"))


def names_of_pages() -> list[str]:
    handouts = [f"assignments/{one.name}/index.html" for one in RELEASED]
    return ["index.html", "guide.html", "search.html", *handouts, *(f"{name[:-3]}.html" for name in build.DOCUMENTS)]


@pytest.mark.parametrize("name", names_of_pages())
def test_pages_are_accessible_and_fit_a_phone(visit, axe, name):
    page = visit(name)
    assert violations(page, axe) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("name", ["index.html", "guide.html", f"assignments/{RELEASED[-1].name}/index.html"])
def test_pages_are_accessible_in_the_dark_on_a_phone(visit, axe, name):
    assert violations(visit(name, 390, "dark"), axe) == []


def test_search_finds_pages_without_a_network(visit):
    page = visit("search.html?q=rosenblatt")
    page.wait_for_selector("ul.search a")
    assert "03 The perceptron" in page.inner_text("ul.search").replace("\n", " ")


def test_keys_open_the_contents_on_a_phone(visit):
    page = visit("guide.html", 390)
    page.focus("label.nav-overlay-icon")
    page.keyboard.press("Enter")
    assert page.is_checked("#__navigation")


def test_figures_get_their_height_and_the_theme_of_the_page(visit, site):
    with_figures = sorted(path for path in site.glob("assignments/*/index.html") if "<iframe" in path.read_text())
    if not with_figures:
        pytest.skip("No handout has a figure that moves.")
    page = visit(with_figures[0].relative_to(site).as_posix())
    page.locator("iframe.moving").first.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('iframe.moving').style.height !== ''")
    page.evaluate("document.body.dataset.theme = 'dark'")
    figure = page.frames[1]
    figure.wait_for_function("document.documentElement.dataset.theme === 'dark'")
