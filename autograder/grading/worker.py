"""A worker: a trusted process that collects the checks of an assignment once, and forks for every submission."""

import gc
import os
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NoReturn

from autograder.course import Assignment
from autograder.grading.checks import Collection, with_checks
from autograder.grading.run import Grading, judge, known_result, warm_up
from autograder.grading.templates import a_template_has_ended, libraries_of, template_for
from autograder.grading.work import Work, attempt, encoded, fault, grade_one
from autograder.ledger.units import Graded
from autograder.sandbox.errors import SandboxError
from autograder.sandbox.identity import die_with, forbid_inspection

DONE, DONE_WITH_SUBSTITUTE, FAILED = range(3)
"""How a fork ends."""


def main() -> None:
    """Be a worker on the descriptor, and of the process, named on the command line."""
    serve(Connection(int(sys.argv[1])), int(sys.argv[2]))


def serve(connection: Connection, parent: int) -> None:
    """Grade what comes until nothing more does; end with `parent`, however that ends.

    It ends, too, when a fork has died over a submission: whoever sent that sees the connection close.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if sys.platform == "linux":
        forbid_inspection()
        _die_with(parent)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            work: Work = connection.recv()
            if work.cold:
                connection.send_bytes(encoded(grade_one(work)))
            else:
                _serve_warm(connection, work)


def _serve_warm(connection: Connection, first: Work) -> None:
    """Grade submissions to one assignment, beginning with this one, with checks collected once."""
    collected = []

    def serve_all(checks: Collection) -> NoReturn:
        collected.append(checks)
        warm_up(checks, first.assignment)
        gc.collect()
        gc.freeze()
        _Warm(checks, connection, first.assignment).serve(first)

    try:
        with_checks(first.assignment, serve_all)
    except Exception as error:
        if collected:
            raise  # a broken connection
        connection.send_bytes(encoded(fault(first, str(error))))


class _Warm:
    """What a worker has ready: checks, and templates of student processes."""

    def __init__(self, checks: Collection, connection: Connection, assignment: Assignment) -> None:
        self._checks, self._connection = checks, connection
        manifest = assignment.manifest
        self._libraries = {libraries_of(manifest.imports)}
        if manifest.substitute is not None:
            self._with_substitute = libraries_of((*manifest.imports, *manifest.substitute.imports))

    def serve(self, work: Work) -> NoReturn:
        """Grade what comes until nothing more does. Raises `EOFError` then."""
        while True:
            graded = attempt(work, self._known_or_forked)
            if graded is not None:
                self._connection.send_bytes(encoded(graded))
            work = self._connection.recv()

    def _known_or_forked(self, work: Work) -> Graded | None:
        """What is known already; otherwise `None`, and a fork has sent what it found."""
        submission = work.read()
        with work.uid() as uid:
            grading = work.grading(submission, uid)
            known = known_result(self._checks, grading)
            if known is None:
                for libraries in self._libraries:
                    template_for(libraries).start()
                self._fork(work, grading)
            return known

    def _fork(self, work: Work, grading: Grading) -> None:
        """Have a fork grade and send. Raises `SystemExit` where it dies."""
        worker = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_fork(worker, work, grading)
        try:
            _, status = os.waitpid(pid, 0)
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        code = os.waitstatus_to_exitcode(status)
        if code == DONE_WITH_SUBSTITUTE:
            self._libraries.add(self._with_substitute)
        elif code != DONE:
            raise SystemExit(1)

    def _become_fork(self, worker: int, work: Work, grading: Grading) -> NoReturn:
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _die_with(worker)
            graded = attempt(work, lambda _: judge(self._checks, grading))
            if a_template_has_ended():
                os._exit(FAILED)
            self._connection.send_bytes(encoded(graded))
            os._exit(DONE_WITH_SUBSTITUTE if any(unit.substituted for unit in graded.units) else DONE)
        finally:
            os._exit(FAILED)


def _die_with(parent: int) -> None:
    try:
        die_with(parent)
    except SandboxError:
        os._exit(1)  # it has ended already, and nobody is there to be told
