"""Take the still picture of each figure: `python -m release.site.figures.stills` writes them into the assignments.

It needs Playwright and Chromium. A name takes one figure alone: `python -m release.site.figures.stills landscape`.
"""

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from release.site.figures import build

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"
WIDTH, COLOURS = 640, 64
LEFT_OUT = ".keys, .numbers, #news, h1 + p { display: none; }"


@dataclass(frozen=True)
class Still:
    """A figure, the assignment that shows its still, and what brings the page into a state worth showing."""

    figure: str
    assignment: str
    script: str


STILLS = (
    Still("landscape", "02_gradient_descent", "$('rate').value = 0.85; film.go(20)"),
    Still("line", "03_perceptron", "film.go(18)"),
    Still("network", "05_backprop", "$('flat').checked = true; film.go(99)"),
    Still("layer", "05_backprop", "$('activation').value = 'tanh'; draw()"),
    Still("step", "08_autograd", "film.go(6)"),
    Still("graph", "08_autograd", "film.go(99)"),
    Still("softmax", "09_pytorch_training_a", "$('temperature').value = 0.5; draw()"),
    Still("overfitting", "10_overfitting", "film.go(30)"),
    Still("graph", "12_engine", "$('example').selectedIndex = 1; showExample(); film.go(99)"),
)


def take(page: Page, still: Still) -> None:
    """Write one still, in few colours so that the file stays small."""
    page.set_content(build.page(still.figure))
    page.add_style_tag(content=LEFT_OUT)
    page.evaluate(still.script)
    picture = Image.open(io.BytesIO(page.locator("main").screenshot())).convert("RGB")
    small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(ASSIGNMENTS / still.assignment / f"{still.figure}.png", optimize=True)


def main(names: list[str]) -> None:
    """Take all stills, or those of some figures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for still in STILLS:
            if not names or still.figure in names:
                page = browser.new_page(viewport={"width": WIDTH, "height": 900})
                take(page, still)
                page.close()
                print(f"Took {still.assignment}/{still.figure}.png.")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
