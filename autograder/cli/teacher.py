"""Commands for teachers: grade a class, grade it again, look at the grades, look at the machine."""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.markup import escape

from autograder.cli.ending import NEEDS_A_PERSON, WRONG_USAGE, say, stop
from autograder.cli.shared import GRADES, course_here, did_you_mean, grades_of, mind_the_data
from autograder.course.layout import Assignment, Course, CourseError, find_course
from autograder.course.manifest import Written
from autograder.course.marks import marks_of
from autograder.course.samples import write_class
from autograder.doctor.report import SAFE, UNSAFE, as_document, examine, tables
from autograder.grading.classroom import Run, Settings, grade_class, marked_grades, origin_of, preview
from autograder.grading.classroom import undo as undo_last
from autograder.grading.isolation import Isolation, isolation
from autograder.grading.reference import has_reference
from autograder.grading.resources import most_jobs
from autograder.intake.submission import Source, find_submissions
from autograder.ledger.history import differs, falls, lowers
from autograder.ledger.store import FILE as LEDGER
from autograder.ledger.store import Ledger, LedgerError, ledgers_below, open_ledger
from autograder.platforms import verification
from autograder.reports.changes import (
    Story,
    changes_document,
    changes_table,
    history_document,
    history_table,
    run_line,
    undo_line,
)
from autograder.reports.feedbackfile import FOLDER as FEEDBACK
from autograder.reports.feedbackfile import write_feedback
from autograder.reports.html import ListedReport, write_index
from autograder.reports.jsonfile import encode, envelope
from autograder.reports.progress import progress_bar
from autograder.reports.summary import needs_a_person, summarise
from autograder.reports.table import class_table
from autograder.reports.wording import counted, points, regrade_first
from autograder.sandbox.libraries import NotInstalledError, allowed_libraries
from autograder.visible import visible_line


def grade(
    assignment: str,
    paths: Sequence[Path],
    output: Path | None,
    seed: int | None,
    jobs: int | None,
    one: bool,
    before: datetime | None,
    dask: str | None,
    cold: bool,
    despite_reference: bool,
    excel: bool,
    replace: bool,
    as_json: bool,
    allow_weak_sandbox: bool,
) -> None:
    """Grade submissions: files, folders, zips, notebooks, or folders that hold a class of them.

    The exit status is 3 if a submission needs a person or a score fell.
    """
    if dask is not None and (allow_weak_sandbox or jobs is not None):
        raise click.UsageError("--jobs and --allow-weak-sandbox are for this machine: they do not go with --dask.")
    chosen = course_here().assignment(assignment)
    folder = output or grades_of(chosen)
    found = _sources(chosen, paths, one, before)
    sources = [source for source in found if not _holds_results(source, paths, folder)]
    if not sources:
        stop(f"{folder} holds results, and there are no submissions beside it.", WRONG_USAGE)
    sources = _beside_earlier(chosen, sources, folder, replace)
    spare_uid = dask is None and _isolation(chosen, allow_weak_sandbox).spare_uid
    settings = Settings(
        spare_uid=spare_uid,
        jobs=jobs or most_jobs(chosen.manifest),
        seed=seed,
        cold=cold,
        dask=dask,
        despite_reference=despite_reference,
        excel=excel,
    )
    _finish(chosen, _grade(chosen, sources, folder, settings), folder, as_json)


