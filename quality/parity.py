"""The same score everywhere: each submission of the sample classes natively, by Gradescope's package, Otter, nbgrader.

    python -m quality.parity [--write] [ASSIGNMENT…]

Prints a Markdown table for each assignment; with `--write` and no names it also writes them to `docs/parity.md`.
Exits with 1 if a submission whose own cells end normally has other points for a task somewhere.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from autograder.bank import CLASS_FILE, read_toml
from autograder.course import Assignment
from autograder.grading.batch import grade_all
from autograder.grading.isolation import isolation
from autograder.grading.resources import usable_cores
from autograder.grading.work import Work
from autograder.intake.submission import Source, find_submissions, read_submission
from autograder.outcomes import Outcome, Status
from autograder.outlets.wording import points
from autograder.packages.build import build_packages
from autograder.records import Result
from autograder.samples import SampleClass, Student, write_class
from autograder.seeds import course_secret, submission_seed
from quality import outlets
from quality.variants import COURSE, gradable

PAGE = COURSE.root / "docs" / "parity.md"
HEAD = """# The same score everywhere

Each submission of the sample classes was graded by `autograder grade`, by the `run_autograder` of the Gradescope
package, by `otter run` and by `nbgrader autograde`, each with the package that `autograder release` makes. "equal" says
that every task has the same points as in `autograder grade`; otherwise the tasks that differ are named. Gradescope and
nbgrader get the files, Otter what `autograder submit` packs. `make parity` made this page, and fails where a submission
whose code ends normally is not equal everywhere. Below each table stand the others, with the points that each gives:
submissions that cannot be read, crash or do not end.
"""
ELSEWHERE = ("Gradescope", "Otter", "nbgrader")
NOT_NORMAL = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.PROTOCOL_FAILURE)

Scores = Mapping[str, float | None]


@dataclass(frozen=True)
class Row:
    """A submission, its points by task natively, and elsewhere; or in words why there are none."""

    student: Student
    result: Result
    elsewhere: Mapping[str, Scores | str]

    @property
    def normal(self) -> bool:
        """Whether the submission could be read, and ended normally."""
        outcomes = {check.outcome for check in self.result.checks}
        return self.result.status is Status.GRADED and not outcomes.intersection(NOT_NORMAL)

    @property
    def native(self) -> Scores:
        """Points by task."""
        return {task.id: task.score for task in self.result.tasks}

    def unequal(self) -> list[str]:
        """The outlets that differ, and in what."""
        return [f"{name}: {self.said(name)}" for name in self.elsewhere if self.said(name) != "equal"]

    def said(self, name: str) -> str:
        """What the table says of one outlet."""
        found = self.elsewhere[name]
        if isinstance(found, str):
            return found
        if not self.normal:
            return points(sum(score or 0 for score in found.values()))
        different = [task for task, score in self.native.items() if found.get(task) != score]
        return f"**{', '.join(different)} differ**" if different else "equal"


def rows(assignment: Assignment, names: Sequence[str] | None = None) -> list[Row]:
    """Grade the sample class of an assignment, or the students of these names, in all four ways."""
    students = [
        student
        for student in read_toml(assignment.bank / CLASS_FILE, SampleClass).students
        if names is None or student.name in names
    ]
    with tempfile.TemporaryDirectory(prefix="parity-") as temporary:
        folder = Path(temporary)
        build_packages([assignment], ["gradescope", "otter", "nbgrader"], folder / "dist")
        samples = write_class(assignment, folder / "class")
        sources = {source.id: source for source in find_submissions([samples], assignment.manifest.files)}
        native = {result.submission: result for result in _natively(assignment, [sources[s.name] for s in students])}
        files = {student.name: _files(assignment, sources[student.name]) for student in students}
        found = [
            _by_gradescope(assignment, files, folder),
            _by_otter(assignment, files, folder),
            _by_nbgrader(assignment, files, folder),
        ]
        return [
            Row(student, native[student.name], dict(zip(ELSEWHERE, (one[student.name] for one in found), strict=True)))
            for student in students
        ]


def markdown(table: Iterable[Row]) -> str:
    """The table for people, and the list of the others."""
    kept = list(table)
    lines = [f"| submission | form | points | {' | '.join(ELSEWHERE)} |", "|---|---|---:|" + "---|" * len(ELSEWHERE)]
    for normal in (True, False):
        if not normal:
            lines += ["", f"| does not end normally | form | status | points | {' | '.join(ELSEWHERE)} |"]
            lines.append("|---|---|---|---:|" + "---|" * len(ELSEWHERE))
        for row in kept:
            if row.normal is normal:
                said = " | ".join(map(row.said, ELSEWHERE))
                standing = "" if normal else f"{row.result.status.value} | "
                lines.append(
                    f"| {row.student.entry} | {row.student.form} | {standing}{points(row.result.score)} | {said} |"
                )
    return "\n".join(lines)


def main() -> None:
    """Print the table of each assignment."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("assignments", nargs="*")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    missing = outlets.not_installed()
    if missing:
        sys.exit(missing)
    chosen = [COURSE.assignment(name) for name in arguments.assignments] or gradable()
    wrong, sections = [], [HEAD]
    for assignment in chosen:
        table = rows(assignment)
        sections.append(f"## {assignment.name}\n\n{markdown(table)}\n")
        print(sections[-1], flush=True)
        wrong += [f"{assignment.name}: {row.student.entry}: {row.unequal()}" for row in table if _wrong(row)]
    print(*wrong, sep="\n")
    if arguments.write and not arguments.assignments:
        PAGE.write_text("\n".join(sections), encoding="utf-8")
    sys.exit(1 if wrong else 0)


