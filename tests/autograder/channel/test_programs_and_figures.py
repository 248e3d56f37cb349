"""Modules run as programs, files that pass as bytes, and figures as they look."""

import json
from pathlib import Path

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import StudentError
from autograder.checks.answers import WrongAnswer

PROGRAMS = Path(__file__).with_name("programs")

MODULE = (PROGRAMS / "writes_and_draws.py").read_text()


@pytest.fixture
def student(open_student):
    return open_student(imports=("numpy", "matplotlib"), memory=512, m=MODULE)


def ran(answer):
    told = expect.mapping(answer, ["status", "output"])
    return expect.integer(told["status"]), expect.text(told["output"])


def test_a_file_passes_from_one_process_to_another(student):
    assert ran(student.run_program("m", "save", "w.npz")) == (0, "saved w.npz\n")
    content = student.read_file("w.npz")
    student.restart()
    with pytest.raises(StudentError, match="No such file"):
        student.read_file("w.npz")
    student.write_file("w.npz", content)
    assert ran(student.run_program("m", "load", "w.npz")) == (0, "3.0\n")


def test_a_notebook_is_a_program_too(open_student):
    cells = ["import sys", "%matplotlib inline\n1 / 0", "print(__name__, sys.argv[1:])\nsys.exit(3)", "print(1)"]
    source = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    student = open_student(suffix=".ipynb", m=source)
    assert ran(student.run_program("m", "a", "b")) == (3, "__main__ ['a', 'b']\n")


def test_a_restart_forgets_everything(student):
    expect.integer(student.m.count(), 1)
    expect.integer(student.m.count(), 2)
    student.restart()
    expect.integer(student.m.count(), 1)


def test_how_a_program_ends(student):
    assert ran(student.run_program("m", "fail")) == (1, "")
    with pytest.raises(StudentError, match="ValueError: other"):
        student.run_program("m", "other")
    with pytest.raises(WrongAnswer, match="no such file"):
        student.write_file("x", student.m.count())


def test_figures(student):
    first = expect.figure(student.m.plot(np.arange(5.0)))
    assert first.pixels.shape == (240, 320, 3)
    assert (first.titles, first.xlabels, first.ylabels) == (("A plot",), ("x",), ("y",))
    assert first.legends == (("a line",),)
    again = expect.figure(student.m.axes(np.arange(5.0)))
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert first.looks_like(again)
    other = expect.figure(student.m.plot(np.arange(5.0) ** 2))
    assert (first.pixels != other.pixels).any()
    scaled = expect.figure(student.m.plot(2 * np.arange(5.0)))
    assert (scaled.pixels == first.pixels).all() and not scaled.looks_like(first)


def test_what_is_no_figure(student):
    for blank in (student.m.empty(), student.m.frame_only()):
        with pytest.raises(WrongAnswer, match="blank"):
            expect.figure(blank)
    for other in (student.m.count(), student.m):
        with pytest.raises(WrongAnswer, match="should be a Matplotlib figure"):
            expect.figure(other)


WRITTEN = """
import matplotlib.pyplot as plt

def drawn(figure, columns=1):
    panels = figure.subplots(1, columns, squeeze=False)[0]
    for axes in panels:
        axes.plot([1, 2], label="line")
    return panels

def left_and_right():
    figure = plt.figure()
    (axes,) = drawn(figure)
    axes.set_title("left", loc="left")
    axes.set_title("right", loc="right")
    return axes

def around():
    figure = plt.figure()
    drawn(figure, 2)[1].set_ylabel("own")
    figure.suptitle("all")
    figure.supxlabel("x")
    figure.supylabel("y")
    figure.legend(["one", "two"])
    return figure

def within():
    figure = plt.figure()
    left, right = figure.subfigures(1, 2)
    drawn(left)
    (axes,) = drawn(right)
    left.suptitle("left")
    right.legend()
    right.supxlabel("inner")
    figure.supxlabel("outer")
    return axes

def two_legends():
    figure = plt.figure()
    (axes,) = drawn(figure)
    axes.add_artist(axes.legend(["first"], loc="upper left"))
    axes.legend(["second"])
    return figure
"""


@pytest.mark.parametrize(
    ("name", "titles", "xlabels", "ylabels", "legends"),
    [
        ("left_and_right", ("left right",), ("",), ("",), ((),)),
        ("around", ("", "", "all"), ("x", "x"), ("y", "own"), ((), (), ("one", "two"))),
        ("within", ("", "", "left"), ("outer", "inner"), ("", ""), ((), (), ("line",))),
        ("two_legends", ("",), ("",), ("",), (("first", "second"),)),
    ],
)
def test_what_is_written_on_a_figure(open_student, name, titles, xlabels, ylabels, legends):
    student = open_student(imports=("numpy", "matplotlib"), memory=512, m=WRITTEN)
    figure = expect.figure(getattr(student.m, name)())
    assert (figure.titles, figure.xlabels, figure.ylabels) == (titles, xlabels, ylabels)
    assert tuple(tuple(sorted(texts)) for texts in figure.legends) == legends
