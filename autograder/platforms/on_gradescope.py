"""Grade one submission where Gradescope has put it: `python -m autograder.platforms.on_gradescope /autograder`."""

import sys
import time
import traceback
from pathlib import Path
from typing import Annotated

import msgspec

from autograder.course import Course
from autograder.files import write_atomically
from autograder.grading.isolation import isolation
from autograder.grading.run import grade
from autograder.intake.submission import Source, read_submission
from autograder.platforms.results_json import failure_json, results_json
from autograder.sandbox.identity import forbid_inspection
from autograder.seeds import course_secret, submission_seed

WALL_SECONDS = 540.0
"""Less than the ten minutes after which Gradescope ends a run and records 0 for everything."""


class Refusal(Exception):
    """Why nothing was graded."""


class Metadata(msgspec.Struct, frozen=True):
    """What is needed of `submission_metadata.json`: the submission's number, which a regrade repeats."""

    id: Annotated[int, msgspec.Meta(ge=0)]


def main() -> None:
    """Grade `FOLDER/submission` with the course in `FOLDER/source/course`; write `FOLDER/results/results.json`."""
    started = time.monotonic()
    forbid_inspection()
    folder = Path(sys.argv[1])
    try:
        document = _graded(folder, started)
    except Refusal as refusal:
        document = failure_json(str(refusal))
        print(refusal)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the instructor must be told, without a score
        traceback.print_exc(file=sys.stdout)
        document = failure_json(type(error).__name__)
    write_atomically(folder / "results" / "results.json", document)


def _graded(folder: Path, started: float) -> bytes:
    course = Course(folder / "source" / "course")
    (assignment,) = course.assignments()
    number = msgspec.json.decode((folder / "submission_metadata.json").read_bytes(), type=Metadata).id
    how = isolation(assignment)
    if how.weakness:
        raise Refusal(how.weakness)
    # The name under which `autograder grade` finds it in Gradescope's export, so that the inputs are the same.
    name = f"submission_{number}"
    submission = read_submission(Source(name, folder / "submission"), assignment.manifest.files)
    seed = submission_seed(course_secret(course.root), assignment.name, name)
    with how.uid() as uid:
        remaining = WALL_SECONDS - (time.monotonic() - started)
        result = grade(assignment, submission, seed=seed, uid=uid, wall_seconds=remaining)
    for check in result.checks:
        print(f"{check.outcome.value}: {check.name} (task {check.task}, {check.seconds:.2f} s): {check.detail}")
    if result.detail:
        print(result.detail)
    return results_json(result, assignment.manifest)


if __name__ == "__main__":
    main()
