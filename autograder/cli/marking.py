"""Commands for those who mark by hand: give one mark, write tables to be filled in, take filled ones back."""

import getpass
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from autograder.cli.ending import NEEDS_A_PERSON, WRONG_USAGE, say, stop
from autograder.cli.shared import GRADES, course_here, did_you_mean, grades_of
from autograder.course.layout import Assignment
from autograder.course.marks import marks_of
from autograder.files import file_name, write_atomically
from autograder.grading import classroom
from autograder.grading.classroom import marked_grades
from autograder.intake.submission import Source, read_submission
from autograder.ledger.marking import Decision, Given, standing_marks
from autograder.ledger.records import Mark
from autograder.ledger.store import Ledger, ledgers_below, open_ledger
from autograder.reports import marksheet
from autograder.reports.marksheet import Known, Line, MarkError
from autograder.reports.wording import counted, points
from autograder.visible import visible_line

FOLDER = "marking"
NONE = "none"


def mark(
    submission: str,
    task: str,
    given: str,
    comment: str,
    marker: str | None,
    assignment: str | None,
    output: Path | None,
    replace: bool,
) -> None:
    """Give points by hand: for a written part, or, with a reason, in place of the grader's for a task."""
    chosen, folder, found = _graded(submission, task, assignment, output)
    part = marksheet.part_of(chosen.manifest, task)
    earned, items = (None, ()) if given.casefold() == NONE else marksheet.given_points(given, part)
    if earned is not None:
        marksheet.require_reason(part, comment)
    with open_ledger(folder, chosen.name, make=False) as ledger:
        last = ledger.last(found)
    if last is None:
        stop(f"{found} has no grade in {folder}.", WRONG_USAGE)
    one = Mark(
        part=part.id,
        title=part.title,
        out_of=part.points,
        points=earned,
        items=items,
        comment=comment.strip(),
        marker=marker or getpass.getuser(),
        marked_at=_now(),
        receipt=last.result.receipt,
    )
    decisions, unmarked = classroom.mark(chosen, folder, [Given(found, one)], replace=replace)
    if decisions[0].conflict:
        say(f"autograder: {_line(decisions[0])}: say --replace to put yours in its place.", err=True)
        sys.exit(NEEDS_A_PERSON)
    say(_line(decisions[0]))
    if chosen.manifest.written:
        say(_remaining(unmarked))


def marks(assignment: str, markers: Sequence[str], to: Path | None, output: Path | None) -> None:
    """Write tables to be filled in by those who mark, the texts that they read, and the rubric."""
    chosen = course_here().assignment(assignment)
    manifest = chosen.manifest
    if not manifest.written:
        stop(f"{chosen.name} has no written part. (For the grader's points: autograder mark --help)", WRONG_USAGE)
    folder = output or grades_of(chosen)
    target = to or folder / FOLDER
    sheets = {marker: target / f"marks-{file_name(marker)}.csv" for marker in dict.fromkeys(markers)} or {
        "": target / "marks.csv"
    }
    there = next((path for path in sheets.values() if path.exists()), None)
    if there is not None:
        stop(f"{there} exists already: merge it and move it away, or name another folder with --to.", WRONG_USAGE)
    with open_ledger(folder, chosen.name, make=False) as ledger:
        lines = _lines(chosen, ledger)
    submissions = list(dict.fromkeys(line.source for line in lines))
    for source in submissions:
        _write_texts(chosen, source, target / "texts")
    write_atomically(target / "rubric.md", marksheet.rubric(manifest))
    for number, (marker, path) in enumerate(sheets.items()):
        dealt = set(submissions[number :: len(sheets)])
        write_atomically(path, marksheet.sheet([one for one in lines if one.source in dealt], manifest.written, marker))
        say(f"{path}: {counted(len(dealt), 'submission')}")
    say(f"Their texts are in {target / 'texts'}, the rubric is {target / 'rubric.md'}.")
    say(f"When a table is filled in: autograder merge-marks {chosen.name} {next(iter(sheets.values()))}")


