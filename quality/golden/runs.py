"""Grade a class with one version, by its own command."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from quality.golden.errors import GoldenError
from quality.golden.records import Record, read_records
from quality.golden.sides import BASE, Side, environment

SEED = 1
NO_DATA = "none"
NEEDS_REVIEW = "needs review"
GRADED = (0, 3)
"""The exit statuses of `autograder grade` after which every submission has its record."""

RUN = "run.json"
POLL_SECONDS = 0.5


class Run(msgspec.Struct, frozen=True):
    """The facts of a run that are kept beside its records: its inputs, and the time that it took.

    `cpu_seconds` and `wall_seconds` are `None` until all is graded, and stay so where it was interrupted.
    """

    code: str
    images: str
    finished: bool = False
    cpu_seconds: float | None = None
    wall_seconds: float | None = None


@dataclass(frozen=True)
class Graded:
    """The records of a class, by submission, and the run that made them."""

    records: dict[str, Record]
    run: Run

    @property
    def student_seconds(self) -> float:
        """CPU seconds of all student processes, as the records have them."""
        return sum(check.seconds for record in self.records.values() for check in record.checks)

    @property
    def data(self) -> set[str]:
        """The names of the images that were used."""
        return {record.data for record in self.records.values()}


@dataclass(frozen=True)
class Grading:
    """A class to grade with one version: the assignment, its submissions, and the folder for what comes out."""

    side: Side
    assignment: str
    submissions: Path
    output: Path

    @property
    def size(self) -> int:
        """The number of submissions."""
        return sum(1 for _ in self.submissions.iterdir())

    def kept(self, images: str) -> Graded | None:
        """Return what an earlier run of the same code left, finished or not; `None` where there is no such run.

        Raises `GoldenError` where that run had other images.
        """
        try:
            run = msgspec.json.decode((self.output / RUN).read_bytes(), type=Run)
        except FileNotFoundError:
            return None
        if run.code != self.side.code:
            return None
        graded = Graded(read_records(self._results), run)
        if run.images != images and graded.data - {NO_DATA}:
            raise GoldenError(
                f"{self.output} was graded on other images ({', '.join(sorted(graded.data))}): set MNIST_DIR as it "
                "was then, or remove that folder to grade again."
            )
        return graded

    def grade(self, images: str, on_progress: Callable[[int], None], *, resume: bool) -> Graded:
        """Grade the class afresh, or what an interrupted run has left of it. Raises `GoldenError` where that fails."""
        if not resume:
            shutil.rmtree(self.output, ignore_errors=True)
        self.output.mkdir(parents=True, exist_ok=True)
        self._keep(Run(self.side.code, images))
        start = time.monotonic()
        cpu = self._run(on_progress)
        wall = time.monotonic() - start
        took = (None, None) if resume else (round(cpu, 2), round(wall, 2))
        run = Run(self.side.code, images, True, *took)
        graded = Graded(read_records(self._results), run)
        if len(graded.records) != self.size:
            raise GoldenError(f"{self._results} has {len(graded.records)} records for {self.size} submissions.")
        faults = [name for name, record in graded.records.items() if record.status == NEEDS_REVIEW]
        if faults and self.side.name == BASE:
            raise GoldenError(
                f"{self.output}: {', '.join(faults)} could not be judged by a fault of the grader's: see log.txt and "
                "results/ there. Run this again; it grades them again."
            )
        self._keep(run)
        return graded

    @property
    def _results(self) -> Path:
        return self.output / "results"

    def _done(self) -> int:
        return sum(1 for _ in self._results.glob("*.json"))

    def _keep(self, run: Run) -> None:
        partial = self.output / f"{RUN}.partial"
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(run)))
        partial.replace(self.output / RUN)

    def _run(self, on_progress: Callable[[int], None]) -> float:
        """Run the command; returns its CPU seconds, with those of all processes that it waited for."""
        command = [str(self.side.python), "-m", "autograder", "grade", self.assignment, str(self.submissions)]
        options = ["--seed", str(SEED), "--output", str(self.output)]
        log = self.output / "log.txt"
        before = os.times()
        with log.open("wb") as stream, temporary_folder() as temporary:
            process = subprocess.Popen(
                [*command, *options],
                cwd=self.side.root,
                env={**environment(), "TMPDIR": temporary},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
            try:
                while process.poll() is None:
                    on_progress(self._done())
                    time.sleep(POLL_SECONDS)
            finally:
                process.terminate()
                process.wait()
        on_progress(self._done())
        if process.returncode not in GRADED:
            words = log.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
            raise GoldenError(f"{self.assignment} could not be graded ({self.side.name}): {words}")
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system


@contextlib.contextmanager
def temporary_folder() -> Iterator[str]:
    """Make a folder that serves as `/tmp`, so that graders beside this one do not see each other's scratch folders."""
    with tempfile.TemporaryDirectory(prefix="golden-") as folder:
        os.chmod(folder, 0o1777)
        yield folder
