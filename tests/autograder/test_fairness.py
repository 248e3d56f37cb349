"""What a submission could try on the words and the clock of its grading, and honest work that looks odd."""

import json
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import ProtocolFailure, StudentError
from autograder.checks.answers import WrongAnswer
from autograder.checks.spec import CheckSpec
from autograder.checks.verdicts import verdict_of
from autograder.course.layout import Course
from autograder.grading import judge
from autograder.grading.collection import with_checks
from autograder.grading.job import Job
from autograder.intake.submission import Source
from autograder.ledger.units import encoded
from autograder.outcomes import Outcome
from autograder.sandbox.own_folders import PREFIX
from tests.autograder.course import make_trial_course
from tests.autograder.grading.test_process import CHECK

pytestmark = pytest.mark.slow

PROGRAMS = Path(__file__).with_name("programs")

RIGHT = "def value(w, b, x):\n    return w * x + b\n\ndef slope(w, b):\n    return w\n"


@pytest.fixture
def course(tmp_path):
    return make_trial_course(tmp_path / "course")


def hidden(record):
    (check,) = [check for check in record["checks"] if check["visibility"] == "hidden"]
    return check


LEAKS = {
    "a forged reason why a value cannot cross": """
        import sys
        def value(w, b, x):
            kind = sys.modules["autograder.channel.failures"].Unsendable
            error = kind.__new__(kind)
            error.code = f"LEAK {w}"
            raise error
    """,
    "a forged refusal": """
        import sys
        def value(w, b, x):
            sys.modules["autograder.student.audit"]._watch.last = f"LEAK {w}"
            raise PermissionError(1, "no")
    """,
    "an exit status": """
        import os
        def value(w, b, x):
            os._exit(123)
    """,
    "the text of an exception": """
        def value(w, b, x):
            raise type("LEAK", (Exception,), {})(f"LEAK {w}")
    """,
    "what is printed": """
        def value(w, b, x):
            print("LEAK", w)
            return 0.0
    """,
    "an exception that fights being described": """
        class Meta(type):
            @property
            def __module__(cls):
                raise RuntimeError("LEAK")
        class Sly(Exception, metaclass=Meta):
            pass
        def value(w, b, x):
            raise Sly("LEAK")
    """,
}


@pytest.mark.parametrize("name", LEAKS)
def test_nothing_that_the_student_chose_is_said_of_a_hidden_check(course, name):
    record = course.grade(dedent(LEAKS[name]))
    check = hidden(record)
    assert check["outcome"] not in ("passed", "grader error")
    assert "LEAK" not in check["message"]
    assert "123" not in check["message"]
    assert "LEAK" not in " ".join(record["notes"])
    assert record["score"] == 0


@pytest.mark.parametrize(
    "source",
    [
        "def value(w, b, x):\n    raise ValueError('\\ud800')\n",
        "def value(w, b, x):\n    return '\\ud800'\n",
        "import os\ndef value(w, b, x):\n    os.kill(os.getpid(), 40)\n",
        "def value(w, b, x):\n    return [[]] * 200_000\n",
        "import numpy as np\ndef value(w, b, x):\n    return np.empty((0, 10**12))\n",
        "print('\\ud800'.encode('utf-8', 'surrogatepass'))\ndef value(w, b, x):\n    return {(1,) * 9: 2}\n",
    ],
)
def test_no_submission_makes_a_grader_error_or_stops_the_class(course, source):
    course.write("class/a.py", RIGHT)
    course.write("class/b.py", source)
    course.write("class/c.py", RIGHT)
    ran = course.run("grade", "line", course.root / "class", "--json", "--jobs", "1")
    assert ran.status == 0, ran.stderr
    records = {record["submission"]: record for record in json.loads(ran.stdout)["results"]}
    assert [records[name]["score"] for name in "abc"] == [4, 0, 4]


