"""An interrupted sweep resumes where it stopped, with what still holds."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.proving import findings as kept
from autograder.proving.findings import Findings, findings, judged
from quality.page import write_sections
from quality.sweep import chosen, timed
from quality.variants import COURSE

PERCEPTRON = COURSE.assignment("03_perceptron")
VERSIONS = {"a": {"perceptron.py": b"1"}, "b": {"perceptron.py": b"2"}}
RESUMED = Path(__file__).parent / "programs" / "resumed.py"


@pytest.fixture
def graded(monkeypatch):
    """The versions that were graded, each with its seed."""
    seen = []

    def grade_each(assignment, versions, works):
        for name, seed in works:
            seen.append((name, seed))
            yield name, SimpleNamespace(seed=seed)

    monkeypatch.setattr(kept, "grade_each", grade_each)
    return seen


@pytest.fixture
def swept(tmp_path):
    """Sweep with what is in one file: the names, sorted, of what was judged."""

    def swept(versions=VERSIONS, of="", seeds=(7,), **options):
        found = Findings(tmp_path / "found", of)
        every = judged(found, "a sweep", PERCEPTRON, versions, seeds, lambda name, result: f"{name}!", **options)
        return sorted(value for _, _, value in every)

    return swept


def test_what_is_known_is_not_graded_again(graded, swept, capsys):
    assert swept({"a": VERSIONS["a"]}) == ["a!"]
    assert swept() == ["a!", "b!"]
    assert graded == [("a", 7), ("b", 7)]
    assert "03_perceptron: 1 of 2 were known (a sweep)" in capsys.readouterr().out


def test_what_was_interrupted_keeps_what_it_had_found(tmp_path, graded, swept):
    found = Findings(tmp_path / "found", "")
    next(judged(found, "a sweep", PERCEPTRON, VERSIONS, (7,), lambda name, result: f"{name}!"))
    with (tmp_path / "found").open("a") as file:
        file.write('\n["half a l')
    assert swept() == ["a!", "b!"]
    assert swept() == ["a!", "b!"]
    assert graded == [("a", 7), ("b", 7)]


def test_what_has_changed_is_graded_again(graded, swept):
    swept()
    swept(VERSIONS | {"b": {"perceptron.py": b"3"}})
    assert graded[2:] == [("b", 7)]
    swept(also={"a": "another head"})
    assert graded[3:] == [("a", 7)]
    swept(of="another engine")
    assert graded[4:] == [("a", 7), ("b", 7)]


def test_what_is_not_kept_is_graded_again(graded, swept):
    swept(keep=lambda value: value == "a!")
    swept()
    assert graded == [("a", 7), ("b", 7), ("b", 7)]


def test_one_seed_many_times(graded, swept):
    assert swept(seeds=[7] * 2) == ["a!", "a!", "b!", "b!"]
    assert swept(seeds=[7] * 3) == ["a!", "a!", "a!", "b!", "b!", "b!"]
    assert len(graded) == 6


def test_findings_are_of_the_sources(monkeypatch, tmp_path):
    monkeypatch.setattr(kept, "STORE", tmp_path)
    findings("a", PERCEPTRON).add("key", 1)
    assert "key" in findings("a", PERCEPTRON)
    monkeypatch.setattr(kept, "library_versions", lambda manifest: {"numpy": "9"})
    assert "key" not in findings("a", PERCEPTRON)


def test_only_what_is_named_is_swept():
    assert [assignment.name for assignment in chosen(["03_perceptron"])] == ["03_perceptron"]
    with pytest.raises(SystemExit, match="No assignment 'other'"):
        chosen(["other"])


def test_minutes_are_printed(capsys):
    with timed("a sweep"):
        pass
    assert capsys.readouterr().out == "a sweep: 0.0 minutes\n"


def test_an_interruption_is_a_sentence():
    with pytest.raises(SystemExit, match="resumes where this one stopped"), timed("a sweep"):
        raise KeyboardInterrupt


def test_a_page_keeps_the_sections_of_other_assignments(tmp_path):
    page = tmp_path / "page.md"
    write_sections(page, "# Title\n", {"03_perceptron": "three", "05_backprop": "five"})
    write_sections(page, "# Title\n", {"04_xor": "four", "05_backprop": "|5|\n\n|five|"})
    assert page.read_text() == (
        "# Title\n\n## 03_perceptron\n\nthree\n\n## 04_xor\n\nfour\n\n## 05_backprop\n\n|5|\n\n|five|\n"
    )


def test_pages_of_the_repository_have_this_form(tmp_path):
    for name in ("matrix.md", "parity.md"):
        text = (COURSE.root / "docs" / "measured" / name).read_text()
        page = tmp_path / name
        page.write_text(text)
        write_sections(page, text.split("\n## ")[0], {})
        assert page.read_text() == text


def test_tests_that_passed_are_not_run_again(tmp_path):
    file = tmp_path / "tests" / "test_it.py"
    file.parent.mkdir()
    file.write_text(
        "import pathlib\n\ndef test_a():\n    pass\n\ndef test_b():\n    assert pathlib.Path('b').exists()\n"
    )

    def run():
        done = subprocess.run(
            [sys.executable, RESUMED, file.parent, tmp_path / "passed"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(COURSE.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout.splitlines()[-1]

    status, last = run()
    assert (status, last.split(" in ")[0]) == (1, "1 failed, 1 passed")
    (tmp_path / "b").touch()
    status, last = run()
    assert (status, last.split(" in ")[0]) == (0, "1 passed, 1 deselected")
    status, last = run()
    assert (status, last.split(" in ")[0]) == (0, "2 deselected")
