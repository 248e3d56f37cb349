"""Hosts that run the checks on the reference in this process."""

import math
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.channel.client import Client, Transport
from autograder.checks.answers import Student
from autograder.checks.spec import CheckSpec
from autograder.course.layout import Assignment
from autograder.course.seeds import derive
from autograder.student import jupyter, state
from autograder.student.backends import keep_agg
from autograder.student.loopback import SEED, LoopbackTransport
from autograder.student.modules import SubmissionFinder
from autograder.student.watchdog import Watchdog


class ReferenceHost:
    """Runs checks on the reference. Whoever listens, or interferes, overrides `client`.

    With `kept`, its folders and processes stay until that is closed, for later calls.
    """

    def __init__(self, assignment: Assignment, kept: ExitStack | None = None) -> None:
        self.seed = SEED
        self.notes: tuple[str, ...] = ()
        self._assignment = assignment
        self._kept = kept

    def client(self, transport: Transport) -> Client:
        """Return the grader's end of a new process."""
        return Client(transport)

    @contextmanager
    def open(self, substitute: bool = False, imports: Sequence[str] = ()) -> Iterator[Student]:
        """The reference in a folder of its own; it may import whatever is installed."""
        manifest = self._assignment.manifest
        with ExitStack() as own:
            kept = self._kept or own
            folder, work = (Path(kept.enter_context(TemporaryDirectory())) for _ in range(2))
            for name in manifest.files:
                if self._assignment.reference(name).exists():
                    shutil.copy(self._assignment.reference(name), folder)
                    shutil.copy(self._assignment.reference(name), work)
            own.callback(jupyter.provide())
            own.callback(keep_agg())

            def start() -> Client:
                state.reset(derive(self.seed, "state"))
                client = self.client(LoopbackTransport(folder, work, Watchdog(), math.inf, str))
                kept.callback(client.close)
                return client

            own.enter_context(SubmissionFinder(folder, manifest.modules))
            yield Student(start, manifest.modules)

    def begin(self, check: CheckSpec) -> None:
        """Nothing to start."""

    def finish(self) -> None:
        """Nothing can arrive unasked in one process."""

    def printed(self) -> str:
        """Nothing is captured."""
        return ""

    def picture(self) -> None:
        """Nothing: no page shows it."""

    def seconds(self) -> float:
        """Not measured."""
        return 0.0
