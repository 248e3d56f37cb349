"""`autograder grade`, `otter run` and `nbgrader autograde` on the same submissions, side by side in one run.

    python -m benchmarks.against_otter_and_nbgrader [--assignments NAME…] [--sizes N…] [--write]

Each grades classes of 1 and 40 submissions. Otter and nbgrader run plain asserts on the same tasks for the same
points, written by hand in their own way (`benchmarks/comparison/asserts/`); all three get the same code. `autograder`
grades one submission at a time (`--jobs 1`), nbgrader takes the whole class at once, and `otter run` runs once for
each submission, which is all that it does. What comes before, as building packages, is not timed.

Prints, for each submission, seconds by the clock and CPU seconds of all processes, and the peak of their memory
(`benchmarks/comparison/cost.py` says how they are measured), with multiples of our own. A class of one is graded five
times by each, in turns, and the median counts. With `--write` the results go into `docs/measured/performance.md`. Ends
with 1 if any submission has other points anywhere than the bank says. Linux only.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from autograder.course.layout import Assignment
from benchmarks.comparison.asserts.source import FILES
from benchmarks.comparison.cost import MB, Cost
from benchmarks.comparison.graders import Advance, ChainRule, Grader, Nbgrader, Otter, Points
from benchmarks.comparison.machine import machine, our_versions, their_versions
from benchmarks.comparison.page import markdown_table, write_section
from benchmarks.comparison.submissions import Submission, submissions
from quality import platforms
from quality.variants import COURSE

SIZES = (1, 40)
ALONE = 5
"""Number of times that a class of one is graded."""

MEMORY_GOALS_MB = {"03_perceptron": 400, "08_autograd": 750}
"""Goals for the memory of all our processes together, whatever the class."""

GRADERS: tuple[Callable[[], Grader], ...] = (ChainRule, Otter, Nbgrader)
HEAD = ("class of", "grader", "wall s", "× ours", "CPU s", "× ours", "peak MB", "× ours")


@dataclass(frozen=True)
class Bar:
    """A progress bar: its text, and the way to move it on."""

    says: Callable[[str], None]
    advance: Advance


@dataclass(frozen=True)
class Row:
    """The cost of one grader in a class of this size."""

    assignment: str
    size: int
    grader: str
    cost: Cost

    @property
    def wall(self) -> float:
        """Seconds by the clock for each submission."""
        return self.cost.wall / self.size

    @property
    def cpu(self) -> float:
        """CPU seconds for each submission."""
        return self.cost.cpu / self.size


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--assignments", nargs="+", choices=tuple(FILES), default=tuple(FILES))
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    missing = platforms.not_installed()
    if missing:
        sys.exit(missing)
    rows, wrong = [], []
    repeats = sum(size * times(size) for size in arguments.sizes)
    with progress(len(arguments.assignments) * len(GRADERS) * repeats) as bar:
        for name in arguments.assignments:
            for size in arguments.sizes:
                for row, differences in measure(COURSE.assignment(name), size, bar):
                    rows.append(row)
                    wrong += differences
    show(rows)
    print(*wrong, sep="\n")
    if wrong:
        sys.exit(1)
    if arguments.write:
        write_section("comparison", section(rows))


def measure(assignment: Assignment, size: int, bar: Bar) -> Iterator[tuple[Row, list[str]]]:
    """Let each grader grade a class of this size: what it cost, and where its points are not those of the bank."""
    handed_in = submissions(assignment, size)
    graders = [make() for make in GRADERS]
    graded: dict[str, list[tuple[Cost, Points]]] = {grader.name: [] for grader in graders}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for number, grader in enumerate(graders):
            bar.says(f"{assignment.name}, {size}: setting up {grader.name}")
            own = Path(folder) / str(number)
            own.mkdir()
            grader.set_up(assignment, handed_in, own)
        for _ in range(times(size)):
            for grader in graders:
                bar.says(f"{assignment.name}, {size}: {grader.name}")
                graded[grader.name].append(grader.grade(bar.advance))
    for name, results in graded.items():
        cost = middle([one for one, _ in results])
        differences = [line for _, points in results for line in differing(name, handed_in, points)]
        yield Row(assignment.name, size, name, cost), differences


def times(size: int) -> int:
    """Return how often a class of this size is graded."""
    return ALONE if size == 1 else 1


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each part."""
    memory = [cost.memory for cost in costs if cost.memory is not None]
    accounts = [cost.account for cost in costs if cost.account is not None]
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        int(statistics.median(memory)) if len(memory) == len(costs) else None,
        statistics.median(accounts) if len(accounts) == len(costs) else None,
    )


