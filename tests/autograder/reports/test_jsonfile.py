import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import fastjsonschema
import pytest

from autograder.ledger.records import Mark, TaskRecord
from autograder.outcomes import Cause, Outcome, Status
from autograder.reports.jsonfile import envelope, result_json, write_results

KEYS = [
    "submission", "assignment", "score", "max_score", "status", "message", "tasks", "checks", "notes", "seed",
    "sandbox", "versions", "data", "provisional", "detail", "receipt", "despite_reference", "cause",
]  # fmt: skip


def strict(text: bytes):
    def refuse(constant: str):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text.decode("utf-8"), parse_constant=refuse)


def test_the_whole_record(make_result):
    record = strict(result_json(make_result("ada", {"test_batch": Outcome.WRONG}, notes=("One note.",))))
    assert list(record) == KEYS
    assert record["score"] == 9.0
    assert record["status"] == "graded"
    assert record["tasks"][0] == {"id": "1.1", "title": "The neuron", "points": 2.0, "score": 1.0}
    assert record["checks"][1]["outcome"] == "wrong answer"
    assert list(record["checks"][1]) == [
        "name", "title", "task", "weight", "visibility", "outcome", "message", "detail", "seconds",
    ]  # fmt: skip
    assert record["notes"] == ["One note."]
    assert record["sandbox"] == ["uid", "landlock", "seccomp", "rlimits"]
    assert record["versions"]["numpy"] == "2.3.1"


def test_an_unknown_score_is_null(a_class):
    linus = strict(result_json(a_class[10]))
    assert linus["score"] is None
    assert [task["score"] for task in linus["tasks"]] == [None] * 5


def test_names_are_readable_text(make_result):
    assert "José".encode() in result_json(make_result("José"))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_have_is_an_error(make_result, number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        result_json(make_result("ada", score=number))


def test_hostile_text_survives_as_data(make_result):
    text = '"},\n\x00\x1b\u202e</script>'
    assert strict(result_json(make_result("ada", message=text)))["message"] == text


def test_a_lone_surrogate_becomes_a_question_mark(make_result):
    assert strict(result_json(make_result("ada\udcff")))["submission"] == "ada?"


def test_the_envelope_holds_the_same_records(a_class):
    document = strict(envelope("03_perceptron", a_class))
    assert list(document) == ["assignment", "results"]
    assert document["assignment"] == "03_perceptron"
    assert document["results"] == [strict(result_json(result)) for result in a_class]


def test_one_file_for_each_submission(tmp_path, a_class):
    write_results(tmp_path, a_class)
    files = sorted(path.name for path in (tmp_path / "results").iterdir())
    assert len(files) == 12
    assert "José María Fernández de la Cruz (12345).json" in files
    assert (tmp_path / "results" / "ada.json").read_bytes() == result_json(a_class[0])


SCHEMA = Path(__file__).parents[3] / "docs" / "result.schema.json"


def test_every_kind_of_record_follows_the_schema(a_class, make_result):
    holds = fastjsonschema.compile(json.loads(SCHEMA.read_text()))
    mark = Mark("2", "Notes", 4, 3.5, (1.5, 2.0), "Good.", "ada", datetime(2026, 11, 30, tzinfo=timezone.utc), "ab12")
    written = TaskRecord("2", "Notes", 4, 3.5, written=True, mark=mark)
    marked = make_result("marked")
    results = [*a_class, replace(marked, tasks=(*marked.tasks, written), cause=Cause.EMPTY, status=Status.NEEDS_REVIEW)]
    for outcome in Outcome:
        results.append(make_result(outcome.name.lower(), {"test_batch": outcome}))
    for result in results:
        holds(strict(result_json(result)))
    assert {one["outcome"] for result in results for one in strict(result_json(result))["checks"]} == set(Outcome)


def test_the_schema_names_all_causes_and_statuses():
    fields = json.loads(SCHEMA.read_text())["properties"]
    assert set(fields["cause"]["enum"]) == {"", *Cause}
    assert set(fields["status"]["enum"]) == set(Status)


def test_a_field_that_the_schema_does_not_name_is_refused(make_result):
    holds = fastjsonschema.compile(json.loads(SCHEMA.read_text()))
    record = strict(result_json(make_result("ada")))
    with pytest.raises(fastjsonschema.JsonSchemaValueException, match="surplus"):
        holds(record | {"surplus": 1})


def test_the_page_explains_every_field():
    page = SCHEMA.with_name("results.md").read_text()
    assert [line for line in explained(json.loads(SCHEMA.read_text())) if line not in page] == []


def explained(schema):
    """Begin the line of the page for each field, and end it with what the schema says."""
    for name, field in schema.get("properties", {}).items():
        yield f"| `{name}` |"
        if name != "mark":
            yield f"| {field['description']} |"
        yield from explained(field.get("items", field))