def _wrong(row: Row) -> bool:
    return row.normal and bool(row.unequal())


def _files(assignment: Assignment, source: Source) -> dict[str, bytes]:
    """What a student would put into a folder: the files that are asked for, or else whatever there is."""
    files = dict(read_submission(source, assignment.manifest.files).files)
    if files:
        return files
    loose = [source.path] if source.path.is_file() else sorted(source.path.iterdir())
    return {path.name: path.read_bytes() for path in loose}


def _natively(assignment: Assignment, sources: Sequence[Source]) -> list[Result]:
    secret, spare_uid = course_secret(assignment.root), isolation(assignment).spare_uid
    works = [
        Work(assignment, source, submission_seed(secret, assignment.name, source.id), spare_uid) for source in sources
    ]
    graded = grade_all(works, usable_cores())
    return [one.result for one in track(graded, f"{assignment.name}: natively", total=len(works))]


def _by_gradescope(assignment: Assignment, files: Mapping[str, outlets.Files], folder: Path) -> dict[str, Scores | str]:
    package = folder / "dist" / "gradescope" / f"{assignment.name}.zip"
    place = outlets.gradescope_place(package, folder / "autograder")
    found: dict[str, Scores | str] = {}
    for name, own in track(files.items(), f"{assignment.name}: Gradescope"):
        results = outlets.gradescope_run(place, own)
        scored = "tests" in results
        found[name] = outlets.gradescope_scores(results, assignment) if scored else "no score, with a message"
    return found


def _by_otter(assignment: Assignment, files: Mapping[str, outlets.Files], folder: Path) -> dict[str, Scores | str]:
    package = folder / "dist" / "otter" / f"{assignment.name}.zip"
    found: dict[str, Scores | str] = {}
    for name, own in track(files.items(), f"{assignment.name}: Otter"):
        handed_in = outlets.for_otter(assignment, own, folder / "otter" / name)
        try:
            results = outlets.otter_run(package, handed_in, folder / "otter" / name / "out")
            found[name] = outlets.otter_scores(results, assignment)
        except outlets.ToolError as error:
            found[name] = f"refused: {str(error).strip().splitlines()[-1].rpartition('Error: ')[2]}"
    return found


def _by_nbgrader(assignment: Assignment, files: Mapping[str, outlets.Files], folder: Path) -> dict[str, Scores | str]:
    package = folder / "dist" / "nbgrader" / f"{assignment.name}.zip"
    course = outlets.nbgrader_course(package, assignment, files, folder / "nbgrader")
    outlets.tool("nbgrader", "autograde", assignment.name, folder=course)
    return dict(outlets.nbgrader_scores(course, assignment))


if __name__ == "__main__":
    main()
