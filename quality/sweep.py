"""The frame of every sweep over the assignments: it takes names, and prints its minutes."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograder.course.layout import Assignment, CourseError
from quality.variants import COURSE, gradable, missing_library


def parser(about: str | None) -> argparse.ArgumentParser:
    """The arguments that all sweeps take; `about` is the docstring of the program."""
    made = argparse.ArgumentParser(description=(about or "").split("\n")[0])
    made.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="by default all that can be tested here")
    return made


def chosen(names: Sequence[str]) -> list[Assignment]:
    """The assignments of these names, or all that are tested here. Exits with a sentence for one that cannot be."""
    try:
        named = [COURSE.assignment(name) for name in names]
    except CourseError as error:
        sys.exit(str(error))
    for missing in filter(None, map(missing_library, named)):
        sys.exit(missing)
    return named or gradable()


@contextmanager
def timed(sweep: str) -> Iterator[None]:
    """Print in the end how many minutes it took."""
    started = time.monotonic()
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("Interrupted. The same command resumes where this one stopped.")
    finally:
        print(f"{sweep}: {(time.monotonic() - started) / 60:.1f} minutes")
