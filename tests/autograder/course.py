"""A trial course made of folders only, and the command run on it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

MANIFEST = """
    title = "A line"
    points = 4
    files = ["line.py"]
    imports = ["numpy"]

    [limits]
    check_cpu_seconds = 1
    import_cpu_seconds = 1

    [[task]]
    id = "1"
    title = "Value"
    points = 3

    [[task]]
    id = "2"
    title = "Slope"
    points = 1
"""

REFERENCE = '''
    """A line."""


    def value(w, b, x):
        """w x + b."""
        ### BEGIN SOLUTION
        return w * x + b
        ### END SOLUTION


    def slope(w, b):
        """The slope of the line."""
        ### BEGIN SOLUTION
        return value(w, b, 1.0) - value(w, b, 0.0)
        ### END SOLUTION
'''

PUBLIC = '''
    import pytest

    from autograder import expect


    @pytest.mark.task("1")
    def test_value(student):
        """The line at a point."""
        expect.number(student.line.value(2.0, 1.0, 3.0), 7.0)


    @pytest.mark.task("2", after="1")
    def test_slope(student):
        """The slope of a line."""
        expect.number(student.line.slope(2.0, 1.0), 2.0)
'''

HIDDEN = '''
    import pytest

    from autograder import expect


    @pytest.mark.task("1", weight=2)
    def test_value_anywhere(student, rng):
        """The line at any point."""
        w, b, x = map(float, rng.normal(size=3))
        expect.number(student.line.value(w, b, x), w * x + b)
'''

HANDOUT = "# A line\n\n<!-- tasks -->\n<!-- /tasks -->\n"


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class TrialCourse:
    """A course in a folder."""

    root: Path

    def write(self, path: str, content: str) -> Path:
        """Write a file of the course; indentation is taken off."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(content).lstrip("\n"))
        return target

    def run(self, *arguments: object, folder: str = ".", **environment: str) -> Ran:
        """Run `autograder` in a folder of the course."""
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *map(str, arguments)],
            cwd=self.root / folder,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", **environment},
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def grade(self, source: str, *options: object, name: str = "ada") -> dict:
        """The record of one submission of this source."""
        path = self.write(f"handed-in/{name}.py", source)
        ran = self.run("grade", "line", path, "--json", *options)
        assert ran.stdout, ran.stderr
        (record,) = json.loads(ran.stdout)["results"]
        return record


def make_trial_course(root: Path) -> TrialCourse:
    """A course with one assignment, `07_line`: manifest, reference, checks, handout; no line of Python beside."""
    course = TrialCourse(root)
    course.write("assignments/07_line/assignment.toml", MANIFEST)
    course.write("assignments/07_line/README.md", HANDOUT)
    course.write("assignments/07_line/test_line.py", PUBLIC)
    course.write("solutions/07_line/line.py", REFERENCE)
    course.write("tests/hidden/07_line/test_line_hidden.py", HIDDEN)
    return course
