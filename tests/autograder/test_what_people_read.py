"""Text that a submission has chosen, in everything that a person reads of it."""

import json
import unicodedata
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from rich.console import Console

from autograder.checks.verdicts import Verdict
from autograder.cli.ending import stop
from autograder.doctor.findings import good
from autograder.doctor.report import Report, tables
from autograder.intake.problems import IntakeError
from autograder.ledger.records import CheckRecord, Origin, Result, TaskRecord
from autograder.ledger.store import Change, Grade
from autograder.outcomes import Outcome, Status
from autograder.platforms.folder import judgement
from autograder.platforms.gradescope import results_json
from autograder.platforms.verification import Difference, line
from autograder.reports.changes import changes_table, run_line
from autograder.reports.csvfile import grades_csv
from autograder.reports.html import write_report
from autograder.reports.jsonfile import envelope
from autograder.reports.table import class_table, feedback_text
from autograder.visible import visible
from quality.variants import COURSE

HOSTILE = "\x1b]0;owned\x07\x1b[2J\r\x9b31m\u202egpj.\u2066\u200b\u200d\u2060\ufeff\u00ad\u3164\ud800\x00end"
WHEN = datetime(2026, 11, 20, 14, 3, tzinfo=timezone.utc)
MANIFEST = COURSE.assignment("03_perceptron").manifest


def steers(character):
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def hostile_result():
    verdict = Verdict(Outcome.ERROR, "The code raised an exception.", HOSTILE)
    task = MANIFEST.tasks[0]
    check = CheckRecord("test_a", "A check.", task.id, 1.0, "public", verdict, 0.1)
    return Result(
        submission=HOSTILE,
        assignment="03_perceptron",
        score=0.0,
        max_score=MANIFEST.points,
        status=Status.REFUSED,
        message=HOSTILE,
        tasks=(TaskRecord(task.id, task.title, task.points, 0.0),),
        checks=(check, replace(check, visibility="hidden", verdict=Verdict(Outcome.GRADER_ERROR, HOSTILE, HOSTILE))),
        notes=(f"{HOSTILE}\nStatus: graded.",),
        seed=1,
        sandbox=(),
        detail=HOSTILE,
    )


def printed(*parts):
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        console.print(*parts)
    return captured.get()


def grade(**changes):
    return Grade(WHEN, "0123456789ab", replace(hostile_result(), **changes), None)


def pages(folder):
    origins = {HOSTILE: Origin(HOSTILE, f"/class/{HOSTILE}", WHEN, "0123456789ab")}
    write_report(folder, "Perceptron", [hostile_result()], origins)
    return "".join(path.read_text() for path in sorted(folder.rglob("*.html")))


def kernel(folder):
    said = judgement(hostile_result(), public_only=False)
    return "\n".join([said.message, *(check.message for check in said.checks)])


OUTLETS = {
    "the table of a class": lambda folder: printed(class_table([hostile_result()])),
    "feedback": lambda folder: feedback_text(hostile_result()),
    "changes": lambda folder: printed(changes_table([(None, hostile_result())])),
    "what a run did": lambda folder: run_line([Change(grade(), grade(score=1.0))]),
    "pages": pages,
    "the table of grades": lambda folder: grades_csv(
        [hostile_result()], {HOSTILE: Origin(HOSTILE, HOSTILE, WHEN, "0123456789ab")}
    ),
    "records": lambda folder: envelope("03", [hostile_result()]).decode(),
    "Gradescope": lambda folder: "\n".join(
        [json.loads(results_json(hostile_result(), MANIFEST))["output"]]
        + [test.get("output", "") for test in json.loads(results_json(hostile_result(), MANIFEST))["tests"]]
    ),
    "a kernel": kernel,
    "other grades": lambda folder: line(Difference(HOSTILE, HOSTILE)),
    "a path": lambda folder: str(IntakeError(HOSTILE)),
    "the doctor": lambda folder: printed(*tables(Report((), (good("Folder", HOSTILE),)))),
}


@pytest.mark.parametrize("outlet", OUTLETS)
def test_nothing_steers(tmp_path, outlet):
    text = OUTLETS[outlet](tmp_path)
    assert "gpj" in text and not [hex(ord(c)) for c in text if steers(c)]


def test_errors_on_the_terminal(capsys):
    with pytest.raises(SystemExit):
        stop(f"{HOSTILE}: cannot be read.", 2)
    said = capsys.readouterr().err
    assert said == f"autograder: {visible(HOSTILE)}: cannot be read.\n"
    assert not [hex(ord(c)) for c in said if steers(c)]


def test_a_note_forges_no_line_on_gradescope():
    output = json.loads(results_json(hostile_result(), MANIFEST))["output"]
    assert "Status: graded." not in output.splitlines() and "Status: refused." in output.splitlines()


def test_records_are_the_same_data():
    (record,) = json.loads(envelope("03", [hostile_result()]))["results"]
    assert record["message"] == HOSTILE.replace("\ud800", "?")
