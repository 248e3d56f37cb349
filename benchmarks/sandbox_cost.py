"""The cost of the sandbox for a student process, layer by layer, beyond the bare fork.

    python benchmarks/sandbox_cost.py [--processes 60]

A process that is warm as a template is forks that many times, bare and with every layer in turn, and each child times
its layers; the grader's own part, before and after, is timed beside it. Prints the median of each step, in
milliseconds of the clock and of computing time, and as a multiple of the bare fork of the same run. Ends with 1 where
all of it together takes more than 5 ms beyond the bare fork, by computing time, which a busy machine does not change.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path

GOAL_MS = 5.0
FORK = "bare fork, until it is waited for"
STUDENT, GRADER = "in the student process", "in the grader"
Times = dict[str, list[tuple[float, float]]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--processes", type=int, default=60)
    parser.add_argument("--as-template", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.as_template:
        be_a_template()
    else:
        report(measure(arguments.processes))


def measure(processes: int) -> tuple[Times, Times, Times]:
    """Times of the bare fork, of the layers, and of the grader's part: wall-clock and CPU milliseconds."""
    from autograder.course.layout import Course
    from autograder.grading.host import SandboxHost
    from autograder.sandbox.cleanup import kill_user, remove_files_of, remove_tree
    from autograder.sandbox.offers import offers
    from autograder.sandbox.own_folders import own_folder
    from autograder.sandbox.ownership import hand_over
    from autograder.sandbox.plan import Plan
    from autograder.sandbox.spare_uids import spare_uid

    assignment = Course(Path(__file__).parents[1]).assignment("03_perceptron")
    files = {name: assignment.reference(name).read_bytes() for name in assignment.manifest.files}
    libraries = [name for name in assignment.manifest.imports if name not in sys.stdlib_module_names]
    command = [sys.executable, __file__, "--as-template"]
    fork: Times = defaultdict(list)
    layers: Times = defaultdict(list)
    grader: Times = defaultdict(list)
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as template,
        spare_uid() if offers().spare_uid else nullcontext() as uid,
    ):
        assert template.stdin is not None and template.stdout is not None
        host = SandboxHost(assignment.manifest, files, 1, uid)
        print(json.dumps(libraries), file=template.stdin, flush=True)
        for number in range(processes + 5):
            with own_folder() as folder:
                plan = host._plan(folder)

                def make(folder: Path = folder, plan: Plan = plan) -> None:
                    (folder / "work").mkdir()
                    for name, content in files.items():
                        (folder / "work" / name).write_bytes(content)
                    hand_over(plan)

                steps = {"scratch folder, made and handed over": make}
                after: dict[str, Callable[[], object]] = {
                    "scratch folder, removed": partial(remove_tree, str(folder)),
                }
                if uid is not None:
                    if not offers().seccomp:
                        after["processes of the spare uid, looked for"] = lambda: kill_user(uid)
                    if not offers().landlock:
                        after["files of the spare uid, looked for"] = lambda: remove_files_of(uid)
                mine = {name: timed(step) for name, step in steps.items()}
                print(json.dumps(asdict(plan)), file=template.stdin, flush=True)
                theirs = json.loads(template.stdout.readline())
                mine |= {name: timed(step) for name, step in after.items()}
                folder.mkdir(exist_ok=True)
            if number >= 5:  # the first ones warm up
                fork[FORK].append(theirs.pop(FORK))
                for name, pair in theirs.items():
                    layers[name].append(pair)
                for name, pair in mine.items():
                    grader[name].append(pair)
        template.stdin.close()
    return fork, layers, grader


def report(times: tuple[Times, Times, Times]) -> None:
    """Print the medians, and end with 1 beyond the goal."""
    from rich.console import Console
    from rich.table import Table

    fork, layers, grader = times
    wall_of_fork = median(fork[FORK])[0]
    table = Table("step", "wall ms", "CPU ms", "× bare fork")

    def row(step: str, wall: float, cpu: float, style: str = "") -> None:
        table.add_row(step, f"{wall:.3f}", f"{cpu:.3f}", f"{wall / wall_of_fork:.2f}", style=style)

    row(FORK, *median(fork[FORK]))
    total_wall = total_cpu = 0.0
    for where, part in ((STUDENT, layers), (GRADER, grader)):
        table.add_section()
        medians = {step: median(pairs) for step, pairs in part.items()}
        for step, pair in medians.items():
            row(step, *pair)
        wall, cpu = (sum(column) for column in zip(*medians.values(), strict=True))
        row(f"all of it {where}", wall, cpu, "bold")
        total_wall, total_cpu = total_wall + wall, total_cpu + cpu
    table.add_section()
    row("all layers, beyond the bare fork", total_wall, total_cpu, "bold")
    Console().print(table)
    kept = total_cpu <= GOAL_MS
    print(f"{total_cpu:.2f} ms of computing time: the goal of {GOAL_MS:g} ms is {'kept' if kept else 'missed'}.")
    sys.exit(0 if kept else 1)


def median(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the medians of the wall-clock times and of the CPU times."""
    wall, cpu = zip(*pairs, strict=True)
    return statistics.median(wall), statistics.median(cpu)


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Wall-clock and CPU milliseconds of an action."""
    wall, cpu = time.perf_counter(), time.thread_time()
    action()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - cpu)


def be_a_template() -> None:
    """Be warm, then for each plan that comes fork a bare child and one that enters the sandbox; answer with times."""
    from autograder.sandbox.enter import _layers, prepare
    from autograder.sandbox.interpreter import listable_paths, readable_paths
    from autograder.sandbox.libraries import allowed_libraries
    from autograder.sandbox.plan import Plan, Reach
    from autograder.student.forking import settle, use_large_pages
    from autograder.student.template import preload

    libraries = json.loads(sys.stdin.readline())
    preload(libraries)
    reach = Reach((*readable_paths(), *allowed_libraries(libraries).paths), listable_paths())
    ruleset = prepare(reach)
    settle()
    use_large_pages()
    for line in sys.stdin:
        plan = Plan(**json.loads(line))
        times = {FORK: timed(lambda: os.waitpid(os.fork() or os._exit(0), 0))}
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            kept = {0, 1, 2, write_end}
            found = {}
            layers = _layers(plan, ruleset, kept)
            while True:
                wall, cpu = time.perf_counter(), time.thread_time()
                name = next(layers, "a look at the scratch folder")
                found[name] = 1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - cpu)
                if name == "a look at the scratch folder":
                    break
            os.write(write_end, json.dumps(found).encode())
            os._exit(0)
        os.close(write_end)
        with open(read_end, encoding="utf-8") as file:
            times |= json.loads(file.read())
        os.waitpid(pid, 0)
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
