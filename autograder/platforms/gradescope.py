"""Gradescope: its package, the program that grades there, and the results as its `results.json`.

The package holds the engine, one assignment with its hidden checks, and what installs and starts them. It is for the
instructor only: it holds hidden checks and the course's secret. Gradescope's container runs
`python -m autograder.platforms.gradescope /autograder` for each submission.
"""

import io
import math
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any

import msgspec

from autograder.course.layout import Assignment, Course
from autograder.course.manifest import Manifest
from autograder.course.marks import marks_of
from autograder.course.seeds import course_secret, submission_seed
from autograder.files import write_atomically
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.judge import grade
from autograder.intake.places import place_of, read_file
from autograder.intake.problems import Unusable
from autograder.intake.submission import Source, read_submission
from autograder.ledger.records import CheckRecord, Result
from autograder.outcomes import Outcome, Status
from autograder.platforms.contents import course_files, needs_torch, unix_lines
from autograder.platforms.folder import receipt_seed
from autograder.platforms.wheel import engine_wheel
from autograder.reports.jsonfile import encode
from autograder.reports.wording import once
from autograder.sandbox.identity import forbid_inspection
from autograder.visible import visible, visible_line

PROGRAMS = ("setup.sh", "run_autograder")
COURSE = "course"
"""Folder of the course in the package."""

WALL_SECONDS = 540.0
"""Less than the ten minutes after which Gradescope ends a run and records 0 for everything."""

METADATA = "submission_metadata.json"
METADATA_LIMIT = 32 * 2**20
"""Bytes; the results of an earlier submission may be in it."""

LONGEST_OUTPUT = 20_000
"""Characters; Gradescope cuts at 100,000."""

TOLD = "The cause stands at the top."
CUT = "\n[…]"
UNITS = 10_000
"""The smallest parts of a point that a check can be worth."""


def gradescope_files(assignment: Assignment) -> dict[str, bytes]:
    """The files of the package, by their paths inside it. Raises `PackageError`, `StubError`, `OSError`."""
    name, wheel = engine_wheel(assignment.root)
    folder = assignment.root / "release" / "gradescope"
    files = {program: unix_lines((folder / program).read_bytes()) for program in PROGRAMS}
    files[f"wheels/{name}"] = wheel
    files["constraints.txt"] = (assignment.root / "constraints.txt").read_bytes()
    files["needs_torch"] = b"yes\n" if needs_torch(assignment) else b"no\n"
    return files | {f"{COURSE}/{name}": content for name, content in course_files(assignment).items()}


class Refusal(Exception):
    """Raised where nothing is graded, with the reason."""


class Metadata(msgspec.Struct, frozen=True):
    """The part of `METADATA` that is needed: the submission's number, which a regrade repeats."""

    id: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


def main() -> None:
    """Grade `FOLDER/submission` with the course in `FOLDER/source/course`; write `FOLDER/results/results.json`."""
    started = time.monotonic()
    forbid_inspection()
    folder = Path(sys.argv[1])
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
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
    course = Course(folder / "source" / COURSE)
    (assignment,) = course.assignments()
    how = isolation(assignment)
    if how.weakness:
        raise Refusal(how.weakness)
    number = submission_number(folder / METADATA)
    # The name under which `autograder grade` finds it in Gradescope's export, so that the inputs are the same.
    name = "submission" if number is None else f"submission_{number}"
    source = Source(name, (folder / "submission").resolve())
    submission = read_submission(source, assignment.manifest.files, marks_of(assignment))
    if number is None:
        print(f"{METADATA} does not tell the number of this submission: its inputs are drawn from its files.")
        seed = receipt_seed(assignment, submission)
    else:
        seed = submission_seed(course_secret(course.root), assignment.name, name)
    job = Job(
        assignment=assignment,
        source=source,
        seed=seed,
        spare_uid=how.spare_uid,
        wall_seconds=WALL_SECONDS - (time.monotonic() - started),
    )
    result = grade(job, submission).result
    for check in result.checks:
        print(
            f"{check.outcome.value}: {check.name} (task {check.task}, {check.seconds:.2f} s): {visible(check.detail)}"
        )
    if result.detail:
        print(visible(result.detail))
    return results_json(result, assignment.manifest)


