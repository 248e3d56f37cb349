"""The ledger of a class: a SQLite file that keeps every grade, and what need not be run again."""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from autograder.errors import UserError
from autograder.intake.submission import Source
from autograder.ledger.records import Result, without_times
from autograder.ledger.units import Graded, Inputs, Unit

FILE = "ledger.sqlite"
VERSION = 1
KEPT = 8
"""Units of one group of one submission that are kept: a check may be changed, and changed back."""

SCHEMA = """
CREATE TABLE course (assignment TEXT NOT NULL);
CREATE TABLE units (
    submission TEXT NOT NULL,
    grp TEXT NOT NULL,
    key TEXT NOT NULL,
    graded_at TEXT NOT NULL,
    unit TEXT NOT NULL,
    UNIQUE (submission, grp, key)
);
CREATE TABLE grades (
    number INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    graded_at TEXT NOT NULL,
    inputs TEXT,
    result TEXT NOT NULL
);
CREATE INDEX grades_of ON grades (submission, number);
CREATE TABLE sources (submission TEXT PRIMARY KEY, path TEXT NOT NULL, files TEXT NOT NULL, before TEXT) WITHOUT ROWID;
"""
MOUNTS = Path("/proc/self/mounts")
NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "lustre", "gpfs", "beegfs", "ceph", "glusterfs", "fuse.")
"""How the names of file systems begin that are not of this machine: SQLite's WAL does not hold there."""

MEND = "What is there is whole; mend that, and grade again."


class LedgerError(UserError):
    """A ledger that cannot be used; the message names the file and the remedy."""


@dataclass(frozen=True)
class Grade:
    """A grade that a submission had from `graded_at` (UTC) on, and what it followed from."""

    graded_at: datetime
    result: Result
    inputs: Inputs | None


@contextmanager
def open_ledger(folder: Path, assignment: str | None, *, make: bool = True) -> Iterator["Ledger"]:
    """The ledger of an assignment, or of whichever it is, in `folder`, held against every other grader.

    Raises `LedgerError` where another grader has it, where it is damaged or of another assignment, and where there
    is none and none is to be made.
    """
    path = folder / FILE
    if not make and not path.exists():
        raise LedgerError(f"{path} is not there: nothing has been graded into this folder.")
    try:
        path.touch()
    except OSError as error:
        raise LedgerError(f"{path} cannot be written: {error.strerror}. {MEND}") from error
    try:
        connection = sqlite3.connect(path, timeout=1.0, isolation_level=None)
        try:
            _hold(connection, path)
            yield Ledger(connection, _require(connection, path, assignment))
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise LedgerError(_sentence(path, error)) from error
    except msgspec.MsgspecError as error:
        raise LedgerError(
            f"{path}: made by another version of the grader ({error}): move it away, or grade into a new folder."
        ) from error


