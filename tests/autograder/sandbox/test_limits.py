"""What the kernel counts: memory, file size, CPU time, descriptors, threads."""

import signal
from errno import EFBIG, EMFILE
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def test_memory_is_bounded_and_can_be_used(confined: Any, setting: str) -> None:
    code = """
import mmap
answer["fits"] = len(bytearray(200 << 20))
for name, ask in (
    ("private", lambda: bytearray(300 << 20)),
    ("shared", lambda: mmap.mmap(-1, 2 << 30)),
):
    try:
        ask()
    except (MemoryError, OSError) as error:
        answer[name] = type(error).__name__
"""
    answer = confined(code, setting, memory_bytes=256 << 20)
    del answer["layers"]
    assert answer == {"fits": 200 << 20, "private": "MemoryError", "shared": "OSError"}


def test_memory_counts_from_what_is_held_at_the_start(confined: Any) -> None:
    before = "import builtins; builtins.ballast = bytearray(300 << 20)"
    code = "answer['more'] = len(bytearray(100 << 20))"
    assert confined(code, before=before, memory_bytes=128 << 20)["more"] == 100 << 20


def test_files_are_bounded(confined: Any, setting: str) -> None:
    code = """
import os
with open(os.path.expanduser("~/a"), "wb", buffering=0) as file:
    answer["written"] = file.write(bytes(1 << 20))
    try:
        file.write(b"x")
    except OSError as error:
        answer["errno"] = error.errno
"""
    answer = confined(code, setting, scratch_bytes=1 << 20)
    assert (answer["written"], answer["errno"]) == (1 << 20, EFBIG)


def test_descriptors_are_bounded(confined: Any) -> None:
    code = """
kept = []
try:
    while True:
        kept.append(open("/dev/null"))
except OSError as error:
    answer["errno"], answer["count"] = error.errno, len(kept)
del kept
"""
    answer = confined(code)
    assert answer["errno"] == EMFILE and 50 < answer["count"] < 64


def test_threads_are_bounded_for_a_spare_uid(confined: Any) -> None:
    code = """
import threading
stop = threading.Event()
threads = []
try:
    while len(threads) < 100:
        thread = threading.Thread(target=stop.wait)
        thread.start()
        threads.append(thread)
except RuntimeError:
    pass
answer["threads"] = len(threads)
stop.set()
"""
    assert confined(code, "spare", threads=8)["threads"] == 7


def test_endless_computing_ends(confined: Any) -> None:
    with pytest.raises(RuntimeError, match=rf"exit status -{int(signal.SIGXCPU)}\b"):
        confined("while True: pass", cpu_seconds=1)


def test_limits_cannot_be_raised(confined: Any) -> None:
    code = """
import resource
answer["same"] = resource.getrlimit(resource.RLIMIT_CPU)
for limit in (resource.RLIMIT_CPU, resource.RLIMIT_DATA):
    try:
        resource.setrlimit(limit, (resource.RLIM_INFINITY,) * 2)
    except (OSError, ValueError) as error:
        answer[str(limit)] = "refused"
"""
    answer = confined(code, "user", cpu_seconds=20)
    assert answer["same"] == [20, 21]
    assert list(answer.values()).count("refused") == 2