def test_whatever_goes_wrong_in_a_worker_leaves_the_class_alone(course, monkeypatch):
    def failing(*positional, **named):
        raise ZeroDivisionError("ours \ud800")

    monkeypatch.setattr(judge, "judge", failing)
    path = course.write("handed-in/ada.py", RIGHT)
    job = Job(assignment=Course(course.root).assignment("7"), source=Source("ada", path), seed=1)
    graded = with_checks(job.assignment, lambda checks: judge.safely(checks, job))
    record = json.loads(encoded(graded))["result"]
    assert (record["status"], record["score"]) == ("needs review", None)
    assert "ZeroDivisionError: ours" in record["detail"]
    assert "ours" not in record["message"].replace("yours", "")


def test_warnings_and_prints_of_one_check_stay_with_it(course):
    source = """
    import warnings
    def value(w, b, x):
        warnings.warn("careful")
        print("working")
        return w
    """

    def graded():
        record = course.grade(source, "--seed", "3")
        for check in record["checks"]:
            del check["seconds"]
        return record

    first = graded()
    assert first == graded()
    public = first["checks"][0]["message"]
    assert "line.py:3: UserWarning: careful" in public
    assert PREFIX not in public
    assert public.count("working") == 1


def test_the_graders_paths_are_not_shown(course):
    source = """
    import sys
    def value(w, b, x):
        print(sys.orig_argv, sys.argv, sys.prefix)
        return w
    """
    message = course.grade(source)["checks"][0]["message"]
    assert "It printed" in message
    assert "autograder" not in message
    assert "/" not in message.replace("…/", "")


def test_pytest_settings_of_the_instructor_change_nothing(course):
    path = course.write("handed-in/ada.py", "def value(w, b, x):\n    return 7.0\n")
    ran = course.run("grade", "line", path, "--json", PYTEST_ADDOPTS="-x --maxfail=1")
    (record,) = json.loads(ran.stdout)["results"]
    assert (record["status"], record["score"]) == ("graded", 1)


def test_checks_of_one_name_are_refused(course):
    course.write(
        "tests/hidden/07_line/test_again.py",
        '''
        import pytest

        @pytest.mark.task("2")
        def test_value(student):
            """Again."""
        ''',
    )
    ran = course.run("grade", "line", course.write("handed-in/ada.py", RIGHT))
    assert ran.status == 2
    assert "Two checks are called test_value" in ran.stderr


def test_parametrised_checks_have_names_and_inputs_of_their_own(course):
    course.write(
        "tests/hidden/07_line/test_more.py",
        '''
        import pytest
        from autograder import expect

        @pytest.mark.task("2")
        @pytest.mark.parametrize("sign", [1, -1])
        def test_slopes(student, rng, sign):
            """The slope of a line that rises or falls."""
            w = sign * float(rng.uniform(1, 2))
            expect.number(student.line.slope(w, 0.0), w)
            expect.that(False, "Always.", w=abs(w))
        ''',
    )
    checks = {check["name"]: check for check in course.grade(RIGHT, "--despite-reference")["checks"]}
    assert {"test_slopes[1]", "test_slopes[-1]"} <= set(checks)
    assert checks["test_slopes[1]"]["detail"] != checks["test_slopes[-1]"]["detail"]


def test_a_group_goes_on_once_after_its_process_has_died(course):
    for number in range(3):
        course.write(
            f"tests/hidden/07_line/test_more_{number}.py",
            f'''
            import pytest
            from autograder import expect

            @pytest.mark.task("2")
            def test_more_{number}(student):
                """More."""
                expect.number(student.line.slope({number}.0, 0.0), {number}.0)
            ''',
        )
    source = "import os\ndef value(w, b, x):\n    return w * x + b\ndef slope(w, b):\n    os._exit(0) if w else None\n"
    record = course.grade(source + "    return 0.0\n")
    outcomes = {check["name"]: check["outcome"] for check in record["checks"]}
    assert outcomes["test_slope"] == "crashed"
    assert outcomes["test_more_0"] == "passed"
    assert outcomes["test_more_1"] == "crashed"
    assert outcomes["test_more_2"] == "not run"


