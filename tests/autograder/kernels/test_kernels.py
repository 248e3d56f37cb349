"""What test cells call, in folders like those of nbgrader and Otter, without either of them."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.course.layout import Course
from autograder.grading.isolation import isolation
from autograder.kernels import engine, in_nbgrader, in_otter
from autograder.kernels.engine import NO_SCORE, NoScoreError
from tests.autograder.course import TrialCourse, make_trial_course

pytestmark = pytest.mark.slow

RIGHT = "def value(w, b, x):\n    return w * x + b\n\n\ndef slope(w, b):\n    return w\n"
WRONG = RIGHT.replace("w * x + b", "w * x + b if x == 3.0 else 0.0")
NAME = "07_line"


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    """No judgement is left over, and the machine can hide the checks."""
    monkeypatch.setattr(engine, "_JUDGED", {})
    make_trial_course(tmp_path / "trial")
    weakness = isolation(Course(tmp_path / "trial").assignment("line")).weakness
    if weakness:
        pytest.skip(weakness)


@pytest.fixture
def runs(monkeypatch) -> list:
    """The runs of the engine."""
    made = []
    ask = engine._ask
    monkeypatch.setattr(engine, "_ask", lambda place: made.append(place) or ask(place))
    return made


@pytest.fixture
def nbgrader(monkeypatch, tmp_path) -> TrialCourse:
    """The grader's course of an nbgrader course; the kernel is that of ada's notebook."""
    course = make_trial_course(tmp_path / "grader")
    (tmp_path / "autograded" / "ada" / NAME).mkdir(parents=True)
    (tmp_path / "submitted" / "ada" / NAME).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "autograded" / "ada" / NAME)
    return course


@pytest.fixture
def otter(monkeypatch, tmp_path) -> TrialCourse:
    """The course in Otter's `source`; the kernel is in `submission`, out of which the plugin moves what is in it."""
    course = make_trial_course(tmp_path / "source" / "course")
    (tmp_path / "submission" / "tests").mkdir(parents=True)
    (tmp_path / "submission" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path / "submission")
    return course


def hand_in_to_otter(name: str, source: str) -> None:
    path = Path.cwd() / name
    path.write_text(source)
    plugin = in_otter.ModulesAreFiles(str(path), {}, {})
    plugin.before_grading(None)
    notebook = plugin.before_execution(SimpleNamespace(cells=["a cell"], metadata={"kernelspec": "mine"}))
    assert not notebook.cells and not notebook.metadata
    assert os.listdir() == ["tests"]


def hand_in(tmp_path: Path, source: str) -> Path:
    path = tmp_path / "submitted" / "ada" / NAME / "line.py"
    path.write_text(source)
    return path


def test_a_task_is_a_plain_float(nbgrader, tmp_path, runs, capfd):
    hand_in(tmp_path, RIGHT)
    scores = [in_nbgrader.task_score("1"), in_nbgrader.task_score("2")]
    assert scores == [3.0, 1.0]
    assert [type(score) for score in scores] == [float, float]
    assert len(runs) == 1
    assert not capfd.readouterr().err


def test_partial_points(nbgrader, tmp_path, capsys):
    """A hidden check that fails is counted, and nothing of it is said."""
    hand_in(tmp_path, WRONG)
    assert in_nbgrader.task_score("1") == 1.0
    assert capsys.readouterr().out == "Hidden checks passed: 0 of 1.\n"


def test_other_files_are_judged_again(nbgrader, tmp_path, runs):
    hand_in(tmp_path, WRONG)
    assert in_nbgrader.task_score("1") == 1.0
    hand_in(tmp_path, RIGHT)
    assert in_nbgrader.task_score("1") == 3.0
    assert len(runs) == 2


def test_what_the_kernel_does_to_itself_changes_nothing(nbgrader, tmp_path, monkeypatch):
    """A module of the same name in the working folder, a patched NumPy, a changed environment."""
    hand_in(tmp_path, WRONG)
    Path("numpy.py").write_text("raise SystemExit")
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    monkeypatch.setattr("numpy.testing.assert_allclose", lambda *_, **__: None)
    assert in_nbgrader.task_score("1") == 1.0


def test_a_grader_error_raises(nbgrader, tmp_path):
    hand_in(tmp_path, RIGHT)
    hidden = nbgrader.root / "tests" / "hidden" / NAME / "test_line_hidden.py"
    hidden.write_text(hidden.read_text().replace("w * x + b)", "missing)"))
    with pytest.raises(NoScoreError, match=NO_SCORE):
        in_nbgrader.task_score("1")


def test_checks_that_cannot_be_run_raise_every_time(nbgrader, tmp_path, runs):
    hand_in(tmp_path, RIGHT)
    (nbgrader.root / "tests" / "hidden" / NAME / "test_line_hidden.py").write_text("import nothing_like_it\n")
    for task in "12":
        with pytest.raises(NoScoreError, match="nothing_like_it"):
            in_nbgrader.task_score(task)
    assert len(runs) == 1


def test_a_refused_submission_raises(nbgrader, tmp_path):
    (tmp_path / "submitted" / "ada" / NAME / "line.py").symlink_to("/etc/hostname")
    with pytest.raises(NoScoreError, match="link"):
        in_nbgrader.task_score("1")


def test_nothing_handed_in_is_zero(nbgrader):
    assert in_nbgrader.task_score("1") == 0.0


def test_a_student_sees_public_checks_only(nbgrader, tmp_path, monkeypatch, capsys):
    """Where the released folder lies, without anything of the grader's."""
    home = tmp_path / "home" / NAME
    checks = home / "checks" / "assignments" / NAME
    checks.mkdir(parents=True)
    for name in ("assignment.toml", "test_line.py"):
        shutil.copy(nbgrader.root / "assignments" / NAME / name, checks)
    (home / "line.py").write_text(WRONG)
    monkeypatch.chdir(home)
    assert in_nbgrader.task_score("1") == 3.0
    (home / "line.py").write_text(WRONG.replace("3.0", "4.0"))
    assert in_nbgrader.task_score("1") == 0.0
    printed = capsys.readouterr().out
    assert "The line at a point." in printed and "Hidden" not in printed


def test_a_case_of_otter(otter, runs):
    """A file with a name of its own is the one module."""
    hand_in_to_otter("ada_2.py", WRONG)
    in_otter.require("test_value")
    with pytest.raises(AssertionError, match="wrong answer"):
        in_otter.require("test_value_anywhere")
    with pytest.raises(NoScoreError, match="no check test_other"):
        in_otter.require("test_other")
    assert len(runs) == 1


def test_a_grader_error_in_otter(otter):
    hand_in_to_otter("line.py", RIGHT)
    hidden = otter.root / "tests" / "hidden" / NAME / "test_line_hidden.py"
    hidden.write_text(hidden.read_text().replace("w * x + b)", "missing)"))
    in_otter.require("test_value")
    with pytest.raises(NoScoreError, match=NO_SCORE):
        in_otter.require("test_value_anywhere")


def test_a_student_may_work_in_a_folder_at_the_top(monkeypatch):
    monkeypatch.chdir(Path.cwd().anchor)
    with pytest.raises(NoScoreError, match="not the folder of checks"):
        in_nbgrader.task_score("1")