def submission_number(path: Path) -> int | None:
    """Return the number of the submission, where Gradescope's metadata tells it."""
    try:
        content = read_file(place_of(path, own=True), path.name, METADATA_LIMIT)
        return msgspec.json.decode(content, type=Metadata, strict=False).id
    except (Unusable, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def results_json(result: Result, manifest: Manifest) -> bytes:
    """The document for a graded submission. Where there is no score, Gradescope asks the instructor to look.

    A check's output is its message, which is safe for the student; the instructor's detail stays out, since
    Gradescope shows the same text to both.
    """
    causes = once(result)
    document: dict[str, Any] = {
        "output": _cut(visible("\n\n".join([*filter(None, causes.values()), _remarks(result)]))),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "visibility": "visible",
        "extra_data": {"receipt": result.receipt, "versions": result.versions, "sandbox": list(result.sandbox)},
    }
    if result.score is None:
        return encode(document)
    document["score"] = result.score
    document["tests"] = [
        _test(check, worth, manifest, told=check.verdict in causes)
        for check, worth in zip(result.checks, _worths(result), strict=True)
    ]
    if manifest.gradescope.leaderboard:
        document["leaderboard"] = [
            {"name": "points", "value": result.score},
            {"name": "seconds", "value": round(math.fsum(check.seconds for check in result.checks), 2), "order": "asc"},
        ]
    return encode(document)


def failure_json(reason: str) -> bytes:
    """Return the document for a submission that could not be graded, through no fault of its author: no score."""
    return encode(
        {
            "output": _cut(
                "This submission could not be graded. That is not the student's fault. "
                f"Instructors: see the output of the autograder.\n{reason}"
            ),
            "output_format": "text",
            "stdout_visibility": "hidden",
        }
    )


def _worths(result: Result) -> list[float]:
    """Return what each check is worth, so that the points add up exactly to the task's.

    The checks of a task that passed share its score, and those that did not share the rest of its points.
    """
    parts: dict[tuple[str, bool], Iterator[float]] = {}
    for task in result.tasks:
        score = task.score or 0.0
        for passed, amount in ((True, score), (False, task.points - score)):
            weights = [one.weight for one in result.checks if one.task == task.id and _passed(one) is passed]
            parts[task.id, passed] = iter(_split(amount, weights))
    return [next(parts[check.task, _passed(check)]) for check in result.checks]


def _split(amount: float, weights: Sequence[float]) -> list[float]:
    """Split an amount in proportion to the weights, into rounded parts that add up to it."""
    whole = math.fsum(weights)
    ends = [round(amount * UNITS * sum_so_far / whole) for sum_so_far in accumulate(weights)]
    return [(end - start) / UNITS for start, end in zip([0, *ends], ends, strict=False)]


def _passed(check: CheckRecord) -> bool:
    return check.outcome is Outcome.PASSED


def _test(check: CheckRecord, worth: float, manifest: Manifest, *, told: bool) -> dict[str, Any]:
    """Return what Gradescope shows of a check; its cause stands at the top of all where it is `told` there."""
    passed = _passed(check)
    test: dict[str, Any] = {
        "name": f"{manifest.task(check.task).title}: {check.title}",
        "number": check.task,
        "score": worth if passed else 0.0,
        "max_score": worth,
        "status": "passed" if passed else "failed",
        "visibility": "visible" if check.visibility == "public" else manifest.gradescope.hidden,
    }
    if not passed:
        message = TOLD if told else check.message
        test["output"] = _cut(visible(f"({check.outcome.value}) {message}".strip()))
        test["output_format"] = "text"
    return test


def _remarks(result: Result) -> str:
    lines = [visible_line(text) for text in (result.message, *result.notes) if text]
    if result.score is None or result.status is not Status.GRADED or result.cause is not None:
        lines.append(f"Status: {result.standing}.")
    lines.append(f"Receipt: {result.receipt}")
    return "\n".join(lines)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_OUTPUT else text[: LONGEST_OUTPUT - len(CUT)] + CUT


if __name__ == "__main__":
    main()
