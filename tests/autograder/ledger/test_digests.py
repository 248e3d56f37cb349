"""A digest changes with all that a check can reach, and with nothing else."""

from textwrap import dedent

import pytest

from autograder.course.layout import Course
from autograder.grading.collection import collect
from autograder.ledger.digests import ENGINE, JUDGING, check_digests
from tests.autograder.course import COURSES, make_trial_course

pytestmark = pytest.mark.slow

CHECKS = (COURSES / "reached" / "assignments" / "07_line" / "test_line.py").read_text()
BOTH = {"1", "2"}


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    course.add("reached")
    return course


def digests(course) -> dict[str, str]:
    assignment = Course(course.root).assignment("line")
    groups: dict[str, list] = {}
    for spec in collect(assignment):
        groups.setdefault(spec.group, []).append(spec)
    return check_digests(assignment, groups)


def changed(course, old: str, new: str, path: str = "assignments/07_line/test_line.py") -> set[str]:
    """The groups whose digests change with an edit."""
    before = digests(course)
    content = (course.root / path).read_text()
    assert dedent(old) in content
    (course.root / path).write_text(content.replace(dedent(old), dedent(new)))
    after = digests(course)
    return {group for group in before if before[group] != after[group]}


@pytest.mark.parametrize(
    ("old", "new", "groups"),
    [
        ("SEVEN = 7.0\n", "SEVEN = 7.0  # the answer\n", set()),
        ("SEVEN = 7.0\n", "SEVEN = 8.0\n", {"1"}),
        ("SEVEN = 7.0\n", "SEVEN = 7.0\nSEVEN = SEVEN + 1\n", {"1"}),
        ("Point(3.0)", "Point(4.0)", {"1"}),
        ("x: float\n", "x: float = 0.0\n", {"1"}),
        ("2.0, 1.0), renamed", "2.0, 5.0), renamed", {"2"}),
        ("return 2.0", "return 3.0", BOTH),  # a fixture under another name
        ('LIMITS["high"] = 9', 'LIMITS["high"] = 8', BOTH),
        ("(function):\n    pass", "(function):\n    print()", BOTH),
        ('@pytest.mark.task("2")', '@pytest.mark.task("2", weight=2)', {"2"}),
    ],
)
def test_what_changes_with_an_edit(course, old, new, groups):
    assert changed(course, old, new) == groups


def test_conftests_and_modules_of_the_course_count(course):
    course.write("tests/hidden/07_line/conftest.py", "ONE = 1\n")
    assert changed(course, "ONE = 1", "ONE = 2", "tests/hidden/07_line/conftest.py") == BOTH
    course.write("tools/scale.py", "TWO = 2\n")
    optional = "try:\n    from tools import scale\nexcept ImportError:\n    scale = None\n"
    source = CHECKS.replace("import pytest\n", f"import pytest\n\n{optional}")
    (course.root / "assignments/07_line/test_line.py").write_text(source)
    assert changed(course, "TWO = 2", "TWO = 3", "tools/scale.py") == BOTH


def test_a_check_that_is_not_at_the_top_of_a_file_counts_with_all_of_it(course):
    source = CHECKS.replace('@pytest.mark.task("2")\ndef test_slope(student, renamed):\n', "")
    body = source[source.rindex('    """The slope."""') :]
    source = source[: source.rindex('    """The slope."""')]
    source += 'if SEVEN:\n\n    @pytest.mark.task("2")\n    def test_slope(student, renamed):\n'
    source += "".join(f"    {line}\n" for line in body.splitlines())
    (course.root / "assignments/07_line/test_line.py").write_text(source)
    assert changed(course, "SEVEN = 7.0", "SEVEN = 8.0") == BOTH


def test_every_part_of_the_engine_that_judges_is_there():
    assert [name for name in JUDGING if not (ENGINE / name).exists()] == []
