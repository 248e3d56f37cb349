import os
import signal

import pytest

from autograder import expect


@pytest.mark.task("1")
def test_deadly(student):
    """A check that ends the grader itself when the answer is 13."""
    if expect.number(student.line.value(1.0, 0.0, 1.0)) == 13:
        os.kill(os.getpid(), signal.SIGKILL)
