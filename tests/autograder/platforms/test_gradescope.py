"""The package for Gradescope, unpacked as Gradescope does and run by its own `run_autograder`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.course.samples import write_class
from autograder.grading.isolation import isolation
from autograder.platforms.build import build_packages
from autograder.platforms.gradescope import METADATA_LIMIT, submission_number
from quality.platforms import gradescope_place
from quality.variants import COURSE, THOROUGH

pytestmark = pytest.mark.slow

PERCEPTRON = COURSE.assignment("03_perceptron")
WITHOUT_LANDLOCK = COURSE.root / "quality" / "attack_suite" / "without_landlock.py"
FAKE_DOCKER = COURSE.root.parent / "shared" / "fake_docker" / "run.py"
SAMPLE_STEP = 1 if THOROUGH else 3
FIELDS = {"output", "output_format", "stdout_visibility", "visibility", "extra_data", "score", "tests"}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    (path,) = build_packages([PERCEPTRON], ["gradescope"], folder)
    return path


@pytest.fixture
def place(package, tmp_path):
    folder = gradescope_place(package, tmp_path / "autograder")
    (folder / "submission_metadata.json").write_text(json.dumps({"id": 417, "created_at": "2026-11-20T10:00:00"}))
    return folder


def run(place: Path, *wrapper: str) -> dict:
    done = subprocess.run(
        [*wrapper, "bash", str(place / "run_autograder")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(COURSE.root)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((place / "results" / "results.json").read_text(), parse_constant=pytest.fail)


@pytest.fixture(autouse=True)
def safe():
    weakness = isolation(PERCEPTRON).weakness
    if weakness:
        pytest.skip(weakness)


ODD = {
    "nothing": None,
    "no bytes": b"",
    "no JSON": b"{",
    "another type": b"[417]",
    "no number": b'{"created_at": "2026-11-20"}',
    "null": b'{"id": null}',
    "below zero": b'{"id": -1}',
    "a word": b'{"id": "four"}',
    "endless": b'{"id": 1' + 9000 * b"0" + b"}",
    "deep": b'{"users": ' + 200_000 * b"[" + 200_000 * b"]" + b"}",
    "no UTF-8": b'{"id": "\xff"}',
    "huge": b'{"id": 1, "results": "' + METADATA_LIMIT * b"x" + b'"}',
}


@pytest.mark.parametrize("odd", ODD)
def test_metadata_that_tells_no_number(tmp_path, odd):
    path = tmp_path / "submission_metadata.json"
    if ODD[odd] is not None:
        path.write_bytes(ODD[odd])
    assert submission_number(path) is None


def test_metadata_that_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    assert [submission_number(tmp_path / name) for name in ("pipe", "link", ".")] == [None, None, None]


@pytest.mark.parametrize("number", [b"417", b'"417"', b"417.0"])
def test_metadata_with_a_number_in_another_form(tmp_path, number):
    (tmp_path / "metadata.json").write_bytes(b'{"id": %b, "users": 3, "previous_submissions": {}}' % number)
    assert submission_number(tmp_path / "metadata.json") == 417


def test_a_submission_without_metadata_is_graded(place):
    (place / "submission_metadata.json").unlink()
    shutil.copy(PERCEPTRON.solution / "perceptron.py", place / "submission")
    assert run(place)["score"] == PERCEPTRON.manifest.points


def test_a_right_submission(place):
    shutil.copy(PERCEPTRON.solution / "perceptron.py", place / "submission")
    found = run(place)
    assert set(found) == FIELDS
    assert found["score"] == PERCEPTRON.manifest.points
    assert sum(Decimal(str(test["max_score"])) for test in found["tests"]) == PERCEPTRON.manifest.points
    assert {test["status"] for test in found["tests"]} == {"passed"}
    assert {test["visibility"] for test in found["tests"]} == {"visible", "after_published"}
    assert "Receipt: " in found["output"]


def test_the_score_is_that_of_the_command(place, tmp_path):
    """For some of the sample class: each submission under its number, here and in Gradescope's export."""
    samples = write_class(PERCEPTRON, tmp_path / "class")
    export = tmp_path / "assignment_9_export"
    there = {}
    for number, sample in enumerate(sorted(samples.iterdir())[1::SAMPLE_STEP], start=100):
        kept = export / f"submission_{number}"
        kept.mkdir(parents=True)
        for path in [sample] if sample.is_file() else list(sample.iterdir()):
            shutil.copy(path, kept)
        shutil.rmtree(place / "submission")
        shutil.copytree(kept, place / "submission")
        (place / "submission_metadata.json").write_text(json.dumps({"id": number}))
        there[kept.name] = run(place)
    source = place / "source" / "course"
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "03", str(export), "--json", "--output", str(tmp_path / "out")],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    here = {result["submission"]: result for result in json.loads(done.stdout)["results"]}
    assert set(here) == set(there)
    for name, result in here.items():
        assert there[name].get("score") == result["score"], name
        outcomes = {check["title"]: check["outcome"] == "passed" for check in result["checks"]}
        for test in there[name].get("tests", []):
            assert (test["status"] == "passed") == outcomes[test["name"].partition(": ")[2]]
    assert any(0 < (result["score"] or 0) < PERCEPTRON.manifest.points for result in here.values())