def differing(grader: str, handed_in: Sequence[Submission], points: Points) -> list[str]:
    """Return where a grader gives other points than the bank says."""
    return [
        f"{grader}: {one.student} ({one.entry}): task {task} has {found} points, and should have {due:g}."
        for one in handed_in
        for task, due in one.earns.items()
        if (found := points.get(one.student, {}).get(task)) != due
    ]


def show(rows: Sequence[Row]) -> None:
    """Print a table for each assignment, and the remarks."""
    console = Console()
    for name, own in by_assignment(rows).items():
        table = Table(title=f"{name}: for each submission")
        for number, head in enumerate(HEAD):
            table.add_column(head, justify="left" if number == 1 else "right")
        for cells in cells_of(own):
            table.add_row(*cells)
            if cells[1] == GRADERS[-1]().name:
                table.add_section()
        console.print(table)
    print(*(*remarks(rows), ""), sep="\n")


def section(rows: Sequence[Row]) -> str:
    """The results in Markdown."""
    parts = [machine(), f"Ours: {our_versions()}. Theirs: {their_versions()}."]
    for name, own in by_assignment(rows).items():
        parts += [f"### {name}", markdown_table(HEAD, cells_of(own), text_columns=2)]
    return "\n\n".join([*parts, *remarks(rows)])


def by_assignment(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    """The rows of each assignment."""
    names = dict.fromkeys(row.assignment for row in rows)
    return {name: [row for row in rows if row.assignment == name] for name in names}


def cells_of(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """The lines of a table; every third row is the first of a class, and ours."""
    for row in rows:
        ours = next(one for one in rows if one.size == row.size)
        memory, least = row.cost.memory, ours.cost.memory
        yield (
            str(row.size),
            row.grader,
            f"{row.wall:.3f}",
            f"{row.wall / ours.wall:.1f}",
            f"{row.cpu:.3f}",
            f"{row.cpu / ours.cpu:.1f}",
            f"{memory / MB:.0f}" if memory is not None else "–",
            f"{memory / least:.1f}" if memory is not None and least is not None else "–",
        )


def remarks(rows: Sequence[Row]) -> list[str]:
    """Return how sure the figures are, and which goals are kept."""
    lines = []
    off = [abs(row.cost.account - row.cost.cpu) / row.cost.cpu for row in rows if row.cost.account is not None]
    if off:
        lines.append(f"CPU time, against the account of a control group: off by {max(off):.2%} at most.")
    else:
        lines.append("CPU time could not be compared with the account of a control group here.")
    for name, own in by_assignment(rows).items():
        alone, largest = min(row.size for row in own), max(row.size for row in own)
        for row in own:
            ours = next(one for one in own if one.size == row.size)
            if row is ours:
                if row.size == largest and row.cost.memory is not None:
                    found, goal = row.cost.memory / MB, MEMORY_GOALS_MB[name]
                    kept = "kept" if found <= goal else "MISSED"
                    lines.append(f"{name}, {row.size}: we take {found:.0f} MB at most (goal {goal}): {kept}.")
                continue
            if row.size == alone == 1:
                wall, cpu = row.wall / ours.wall, row.cpu / ours.cpu
                kept = "kept" if min(wall, cpu) > 1 else "MISSED"
                lines.append(
                    f"{name}, one submission from a cold start: {row.grader} takes {wall:.2f} × our time and "
                    f"{cpu:.2f} × our CPU time (goal: more than 1): {kept}."
                )
    return lines


@contextmanager
def progress(total: int) -> Iterator[Bar]:
    """A bar on stderr that counts submissions."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=total)
        yield Bar(lambda what: shown.update(task, description=what), lambda done: shown.advance(task, done))


if __name__ == "__main__":
    main()