def regrade(
    assignment: str,
    only_show: bool,
    output: Path | None,
    jobs: int | None,
    despite_reference: bool,
    excel: bool,
    as_json: bool,
    allow_weak_sandbox: bool,
) -> None:
    """Grade again wherever a check, the grader or a library has changed since.

    The exit status is 3 if a score fell or, with --preview, would fall.
    """
    chosen = course_here().assignment(assignment)
    folder = output or grades_of(chosen)
    with open_ledger(folder, chosen.name, make=False) as ledger:
        sources = ledger.sources()
        _name_unmapped(ledger)
    if not sources:
        stop(f"{folder}: nothing has been graded into this folder.", WRONG_USAGE)
    gone = {source: path for source in sources for path in (source.path, *source.files) if not os.path.lexists(path)}
    for path in gone.values():
        say(
            f"{visible_line(str(path))} is gone, so its grade stays: put it back, or grade it from where it is now.",
            err=True,
        )
    sources = [source for source in sources if source not in gone]
    if not sources:
        stop("no submission that was graded into this folder is still in its place.", WRONG_USAGE)
    isolated = _isolation(chosen, allow_weak_sandbox)
    settings = Settings(
        spare_uid=isolated.spare_uid,
        jobs=jobs or most_jobs(chosen.manifest),
        same_seeds=True,
        despite_reference=despite_reference,
        excel=excel,
    )
    if not only_show:
        _finish(chosen, _grade(chosen, sources, folder, settings), folder, as_json)
    mind_the_data(chosen)
    _mind_the_reference(chosen)
    with progress_bar(f"Grading {chosen.name}", len(sources)) as bar:
        pairs = [pair for pair in preview(chosen, sources, folder, settings, bar) if differs(*pair)]
    falling = sum(falls(*pair) for pair in pairs)
    if as_json:
        sys.stdout.buffer.write(encode(changes_document(chosen.name, pairs)))
    else:
        Console().print(*([changes_table(pairs)] if pairs else []))
        say(f"{len(pairs)} of {counted(len(sources), 'submission')} would change; {falling} would lose points.")
    sys.exit(NEEDS_A_PERSON if falling else 0)


def history(submission: str, output: Path | None, as_json: bool) -> None:
    """Show every grade that a submission has had, and why it changed."""
    course = course_here()
    folders = [output] if output is not None else ledgers_below(course.root / GRADES)
    found, unread = [], False
    near: list[str] = []
    for folder in folders:
        try:
            with open_ledger(folder, None, make=False) as ledger:
                near += ledger.alike(submission)
                for name in ledger.ids(submission):
                    written = _written(course, ledger.assignment)
                    grades, marks = tuple(ledger.grades(name)), tuple(ledger.marks(name))
                    found.append(Story(ledger.assignment, name, folder, grades, written, marks))
        except LedgerError as error:
            unread = True
            say(f"autograder: {error}", err=True)
    if not found:
        if unread:
            sys.exit(WRONG_USAGE)
        places = ", ".join(map(str, folders)) or course.root / GRADES
        stop(f"{submission} has no grades in {places}.{did_you_mean(near)}", WRONG_USAGE)
    if as_json:
        sys.stdout.buffer.write(encode(history_document(submission, found)))
    else:
        for story in found:
            named = visible_line(f"{story.submission} in {story.folder}")
            head = f"\n[bold]{escape(story.assignment)}[/bold] ({escape(named)})"
            Console().print(head, history_table(story), sep="\n")


def _written(course: Course, assignment: str) -> tuple[Written, ...]:
    """The written parts of an assignment; of one that the course has no more, nobody can say."""
    return course.assignment(assignment).manifest.written if assignment in course.names() else ()


def undo(assignment: str, output: Path | None) -> None:
    """Put back the grades that the last run of `grade` or `regrade` replaced, and take back those that were new."""
    chosen = course_here().assignment(assignment)
    folder = output or grades_of(chosen)
    undone = undo_last(chosen, folder)
    if undone is None:
        stop(f"{folder}: there is no run to be undone.", WRONG_USAGE)
    when, changes = undone
    say(f"The run of {when.astimezone():%Y-%m-%d %H:%M:%S} is undone: {undo_line(changes)}")


def feedback(assignment: str, output: Path | None) -> None:
    """Write feedback for the author of each graded submission: `feedback/NAME.txt` and `.html`.

    From then on `grade`, `regrade` and `undo` keep these files up to date.
    """
    chosen = course_here().assignment(assignment)
    folder = output or grades_of(chosen)
    with open_ledger(folder, chosen.name, make=False) as ledger:
        kept = [(grade.result, origin_of(source, grade)) for source, grade in marked_grades(chosen, ledger)]
    origins = {result.submission: origin for result, origin in kept}
    write_feedback(folder, chosen.manifest.title, [result for result, _ in kept], origins)
    say(f"{counted(len(kept), 'submission')}: {folder / FEEDBACK}")


