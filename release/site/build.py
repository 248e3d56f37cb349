"""Build the course's site, for any web server or for none: handouts, the student's guide, documents for lecturers.

    python -m release.site.build [FOLDER]

Lays out copies of what the repository holds as Sphinx wants it, calls Sphinx, and adds the figures that move. What is
a draft, and what tells students which mistakes are looked for, stays out.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path, PurePosixPath

from autograder.course.handout import FENCE, FORMULA, MOVING
from autograder.course.layout import Assignment, Course
from autograder.course.plan import plan_of
from autograder.platforms.contents import PICTURES, rendered
from autograder.platforms.page import figure_names, figure_page

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DIST = ROOT / "release" / "dist" / "site"
TEACHING = "docs/teaching.md"
DOCUMENTS = (
    TEACHING,
    "docs/grading.md",
    "docs/packages.md",
    "docs/authoring.md",
    "docs/checks.md",
    "docs/design.md",
    "docs/architecture.md",
    "docs/security.md",
    "docs/results.md",
    "docs/measured/parity.md",
    "docs/measured/performance.md",
)
"""Pages for lecturers, in order. The one on where students stumble is not among them: it quotes the bank."""
BESIDE = ("docs/result.schema.json",)
"""Files that documents link to, and that are neither pages nor pictures."""
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\n]*)\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"(`+)[^`].*?(?<!`)\1(?!`)", re.S)
NOT_NEEDED = ("**/*.map", ".buildinfo", "objects.inv", ".doctrees")
TITLE = re.compile(r"<title>(.+?)</title>")
WIDTH, HEIGHT, GAP = 70, 42, 20
"""Of a box in the picture of what builds on what, and the room between two of them."""


@dataclass(frozen=True)
class Step:
    """One number of the course: the assignments that have it, and what the plan says of them."""

    number: str
    points: str
    hours: str
    builds_on: tuple[str, ...]
    parts: tuple[tuple[Assignment, str], ...]

    @property
    def name(self) -> str:
        """The slug of its first assignment, without the part."""
        return re.sub(r"_[ab]$", "", self.parts[0][0].slug)


def main() -> None:
    """Build, and say where the site is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DIST)
    folder = parser.parse_args().folder
    build(Course(ROOT), folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder / 'index.html'}: {size / 1e6:.1f} MB, {len(list(folder.rglob('*.html')))} pages")


