"""A student process that misbehaves: what it is called, and that the next one is not touched."""

import itertools
import os
import re
import time
from pathlib import Path

import pytest

from autograder import expect
from autograder.channel.failures import ProtocolFailure, StudentDied, StudentError
from autograder.checks.spec import CheckSpec
from autograder.checks.verdicts import NotRun
from autograder.grading.host import SandboxHost
from autograder.grading.load import Spent
from autograder.grading.output import Output
from autograder.outcomes import Outcome
from autograder.sandbox import landlock
from autograder.sandbox.offers import offers

PROGRAMS = Path(__file__).with_name("programs")

CHECK = CheckSpec("test", "A check.", "07_line", "1", 1.0, "1", (), 1.0, "public")

MODULE = (PROGRAMS / "misbehaves.py").read_text()


@pytest.fixture
def opened(sandbox):
    """The host and its student, with a check of one CPU second under way."""
    host = sandbox(m=MODULE)
    with host.open() as student:
        host.begin(CHECK)
        yield host, student


def test_a_dead_process_is_replaced(sandbox):
    host = sandbox(m=MODULE)
    with host.open() as student:
        with pytest.raises(StudentDied):
            student.m.exit_now()
        with pytest.raises(StudentDied):
            student.m.right()
    with host.open() as fresh:
        expect.integer(fresh.m.right(), 4)


def test_the_first_reason_counts_within_a_callback(opened):
    _, student = opened

    def step():
        expect.integer(student.m.right(), 4)

    with pytest.raises(StudentDied, match="Stopped: the check"):
        student.m.loop_over(step)


@pytest.mark.parametrize(
    ("call", "outcome", "says"),
    [
        (lambda m: m.exit_now(), Outcome.CRASHED, "exit status was 0"),
        (lambda m: m.exit_now(3), Outcome.CRASHED, "exit status was 3"),
        (lambda m: m.loop(), Outcome.TIMED_OUT, "took more than 1 s of computing time"),
        (lambda m: m.deaf_loop(), Outcome.TIMED_OUT, "computing time"),
        (lambda m: m.sleep(), Outcome.TIMED_OUT, "your code waited, and the check took more than 10 s by the clock"),
        (lambda m: m.segfault(), Outcome.CRASHED, "SIGSEGV"),
        (lambda m: m.abort(), Outcome.CRASHED, "SIGABRT"),
        (lambda m: m.flood("stdout"), Outcome.FORBIDDEN, "4 MiB"),
        (lambda m: m.flood("stderr"), Outcome.FORBIDDEN, "4 MiB"),
    ],
)
def test_a_process_that_dies_is_named(opened, call, outcome, says):
    _, student = opened
    with pytest.raises(StudentDied, match=says) as caught:
        call(student.m)
    assert caught.value.outcome is outcome


@pytest.mark.parametrize("body", ["while True:\n        pass", "sum(iter(int, 1))", "__import__('time').sleep(600)"])
def test_a_process_tells_in_which_line_it_was_stopped(sandbox, body):
    host = sandbox(m=f"print('x' * 10)\ndef f():\n    {body}\n")
    host._tells_lines = True
    with host.open() as student:
        host.begin(CHECK)
        with pytest.raises(StudentDied) as caught:
            student.m.f()
    assert re.fullmatch(r"It was here:\n  m\.py, line [34], in f", caught.value.shown)


@pytest.mark.parametrize("call", [lambda m: m.allocate(), lambda m: m.hoard()])
def test_memory_is_bounded(opened, call):
    _, student = opened
    with pytest.raises(StudentError) as caught:
        call(student.m)
    assert "MemoryError" in caught.value.bases
    expect.integer(student.m.right(), 4)


def test_endless_recursion_is_the_students_error(opened):
    with pytest.raises(StudentError, match="RecursionError"):
        opened[1].m.recurse()


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 100,
        b"CHR1\x02\x00\x00\x00\x00\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        b"CHR1\x02\x00\x00\x00\x00\x02\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00",
        b"CHR1\x02\x00\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\xff\x00\x00\x00\x00",
        b"CHR1\x02\x05\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        b"CHR1\x01\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        b"CHR1\x03\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        b"CHR1\x02\x00\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\xc1",
    ],
)
def test_forged_frames_fail(opened, data):
    host, student = opened

    def a_check_that_is_deceived():
        student.m.write(data)
        student.m.right()
        host.finish()

    with pytest.raises(ProtocolFailure):
        a_check_that_is_deceived()


def test_a_frame_that_nobody_asked_for_fails_the_check(opened):
    host, student = opened
    student.m.later(b"CHR1")
    time.sleep(0.3)
    with pytest.raises(ProtocolFailure, match="nobody asked for"):
        host.finish()


