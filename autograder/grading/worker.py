"""A worker: a trusted process that collects the checks of an assignment once, and forks for every submission."""

import os
import signal
import sys
from multiprocessing.connection import Connection
from typing import NoReturn

from autograder.course.layout import Assignment
from autograder.errors import SandboxError
from autograder.grading.collection import Collection, with_checks
from autograder.grading.job import Work, attempt, encoded, fault, grade_one
from autograder.grading.judge import Grading, judge, known_result, warm_up
from autograder.grading.templates import a_template_has_ended, libraries_of, template_for
from autograder.ledger.units import Graded
from autograder.sandbox.identity import die_with, forbid_inspection
from autograder.student.forking import settle

DONE, DONE_WITH_SUBSTITUTE, SENT_A_FAULT, FAILED = range(40, 44)
"""How a fork ends: by numbers that nothing else ends with."""


def main() -> None:
    """Be a worker on the descriptor, and of the process, named on the command line."""
    serve(Connection(int(sys.argv[1])), int(sys.argv[2]))


def serve(connection: Connection, parent: int) -> None:
    """Grade what comes until nothing more does; end with `parent`, however that ends.

    It ends, too, when a fork has died over a submission: whoever sent that sees the connection close.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    forbid_inspection()
    _die_with(parent)
    try:
        while True:
            work: Work = connection.recv()
            if work.cold:
                connection.send_bytes(encoded(grade_one(work)))
            else:
                _serve_warm(connection, work)
    except (EOFError, ConnectionError, KeyboardInterrupt):
        return  # nobody wants anything more


def _serve_warm(connection: Connection, first: Work) -> None:
    """Grade submissions to one assignment, beginning with this one, with checks collected once."""
    ready = []

    def serve_all(checks: Collection) -> NoReturn:
        warm_up(checks, first.assignment)
        settle()
        ready.append(_Warm(checks, connection, first.assignment))
        ready[0].serve(first)

    try:
        with_checks(first.assignment, serve_all)
    except Exception as error:
        if ready:
            raise
        connection.send_bytes(encoded(fault(first, str(error))))


class _Warm:
    """What a worker has ready: checks, and templates of student processes."""

    def __init__(self, checks: Collection, connection: Connection, assignment: Assignment) -> None:
        self._checks, self._connection = checks, connection
        manifest, substitute = assignment.manifest, assignment.manifest.substitute
        self._libraries = {libraries_of(manifest.imports)}
        self._with_substitute = libraries_of((*manifest.imports, *(substitute.imports if substitute else ())))

    def serve(self, work: Work) -> NoReturn:
        """Grade what comes until nothing more does. Raises `EOFError` then."""
        while True:
            graded = attempt(work, self._known_or_forked)
            if graded is not None:
                self._connection.send_bytes(encoded(graded))
            work = self._connection.recv()

    def _known_or_forked(self, work: Work) -> Graded | None:
        """What is known already; otherwise `None`, and a fork has sent what it found."""
        submission, forked = work.read(), False
        try:
            with work.uid() as uid:
                grading = work.grading(submission, uid)
                known = known_result(self._checks, grading)
                if known is None:
                    for libraries in self._libraries:
                        template_for(libraries).start()
                    self._fork(work, grading)
                    forked = True
                return known
        except Exception as error:
            if forked:  # the result is sent; this worker is no good any more
                raise SystemExit(1) from error
            raise

    def _fork(self, work: Work, grading: Grading) -> None:
        """Have a fork grade and send. Raises `SystemExit` where it dies, or has sent a fault of ours."""
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
        code = FAILED
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _die_with(worker)
            graded = attempt(work, lambda _: judge(self._checks, grading))
            if not a_template_has_ended():
                self._connection.send_bytes(encoded(graded))
                code = self._ending(graded, grading)
        finally:
            os._exit(code)

    def _ending(self, graded: Graded, grading: Grading) -> int:
        if graded.inputs is None:
            return SENT_A_FAULT
        fresh = [unit for unit in graded.units if unit.key not in grading.known]
        return DONE_WITH_SUBSTITUTE if any(unit.substituted for unit in fresh) else DONE


def _die_with(parent: int) -> None:
    if sys.platform != "linux":
        return
    try:
        die_with(parent)
    except SandboxError:
        os._exit(FAILED)  # it has ended already, and nobody is there to be told
