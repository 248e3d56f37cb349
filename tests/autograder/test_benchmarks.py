"""The benchmarks compare like with like: plain asserts, Otter and nbgrader give the points that the engine gives."""

import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from autograder.grading.collection import collect
from autograder.grading.isolation import isolation
from autograder.student.loopback import LoopbackHost
from benchmarks.comparison.asserts.source import FILES, asserts_for
from benchmarks.comparison.bare import Floor, counted, functions_of, run_one
from benchmarks.comparison.cost import measured
from benchmarks.comparison.graders import ChainRule, Nbgrader, Otter
from benchmarks.comparison.page import write_section
from benchmarks.comparison.submissions import ENTRIES, notebook_name, submissions
from quality.variants import COURSE, marked

pytestmark = [pytest.mark.slow, pytest.mark.once]

PERCEPTRON = COURSE.assignment("03_perceptron")
PROGRAMS = Path(__file__).with_name("programs")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="costs are measured on Linux only")
KERNEL = PROGRAMS / "plain_asserts.py"
ORPHAN = PROGRAMS / "leaves_an_orphan.py"


@pytest.mark.parametrize("name", [marked(name) for name in FILES])
def test_plain_asserts_give_the_points_of_the_bank(name, tmp_path):
    assignment, asserts = COURSE.assignment(name), asserts_for(name)
    assert list(asserts.tasks) == [task.id for task in assignment.manifest.tasks]
    handed_in = submissions(assignment, len(ENTRIES[name]))
    for module, content in handed_in[0].modules.items():
        (tmp_path / module).write_bytes(content)
    tasks = {task: f"{source}\n{asserts.call(task)}" for task, source in asserts.tasks.items()}
    given = {"answers": [one.answer for one in handed_in], "preamble": asserts.preamble, "tasks": tasks}
    done = subprocess.run(
        [sys.executable, KERNEL],
        input=json.dumps(given),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    for submission, passed in zip(handed_in, json.loads(done.stdout), strict=True):
        earned = {task.id: task.points * (task.id in passed) for task in assignment.manifest.tasks}
        assert earned == submission.earns, submission.entry


def in_a_process_of_its_own(function, *arguments):
    """What measures waits for every child that its process has; pytest's has others."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def graded_by(grader, assignment, handed_in, folder):
    """The cost of a grader, and the points that it gives."""
    one = grader()
    one.set_up(assignment, handed_in, folder)
    return one.grade(lambda done: None)


@LINUX
def test_the_grader_gives_the_points_of_the_bank(tmp_path):
    if why := isolation(PERCEPTRON).weakness:
        pytest.skip(why)
    require_the_points_of_the_bank(ChainRule, tmp_path)


@LINUX
@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("grader", [Otter, Nbgrader])
def test_other_graders_give_the_points_of_the_bank(grader, tmp_path):
    require_the_points_of_the_bank(grader, tmp_path)


def require_the_points_of_the_bank(grader, tmp_path):
    handed_in = submissions(PERCEPTRON, 2)[1:]
    cost, points = in_a_process_of_its_own(graded_by, grader, PERCEPTRON, handed_in, tmp_path)
    assert points == {submission.student: submission.earns for submission in handed_in}
    assert 0 < cost.cpu < 60


def test_in_a_bare_process_the_same_checks_pass(tmp_path):
    assignment = PERCEPTRON
    (handed_in,) = submissions(assignment, 2)[1:]
    own = replace(assignment, root=tmp_path)
    own.folder.mkdir(parents=True)
    (own.folder / notebook_name(assignment)).write_bytes(handed_in.notebook)
    functions, floor = functions_of(assignment), Floor()
    checks = [(spec, functions[spec.name]) for spec in collect(assignment)]
    with counted(floor):
        passed = run_one(checks, LoopbackHost(own), None, floor)
    assert {spec.task for spec, _ in checks if spec.name not in passed} == {"1.2"}
    assert floor.processes == len(assignment.manifest.tasks)
    assert floor.messages > len(checks)


def test_a_section_of_a_page_is_replaced(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- one -->\nold\n<!-- /one -->\nafter\n")
    write_section("one", "new\n", page)
    assert page.read_text() == "before\n<!-- one -->\nnew\n<!-- /one -->\nafter\n"
    with pytest.raises(ValueError, match="two"):
        write_section("two", "new", page)


@LINUX
def test_the_cost_of_orphans_is_counted(tmp_path):
    cost, _ = in_a_process_of_its_own(measured, [sys.executable, "-S", ORPHAN], tmp_path)
    assert 0.5 <= cost.cpu < 1
    assert cost.wall >= 1
    assert cost.memory is None or cost.memory > 60_000_000
    assert cost.account is None or cost.account == pytest.approx(cost.cpu, rel=0.1)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="costs are looked at as root, on Linux")
def test_a_grader_that_is_killed_comes_to_the_same_ledger():
    command = [sys.executable, "-m", "benchmarks.scale", "--size", "3", "--pair", "2", "--kills", "2"]
    done = subprocess.run(
        [*command, "--killed-class", "4"], cwd=COURSE.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "left behind: nothing." in done.stdout
    assert "equals that of an undisturbed run" in done.stdout
