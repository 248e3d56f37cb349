import csv
import io
from datetime import datetime, timezone

import pytest

from autograder.ledger.records import Origin
from autograder.outcomes import Cause
from autograder.reports.csvfile import grades_csv, write_tables


def rows(results) -> list[list[str]]:
    return list(csv.reader(io.StringIO(grades_csv(results)), strict=True))


def test_one_row_a_submission_and_one_column_a_task(a_class):
    head, *body = rows(a_class)
    assert head == [
        "submission",
        "assignment",
        "score",
        "max_score",
        "status",
        "1.1",
        "1.2",
        "1.3",
        "2.1",
        "2.2",
    ]
    assert len(body) == 12
    assert body[1] == ["alan", "03_perceptron", "8.5", "10", "graded", "2", "1", "1.5", "3", "1"]


def test_what_is_not_known_stays_empty(a_class):
    by_name = {row[0]: row for row in rows(a_class)}
    assert by_name["grace"] == ["grace", "03_perceptron", "", "10", "needs review", "2", "1", "3", "", "1"]
    assert by_name["linus"] == ["linus", "03_perceptron", "", "10", "refused", "", "", "", "", ""]


def test_the_table_of_nobody_is_its_head():
    assert grades_csv([]) == "submission,assignment,score,max_score,status\n"


def test_with_origins_a_row_ends_in_what_its_grade_is_of(make_result):
    when = datetime(2026, 11, 20, 14, 3, tzinfo=timezone.utc)
    origins = {"qi__~1": Origin("=qi 🎉", "/class/=qi 🎉.py", when, "0123456789ab")}
    head, row = csv.reader(io.StringIO(grades_csv([make_result("qi__~1")], origins)), strict=True)
    assert head[-4:] == ["name", "path", "graded_at", "grade"]
    assert row[-4:] == ["'=qi 🎉", "/class/=qi 🎉.py", "2026-11-20T14:03:00+00:00", "0123456789ab"]


def test_thirds_are_not_cut_to_cents(make_result):
    assert rows([make_result("ada", score=10 / 3)])[1][2] == "3.333333333"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "＝1"])
def test_a_formula_becomes_text(make_result, name):
    assert rows([make_result(name)])[1][0] == f"'{name}"


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a, @SUM(A1)", "a,' @SUM(A1)"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\n=1", "'␊=1"),
        ("\t=1", "'␉=1"),
        ("ann-1; bob=2", "ann-1; bob=2"),
    ],
)
def test_what_another_separator_or_blank_would_make_a_formula(make_result, name, cell):
    """Excel in many languages parts cells at semicolons, whatever the file does."""
    assert rows([make_result(name)])[1][0] == cell


def test_a_tab_becomes_visible_text(make_result):
    assert rows([make_result("\t=1+1")])[1][0] == "'␉=1+1"


@pytest.mark.parametrize("name", ["ada", "O'Neil, Bill", 'Say "hi"', "a-b", "x=1", "José", "12345", "me@home"])
def test_ordinary_names_stay(make_result, name):
    assert rows([make_result(name)])[1][0] == name


def test_a_line_break_does_not_break_the_row(make_result):
    assert grades_csv([make_result("a\nb\r\nc\x00")]).count("\n") == 2


def test_marks_stand_beside_the_status(make_result):
    results = [make_result("ada", despite_reference=True), make_result("alan", score=0.0, cause=Cause.STUB)]
    assert [row[4] for row in rows(results)[1:]] == ["graded, despite the reference", "graded, nothing attempted"]


@pytest.mark.parametrize("name", ["José", "李", "ada"])
def test_the_table_for_excel_is_the_plain_one_after_a_byte_order_mark(make_result, tmp_path, name):
    write_tables(tmp_path, [make_result(name)], excel=True)
    plain = (tmp_path / "grades.csv").read_bytes()
    assert plain == grades_csv([make_result(name)]).encode()
    assert (tmp_path / "grades-excel.csv").read_bytes() == b"\xef\xbb\xbf" + plain
    assert rows_of_excel(tmp_path)[1][0] == name


def test_the_table_for_excel_is_kept_up_to_date_and_not_made_unasked(make_result, tmp_path):
    write_tables(tmp_path, [make_result("ada")], excel=False)
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]
    write_tables(tmp_path, [make_result("ada")], excel=True)
    write_tables(tmp_path, [make_result("ada"), make_result("bob")], excel=False)
    assert [row[0] for row in rows_of_excel(tmp_path)[1:]] == ["ada", "bob"]


def rows_of_excel(folder) -> list[list[str]]:
    text = (folder / "grades-excel.csv").read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text), strict=True))
