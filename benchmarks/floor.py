"""The cost of grading beyond the floor, and where it goes.

    python -m benchmarks.floor [--assignments NAME…] [--submissions N] [--rounds N] [--write]

The floor: the same checks on the same submissions in one bare warm process, without pytest and without isolation
(`benchmarks/comparison/bare.py`). Ours: `autograder grade --jobs 1` on a class, and on one several times as large;
the difference is what a submission costs once everything is warm. Both must find that the same checks pass.

Prints CPU time for each submission and each student process, and its parts, measured one by one on the reference: to
start and end a process, to import the submission there, to pass a message. The rest is pytest, the fork in which the
grader judges a submission, records and reports. For 06_mnist the whole overhead is compared with the training. With
`--write` the results go into `docs/measured/performance.md`. Ends with 1 where a check passes here and not there. Linux
only.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.course.layout import Assignment
from autograder.grading.collection import collect
from benchmarks import sandbox_cost
from benchmarks.comparison.graders import CLASS, SEED, ChainRule
from benchmarks.comparison.machine import machine, our_versions
from benchmarks.comparison.page import markdown_table, write_section
from benchmarks.comparison.parts import Parts, overhead
from benchmarks.comparison.submissions import ENTRIES, submissions
from quality.variants import COURSE

PROCESS_GOAL_MS = 15
TRAINING_GOAL = 0.08
TRAINING = {"06_mnist": ("6.1", "6.2")}
"""The tasks in which a network is trained on digits."""

LEAST = 2
"""A single submission is graded in another way than a class."""

PROCESSES = 40
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
HEAD = ("for each submission", "how often", "CPU ms each", "CPU ms")


@dataclass(frozen=True)
class Measured:
    """CPU seconds of an assignment: `ours` for a submission, `start` for the command itself, and the floor's.

    `judged` is what the student processes of a submission use while they are judged, without start and import.
    """

    assignment: str
    start: float
    ours: float
    judged: float
    floor: Mapping[str, Any]
    parts: Parts
    collection: float
    differences: tuple[str, ...]

    @property
    def beyond(self) -> float:
        """The cost of a submission beyond the floor."""
        return self.ours - float(self.floor["cpu"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--assignments", nargs="+", choices=tuple(ENTRIES), default=tuple(ENTRIES))
    parser.add_argument("--submissions", type=int, help="the smaller class [default: every entry once]")
    parser.add_argument("--rounds", type=int, default=3, help="how many times that the larger class has more")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    found = []
    for name in arguments.assignments:
        size = max(LEAST, arguments.submissions or len(ENTRIES[name]))
        rounds = 1 if name in TRAINING else arguments.rounds
        found.append(measure(COURSE.assignment(name), size, rounds))
        show(found[-1])
    fork, in_student, in_grader = sandbox_cost.measure(PROCESSES)
    layers = sandbox_lines(fork, in_student, in_grader)
    print(*layers, sep="\n")
    wrong = [line for one in found for line in one.differences]
    print(*wrong, sep="\n")
    if wrong:
        sys.exit(1)
    if arguments.write:
        write_section("floor", section(found, layers))


def measure(assignment: Assignment, size: int, rounds: int) -> Measured:
    """Ours and the floor, on a class of this size and on one that has it `rounds` times more."""
    with tempfile.TemporaryDirectory(prefix="floor-") as temporary:
        folder = Path(temporary)
        small, _ = graded(assignment, size, folder / "small")
        large, records = graded(assignment, size * (1 + rounds), folder / "large")
        floor = bare(assignment, folder / "small" / CLASS, rounds)
        parts = overhead(assignment, folder / "laptop", PROCESSES)
    ours = (large - small) / (size * rounds)
    return Measured(
        assignment=assignment.name,
        start=small - size * ours,
        ours=ours,
        judged=sum(check["seconds"] for record in records for check in record["checks"]) / len(records),
        floor=floor,
        parts=parts,
        collection=collection(assignment),
        differences=tuple(differing(assignment, records, floor["passed"])),
    )


def graded(assignment: Assignment, size: int, folder: Path) -> tuple[float, list[dict[str, Any]]]:
    """CPU seconds of `autograder grade` on a class of this size, and its records."""
    folder.mkdir()
    grader = ChainRule()
    grader.set_up(assignment, submissions(assignment, size), folder)
    cost, records = grader.records()
    return cost.cpu, records


def bare(assignment: Assignment, place: Path, rounds: int) -> dict[str, Any]:
    """Return what `benchmarks/comparison/bare.py` finds."""
    command = [sys.executable, "-m", "benchmarks.comparison.bare", assignment.name, place, SEED, rounds]
    done = subprocess.run(
        [*map(str, command)],
        cwd=COURSE.root,
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(COURSE.root)},
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def collection(assignment: Assignment) -> float:
    """CPU seconds in which pytest collects the checks, once it is warm."""
    collect(assignment)
    before = time.process_time()
    collect(assignment)
    return time.process_time() - before


def differing(
    assignment: Assignment, records: Sequence[Mapping[str, Any]], passed: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Checks that pass here and not there."""
    for record in records:
        if record["submission"] in passed:
            ours = {check["name"] for check in record["checks"] if check["outcome"] == "passed"}
            for name in sorted(ours.symmetric_difference(passed[record["submission"]])):
                yield f"{assignment.name}: {record['submission']}: {name} passes in one of the two only."


