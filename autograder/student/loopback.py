"""Checks on a laptop: the student's code in this very process, behind the same encoding.

A debugger works, and tracebacks lead into the student's own lines. There is no sandbox, and no limit of memory. A
watchdog ends code that goes on for ever.
"""

import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from autograder.channel.client import Client
from autograder.channel.failures import StudentDied
from autograder.channel.frames import Message
from autograder.checks.answers import Student
from autograder.checks.spec import CheckSpec
from autograder.course.layout import Assignment
from autograder.course.seeds import derive
from autograder.outcomes import Outcome
from autograder.sandbox.libraries import allowed_libraries
from autograder.student import jupyter, state
from autograder.student.backends import keep_agg
from autograder.student.modules import SubmissionFinder
from autograder.student.raised import own_frames
from autograder.student.server import Server
from autograder.student.statements import TimeUp
from autograder.student.watchdog import Watchdog

SEED = 0
"""The seed of every run that is not a grading, so that a failure can be looked at again."""


class LoopbackTransport:
    """Hands batches to a server in the same process. A check that takes too long tells what `compared` says."""

    memory_files = False

    def __init__(
        self, folder: Path, work: Path, watchdog: Watchdog, import_seconds: float, compared: Callable[[], str]
    ) -> None:
        self._folder = folder
        self._work = work
        self._watchdog = watchdog
        self._import_seconds = import_seconds
        self._compared = compared
        self._errors = np.geterr()
        self._answer: Callable[[Message], Message] | None = None
        self._server = Server(folder, self._call_back, (KeyboardInterrupt, pytest.exit.Exception, TimeUp))

    def exchange(
        self, batch: Sequence[Message], answer: Callable[[Message], Message], *, importing: bool = False
    ) -> Message:
        """Carry out a batch here and now."""
        __tracebackhide__ = True
        self._answer = answer
        before = Path.cwd()
        with warnings.catch_warnings(), np.errstate(**self._errors):
            warnings.simplefilter("default")  # a course's pytest settings judge no student's warnings
            os.chdir(self._work)
            before_it = self._watchdog.start(self._import_seconds if importing else None)
            try:
                return self._server.handle(batch)
            except TimeUp as error:
                limit, stopped = self._watchdog.limit, error
            finally:
                while True:
                    try:
                        self._watchdog.stop(before_it, own_time=importing)
                        break
                    except TimeUp:
                        continue  # it came just before it would have been too late
                self._errors = np.geterr()
                os.chdir(before)
            raise _stopped(limit, "" if importing else self._compared(), own_frames(stopped, self._folder))

    def original_error(self) -> BaseException | None:
        """The exception behind the latest reply."""
        return self._server.last_error

    def _call_back(self, callback: Message) -> Message:
        assert self._answer is not None
        before = self._watchdog.pause()
        try:
            return self._answer(callback)
        finally:
            self._watchdog.resume(before)


def _stopped(limit: float, compared: str, frames: Sequence[tuple[str, int, str, str]]) -> StudentDied:
    """Return what a check ends with whose code took too long, and in which line it was."""
    sentence = f"Stopped: your code took more than {limit:g} s, twice what the grader gives it. {compared}".rstrip()
    where = [f"It was here:\n  {file}, line {line}, in {name}\n    {text}" for file, line, name, text in frames[-1:]]
    return StudentDied(Outcome.TIMED_OUT, sentence, "".join(where))


class LoopbackHost:
    """Runs the submission that stands in an assignment's own folder."""

    def __init__(self, assignment: Assignment, seed: int = SEED) -> None:
        self.seed = seed
        self._folder = assignment.folder
        self._manifest = assignment.manifest
        self._watchdog = Watchdog()
        self._compared = ""
        self.notes: tuple[str, ...] = ()

    @contextmanager
    def open(self, substitute: bool = False, imports: Sequence[str] = ()) -> Iterator[Student]:
        """The student's modules, imported afresh, with global state reset. There is no substitute here.

        `imports` are libraries that they may import beside the manifest's.
        """
        manifest = self._manifest
        allowed = tuple(dict.fromkeys((*manifest.imports, *imports)))
        top_levels = allowed_libraries(allowed).top_levels
        finder = SubmissionFinder(self._folder, manifest.modules, top_levels, shown=allowed)
        with self._watchdog, ExitStack() as stack:

            def start() -> Client:
                stack.close()
                work = stack.enter_context(self._copies())
                stack.enter_context(finder)
                stack.callback(jupyter.provide())
                if "matplotlib" in allowed:
                    stack.callback(keep_agg())
                state.reset(derive(self.seed, "state"))
                seconds = manifest.limits.import_cpu_seconds
                client = Client(LoopbackTransport(self._folder, work, self._watchdog, seconds, lambda: self._compared))
                stack.callback(client.close)
                stack.callback(self._remember, client)
                return client

            yield Student(start, manifest.modules)

    def _remember(self, client: Client) -> None:
        self.notes = client.notes or self.notes

    @contextmanager
    def _copies(self) -> Iterator[Path]:
        """A new working folder with copies of what is handed in: code may write there, as when it is graded."""
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for path in map(self._folder.joinpath, (*self._manifest.files, *self._manifest.made)):
                if path.is_file():
                    shutil.copy(path, folder)
            yield Path(folder)

    def begin(self, check: CheckSpec) -> None:
        """Start the clock of the watchdog."""
        self._compared = check.compared
        self._watchdog.begin(check.cpu_seconds)

    def finish(self) -> None:
        """Nothing can arrive unasked in one process."""

    def printed(self) -> str:
        """Nothing: pytest itself shows what was printed."""
        return ""

    def picture(self) -> None:
        """Nothing: no page shows it."""

    def seconds(self) -> float:
        """Not measured here."""
        return 0.0
