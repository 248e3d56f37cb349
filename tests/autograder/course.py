"""A trial course made of folders only, and the command run on it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.autograder.warm import Ran, run

COURSES = Path(__file__).parents[1] / "courses"
REFERENCE = (COURSES / "line" / "solutions" / "07_line" / "line.py").read_text()
HANDOUT = (COURSES / "line" / "assignments" / "07_line" / "README.md").read_text()


@dataclass(frozen=True)
class TrialCourse:
    """A course in a folder."""

    root: Path

    def add(self, name: str) -> None:
        """Add the files of a folder in `tests/courses`; those of the same names are replaced."""
        shutil.copytree(COURSES / name, self.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))

    def write(self, path: str, content: str) -> Path:
        """Write a file of the course; indentation is taken off."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(content).lstrip("\n"))
        return target

    def run(self, *arguments: object, folder: str = ".", **environment: str) -> Ran:
        """Run `autograder` in a folder of the course."""
        return run(
            list(map(str, arguments)), self.root / folder, {"PATH": "/usr/bin:/bin", "COLUMNS": "200", **environment}
        )

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
    course.add("line")
    return course
