"""Compute every number that a handout states once more, with the reference, and compare.

    python -m quality.figures [--write] [ASSIGNMENT…]

Prints a table for each assignment. With `--write` it also puts them into `docs/measured/figures.md`.
Exits with 1 where a figure differs and no remark says why.
"""

import importlib
import importlib.util
import sys

from quality.figures import Measurement, table
from quality.page import write_sections
from quality.sweep import chosen, parser, timed
from quality.variants import COURSE

PAGE = COURSE.root / "docs" / "measured" / "figures.md"
HEAD = """# What the handouts say, measured

Every number that a handout states was computed again with the reference solution. "expected" is what the handout, or
a text that it discusses, says. `make figures` made this page, and fails where a figure differs and no remark says why.
"""


def main() -> None:
    """Print the figures of each assignment."""
    options = parser(__doc__)
    options.add_argument("--write", action="store_true")
    arguments = options.parse_args()
    unexplained, sections = [], {}
    with timed("figures"):
        for assignment in chosen(arguments.assignments):
            figures = [figure for measure in _measurements(assignment.name) for figure in measure()]
            if not figures:
                continue
            sections[assignment.name] = table(figures)
            print(f"## {assignment.name}\n\n{sections[assignment.name]}\n")
            unexplained += [f"{assignment.name}: {one.what}" for one in figures if not one.agrees and not one.remark]
        print(*unexplained, sep="\n", end="\n" if unexplained else "")
        if arguments.write:
            write_sections(PAGE, HEAD, sections)
    sys.exit(1 if unexplained else 0)


def _measurements(assignment: str) -> list[Measurement]:
    """The measurements in the module that bears the assignment's slug; none where it has no module."""
    name = f"quality.figures.{assignment.partition('_')[2]}"
    if importlib.util.find_spec(name) is None:
        return []
    return list(importlib.import_module(name).MEASUREMENTS)


if __name__ == "__main__":
    main()