def test_a_task_does_not_pay_for_another_of_its_group_that_stops(course):
    course.write(
        "tests/hidden/07_line/test_both.py",
        '''
        import pytest
        from autograder import expect

        @pytest.mark.task("2", group="both")
        @pytest.mark.parametrize("w", [1.0, 2.0, 3.0])
        def test_a_slope(student, w):
            """A slope."""
            expect.number(student.line.slope(w, 0.0), w)

        @pytest.mark.task("1", group="both")
        @pytest.mark.parametrize("w", [1.0, 2.0])
        def test_a_value(student, w):
            """A value."""
            expect.number(student.line.value(w, 0.0, 1.0), w)
        ''',
    )
    record = course.grade("import os\ndef value(w, b, x):\n    return w * x + b\ndef slope(w, b):\n    os._exit(0)\n")
    outcomes = {check["name"]: check["outcome"] for check in record["checks"]}
    slopes = [outcomes[f"test_a_slope[{w}]"] for w in (1.0, 2.0, 3.0)]
    assert slopes == ["crashed", "crashed", "not run"]
    assert [outcomes[f"test_a_value[{w}]"] for w in (1.0, 2.0)] == ["passed", "passed"]


MODULE = (PROGRAMS / "fairness.py").read_text()


@pytest.fixture
def student(open_student):
    return open_student(m=MODULE, memory=1024)


def test_large_arrays_may_come_and_go(student):
    large = np.ones(2**18)
    expect.integer(student.m.many(lambda: large, 400), 400)
    expect.items(student.m.shapes([np.ones(2**17)] * 40), 40)


def test_a_function_is_one_function(student):
    def cost(x):
        return x

    expect.boolean(student.m.same(cost, cost), True)
    expect.text(student.m.named(cost), "cost")


def test_values_at_the_caps_are_values(student):
    expect.items(student.m.ones(100_000), 100_000)
    expect.items(student.m.deep(32), 1)


@pytest.mark.parametrize("name", ["unsendable", "unsendable text", "value", "raised", "overlap", "nothing"])
def test_forged_replies_are_protocol_failures(sandbox, name):
    with sandbox(m=MODULE).open() as student:
        student.m.forge(name)
        with pytest.raises(ProtocolFailure):
            student.m.ones(1)


def test_the_graders_own_time_counts(sandbox):
    host = sandbox(m=MODULE)
    with host.open() as student:
        host.begin(CheckSpec("slow", "A slow check.", "07_line", "1", 1.0, "1", (), 0.2, "public"))

        def slow():
            total = 0
            while total < 10**7:
                total += 1
            return 1

        with pytest.raises(Exception, match="Stopped") as caught:
            student.m.many(slow, 1000)
        assert caught.value.outcome is Outcome.TIMED_OUT


def test_memory_that_pytorch_does_not_get_is_called_so():
    text = "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried"
    raised = StudentError("RuntimeError", ("RuntimeError", "Exception"), text, ())
    assert verdict_of(raised).outcome is Outcome.OUT_OF_MEMORY
    other = StudentError("RuntimeError", ("RuntimeError", "Exception"), "shapes do not fit", ())
    assert verdict_of(other).outcome is Outcome.ERROR


def test_a_meta_tensor_has_no_values(open_student):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    source = "import torch\ndef meta():\n    return torch.empty(5, device='meta')\n"
    student = open_student(imports=("numpy", "torch"), memory=512, m=source)
    expect.tensor(student.m.meta(), shape=(5,), dtype="float32")
    for wrong in ({"expected": [1.0, 2.0]}, {"shape": (4,)}, {"dtype": "float64"}):
        with pytest.raises(WrongAnswer):
            expect.tensor(student.m.meta(), **wrong)


def test_public_checks_run_before_hidden_ones_of_their_group(course):
    record = course.grade(RIGHT)
    first = [check["visibility"] for check in record["checks"] if check["task"] == "1"]
    assert first == ["public", "hidden"]
    assert CHECK.visibility == "public"
