"""Ask the engine for the judgement of a folder: once for the same files, in a process that no kernel has touched."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

import autograder
from autograder.course.layout import Course
from autograder.course.marks import marks_of
from autograder.intake.submission import Source, read_submission
from autograder.kernels.judgement import ALL, PUBLIC, WALL_SECONDS, Judgement
from autograder.visible import visible

NO_SCORE = "AUTOGRADER: NO SCORE."
"""Begins every message about something that only a person can judge, so that it is found again in a class."""

ENGINE = str(Path(autograder.__file__).parent.parent)
PROGRAM = f"import sys; sys.path.insert(0, {ENGINE!r}); from autograder.platforms.folder import main; main()"
END_SECONDS = 30.0
SAID = 2_000


class NoScoreError(Exception):
    """Something could not be judged: the grader is at fault, or only a person can say."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{NO_SCORE} {why}")


@dataclass(frozen=True)
class Place:
    """The folder that is judged, and the course that judges it; `public_only` without hidden checks."""

    course: Path
    assignment: str
    folder: Path
    public_only: bool


_JUDGED: dict[tuple[Place, str], Judgement | NoScoreError] = {}


def judged(place: Place) -> Judgement:
    """The judgement of what now lies in the folder, a fault once found included. Raises `NoScoreError` for that."""
    assignment = Course(place.course).assignment(place.assignment)
    submission = read_submission(
        Source(place.assignment, place.folder), assignment.manifest.files, marks_of(assignment)
    )
    key = (place, submission.receipt or (submission.problem.detail if submission.problem else ""))
    if key not in _JUDGED:
        _JUDGED[key] = _ask(place)
    found = _JUDGED[key]
    if isinstance(found, NoScoreError):
        raise found
    return found


def _ask(place: Place) -> Judgement | NoScoreError:
    try:
        done = subprocess.run(
            [
                *(sys.executable, "-I", "-c", PROGRAM),
                *(str(place.course), place.assignment, str(place.folder), PUBLIC if place.public_only else ALL),
            ],
            capture_output=True,
            check=False,
            timeout=WALL_SECONDS + END_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return NoScoreError(f"The engine did not answer: {error}")
    if done.returncode:
        return NoScoreError(f"The engine failed:\n{visible(done.stderr.decode(errors='replace')[-SAID:])}")
    return msgspec.json.decode(done.stdout, type=Judgement)
