"""A notebook that was saved as a script runs."""

import builtins
import json

import pytest

from autograder import expect
from autograder.channel.failures import StudentError
from autograder.student import jupyter


@pytest.mark.parametrize(
    "line",
    [
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "get_ipython().magic('matplotlib inline')",
        "get_ipython().system('pip install numpy')",
        "files = get_ipython().getoutput('ls')\nfor file in files: print(file)",
        "get_ipython().run_cell_magic('bash', '', 'echo 1\\n')",
        "get_ipython().run_cell_magic('writefile', 'helper.py', 'import torch\\n')",
        "get_ipython().run_line_magic('timeit', 'f()')",
        "get_ipython().run_line_magic('config', \"InlineBackend.figure_format = 'retina'\")",
        "get_ipython().ast_node_interactivity = 'all'",
        "if 'IPKernelApp' in get_ipython().config: raise ValueError",
        "if get_ipython().__class__.__name__ == 'ZMQInteractiveShell': raise ValueError",
        "display(1, 'two')",
        "display([1], display_id='a').update([2])",
        "display(display_id=True)['a'].b.c()",
    ],
)
def test_what_jupyter_offers_does_nothing(open_student, line):
    student = open_student(m=f"def f():\n    exec({line!r})\n    return 7\n")
    assert expect.integer(student.m.f()) == 7


@pytest.mark.parametrize("magic", ["time", "timeit", "capture", "prun"])
def test_a_magic_that_keeps_the_code_of_its_cell_runs_it(open_student, magic):
    cell = "%matplotlib inline\\ndef f():\\n    return x + 1\\n"
    student = open_student(m=f"x = 6\nget_ipython().run_cell_magic('{magic}', '', '{cell}')\n")
    assert expect.integer(student.m.f()) == 7


def test_so_does_a_timed_line(open_student):
    student = open_student(m="get_ipython().run_line_magic('time', 'x = 7')\n")
    assert expect.integer(student.m.x) == 7


def test_an_error_in_such_a_cell_is_the_cells(open_student):
    student = open_student(m="def f():\n    get_ipython().run_cell_magic('time', '', '1 / 0')\n")
    with pytest.raises(StudentError, match="ZeroDivisionError"):
        expect.none(student.m.f())


def test_in_a_notebook_they_are_known_too(open_student):
    cells = ["x = 7\ndisplay(x)\ny = 8", "get_ipython().run_line_magic('matplotlib', 'inline')\nz = 9"]
    source = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    student = open_student(suffix=".ipynb", m=source)
    assert (expect.integer(student.m.y), expect.integer(student.m.z)) == (8, 9)


def test_the_names_of_a_jupyter_that_runs_come_back(monkeypatch):
    monkeypatch.setattr(builtins, "display", print, raising=False)
    undo = jupyter.provide()
    assert builtins.display is not print
    undo()
    assert builtins.display is print
    assert not hasattr(builtins, "get_ipython")