def build(course: Course, folder: Path) -> None:
    """Put the site into a folder; what was there goes."""
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="site-") as temporary:
        for name, content in sources(course).items():
            path = Path(temporary, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-c", str(HERE), "--fail-on-warning", "--quiet"]
        subprocess.run([*sphinx, "-d", f"{temporary}/.doctrees", temporary, str(folder)], check=True, cwd=ROOT)
    for path in [path for pattern in NOT_NEEDED for path in folder.glob(pattern)]:
        path.unlink()
    for name in figure_names(course.root):
        path = folder / "figures" / f"{name}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(figure_page(course.root, name), encoding="utf-8")


def sources(course: Course) -> dict[str, bytes]:
    """Return what Sphinx reads, by path: pages, made of those of the repository, and their pictures."""
    assignments = [assignment for assignment in course.assignments() if not assignment.manifest.draft]
    pages = {f"assignments/{one.name}/README.md": f"assignments/{one.name}/index.md" for one in assignments}
    pages |= {name: name for name in DOCUMENTS}
    known = {**pages, **{name: name for name in BESIDE}}
    files = {
        to: page_of(read(course.root / name), PurePosixPath(name), known).encode("utf-8") for name, to in pages.items()
    }
    for folder in (*(one.folder for one in assignments), course.root / "docs" / "images"):
        for picture in folder.iterdir():
            if picture.suffix in PICTURES:
                files[picture.relative_to(course.root).as_posix()] = picture.read_bytes()
    files |= {name: (course.root / name).read_bytes() for name in BESIDE}
    path = steps(course, assignments)
    readme = page_of(read(course.root / "README.md"), PurePosixPath("README.md"), known)
    figures = {name: title_of(figure_page(course.root, name)) for name in figure_names(course.root)}
    files["index.md"] = rendered(
        course.root, "site/index.md.j2", path=path, drawing=drawing(path), documents=DOCUMENTS, figures=figures
    )
    files["guide.md"] = rendered(
        course.root,
        "site/guide.md.j2",
        work=between(read(course.root / "release/student/README.md.j2"), "# Assignments\n", None),
        seen=between(readme, "In the folder of an assignment:\n", "`autograder` alone"),
    )
    return files


def page_of(markdown: str, page: PurePosixPath, known: Mapping[str, str]) -> str:
    """Return a page of the repository as MyST reads it: formulas, figures that move, links to `known` pages.

    Any other link becomes plain text: the site leads nowhere else.
    """
    up = "../" * (len(page.parts) - 1)
    return _around(FENCE, markdown, lambda text: _prose(text, page, known, up), _fence)


def _around(
    pattern: re.Pattern[str], text: str, rewrite: Callable[[str], str], keep: Callable[[re.Match[str]], str]
) -> str:
    """Rewrite a text around the places that match, and put what `keep` makes of these into their places."""
    parts, end = [], 0
    for found in pattern.finditer(text):
        parts += [rewrite(text[end : found.start()]), keep(found)]
        end = found.end()
    return "".join([*parts, rewrite(text[end:])])


def _fence(found: re.Match[str]) -> str:
    """Return a block of code, or a formula as MyST reads it."""
    return found[0].replace("```math", "```{math}", 1) if found["info"].strip() == "math" else found[0]


def _prose(text: str, page: PurePosixPath, known: Mapping[str, str], up: str) -> str:
    """Rewrite a text between blocks of code."""
    text = MOVING.sub(lambda found: moving(found["text"], found["still"], f"{up}figures/{found['name']}.html"), text)
    text = FORMULA.sub(r"{math}`\1`", text)
    return _around(
        CODE, text, lambda part: LINK.sub(lambda found: _link(found, page, known), part), lambda code: code[0]
    )


def _link(found: re.Match[str], page: PurePosixPath, known: Mapping[str, str]) -> str:
    target, _, anchor = found["target"].partition("#")
    if not target or target.startswith("figures/"):
        return found[0]
    leads_to = known.get(_resolved(page.parent / target))
    if leads_to is None:
        return found["text"]
    here = known.get(str(page), str(page))
    up = "../" * (len(PurePosixPath(here).parts) - 1)
    return f"[{found['text']}]({up}{leads_to}{'#' if anchor else ''}{anchor})"


def _resolved(path: PurePosixPath) -> str:
    """A path without the steps up in it."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def moving(description: str, still: str, page: str) -> str:
    """Return a figure that moves in its frame, with the still picture for paper."""
    frame = f'<iframe class="moving" src="{page}" title="{escape(description)}"></iframe>'
    alone = f'<p class="alone"><a href="{page}">The figure on a page of its own</a></p>'
    return f"```{{raw}} html\n{frame}\n{alone}\n```\n\n```{{image}} {still}\n:class: still\n:alt: {description}\n```"


def steps(course: Course, assignments: Iterable[Assignment]) -> list[Step]:
    """Return the path through the course, from its plan and the table of the README."""
    built = dict(re.findall(r"\(assignments/(\w+)/README\.md\) \| (.+?) \|$", read(course.root / "README.md"), re.M))
    chosen = {assignment.name for assignment in assignments}
    units = [unit for unit in plan_of(course) if unit.assignment.name in chosen]
    found = []
    for number, group in groupby(units, key=lambda unit: unit.assignment.number):
        same = list(group)
        worth = [unit.assignment.manifest.points for unit in same]
        worth += [part.points for unit in same for part in unit.assignment.manifest.written]
        found.append(
            Step(
                number,
                points=" + ".join(f"{points:g}" for points in worth),
                hours=_halves(sum(unit.hours for unit in same)),
                builds_on=tuple(sorted({one for unit in same for one in unit.numbers} - {number})),
                parts=tuple((unit.assignment, built.get(unit.assignment.name, "")) for unit in same),
            )
        )
    return found


def _halves(hours: float) -> str:
    """Write hours as people do: 5½."""
    return "½" if hours == 0.5 else f"{hours:g}".replace(".5", "½")


def drawing(path: Iterable[Step]) -> str:
    """Return a picture of what builds on what, from the top to the bottom; the page says the same in words."""
    path = list(path)
    needs = _shortest({step.number: step.builds_on for step in path})
    level: dict[str, int] = {}
    for step in path:
        level[step.number] = max((level[one] + 1 for one in needs[step.number] if one in level), default=0)
    rows = [[step for step in path if level[step.number] == row] for row in sorted(set(level.values()))]
    most = max(map(len, rows))
    full = most * (WIDTH + GAP) - GAP
    at = {
        step.number: ((full - len(row) * (WIDTH + GAP) + GAP) / 2 + column * (WIDTH + GAP), y * (HEIGHT + GAP) + 1)
        for y, row in enumerate(rows)
        for column, step in enumerate(row)
    }
    lines = []
    for step in path:
        x, y = at[step.number]
        for one in needs[step.number]:
            if one in at:
                left, top = at[one]
                lines.append(
                    f'<path d="M{left + WIDTH / 2} {top + HEIGHT}V{top + HEIGHT + GAP / 2}H{x + WIDTH / 2}V{y}"/>'
                )
        middle = x + WIDTH / 2
        lines.append(f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>')
        lines.append(f'<text class="number" x="{middle}" y="{y + 17}">{step.number}</text>')
        lines.append(f'<text x="{middle}" y="{y + 32}">{step.hours} h</text>')
    size = f"-1 0 {full + 2} {len(rows) * (HEIGHT + GAP) - GAP + 2}"
    return f'<svg viewBox="{size}" aria-hidden="true">{"".join(lines)}</svg>'


def _shortest(needs: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the assignments that each builds on, without those that follow from the rest."""
    all_of: dict[str, set[str]] = {}
    for number, direct in needs.items():
        all_of[number] = set(direct).union(*(all_of.get(one, set()) for one in direct))
    return {
        number: [one for one in direct if not any(one in all_of.get(other, set()) for other in direct)]
        for number, direct in needs.items()
    }


def between(text: str, start: str, end: str | None) -> str:
    """Return what stands between two places of a text. Raises `ValueError` where one of them is not there."""
    begin = text.index(start) + len(start)
    return text[begin : None if end is None else text.index(end, begin)].strip("\n")


def title_of(page: str) -> str:
    """Return the title of a page of HTML."""
    found = TITLE.search(page)
    return found[1] if found is not None else ""


def read(path: Path) -> str:
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
