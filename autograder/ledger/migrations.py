"""Migrations: they turn a ledger of an earlier version into one of this version, step by step, and lose nothing.

Each step takes a ledger of the version of its number to the next. Each is tested on a ledger of the old version, kept
as SQL beside the tests.
"""

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from autograder.intake.downloads import Found, owner_of
from autograder.intake.identity import identities, safe_id
from autograder.ledger.digests import result_digest
from autograder.outcomes import Outcome

RUNS = """
CREATE TABLE runs (number INTEGER PRIMARY KEY, started_at TEXT NOT NULL, undone_at TEXT);
CREATE TABLE former_ids (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
SOURCES = """
CREATE TABLE sources (
    number INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    run INTEGER,
    name TEXT,
    path TEXT NOT NULL,
    files TEXT NOT NULL,
    before TEXT
);
CREATE INDEX sources_of ON sources (submission, number);
"""
MARKS = """
CREATE TABLE marks (number INTEGER PRIMARY KEY, submission TEXT NOT NULL, mark TEXT NOT NULL);
CREATE INDEX marks_of ON marks (submission, number);
"""


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Take a ledger from a version to the newest one, all of it or, where that fails, not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in STEPS[version - 1 :]:
            step(connection)
        connection.execute(f"PRAGMA user_version = {NEWEST}")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _sentence_and_evidence(connection: sqlite3.Connection) -> None:
    """Split what a check said into a sentence and its evidence.

    Units go: the engine is part of their keys, so none of them could be used again.
    """
    connection.execute("DELETE FROM units")
    rows = connection.execute("SELECT number, result FROM grades").fetchall()
    for number, text in rows:
        result = msgspec.json.decode(text)
        result["checks"] = [_with_verdict(check) for check in result["checks"]]
        encoded = msgspec.json.encode(result).decode()
        connection.execute("UPDATE grades SET result = ? WHERE number = ?", (encoded, number))


def _with_verdict(check: dict[str, Any]) -> dict[str, Any]:
    """A check of version 1, whose `message` began with the sentence, and whose `detail` repeated it."""
    outcome, message, detail = check.pop("outcome"), check.pop("message"), check.pop("detail")
    sentence, _, quoted = message.partition("\n")
    if outcome == Outcome.GRADER_ERROR.value:
        evidence = detail
    elif check["visibility"] == "public":
        evidence = quoted
    else:
        evidence = detail.removeprefix(message).removeprefix("\n") if detail.startswith(message) else ""
    check["verdict"] = {"outcome": outcome, "sentence": sentence, "evidence": evidence}
    return check


def _identities_and_runs(connection: sqlite3.Connection) -> None:
    """Give every submission the id that follows from its name, and every grade its digest and a place for its run.

    A name is read from the path that is stored. Where that does not tell it, the id stays and the name is NULL. Units
    go, as the id is part of their keys.
    """
    connection.execute("DELETE FROM units")
    connection.execute("ALTER TABLE grades ADD COLUMN run INTEGER")
    connection.execute("ALTER TABLE grades ADD COLUMN digest TEXT NOT NULL DEFAULT ''")
    rows = connection.execute("SELECT submission, path, files, before FROM sources").fetchall()
    connection.execute("DROP TABLE sources")
    for statement in f"{RUNS}{SOURCES}".split(";"):
        connection.execute(statement)
    owners = {former: owner for former, path, files, _ in rows if (owner := _owner(former, path, files)) is not None}
    places = {former: Found(owners.get(former, former), Path(json.loads(path))) for former, path, *_ in rows}
    named = identities(places[former] for former in owners)
    new = {former: named.get(places[former], former) for former in places}
    taken = {new[former] for former in owners}
    for former in places.keys() - owners.keys():
        if former in taken:  # by the submission that has this very name
            new[former] = f"{former}~unknown"
    for former, path, files, before in rows:
        connection.execute(
            "INSERT INTO sources (submission, name, path, files, before) VALUES (?, ?, ?, ?, ?)",
            (new[former], json.dumps(owners[former]) if former in owners else None, path, files, before),
        )
    connection.executemany(
        "INSERT INTO former_ids VALUES (?)", [(former,) for former, now in new.items() if former != now]
    )
    for number, former, text in connection.execute("SELECT number, submission, result FROM grades").fetchall():
        result = msgspec.json.decode(text)
        now = result["submission"] = new.get(former, former)
        encoded = msgspec.json.encode(result).decode()
        connection.execute(
            "UPDATE grades SET submission = ?, result = ?, digest = ? WHERE number = ?",
            (now, encoded, result_digest(result), number),
        )


def _owner(former: str, path: str, files: str) -> str | None:
    """The name that a submission of version 2 was called by, told from where it lies; `None` where that has no say."""
    loose = [Path(one).name for one in json.loads(files)]
    place = Path(json.loads(path))
    names = loose[:1] if loose else [place.name, place.parent.name]  # a platform may keep a folder in the student's
    candidates = [one for name in names for one in (name, owner_of(name))]
    exact = [one for one in candidates if safe_id(one) == former]
    numbered = [one for one in candidates if re.fullmatch(rf"{re.escape(safe_id(one))}-\d+", former)]
    return next(iter([*exact, *numbered]), None)


def _full_marks_of_references(connection: sqlite3.Connection) -> None:
    """Make room for what references have full marks under."""
    connection.execute("CREATE TABLE references_passed (key TEXT PRIMARY KEY, graded_at TEXT NOT NULL) WITHOUT ROWID")


def _no_references(connection: sqlite3.Connection) -> None:
    """Forget what references have full marks under: the course keeps that, for all of its ledgers."""
    connection.execute("DROP TABLE references_passed")


def _marks(connection: sqlite3.Connection) -> None:
    """Make room for the marks of persons."""
    for statement in MARKS.split(";"):
        connection.execute(statement)


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _sentence_and_evidence,
    _identities_and_runs,
    _full_marks_of_references,
    _marks,
    _no_references,
)
NEWEST = 1 + len(STEPS)
