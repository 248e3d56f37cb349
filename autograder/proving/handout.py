"""A handout's links, whose targets must be there, and its formulas, which a code host must show."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.course.handout import FENCE, FORMULA
from autograder.course.layout import Assignment

LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)")
DOLLARS = re.compile(r"\$\$|(?<!\\)\$[^$\n]+(?<!\\)\$")
CODE = re.compile(r"`[^`\n]*`")
ELSEWHERE = ("http://", "https://", "mailto:")


def broken_links(assignment: Assignment) -> list[str]:
    """Return a sentence for each link of the handout that leads nowhere, and for each picture without a description.

    Addresses on the network are not tried.
    """
    path = assignment.folder / "README.md"
    if not path.exists():
        return [f"{path}: there is no handout."]
    return list(_broken(path))


def broken_formulas(assignment: Assignment) -> list[str]:
    """Return a sentence for each line of the handout with a formula between dollars alone, which code hosts may break:
    there a backslash before a sign, two underscores or a star mean something else.
    """
    path = assignment.folder / "README.md"
    words = CODE.sub("", FORMULA.sub("", FENCE.sub(_blank, path.read_text(encoding="utf-8"))))
    return [
        f"{path.name}, line {number}: write formulas as $`…`$, or in a block that begins with ```math."
        for number, line in enumerate(words.split("\n"), start=1)
        if DOLLARS.search(line)
    ]


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _broken(path: Path) -> Iterator[str]:
    text = CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))
    for found in LINK.finditer(text):
        target, described = found["target"], found["text"].strip()
        if found["picture"] and not described:
            yield f"{path.name}: the picture {target} has no description for whoever cannot see it."
        if target.startswith(ELSEWHERE):
            continue
        file, _, anchor = target.partition("#")
        leads_to = path.parent / file if file else path
        if not leads_to.exists():
            yield f"{path.name}: {target} is not there."
        elif anchor and leads_to.suffix == ".md" and anchor not in _anchors(leads_to):
            yield f"{path.name}: {target}: {leads_to.name} has no such heading."


def _anchors(path: Path) -> set[str]:
    """The names that a code host gives to the headings of a page."""
    headings = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", path.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