def test_closing_the_channel_is_no_way_out(opened):
    with pytest.raises(ProtocolFailure, match="closed the channel"):
        opened[1].m.close()


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda m: m.fork(), "process"),
        (lambda m: m.execute(), "program"),
        (lambda m: m.pool(), "process"),
        (lambda m: m.wrapped(), "program"),
        (lambda m: m.network(), "network"),
        (lambda m: m.read(str(Path(__file__))), "read"),
        (lambda m: m.read(f"/proc/{os.getpid()}/environ"), "read"),
        (lambda m: m.write_file("../there", 10), "write"),
    ],
)
def test_what_is_forbidden_is_named(opened, call, what):
    with pytest.raises(StudentError) as caught:
        call(opened[1].m)
    assert caught.value.forbidden == what
    expect.integer(opened[1].m.right(), 4)


def test_ordinary_things_work(opened):
    _, student = opened
    expect.integer(student.m.threads(), 4)
    expect.integer(student.m.chatter(), 4)
    with pytest.raises(StudentError, match="EOFError"):
        student.m.question()


def test_what_is_printed_is_kept_for_the_check_and_capped(opened):
    host, student = opened
    student.m.chatter()
    printed = host.printed()
    assert printed.startswith("epoch 0\nepoch 1\n")
    assert len(printed) < 70_000
    host.begin(CHECK)
    assert host.printed() == ""


def test_the_environment_is_short(opened):
    values = expect.mapping(opened[1].m.environment(), ["HOME", "TMPDIR"])
    assert os.environ.get("HOME") != expect.text(values["HOME"])


def test_a_group_may_write_files_where_the_manifest_says_so(sandbox):
    host = sandbox(m=MODULE)
    with host.open() as student:
        expect.integer(student.m.write_file("there", 10), 4)
        with pytest.raises(StudentError, match="File too large"):
            student.m.write_file("large", 10 * 2**20)


UNSTOPPABLE = """
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
"""An import that goes on when it is interrupted."""


def test_an_import_that_never_ends_is_not_tried_again(sandbox, machine):
    machine(0.0)
    host = sandbox(m=UNSTOPPABLE)
    with host.open() as student:
        host.begin(CHECK)
        with pytest.raises(StudentDied, match="import"):
            _ = student.m
    started = time.monotonic()
    with pytest.raises(StudentDied, match="import"):
        host.begin(CHECK)
    assert time.monotonic() - started < 1


def test_time_for_a_submission_ends(sandbox):
    host = sandbox(m=MODULE)
    host.count(Spent(cpu=61.0))
    with pytest.raises(NotRun, match="time for this submission"):
        host.begin(CHECK)


def test_nothing_is_left_behind(sandbox):
    host = sandbox(m=MODULE)
    with host.open() as student:
        host.begin(CHECK)
        folder = expect.text(expect.mapping(student.m.environment(), ["HOME"])["HOME"])
        assert Path(folder).exists()
        pid = expect.integer(student.m.identity())
    assert not Path(folder).parent.exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.skipif(not offers().spare_uid, reason="needs a spare uid")
@pytest.mark.parametrize("filtered", [True, False])
def test_what_a_uid_leaves_is_looked_for_where_it_could_leave_it(sandbox, monkeypatch, filtered):
    processes, files = [], []
    monkeypatch.setattr("autograder.grading.host.kill_user", processes.append)
    monkeypatch.setattr("autograder.grading.host.remove_files_of", files.append)
    host = sandbox(m=MODULE)
    with host.open() as student:
        expect.integer(student.m.right(), 4)
        assert "seccomp" in host.layers
        beyond_scratch = not landlock.abi()
        if not filtered:
            host.layers, beyond_scratch = ("rlimits",), True
    assert len(processes) == (0 if filtered else 1)
    assert len(files) == (1 if beyond_scratch else 0)


def test_what_was_handed_in_does_not_count_as_written(sandbox):
    large = f"def one():\n    return 1\n# {'x' * 9 * 2**20}\n"
    with sandbox(m=large).open() as student:
        expect.integer(student.m.one(), 1)


def test_threads_are_bounded_whoever_the_grader_is(make_assignment):
    source = """
        import threading, time
        def many():
            threading.stack_size(2**15)
            while True:
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    """
    assignment = make_assignment(m=source)
    content = (assignment.folder / "m.py").read_bytes()
    host = SandboxHost(assignment.manifest, {"m.py": content}, 7, None)
    with host.open() as student, pytest.raises(StudentDied, match="more than 64 threads") as caught:
        student.m.many()
    assert caught.value.outcome is Outcome.FORBIDDEN


def test_a_line_that_never_ends_is_skipped_once_for_all_processes(sandbox):
    host = sandbox(m="n = 0\nwhile True:\n    n += 1\nx = 3\n")
    for turn in range(2):
        with host.open() as student:
            expect.integer(student.m.x, 3)
            interrupted = expect.integer(student.m.n) > 0
        assert interrupted == (turn == 0)
    assert host.notes == (
        "m.py, line 2 was skipped: the import may take 2 s of computing time, and this line used that up.",
    )


def test_an_answer_is_read_where_its_time_is_over_already(monkeypatch):
    read_end, write_end = os.pipe()
    os.write(write_end, b"here")
    os.close(write_end)
    monkeypatch.setattr("autograder.grading.output.time.monotonic", itertools.count().__next__)
    assert Output(read_end).answer(0.5) == "here"
    os.close(read_end)
