"""A worker: a trusted process that collects an assignment's checks once, and grades submission after submission."""

import os
import signal
import sys
from multiprocessing.connection import Connection
from typing import NoReturn

from autograder.errors import SandboxError
from autograder.grading.collection import Collection, with_checks
from autograder.grading.job import Job
from autograder.grading.judge import fault, safely, start_template
from autograder.grading.templates import a_template_has_failed
from autograder.ledger.units import encoded
from autograder.sandbox.identity import die_with, forbid_inspection


def main() -> None:
    """Be a worker on the descriptor, and of the process, named on the command line."""
    serve(Connection(int(sys.argv[1])), int(sys.argv[2]))


def serve(connection: Connection, parent: int) -> None:
    """Grade what comes until nothing more does; end with `parent`, however that ends.

    It ends, too, when a template has failed under a submission: whoever sent that sees the connection close.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    forbid_inspection()
    _die_with(parent)
    try:
        _serve_all(connection, connection.recv())
    except (EOFError, ConnectionError, KeyboardInterrupt):
        return  # nobody wants anything more


def _serve_all(connection: Connection, first: Job) -> None:
    """Grade submissions to one assignment, beginning with this one, with checks collected once."""
    collected = False

    def serve_each(checks: Collection) -> NoReturn:
        nonlocal collected
        collected = True
        job = first
        while True:
            graded = safely(checks, job)
            if a_template_has_failed():
                raise SystemExit(1)
            connection.send_bytes(encoded(graded))
            job = connection.recv()

    try:
        start_template(first)
        with_checks(first.assignment, serve_each)
    except Exception as error:
        if collected:
            raise
        connection.send_bytes(encoded(fault(first, str(error))))


def _die_with(parent: int) -> None:
    if sys.platform != "linux":
        return
    try:
        die_with(parent)
    except SandboxError:
        os._exit(1)  # it has ended already, and nobody is there to be told
