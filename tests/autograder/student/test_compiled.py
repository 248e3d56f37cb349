"""A submission is compiled once, and runs as if each process had compiled it."""

import json

import pytest

from autograder import expect
from autograder.channel.failures import StudentDied, StudentError
from autograder.student import compiled
from autograder.student.compiled import compile_all

SOURCE = "def place():\n    return 1 / 0\n\nclass Model:\n    def grow(self):\n        return [n for n in (1, 2)]\n"


@pytest.fixture(autouse=True)
def known(monkeypatch):
    """What is known, and nothing at first."""
    monkeypatch.setattr(compiled, "_known", {})
    return compiled._known


def notebook(*cells):
    """A notebook with these code cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": cell, "metadata": {}} for cell in cells]})


def run(source, path):
    """What a source defines."""
    space = {}
    for statement in compiled.compiled(source, path).statements:
        exec(statement.code, space)
    return space


def test_known_code_is_not_compiled_again(tmp_path, monkeypatch):
    (tmp_path / "m.py").write_text(SOURCE)
    compiled.use(compile_all(["m"], tmp_path))
    monkeypatch.setattr("builtins.compile", None)
    space = run(SOURCE.encode(), "/elsewhere/m.py")
    assert space["Model"]().grow() == [1, 2]
    assert space["place"].__code__.co_filename == "/elsewhere/m.py"
    assert space["Model"].grow.__code__.co_filename == "/elsewhere/m.py"


def test_known_code_is_what_is_compiled_now(tmp_path):
    (tmp_path / "m.py").write_text(SOURCE)
    anew = compiled.compiled(SOURCE.encode(), "m.py")
    compiled.use(compile_all(["m"], tmp_path))
    assert compiled.compiled(SOURCE.encode(), "m.py") == anew
    assert [statement.line for statement in anew.statements] == [1, 4]


def test_only_the_first_string_is_the_docstring():
    assert run('"""First."""\nx = 1\n"""Second."""\n', "m.py")["__doc__"] == "First."
    assert "__doc__" not in run('x = 1\n"""Second."""\n', "m.py")


@pytest.mark.parametrize("source", ["return 1", "x = 1\nbreak", "def f(a, a): pass", "nonlocal x", "def f(:"])
def test_a_syntax_error_anywhere_is_the_whole_files(source):
    with pytest.raises(SyntaxError):
        compiled.compiled(f"x = 1\n{source}\n", "m.py")


def test_another_source_is_compiled(tmp_path):
    (tmp_path / "m.py").write_text(SOURCE)
    compiled.use(compile_all(["m"], tmp_path))
    assert run("x = 2", "m.py")["x"] == 2


def test_cells_of_a_notebook_know_what_earlier_ones_import_from_the_future(tmp_path):
    (tmp_path / "m.ipynb").write_text(notebook("from __future__ import annotations", "def f(x: Unknown): return x"))
    codes = compile_all(["m"], tmp_path)
    assert sorted(int(key.split()[1]) > 0 for key in codes) == [False, True]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.py", "def ("),
        ("m.py", "x = 1 is 1"),
        ("m.py", "\0"),
        ("m.ipynb", "no notebook"),
        ("m.ipynb", notebook("def (")),
        ("other.py", "x = 1"),
    ],
    ids=["no Python", "a warning", "a null", "no notebook", "a cell that is no Python", "another file"],
)
def test_what_each_process_must_meet_for_itself_is_left_out(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert compile_all(["m"], tmp_path) == {}


def test_later_processes_get_the_code(sandbox):
    host = sandbox(m=SOURCE, n=SOURCE + "\nx = 1\n")
    for _ in range(2):
        with host.open() as student:
            expect.items(student.m.Model().grow(), 2)
            with pytest.raises(StudentError) as caught:
                student.n.place()
            assert [(frame.file, frame.line) for frame in caught.value.frames] == [("n.py", 2)]
    assert len(host._codes) == 2


def test_a_warning_is_given_in_every_process(sandbox):
    host = sandbox(m="x = 1 is 1\n")
    for _ in range(2):
        with host.open() as student:
            _ = student.m
            assert "SyntaxWarning" in host.printed()
    assert host._codes == {}


def test_a_compile_bomb_is_the_students(sandbox):
    host = sandbox(m="x = " + "-" * 100_000 + "1\n", memory=128)
    with host.open() as student, pytest.raises((StudentError, StudentDied)):
        _ = student.m
