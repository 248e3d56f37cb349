"""Checks on a laptop: the student's code in this very process, behind the same encoding.

A debugger works, and tracebacks lead into the student's own lines. There is no sandbox and there are no limits.
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
from autograder.channel.frames import Message
from autograder.checks.answers import Student
from autograder.course.layout import Assignment
from autograder.course.seeds import derive
from autograder.sandbox.libraries import allowed_libraries
from autograder.student import jupyter, state
from autograder.student.backends import keep_agg
from autograder.student.modules import SubmissionFinder
from autograder.student.server import Server

SEED = 0
"""The seed of every run that is not a grading, so that a failure can be looked at again."""


class LoopbackTransport:
    """Hands batches to a server in the same process."""

    memory_files = False

    def __init__(self, folder: Path, work: Path) -> None:
        self._work = work
        self._errors = np.geterr()
        self._answer: Callable[[Message], Message] | None = None
        self._server = Server(folder, self._call_back, (KeyboardInterrupt, pytest.exit.Exception))

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
            try:
                return self._server.handle(batch)
            finally:
                self._errors = np.geterr()
                os.chdir(before)

    def original_error(self) -> BaseException | None:
        """The exception behind the latest reply."""
        return self._server.last_error

    def _call_back(self, callback: Message) -> Message:
        assert self._answer is not None
        return self._answer(callback)


class LoopbackHost:
    """Runs the submission that stands in an assignment's own folder."""

    def __init__(self, assignment: Assignment, seed: int = SEED) -> None:
        self.seed = seed
        self._folder = assignment.folder
        self._manifest = assignment.manifest
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
        with ExitStack() as stack:

            def start() -> Client:
                stack.close()
                work = stack.enter_context(self._copies())
                stack.enter_context(finder)
                stack.callback(jupyter.provide())
                if "matplotlib" in allowed:
                    stack.callback(keep_agg())
                state.reset(derive(self.seed, "state"))
                client = Client(LoopbackTransport(self._folder, work))
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

    def begin(self, check: object) -> None:
        """Nothing to start: there are no limits here."""

    def finish(self) -> None:
        """Nothing can arrive unasked in one process."""

    def printed(self) -> str:
        """Nothing: pytest itself shows what was printed."""
        return ""

    def seconds(self) -> float:
        """Not measured here."""
        return 0.0
