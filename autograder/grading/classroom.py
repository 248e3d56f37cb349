"""Grade a class: run what has to be run, write every record as soon as it is there, and the overviews at the end."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

from autograder.course.layout import Assignment
from autograder.course.seeds import course_secret, submission_seed
from autograder.errors import UserError
from autograder.files import remove_unfinished
from autograder.grading.collection import collect, with_checks
from autograder.grading.job import Job
from autograder.grading.judge import safely, start_template
from autograder.grading.on_dask import grade_all_on
from autograder.grading.pool import grade_all
from autograder.grading.reference import (
    REFERENCE,
    FailingReferenceError,
    despite_reference,
    failures_of_reference,
    has_reference,
    passed_before,
    reference_jobs,
    reference_key,
    remember,
)
from autograder.intake.submission import Source
from autograder.ledger.marking import Decision, Given, decide, marked, standing_marks
from autograder.ledger.records import Origin, Result, sharing_texts
from autograder.ledger.store import Change, Grade, Ledger, open_ledger
from autograder.ledger.units import Graded
from autograder.reports.csvfile import PLAIN, write_tables
from autograder.reports.feedbackfile import FOLDER as FEEDBACK
from autograder.reports.feedbackfile import feedback_files, write_feedback
from autograder.reports.html import page_file, write_report
from autograder.reports.jsonfile import result_file, write_results
from autograder.reports.summary import maxima
from autograder.sandbox.identity import forbid_inspection
from autograder.sandbox.own_folders import remove_leftovers


class OutputError(UserError):
    """Results cannot be written; the message names the file and the reason."""


class Watcher(Protocol):
    """A listener that is told how far grading is."""

    def preparing(self, what: str) -> None:
        """Something is done before any submission is graded."""

    def started(self, submission: str) -> None:
        """Grading of a submission begins."""

    def done(self, result: Result) -> None:
        """A submission has its result."""


@dataclass(frozen=True)
class Run:
    """A run's results and its changes to earlier grades, sorted by id, and the maxima of all grades in the folder."""

    results: list[Result]
    changes: list[Change]
    maxima: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings with which a class is graded.

    `seed` replaces the course's secret, and `same_seeds` takes that of each submission's last grade. `spare_uid` says
    whether each submission runs as a user of its own, `jobs` how many are graded at a time, `cold` whether every
    process starts from nothing. With `dask`, the address of a scheduler, its workers grade. `despite_reference` grades
    where the reference does not have full marks, and `excel` writes a table for Excel, too.
    """

    spare_uid: bool
    jobs: int
    seed: int | None = None
    same_seeds: bool = False
    cold: bool = False
    dask: str | None = None
    despite_reference: bool = False
    excel: bool = False


def grade_class(
    assignment: Assignment, sources: Sequence[Source], output: Path, settings: Settings, watcher: Watcher
) -> Run:
    """Grade every submission and write `grades.csv`, `results/` and `report.html` below `output`.

    Results that the ledger there holds are reused. The table and the report hold everybody who was ever graded into
    this folder; `feedback/` is written again where it is. Results of an interrupted grading are written all the same.
    Raises `OutputError` where the folder cannot be written, `LedgerError` where the ledger cannot be used,
    `FailingReferenceError` where the reference does not have full marks.
    """
    with _writing():
        output.mkdir(parents=True, exist_ok=True)
    results: dict[str, Result] = {}
    changes: dict[str, Change] = {}
    unwritten: set[str] = set()
    by_id = {source.id: source for source in sources}
    with open_ledger(output, assignment.name) as ledger:
        with _writing():
            remove_unfinished(output)
        try:
            with closing(_graded(assignment, sources, settings, ledger, watcher)) as graded:
                for one in graded:
                    name = one.result.submission
                    unwritten.add(name)
                    changes[name] = ledger.record(one, by_id[name])
                    results[name] = sharing_texts(_marked(assignment, ledger, one.result))
                    with _writing():
                        write_results(output, [results[name]])
                    unwritten.clear()
        finally:
            greatest = _write_overviews(assignment, output, ledger, unwritten, results, excel=settings.excel)
    names = sorted(results)
    return Run([results[name] for name in names], [changes[name] for name in names], greatest)


def undo(assignment: Assignment, output: Path) -> tuple[datetime, list[Change]] | None:
    """Put back the grades that the last run into this folder replaced, and write all its files again.

    Says when that run was, and what has changed; `None` where no run can be undone. Raises `LedgerError` and
    `OutputError`.
    """
    with open_ledger(output, assignment.name, make=False) as ledger:
        undone = ledger.undo()
        if undone is not None:
            back = {change.after.result.submission for change in undone[1] if change.after is not None}
            _write_overviews(assignment, output, ledger, back, {})
        return undone


def mark(
    assignment: Assignment, output: Path, given: Sequence[Given], *, replace: bool = False
) -> tuple[list[Decision], int]:
    """Keep the marks that a person gave, but for those that would take another person's place.

    Another person's mark is replaced only if the new marker knew of it, or with `replace`. Says what became of each,
    and how many submissions are not marked yet. All files of the folder are written again. Raises `LedgerError` and
    `OutputError`.
    """
    with open_ledger(output, assignment.name, make=False) as ledger:
        decisions = []
        for one in given:
            decision = decide(one, ledger.marks(one.submission), replace=replace)
            if decision.kept:
                ledger.keep_mark(one.submission, one.mark)
            decisions.append(decision)
        changed = {decision.given.submission for decision in decisions if decision.kept}
        if changed:
            _write_overviews(assignment, output, ledger, changed, {})
        open_ones = sum(bool(grade.result.unmarked) for _, grade in marked_grades(assignment, ledger))
    return decisions, open_ones


def marked_grades(assignment: Assignment, ledger: Ledger) -> Iterator[tuple[Source, Grade]]:
    """The grade that each submission has, with the marks that persons gave."""
    for source in ledger.sources():
        grade = ledger.last(source.id)
        if grade is not None:
            yield source, replace(grade, result=_marked(assignment, ledger, grade.result))


def origin_of(source: Source, grade: Grade) -> Origin:
    """Return of what a grade is, for reports."""
    return Origin(source.owner, source.shown, grade.graded_at, grade.digest)


def _marked(assignment: Assignment, ledger: Ledger, result: Result) -> Result:
    return marked(result, assignment.manifest.written, standing_marks(ledger.marks(result.submission)))


def _write_overviews(
    assignment: Assignment,
    output: Path,
    ledger: Ledger,
    unwritten: Set[str],
    done: Mapping[str, Result],
    *,
    excel: bool = False,
) -> tuple[float, ...]:
    """Write what is about everybody, and remove what is about nobody any more; the maxima of all grades.

    `unwritten` are ids whose file in `results/` may be of another grade, `done` the results that are in memory.
    """
    origins: dict[str, Origin] = {}
    grades: list[Grade] = []
    for source, grade in marked_grades(assignment, ledger):
        name = source.id
        grades.append(replace(grade, result=done.get(name) or sharing_texts(grade.result)))
        origins[name] = origin_of(source, grade)
    everybody = [grade.result for grade in grades]
    with _writing():
        if everybody or (output / PLAIN).exists():
            write_tables(output, everybody, origins, excel=excel)
            write_report(output, assignment.manifest.title, everybody, origins)
        missing = {one.submission for one in everybody if not result_file(output, one.submission).exists()}
        stale = missing | unwritten
        write_results(output, [one for one in everybody if one.submission in stale])
        if (output / FEEDBACK).is_dir():
            write_feedback(output, assignment.manifest.title, everybody, origins)
        for name in ledger.without_grade():
            for path in (result_file(output, name), *feedback_files(output, name), page_file(output, name)):
                path.unlink(missing_ok=True)
    return maxima(everybody)


def preview(
    assignment: Assignment, sources: Sequence[Source], output: Path, settings: Settings, watcher: Watcher
) -> list[tuple[Result | None, Result]]:
    """Return what each submission has, and what it would get now; no grade is written. Raises `LedgerError`."""
    with open_ledger(output, assignment.name, make=False) as ledger:
        pairs = []
        with closing(_graded(assignment, sources, settings, ledger, watcher)) as graded:
            for one in graded:
                last = ledger.last(one.result.submission)
                pairs.append((last.result if last is not None else None, one.result))
    return sorted(pairs, key=lambda pair: pair[1].submission)


def _graded(
    assignment: Assignment, sources: Sequence[Source], settings: Settings, ledger: Ledger, watcher: Watcher
) -> Generator[Graded, None, None]:
    """Grade every submission, the reference before them.

    First remove what a killed grader left in the temporary folder, and in the end what a worker of this one left.
    """
    forbid_inspection()
    secret = course_secret(assignment.root) if settings.seed is None else b""

    def seed_of(source: Source) -> int:
        last = ledger.last(source.id) if settings.same_seeds else None
        if last is not None:
            return last.result.seed
        return submission_seed(secret, assignment.name, source.seed_id) if settings.seed is None else settings.seed

    def jobs() -> Iterator[Job]:
        for source in sources:
            watcher.started(source.id)
            yield Job(
                assignment=assignment,
                source=source,
                seed=seed_of(source),
                spare_uid=settings.spare_uid,
                cold=settings.cold,
                known=ledger.known(source.id),
            )

    remove_leftovers()
    if len(sources) > 1 or settings.dask is not None:
        collect(assignment)  # before the workers do: what is wrong with it is said once
    with ExitStack() as stack:
        stack.callback(remove_leftovers)
        first, key = _reference(assignment, settings)
        if first:
            watcher.preparing("the reference")
        graded = stack.enter_context(closing(_spread(chain(first, jobs()), len(sources), settings)))
        reference, early = _until_done(graded, len(first))
        failures = _failures_of_reference(first, reference, settings) if first else []
        if first and not failures:
            remember(assignment, key)
        if failures and not settings.despite_reference:
            raise FailingReferenceError(assignment, failures)
        for one in chain(early, graded):
            marked = despite_reference(one) if failures else one
            watcher.done(marked.result)
            yield marked


def _reference(assignment: Assignment, settings: Settings) -> tuple[list[Job], str]:
    """The reference under each seed, and the key that its full marks are remembered by.

    No jobs where the marks are known, or the course holds no reference.
    """
    if not has_reference(assignment):
        return [], ""
    jobs = reference_jobs(assignment, spare_uid=settings.spare_uid, cold=settings.cold)
    key = reference_key(jobs[0], settings.dask)
    return ([] if passed_before(assignment, key) else jobs), key


def _until_done(graded: Iterator[Graded], seeds: int) -> tuple[list[Graded], list[Graded]]:
    """All results of the reference, and those of submissions that were there before the last of them."""
    reference: list[Graded] = []
    early: list[Graded] = []
    while len(reference) < seeds:
        one = next(graded)
        (reference if one.result.submission == REFERENCE else early).append(one)
    return reference, early


def _failures_of_reference(jobs: Sequence[Job], graded: Sequence[Graded], settings: Settings) -> list[str]:
    """Return what the reference fails."""

    def again(some: Sequence[Job]) -> list[Graded]:
        with closing(_spread(some, len(some), settings)) as results:
            return list(results)

    return failures_of_reference(jobs, graded, again)


def _spread(jobs: Iterable[Job], number: int, settings: Settings) -> Generator[Graded, None, None]:
    """Grade on a cluster, here, or in workers."""
    if settings.dask is not None:
        return grade_all_on(settings.dask, jobs)
    if number == 1:
        return _alone(jobs)
    return grade_all(jobs, min(settings.jobs, number))


def _alone(jobs: Iterable[Job]) -> Generator[Graded, None, None]:
    """Grade in this process, with checks that are collected once. Raises `GraderFault` where they cannot be."""
    several = list(jobs)
    start_template(several[0])
    yield from with_checks(several[0].assignment, lambda checks: [safely(checks, job) for job in several])


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{error.filename} cannot be written: {error.strerror}. All files are whole; mend that, and grade again."
        ) from error
