"""What a failed public check says of ordinary mistakes: those in tests/messages/."""

import shutil
from pathlib import Path

import pytest

from autograder.checks.verdicts import HIDDEN
from autograder.course.layout import Course
from autograder.grading.collection import with_checks
from autograder.outcomes import Outcome
from autograder.student.loopback import LoopbackHost
from autograder.toml import loads
from quality.variants import COURSE, missing_library

pytestmark = pytest.mark.slow

MESSAGES = Path(__file__).parents[1] / "messages"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}-{case['mistake']}")
    for path in sorted(MESSAGES.glob("*.toml"))
    for case in loads(path.read_text(encoding="utf-8"))["case"]
]


def verdict(folder, name, check, after):
    """The verdict of a public check on the reference with more lines at its end."""
    original = COURSE.assignment(name)
    copy = folder / "assignments" / name
    shutil.copytree(original.folder, copy)
    for file in original.manifest.files:
        if file.endswith(".py"):
            shutil.copy(original.reference(file), copy)
    own = next(file for file in original.manifest.files if file not in original.manifest.brought)
    with (copy / own).open("a", encoding="utf-8") as module:
        module.write(after)
    assignment = Course(folder).assignment(name)

    def run(collection):
        group = next(one for one in collection.groups if any(spec.name == check for spec in one.specs))
        return collection.run(group, LoopbackHost(assignment))

    (record,) = [one for one in with_checks(assignment, run, public_only=True) if one.name == check]
    return record.verdict


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_mistake_is_told(tmp_path, name, case):
    lacking = missing_library(COURSE.assignment(name))
    if lacking:
        pytest.skip(lacking)
    found = verdict(tmp_path, name, case["check"], case["after"])
    message = found.message(public=True)
    assert found.outcome in (Outcome.WRONG, Outcome.ERROR)
    assert [part for part in case["says"] if part not in message] == [], message
    assert [part for part in case.get("never", []) if part in message] == [], message
    assert found.message(public=False) == f"{found.sentence}\n{HIDDEN}"
