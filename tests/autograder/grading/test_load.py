"""A busy machine and code that waits, told apart; what the one stops runs again, what the other stops has waited."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from autograder import expect
from autograder.channel.failures import StudentDied
from autograder.checks.spec import CheckSpec
from autograder.checks.verdicts import NotRun
from autograder.course.layout import Course
from autograder.errors import GraderFault
from autograder.grading import collection
from autograder.grading.host import SandboxHost
from autograder.grading.load import LoadMeter, Spent, Stop, schedstat, stop_for, wall_limit
from autograder.grading.process import StudentProcess
from autograder.ledger.units import Unit
from autograder.outcomes import Outcome
from tests.autograder.course import REFERENCE, make_trial_course
from tests.autograder.grading.test_runners import graded, job_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's figures are Linux's")

CHECK = CheckSpec("test", "A check.", "01_trial", "1", 1.0, "1", (), 1.0, "public")


@pytest.mark.parametrize(
    ("spent", "stop", "by_load"),
    [
        (Spent(cpu=1.9, wall=2.0), None, False),
        (Spent(cpu=2.1, wall=2.2), Stop.COMPUTING, False),
        (Spent(cpu=2.1, wall=18.0, runnable=15.8), Stop.COMPUTING, True),
        (Spent(cpu=0.0, wall=19.0), None, False),
        (Spent(cpu=0.0, wall=21.0), Stop.WAITING, False),
        (Spent(cpu=0.0, wall=21.0, told=False), Stop.CLOCK, False),
        (Spent(cpu=1.9, wall=21.0, grader=18.0), Stop.CLOCK, False),
        (Spent(cpu=1.9, wall=90.0, runnable=88.0), None, True),
        (Spent(cpu=1.9, wall=90.0, runnable=60.0), Stop.WAITING, True),
        (Spent(cpu=1.9, wall=101.0, runnable=99.0), Stop.CLOCK, True),
        (Spent(cpu=0.5, wall=30.0, runnable=2.0), Stop.WAITING, False),
        (Spent(cpu=0.5, wall=15.0, runnable=40.0), None, True),
    ],
)
def test_what_ends_a_check_of_two_seconds(spent: Spent, stop: Stop | None, by_load: bool) -> None:
    assert stop_for(spent, 2.0, 100.0) is stop
    assert spent.by_load is by_load


@pytest.mark.parametrize(
    ("spent", "waiting"),
    [
        (Spent(cpu=1, wall=10), 9),
        (Spent(cpu=1, wall=10, runnable=6), 3),
        (Spent(cpu=1, wall=10, runnable=6, grader=2), 1),
        (Spent(cpu=4, wall=10, runnable=9), 0),
        (Spent(cpu=1, wall=10, told=False), 0),
        (Spent(wall=3, runnable=1) + Spent(cpu=1, wall=7, grader=2), 6),
        (Spent(wall=3) + Spent(told=False), 0),
    ],
)
def test_code_waits_where_nobody_else_was_waited_for(spent: Spent, waiting: float) -> None:
    assert spent.waiting == waiting


def on_one_core(code: str) -> "subprocess.Popen[bytes]":
    """A process on the first of the cores that this one may use, when its code has said that it runs."""
    core = min(os.sched_getaffinity(0))
    start = f"import os; os.sched_setaffinity(0, [{core}])\n"
    process = subprocess.Popen(
        [sys.executable, "-c", start + code],
        stdout=subprocess.PIPE,
        start_new_session=True,  # Linux may share a core between sessions first
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


SPIN = "print(flush=True)\nwhile True: pass"
SLEEP = "import time\nprint(flush=True)\ntime.sleep(600)"
SPIN_IN_THREADS = """
import hashlib, threading
def work():
    while True:
        hashlib.sha256(bytes(2**22))
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
print(flush=True)
threading.Event().wait()
"""


def measured(*codes: str) -> list[float]:
    """For how long each of these processes was kept from the one core that they share, of two seconds."""
    processes = [on_one_core(code) for code in codes]
    try:
        meters = [LoadMeter(process.pid) for process in processes]
        for meter in meters:
            meter.since(0.0)
        time.sleep(2.0)
        return [meter.since(0.0).runnable for meter in meters]
    finally:
        for process in processes:
            with process:
                process.kill()


def test_who_has_no_core_is_told_from_who_sleeps() -> None:
    *spinning, sleeping = measured(SPIN, SPIN, SPIN, SLEEP)
    assert sum(spinning) > 2.0
    assert sleeping < min(spinning) / 4


def test_threads_that_wait_for_each_other_are_no_load() -> None:
    in_threads, sleeping = measured(SPIN_IN_THREADS, SLEEP)
    assert 0.5 < in_threads < 2.2  # as long as one of them may have waited, and not three times that
    assert sleeping < in_threads / 2


def test_the_thread_that_waited_longest_counts_and_one_that_ends_takes_nothing_back(tmp_path: Path) -> None:
    meter = LoadMeter(os.getpid())
    meter._tasks = str(tmp_path)

    def write(**threads: int) -> float:
        for name in os.listdir(tmp_path):
            (tmp_path / name / "schedstat").unlink()
            (tmp_path / name).rmdir()
        for name, queued in threads.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "schedstat").write_text(f"5 {queued * 10**9} 1\n")
        return meter.since(0.0).runnable

    assert write(t1=2, t2=3) == 3
    assert write(t1=4) == 2
    assert write(t1=4, t2=1) == 1  # the same id, another thread
    assert write() == 0


def test_the_grader_counts_no_longer_than_it_was_waited_for() -> None:
    meter = LoadMeter(os.getppid())
    began = time.thread_time()
    while time.thread_time() - began < 0.2:
        hashlib.sha256(b"x").digest()
    assert meter.since(0.05).grader == 0.05
    began = time.thread_time()
    while time.thread_time() - began < 0.2:
        hashlib.sha256(b"x").digest()
    assert 0.15 < meter.since(10.0).grader < 1


@pytest.mark.parametrize("content", ["0 0 0\n", "", "5 5\n", "no figures here\n", None])
def test_a_kernel_that_does_not_tell_is_noticed(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "schedstat").write_text(content)
    assert schedstat(str(tmp_path / "schedstat")) is None
    (tmp_path / "schedstat").write_text("2000000000 500000000 7\n")
    assert schedstat(str(tmp_path / "schedstat")) == (2.0, 0.5)


def test_without_figures_nothing_is_called_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.load.schedstat", lambda path: None)
    assert LoadMeter(os.getpid()).since(9.0) == Spent(told=False)


def died(host: SandboxHost, call: Callable[[object], object]) -> StudentDied:
    """How the student process ends when a check calls it so."""
    with host.open() as student:
        host.begin(CHECK)
        with pytest.raises(StudentDied) as caught:
            call(student.m)
    return caught.value


def test_a_sleeper_has_waited_however_busy_the_machine_is(sandbox, machine) -> None:
    machine(0.4)
    error = died(sandbox(m="import time\ndef f(): time.sleep(600)"), lambda m: m.f())
    assert error.outcome is Outcome.TIMED_OUT
    assert error.sentence == "Stopped: your code waited, and the check took more than 10 s by the clock."
    assert not error.by_load


def test_who_computes_has_not_waited_and_a_busy_machine_is_named(sandbox, machine) -> None:
    machine(0.9)
    error = died(sandbox(m="def f():\n    while True: pass"), lambda m: m.f())
    assert error.sentence == "Stopped: the check took more than 1 s of computing time, or 10 s by the clock."
    assert error.by_load


COMPUTE_OR_SLEEP = """
import time
def compute():
    while time.process_time() < 0.6:
        pass
    return 4
