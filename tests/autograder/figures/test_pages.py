import re

import pytest

from release.site.figures import build


@pytest.mark.parametrize("name", build.names())
def test_a_page_needs_no_other_file_and_names_no_host(name):
    page = build.page(name)
    assert not re.search(r"https?:|//\w+\.\w|\bsrc=|\bhref=|@import|\burl\(|\bfetch\(|type=\"module\"", page)
    assert len(page.encode()) < 120_000


@pytest.mark.parametrize("name", build.names())
def test_every_page_is_accessible_and_fits_a_phone(open_figure, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    for scheme, width in [("light", 1440), ("dark", 390)]:
        page = open_figure(name, color_scheme=scheme, viewport={"width": width, "height": 800})
        if page.query_selector("#play"):
            page.press("#reset", "End")
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
        found = axe.Axe().run(page, options=rules)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_around_a_figure_may_set_its_theme_and_learns_its_height(browser, theme):
    page = browser.new_page(color_scheme="light")
    page.set_content("<iframe></iframe>")
    page.evaluate("addEventListener('message', ({ data }) => { window.height = data.height; })")
    page.evaluate("(text) => { document.querySelector('iframe').srcdoc = text; }", build.page("line"))
    page.wait_for_function("window.height > 300")
    page.evaluate("(theme) => frames[0].postMessage({ theme }, '*')", theme)
    colour = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 30)"}[theme]
    page.frames[1].wait_for_function(
        "(colour) => getComputedStyle(document.body).backgroundColor === colour", arg=colour
    )
    page.close()


@pytest.mark.parametrize("name", [name for name in build.names() if 'id="play"' in build.page(name)])
def test_keys_go_through_a_figure_and_leave_fields_alone(open_figure, settle, name):
    def news() -> str:
        settle(page)
        return page.inner_text("#news")

    page = open_figure(name, reduced_motion="reduce")
    before = news()
    page.keyboard.press("ArrowRight")
    first = news()
    page.keyboard.press("Space")
    last = news()
    page.keyboard.press("Home")
    assert len({before, first, last}) == 3
    assert news() == before
    for field in ("select", "input[type=text]", "input[type=number]"):
        if page.query_selector(field):
            page.locator(field).first.focus()
            page.keyboard.press("End")
            assert news() == before
