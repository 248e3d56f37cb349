"""The report on two versions: tables and lists of what they share and where they differ."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from quality.golden.compare import EVIDENCE, Difference
from quality.golden.runs import Graded


@dataclass(frozen=True)
class Compared:
    """An assignment, graded by both versions, and all differences."""

    assignment: str
    base: Graded
    now: Graded
    differences: tuple[Difference, ...]

    @property
    def checks(self) -> int:
        """The number of compared checks on submissions."""
        return sum(len(record.checks) for record in self.base.records.values())

    def counts(self) -> Counter[str]:
        """Count the differences by kind."""
        return Counter(difference.kind for difference in self.differences)


def failing(compared: Sequence[Compared], *, with_evidence: bool) -> int:
    """Count the differences that must not be: all, or all but those of the evidence."""
    return sum(count for one in compared for kind, count in one.counts().items() if with_evidence or kind != EVIDENCE)


def lines(compared: Sequence[Compared]) -> list[str]:
    """List every difference, those of the evidence last."""
    found = [(one.assignment, difference) for one in compared for difference in one.differences]
    found.sort(key=lambda pair: pair[1].kind == EVIDENCE)
    return [f"{assignment}: {difference}" for assignment, difference in found]


def summary(compared: Sequence[Compared]) -> Table:
    """Make a table with one row for each assignment: counts, and what grading took before and now, in seconds."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Assignment", no_wrap=True)
    for column in ("Submissions", "Checks", "CPU s", "Students' CPU s", "Wall s"):
        table.add_column(column, justify="right")
    table.add_column("Differences", min_width=20)
    for one in compared:
        base, now = one.base, one.now
        table.add_row(
            one.assignment,
            f"{len(base.records):,}",
            f"{one.checks:,}",
            _pair(base.run.cpu_seconds, now.run.cpu_seconds),
            _pair(base.student_seconds, now.student_seconds),
            _pair(base.run.wall_seconds, now.run.wall_seconds),
            ", ".join(f"{count:,} {kind}" for kind, count in sorted(one.counts().items())) or "none",
        )
    return table


def _pair(base: float | None, now: float | None) -> str:
    return " → ".join("–" if number is None else f"{number:.0f}" for number in (base, now))
