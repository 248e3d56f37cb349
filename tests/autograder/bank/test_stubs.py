import pytest

from autograder.course.manifest import Manifest, Task
from autograder.course.stubs import StubError, build, fill_handout, outdated, stub_of, task_table

STUB = '''\
"""A line."""

import math
from collections.abc import Sequence

LIMIT = 3


# How steep it is.
def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope through two points."""
    raise NotImplementedError("Your code here.")


class Line:
    """y = w x + b."""

    def __init__(self, w: float, b: float) -> None:
        self.w = w
        self.b = b

    def value(self, x: float) -> float:
        """The value at x."""
        raise NotImplementedError("Your code here.")


# Your code here.
'''
MANIFEST = Manifest(
    title="Lines",
    points=2.5,
    handed_in=("line.py",),
    tasks=(Task(id="1.1", title="This | that", points=2), Task(id="2", title="More", points=0.5)),
)
TABLE = """\
| Task | Title | Points |
|---|---|---:|
| 1.1 | This \\| that | 2 |
| 2 | More | 0.5 |
| | **Total** | **2.5** |"""
LIMITS = (
    "Unless the text says otherwise, a check has 10 seconds of computing time and 512 MiB of memory. "
    "Your code may write up to 16 MiB, into the folder in which it runs and nowhere else."
)


def test_each_region_becomes_a_placeholder(make_assignment, text_of):
    assert stub_of(text_of("solutions/07_line/line.py")) == STUB


def test_the_stub_ends_in_one_line_end():
    assert stub_of("### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n\n\n") == "# Your code here.\n"
    assert stub_of("### BEGIN SOLUTION\nx = 1\n### END SOLUTION") == "# Your code here.\n"


GIVES = """\
def half(a):
    ### BEGIN SOLUTION
    return a / 2
    ### GIVEN INSTEAD
    # # Is this right?
    # return a / 3
    ### END SOLUTION
"""


def test_a_region_gives_code_in_place_of_the_placeholder():
    other = "\n\ndef other():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    given = "def half(a):\n    # Is this right?\n    return a / 3\n"
    assert stub_of(GIVES) == given
    assert stub_of(GIVES + other) == f'{given}\n\ndef other():\n    raise NotImplementedError("Your code here.")\n'
    assert stub_of("### BEGIN SOLUTION\nx = 1\n### GIVEN INSTEAD\n# x = 2\n### END SOLUTION\n") == "x = 2\n"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("### GIVEN INSTEAD\n", "line.py:1: ### GIVEN INSTEAD without a ### BEGIN SOLUTION before it."),
        ("### BEGIN SOLUTION\n  ### GIVEN INSTEAD\n", "line.py:2: indent ### GIVEN INSTEAD as the ### BEGIN SOLUTION"),
        (GIVES.replace("# return", "return"), "line.py:6: begin each line after ### GIVEN INSTEAD with '    # '."),
        (GIVES.replace("a / 3", "a /"), "line.py: not valid Python once the solutions are out"),
        (
            "x = 1\n### BEGIN SOLUTION\n",
            "line.py:2: ### BEGIN SOLUTION without an ### END SOLUTION after it.",
        ),
        ("x = 1\n### END SOLUTION\n", "line.py:2: ### END SOLUTION without a ### BEGIN SOLUTION before it."),
        (
            "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n### END SOLUTION\n",
            "line.py:2: ### BEGIN SOLUTION inside the region that begins in line 1.",
        ),
        ("x = 1  ### BEGIN SOLUTION\n", "line.py:1: put the marker on a line of its own."),
        ("### BEGIN SOLUTION here\n", "line.py:1: put the marker on a line of its own."),
        (
            "if 1:\n    ### BEGIN SOLUTION\n    x = 1\n### END SOLUTION\n",
            "line.py:4: indent ### END SOLUTION as the ### BEGIN SOLUTION in line 2.",
        ),
        ("x = 1\n", "line.py: no ### BEGIN SOLUTION … ### END SOLUTION region"),
        (
            "def f():\n### BEGIN SOLUTION\n    return 1\n### END SOLUTION\n",
            "line.py: not valid Python once the solutions are out: expected an indented block",
        ),
    ],
)
def test_markers_out_of_order_are_named_with_file_and_line(reference, message):
    with pytest.raises(StubError) as raised:
        stub_of(reference, "line.py")
    assert str(raised.value).startswith(message)


