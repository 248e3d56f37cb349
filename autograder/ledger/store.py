"""The ledger of a class: a SQLite file that keeps every grade, and what need not be run again."""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from difflib import get_close_matches
from pathlib import Path

import msgspec

from autograder.errors import UserError
from autograder.intake.submission import Source
from autograder.ledger.digests import result_digest
from autograder.ledger.migrations import MARKS, NEWEST, RUNS, SOURCES, migrate
from autograder.ledger.records import Mark, Result, without_times
from autograder.ledger.units import Graded, Inputs, Unit

FILE = "ledger.sqlite"
KEPT = 8
"""Units of one group of one submission that are kept: a check may be changed, and changed back."""

SCHEMA = f"""
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
    run INTEGER,
    graded_at TEXT NOT NULL,
    digest TEXT NOT NULL,
    inputs TEXT,
    result TEXT NOT NULL
);
CREATE INDEX grades_of ON grades (submission, number);
{RUNS}{SOURCES}{MARKS}
"""
HOLDS = "(run IS NULL OR run IN (SELECT number FROM runs WHERE undone_at IS NULL))"
"""Whether a row is of no run, from before there were any, or of one that was not undone."""
GRADE = f"SELECT graded_at, digest, inputs, result, NOT {HOLDS} FROM grades"
SOURCE = "submission, name, path, files, before"
COLUMNS = {"grades": "submission, graded_at, digest, inputs, result", "sources": SOURCE}
SourceRow = tuple[str, str | None, str, str, str | None]
MOUNTS = Path("/proc/self/mounts")
NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "lustre", "gpfs", "beegfs", "ceph", "glusterfs", "fuse.")
"""Beginnings of the names of network file systems, on which SQLite's WAL does not hold."""

MEND = "All files are whole; mend that, and grade again."


class LedgerError(UserError):
    """A ledger that cannot be used; the message names the file and the remedy."""


@dataclass(frozen=True)
class Grade:
    """A grade that a submission had from `graded_at` (UTC) on, and what it followed from.

    `digest` tells it from others. One that was `undone` is kept for its history only.
    """

    graded_at: datetime
    digest: str
    result: Result
    inputs: Inputs | None
    undone: bool = False


@dataclass(frozen=True)
class Change:
    """The grade that a submission had, and the one that it has now; `None` where it had or has none."""

    before: Grade | None
    after: Grade | None


def ledgers_below(folder: Path) -> list[Path]:
    """The folders directly in this one that have a ledger, sorted."""
    return sorted(path.parent for path in folder.glob(f"*/{FILE}"))


@contextmanager
def open_ledger(folder: Path, assignment: str | None, *, make: bool = True) -> Iterator["Ledger"]:
    """The ledger of an assignment, or of whichever it is, in `folder`, held against every other grader.

    Raises `LedgerError` where another grader has it, where it is damaged or of another assignment, and where it is
    missing and not to be made.
    """
    path = folder / FILE
    if not make and not path.exists():
        raise LedgerError(f"{path} is missing: nothing has been graded into this folder.")
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
        connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {NEWEST}; COMMIT;")
    elif version > NEWEST:
        raise LedgerError(f"{path}: made by a newer version of the grader: use that one, or grade into a new folder.")
    elif version < NEWEST:
        migrate(connection, version)
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
        f"{path} is damaged ({error}). Move it away and grade again: the grades are also in results/, and "
        "only their history is lost."
    )


