"""The cost of a student process: from the fork to the first answer, and for each call after that.

    python benchmarks/student_process.py [--processes 40] [--calls 2000]

Prints CPU and wall-clock milliseconds of the median, and each step as a multiple of a bare fork that exits at once,
measured in the same run. CPU time is the student process's own, without the grader's.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.checks.spec import CheckSpec
from autograder.course.layout import Course
from autograder.grading.host import SandboxHost
from autograder.sandbox.offers import offers
from autograder.sandbox.spare_uids import spare_uid

COURSE = Course(Path(__file__).parents[1])
CHECK = CheckSpec("benchmark", "A call.", "03_perceptron", "1.1", 1.0, "1.1", (), 1000.0, "public")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--processes", type=int, default=40)
    parser.add_argument("--calls", type=int, default=2000)
    arguments = parser.parse_args()
    fork = statistics.median(milliseconds(bare_fork) for _ in range(arguments.processes))
    assignment = COURSE.assignment("03_perceptron")
    files = {name: assignment.reference(name).read_bytes() for name in assignment.manifest.files}
    with spare_uid() if offers().spare_uid else nullcontext() as uid:
        host = SandboxHost(assignment.manifest, files, 1, uid)
        first_answer(host)  # starts the template
        answers = [first_answer(host) for _ in range(arguments.processes)]
        call = per_call(host, arguments.calls)
    table = Table("step", "wall ms", "CPU ms", "× bare fork", title=f"layers: {', '.join(host.layers)}")
    rows = [
        ("bare fork, until it is waited for", fork, None),
        ("student process, until its first answer", *map(statistics.median, zip(*answers, strict=True))),
        ("one more call", *call),
    ]
    for step, wall, cpu in rows:
        table.add_row(step, f"{wall:.3f}", "" if cpu is None else f"{cpu:.3f}", f"{wall / fork:.2f}")
    Console().print(table)


def milliseconds(action: Callable[[], object]) -> float:
    """Wall-clock milliseconds of an action."""
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def bare_fork() -> None:
    """A child that exits at once."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def first_answer(host: SandboxHost) -> tuple[float, float]:
    """Start a student process, have one call answered, end it: wall-clock and CPU milliseconds until the answer."""
    started = time.perf_counter()
    with host.open() as student:
        host.begin(CHECK)
        student.perceptron.step(1.0)
        wall = 1000 * (time.perf_counter() - started)
        assert host._process is not None
        return wall, 1000 * host._process._cpu_now()


def per_call(host: SandboxHost, calls: int) -> tuple[float, float]:
    """Wall-clock and CPU milliseconds of a call in a process that is warm."""
    with host.open() as student:
        host.begin(CHECK)
        student.perceptron.step(1.0)
        before = host.seconds()
        wall = milliseconds(lambda: [student.perceptron.step(1.0) for _ in range(calls)])
        return wall / calls, 1000 * (host.seconds() - before) / calls


if __name__ == "__main__":
    main()
