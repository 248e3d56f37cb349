"""A class of a thousand in one run; two jobs beside one; a grader that is killed again and again.

    python -m benchmarks.scale [--size 1000] [--pair 100] [--kills 20] [--killed-class 200] [--write]

The submissions are those of the comparison, of the perceptron, over and over. In the large class the grader's memory,
processes and descriptors are looked at once a second, and the time for each hundred submissions is taken from the
moments at which their results were written. The killed grader must come to the ledger of an undisturbed one, but for
times. Prints its figures; with `--write` they go into `docs/measured/performance.md`. Ends with 1 where something was
left behind or the ledgers differ. Linux, as root.
"""

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.progress import track

from autograder.cli.ending import NEEDS_A_PERSON
from benchmarks.comparison.cost import MB, descendants, proportional_bytes
from benchmarks.comparison.graders import CLASS, SEED, ChainRule
from benchmarks.comparison.machine import machine, our_versions
from benchmarks.comparison.page import markdown_table, write_section
from benchmarks.comparison.submissions import submissions
from quality.ledgers import held
from quality.variants import COURSE

ASSIGNMENT = COURSE.assignment("03_perceptron")
LOOK_SECONDS = 1.0
PARTS = 10
JOBS_GOAL = 1.9
HEAD = ("submissions", "seconds for a hundred", "peak memory (MB)", "processes", "descriptors")


@dataclass(frozen=True)
class Look:
    """The use of all processes of a grading at a moment: `memory` is their proportional set size in bytes."""

    moment: float
    memory: int
    processes: int
    descriptors: int


@dataclass(frozen=True)
class Run:
    """A grading: the moments at which results were written, in order, what was seen of it, and what it left."""

    seconds: float
    written: tuple[float, ...]
    looks: tuple[Look, ...]
    left: tuple[str, ...]


