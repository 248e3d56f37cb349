"""The commands of a student, in a folder as their package has it: neither references nor hidden checks."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.layout import Course
from autograder.course.stubs import GIVEN_FILES
from autograder.intake.submission import Source, read_submission
from tests.autograder.course import make_trial_course

pytestmark = pytest.mark.slow

FOLDER = "assignments/07_line"
GIVEN = '''class Line:
    """A line."""

    def value(self, x):
        """The line at a point (task 1)."""
        raise NotImplementedError("Your code here.")


def value(w, b, x):
    """The line at a point (task 1)."""
    raise NotImplementedError("Your code here.")


def slope(w, b):
    """The slope (task 2)."""
    raise NotImplementedError("Your code here.")
'''
STUB = 'raise NotImplementedError("Your code here.")'
RIGHT = GIVEN.replace(f'(task 1)."""\n    {STUB}', '(task 1)."""\n    return w * x + b')
WRONG = RIGHT.replace("w * x + b", "w * x")
HINTS = """
[[hint]]
task = "1"
question = "What is y where x is 0?"
idea = "The bias."
formula = "y = w x + b"
"""


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    shutil.rmtree(course.root / "solutions")
    shutil.rmtree(course.root / "tests")
    given = course.root / FOLDER / ".autograder" / GIVEN_FILES / "line.py"
    given.parent.mkdir(parents=True)
    given.write_text(GIVEN)
    course.write(f"{FOLDER}/hints.toml", HINTS)
    course.write(f"{FOLDER}/README.md", "# A line\n\n## The line (1)\n\n<!-- tasks -->\n<!-- /tasks -->\n")
    course.write(f"{FOLDER}/line.py", WRONG)
    return course


def test_alone_it_says_where_a_student_stands(course):
    ran = course.run(folder=FOLDER, COLUMNS="80")
    assert (ran.status, ran.stderr) == (0, "")
    first, _, _, *tasks = ran.stdout.splitlines()
    assert first == "A line: 0 of 2 tasks done, 0 of 2 public checks pass"
    assert tasks[0].split() == ["next", "1", "Value", "3", "0", "of", "1", "pass"]
    assert tasks[1].split()[:3] == ["open", "2", "Slope"]
    assert "line.py, line 9: value" in ran.stdout
    for command in ("autograder next", "autograder check 1", "autograder hint 1", "autograder submit"):
        assert f"\n  {command} " in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 80


def test_what_is_known_is_not_run_again_and_what_has_changed_is(course):
    course.run("check", folder=FOLDER)
    kept = course.root / FOLDER / ".autograder" / "outcomes.json"
    outcomes = json.loads(kept.read_text())
    for check in outcomes["checks"]:
        check["verdict"]["outcome"] = "passed"
    kept.write_text(json.dumps(outcomes))
    assert "2 of 2 public checks pass" in course.run(folder=FOLDER).stdout
    course.write(f"{FOLDER}/line.py", f"{WRONG}# Another line.\n")
    assert "0 of 2 public checks pass" in course.run(folder=FOLDER).stdout


def test_in_the_only_assignments_package_it_says_the_same(course):
    assert course.run().stdout == course.run(folder=FOLDER).stdout
    shutil.copytree(course.root / FOLDER, course.root / "assignments/08_other")
    shutil.rmtree(course.root / "assignments/08_other/.autograder")
    lines = course.run().stdout.splitlines()
    assert [line.split() for line in lines[1:3]] == [
        ["07_line", "0", "of", "2", "0", "of", "2", "pass"],
        ["08_other", "not", "run", "yet"],
    ]


def test_elsewhere_it_shows_the_help_a_students_commands_first(course, tmp_path):
    (course.root / "solutions").mkdir()
    ran = course.run()
    assert ran.status == 0
    assert ran.stdout.index("For students:") < ran.stdout.index("  check ") < ran.stdout.index("For teachers:")
    assert ran.stdout.index("For teachers:") < ran.stdout.index("  grade ")


def test_check_of_one_task_shows_that_task_and_its_failures(course):
    course.write(f"{FOLDER}/line.py", RIGHT)
    ran = course.run("check", "2", folder=FOLDER)
    assert ran.status == 1
    assert "Task 2  Slope" in ran.stdout and "Task 1" not in ran.stdout
    assert "See line.py, line 16, in slope." in ran.stdout
    assert "0 of 1 public check passed." in ran.stdout
    ran = course.run("check", "07_line", "1")
    assert ran.status == 0
    assert "The line at a point" not in ran.stdout
    assert "✓ 1 of 1 pass." in ran.stdout
    assert "✓ The line at a point" in course.run("check", "1", "-v", folder=FOLDER).stdout


def test_a_task_waits_for_another_in_a_check_of_its_own_too(course):
    ran = course.run("check", "2", folder=FOLDER)
    assert "Skipped: it builds on task 1, which did not pass." in ran.stdout


def test_a_task_that_is_none_is_named(course):
    ran = course.run("check", "1.7", folder=FOLDER)
    assert (ran.status, ran.stdout) == (2, "")
    assert "07_line has no task 1.7. There are: 1, 2." in ran.stderr


def test_in_plain_words(course):
    for ran in (
        course.run("check", "--plain", "-v", folder=FOLDER),
        course.run("--plain", "check", "-v", folder=FOLDER),
        course.run("check", "-v", folder=FOLDER, NO_COLOR="1"),
    ):
        assert "wrong answer: The line at a point." in ran.stdout
        assert not set("✓✗–") & set(ran.stdout)
    course.write(f"{FOLDER}/line.py", RIGHT)
    assert "  passed: The line at a point." in course.run("check", "--plain", "-v", folder=FOLDER).stdout
    assert "  1 of 1 pass." in course.run("check", "--plain", folder=FOLDER).stdout.splitlines()


@pytest.mark.parametrize(
    "words", [("hint", "1"), ("next",), ("list",), ("trace", "1"), ("reset", "1"), ("submit", "--yes")]
)
def test_plain_stands_behind_any_command(course, words):
    ran = course.run(*words, "--plain", folder=FOLDER)
    assert ran.status == 0, ran.stderr
    assert not set("✓✗") & set(ran.stdout)


def test_next_says_where_to_read_and_to_write_and_what_fails(course):
    ran = course.run("next", folder=FOLDER)
    assert ran.status == 0, ran.stderr
    assert "Task 1  Value  (worth 3 points)" in ran.stdout
    assert "README.md, under “The line”" in ran.stdout
    assert "line.py, line 4: Line.value\n" in ran.stdout
    assert "line.py, line 9: value\n" in ran.stdout
    assert "✗ The line at a point. (wrong answer)" in ran.stdout
    assert "expected: 7.0" in ran.stdout
    course.write(f"{FOLDER}/line.py", RIGHT.replace(STUB, "return w"))
    assert "All public checks pass" in course.run("next", folder=FOLDER).stdout


def test_a_hint_comes_step_by_step(course):
    steps = ["What is y where x is 0?", "The bias.", "y = w x + b"]
    for shown in (1, 2, 3, 3):
        said = course.run("hint", folder=FOLDER).stdout
        assert [step in said for step in steps] == [True] * shown + [False] * (3 - shown)
    assert steps[1] not in course.run("hint", "1", "--step", "1", folder=FOLDER).stdout
    assert "Nobody has written a hint" in course.run("hint", "2", folder=FOLDER).stdout


def test_a_hint_on_a_task_that_is_none_is_named(course):
    course.write(f"{FOLDER}/hints.toml", HINTS.replace('"1"', '"5"'))
    ran = course.run("hint", "1", folder=FOLDER)
    assert ran.status == 2
    assert "hints.toml: the manifest has no task '5'" in ran.stderr


def test_reset_puts_the_functions_of_a_task_back_and_keeps_the_old(course):
    own = """
    import math

    class Line:
      def value(self, x):
        # Mine.
        return x

      def more(self):
        return 1

    @staticmethod
    def value(w, b, x, more=0):
        return w * x  # not yet
    # After it.

    def slope(w, b): return w
    """
    path = course.write(f"{FOLDER}/line.py", own)
    ran = course.run("reset", "1", folder=FOLDER)
    assert ran.status == 0, ran.stderr
    assert path.read_text() == (
        "import math\n\nclass Line:\n"
        '  def value(self, x):\n      """The line at a point (task 1)."""\n'
        f"      {STUB}\n\n  def more(self):\n    return 1\n\n"
        'def value(w, b, x):\n    """The line at a point (task 1)."""\n'
        f"    {STUB}\n# After it.\n\ndef slope(w, b): return w\n"
    )
    old = course.root / FOLDER / ".autograder" / "old"
    assert (old / "line.Line.value.1.py").read_text() == "  def value(self, x):\n    # Mine.\n    return x\n"
    assert "@staticmethod" in (old / "line.value.1.py").read_text()
    assert "Yours is kept in" in ran.stdout
    course.run("reset", "1", folder=FOLDER)
    assert STUB in (old / "line.value.2.py").read_text()
    assert "not yet" in (old / "line.value.1.py").read_text()


def test_reset_writes_nothing_where_functions_cannot_be_told_apart(course):
    for content, said in (
        (WRONG.replace("def slope(w, b):", "def slope(w, b)"), "line.py is not valid Python (line 14)"),
        (WRONG.replace("def slope", "def incline"), "line.py has no slope. It was given as:"),
    ):
        path = course.write(f"{FOLDER}/line.py", content)
        ran = course.run("reset", "2", folder=FOLDER)
        assert ran.status == 1
        assert said in ran.stderr
        assert path.read_text() == content


def test_reset_without_the_given_files_says_so(course):
    shutil.rmtree(course.root / FOLDER / ".autograder")
    ran = course.run("reset", "1", folder=FOLDER)
    assert ran.status == 1
    assert "unpack your package once more" in ran.stderr
    assert (course.root / FOLDER / "line.py").read_text() == WRONG


def test_submit_lists_what_is_open_and_empty(course):
    course.write(f"{FOLDER}/line.py", RIGHT)
    ran = course.run("submit", folder=FOLDER)
    assert ran.status == 0, ran.stderr
    assert "1 of 2 public checks passed.\nEmpty: 2\nPacked line.py." in ran.stdout
    course.write(f"{FOLDER}/line.py", WRONG)
    assert "\nOpen: 1, 2\n" in course.run("submit", folder=FOLDER).stdout


def test_submit_says_where_a_file_of_an_earlier_assignment_is_as_it_was_given(course):
    manifest = course.root / FOLDER / "assignment.toml"
    files = 'files = ["line.py", {from = "05_net", file = "net.py"}]'
    manifest.write_text(manifest.read_text().replace('files = ["line.py"]', files))
    net = "def net():\n    raise NotImplementedError('Your code here.')\n"
    course.write(f"{FOLDER}/.autograder/{GIVEN_FILES}/net.py", net)
    course.write(f"{FOLDER}/net.py", net)
    said = course.run("submit", folder=FOLDER).stdout
    assert "As it was given, nothing written yet: net.py: copy yours from 05_net\n" in said
    for name in ("net.py", "07_line-submission.zip"):
        Path(course.root, FOLDER, name).unlink()
    assert "Missing: net.py: copy yours from 05_net\n" in course.run("submit", folder=FOLDER).stdout
    course.write(f"{FOLDER}/net.py", "def net():\n    return 1\n")
    assert "copy yours" not in course.run("submit", folder=FOLDER).stdout


def test_plain_pytest_runs_one_task_whatever_its_group_is_called(course):
    checks = course.root / FOLDER / "test_line.py"
    checks.write_text(checks.read_text().replace('task("2", after="1")', 'task("5.2", group="together")'))
    manifest = course.root / FOLDER / "assignment.toml"
    manifest.write_text(manifest.read_text().replace('id = "2"', 'id = "5.2"'))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "5.2", "--collect-only", "-p", "no:cacheprovider"],
        cwd=course.root / FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "test_line.py::test_slope[together]" in done.stdout
    assert "1/2 tests collected" in done.stdout


def test_what_the_commands_keep_is_never_handed_in(course):
    """Where a student packs the whole folder by hand."""
    course.run("reset", "2", folder=FOLDER)
    course.run(folder=FOLDER)
    packed = shutil.make_archive(str(course.root / "packed"), "zip", course.root / FOLDER)
    assignment = Course(course.root).assignment("line")
    submission = read_submission(Source("ada", Path(packed)), assignment.manifest.files)
    assert submission.problem is None
    assert submission.files == {"line.py": (course.root / FOLDER / "line.py").read_bytes()}
    assert not submission.notes
