"""The command `autograder`: what a student, a teacher and an author call, and what stops it."""

import io
import signal
import sys
from typing import Any

import click

import autograder
from autograder.cli import author, student, teacher
from autograder.cli.shared import WRONG_USAGE, stop
from autograder.errors import GraderFault, UserError

INTERRUPTED = 130


class Commands(click.Group):
    """Commands that end with a sentence on stderr, not with a traceback, where something cannot be used."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command that was asked for."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return super().invoke(context)
        except (UserError, GraderFault, OSError) as error:
            stop(str(error), WRONG_USAGE)
        except KeyboardInterrupt:
            stop("Interrupted. What was done until now is kept.", INTERRUPTED)


@click.group(
    cls=Commands,
    commands=[
        *(student.list_, student.data, student.check, student.submit),
        *(teacher.grade, teacher.regrade, teacher.history, teacher.feedback),
        *(teacher.verify_grades, teacher.doctor, teacher.demo),
        *(author.build, author.release),
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(autograder.__version__, prog_name="autograder")
def main() -> None:
    """Grade deep-learning assignments; run a submission only in a sandbox of its own."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