class Place:
    """A class of the perceptron, with a folder for results and one for temporary files."""

    def __init__(self, folder: Path, size: int) -> None:
        self.results = folder / "grades"
        self.temporary = folder / "temporary"
        self.temporary.mkdir(parents=True)
        folder.chmod(0o755)  # a spare uid must reach its scratch folder
        ChainRule().set_up(ASSIGNMENT, submissions(ASSIGNMENT, size), folder)
        (folder / CLASS).chmod(0o700)
        self._class = folder / CLASS

    def start(self, jobs: int) -> "subprocess.Popen[bytes]":
        """Begin to grade, or go on."""
        command = [sys.executable, "-m", "autograder", "grade", ASSIGNMENT.name, self._class, "--output", self.results]
        return subprocess.Popen(
            [*map(str, command), "--seed", str(SEED), "--jobs", str(jobs)],
            cwd=COURSE.root,
            env={"PATH": "/usr/bin:/bin", "TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def written(self) -> list[float]:
        """Return the times when each result was written, in order."""
        return sorted(path.stat().st_mtime for path in self.results.glob("results/*.json"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--pair", type=int, default=100, help="how many are graded with one job, and with two")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--killed-class", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        parser.error("only root may look at the memory and the descriptors of what grades.")
    parts = [machine(), f"{our_versions()}."]
    wrong: list[str] = []
    with places() as place:
        run = graded(place(arguments.size), jobs=2, looking=True)
        parts += [f"### {arguments.size} submissions in one run, two jobs", *large(run)]
        wrong += run.left
        print(*parts[-3:], "", sep="\n\n", flush=True)
        one, two = (graded(place(arguments.pair), jobs) for jobs in (1, 2))
        parts += ["### Two jobs beside one", pair(arguments.pair, one.seconds, two.seconds)]
        wrong += [*one.left, *two.left]
        print(*parts[-2:], "", sep="\n\n", flush=True)
        said, differences = killed(place(arguments.killed_class), place(arguments.killed_class), arguments.kills)
        parts += [f"### A grader killed {arguments.kills} times", said]
        wrong += differences
        print(*parts[-2:], "", sep="\n\n", flush=True)
    print(*wrong, sep="\n")
    if wrong:
        sys.exit(1)
    if arguments.write:
        write_section("scale", "\n\n".join(parts))


@contextlib.contextmanager
def places() -> Iterator[Callable[[int], Place]]:
    """Makes places, each in a folder of its own, which are removed in the end."""
    with contextlib.ExitStack() as stack:

        def place(size: int) -> Place:
            return Place(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scale-"))), size)

        yield place


def graded(place: Place, jobs: int, *, looking: bool = False) -> Run:
    """Grade the whole class once. Raises `RuntimeError` where the grader fails."""
    started = time.time()
    looks = []
    with place.start(jobs) as grader:
        while grader.poll() is None:
            if looking:
                looks.append(look())
            with contextlib.suppress(subprocess.TimeoutExpired):
                grader.wait(LOOK_SECONDS)
        seconds = time.time() - started
        finish(grader)
    return Run(seconds, tuple(place.written()), tuple(looks), tuple(left_by(place)))


def finish(grader: "subprocess.Popen[bytes]") -> None:
    """See that a grading has ended well. Raises `RuntimeError`."""
    _, errors = grader.communicate()
    if grader.returncode not in (0, NEEDS_A_PERSON):
        raise RuntimeError(f"autograder grade ended with {grader.returncode}:\n{errors.decode(errors='replace')}")


def look() -> Look:
    """Return what everything below this process uses now: the grader and all that it has started."""
    memory = descriptors = count = 0
    for process in descendants():
        with contextlib.suppress(psutil.NoSuchProcess):
            descriptors += process.num_fds()
            memory += proportional_bytes(process)
            count += 1
    return Look(time.time(), memory, count, descriptors)


def left_by(place: Place) -> Iterator[str]:
    """Yield what a grading should have removed at its end."""
    for path in place.temporary.iterdir():
        yield f"left behind: {path.name} in the folder for temporary files"
    for path in place.results.rglob("*.tmp"):
        yield f"left behind: {path.name} beside the results"
    for process in psutil.process_iter(["environ", "cmdline"]):
        own = (process.info["environ"] or {}).get("TMPDIR", "/")  # of a template, a folder below
        if Path(own).is_relative_to(place.temporary):
            yield f"left behind: process {process.pid}, {process.info['cmdline']}"


def large(run: Run) -> list[str]:
    """A table with a line for each tenth of the class, and how the last hundred compares with the first."""
    size = len(run.written)
    step = max(1, size // PARTS)
    rows, begin = [], run.written[0]
    for number in range(0, size, step):
        part = run.written[number : number + step]
        seen = [one for one in run.looks if begin <= one.moment <= part[-1]]
        rows.append(
            (
                f"{number + 1}–{number + len(part)}",
                f"{100 * (part[-1] - begin) / len(part):.1f}",
                f"{max((one.memory for one in seen), default=0) / MB:.0f}",
                str(max((one.processes for one in seen), default=0)),
                str(max((one.descriptors for one in seen), default=0)),
            )
        )
        begin = part[-1]
    few = min(100, size // 2)
    first, last = (run.written[few] - run.written[0]), (run.written[-1] - run.written[-few - 1])
    return [
        markdown_table(HEAD, rows, text_columns=0),
        f"The last {few} took {last / first:.2f} times as long as the first {few}; "
        f"left behind: {'nothing' if not run.left else len(run.left)}.",
    ]


def pair(size: int, one: float, two: float) -> str:
    """Return how much faster two jobs are."""
    kept = "kept" if one / two >= JOBS_GOAL else "MISSED"
    return (
        f"{size} submissions, the start of the command included: two jobs grade {one / two:.2f} times as many in the "
        f"same time as one (goal {JOBS_GOAL}): {kept}."
    )


def killed(calm: Place, place: Place, kills: int) -> tuple[str, list[str]]:
    """Kill a grader at random moments, resume, and compare its ledger with an undisturbed one's."""
    undisturbed = graded(calm, jobs=2)
    chance = random.Random(SEED)
    alive = undisturbed.seconds / (kills + 1)
    hit = 0
    for _ in track(range(kills), "kills"):
        with place.start(jobs=2) as grader:
            with contextlib.suppress(subprocess.TimeoutExpired):
                grader.wait(chance.uniform(0, 2 * alive))
            if grader.poll() is None:
                hit += 1
                grader.kill()
            else:
                finish(grader)
    before = len(place.written())
    last = graded(place, jobs=2)
    first, second = held(calm.results), held(place.results)
    differences = [f"{name}: the ledgers differ" for name in first if first[name] != second.get(name)]
    differences += [f"{name}: graded only when it was disturbed" for name in second.keys() - first.keys()]
    differences += [*undisturbed.left, *last.left]
    said = (
        f"A class of {len(first)}: {hit} of {kills} times the grader was still at work when it was killed; "
        f"{before} results were there before the last resume. Then the ledger "
        f"{'DIFFERS from' if differences else 'equals'} that of an undisturbed run, but for times."
    )
    return said, differences


if __name__ == "__main__":
    main()
