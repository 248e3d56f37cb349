"""Measure the work of a browser's main thread while the figures that move do so.

    python -m benchmarks.figures [--throttle 4]

Each figure is opened in Chromium, whose main thread is slowed down as Chromium's own tools do it. Every slider goes
through its range, and every figure with a step makes some, one change a frame. For each figure: the longest and the
median work of a frame in milliseconds of the thread's own time (so that other programs do not count), and the time from
opening the file to the first content on the screen.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from release.site.figures import build

CHANGES = 30
MOVE = """async (changes) => {
    const frame = () => new Promise(requestAnimationFrame);
    for (const slider of document.querySelectorAll("input[type=range]")) {
        const [low, high] = [Number(slider.min), Number(slider.max)];
        for (let i = 0; i < changes; i++) {
            slider.value = low + (high - low) * i / (changes - 1);
            slider.dispatchEvent(new Event("input", {bubbles: true}));
            await frame();
        }
    }
    document.getElementById("reset")?.click();
    for (let i = 0; i < changes; i++) {
        document.getElementById("step")?.click();
        await frame();
    }
}"""
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
CATEGORIES = ["devtools.timeline", "toplevel", "disabled-by-default-devtools.timeline"]


def measure(browser: Any, name: str, throttle: float, folder: Path) -> tuple[float, float, float]:
    """Return the longest and the median work of a frame, and the time to the first content, all in milliseconds."""
    file = folder / f"{name}.html"
    file.write_text(build.page(name), encoding="utf-8")
    page = browser.new_page(viewport={"width": 768, "height": 900})
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    page.goto(file.as_uri())
    page.wait_for_timeout(1000)
    paint = page.evaluate(PAINT)
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.evaluate(MOVE, CHANGES)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    page.close()
    work = _frames(events)
    return max(work), statistics.median(work), paint


def _frames(events: list[dict[str, Any]]) -> list[float]:
    """Return the main thread's time of each task that draws a frame, in milliseconds."""
    mains = {(one["pid"], one["tid"]) for one in events if one.get("args", {}).get("name") == "CrRendererMain"}
    tasks = [
        (one["pid"], one["tid"], one["ts"], one["ts"] + one["dur"], one["tdur"] / 1000)
        for one in events
        if one["name"] == "RunTask" and "tdur" in one and (one["pid"], one["tid"]) in mains
    ]
    fired = [(one["pid"], one["tid"], one["ts"]) for one in events if one["name"] == "FireAnimationFrame"]
    return [
        time
        for pid, tid, start, end, time in tasks
        if any((pid, tid) == (p, t) and start <= at <= end for p, t, at in fired)
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--throttle", type=float, default=4.0)
    throttle = parser.parse_args().throttle
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        parser.exit(2, "Chromium is not installed.\n")
    table = Table("figure", "longest frame, ms", "median, ms", "first content, ms", box=None)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name in build.names():
            longest, median, paint = measure(browser, name, throttle, Path(folder))
            table.add_row(name, f"{longest:.1f}", f"{median:.1f}", f"{paint:.0f}")
        browser.close()
    Console().print(table)


if __name__ == "__main__":
    main()
