"""What the doctor says of this machine, and of machines that lack something."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.cli.ending import NEEDS_A_PERSON
from autograder.course.layout import Course
from autograder.doctor import cuda, machine, report, trial
from autograder.doctor.layers import FILTER, LANDLOCK, OWN_USER, SYSTEM, layers
from autograder.doctor.trial import PROBE, READING, Trial
from autograder.errors import GraderFault
from autograder.grading import isolation, resources
from autograder.sandbox.offers import Offers, offers
from tests.autograder.course import make_trial_course

pytestmark = pytest.mark.slow

PROGRAMS = Path(__file__).with_name("programs")

ROOT = Path(__file__).parents[3]
FULL = Offers("linux", landlock=7, seccomp=True, root=True, other_users=True, open_interpreter=True)
USER = replace(FULL, root=False, other_users=False)

linux = pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux")


@pytest.fixture
def course(tmp_path):
    return make_trial_course(tmp_path / "course")


@pytest.fixture
def on(monkeypatch, course):
    """Run the doctor in the trial course, as if the machine offered something else: exit status and what was found."""
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(cuda, "QUESTION", "import json; print(json.dumps(['1.0', None, False, [], []]))")

    def run(offered=None):
        if offered is not None:
            for module in (report, trial, isolation):
                monkeypatch.setattr(module, "offers", lambda: offered)
        ran = CliRunner().invoke(cli.main, ["doctor", "--json"])
        document = json.loads(ran.stdout)
        assert document["safe"] is (ran.exit_code == 0)
        found = {finding["name"]: finding for finding in (*document["sandbox"], *document["machine"])}
        return ran.exit_code, found

    return run


@linux
def test_this_machine_is_described(course):
    ran = course.run("doctor", HOME=os.environ.get("HOME", "/"))
    wanted = isolation.isolation(Course(course.root).assignment("7"))
    assert ran.stderr == ""
    assert ran.status == (3 if wanted.weakness else 0)
    for part in ("Operating system", "Landlock", "07_line", "Python", "cores", "Memory", "Disk", "PyTorch", "layers:"):
        assert part in ran.stdout, part
    assert "Traceback" not in ran.stdout
    assert ("is safe here" in ran.stdout) == (ran.status == 0)


@linux
@pytest.mark.skipif(not offers().spare_uid, reason="needs a spare uid")
def test_the_trial_holds_on_a_machine_that_holds(on):
    status, found = on()
    assert status == 0
    trial = found["A trial in the sandbox"]
    assert trial["state"] == "good", trial
    assert "spare uid" in trial["found"]


def test_the_probe_finds_what_is_open(tmp_path):
    namespace = {}
    exec(PROBE, namespace)
    if not hasattr(os, "fork"):
        pytest.skip("there is no fork here")
    pid = os.fork()
    if pid == 0:
        os._exit(len(namespace["attempts"](str(tmp_path))))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5


@linux
@pytest.mark.parametrize(
    ("offered", "row", "remedy"),
    [
        (replace(USER, landlock=0), LANDLOCK, "5.13"),
        (replace(USER, seccomp=False), FILTER, "x86-64 or aarch64"),
        (replace(FULL, landlock=2, open_interpreter=False), LANDLOCK, "6.2"),
        (replace(FULL, landlock=0, open_interpreter=False), OWN_USER, "make PYTHON=/usr/bin/python3"),
        (replace(FULL, landlock=0, other_users=False), OWN_USER, "where it may"),
    ],
)
def test_where_grade_refuses_the_doctor_does_and_names_the_remedy(on, offered, row, remedy):
    status, found = on(offered)
    assert status == NEEDS_A_PERSON == 3
    assert found["Checks hidden from submissions: 07_line"]["state"] == "bad"
    assert found[row]["state"] == "weak"
    assert remedy in found[row]["remedy"]


@linux
@pytest.mark.parametrize("offered", [USER, replace(FULL, open_interpreter=False)])
def test_a_weak_layer_alone_is_no_reason_to_refuse(on, offered):
    status, found = on(offered)
    assert status == 0
    assert found[OWN_USER]["state"] == "weak"
    assert found["Checks hidden from submissions: 07_line"]["state"] == "good"


@linux
def test_without_landlock_it_depends_on_who_can_reach_the_checks(on, monkeypatch):
    offered = replace(FULL, landlock=0)
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others, whatever they hold
        monkeypatch.chdir(make_trial_course(Path(folder, "course")).root)
        assert on(offered)[0] == 0
        Path(folder).chmod(0o755)
        status, found = on(offered)
    assert status == 3
    assert "chmod -R o-rwx" in found["Checks hidden from submissions: 07_line"]["found"]


def test_every_weak_layer_has_a_remedy():
    for offered in (FULL, USER, replace(FULL, platform="win32"), Offers("linux", 0, False, False, False, False)):
        for finding in layers(offered):
            assert (finding.state == "good") == (not finding.remedy)


def test_a_trial_that_does_not_start_is_not_safe(on, monkeypatch):
    def failing(*_, **__):
        raise GraderFault("student processes cannot be started (numpy).\nTraceback\nOSError: no more memory")

    monkeypatch.setattr(trial.SandboxHost, "open", failing)
    status, found = on()
    assert status == 3
    said = found["A trial in the sandbox"]["found"]
    assert "cannot be started (numpy). OSError: no more memory" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("succeeded", "state"), [((), "good"), (("start a process",), "weak"), (("start a process", READING), "bad")]
)
def test_what_a_trial_got_away_with(succeeded, state):
    finding = Trial(("rlimits",), succeeded).finding
    assert finding.state == state
    assert all(one in finding.found for one in succeeded)


def test_outside_a_course_the_folder_is_judged(on, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    status, found = on(USER)
    assert status == 0
    assert found["Checks hidden from submissions: this folder, which is in no course"]["state"] == "good"


def test_a_library_that_is_missing_does_not_make_it_unsafe(on, course):
    manifest = course.root / "assignments/07_line/assignment.toml"
    manifest.write_text(manifest.read_text().replace('"numpy"', '"numpy", "no_such_library"'))
    status, found = on(USER)
    row = found["Checks hidden from submissions: 07_line"]
    assert (status, row["state"]) == (0, "weak")
    assert "no_such_library is not installed" in row["found"]


def test_space_that_is_short_is_said(on, monkeypatch):
    monkeypatch.setattr(machine, "free_memory", lambda: machine.GIB)
    monkeypatch.setattr(machine, "usable_cores", lambda: 8)
    monkeypatch.setattr(machine, "RESULT_BYTES", 2**60)
    _, found = on(USER)
    assert found["Memory"]["remedy"] == "only for speed: free some; 1 graded at a time until then"
    assert found["Disk for results"]["state"] == "weak"


def test_memory_of_a_container_counts(monkeypatch, tmp_path):
    facts, limit = tmp_path / "meminfo", tmp_path / "memory.max"
    facts.write_text("MemTotal:       24000000 kB\nMemAvailable:    1048576 kB\n")
    monkeypatch.setattr(resources, "MEMORY_FILE", facts)
    monkeypatch.setattr(resources, "CGROUP_LIMITS", (str(limit),))
    for content, free in (("max\n", 2**30), ("805306368\n", 805306368)):
        limit.write_text(content)
        assert resources.free_memory() == free


def test_digits_that_are_damaged_are_named(on, monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    _, found = on(USER)
    row = found["Handwritten digits"]
    assert row["state"] == "weak"
    assert "train-images-idx3-ubyte: not there" in row["found"]


@pytest.mark.parametrize(
    ("version", "state", "words"),
    [
        (None, "weak", "`grade --before` cannot read clones"),
        ("2.25.1", "weak", "with SHA-256 or a reftable"),
        ("2.39.5 (Apple Git-154)", "weak", "with a reftable"),
        ("2.45.0.windows.1", "good", "2.45.0"),
        ("3.0.0-rc1", "good", "3.0.0"),
    ],
)
def test_git_is_stated_with_what_it_lacks(version, state, words):
    finding = machine.git(version)
    assert (finding.state, bool(finding.remedy)) == (state, state == "weak")
    assert words in finding.found


def test_a_git_that_is_missing_is_said(on, monkeypatch, tmp_path):
    _, found = on(USER)
    assert found["Git"]["found"][0].isdigit() or found["Git"]["found"].startswith("not found")
    monkeypatch.setenv("PATH", str(tmp_path))
    _, found = on(USER)
    assert found["Git"]["found"] == "not found: `grade --before` cannot read clones"


NOT_ON_MACOS = ["O_PATH", "setresuid", "sched_setaffinity", "sched_getaffinity"]
ELSEWHERE = PROGRAMS / "elsewhere.py"


@pytest.mark.parametrize(
    ("platform", "missing", "absent"),
    [
        ("win32", ["resource", "fcntl", "pwd", "grp"], [*NOT_ON_MACOS, "geteuid", "fork", "sysconf"]),
        ("darwin", [], NOT_ON_MACOS),
    ],
)
def test_other_systems_say_plainly_what_they_cannot_hold(course, platform, missing, absent):
    done = subprocess.run(
        [sys.executable, ELSEWHERE, platform, ",".join(missing), ",".join(absent)],
        capture_output=True,
        text=True,
        check=False,
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stderr == ""
    first, second, *rest = done.stdout.splitlines()
    assert first == "3 "
    document = json.loads(second)
    rows = {finding["name"]: finding for finding in document["sandbox"]}
    assert document["safe"] is False
    assert platform in rows[SYSTEM]["found"] and "check their own work" in rows[SYSTEM]["found"]
    assert "Linux" in rows[SYSTEM]["remedy"]
    assert "grade other people's work on Linux" in rows["Checks hidden from submissions: 07_line"]["found"]
    assert "A trial in the sandbox" not in rows
    if platform == "win32":
        assert "No check ran." in rest
