"""Bold passages of a handout, and whether a public check helps a student who has overlooked one."""

import re
from collections.abc import Iterator

from autograder.course.handout import FENCE
from autograder.course.layout import Assignment
from autograder.outcomes import Outcome
from autograder.proving.bank import Grades
from autograder.proving.gaps import REASONS, read_reasons

BOLD = re.compile(r"\*\*(?P<words>[^*\n]+?)[.:]?\*\*")
SEED = 1


def unshown(grades: Grades) -> list[str]:
    """Return what the handout stresses and no public check shows. Raises `GapsError`."""
    assignment = grades.assignment
    stressed = {one.words: one for one in read_reasons(assignment.hidden / REASONS).stressed}
    bold = dict.fromkeys(_bold(assignment))
    said = [
        f'README.md: **{words}**: say in {REASONS} which entry of the bank a public check shows it by ("shown_by"), '
        'or why it asks for nothing ("because").'
        for words in bold
        if words not in stressed
    ]
    said += [f"{REASONS}: the handout does not set {words!r} in bold." for words in stressed if words not in bold]
    shown_by = {one.shown_by: words for words, one in stressed.items() if one.shown_by}
    found = {entry.name: result for entry, result in grades.of(shown_by, [SEED])}
    for name, words in shown_by.items():
        if name not in found:
            said.append(f"{REASONS}: {words!r}: the bank has no {name} that can be used.")
        elif all(check.outcome is Outcome.PASSED for check in found[name].checks if check.visibility == "public"):
            said.append(f"{name} passes every public check, though it overlooks **{words}**: add a public check.")
    return said


def _bold(assignment: Assignment) -> Iterator[str]:
    """The words in bold outside of tables and code."""
    text = FENCE.sub("", (assignment.folder / "README.md").read_text(encoding="utf-8"))
    for line in text.splitlines():
        if not line.lstrip().startswith("|"):
            yield from (found["words"] for found in BOLD.finditer(line))
