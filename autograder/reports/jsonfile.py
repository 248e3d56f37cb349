"""Results as JSON: one file for each submission, or one document for `--json`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.files import file_name, write_atomically
from autograder.ledger.records import Result


def result_json(result: Result) -> bytes:
    """One result as indented UTF-8 JSON. Raises `ValueError` for a number that JSON does not have."""
    return encode(_plain(result))


def envelope(assignment: str, results: Sequence[Result]) -> bytes:
    """All results of one assignment as one JSON document. Raises `ValueError` as `result_json` does."""
    return encode({"assignment": assignment, "results": [_plain(result) for result in results]})


def write_results(folder: Path, results: Sequence[Result]) -> None:
    """Write `folder/results/<submission>.json` for each result."""
    for result in results:
        write_atomically(folder / "results" / f"{file_name(result.submission)}.json", result_json(result))


def _plain(result: Result) -> dict[str, Any]:
    record = asdict(result)
    record["status"] = result.status.value
    for check in record["checks"]:
        check["outcome"] = check["outcome"].value
    return record


def encode(document: Mapping[str, Any]) -> bytes:
    """A document as indented UTF-8 JSON, strictly. Raises `ValueError` for a number that JSON does not have."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    # A lone surrogate, from a file name or a student's text, has no UTF-8 form: it becomes "?".
    return text.encode("utf-8", "replace") + b"\n"
