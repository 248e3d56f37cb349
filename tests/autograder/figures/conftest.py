"""Figures in a real Chromium. `open_figure` opens one; `read` returns every number that it shows."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from release.site.figures import build

READ = """() => [...document.querySelectorAll("[data-value]")].map(
    (shown) => [shown.id, shown.textContent, shown.dataset.value])"""
SETTLE = "async () => { for (let i = 0; i < 4; i += 1) await new Promise(requestAnimationFrame); }"
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.fixture
def open_figure(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a figure by double click, so to speak: from a file, with a console that stays empty and without network."""
    pages, said = [], []

    def open_one(name: str, **options: Any) -> Any:
        file = tmp_path / f"{name}.html"
        file.write_text(build.page(name), encoding="utf-8")
        page = browser.new_page(**options)
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        return page

    yield open_one
    for page in pages:
        page.close()
    assert said == []


@pytest.fixture
def settle() -> Callable[[Any], None]:
    """Wait until a page has drawn everything: a drawing may take several frames."""
    return lambda page: page.evaluate(SETTLE)


@pytest.fixture
def read(settle: Callable[[Any], None]) -> Callable[[Any], dict[str, float]]:
    """Return the numbers of a page by their names. What one can see is each number rounded, and says so here."""

    def read_page(page: Any) -> dict[str, float]:
        numbers = {}
        settle(page)
        for name, text, value in page.evaluate(READ):
            numbers[name] = float(value)
            mantissa, _, power = text.replace("−", "-").partition(" · 10")
            exponent = int(power.translate(RAISED)) if power else 0
            digits = len(mantissa.partition(".")[2])
            assert re.fullmatch(r"-?\d+(\.\d+)?", mantissa), text
            half = 0.5 * 10.0 ** (exponent - digits)
            assert abs(float(mantissa) * 10.0**exponent - float(value)) <= half * (1 + 1e-9), (name, text, value)
        return numbers

    return read_page
