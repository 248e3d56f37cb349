"""Every handout ends with three questions, which a figure or one line of code answers."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from quality.variants import COURSE
from release.site.figures import build

FIGURE = re.compile(r"^\[!\[[^]]+\]\((\w+)\.png\)\]\(\.\./\.\./release/site/figures/(\w+)\.html\)$", re.M)
QUESTION = re.compile(r"^\d\. (.+)$", re.M)
LINE = re.compile(r'`python -c "([^"]+)"`')


def section(name):
    handout = (COURSE.assignment(name).folder / "README.md").read_text(encoding="utf-8")
    return handout.split("\n## Predict, then look\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", COURSE.names())
def test_each_question_has_a_figure_or_a_line_of_code(name):
    text = section(name)
    questions = QUESTION.findall(text)
    assert len(questions) == 3
    figures = FIGURE.findall(text)
    assert all(LINE.search(question) for question in questions) or figures
    for still, figure in figures:
        assert still == figure and figure in build.names()
        assert (COURSE.assignment(name).folder / f"{still}.png").stat().st_size <= 30 * 1024


def test_each_figure_stands_in_a_handout():
    shown = {figure for name in COURSE.names() for _, figure in FIGURE.findall(section(name))}
    assert shown == set(build.names())


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("name", [name for name in COURSE.names() if LINE.search(section(name))])
def test_each_line_of_code_answers(name):
    for code in LINE.findall(section(name)):
        if "torch" in code and find_spec("torch") is None:
            pytest.skip("PyTorch is not installed")
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        folder = COURSE.assignment(name).solution
        ran = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout.strip()