def test_hidden_checks_say_nothing_of_their_inputs(place):
    source = (PERCEPTRON.solution / "perceptron.py").read_text()
    (place / "submission" / "perceptron.py").write_text(source.replace("return f(w @ x + b)", "return f(w @ x - b)"))
    found = run(place)
    hidden = [test for test in found["tests"] if test["visibility"] != "visible" and test["status"] == "failed"]
    assert hidden
    assert all("expected" not in test["output"] for test in hidden)


def test_a_misnamed_file_is_taken_with_a_note(place):
    shutil.copy(PERCEPTRON.solution / "perceptron.py", place / "submission" / "hw3 (1).py")
    (place / "submission" / "perceptron.py").write_bytes((PERCEPTRON.folder / "perceptron.py").read_bytes())
    found = run(place)
    assert found["score"] == PERCEPTRON.manifest.points
    assert "hw3 (1).py was taken as perceptron.py" in found["output"]


def test_the_file_of_another_assignment_has_no_score(place):
    """The package holds nothing of the other one but its public names."""
    shutil.copy(COURSE.assignment("04").solution / "xor_network.py", place / "submission" / "perceptron.py")
    found = run(place)
    assert "score" not in found
    assert "perceptron.py looks like a file of 04_xor" in found["output"]


def test_a_refused_submission_has_no_score(place):
    (place / "submission" / "perceptron.zip").write_bytes(b"PK\x03\x04 no zip")
    (place / "submission" / "perceptron.py").symlink_to("/etc/passwd")
    found = run(place)
    assert "score" not in found and "tests" not in found
    assert "link" in found["output"]


def test_a_fault_of_the_grader_has_no_score(place):
    shutil.copy(PERCEPTRON.solution / "perceptron.py", place / "submission")
    (place / "source/course/tests/hidden/03_perceptron/test_hidden_perceptron.py").write_text(
        "import nothing_like_it\n"
    )
    found = run(place)
    assert "score" not in found and "tests" not in found
    assert "not the student's" in found["output"]


def test_a_submission_without_end_is_cut_off(place):
    """Our deadline comes first: what was not run is said, and the rest counts."""
    source = (PERCEPTRON.solution / "perceptron.py").read_text()
    slow = source.replace("return f(w @ x + b)", "__import__('time').sleep(60)")
    (place / "submission" / "perceptron.py").write_text(slow)
    script = place / "source" / "short.py"
    script.write_text(
        "import autograder.platforms.gradescope as gradescope\ngradescope.WALL_SECONDS = 6.0\ngradescope.main()\n"
    )
    runner = (place / "run_autograder").read_text().replace("-m autograder.platforms.gradescope", str(script))
    (place / "run_autograder").write_text(runner)
    found = run(place)
    outputs = [test.get("output", "") for test in found["tests"]]
    assert any("timed out" in output for output in outputs)
    assert any("time for this submission was used up" in output for output in outputs)
    assert found["score"] > 0


container = pytest.mark.skipif(
    not FAKE_DOCKER.is_file() or not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="needs ../shared/fake_docker beside this checkout, and root",
)


@container
def test_in_a_container(place):
    pytest.importorskip("pyseccomp", reason="pyseccomp does not work here", exc_type=ImportError)
    shutil.copy(PERCEPTRON.solution / "perceptron.py", place / "submission")
    found = run(place, sys.executable, str(FAKE_DOCKER))
    assert found["score"] == PERCEPTRON.manifest.points
    assert ("spare uid" in found["extra_data"]["sandbox"]) == isolation(PERCEPTRON).spare_uid


LOOKS_AROUND = """
import os

for _path in ("submission_metadata.json", "later", "results", "source"):
    try:
        os.close(os.open(f"{PLACE}/{_path}", os.O_RDONLY))
    except PermissionError:
        continue
    neuron = _path
"""


@container
def test_without_landlock_a_submission_reads_nothing_of_gradescope(package):
    pytest.importorskip("pyseccomp", reason="pyseccomp does not work here", exc_type=ImportError)
    if not isolation(PERCEPTRON).spare_uid:
        pytest.skip("needs a spare uid")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        place = gradescope_place(package, Path(folder) / "autograder")
        place.chmod(0o755)
        for name in ("submission_metadata.json", "later"):
            (place / name).write_text('{"id": 417}')
            (place / name).chmod(0o644)
        (place / "results").chmod(0o755)
        source = (PERCEPTRON.solution / "perceptron.py").read_text()
        (place / "submission" / "perceptron.py").write_text(f"{source}\nPLACE = {str(place)!r}\n{LOOKS_AROUND}")
        found = run(place, sys.executable, str(WITHOUT_LANDLOCK), sys.executable, str(FAKE_DOCKER))
    assert "spare uid" in found["extra_data"]["sandbox"]
    assert not any("landlock" in layer for layer in found["extra_data"]["sandbox"])
    assert found["score"] == PERCEPTRON.manifest.points