class Ledger:
    """The ledger of a class. Made by `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection, assignment: str) -> None:
        self._connection = connection
        self.assignment = assignment
        (self._run,) = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM runs").fetchone()

    def known(self, submission: str) -> dict[str, Unit]:
        """The units of a submission that need not be run again, by their keys."""
        rows = self._connection.execute("SELECT unit FROM units WHERE submission = ?", (submission,))
        units = [msgspec.json.decode(text, type=Unit) for (text,) in rows]
        return {unit.key: unit for unit in units if unit.reusable}

    def record(self, graded: Graded, source: Source) -> Change:
        """Keep what a submission was given, and where it lies; all of it or, where that fails, nothing."""
        now = _now()
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
                self._keep_in_run("grades", (name, now, *_grade_row(graded)), now)
            row = _source_row(source)
            if self._last_source(name) != row:
                self._keep_in_run("sources", row, now)
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return Change(last, self.last(name))

    def undo(self) -> tuple[datetime, list[Change]] | None:
        """Put back the grades that the last run replaced, and take back those that it gave first.

        Says when that run was, and what has changed; `None` where there is no run to be undone. The grades of that
        run stay in the history.
        """
        run = "SELECT number, started_at FROM runs WHERE undone_at IS NULL ORDER BY number DESC LIMIT 1"
        found = self._connection.execute(run).fetchone()
        if found is None:
            return None
        number, started_at = found
        touched = "SELECT submission FROM grades WHERE run = ?1 UNION SELECT submission FROM sources WHERE run = ?1"
        names = [name for (name,) in self._connection.execute(touched, (number,))]
        before = {name: self.last(name) for name in names}
        self._connection.execute("UPDATE runs SET undone_at = ? WHERE number = ?", (_now(), number))
        return datetime.fromisoformat(started_at), [Change(before[name], self.last(name)) for name in names]

    def settled(self, sources: Sequence[Source]) -> list[Source]:
        """The same submissions, each under the id under which the ledger knows its path and name.

        Raises `LedgerError` where two would share an id.
        """
        kept = {(source.path, source.owner): source.id for source in self.sources()}
        unnamed = {source.path: source.id for source in self.unmapped() if not source.files}
        found: dict[str, Source] = {}
        for source in sources:
            known = kept.get((source.path, source.owner), source.id)
            if not source.files:
                known = unnamed.get(source.path, known)
            other = found.setdefault(known, source.under(known))
            if other.path != source.path or other.owner != source.owner:
                raise LedgerError(
                    f"{other.path} and {source.path} would both be {known}: grade one into another folder (--output)."
                )
        return list(found.values())

    def elsewhere(self, sources: Sequence[Source]) -> list[tuple[Source, Source]]:
        """Those whose grade here is of a submission in another folder, beside that one."""
        kept = {source.id: source for source in self.sources()}
        pairs = ((source, kept[source.id]) for source in sources if source.id in kept)
        return [(source, other) for source, other in pairs if source.place != other.place]

    def unmapped(self) -> list[Source]:
        """Return what an earlier version graded from a path that does not tell its name."""
        return [_source(row) for row in self._source_rows() if row[1] is None]

    def without_grade(self) -> list[str]:
        """The ids that nobody has any more: their only grades were undone, or a migration has changed them."""
        rows = self._connection.execute(
            "SELECT id FROM former_ids UNION SELECT submission FROM grades "
            f"EXCEPT SELECT submission FROM grades WHERE {HOLDS}"
        )
        return [name for (name,) in rows]

    def last(self, submission: str) -> Grade | None:
        """The grade that a submission has; `None` where it has none yet."""
        rows = self._connection.execute(
            f"{GRADE} WHERE submission = ? AND {HOLDS} ORDER BY number DESC LIMIT 1", (submission,)
        )
        return next(map(_grade, rows), None)

    def grades(self, submission: str) -> list[Grade]:
        """Every grade that a submission has had, the oldest first, also those that were undone."""
        rows = self._connection.execute(f"{GRADE} WHERE submission = ? ORDER BY number", (submission,))
        return list(map(_grade, rows))

    def sources(self) -> list[Source]:
        """Return where the submissions lie that were graded, sorted by id."""
        return list(map(_source, self._source_rows()))

    def ids(self, name: str) -> list[str]:
        """The ids of the submissions that have this id or name, also of those whose grades were undone."""
        return list(dict.fromkeys(one.id for one in self._known() if name in (one.id, one.owner, one.seed_id)))

    def alike(self, name: str, most: int = 3) -> list[str]:
        """The names of submissions that begin or sound like this one, at most so many."""
        owners = list(dict.fromkeys(one.owner for one in self._known()))
        lower = name.casefold()
        begin = [owner for owner in owners if owner.casefold().startswith(lower)]
        return list(dict.fromkeys((*begin, *get_close_matches(name, owners))))[:most]

    def _known(self) -> list[Source]:
        """Every submission that was ever graded, under each path and name that it had."""
        rows = self._connection.execute(f"SELECT DISTINCT {SOURCE} FROM sources ORDER BY submission")
        return [_source(row) for row in rows.fetchall()]

    def keep_mark(self, submission: str, mark: Mark) -> None:
        """Add a mark of a submission. Earlier ones stay."""
        values = (submission, _text(replace(mark, number=0)))
        self._connection.execute("INSERT INTO marks (submission, mark) VALUES (?, ?)", values)

    def marks(self, submission: str) -> list[Mark]:
        """Every mark that a submission has had, the oldest first."""
        rows = self._connection.execute(
            "SELECT number, mark FROM marks WHERE submission = ? ORDER BY number", (submission,)
        )
        return [replace(msgspec.json.decode(text, type=Mark), number=number) for number, text in rows]

    def _source_rows(self) -> list[SourceRow]:
        rows = self._connection.execute(
            f"SELECT {SOURCE} FROM sources WHERE number IN "
            f"(SELECT max(number) FROM sources WHERE {HOLDS} GROUP BY submission) ORDER BY submission"
        )
        return rows.fetchall()

    def _last_source(self, submission: str) -> SourceRow | None:
        rows = self._connection.execute(
            f"SELECT {SOURCE} FROM sources WHERE submission = ? AND {HOLDS} ORDER BY number DESC LIMIT 1", (submission,)
        )
        return next(rows, None)

    def _keep_in_run(self, table: str, values: Sequence[str | None], now: str) -> None:
        """Add a row to a table, as one of this run's."""
        self._connection.execute("INSERT OR IGNORE INTO runs (number, started_at) VALUES (?, ?)", (self._run, now))
        places = ", ".join("?" * (len(values) + 1))
        self._connection.execute(f"INSERT INTO {table} ({COLUMNS[table]}, run) VALUES ({places})", (*values, self._run))

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


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _grade_row(graded: Graded) -> tuple[str, str | None, str | None]:
    return result_digest(msgspec.to_builtins(graded.result)), _text(graded.inputs), _text(graded.result)


