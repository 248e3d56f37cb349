"""The cost of grading each assignment's reference: CPU time, student processes, messages, drawings.

    python -m benchmarks.bench [--write | --mistaken] [--rounds 5] [ASSIGNMENT…]

CPU time is the median of some rounds, of the grader and of its student processes together, in units of a calibration
loop that is timed before each round, so that figures of two machines can be compared. The three counts stand in
`benchmarks/counts.toml`, and a test compares them exactly; `--write` writes them there. Ends with 1 where they differ.
With `--mistaken` a version with a mistake in each task is graded beside the reference: what do messages cost?
`--write` also writes the assignment's `times.toml`; with MNIST in `MNIST_DIR` it has the times on the real images.
"""

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from autograder import toml
from autograder.channel.client import Client
from autograder.course.bank import Patch, read_bank, read_toml
from autograder.course.layout import Assignment
from autograder.course.times import TIMES, times_text
from autograder.data import mnist
from autograder.files import write_atomically
from autograder.grading.collection import Collection, with_checks
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import safely
from autograder.grading.process import StudentProcess
from autograder.grading.templates import Template
from autograder.intake.submission import Source
from autograder.ledger.records import Result
from autograder.outcomes import Outcome
from autograder.proving.rounds import longest
from autograder.proving.versions import write
from quality.sweep import chosen

COUNTS = Path(__file__).with_name("counts.toml")
SEED = 7
STEPS = 40_000
"""Steps of the calibration loop: some tenths of a second."""


@dataclass
class Counts:
    """The cost of grading a submission: student processes, messages there and back, figures that were looked at."""

    processes: int = 0
    messages: int = 0
    drawings: int = 0


def main() -> None:
    """Measure, print, and compare or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mistaken", action="store_true", help="grade a version with many mistakes, too")
    parser.add_argument("--write", action="store_true", help="write counts.toml and each times.toml")
    arguments = parser.parse_args()
    if arguments.mistaken:
        compare_with_mistaken(chosen(arguments.assignments), arguments.rounds)
        return
    if arguments.write:
        for assignment in chosen(arguments.assignments):
            write_atomically(assignment.folder / TIMES, times_text(times(assignment)))
    os.environ.pop(mnist.VARIABLE, None)  # the bundled digits are everywhere the same
    os.environ["XDG_CACHE_HOME"] = os.devnull
    known = known_counts()
    found = {}
    table = Table("assignment", "CPU, in loops", "CPU ms", "processes", "messages", "drawings", box=None)
    for assignment in chosen(arguments.assignments):
        counts, loops, seconds = measure(assignment, arguments.rounds)
        found[assignment.name] = counts
        table.add_row(assignment.name, f"{loops:.2f}", f"{1000 * seconds:.0f}", *map(str, asdict(counts).values()))
    Console().print(table)
    if arguments.write:
        write_counts({**known, **found})
        print("Say in CHANGELOG.md what changed:", *map(line, found, found.values()), sep="\n")
        return
    changed = [name for name, counts in found.items() if counts != known.get(name)]
    for name in changed:
        print(f"{line(name, found[name])}; {COUNTS.name} has {known.get(name)}", file=sys.stderr)
    sys.exit(1 if changed else 0)


def line(name: str, counts: Counts) -> str:
    """The counts of an assignment as the changelog has them."""
    return f"{name}: {counts.processes} processes, {counts.messages} messages, {counts.drawings} drawings"


def known_counts() -> dict[str, Counts]:
    """The counts in the file, by the assignment's name."""
    text = COUNTS.read_text(encoding="utf-8") if COUNTS.exists() else ""
    return {name: Counts(**counts) for name, counts in toml.loads(text).items()}


def write_counts(counts: dict[str, Counts]) -> None:
    """Write the file."""
    lines = ["# Of the references, under seed 7. `make bench` compares, and so does a test.\n"]
    for name in sorted(counts):
        lines += [f"\n[{name}]\n", *(f"{key} = {value}\n" for key, value in asdict(counts[name]).items())]
    write_atomically(COUNTS, "".join(lines))


def measure(assignment: Assignment, rounds: int) -> tuple[Counts, float, float]:
    """Counts of one grading; CPU time of one in calibration loops, and in seconds."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        job = job_of(assignment, Path(folder) / "reference")
        output = sys.stdout

        def grade(checks: Collection) -> tuple[Counts, float, float]:
            with contextlib.redirect_stdout(output):
                counts = counted(checks, job)
                loops, seconds = [], []
                for _ in range(rounds):
                    loop, spent = cpu_of(calibrate), cpu_of(lambda: safely(checks, job))
                    seconds.append(spent)
                    loops.append(spent / loop)
                return counts, statistics.median(loops), statistics.median(seconds)

        return with_checks(assignment, grade)


def times(assignment: Assignment) -> dict[str, float]:
    """CPU seconds of the longest check in each task, on the images that this machine has."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        job = job_of(assignment, Path(folder) / "reference")
        return longest(with_checks(assignment, lambda checks: [safely(checks, job).result for _ in range(2)]))


