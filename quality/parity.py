"""The same score everywhere: each submission of the sample classes natively, by Gradescope's package, Otter, nbgrader.

    python -m quality.parity [--write] [ASSIGNMENT…]

Prints a Markdown table for each assignment; with `--write` it also puts them into `docs/measured/parity.md`.
Exits with 1 if a submission whose own cells end normally has other points for a task somewhere.
"""

import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.progress import track

from autograder.course.bank import CLASS_FILE, read_toml
from autograder.course.layout import Assignment
from autograder.course.marks import marks_of
from autograder.course.samples import SampleClass, SampleStudent, write_class
from autograder.course.seeds import course_secret, submission_seed
from autograder.grading.isolation import isolation
from autograder.grading.job import Job
from autograder.grading.pool import grade_all
from autograder.grading.resources import usable_cores
from autograder.intake.submission import Source, find_submissions, read_submission
from autograder.ledger.digests import digest, files_digest
from autograder.ledger.records import Result
from autograder.outcomes import Outcome, Status
from autograder.platforms.build import build_packages
from autograder.proving.findings import Findings, findings
from autograder.reports.wording import points
from quality import platforms
from quality.page import write_sections
from quality.sweep import chosen, parser, timed
from quality.variants import COURSE

PAGE = COURSE.root / "docs" / "measured" / "parity.md"
HEAD = """# The same score everywhere

Each submission of the sample classes was graded by `autograder grade`, by the `run_autograder` of the Gradescope
package, by `otter run` and by `nbgrader autograde`, each with the package that `autograder release` makes. "equal" says
that every task has the same points as in `autograder grade`; otherwise the tasks that differ are named. Gradescope and
nbgrader get the files, Otter what `autograder submit` packs. `make parity` made this page, and fails where a submission
whose code ends normally is not equal everywhere. Below each table stand the others, with the points that each gives:
submissions that cannot be read, crash or do not end.

"Surroundings" are right solutions with something odd around them, each as a module and as a notebook. They must earn
the same in both forms and everywhere.
"""
FORMS_FILE = "forms.toml"
"""The class of surroundings, in the bank's folder."""
ELSEWHERE = ("Gradescope", "Otter", "nbgrader")
NOT_NORMAL = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.PROTOCOL_FAILURE)

Scores = Mapping[str, float | None]


@dataclass(frozen=True)
class Row:
    """A submission, its points by task natively, and elsewhere; or in words why it has no points."""

    student: SampleStudent
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
        """The platforms that differ, and in what."""
        return [f"{name}: {self.said(name)}" for name in self.elsewhere if self.said(name) != "equal"]

    def said(self, name: str) -> str:
        """Return what the table says of one platform."""
        found = self.elsewhere[name]
        if isinstance(found, str):
            return found
        if not self.normal:
            return points(sum(score or 0 for score in found.values()))
        different = [task for task, score in self.native.items() if found.get(task) != score]
        return f"**{', '.join(different)} differ**" if different else "equal"