def _hold(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute(f"PRAGMA journal_mode = {'DELETE' if _on_network(path) else 'WAL'}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")


def _require(connection: sqlite3.Connection, path: Path, assignment: str | None) -> str:
    """The assignment that a ledger is of, which is this one where one is wanted."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    elif version != VERSION:
        raise LedgerError(f"{path}: made by another version of the grader: move it away, or grade into a new folder.")
    if assignment is not None:
        connection.execute("INSERT INTO course SELECT ? WHERE NOT EXISTS (SELECT * FROM course)", (assignment,))
    (own,) = connection.execute("SELECT assignment FROM course").fetchone() or ("nothing",)
    if assignment not in (None, own):
        raise LedgerError(f"{path} holds the grades of {own}: name another folder for {assignment} with --output.")
    return str(own)


def _sentence(path: Path, error: sqlite3.Error) -> str:
    if "locked" in str(error):
        return f"{path}: another grader is at work on it. Wait until it is done, or grade into another folder."
    if isinstance(error, sqlite3.OperationalError):
        return f"{path} cannot be read or written ({error}). {MEND}"
    return (
        f"{path} is damaged ({error}). Move it away and grade again: the grades are in results/ as well, and "
        "nothing but their history is lost."
    )


class Ledger:
    """What is kept of a class. Made by `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection, assignment: str) -> None:
        self._connection = connection
        self.assignment = assignment

    def known(self, submission: str) -> dict[str, Unit]:
        """The units of a submission that need not be run again, by their keys."""
        rows = self._connection.execute("SELECT unit FROM units WHERE submission = ?", (submission,))
        units = [msgspec.json.decode(text, type=Unit) for (text,) in rows]
        return {unit.key: unit for unit in units if unit.reusable}

    def record(self, graded: Graded, source: Source) -> None:
        """Keep what a submission was given, and where it lies; all of it or, where that fails, nothing."""
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        name = graded.result.submission
        last = self.last(name)
        self._connection.execute("BEGIN")
        try:
            for unit in graded.units:
                self._keep(name, unit, now)
            if (
                last is None
                or without_times(last.result) != without_times(graded.result)
                or last.inputs != graded.inputs
            ):
                self._connection.execute(
                    "INSERT INTO grades (submission, graded_at, inputs, result) VALUES (?, ?, ?, ?)",
                    (name, now, _text(graded.inputs), _text(graded.result)),
                )
            self._connection.execute(
                "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)",
                (
                    name,
                    json.dumps(os.fspath(source.path)),  # a name need not be text, and SQLite takes nothing else
                    json.dumps([os.fspath(path) for path in source.files]),
                    source.before.isoformat() if source.before is not None else None,
                ),
            )
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def last(self, submission: str) -> Grade | None:
        """The grade that a submission has; `None` where it has none yet."""
        rows = self._connection.execute(
            "SELECT graded_at, inputs, result FROM grades WHERE submission = ? ORDER BY number DESC LIMIT 1",
            (submission,),
        )
        return next(map(_grade, rows), None)

    def grades(self, submission: str) -> list[Grade]:
        """Every grade that a submission has had, the oldest first."""
        rows = self._connection.execute(
            "SELECT graded_at, inputs, result FROM grades WHERE submission = ? ORDER BY number", (submission,)
        )
        return list(map(_grade, rows))

    def sources(self) -> list[Source]:
        """Where the submissions lie that were graded, sorted by id."""
        rows = self._connection.execute("SELECT submission, path, files, before FROM sources ORDER BY submission")
        return [
            Source(
                name,
                Path(json.loads(path)),
                tuple(map(Path, json.loads(files))),
                datetime.fromisoformat(before) if before is not None else None,
            )
            for name, path, files, before in rows
        ]

    def _keep(self, submission: str, unit: Unit, now: str) -> None:
        text = _text(unit)
        rows = self._connection.execute(
            "SELECT unit FROM units WHERE submission = ? AND grp = ? AND key = ?", (submission, unit.group, unit.key)
        )
        if rows.fetchone() != (text,):
            self._connection.execute(
                "INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?, ?)", (submission, unit.group, unit.key, now, text)
            )
            self._connection.execute(
                "DELETE FROM units WHERE submission = ?1 AND grp = ?2 AND rowid NOT IN "
                "(SELECT rowid FROM units WHERE submission = ?1 AND grp = ?2 ORDER BY rowid DESC LIMIT ?3)",
                (submission, unit.group, KEPT),
            )


def _grade(row: tuple[str, str | None, str]) -> Grade:
    graded_at, inputs, result = row
    return Grade(
        datetime.fromisoformat(graded_at),
        msgspec.json.decode(result, type=Result),
        msgspec.json.decode(inputs, type=Inputs) if inputs is not None else None,
    )


def _text(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _on_network(path: Path) -> bool:
    """Whether a file lies on a file system of another machine, as far as this one says."""
    if not MOUNTS.exists():
        return False
    real = Path(os.path.realpath(path))
    mounts: Mapping[str, str] = {
        fields[1].replace("\\040", " "): fields[2] for fields in map(str.split, MOUNTS.read_text().splitlines())
    }
    nearest = max((place for place in mounts if real.is_relative_to(place)), key=len, default="/")
    return mounts.get(nearest, "").startswith(NETWORK)
