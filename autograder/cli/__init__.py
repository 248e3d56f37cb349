"""The command `autograder`."""

from autograder.cli.teacher import NEEDS_A_PERSON, main

__all__ = ["NEEDS_A_PERSON", "main"]