def sleep():
    time.sleep(600)
"""


@pytest.mark.slow
def test_on_a_core_with_twenty_others_who_computes_is_not_stopped_and_who_sleeps_is(sandbox) -> None:
    short = replace(CHECK, cpu_seconds=0.8)
    host = sandbox(m=COMPUTE_OR_SLEEP)
    others = [on_one_core(SPIN) for _ in range(20)]
    try:
        with host.open() as student:
            host.begin(short)
            _ = student.m
            assert host._process is not None
            os.sched_setaffinity(host._process.pid, [min(os.sched_getaffinity(0))])
            began = time.monotonic()
            expect.integer(student.m.compute(), 4)
            assert time.monotonic() - began > wall_limit(0.8)
            host.begin(short)
            with pytest.raises(StudentDied, match="your code waited") as caught:
                student.m.sleep()
            assert not caught.value.by_load
    finally:
        for other in others:
            with other:
                other.kill()


def small(host: SandboxHost, cpu_seconds: float) -> SandboxHost:
    """The same submission, whose whole computing time is this."""
    limits = msgspec.structs.replace(host._manifest.limits, total_cpu_seconds=cpu_seconds)
    manifest = msgspec.structs.replace(host._manifest, limits=limits)
    return SandboxHost(manifest, host._files, host.seed, host._uid)


@pytest.mark.parametrize("source", ["def f(): time.sleep(0.7)", "time.sleep(0.7)\ndef f(): pass"])
def test_waiting_is_bounded_in_sum(sandbox, source: str) -> None:
    host = small(sandbox(m=f"import time\n{source}"), 1)
    began = time.monotonic()

    def wait_in_one_process_after_another():
        while True:
            with host.open() as student:
                host.begin(CHECK)
                student.m.f()

    with pytest.raises(StudentDied, match="your code waited for more than 2 s in all"):
        wait_in_one_process_after_another()
    assert host.used().waiting > 2
    with pytest.raises((NotRun, StudentDied)):
        host.begin(CHECK)
    assert time.monotonic() - began < 60


def test_time_that_load_has_used_up_is_no_fault_of_the_submission(sandbox) -> None:
    host = sandbox(m="x = 1")
    host.count(Spent(cpu=5, wall=700, runnable=650))
    with pytest.raises(GraderFault, match="too busy"):
        host.begin(CHECK)
    host = small(host, 60)
    host.count(Spent(cpu=5, wall=700, grader=650))
    with pytest.raises(NotRun):
        host.begin(CHECK)


def test_what_a_busy_machine_has_stopped_is_not_counted_up_to_a_bound(sandbox, machine) -> None:
    host = small(sandbox(m="def f():\n    while True: pass"), 2)
    machine(0.9)
    for counted in (False, False, True):
        died(host, lambda m: m.f())
        assert (host.used().cpu > 0.9) is counted
        assert host.used().waiting < 0.5


UNSTOPPABLE = """
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


