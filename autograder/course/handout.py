"""Read handouts and docstrings: the task that a text belongs to, and formulas for readers that want dollars."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

FENCE = re.compile(r"^(?P<mark>```|~~~)(?P<info>[^\n]*)\n(?P<inside>.*?)^(?P=mark)[ \t]*$", re.S | re.M)
FORMULA = re.compile(r"\$`([^`\n]+)`\$")
MOVING = re.compile(
    r"^\[!\[(?P<text>[^\]\n]*)\]\((?P<still>[^)\s]+)\)\]"
    r"\((?:\.\./)*release/site/figures/(?P<name>\w+)\.html\)[ \t]*$",
    re.M,
)
"""A figure that moves, alone in its line: a still picture that links to what the figure is made of."""
HEADING = re.compile(r"^## +(?P<title>.+?) *$", re.M)
PART = re.compile(r"^## +Part (?P<part>\d+)\b")
ANSWER = "<!-- answer -->"
RULES = "<!-- tasks -->"
TASKS = re.compile(r"\((?P<tasks>\d+(?:\.\d+)?(?:(?:, | and | to )\d+(?:\.\d+)?)*)\)$")


IN_DOCSTRING = re.compile(r"\(tasks? ([^()]*)\)")
TASK = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Section:
    """A part of a handout from one heading to the next. `tasks` are those that its heading names."""

    text: str
    tasks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Its heading, without the tasks."""
        return TASKS.sub("", self.text.partition("\n")[0].lstrip("#").strip()).strip()

    @property
    def rules(self) -> bool:
        """Whether it lists the tasks and what holds for all of them."""
        return RULES in self.text


def sections(handout: str, tasks: Sequence[str]) -> list[Section]:
    """Return the parts of a handout in order; the first is what stands above every heading of the second level.

    `tasks` are the assignment's, in order. A heading that ends with `(1.1 to 1.3, 2.1)` names those between, too, and
    `## Part 2` all of the part's.
    """
    # Headings are looked for where code blocks are blanked, so that a comment in code is none.
    blanked = FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), handout)
    starts = [0, *(found.start() for found in HEADING.finditer(blanked)), len(handout)]
    parts = []
    for start, end in itertools.pairwise(starts):
        text = handout[start:end].strip("\n")
        if text:
            parts.append(Section(text, _named(text.partition("\n")[0], tasks)))
    return parts


def _named(heading: str, tasks: Sequence[str]) -> tuple[str, ...]:
    """The tasks that a heading names."""
    if part := PART.match(heading):
        return tuple(task for task in tasks if task.startswith(f"{part['part']}."))
    found = TASKS.search(heading.rstrip())
    if found is None:
        return ()
    named: list[str] = []
    for one in re.split(r", | and ", found["tasks"]):
        first, _, last = one.partition(" to ")
        if first in tasks and (not last or last in tasks):
            named += tasks[tasks.index(first) : tasks.index(last or first) + 1]
    return tuple(named)


def tasks_named(text: str) -> tuple[str, ...]:
    """Return the tasks that docstrings name, as `(task 1.2)`, each once and in order."""
    return tuple(dict.fromkeys(task for named in IN_DOCSTRING.findall(text) for task in TASK.findall(named)))


def linked_figures(handout: str, page: str) -> str:
    """Return a handout whose still pictures of figures that move link to the figures in a page of another name."""
    return MOVING.sub(lambda found: f"[![{found['text']}]({found['still']})]({page}#{found['name']})", handout)


def with_dollars(markdown: str) -> str:
    """Return Markdown with its formulas as Jupyter reads them: $`…`$ as $…$, and blocks of math between $$ and $$."""
    parts, end = [], 0
    for found in FENCE.finditer(markdown):
        parts.append(FORMULA.sub(r"$\1$", markdown[end : found.start()]))
        parts.append(f"$$\n{found['inside']}$$" if found["info"].strip() == "math" else found[0])
        end = found.end()
    return "".join([*parts, FORMULA.sub(r"$\1$", markdown[end:])])
