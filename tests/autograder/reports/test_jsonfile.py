import json

import pytest

from autograder.outcomes import Outcome
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