def rows(one: Measured) -> list[tuple[str, str, str, str]]:
    """Return where the time of a submission goes."""
    processes, messages, parts = one.floor["processes"], one.floor["messages"], one.parts
    known = [
        ("student processes, started and ended", processes, parts.process),
        ("imports of the submission there, beyond the floor's", processes, parts.submission),
        ("messages, beyond the floor's", messages, parts.message),
    ]
    rest = one.beyond - sum(count * each for _, count, each in known)
    return [
        ("the floor: the checks, in one bare process", "", "", ms(one.floor["cpu"])),
        *((what, f"{count:.0f}", ms(each, 3), ms(count * each)) for what, count, each in known),
        ("everything else: checks set up, watched and put down, records, reports", "", "", ms(rest)),
        ("all of `autograder grade`, once it is warm", "", "", ms(one.ours)),
    ]


def remarks(one: Measured) -> list[str]:
    """The overhead, beside the goals."""
    processes = one.floor["processes"]
    each = one.beyond / processes
    kept = "kept" if 1000 * each <= PROCESS_GOAL_MS else "MISSED"
    heaviest = max(one.floor["tasks"], key=one.floor["tasks"].get)
    lines = [
        f"Beyond the floor: {ms(one.beyond)} ms for a submission, {ms(each)} ms for each of its {processes:.0f} "
        f"student processes (goal {PROCESS_GOAL_MS} ms, {kept}).",
        f"Of all, {ms(one.judged)} ms are used by the student processes while they are judged. Of the floor, task "
        f"{heaviest} takes most: {ms(one.floor['tasks'][heaviest])} ms.",
        f"The command itself takes {one.start:.2f} s, once. To collect the checks takes {ms(one.collection)} ms.",
    ]
    if one.assignment in TRAINING:
        training = sum(one.floor["tasks"][task] for task in TRAINING[one.assignment])
        kept = "kept" if one.beyond <= TRAINING_GOAL * training else "MISSED"
        lines.append(
            f"Training takes {training:.2f} s; what is beyond the floor is {one.beyond / training:.1%} of that "
            f"(goal {TRAINING_GOAL:.0%}, {kept})."
        )
    return lines


def sandbox_lines(fork: sandbox_cost.Times, in_student: sandbox_cost.Times, in_grader: sandbox_cost.Times) -> list[str]:
    """Return what the start of a process consists of, by `benchmarks/sandbox_cost.py`."""
    (bare_fork,) = (sandbox_cost.median(pairs)[1] for pairs in fork.values())
    layers, files = (sum(sandbox_cost.median(pairs)[1] for pairs in part.values()) for part in (in_student, in_grader))
    return [
        f"Of a process's start and end, a bare fork takes {bare_fork:.2f} ms of CPU time where it is called, the "
        f"layers of the sandbox {layers:.2f} ms in the student process, and its folder and the sweep {files:.2f} ms in "
        "the grader (`make sandbox-cost` has them one by one)."
    ]


def show(one: Measured) -> None:
    """Print a table and the remarks."""
    table = Table(title=one.assignment)
    for number, head in enumerate(HEAD):
        table.add_column(head, justify="right" if number else "left")
    for cells in rows(one):
        table.add_row(*cells)
    Console().print(table)
    print(*remarks(one), "", sep="\n")


def section(found: Sequence[Measured], layers: Sequence[str]) -> str:
    """The results in Markdown."""
    parts = [machine(), f"{our_versions()}."]
    for one in found:
        parts += [f"### {one.assignment}, by parts", markdown_table(HEAD, rows(one), text_columns=1), *remarks(one)]
    return "\n\n".join([*parts, *layers])


def ms(seconds: float, digits: int = 1) -> str:
    """Seconds in milliseconds."""
    return f"{1000 * seconds:.{digits}f}"


if __name__ == "__main__":
    main()
