"""How a ledger that an earlier version made becomes one of this version, step by step, and nothing is lost.

Each step takes a ledger of the version of its number to the next. What a step must hold is tested on a ledger of the
old version, kept as SQL beside the tests.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec

from autograder.outcomes import Outcome


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


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_sentence_and_evidence,)
NEWEST = 1 + len(STEPS)