def test_an_import_that_load_has_stopped_is_tried_once_more(sandbox, machine) -> None:
    host = sandbox(m=UNSTOPPABLE)
    machine(0.9)
    for _ in range(2):
        with host.open() as student:
            host.begin(CHECK)
            with pytest.raises(StudentDied, match="the import"):
                _ = student.m
    with pytest.raises(StudentDied, match="the import"):
        host.begin(CHECK)


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Have the first calls of the student's code be stopped by load."""
    exchange = StudentProcess.exchange

    def be(times: int) -> list[str]:
        seen: list[str] = []

        def stop_first(self: StudentProcess, batch, answer, *, importing=False):
            operation = "invoke" if b"invoke" in bytes(batch[-1].body) else "other"
            if operation == "invoke":
                seen.append(threading.current_thread().name)
                if len(seen) <= times:
                    raise self._bury(StudentDied(Outcome.TIMED_OUT, "Stopped.", by_load=True))
            return exchange(self, batch, answer, importing=importing)

        monkeypatch.setattr(StudentProcess, "exchange", stop_first)
        return seen

    return be


@pytest.mark.parametrize("plainly", [True, False])
@pytest.mark.parametrize(("times", "lost"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)])
def test_what_load_stops_runs_again_once(
    tmp_path,
    monkeypatch,
    stops,
    plainly,
    times,
    lost,
) -> None:
    if not plainly:
        monkeypatch.setattr(collection, "is_plain", lambda item: False)
    make_trial_course(tmp_path / "course")
    assignment = Course(tmp_path / "course").assignment("line")
    job = job_of(assignment, tmp_path, "ada", {"line.py": REFERENCE.encode()})
    (usual,) = graded(assignment, [job])
    stops(times)
    (record,) = graded(assignment, [job])
    outcomes = [check.outcome for check in record.checks]
    assert outcomes.count(Outcome.TIMED_OUT) == lost
    assert len(outcomes) == len(usual.checks)
    if not lost:
        assert record == usual


def test_an_interruption_ends_the_student_process(tmp_path, monkeypatch) -> None:
    """At once, and not when Python ends, after the template that must be told."""
    exchange, leave = StudentProcess.exchange, StudentProcess.__exit__
    ended: list[int] = []

    def interrupt(self: StudentProcess, batch, answer, *, importing=False):
        if b"invoke" in bytes(batch[-1].body):
            raise KeyboardInterrupt
        return exchange(self, batch, answer, importing=importing)

    def end(self: StudentProcess, *raised: object) -> None:
        ended.append(self.pid)
        leave(self, *raised)

    monkeypatch.setattr(StudentProcess, "exchange", interrupt)
    monkeypatch.setattr(StudentProcess, "__exit__", end)
    assignment = Course(make_trial_course(tmp_path / "course").root).assignment("line")
    with pytest.raises(KeyboardInterrupt):
        graded(assignment, [job_of(assignment, tmp_path, "ada", {"line.py": REFERENCE.encode()})])
    assert len(ended) == 1


def test_a_unit_of_an_older_ledger_has_not_waited() -> None:
    old = b'{"group":"1","key":"","checks":[],"failed":[],"layers":[],"notes":[],"substituted":false,"cpu":1,"wall":2}'
    assert msgspec.json.decode(old, type=Unit).waiting == 0