def verify_grades(assignment: str, recorded: Path, paths: Sequence[Path], jobs: int | None, one: bool) -> None:
    """Compare the grades that nbgrader or Otter recorded with a regrade, and list the differences.

    RECORDED is nbgrader's gradebook.db, Otter's final_grades.csv or results.json, or a folder of such results. The exit
    status is 3 if they differ.
    """
    chosen = course_here().assignment(assignment)
    sources = _sources(chosen, paths, one)
    kept = verification.read_recorded(recorded, chosen.name, chosen.manifest)
    if len(sources) == 1 and kept.submissions == {""}:
        kept = kept.of(sources[0].id)
    how = _isolation(chosen)
    mind_the_data(chosen)
    jobs = jobs or most_jobs(chosen.manifest)
    with progress_bar(f"Grading {chosen.name}", len(sources)) as bar:
        results = verification.regrade(chosen, sources, spare_uid=how.spare_uid, jobs=jobs, on_result=bar.done)
    found = list(verification.differences(results, kept, chosen.manifest))
    for difference in found:
        say(verification.line(difference))
    submissions = len({difference.submission for difference in found} - {""})
    differ = "differs" if submissions == 1 else "differ"
    say(f"{counted(len(results), 'submission')} regraded; {submissions} {differ} from what was recorded.")
    sys.exit(NEEDS_A_PERSON if found else 0)


def doctor(as_json: bool) -> None:
    """Check whether this machine can grade safely.

    The exit status is 0 if grading other people's work is safe, and 3 if `grade` would refuse or a trial could read the
    checks.
    """
    folder = Path.cwd()
    try:
        course = find_course(folder)
    except CourseError:
        course = None
    report = examine(course, folder)
    if as_json:
        sys.stdout.buffer.write(as_document(report))
    else:
        Console().print(*tables(report), SAFE if report.safe else UNSAFE, sep="\n")
    sys.exit(0 if report.safe else NEEDS_A_PERSON)


def demo(output: Path | None) -> None:
    """Grade the sample class of every assignment, and say where the report is."""
    course = course_here()
    folder = output or course.root / GRADES / "demo"
    reports = []
    for assignment in course.assignments():
        if assignment.manifest.draft:
            say(f"{assignment.name} is left out: it is a draft.", err=True)
            continue
        try:
            isolated = _isolation(assignment)
        except NotInstalledError as error:
            say(f"{assignment.name} is left out: {error}", err=True)
            continue
        jobs = most_jobs(assignment.manifest)
        with tempfile.TemporaryDirectory(prefix="class-") as temporary:
            samples = write_class(assignment, Path(temporary))
            sources = find_submissions([samples], assignment.manifest.files)
            run = _grade(
                assignment, sources, folder / assignment.name, Settings(spare_uid=isolated.spare_uid, jobs=jobs)
            )
        _show(assignment, run, folder / assignment.name)
        reports.append(ListedReport(assignment.manifest.title, f"{assignment.name}/report.html", run.results))
    index = write_index(folder, reports)
    say(f"The report of all assignments: {index}")


def _sources(chosen: Assignment, paths: Sequence[Path], one: bool, before: datetime | None = None) -> list[Source]:
    """The submissions to an assignment in these files and folders."""
    others = [name for name in Course(chosen.root).names() if name != chosen.name]
    return find_submissions(
        paths,
        chosen.manifest.files,
        one,
        assignment_names=chosen.names,
        other_names=others,
        before=before,
        marks=marks_of(chosen),
    )


def _holds_results(source: Source, paths: Sequence[Path], output: Path) -> bool:
    """Return whether what was found in a class is the folder that results go to."""
    named = {os.path.realpath(path) for path in paths}
    return not source.files and os.path.realpath(output) == str(source.path) not in named


