"""Grading on a Dask cluster comes to what grading here comes to, also when a worker of it is killed."""

import contextlib
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.ledger.store import open_ledger
from tests.autograder.course import make_trial_course

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed"),
    pytest.mark.slow,
]

SLOW = """
    import time

    def value(w, b, x):
        time.sleep(0.2)
        return w * x + b

    def slope(w, b):
        return w
"""
NAMES = ("ada", "bob", "cleo", "dana", "emre", "fay", "gus", "hana")
PATIENCE = 60.0


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    for name in NAMES:
        course.write(f"class/{name}.py", SLOW if name != "bob" else SLOW.replace("return w\n", "return b\n"))
    return course


@pytest.fixture
def cluster(tmp_path):
    """The file that names a scheduler with two workers, each a process of its own."""
    file = tmp_path / "scheduler.json"
    common = [sys.executable, "-m", "dask"]
    where = ["--scheduler-file", str(file), "--no-dashboard"]
    scheduler = [*common, "scheduler", *where, "--host", "127.0.0.1", "--port", "0"]
    worker = [*common, "worker", *where, "--nthreads", "1", "--nworkers", "2", "--local-directory", str(tmp_path)]
    log = (tmp_path / "dask.log").open("wb")
    processes = [subprocess.Popen(scheduler, stdout=log, stderr=log)]
    try:
        wait_for(file.exists)
        processes.append(subprocess.Popen(worker, stdout=log, stderr=log))
        yield json.loads(file.read_text())["address"], processes[1].pid
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()
        log.close()


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def children(pid: int) -> list[psutil.Process]:
    """Processes whose parent this is, that do not only look after the others."""
    found = []
    for child in psutil.Process(pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if any("spawn_main" in word for word in child.cmdline()):
                found.append(child)
    return found


def ledger_of(folder: Path) -> dict[str, object]:
    """What a ledger holds, but for times and layers."""
    held: dict[str, object] = {}
    with open_ledger(folder, None) as ledger:
        for source in ledger.sources():
            (grade,) = ledger.grades(source.id)
            checks = [(check.name, check.outcome, check.message, check.detail) for check in grade.result.checks]
            inputs = grade.inputs
            assert inputs is not None
            held[source.id] = (source, grade.result.score, checks, inputs.content, inputs.seed, dict(inputs.checks))
    return held


@pytest.mark.parametrize("killed", [False, True])
def test_a_cluster_comes_to_the_same(course, cluster, tmp_path, killed):
    address, nanny = cluster
    wait_for(lambda: len(children(nanny)) == 2)
    here = course.run("grade", "line", course.root / "class", "--output", tmp_path / "here")
    assert here.status == 0, here.stderr
    grader = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "autograder",
            "grade",
            "line",
            "class",
            "--output",
            tmp_path / "there",
            "--dask",
            address,
        ],
        cwd=course.root,
        env={"PATH": "/usr/bin:/bin"},
        stderr=subprocess.PIPE,
        text=True,
    )
    if killed:
        wait_for(lambda: list((tmp_path / "there").glob("results/*.json")))
        children(nanny)[0].kill()
    _, errors = grader.communicate(timeout=2 * PATIENCE)
    assert grader.returncode == 0, errors
    there = ledger_of(tmp_path / "there")
    assert sorted(there) == sorted(NAMES)
    assert there == ledger_of(tmp_path / "here")


@pytest.mark.parametrize("option", ["--jobs=2", "--allow-weak-sandbox"])
def test_options_of_this_machine_do_not_go_with_a_cluster(course, option):
    ran = course.run("grade", "line", course.root / "class", "--dask", "tcp://127.0.0.1:9", option)
    assert ran.status == 2
    assert "they do not go with --dask" in ran.stderr


def test_a_cluster_that_is_not_there_is_named(course):
    ran = course.run(
        "grade", "line", course.root / "class", "--dask", "tcp://127.0.0.1:9", DASK_DISTRIBUTED__COMM__RETRY__COUNT="0"
    )
    assert ran.status == 2
    assert "tcp://127.0.0.1:9: no Dask scheduler answers" in ran.stderr
