"""A ledger that an earlier version made is opened, and keeps every grade and every word of it."""

import csv
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from autograder.checks.verdicts import HIDDEN
from autograder.intake.identity import submission_id
from autograder.ledger import migrations
from autograder.ledger.store import FILE, LedgerError, open_ledger
from tests.autograder.course import make_trial_course

pytestmark = pytest.mark.slow

OLD = sorted((Path(__file__).parent / "old").glob("version_*.sql"))
RIGHT = """
    def value(w, b, x):
        return w * x + b

    def slope(w, b):
        return w
"""


def make(sql: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / FILE)) as connection:
        connection.executescript(sql)
    return folder


def old_records(sql: str) -> dict[str, list[dict]]:
    """The results in a dump, as they stand there, by submission."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(sql)
        rows = connection.execute("SELECT submission, result FROM grades ORDER BY number").fetchall()
    found: dict[str, list[dict]] = {}
    for submission, result in rows:
        found.setdefault(submission, []).append(json.loads(result))
    return found


def test_there_is_an_old_ledger_for_every_step():
    assert [path.stem for path in OLD] == [f"version_{number}" for number in range(1, migrations.NEWEST)]


def test_the_words_of_version_1_stay(tmp_path):
    sql = OLD[0].read_text()
    before = old_records(sql)
    said = set()
    with open_ledger(make(sql, tmp_path), "07_line") as ledger:
        assert {name: len(ledger.grades(name)) for name in before} == {name: len(old) for name, old in before.items()}
        for name, results in before.items():
            for old, grade in zip(results, ledger.grades(name), strict=True):
                assert (grade.result.score, grade.result.status.value) == (old["score"], old["status"])
                for was, check in zip(old["checks"], grade.result.checks, strict=True):
                    message = check.message.removesuffix(f"\n{HIDDEN}")
                    assert (check.outcome.value, message) == (was["outcome"], was["message"])
                    if old["status"] == "graded":
                        assert check.detail == was["detail"]
                    said.add((check.visibility, bool(check.verdict.evidence)))
            assert ledger.known(name) == {}
        assert [source.id for source in ledger.sources()] == sorted(before)
    assert said == {("public", True), ("public", False), ("hidden", True), ("hidden", False)}


def test_ids_of_version_2_follow_from_names(tmp_path):
    """Those whose path tells the name have the id that they would be given now, and all of their history."""
    sql = OLD[1].read_text()
    before = old_records(sql)
    with open_ledger(make(sql, tmp_path), "07_line") as ledger:
        now = {source.owner: source for source in ledger.sources()}
        assert ledger.unmapped() == []
        assert sorted(ledger.without_grade()) == ["Hal_Finn_201", "Ida", "gus", "gus-2", "qi__", "qi__-2"]
        for former, owner in {
            "ada": "ada",
            "kimjo_101": "kimjo_101",
            "Ida": "Ida",
            "Hal_Finn_201": "Hal Finn_201",
        }.items():
            assert now[owner].id == submission_id(owner)
            assert len(ledger.grades(now[owner].id)) == len(before[former])
        scores = {source.shown: ledger.last(source.id).result.score for source in ledger.sources()}
        assert scores["/course/class/qi 🎉.py"] == scores["/course/class/gus"] == 4
        assert scores["/course/class/qi 🚀.py"] == scores["/course/class/gus.py"] == 0
        for source in ledger.sources():
            last = ledger.last(source.id)
            assert last.result.submission == source.id
            assert re.fullmatch("[0-9a-f]{12}", last.digest)
        assert ledger.settled(ledger.sources()) == ledger.sources()
        assert ledger.undo() is None


def test_what_graded_it_then_and_now_has_one_row(tmp_path):
    course = make_trial_course(tmp_path / "course")
    sql = OLD[1].read_text().replace("/course/", f"{course.root}/")
    folder = make(sql, course.root / "grades" / "07_line")
    for name in old_records(sql):
        (folder / "results").mkdir(exist_ok=True)
        (folder / "results" / f"{name}.json").write_text("{}")
    for name in ("qi 🎉", "qi 🚀", "Ida", "ada"):
        course.write(f"class/{name}.py", RIGHT)
    ran = course.run("grade", "line", "class")
    assert ran.status == 0, ran.stderr
    rising = f"{submission_id('qi 🚀')} 0 → 4 (other files were handed in"
    assert "0 new, 4 replaced: " in ran.stdout and rising in ran.stdout and ran.stdout.count("4 → 4") == 3
    rows = list(csv.DictReader((folder / "grades.csv").read_text().splitlines()))
    assert len(rows) == len(old_records(sql))
    assert {path.stem for path in (folder / "results").iterdir()} == {row["submission"] for row in rows}


def test_a_path_that_does_not_tell_the_name_is_said(tmp_path):
    """Its grade stays, under the id that it had; also where another has that name."""
    sql = OLD[1].read_text().replace("/course/class/Ida.py", "/course/class/somebody.py")
    sql = sql.replace("'qi__-2'", "'ada-2'").replace("qi \\ud83d\\ude80.py", "who.py")
    sql = sql.replace("'cleo'", "'stray'").replace('"/course/class/cleo.py"', '"/course/class/x/y"')
    course = make_trial_course(tmp_path / "course")
    folder = make(sql.replace("/course/", f"{course.root}/"), course.root / "grades" / "07_line")
    with open_ledger(folder, None) as ledger:
        assert sorted(source.id for source in ledger.unmapped()) == ["Ida", "ada-2", "stray"]
        assert all(ledger.last(source.id) is not None for source in ledger.unmapped())
    course.write("class/somebody.py", RIGHT)
    ran = course.run("grade", "line", "class")
    assert "Ida keeps the id" in ran.stderr and "does not tell its name" in ran.stderr
    with open_ledger(folder, None) as ledger:
        assert sorted(source.id for source in ledger.unmapped()) == ["ada-2", "stray"]
        assert "somebody" not in {source.id for source in ledger.sources()}


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_an_old_ledger_is_regraded_and_its_history_read(tmp_path, path):
    course = make_trial_course(tmp_path / "course")
    folder = make(path.read_text().replace("/course/", f"{course.root}/"), course.root / "grades" / "07_line")
    for name in ("ada", "bob"):
        course.write(f"class/{name}.py", RIGHT)
    ran = course.run("regrade", "line")
    assert "is gone, so its grade stays" in ran.stderr
    ran = course.run("history", "bob", "--json")
    assert ran.status == 0, ran.stderr
    (story,) = json.loads(ran.stdout)["histories"]
    assert [grade["score"] for grade in story["grades"]][:2] == [0, 4]
    assert any("the grader has changed" in why for why in story["grades"][-1]["why"])
    assert course.run("feedback", "line").status == 0
    assert "raise ValueError" in (folder / "feedback" / "cleo.txt").read_text()


def test_a_step_that_fails_leaves_the_ledger_as_it_was(tmp_path, monkeypatch):
    def failing(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM grades")
        raise sqlite3.OperationalError("disk full")

    folder = make(OLD[0].read_text(), tmp_path)
    monkeypatch.setattr(migrations, "STEPS", (failing,))
    with pytest.raises(LedgerError, match="disk full"), open_ledger(folder, "07_line"):
        pass
    with closing(sqlite3.connect(folder / FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert "\n".join(connection.iterdump()) in OLD[0].read_text()


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path):
    folder = make(OLD[0].read_text() + "PRAGMA user_version = 99;", tmp_path)
    with pytest.raises(LedgerError, match="made by a newer version"), open_ledger(folder, "07_line"):
        pass