def compare_with_mistaken(assignments: Sequence[Assignment], rounds: int) -> None:
    """Print what a version with many mistakes costs beside the reference, graded in turns."""
    table = Table("assignment", "checks failed", "reference, CPU ms", "mistaken, CPU ms", "ratio", box=None)
    for assignment in assignments:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            right, wrong = Path(folder) / "right", Path(folder) / "wrong"
            jobs = [job_of(assignment, right), job_of(assignment, wrong, mistaken(assignment))]
            seconds, failed = with_checks(assignment, partial(in_turns, jobs, rounds))
        medians = [1000 * statistics.median(one) for one in seconds]
        table.add_row(assignment.name, failed, *(f"{one:.0f}" for one in medians), f"{medians[1] / medians[0]:.2f}")
    Console().print(table)


def in_turns(jobs: Sequence[Job], rounds: int, checks: Collection) -> tuple[list[list[float]], str]:
    """CPU seconds of each job in each round, and how many checks of the last one fail."""
    results: list[Result] = []
    seconds: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for job, spent in zip(jobs, seconds, strict=True):
            spent.append(cpu_of(partial(_grade_into, results, checks, job)))
    outcomes = [check.outcome for check in results[-1].checks]
    return seconds, f"{len(outcomes) - outcomes.count(Outcome.PASSED)} of {len(outcomes)}"


def _grade_into(results: list[Result], checks: Collection, job: Job) -> None:
    results.append(safely(checks, job).result)


def mistaken(assignment: Assignment) -> dict[str, bytes]:
    """The reference with a mistake of the bank in each task, as far as they can be made together."""
    bank = read_bank(assignment)
    files, tasks = dict(bank.entry("reference").files), {task.id: task.points for task in assignment.manifest.tasks}
    for entry in bank.entries:
        path = assignment.bank / f"{entry.name}.toml"
        lost = {task for task, points in entry.earns.items() if points < tasks.get(task, 0)}
        if not entry.name.startswith("wrong/") or not path.is_file() or not lost & set(tasks):
            continue
        changes = read_toml(path, Patch).changes
        if all(files[change.file].count(change.old.encode()) == 1 for change in changes):
            for change in changes:
                files[change.file] = files[change.file].replace(change.old.encode(), change.new.encode())
            tasks = {task: points for task, points in tasks.items() if task not in lost}
    return files


def job_of(assignment: Assignment, folder: Path, files: Mapping[str, bytes] | None = None) -> Job:
    """Return how files are graded, by default the reference."""
    write(folder, read_bank(assignment).entry("reference").files if files is None else files)
    spare_uid = isolation(assignment).spare_uid
    return Job(assignment=assignment, source=Source("reference", folder), seed=SEED, spare_uid=spare_uid)


def counted(checks: Collection, job: Job) -> Counts:
    """Return what one grading takes. Raises `AssertionError` where the reference does not earn everything."""
    counts = Counts()
    with counting(counts):
        result = safely(checks, job).result
    assert result.score == result.max_score, f"{job.assignment.name}: the reference earns {result.score}"
    return counts


@contextlib.contextmanager
def counting(counts: Counts) -> Iterator[None]:
    """Count what is done in this process."""
    fork, exchange, carry_out = Template.fork, StudentProcess.exchange, Client._carry_out

    def forked(*given: Any) -> Any:
        counts.processes += 1
        return fork(*given)

    def exchanged(process: Any, batch: Any, answer: Callable[[Any], Any], **options: Any) -> Any:
        def answered(message: Any) -> Any:
            counts.messages += 1
            return answer(message)

        counts.messages += 1
        return exchange(process, batch, answered, **options)

    def carried_out(client: Any, operation: str, *given: Any, **options: Any) -> Any:
        counts.drawings += operation == "figure"
        return carry_out(client, operation, *given, **options)

    with (
        mock.patch.object(Template, "fork", forked),
        mock.patch.object(StudentProcess, "exchange", exchanged),
        mock.patch.object(Client, "_carry_out", carried_out),
    ):
        yield


def calibrate() -> None:
    """Do some work that is always the same: Python's own, NumPy's, and the kernel's."""
    numbers, total = np.arange(64.0), 0.0
    for step in range(STEPS):
        total += float(numbers @ numbers) + len(str(step))
        if step % 100 == 0:
            os.getppid()


def cpu_of(body: Callable[[], object]) -> float:
    """CPU seconds of this process and of all below it."""
    before = cpu_until_now()
    body()
    return cpu_until_now() - before


def cpu_until_now() -> float:
    """CPU seconds of this process, and of its children with theirs, that have ended or that run."""
    times = [psutil.Process(child.pid).cpu_times() for child in psutil.Process().children()]
    below = sum(float(one.user + one.system + one.children_user + one.children_system) for one in times)
    return time.process_time() + below


if __name__ == "__main__":
    main()
