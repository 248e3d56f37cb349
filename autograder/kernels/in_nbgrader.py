"""Functions that the autograded cells of an nbgrader course call."""

from pathlib import Path

from autograder.kernels.engine import NoScoreError, Place, judged

GRADER = "grader"
"""The folder beside `nbgrader_config.py` with the hidden checks and the course's secret."""

CHECKS = "checks"
"""The folder beside a notebook with the public checks."""

DECIMALS = 2


def task_score(task: str) -> float:
    """Return what the submission earns for a task: a plain float, as nbgrader wants it at the end of a cell.

    While a student works, only the public checks count, so that all points here may be fewer when it is graded.
    Says on standard output what is wrong. Raises `NoScoreError` where there is no score.
    """
    place = _place()
    judgement = judged(place)
    of_task = [check for check in judgement.checks if check.task == task]
    for check in of_task:
        if check.public and not check.passed:
            print(f"{check.title} {check.message}")
    hidden = [check for check in of_task if not check.public]
    if hidden:
        print(f"Hidden checks passed: {sum(check.passed for check in hidden)} of {len(hidden)}.")
    score = judgement.tasks.get(task)
    if score is None:
        reasons = [check.message for check in of_task if check.open]
        raise NoScoreError(judgement.message or next(iter(reasons), f"There is no task {task}."))
    return round(float(score), DECIMALS)


def _place() -> Place:
    """Return where nbgrader grades (`COURSE/autograded/STUDENT/ASSIGNMENT`), and else where a student works."""
    folder = Path.cwd()
    root = folder.parents[2] if len(folder.parents) > 2 else folder
    if folder.parent.parent.name == "autograded" and (root / GRADER).is_dir():
        handed_in = root / "submitted" / folder.parent.name / folder.name
        return Place(root / GRADER, folder.name, handed_in, public_only=False)
    return Place(folder / CHECKS, _only(folder / CHECKS), folder, public_only=True)


def _only(course: Path) -> str:
    names = [path.name for path in sorted((course / "assignments").glob("*")) if path.is_dir()]
    if len(names) != 1:
        raise NoScoreError(f"{course} is not the folder of checks that came with this notebook.")
    return names[0]
