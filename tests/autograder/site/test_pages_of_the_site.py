"""How pages of the repository become pages of the site."""

from pathlib import PurePosixPath

import pytest

from autograder.platforms.page import figure_names
from quality.variants import COURSE
from release.site.build import between, drawing, page_of, sources, steps
from tests.autograder.course import make_trial_course

KNOWN = {
    "docs/design.md": "docs/design.md",
    "docs/grading.md": "docs/grading.md",
    "assignments/03_perceptron/README.md": "assignments/03_perceptron/index.md",
}
DESIGN = PurePosixPath("docs/design.md")


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("A $`w_1`$ and $`x`$.", "A {math}`w_1` and {math}`x`."),
        ("```math\nx\n```\n", "```{math}\nx\n```\n"),
        ("See [grading](grading.md#marks).", "See [grading](../docs/grading.md#marks)."),
        (
            "[03](../assignments/03_perceptron/README.md) is next.",
            "[03](../assignments/03_perceptron/index.md) is next.",
        ),
        ("[the engine](../autograder/expect.py)", "the engine"),
        ("[a host](https://example.org/a)", "a host"),
        ("[below](#marks)", "[below](#marks)"),
        ("`[code](x.md)` and ``[`more`](x.md)``", "`[code](x.md)` and ``[`more`](x.md)``"),
        ("```\n[code](x.md) $`x`$\n```\n", "```\n[code](x.md) $`x`$\n```\n"),
        ("![A picture](a.png)", "![A picture](a.png)"),
    ],
)
def test_a_page_is_rewritten(written, made):
    assert page_of(written, DESIGN, KNOWN) == made


def test_a_figure_that_moves_stands_in_a_frame_with_its_still_for_paper():
    line = '[![A ball & a "bowl"](bowl.png)](../../release/site/figures/landscape.html)'
    made = page_of(f"Look:\n\n{line}\n", PurePosixPath("assignments/02_gradient_descent/README.md"), KNOWN)
    assert '<iframe class="moving" src="../../figures/landscape.html"' in made
    assert 'title="A ball &amp; a &quot;bowl&quot;"' in made
    assert "```{image} bowl.png\n:class: still\n" in made


def test_the_path_has_hours_points_and_what_builds_on_what():
    path = {step.number: step for step in steps(COURSE, COURSE.assignments())}
    assert path["05"].hours == "12"
    assert path["05"].points == "40"
    assert path["03"].builds_on == ("01", "02")
    assert [assignment.name[-1] for assignment, _ in path["09"].parts] == ["a", "b"]
    assert path["04"].parts[0][1].startswith("a hidden layer")


def test_the_drawing_leaves_out_what_follows_from_the_rest():
    """03 builds on 01 and 02, and 02 on 01: one line leads to it."""
    path = [step for step in steps(COURSE, COURSE.assignments()) if step.number in ("00", "01", "02", "03")]
    assert drawing(path).count("<path") == 3


def test_drafts_stay_out():
    names = sources(COURSE)
    for assignment in COURSE.assignments():
        assert (f"assignments/{assignment.name}/index.md" in names) is not assignment.manifest.draft
    assert not [name for name in names if "stumbles" in name or "solutions" in name]


def test_a_text_that_is_gone_is_missed():
    assert between("a\nstart\nb\nend\n", "start\n", "end") == "b"
    with pytest.raises(ValueError, match="substring not found"):
        between("a", "start", None)


def test_a_course_without_figures_has_none(tmp_path):
    assert figure_names(make_trial_course(tmp_path).root) == ()
