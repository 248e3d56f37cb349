"""Parts that all commands share."""

from collections.abc import Sequence
from pathlib import Path

from autograder.cli.ending import say
from autograder.course.layout import Assignment, Course, find_course
from autograder.data import mnist
from autograder.visible import visible_line

GRADES = "grades"


def did_you_mean(names: Sequence[str]) -> str:
    """Return a question about names that are like one that is not known; nothing without any."""
    return f" Is it {' or '.join(map(visible_line, dict.fromkeys(names)))}?" if names else ""


def course_here() -> Course:
    """Find the course around the working folder. Raises `CourseError`."""
    return find_course(Path.cwd())


def grades_of(assignment: Assignment) -> Path:
    """The folder of an assignment's grades where none is named."""
    return assignment.root / GRADES / assignment.name


def mind_the_data(assignment: Assignment) -> None:
    """Read the images once before anything is graded, and say on stderr what must be known of them."""
    if assignment.manifest.data is not None and mnist.load().notice:
        say(f"Notice: {mnist.load().notice}", err=True)
