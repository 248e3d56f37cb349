"""What the documentation says about the assignments was measured on these assignments."""

import subprocess
import sys

import pytest

from autograder.proving.matrix import functions
from quality.matrix import PAGE
from quality.variants import COURSE, gradable

pytestmark = [pytest.mark.slow, pytest.mark.once]


def test_the_matrix_of_the_documentation_is_of_these_functions_and_tasks():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for assignment in gradable():
        start = lines.index(f"## {assignment.name}") + 2
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in _table(lines[start:])]
        assert [head.rstrip(" *") for head in rows[0][1:]] == [task.id for task in assignment.manifest.tasks]
        assert [row[0].strip("`") for row in rows[2:]] == [function.name for function in functions(assignment)]


def _table(lines):
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def test_gradients_and_training_are_those_of_pytorch():
    pytest.importorskip("torch")
    script = COURSE.root / "benchmarks" / "compare_with_pytorch.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("all of them.\n")
