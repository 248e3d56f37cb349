"""A handout as one page: what it shows, and that it needs nothing else."""

import re
import shutil
import sys
from html import unescape

import pytest

from autograder.course.handout import FENCE, FORMULA
from autograder.course.layout import Course
from autograder.platforms.contents import handed_out
from autograder.platforms.page import PAGE, formula, with_page
from autograder.platforms.wheel import PackageError
from quality.variants import COURSE
from tests.autograder.course import make_trial_course

FIGURE = "[![A ball in a bowl](bowl.svg)](../../release/site/figures/bowl.html)"
BUILD = """
def names():
    return ("bowl",)


def page(name):
    return f"<title>{name}</title><script>say('quoted')</script>"
"""


@pytest.fixture
def course(tmp_path):
    trial = make_trial_course(tmp_path)
    shutil.copytree(COURSE.root / "release/student", tmp_path / "release/student")
    trial.write("assignments/07_line/bowl.svg", "<svg/>")
    return trial


def page_with(course, text):
    handout = course.root / "assignments/07_line/README.md"
    handout.write_text(f"{handout.read_text()}\n{text}\n")
    assignment = Course(course.root).assignment("07_line")
    return {name: content.decode() for name, content in with_page(handed_out(assignment), assignment).items()}


@pytest.mark.parametrize("assignment", COURSE.assignments(), ids=lambda one: one.name)
def test_a_page_holds_all_that_it_needs(assignment):
    given = with_page(handed_out(assignment), assignment)
    page = given[PAGE].decode()
    assert len(given[PAGE]) < 400_000
    for address in re.findall(r'(?:src|href)="([^"]*)"', page):
        assert address.startswith(("data:", "#")), address
    assert set(re.findall(r"\burl\((.{6})", page)) == {'"data:'}
    names = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= names
    handout = (assignment.folder / "README.md").read_text()
    blocks = sum(found["info"].strip() == "math" for found in FENCE.finditer(handout))
    formulas = re.findall(r"<math .*?</math>", page, re.S)
    assert len(formulas) == blocks + len(FORMULA.findall(FENCE.sub("", handout)))
    assert not [one for one in formulas if "\\" in one]


def test_a_figure_that_moves_is_in_the_page(course):
    course.write("release/site/figures/build.py", BUILD)
    given = page_with(course, FIGURE)
    (frame,) = re.findall(r'<iframe id="bowl" title="A ball in a bowl" srcdoc="([^"]*)"', given[PAGE])
    assert unescape(frame) == "<title>bowl</title><script>say('quoted')</script>"
    assert f"[![A ball in a bowl](bowl.svg)]({PAGE}#bowl)" in given["README.md"]


def test_formulas_keep_what_markdown_would_take(course):
    given = page_with(course, "With $`a*b*c < d_1`$, $`e`$ and `x * y`:\n\n```math\na_1 * b_1\n```\n")
    assert given[PAGE].count("<math ") == 3
    assert "<em>" not in given[PAGE].partition("With")[2]
    assert "<code>x * y</code>" in given[PAGE]


def test_pictures_are_in_the_page(course):
    given = page_with(course, "![A <bowl>](bowl.svg)")
    assert '<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="A &lt;bowl&gt;">' in given[PAGE]


def test_without_latex2mathml_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "latex2mathml.converter", None)
    with pytest.raises(PackageError, match="pip install latex2mathml"):
        formula("x")
