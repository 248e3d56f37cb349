"""The scratch folder of one student process: who may do what in it."""

import os

from autograder.sandbox.plan import Plan


def hand_over(plan: Plan) -> None:
    """Set owners and modes in the scratch folder, so that only the grader and the student process get in.

    Call it as the grader when `work` holds the submission. `home` is made where it is missing, and belongs to
    the student process, as `work` does with all that is in it. Raises `OSError`.
    """
    os.makedirs(plan.home, exist_ok=True)
    grader = os.geteuid() if plan.uid is not None else -1
    student = plan.uid if plan.uid is not None else -1
    others = 0o700 if plan.uid is None else 0o770
    _give(plan.scratch, grader, student, 0o710 & others)
    _give(plan.home, student, student, 0o700)
    for folder, _, files in os.walk(plan.work):
        _give(folder, student, student, 0o700)
        for name in files:
            _give(os.path.join(folder, name), student, student, 0o600)


def _give(path: str, owner: int, group: int, mode: int) -> None:
    os.chown(path, owner, group)
    os.chmod(path, mode)
