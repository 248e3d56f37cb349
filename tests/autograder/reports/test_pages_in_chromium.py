"""Reports as a browser shows them: readable by everybody, on a phone, in the dark, with an empty console."""

from datetime import datetime, timezone

import pytest

from autograder.ledger.records import Origin
from autograder.reports.html import ListedReport, student_page, write_index, write_report

ORIGIN = Origin("Ada Byron", "class/ada", datetime(2026, 11, 30, tzinfo=timezone.utc), "abc123")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture(scope="module")
def pages(tmp_path_factory, a_class):
    """The page of a class, an index, and of some submissions the instructor's page and the student's."""
    folder = tmp_path_factory.mktemp("report")
    report = write_report(folder, "The perceptron", a_class)
    index = write_index(folder, [ListedReport("The perceptron", "report.html", a_class)])
    for result in a_class[2:6]:
        (folder / f"for {result.submission}.html").write_text(student_page("The perceptron", result, ORIGIN), "utf-8")
    return [report, index, *sorted((folder / "report").iterdir())[2:6], *sorted(folder.glob("for *.html"))]


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 768), ("light", 1440)])
def test_no_page_breaks_a_rule_of_accessibility(browser, pages, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed: make test-site")
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    for path in pages:
        page.goto(path.as_uri())
        found = axe.Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{path.name}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
    context.close()
    assert said == []
