"""Functions that Otter's test cases call, and the plugin that keeps student's code out of Otter's kernel."""

from pathlib import Path
from typing import Any

from autograder.course.layout import Course, find_course
from autograder.kernels.engine import NoScoreError, Place, judged

COURSE = "course"
"""Folder of the course in `autograder.zip`."""

DRIVER = "grade_me.ipynb"
"""An empty notebook, for submissions of several modules, which Otter refuses without one."""

OTTERS = frozenset({"__init__.py", DRIVER})
"""Files that Otter adds to a submission."""

TESTS = "tests"
LOG = ".OTTER_LOG"
HANDED_IN = "handed_in"
"""Folder where the plugin puts the files that were handed in, beside Otter's own folders."""


def require(check: str) -> None:
    """Pass if the submission passes this check.

    Raises `AssertionError` with what the student may know, and `NoScoreError` where there is no verdict.
    """
    judgement = judged(_place())
    found = next((one for one in judgement.checks if one.name == check), None)
    if found is None:
        raise NoScoreError(f"There is no check {check}: was the package made for another course?")
    if found.open:
        raise NoScoreError(judgement.message or found.message)
    if not found.passed:
        raise AssertionError(f"{found.title} {found.message}")


class ModulesAreFiles:
    """A plugin of Otter's. Submissions are judged as files: Otter runs its tests in an empty notebook.

    It has the methods of `otter.plugins.AbstractOtterPlugin` that Otter calls of it, and needs no Otter itself.
    """

    def __init__(self, submission_path: str, submission_metadata: dict[str, Any], plugin_config: Any) -> None:
        self._folder = Path(submission_path).parent

    def before_grading(self, config: Any) -> None:
        """Take away the log of the student's session, which Otter would unpickle."""
        log = self._folder / LOG
        if log.is_symlink() or log.is_file():
            log.unlink()

    def before_execution(self, submission: Any) -> Any:
        """The notebook that Otter runs its tests in: without the student's cells, in the kernel of this Python.

        The submission is moved out of the kernel's folder, where Python would look for modules first.
        """
        aside = self._folder.parent / HANDED_IN
        aside.mkdir()
        for path in sorted(self._folder.iterdir()):
            if path.name != TESTS:
                path.rename(aside / path.name)
        submission.cells = []
        submission.metadata = {}
        return submission


def _place() -> Place:
    """Under Otter the course lies beside the submission; a student has it around the notebook."""
    folder = Path.cwd()
    graders = folder.parent / "source" / COURSE
    if graders.is_dir():
        (assignment,) = Course(graders).names()
        return Place(graders, assignment, _handed_in(folder.parent / HANDED_IN), public_only=False)
    return Place(find_course(folder).root, folder.name, folder, public_only=True)


def _handed_in(folder: Path) -> Path:
    """The one file that was handed in, whose name may be free, or else the folder."""
    own = [path for path in folder.iterdir() if path.name not in OTTERS and not path.name.startswith(".")]
    return own[0] if len(own) == 1 and not own[0].is_dir() else folder