def _beside_earlier(assignment: Assignment, found: Sequence[Source], folder: Path, replace: bool) -> list[Source]:
    """These submissions under the ids that the ledger has for them; ends where grades of another folder would go."""
    if not (folder / LEDGER).exists():
        return list(found)
    with open_ledger(folder, assignment.name) as ledger:
        sources = ledger.settled(found)
        moved = ledger.elsewhere(sources)
        _name_unmapped(ledger)
    if not moved or replace:
        return sources
    new, old = moved[0]
    more = f", and {len(moved) - 1} more" if len(moved) > 1 else ""
    say(
        f"{folder} has grades of submissions in another folder, which these would replace: {visible_line(new.id)} "
        f"({visible_line(str(old.place))}, now {visible_line(str(new.place))}){more}.",
        err=True,
    )
    if not sys.stdin.isatty():
        stop(
            "nothing was graded. Put a late submission into the class's folder, in place of the old one; or grade into "
            "another folder (--output); or say --replace.",
            WRONG_USAGE,
        )
    if not click.confirm("Replace them?", err=True):
        stop("nothing was graded.", WRONG_USAGE)
    return sources


def _name_unmapped(ledger: Ledger) -> None:
    """Say on stderr whose ids an earlier version gave that cannot be told from where they lie."""
    for source in ledger.unmapped():
        say(
            f"{visible_line(source.id)} keeps the id that an earlier version gave it, because "
            f"{visible_line(source.shown)} does not tell its name. Grade it again from there.",
            err=True,
        )


def _grade(assignment: Assignment, sources: Sequence[Source], folder: Path, settings: Settings) -> Run:
    mind_the_data(assignment)
    _mind_the_reference(assignment)
    _mind_the_substitute(assignment)
    with progress_bar(f"Grading {assignment.name}", len(sources)) as bar:
        return grade_class(assignment, sources, folder, settings, bar)


def _finish(assignment: Assignment, run: Run, folder: Path, as_json: bool) -> NoReturn:
    """Show what was graded, and end."""
    if as_json:
        sys.stdout.buffer.write(envelope(assignment.name, run.results))
        say(run_line(run.changes), err=True)
    else:
        _show(assignment, run, folder)
    a_person = any(map(needs_a_person, run.results)) or any(map(lowers, run.changes))
    sys.exit(NEEDS_A_PERSON if a_person else 0)


def _mind_the_reference(assignment: Assignment) -> None:
    """Say on stderr where nothing shows that the checks can be passed."""
    if not has_reference(assignment):
        say(
            f"Warning: {assignment.solution} holds no reference, so nothing shows that the checks can be passed.",
            err=True,
        )


def _mind_the_substitute(assignment: Assignment) -> None:
    """Say on stderr where what stands in for a student's file cannot be used."""
    substitute = assignment.manifest.substitute
    if substitute is None:
        return
    try:
        allowed_libraries(substitute.imports)
    except NotInstalledError as error:
        say(
            f"Warning: where a {substitute.file} does not pass task {substitute.unless}, the course's own cannot stand "
            f"in for it, and the submission earns less: {error}",
            err=True,
        )


def _show(assignment: Assignment, run: Run, folder: Path) -> None:
    console = Console()
    console.print(f"\n[bold]{escape(assignment.manifest.title)}[/bold] ({assignment.name})")
    console.print(class_table(run.results, console.width))
    summary = summarise(run.results)
    mean = "no scores" if summary.mean is None else f"mean {points(summary.mean)} of {points(summary.max_score)}"
    flagged = f"{summary.need_a_person} need{'s' if summary.need_a_person == 1 else ''} a person"
    zeros = f" without {counted(summary.zeros, 'zero')} with one cause" if summary.zeros else ""
    unmarked = f", {summary.unmarked} not marked yet" if summary.unmarked else ""
    console.print(f"{counted(summary.submissions, 'submission')}, {mean}{zeros}; {flagged}{unmarked}.")
    say(run_line(run.changes))
    if len(run.maxima) > 1:
        say(f"{folder}: {regrade_first(run.maxima)}.")
    say(f"Report: {folder / 'report.html'}\nGrades: {folder / 'grades.csv'}")


def _isolation(assignment: Assignment, allowed: bool | None = None) -> Isolation:
    """Return how submissions are isolated; end if that is too weak. Commands that cannot waive it pass `None`."""
    how = isolation(assignment)
    if how.weakness and not allowed:
        instead = "" if allowed is None else " (--allow-weak-sandbox grades all the same)"
        stop(f"{how.weakness} Nothing was graded{instead}.", NEEDS_A_PERSON)
    if how.weakness:
        say(f"Warning: {how.weakness}", err=True)
    return how
