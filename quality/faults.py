"""Kill, fill and close what a grading needs, at random moments: all files must be whole, and nothing left behind.

    python -m quality.faults [--rounds 10] [--only NAME] [--seed N]

Each round grades a small class with the real command and does one thing to it: `kill -9` of a student process, of a
template, of a worker, of the grader itself; a full disk, or one that can only be read, for results; a full disk for
temporary files. Afterwards every result must be whole, every submission that was not hit must have full marks, no
process and no scratch folder may be left (after a kill of the grader: when the next one starts), and the exit status
and the message must be the right ones. Prints its counts; exits with 1 after a failure.
"""

import argparse
import contextlib
import csv
import errno
import os
import random
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil
from rich.console import Console
from rich.table import Table

from autograder.ledger.store import FILE as LEDGER
from autograder.reports.csvfile import HEAD, TAIL
from autograder.sandbox.cleanup import remove_tree
from autograder.sandbox.kernel import prctl
from autograder.sandbox.own_folders import PREFIX
from quality.golden.records import Record
from tests.autograder.course import TrialCourse, make_trial_course

ROOT = Path(__file__).parents[1]
NAMES = ("ada", "bob", "cleo", "dana")
RIGHT = """
    import time

    def value(w, b, x):
        time.sleep(0.15)
        return w * x + b

    def slope(w, b):
        return w
"""
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: orphans below this process become its children
PATIENCE = 20.0
WIDTH = len(HEAD) + 2 + len(TAIL)
"""Cells in each row of `grades.csv`; the assignment has two tasks."""
END_SECONDS = 120.0
DISK = "1m"
FULL = (os.strerror(errno.ENOSPC), "disk is full")
CLOSED = (os.strerror(errno.EROFS), "readonly database", "disk I/O error")
"""Texts about such a disk, by Python and by SQLite."""


class Failure(Exception):
    """Something that must hold did not; the message says what."""


