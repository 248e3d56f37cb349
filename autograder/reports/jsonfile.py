"""Results as JSON: one file for each submission, or one document for `--json`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from autograder.files import file_name, write_atomically
from autograder.ledger.records import CheckRecord, Mark, Result, TaskRecord


def result_json(result: Result) -> bytes:
    """One result as indented UTF-8 JSON. Raises `ValueError` for a number that JSON does not have."""
    return encode(_plain(result))


def envelope(assignment: str, results: Sequence[Result]) -> bytes:
    """All results of one assignment as one JSON document. Raises `ValueError` as `result_json` does."""
    return encode({"assignment": assignment, "results": [_plain(result) for result in results]})


def write_results(folder: Path, results: Sequence[Result]) -> None:
    """Write `folder/results/<submission>.json` for each result."""
    for result in results:
        write_atomically(result_file(folder, result.submission), result_json(result))


def result_file(folder: Path, submission: str) -> Path:
    """Return where the record of a submission is."""
    return folder / "results" / f"{file_name(submission)}.json"


def _plain(result: Result) -> dict[str, Any]:
    record = asdict(replace(result, checks=(), excerpts=()))
    del record["excerpts"]
    record["status"] = result.status.value
    record["cause"] = result.cause.value if result.cause is not None else ""
    record["tasks"] = list(map(_task, result.tasks))
    record["checks"] = list(map(_check, result.checks))
    return record


def _task(task: TaskRecord) -> dict[str, Any]:
    record = {"id": task.id, "title": task.title, "points": task.points, "score": task.score}
    if task.written:
        record["written"] = True
    if task.mark is not None:
        record["mark"] = mark_document(task.mark)
    return record


def mark_document(mark: Mark) -> dict[str, Any]:
    """A mark as plain data."""
    return {
        "points": mark.points,
        "items": list(mark.items),
        "comment": mark.comment,
        "marker": mark.marker,
        "marked_at": mark.marked_at.isoformat(),
        "receipt": mark.receipt,
    }


def _check(check: CheckRecord) -> dict[str, Any]:
    return {
        "name": check.name,
        "title": check.title,
        "task": check.task,
        "weight": check.weight,
        "visibility": check.visibility,
        "outcome": check.outcome.value,
        "message": check.message,
        "detail": check.detail,
        "seconds": check.seconds,
    }


def encode(document: Mapping[str, Any]) -> bytes:
    """A document as indented UTF-8 JSON, strictly. Raises `ValueError` for a number that JSON does not have.

    Characters that could steer a terminal or hide are escaped; the data remain the same.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    if not text.replace("\n", "").isprintable():
        text = "".join(map(_plain_character, text))
    # A lone surrogate, from a file name or a student's text, has no UTF-8 form: it becomes "?".
    return text.encode("utf-8", "replace") + b"\n"


def _plain_character(character: str) -> str:
    if character.isprintable() or character == "\n" or "\ud800" <= character <= "\udfff":
        return character
    return json.dumps(character)[1:-1]
