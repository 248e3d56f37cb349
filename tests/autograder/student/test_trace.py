"""What `autograder trace` shows: each line of a student's own functions, and what it has changed."""

import contextlib
import importlib.util
import textwrap

import numpy as np
import pytest

from autograder.student.trace import Trace, described
from tests.autograder.course import make_trial_course


@pytest.fixture
def traced(tmp_path):
    """Call a function of a module with this source: the lines of the trace."""

    def call(source, *arguments, function="f"):
        path = tmp_path / "network.py"
        path.write_text("import numpy as np\n" + textwrap.dedent(source))
        spec = importlib.util.spec_from_file_location("network", path)
        module = importlib.util.module_from_spec(spec)
        trace = Trace([path])
        with trace:
            spec.loader.exec_module(module)
            with contextlib.suppress(ValueError):
                getattr(module, function)(*arguments)
        return trace.lines

    return call


def test_each_line_is_shown_with_what_it_changed(traced):
    lines = traced(
        """
        def f(x, n):
            y = x * 2
            y[0] = n
            return y.sum()
        """,
        np.array([1.0, 2.0]),
        3,
    )
    assert lines == [
        "f(x = float64 (2,) [1. 2.], n = int 3)",
        "   4  y = x * 2",
        "      y = float64 (2,) [2. 4.]",
        "   5  y[0] = n",
        "      y = float64 (2,) [3. 4.]",
        "   6  return y.sum()",
        "      returns float64 7",
    ]


def test_a_vector_that_meets_a_column(traced):
    """(n,) against (n, 1)."""
    lines = traced("def f(w, x):\n    z = w * x\n    return z.sum()\n", np.ones(3), np.ones((3, 1)))
    assert "      z = float64 (3, 3) [[1. 1. 1.] [1. 1. 1.] [1. 1. 1.]]  <-- (3, 1) with (3,) makes (3, 3)" in lines


def test_a_column_of_answers_that_meets_a_row_of_targets(traced):
    """(m, 1) against (m,), in what is returned."""
    lines = traced("def f(a, y):\n    return ((a - y) ** 2)\n", np.zeros((2, 1)), np.array([0.0, 1.0]))
    assert lines[-1] == "      returns float64 (2, 2) [[0. 1.] [0. 1.]]  <-- (2, 1) with (2,) makes (2, 2)"
    lines = traced("def f(a, y):\n    return a @ y\n", np.zeros((2, 2)), np.zeros((2, 2)))
    assert "<--" not in lines[-1]


def test_a_gradient_that_grows_with_the_batch(traced):
    """The sum over the batch, and the mean in the line that was forgotten: m times as large."""
    source = "def f(dZ, A):\n    dW = dZ @ A.T\n    return dW\n"
    lines = traced(source, np.full((1, 4), 0.5), np.ones((2, 4)))
    assert "      dW = float64 (1, 2) [[2. 2.]]" in lines
    lines = traced(source.replace("A.T", "A.T / 4"), np.full((1, 4), 0.5), np.ones((2, 4)))
    assert "      dW = float64 (1, 2) [[0.5 0.5]]" in lines


def test_the_first_nan_and_float32_by_accident_are_marked(traced):
    lines = traced(
        """
        def f(x):
            single = x.astype(np.float32)
            with np.errstate(all="ignore"):
                bad = x / 0
                worse = bad - bad
                again = worse + 1
            return again
        """,
        np.array([1.0, 2.0]),
    )
    marked = [line.strip() for line in lines if "<--" in line]
    assert marked == [
        "single = float32 (2,) [1. 2.]  <-- float32: only seven digits",
        "bad = float64 (2,) [inf inf]  <-- the first infinite number",
        "worse = float64 (2,) [nan nan]  <-- the first NaN",
    ]
    lines = traced("def f(x):\n    y = x * 2\n    return y\n", np.ones(2, np.float32))
    assert not [line for line in lines if "<--" in line]


def test_loops_are_folded_and_so_is_what_they_call(traced):
    lines = traced(
        """
        def g(x):
            return x + 1

        def f(n):
            total = 0
            for i in range(n):
                total = g(total)
            return total
        """,
        100,
    )
    assert sum("return x + 1" in line for line in lines) == 2
    folded = lines.index("   …  lines 8 to 9, 99 more times. After that:")
    assert "      total = int 100" in lines[folded:]
    assert len(lines) < 30


def test_objects_and_dicts_are_shown_by_their_parts(traced):
    lines = traced(
        """
        class Line:
            def __init__(self):
                self.w = 1.0

            def step(self, gradients):
                self.w = self.w - gradients["w"]

        def f(gradients):
            Line().step(gradients)
        """,
        {"w": 0.25},
    )
    assert "    Line.step(self.w = float 1.0, gradients['w'] = float 0.25)" in lines
    assert "          self.w = float 0.75" in lines


def test_an_exception_is_shown_once_below_its_line(traced):
    lines = traced("def g(x):\n    return x.reshape(3)\n\ndef f(x):\n    return g(x)\n", np.ones(2))
    assert lines[2].strip() == "3  return x.reshape(3)"
    raised = [line.strip() for line in lines if "raises" in line]
    assert len(raised) == 1
    assert raised[0].startswith("raises ValueError: cannot reshape")
    assert not [line for line in lines if "returns" in line]


def test_long_arrays_and_what_cannot_be_shown():
    class Sly:
        def __repr__(self):
            raise RuntimeError

    assert described(np.arange(100.0)) == "float64 (100,) from 0 to 99"
    assert described(np.array([[1, 2]])) == "int64 (1, 2) [[1 2]]"
    assert described(None) == "None"
    assert "Sly" in described(Sly())


def test_tensors_are_called_tensors():
    torch = pytest.importorskip("torch")
    assert described(torch.ones(2, requires_grad=True)) == "tensor float32 (2,) [1. 1.]"


@pytest.mark.slow
def test_the_command_traces_the_first_check_that_fails(tmp_path):
    course = make_trial_course(tmp_path / "course")
    folder = "assignments/07_line"
    course.write(
        f"{folder}/line.py", "def value(w, b, x):\n    y = w * x\n    return y\n\ndef slope(w, b):\n    return w\n"
    )
    ran = course.run("trace", "1", folder=folder)
    assert ran.status == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        "The line at a point.",
        "",
        "value(w = float 2.0, b = float 1.0, x = float 3.0)",
        "   2  y = w * x",
        "      y = float 6.0",
        "   3  return y",
        "      returns float 6.0",
        "",
        "  ✗ The line at a point. (wrong answer)",
        "    The number is wrong.",
        "    got:      6.0",
        "    expected: 7.0",
        "    call:     line.value(2.0, 1.0, 3.0)",
    ]
    ran = course.run("trace", "2", "--check", "test_slope", folder=folder)
    assert "slope(w = float 2.0, b = float 1.0)" in ran.stdout
    ran = course.run("trace", "2", "--check", "test_value", folder=folder)
    assert ran.status == 2
    assert "Task 2 has no public check test_value. There are: test_slope." in ran.stderr
