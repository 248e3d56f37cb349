"""Everything that the doctor finds, whether grading is safe here, and how that is shown."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from autograder.course.layout import Course
from autograder.doctor.cuda import pytorch
from autograder.doctor.findings import Finding
from autograder.doctor.layers import layers
from autograder.doctor.machine import machine
from autograder.doctor.trial import hidden, trial
from autograder.reports.jsonfile import encode
from autograder.sandbox.offers import offers
from autograder.visible import visible

MARKS = {"good": ("✓", "green"), "weak": ("!", "yellow"), "bad": ("✗", "bold red")}
SAFE = "Grading other people's work is safe here."
UNSAFE = "Grading other people's work is not safe here: see what is marked ✗ in the table of the sandbox."


@dataclass(frozen=True)
class Report:
    """The findings about the sandbox, and about the rest of the machine."""

    sandbox: tuple[Finding, ...]
    machine: tuple[Finding, ...]

    @property
    def safe(self) -> bool:
        """Whether submissions are held here."""
        return not any(finding.state == "bad" for finding in self.sandbox)


def examine(course: Course | None, folder: Path) -> Report:
    """Look at this machine for a course, or for a folder that is in none. Raises `ManifestError`."""
    assignments = [] if course is None else course.assignments()
    offered = offers()
    sandbox = [*layers(offered), *hidden(course, folder)]
    if offered.platform == "linux":
        sandbox.append(_trial(course))
    manifests = [assignment.manifest for assignment in assignments]
    place = folder if course is None else course.root
    return Report(tuple(sandbox), (*machine(manifests, place), pytorch()))


def _trial(course: Course | None) -> Finding:
    checks = None if course is None else course.root / "tests" / "hidden"
    if checks is not None and checks.is_dir():
        return trial(checks).finding
    with tempfile.TemporaryDirectory(prefix="secret-") as secret:
        return trial(Path(secret)).finding


def as_document(report: Report) -> bytes:
    """The report as one JSON document."""
    return encode({"safe": report.safe, **asdict(report)})


def tables(report: Report) -> Sequence[Table]:
    """The report for a terminal."""
    return [_table("The sandbox", report.sandbox), _table("The machine", report.machine)]


def _table(title: str, findings: Sequence[Finding]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=title, title_justify="left", title_style="bold")
    table.add_column("")
    for head, ratio in (("", 2), ("Found", 4), ("What to do", 3)):
        table.add_column(head, ratio=ratio, overflow="fold")
    for finding in findings:
        mark, colour = MARKS[finding.state]
        table.add_row(
            Text(mark, style=colour),
            Text(finding.name, style=colour if finding.state != "good" else ""),
            Text(visible(finding.found)),
            Text(visible(finding.remedy)),
        )
    return table
