"""A made-up assignment: a reference of two functions, a handout, and a bank of four submissions."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.course.layout import Assignment, Course

MANIFEST = """\
title = "Lines | curves"
points = 5
files = ["line.py"]

[[task]]
id = "1.1"
title = "The value | of a line"
points = 2

[[task]]
id = "1.2"
title = "The slope"
points = 3
"""

REFERENCE = '''\
"""A line."""

import math
from collections.abc import Sequence

LIMIT = 3


# How steep it is.
def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope through two points."""
    ### BEGIN SOLUTION
    (x0, y0), (x1, y1) = points
    return (y1 - y0) / (x1 - x0)
    ### END SOLUTION


class Line:
    """y = w x + b."""

    def __init__(self, w: float, b: float) -> None:
        self.w = w
        self.b = b

    def value(self, x: float) -> float:
        """The value at x."""
        ### BEGIN SOLUTION
        if math.isnan(x):
            return x

        return self.w * x + self.b
        ### END SOLUTION


### BEGIN SOLUTION
SECRET = 42
### END SOLUTION
'''

HANDOUT = """\
# Lines

<!-- tasks -->
<!-- /tasks -->

Good luck.
"""

WRONG = """\
about = "The offset is left out."
hint = "What happens at x = 0?"

[earns]
"1.1" = 0
"1.2" = 3

[[change]]
file = "line.py"
old = "self.w * x + self.b"
new = "self.w * x"
"""

RIGHT = '''\
# /// submission
# about = "Written in one line."
# earns = "everything"
# ///
"""Lines, by Ada."""


def slope(p):
    return (p[1][1] - p[0][1]) / (p[1][0] - p[0][0])


class Line:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def value(self, x):
        return self.w * x + self.b
'''

BROKEN = """\
# /// submission
# about = "Never returns from a value."
# outcome = "timed out"
#
# [earns]
# "1.1" = 0
# "1.2" = 3
# ///
def slope(p):
    return (p[1][1] - p[0][1]) / (p[1][0] - p[0][0])

class Line:
    def value(self, x):
        while True: pass
"""

CLASS = """\
[[student]]
name = "ada"
entry = "right/one_line"
form = "file"

[[student]]
name = "alan"
entry = "reference"
form = "folder"

[[student]]
name = "barbara"
entry = "wrong/no_offset"
form = "zip"

[[student]]
name = "claude"
entry = "reference"
form = "notebook"

[[student]]
name = "donald"
entry = "missing"
form = "folder"

[[student]]
name = "edsger"
entry = "corrupt"
form = "zip"
"""

FILES = {
    "assignments/07_line/assignment.toml": MANIFEST,
    "assignments/07_line/README.md": HANDOUT,
    "solutions/07_line/line.py": REFERENCE,
    "tests/submissions/07_line/wrong/no_offset.toml": WRONG,
    "tests/submissions/07_line/right/one_line.py": RIGHT,
    "tests/submissions/07_line/broken/endless.py": BROKEN,
    "tests/submissions/07_line/class.toml": CLASS,
}

MakeAssignment = Callable[..., Assignment]


@pytest.fixture
def make_assignment(tmp_path: Path) -> MakeAssignment:
    """Write the assignment with some files replaced, added, or (`None`) left out, and load it."""

    def make(changed: dict[str, str | bytes | None] | None = None) -> Assignment:
        for name, content in (FILES | (changed or {})).items():
            if content is None:
                continue
            path = tmp_path / "course" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode("utf-8"))
        return Course(tmp_path / "course").assignment("line")

    return make


@pytest.fixture
def text_of() -> Callable[[str], str]:
    """The unchanged text of one of the assignment's files."""
    return FILES.__getitem__
