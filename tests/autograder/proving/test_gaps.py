"""What checks never ask is found, unless an author says why."""

import pytest

from autograder.course.layout import Course
from autograder.proving.gaps import GapsError, gaps, numbers_in
from autograder.proving.handout import broken_formulas, broken_links
from autograder.proving.recording import recorded
from tests.autograder.course import make_trial_course

STUDENT = '''
    """A line and a sum.

    Sizes go up to 300 (task 3.1), and W1 is a name.
    """

    import numpy as np


    class Line:
        """A line through the origin."""

        def __init__(self, w):
            ### BEGIN SOLUTION
            self.w = w
            ### END SOLUTION

        def at(self, x):
            """w x."""
            ### BEGIN SOLUTION
            return self.w * x
            ### END SOLUTION


    def value(w, b, x):
        """w x + b."""
        ### BEGIN SOLUTION
        return w * x + b
        ### END SOLUTION


    def slope(parameters, x):
        """The slope."""
        ### BEGIN SOLUTION
        return parameters["w"]
        ### END SOLUTION
'''
CHECKS = '''
    import numpy as np
    import pytest

    from autograder import expect


    @pytest.mark.task("1")
    def test_value(student):
        """The line at a point, and at some."""
        expect.number(student.line.value(2.0, 1, 3.0), 7.0)
        x = student.keep(np.array([[0.0, -1.0], [2.0, 3.0]]))
        expect.array(student.line.value(2.0, 0, x), [[0.0, -2.0], [4.0, 6.0]])
        expect.array(x, [[0.0, -1.0], [2.0, 3.0]])
        expect.number(student.line.value(0.5, 1, 3.0), 2.5)


    @pytest.mark.task("2")
    def test_slope(student):
        """The slope, and a line that is an object."""
        expect.number(student.line.slope({"w": 2.0, "b": 1.0}, 1.0), 2.0)
        expect.number(student.line.slope({"b": 1.0, "w": -2.0}, 1.0), -2.0)
        line = student.line.Line(3.0)
        expect.number(line.at(0.0), 0.0)
        expect.number(line.at(200.0), 600.0)
'''


@pytest.fixture
def course(tmp_path):
    made = make_trial_course(tmp_path / "course")
    made.write("solutions/07_line/line.py", STUDENT)
    made.write("assignments/07_line/test_line.py", CHECKS)
    (made.root / "tests/hidden/07_line/test_line_hidden.py").unlink()
    assert made.run("build").status == 0
    return made


@pytest.fixture
def assignment(course):
    return Course(course.root).assignment("line")


def of(name, found):
    """The kinds that a sentence says are missing."""
    (line,) = [line for line in found if line.startswith(f"{name}: never ")] or [f"{name}: never . "]
    return set(line.removeprefix(f"{name}: never ").partition(". ")[0].split(", ")) - {""}


def test_calls_are_recorded_by_the_names_of_their_parameters(assignment):
    calls = recorded(assignment)
    assert [call.name for call in calls] == ["value"] * 3 + ["slope"] * 2 + ["Line", "Line.at", "Line.at"]
    assert list(calls[0].arguments.items()) == [("w", 2.0), ("b", 1), ("x", 3.0)]
    assert calls[1].compared == {"x"}
    assert calls[6].on == calls[7].on != calls[5].on


def test_gaps(assignment):
    found = gaps(assignment)
    assert of("value.w", found) == {"zero", "int", "bool", "negative", "far out"}
    assert of("value.b", found) == set()
    missing = of("value.x", found)
    assert {"int", "bool", "float32", "empty", "not contiguous", "one sample"} <= missing
    assert not {"zero inside", "square", "unchanged"} & missing
    assert of("slope.parameters", found) & {"another order", "unchanged"} == {"unchanged"}
    assert of("Line.at.x", found) == {"int", "bool", "negative"}
    assert of("value", found) == of("Line.at", found) == set()
    assert of("Line", found) == {"called again with the same shapes"}


def test_a_reason_ends_a_gap_and_a_reason_without_a_gap_is_named(course, assignment):
    course.write(
        "tests/hidden/07_line/gaps.toml",
        """
        [[gap]]
        of = ["*"]
        kinds = ["bool", "float32", "empty", "not contiguous", "int", "negative", "far out", "zero", "one sample"]
        because = "Nobody has asked."

        [[gap]]
        of = ["*", "Line"]
        kinds = ["unchanged", "called again with the same shapes", "zero inside"]
        because = "A line has no state."

        [[gap]]
        of = ["value.x"]
        kinds = ["square"]
        because = "It is asked for."

        [[number]]
        numbers = [300, 4]
        are = "size"
        """,
    )
    stale, number = gaps(assignment)
    assert "value.x (square): there is no such gap any more" in stale
    assert number == "gaps.toml: 4 is explained, and needs no explanation."


def test_a_number_of_the_handout_that_no_check_has_is_named(course, assignment):
    assert any(line.startswith("300 stands in the handout and in no check") for line in gaps(assignment))
    course.write("assignments/07_line/test_line.py", CHECKS.replace("200.0", "300.0").replace("600.0", "900.0"))
    assert not any(line.startswith("300 ") for line in gaps(assignment))


def test_numbers():
    assert list(numbers_in("W1 in (1e-12, 10,000), 0.5 of task 2.1 and x2")) == [1e-12, 10000.0, 0.5]


@pytest.mark.parametrize(
    "text", ["[[gap]]\nof = []\n", 'gap = "x"', "[[gap]]\nof = ['*']\nkinds = ['odd']\nbecause = 'x'"]
)
def test_malformed_reasons_are_named(course, assignment, text):
    path = course.write("tests/hidden/07_line/gaps.toml", text)
    with pytest.raises(GapsError, match=str(path)):
        gaps(assignment)


def test_links_that_lead_nowhere_and_pictures_without_words(course, assignment):
    handout = course.root / "assignments/07_line/README.md"
    handout.write_text(
        "# A line\n\n## What `to` do\n\n[here](#what-to-do) [there](#elsewhere) [file](no.md) ![](line.png) "
        "`[no](link)` [web](https://example.org)\n\n```\n[no](link)\n```\n"
    )
    assert broken_links(assignment) == [
        "README.md: #elsewhere: README.md has no such heading.",
        "README.md: no.md is not there.",
        "README.md: the picture line.png has no description for whoever cannot see it.",
        "README.md: line.png is not there.",
    ]


def test_formulas_that_a_code_host_may_break(course, assignment):
    handout = course.root / "assignments/07_line/README.md"
    handout.write_text(
        "# A line\n\n$`x`$ costs \\$5 or `$6`, and $y$\n\n"
        "```math\nx $1 $2\n```\n```sh\n$ ls $HOME $x\n```\n\n$$\nz\n$$\n"
    )
    remedy = "write formulas as $`…`$, or in a block that begins with ```math."
    assert broken_formulas(assignment) == [f"README.md, line {line}: {remedy}" for line in (3, 12, 14)]


@pytest.mark.slow
def test_prove_names_what_is_wrong_and_ends_with_1(course):
    course.write(
        "tests/submissions/07_line/wrong/half.toml",
        """
        about = "Half of it."
        hint = "How much is half?"
        earns = "nothing"

        [[change]]
        file = "line.py"
        old = "return w * x + b"
        new = "return w * x / 2 + b"
        """,
    )
    ran = course.run("prove", "line")
    assert ran.status == 1
    assert "✓ The reference earns everything, the stub nothing" in ran.stdout
    assert "✗ Checks try every kind of input" in ran.stdout
    assert "wrong/half, seed 1: task 2: earned" in ran.stdout
