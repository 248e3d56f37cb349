"""The end of a command that cannot go on."""

import sys
from typing import NoReturn

import click

from autograder.visible import visible

WRONG_USAGE = 2
NEEDS_A_PERSON = 3
INTERRUPTED = 130


def say(text: object, *, err: bool = False) -> None:
    """Print a text that may hold what a student has chosen, such as the name of a file."""
    click.echo(visible(str(text)), err=err)


def stop(sentence: str, status: int) -> NoReturn:
    """Say a sentence on stderr, and end with this status."""
    say(f"autograder: {sentence}", err=True)
    sys.exit(status)