def test_a_warning_of_the_compiler_is_no_error():
    assert stub_of('s = "\\d"\n### BEGIN SOLUTION\n### END SOLUTION\n').startswith('s = "\\d"')


def test_the_task_table():
    assert task_table(MANIFEST) == TABLE


def test_the_table_replaces_what_stands_between_the_comments():
    text = "before <!-- tasks -->\nold\n<!-- /tasks --> after\n"
    filled = fill_handout(text, MANIFEST)
    assert filled == f"before <!-- tasks -->\n{TABLE}\n\n{LIMITS}\n<!-- /tasks --> after\n"
    assert fill_handout(filled, MANIFEST) == filled


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!-- tasks -->",
        "<!-- /tasks --> <!-- tasks -->",
        "<!-- tasks --><!-- /tasks --><!-- tasks -->",
        "<!-- tasks --><!-- /tasks --><!-- /tasks -->",
    ],
)
def test_comments_out_of_order_are_an_error(text):
    with pytest.raises(StubError, match=r"^handout: <!-- tasks --> and then <!-- /tasks --> must each"):
        fill_handout(text, MANIFEST, "handout")


def test_build_says_what_should_stand_there(make_assignment):
    assignment = make_assignment()
    wanted = build(assignment)
    assert list(wanted) == [assignment.folder / "line.py", assignment.folder / "README.md"]
    assert wanted[assignment.folder / "line.py"].decode() == STUB
    assert (
        "| 1.2 | The slope | 3 |\n| | **Total** | **5** |\n\nUnless the text says otherwise"
        in wanted[assignment.folder / "README.md"].decode()
    )


def test_a_reference_notebook_is_made_of_the_module(make_assignment):
    assignment = make_assignment({"solutions/07_line/line.ipynb": "{}"})
    notebook = assignment.solution / "line.ipynb"
    made = build(assignment)[notebook].decode()
    assert "(x0, y0), (x1, y1) = points" in made
    assert "SOLUTION" not in made
    assert notebook in outdated(assignment)


def test_a_reference_notebook_holds_nothing_that_is_given_instead(make_assignment):
    assignment = make_assignment({"solutions/07_line/line.py": GIVES, "solutions/07_line/line.ipynb": "{}"})
    made = build(assignment)[assignment.solution / "line.ipynb"].decode()
    assert "a / 2" in made
    assert "a / 3" not in made
    assert "GIVEN" not in made


def test_what_is_missing_or_changed_is_out_of_date(make_assignment):
    assignment = make_assignment()
    stub, handout = assignment.folder / "line.py", assignment.folder / "README.md"
    assert outdated(assignment) == [stub, handout]
    for path, content in build(assignment).items():
        path.write_bytes(content)
    assert outdated(assignment) == []
    stub.write_text("x = 1\n")
    assert outdated(assignment) == [stub]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"solutions/07_line/line.py": None}, r"solutions/07_line/line\.py: cannot be read \(No such file"),
        ({"solutions/07_line/line.py": b"\xff"}, r"solutions/07_line/line\.py: not UTF-8 text \(byte 0\)"),
        ({"assignments/07_line/README.md": None}, r"assignments/07_line/README\.md: cannot be read"),
        ({"assignments/07_line/README.md": "# Lines"}, r"assignments/07_line/README\.md: <!-- tasks -->"),
        ({"solutions/07_line/line.py": "### END SOLUTION"}, r"solutions/07_line/line\.py:1: ### END"),
    ],
)
def test_an_error_names_the_file(make_assignment, changed, message):
    with pytest.raises(StubError, match=message):
        build(make_assignment(changed))