@dataclass(frozen=True)
class Place:
    """The place of a round: a course, a folder for results, a folder for temporary files."""

    course: TrialCourse
    output: Path
    temporary: Path

    def start(self) -> "subprocess.Popen[str]":
        """Grade the class."""
        command = ["grade", "line", "class", "--jobs", "2", "--output", str(self.output)]
        return subprocess.Popen(
            [sys.executable, "-m", "autograder", *command],
            cwd=self.course.root,
            env={
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": str(ROOT),
                "PYTHONFAULTHANDLER": "1",
                "TMPDIR": str(self.temporary),
                "COLUMNS": "200",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@dataclass(frozen=True)
class Process:
    """A process below the grader."""

    pid: int
    parent: int
    command: str


@dataclass(frozen=True)
class Ended:
    """The end of a grading."""

    status: int
    errors: str
    results: dict[str, Record]


Fault = Callable[[Place, "subprocess.Popen[str]"], None]


def below(root: int) -> list[Process]:
    """Every process that descends from this one."""
    found = []
    for process in psutil.Process(root).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(Process(process.pid, process.ppid(), " ".join(process.cmdline())))
    return found


def students(processes: list[Process]) -> list[Process]:
    """Student processes: forks of a template."""
    warm = {process.pid for process in templates(processes)}
    return [process for process in processes if process.parent in warm]


def templates(processes: list[Process]) -> list[Process]:
    """Templates, which are not forks of one."""
    like = {process.pid: process for process in processes if "student.template" in process.command}
    return [process for process in like.values() if process.parent not in like]


def workers(processes: list[Process]) -> list[Process]:
    """Processes of the grader that grade."""
    return [process for process in processes if "grading.worker" in process.command]


def kill_one(choose: Callable[[list[Process]], list[Process]]) -> Fault:
    """Kill one of these as soon as there is one."""

    def fault(place: Place, grader: "subprocess.Popen[str]") -> None:
        while grader.poll() is None:
            victims = choose(below(grader.pid))
            if victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(random.choice(victims).pid, signal.SIGKILL)
                return
            time.sleep(0.002)

    return fault


def kill_grader(place: Place, grader: "subprocess.Popen[str]") -> None:
    """Kill the process that the instructor started."""
    grader.kill()


def fill(folder: Callable[[Place], Path]) -> Fault:
    """Fill a disk to its last byte."""

    def fault(place: Place, grader: "subprocess.Popen[str]") -> None:
        with contextlib.suppress(OSError), open(folder(place) / "filler", "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    return fault


def close_output(place: Place, grader: "subprocess.Popen[str]") -> None:
    """Let the folder of the results be read only, by a mount over it: its own disk is busy with the open ledger."""
    output = str(place.output)
    for options in (["--bind", output], ["-o", "remount,bind,ro"]):
        subprocess.run(["mount", *options, output], capture_output=True, check=True)


def wait(place: Place, grader: "subprocess.Popen[str]", start: float) -> None:
    """Until a random moment: while the grader starts, which takes so many seconds, or when some results are there.

    Counting results, not seconds, finds the moments on a machine of any speed.
    """
    wanted = random.randrange(len(NAMES))
    while wanted and grader.poll() is None and len(list(place.output.glob("results/*.json"))) < wanted:
        time.sleep(0.002)
    with contextlib.suppress(subprocess.TimeoutExpired):
        grader.wait(random.uniform(0.0, 0.2 if wanted else start))


def play(place: Place, fault: Fault | None = None, start: float = 0.0) -> Ended:
    """Grade the class, do something to it at a random moment, wait for the end."""
    with place.start() as grader:
        if fault is not None:
            wait(place, grader, start)
            fault(place, grader)
        try:
            _, errors = grader.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            grader.send_signal(signal.SIGABRT)  # Python's fault handler says where every thread is
            raise Failure(f"the grader did not end:\n{grader.communicate()[1]}") from None
    no_process_left()
    require("Traceback" not in errors, f"a traceback instead of a sentence:\n{errors}")
    return Ended(grader.returncode, errors, whole(place.output, grader.returncode == -signal.SIGKILL))


def no_process_left() -> None:
    """Wait for whatever the grading has orphaned, which this process inherits."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            require(time.monotonic() < deadline, f"processes are left: {below(os.getpid())}")
            time.sleep(0.01)


def whole(output: Path, killed: bool) -> dict[str, Record]:
    """Return the results in a folder. Raises `Failure` for a file that is not whole, or that no grading wrote."""
    results = {}
    sound_ledger(output)
    for path in sorted(path for path in output.rglob("*") if path.is_file() and path.name != "filler"):
        if path.name.startswith(LEDGER):
            continue
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "results" and path.suffix == ".json":
            results[path.stem] = msgspec.json.decode(text, type=Record)
        elif path.name == "grades.csv":
            rows = list(csv.reader(text.splitlines()))
            require(text.endswith("\n") and {len(row) for row in rows} == {WIDTH}, f"grades.csv is not whole: {text}")
        elif path.suffix == ".html":
            require(text.rstrip().endswith("</html>"), f"{path.name} is not whole")
        else:
            require(killed and re.fullmatch(r"\.[0-9a-f]{16}\.tmp", path.name) is not None, f"{path} is left behind")
    return results


def sound_ledger(output: Path) -> None:
    """See that the ledger is whole, in a copy, since the disk may be full or closed."""
    with tempfile.TemporaryDirectory() as folder:
        for path in output.glob(f"{LEDGER}*"):
            shutil.copy(path, folder)
        if Path(folder, LEDGER).exists():
            with contextlib.closing(sqlite3.connect(Path(folder, LEDGER))) as connection:
                said = connection.execute("PRAGMA integrity_check").fetchall()
            require(said == [("ok",)], f"the ledger is damaged: {said}")


def require(condition: bool, sentence: str) -> None:
    """Raise `Failure` where it does not hold."""
    if not condition:
        raise Failure(sentence)


def full_marks(ended: Ended, *, but: int) -> None:
    """Everybody has a record, and full marks but for at most so many."""
    require(sorted(ended.results) == sorted(NAMES), f"records are missing: only {sorted(ended.results)}")
    hit = [result for result in ended.results.values() if result.score != 4]
    require(len(hit) <= but, f"more than {but} were hit: {hit}")
    for result in hit:
        if result.score is None:
            require(result.status == "needs review", f"no score, and {result.status}")
            require(
                "not your fault" in result.message or any("not your fault" in c.message for c in result.checks),
                str(result),
            )
        else:
            said = {check.message for check in result.checks if check.outcome == "crashed"}
            require(any("SIGKILL" in message for message in said), f"the cause is not named: {result}")
    unclear = any(result.score is None for result in hit)
    require(ended.status == (3 if unclear else 0), f"exit status {ended.status} for {hit}\n{ended.errors}")


def nothing_temporary(place: Place) -> None:
    """No scratch folder is left."""
    left = [path.name for path in place.temporary.iterdir() if path.name != "filler"]
    require(not left, f"left in the temporary folder: {left}")


def after_student_or_grader(place: Place, ended: Ended) -> None:
    """One submission may have been hit."""
    full_marks(ended, but=1)
    nothing_temporary(place)


def after_worker(place: Place, ended: Ended) -> None:
    """Demand that another worker graded what a dead one had not finished."""
    full_marks(ended, but=0)
    require(ended.status == 0, f"exit status {ended.status}\n{ended.errors}")
    nothing_temporary(place)


def after_grader(place: Place, ended: Ended) -> None:
    """The next grading finds a folder that it can use, and takes away what the killed one left."""
    require(ended.status in (-signal.SIGKILL, 0), f"exit status {ended.status}")
    again = play(place)
    require(again.status == 0, f"the next grading ended with {again.status}\n{again.errors}")
    full_marks(again, but=0)
    nothing_temporary(place)


def after_disk(reasons: tuple[str, ...]) -> Callable[[Place, Ended], None]:
    """It stops with 2 and says why and where; or everything had been written before."""

    def check(place: Place, ended: Ended) -> None:
        if ended.status == 0:
            full_marks(ended, but=0)
        else:
            require(ended.status == 2, f"exit status {ended.status}\n{ended.errors}")
            said = any(reason in ended.errors for reason in reasons)
            require(said and str(place.output) in ended.errors, f"not clear: {ended.errors}")
        require(all(result.score == 4 for result in ended.results.values()), f"points were lost: {ended.results}")
        nothing_temporary(place)

    return check


def after_full_temporary(place: Place, ended: Ended) -> None:
    """Nobody loses points for it: a submission has full marks or no score, and the reason is in its record."""
    if ended.status == 2:
        require(FULL[0] in ended.errors, f"not clear: {ended.errors}")
    else:
        full_marks(ended, but=len(NAMES))
        for result in ended.results.values():
            require(result.score in (4, None), f"points were lost: {result}")
            said = result.detail + "".join(check.detail for check in result.checks)
            require(result.score == 4 or FULL[0] in said, f"the cause is not named: {result}")
    nothing_temporary(place)


@dataclass(frozen=True)
class Kind:
    """One way to disturb a grading, which folder lies on a small disk for it, and what must hold afterwards."""

    name: str
    fault: Fault
    after: Callable[[Place, Ended], None]
    disk: str = ""


KINDS = (
    Kind("kill -9 of a student process", kill_one(students), after_student_or_grader),
    Kind("kill -9 of a template", kill_one(templates), after_student_or_grader),
    Kind("kill -9 of a worker", kill_one(workers), after_worker),
    Kind("kill -9 of the grader", kill_grader, after_grader),
    Kind("full disk for results", fill(lambda place: place.output), after_disk(FULL), "output"),
    Kind("results in a folder that can only be read", close_output, after_disk(CLOSED), "output"),
    Kind("full disk for temporary files", fill(lambda place: place.temporary), after_full_temporary, "temporary"),
)


@contextmanager
def a_place(disk: str) -> Iterator[Place]:
    """A fresh place, one of its folders on a small disk of its own. Raises `PermissionError` where none can be had."""
    root = Path(tempfile.mkdtemp(prefix="faults-"))
    root.chmod(0o755)  # a spare uid must reach its scratch folder
    place = Place(make_trial_course(root / "course"), root / "output", root / "temporary")
    (root / "course").chmod(0o700)
    for name in NAMES:
        place.course.write(f"class/{name}.py", RIGHT)
    place.output.mkdir()
    place.temporary.mkdir()
    mounted = root / disk if disk else None
    try:
        if mounted is not None:
            command = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", str(mounted)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise PermissionError(done.stderr.strip() or "mount failed")
        yield place
    finally:
        while mounted is not None and mounted.is_mount():
            subprocess.run(["umount", "-l", str(mounted)], check=True)
        remove_tree(str(root))


def main() -> None:
    """Run everything and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default="", help="only what happens with this in its name")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}; scratch folders begin with {PREFIX}", flush=True)
    random.seed(arguments.seed)
    prctl(SUBREAPER, 1)
    with a_place("") as place:
        started = time.monotonic()
        full_marks(play(place), but=0)
        undisturbed = time.monotonic() - started
    title = f"undisturbed: {undisturbed:.1f} s"
    table = Table("what happened", "rounds", "exit statuses", "submissions hit", title=title)
    failures = 0
    for kind in (kind for kind in KINDS if arguments.only in kind.name):
        statuses: Counter[int] = Counter()
        hit = 0
        try:
            for _ in range(arguments.rounds):
                with a_place(kind.disk) as place:
                    ended = play(place, kind.fault, undisturbed / 2)
                    statuses[ended.status] += 1
                    hit += sum(result.score != 4 for result in ended.results.values())
                    kind.after(place, ended)
        except PermissionError as error:
            table.add_row(kind.name, f"SKIPPED: needs root and a disk of its own ({error})")
        except Failure as failure:
            failures += 1
            print(f"FAILED: {kind.name}: {failure}"[:3000])
        else:
            said = ", ".join(f"{status} ({count}×)" for status, count in sorted(statuses.items()))
            table.add_row(kind.name, str(arguments.rounds), said, str(hit))
    Console().print(table)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