def merge_marks(
    assignment: str, sheets: Sequence[Path], marker: str | None, output: Path | None, replace: bool
) -> None:
    """Keep the marks in tables that were filled in. List conflicts with other persons' marks, which stay."""
    chosen = course_here().assignment(assignment)
    folder = output or grades_of(chosen)
    with open_ledger(folder, chosen.name, make=False) as ledger:
        results = {source.id: grade.result for source, grade in marked_grades(chosen, ledger)}
        earlier = {submission: ledger.marks(submission) for submission in results}
    known = Known(chosen.manifest, results, earlier, marker or "", _now())
    entries = [entry for path in sheets for entry in marksheet.read_sheet(path, known)]
    complaints = [entry for entry in entries if isinstance(entry, MarkError)]
    given = [entry for entry in entries if isinstance(entry, Given)]
    decisions, unmarked = classroom.mark(chosen, folder, given, replace=replace)
    new = [one for one in decisions if one.kept]
    conflicts = [one for one in decisions if one.conflict]
    for one in new:
        if one.before is not None and one.before.points is not None:
            say(f"Replaced: {_line(one)}")
    for one in conflicts:
        say(f"Conflict: {_line(one)} ({one.given.where})", err=True)
    for complaint in complaints:
        say(f"Not read: {complaint}", err=True)
    kept = f"{len(new)} mark{'' if len(new) == 1 else 's'} kept"
    say(f"{kept}, {len(conflicts)} in conflict, {len(complaints)} not read. {_remaining(unmarked)}")
    if conflicts:
        say("In a conflict the earlier mark stays. To decide one: autograder mark … --replace.", err=True)
    sys.exit(NEEDS_A_PERSON if conflicts or complaints else 0)


def _graded(submission: str, task: str, assignment: str | None, output: Path | None) -> tuple[Assignment, Path, str]:
    """The assignment, the folder and the id of the only submission of this name that has such a task."""
    course = course_here()
    if assignment is not None:
        folders = [output or grades_of(course.assignment(assignment))]
    elif output is not None:
        folders = [output]
    else:
        folders = ledgers_below(course.root / GRADES)
    found = []
    near: list[str] = []
    for folder in folders:
        with open_ledger(folder, None, make=False) as ledger:
            ids, name = ledger.ids(submission), ledger.assignment
            near += ledger.alike(submission)
        chosen = course.assignment(name)
        found += [(chosen, folder, one) for one in ids if chosen.manifest.part(task) is not None]
    if not found:
        places = ", ".join(map(str, folders)) or course.root / GRADES
        stop(f"{submission} has no grade with a task {task} in {places}.{did_you_mean(near)}", WRONG_USAGE)
    if len(found) > 1:
        several = ", ".join(f"{one} in {folder}" for _, folder, one in found)
        stop(
            f"{submission} is several submissions with a task {task}: {several}. Name one with --assignment.",
            WRONG_USAGE,
        )
    return found[0]


def _lines(assignment: Assignment, ledger: Ledger) -> list[Line]:
    """A line for each written part that is marked or to be marked, and for each task whose points are adjusted."""
    lines = []
    for source, grade in marked_grades(assignment, ledger):
        result = grade.result
        standing = standing_marks(ledger.marks(source.id))
        waiting = {task.id for task in result.unmarked}
        for part in assignment.manifest.parts:
            if part.id in waiting or part.id in standing:
                lines.append(Line(source, result, part, standing.get(part.id)))
    return lines


def _write_texts(assignment: Assignment, source: Source, folder: Path) -> None:
    """Write the texts that are marked, and the pictures beside them, as they were handed in."""
    manifest = assignment.manifest
    submission = read_submission(source, manifest.files, marks_of(assignment))
    names = [*(part.file for part in manifest.written), *manifest.made]
    for name in dict.fromkeys(names):
        if name in submission.files:
            write_atomically(folder / file_name(source.id) / name, submission.files[name])


def _line(decision: Decision) -> str:
    """A mark beside the one before it."""
    given = decision.given
    text = f"{visible_line(given.submission)}, task {given.mark.part}: {_points(given.mark)}"
    if decision.before is None or decision.before.points is None:
        return text
    earlier = f"{_points(decision.before)} ({decision.before.marked_at.astimezone():%Y-%m-%d %H:%M})"
    if decision.before.points == given.mark.points:
        same_items = decision.before.items == given.mark.items
        earlier += ", with another comment" if same_items else ", with other points for the items"
    return f"{text}; {'before' if decision.kept else 'already there'}: {earlier}"


def _points(mark: Mark) -> str:
    given = "no mark" if mark.points is None else f"{points(mark.points)} of {points(mark.out_of)}"
    return f"{given} by {visible_line(mark.marker)}"


def _remaining(unmarked: int) -> str:
    return f"{unmarked} submission{'' if unmarked == 1 else 's'} not marked yet." if unmarked else "All are marked."


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0)