def _grade(row: tuple[str, str, str | None, str, bool]) -> Grade:
    graded_at, digest, inputs, result, undone = row
    return Grade(
        datetime.fromisoformat(graded_at),
        digest,
        msgspec.json.decode(result, type=Result),
        msgspec.json.decode(inputs, type=Inputs) if inputs is not None else None,
        bool(undone),
    )


def _source_row(source: Source) -> SourceRow:
    """Return it as a row; paths and names as JSON, since they need not be text, and SQLite takes nothing else."""
    return (
        source.id,
        json.dumps(source.owner),
        json.dumps(os.fspath(source.path)),
        json.dumps([os.fspath(path) for path in source.files]),
        source.before.isoformat() if source.before is not None else None,
    )


def _source(row: SourceRow) -> Source:
    submission, name, path, files, before = row
    source = Source(
        submission,
        Path(json.loads(path)),
        tuple(map(Path, json.loads(files))),
        datetime.fromisoformat(before) if before is not None else None,
    )
    return source if name is None else replace(source, name=json.loads(name)).under(submission)


def _text(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _on_network(path: Path) -> bool:
    """Return whether a file lies on a file system of another machine, as far as this one says."""
    if not MOUNTS.exists():
        return False
    real = Path(os.path.realpath(path))
    mounts: Mapping[str, str] = {
        fields[1].replace("\\040", " "): fields[2] for fields in map(str.split, MOUNTS.read_text().splitlines())
    }
    nearest = max((place for place in mounts if real.is_relative_to(place)), key=len, default="/")
    return mounts.get(nearest, "").startswith(NETWORK)