def rows(
    assignment: Assignment, found: Findings, names: Sequence[str] | None = None, file: str = CLASS_FILE
) -> list[Row]:
    """Grade the class that `file` names, or its students of these names, in all four ways."""
    students = [
        student
        for student in read_toml(assignment.bank / file, SampleClass).students
        if names is None or student.name in names
    ]
    with tempfile.TemporaryDirectory(prefix="parity-") as temporary:
        folder = Path(temporary)
        build_packages([assignment], ["gradescope", "otter", "nbgrader"], folder / "dist")
        samples = write_class(assignment, folder / "class", file)
        sources = {source.id: source for source in find_submissions([samples], assignment.manifest.files)}
        native = {result.submission: result for result in _natively(assignment, [sources[s.name] for s in students])}
        files = {student.name: _files(assignment, sources[student.name]) for student in students}
        elsewhere = [
            _by_gradescope(assignment, files, folder, found),
            _by_otter(assignment, files, folder, found),
            _by_nbgrader(assignment, files, folder, found),
        ]
        return [
            Row(
                student,
                native[student.name],
                dict(zip(ELSEWHERE, (one[student.name] for one in elsewhere), strict=True)),
            )
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


def surroundings(table: Sequence[Row]) -> str:
    """The table of right work in odd surroundings: points natively, and on each platform, in each form."""
    lines = [
        f"| surroundings | form | natively | {' | '.join(ELSEWHERE)} |",
        "|---|---|---:|" + "---:|" * len(ELSEWHERE),
    ]
    for row in table:
        cells = " | ".join(map(_total, row.elsewhere.values()))
        lines.append(f"| {row.student.entry} | {row.student.form} | {points(row.result.score)} | {cells} |")
    return "\n".join(lines)


def different(table: Sequence[Row]) -> list[str]:
    """The entries that earn something else in one form, or on one platform, than in another."""
    found: dict[str, set[str]] = {}
    for row in table:
        earned = [points(row.result.score), *map(_total, row.elsewhere.values())]
        found.setdefault(row.student.entry, set()).update(earned)
    return [entry for entry, earned in found.items() if len(earned) > 1]


def _total(scores: Scores | str) -> str:
    """Return what a platform gives in all, or why it gives nothing."""
    return scores if isinstance(scores, str) else points(sum(score or 0 for score in scores.values()))


def main() -> None:
    """Print the table of each assignment."""
    options = parser(__doc__)
    options.add_argument("--write", action="store_true")
    arguments = options.parse_args()
    missing = platforms.not_installed()
    if missing:
        sys.exit(missing)
    wrong, sections = [], {}
    with timed("parity"):
        for assignment in chosen(arguments.assignments):
            found = findings("parity", assignment)
            table = rows(assignment, found)
            section = markdown(table)
            unequal = [f"{row.student.entry}: {row.unequal()}" for row in table if row.normal and row.unequal()]
            if (assignment.bank / FORMS_FILE).exists():
                odd = rows(assignment, found, file=FORMS_FILE)
                section += f"\n\n{surroundings(odd)}"
                unequal += [f"{entry}: not the same in every form" for entry in different(odd)]
            sections[assignment.name] = section
            print(f"## {assignment.name}\n\n{section}\n", flush=True)
            if unequal:
                found.forget()
            wrong += [f"{assignment.name}: {one}" for one in unequal]
        print(*wrong, sep="\n")
        if arguments.write:
            write_sections(PAGE, HEAD, sections)
    sys.exit(1 if wrong else 0)


def _files(assignment: Assignment, source: Source) -> dict[str, bytes]:
    """Return what a student would put into a folder: the files that are asked for, or else whatever there is."""
    files = dict(read_submission(source, assignment.manifest.files, marks_of(assignment)).files)
    if files:
        return files
    loose = [source.path] if source.path.is_file() else sorted(source.path.iterdir())
    return {path.name: path.read_bytes() for path in loose}


def _natively(assignment: Assignment, sources: Sequence[Source]) -> list[Result]:
    secret, spare_uid = course_secret(assignment.root), isolation(assignment).spare_uid
    seeds = {source.id: submission_seed(secret, assignment.name, source.seed_id) for source in sources}
    jobs = [Job(assignment=assignment, source=source, seed=seeds[source.id], spare_uid=spare_uid) for source in sources]
    graded = grade_all(jobs, usable_cores())
    return [one.result for one in track(graded, f"{assignment.name}: natively", total=len(jobs))]


def _by_gradescope(
    assignment: Assignment, files: Mapping[str, platforms.Files], folder: Path, found: Findings
) -> Mapping[str, Scores | str]:
    package = folder / "dist" / "gradescope" / f"{assignment.name}.zip"
    place = platforms.gradescope_place(package, folder / "autograder")

    def score(name: str) -> Scores | str:
        results = platforms.gradescope_run(place, files[name])
        return platforms.gradescope_scores(results, assignment) if "tests" in results else "no score, with a message"

    return _each(package, files, score, found, f"{assignment.name}: Gradescope")


def _by_otter(
    assignment: Assignment, files: Mapping[str, platforms.Files], folder: Path, found: Findings
) -> Mapping[str, Scores | str]:
    package = folder / "dist" / "otter" / f"{assignment.name}.zip"

    def score(name: str) -> Scores | str:
        handed_in = platforms.for_otter(assignment, files[name], folder / "otter" / name)
        try:
            results = platforms.otter_run(package, handed_in, folder / "otter" / name / "out")
        except platforms.ToolError as error:
            return f"refused: {str(error).strip().splitlines()[-1].rpartition('Error: ')[2]}"
        return platforms.otter_scores(results, assignment)

    return _each(package, files, score, found, f"{assignment.name}: Otter")


def _each(
    package: Path,
    files: Mapping[str, platforms.Files],
    score: Callable[[str], Scores | str],
    found: Findings,
    title: str,
) -> Mapping[str, Scores | str]:
    """Return what a package says of each submission, one after another."""
    keys = {name: digest(title, package.read_bytes(), files_digest(own)) for name, own in files.items()}
    return {name: found.once(key, partial(score, name)) for name, key in track(keys.items(), title)}


def _by_nbgrader(
    assignment: Assignment, files: Mapping[str, platforms.Files], folder: Path, found: Findings
) -> Mapping[str, Scores]:
    """Return what nbgrader says of the class, which it grades at once."""
    package = folder / "dist" / "nbgrader" / f"{assignment.name}.zip"

    def scores() -> Mapping[str, Scores]:
        course = platforms.nbgrader_course(package, assignment, files, folder / "nbgrader")
        platforms.tool("nbgrader", "autograde", assignment.name, folder=course)
        return platforms.nbgrader_scores(course, assignment)

    submissions = (part for name, own in files.items() for part in (name, files_digest(own)))
    return found.once(digest("nbgrader", package.read_bytes(), *submissions), scores)


if __name__ == "__main__":
    main()
