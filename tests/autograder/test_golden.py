"""The comparison of two versions, and the record and the page that stand in the repository."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from quality.golden import sides
from quality.golden.compare import Difference, all_differences, differences
from quality.golden.errors import GoldenError
from quality.golden.example import graded_example, kept_example
from quality.golden.records import Record
from quality.golden.report import Compared, failing, lines
from quality.golden.runs import Graded, Grading, Run
from quality.golden.sides import Side
from quality.golden.wording import Change, Wording, read_wording

pytestmark = pytest.mark.slow

WRONG = "The number is wrong."
EVIDENCE = "neuron(1.0) is 2.0; expected 3.0."
AS_IT_WAS = Wording()

GRADER = """
import json, os, pathlib, sys
_, command, assignment, submissions, *seed, _, output = sys.argv
results = pathlib.Path(output, "results")
results.mkdir(exist_ok=True)
pathlib.Path("called").write_text(f"{command} {assignment} {seed} {os.environ['TMPDIR'] != '/tmp'}")
for name in sorted(os.listdir(submissions)):
    record = json.loads(pathlib.Path("record.json").read_text()) | {"submission": name}
    (results / f"{name}.json").write_text(json.dumps(record))
sys.exit(int(pathlib.Path("status").read_text()))
"""
"""Stands in for `autograder grade`: gives each submission the same record, and tells how it was called."""


def check(name="test_neuron", **changes):
    known = {
        "name": name,
        "title": "A neuron adds.",
        "task": "1.1",
        "weight": 1.0,
        "visibility": "public",
        "outcome": "wrong answer",
        "message": f"{WRONG}\n{EVIDENCE}",
        "detail": f"{WRONG}\n{EVIDENCE}",
        "seconds": 0.1,
    }
    return known | changes


def data(*checks, **changes):
    known = {
        "submission": "wrong.adds",
        "assignment": "03_perceptron",
        "score": 0.0,
        "max_score": 2.0,
        "status": "graded",
        "message": "",
        "tasks": [{"id": "1.1", "title": "The neuron", "points": 2.0, "score": 0.0}],
        "checks": list(checks) or [check()],
        "notes": [],
        "seed": 1,
        "sandbox": ["uid", "seccomp"],
        "versions": {"python": "3.12.1"},
        "data": "none",
        "provisional": False,
        "detail": "",
        "receipt": "0123456789abcdef",
    }
    return known | changes


def record(*checks, **changes):
    return msgspec.convert(data(*checks, **changes), Record)


def kinds(old, new, wording=AS_IT_WAS):
    return [(difference.where, difference.kind) for difference in differences(old, new, wording)]


def test_records_that_differ_in_times_and_versions_only_are_equal():
    assert kinds(record(), record(check(seconds=0.7), versions={"python": "3.13.0"})) == []


@pytest.mark.parametrize(
    ("where", "kind", "changes"),
    [
        ("whole", "status", {"status": "needs review"}),
        ("whole", "score", {"score": None}),
        ("whole", "points", {"max_score": 3.0}),
        ("whole", "sentence", {"message": "Hand in perceptron.py."}),
        ("whole", "evidence", {"detail": "perceptron.py is a link."}),
        ("whole", "notes", {"notes": ["OTHER_NAME.py was not read."]}),
        ("whole", "sandbox layers", {"sandbox": ["uid"]}),
        ("whole", "receipt", {"receipt": ""}),
        ("whole", "provisional", {"provisional": True}),
        ("task 1.1", "points", {"tasks": [{"id": "1.1", "title": "The neuron", "points": 3.0, "score": 0.0}]}),
        ("task 1.1", "score", {"tasks": [{"id": "1.1", "title": "The neuron", "points": 2.0, "score": 1.0}]}),
        ("task 1.1", "title", {"tasks": [{"id": "1.1", "title": "A neuron", "points": 2.0, "score": 0.0}]}),
        ("whole", "tasks", {"tasks": []}),
    ],
)
def test_what_differs_in_a_submission_is_named(where, kind, changes):
    assert kinds(record(), record(**changes)) == [(where, kind)]


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("outcome", {"outcome": "timed out"}),
        ("weight", {"weight": 2.0}),
        ("task", {"task": "1.2"}),
        ("title", {"title": "A neuron multiplies."}),
        ("visibility", {"visibility": "hidden"}),
        ("sentence", {"message": f"Wrong.\n{EVIDENCE}", "detail": f"Wrong.\n{EVIDENCE}"}),
        ("evidence", {"message": f"{WRONG}\nneuron(1.0) is 2.5.", "detail": f"{WRONG}\nneuron(1.0) is 2.5."}),
        ("evidence", {"detail": f"{WRONG}\nneuron(1.0) is 2.5."}),
    ],
)
def test_what_differs_in_a_check_is_named(kind, changes):
    assert kinds(record(), record(check(**changes))) == [("test_neuron", kind)]


def test_evidence_that_a_student_did_not_see_before_is_more_than_other_evidence():
    hidden = check(visibility="hidden", message=WRONG)
    found = kinds(record(hidden), record(hidden | {"message": f"{WRONG}\nThe input was 1.0."}))
    assert ("test_neuron", "shows evidence") in found


def test_checks_that_are_gone_new_or_moved_are_named_once():
    one, two = check("test_one"), check("test_two")
    for other in (record(one), record(one, two, check("test_three")), record(two, one)):
        assert kinds(record(one, two), other) == [("whole", "checks")]
    (gone,) = differences(record(one, two), record(one), AS_IT_WAS)
    assert str(gone) == "wrong.adds, whole: checks: ['test_two'] → []"


def test_a_submission_that_has_no_record_any_more_is_named():
    (found,) = all_differences({"wrong.adds": record()}, {}, AS_IT_WAS)
    assert (found.submission, found.kind, found.old, found.new) == ("wrong.adds", "record", True, False)


@pytest.mark.parametrize(
    "change",
    [
        Change(old=WRONG, new="Your number is wrong."),
        Change(old=r"The (\w+) is wrong\.", new=r"Your \1 is wrong.", pattern=True),
    ],
)
def test_a_sentence_that_was_changed_on_purpose_is_no_difference(change):
    words = f"Your number is wrong.\n{EVIDENCE}"
    new = record(check(message=words, detail=words))
    assert kinds(record(), new) == [("test_neuron", "sentence")]
    assert kinds(record(), new, Wording((change,))) == []
    assert kinds(record(), record(), Wording((change,))) == [("test_neuron", "sentence")]
    assert Wording((change,)).unused(record().sentences()) == []
    assert Wording((change,)).unused(new.sentences()) == [change]


def test_the_wording_in_the_repository_can_be_read():
    read_wording()


@pytest.mark.parametrize("text", ["[[change]]\nold = 'a'\n", "[[change]]\nold = '('\nnew = 'a'\npattern = true\n", "["])
def test_wording_that_cannot_be_used_names_the_file(tmp_path, text):
    file = tmp_path / "wording.toml"
    file.write_text(text)
    with pytest.raises(GoldenError, match=str(file)):
        read_wording(file)


def test_evidence_counts_only_where_that_is_asked_for():
    graded = Graded({"wrong.adds": record()}, Run("", ""))
    found = tuple(Difference("wrong.adds", "test_neuron", kind, "a", "b") for kind in ("evidence", "outcome"))
    compared = [Compared("03_perceptron", graded, graded, found)]
    assert failing(compared, with_evidence=False) == 1
    assert failing(compared, with_evidence=True) == 2
    assert [": outcome: " in line for line in lines(compared)] == [True, False]


@pytest.fixture
def grading(tmp_path):
    """A class of two, and a command of our own instead of `autograder grade`."""
    root = tmp_path / "tree"
    (root / "autograder").mkdir(parents=True)
    (root / "autograder" / "__init__.py").touch()
    (root / "autograder" / "__main__.py").write_text(GRADER)
    (root / "record.json").write_text(json.dumps(data(data="mnist")))
    (root / "status").write_text("0")
    for name in ("right.loops", "wrong.adds"):
        (tmp_path / "class" / name).mkdir(parents=True)
    side = Side("base", root, Path(sys.executable), "some code")
    return Grading(side, "03_perceptron", tmp_path / "class", tmp_path / "out")


def test_a_class_is_graded_by_the_command_and_kept(grading):
    done = []
    graded = grading.grade("these images", done.append, resume=False)
    called = (grading.side.root / "called").read_text()
    assert called == "grade 03_perceptron ['--seed', '1'] True"
    assert list(graded.records) == ["right.loops", "wrong.adds"]
    assert done[-1] == grading.size == 2
    assert graded.run.finished and graded.run.cpu_seconds > 0 and graded.run.wall_seconds > 0
    assert grading.kept("these images") == graded
    assert graded.student_seconds == pytest.approx(0.2)


def test_records_made_on_other_images_are_refused(grading):
    grading.grade("these images", lambda done: None, resume=False)
    with pytest.raises(GoldenError, match="other images"):
        grading.kept("others")


def test_records_of_other_code_are_not_taken(grading):
    grading.grade("", lambda done: None, resume=False)
    other = Side("base", grading.side.root, grading.side.python, "other code")
    assert Grading(other, "03_perceptron", grading.submissions, grading.output).kept("") is None


def test_a_run_that_was_interrupted_is_unfinished_and_has_no_times(grading):
    def interrupt(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grading.grade("", interrupt, resume=False)
    assert not grading.kept("").run.finished
    graded = grading.grade("", lambda done: None, resume=True)
    assert graded.run.finished and graded.run.cpu_seconds is None


def test_a_command_that_fails_is_quoted(grading):
    main = grading.side.root / "autograder" / "__main__.py"
    main.write_text("import sys\nsys.exit('There is no such assignment.')\n")
    with pytest.raises(GoldenError, match="There is no such assignment"):
        grading.grade("", lambda done: None, resume=False)


def test_a_fault_of_the_grader_is_not_kept_as_what_the_base_says(grading):
    (grading.side.root / "record.json").write_text(json.dumps(data(status="needs review")))
    (grading.side.root / "status").write_text("3")
    with pytest.raises(GoldenError, match=r"right\.loops, wrong\.adds"):
        grading.grade("", lambda done: None, resume=False)
    assert not grading.kept("").run.finished


def test_an_interpreter_that_runs_another_engine_is_refused(tmp_path):
    with pytest.raises(GoldenError, match="install that one"):
        Side("base", tmp_path, Path(sys.executable), "").require_own_engine()


def test_the_images_are_told_apart_by_what_they_hold(tmp_path, monkeypatch):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    assert sides.images() == ""
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    (tmp_path / "images").write_bytes(b"one")
    first = sides.images()
    (tmp_path / "images").write_bytes(b"two")
    assert first and sides.images() not in ("", first)
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(GoldenError, match="nowhere"):
        sides.images()


def test_the_class_of_a_bank_is_written_as_whole_files(tmp_path):
    side = Side("now", sides.ROOT, Path(sys.executable), "")
    sides.write_classes(side, tmp_path / "class")
    written = tmp_path / "class" / "03_perceptron"
    reference = (sides.ROOT / "solutions/03_perceptron/perceptron.py").read_bytes()
    assert (written / "reference" / "perceptron.py").read_bytes() == reference
    assert (written / "stub" / "perceptron.py").read_bytes() != reference
    entries = (sides.ROOT / "tests/submissions/03_perceptron").glob("*/*")
    names = {f"{path.parent.name}.{path.stem}" for path in entries}
    assert {path.name for path in written.iterdir()} == names | {"reference", "stub"}


def test_a_commit_that_is_not_there_is_said_so():
    done = subprocess.run(
        [sys.executable, "-m", "quality.golden", "no-such-commit"],
        cwd=sides.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no-such-commit" in done.stderr and "Traceback" not in done.stderr


def test_the_record_and_the_page_in_the_repository_are_what_the_command_writes():
    record, page = graded_example().anywhere()
    kept_record, kept_page = kept_example().anywhere()
    assert record == kept_record, "renew it, if that is meant: python -m quality.golden --renew"
    assert page == kept_page, "renew it, if that is meant: python -m quality.golden --renew"
