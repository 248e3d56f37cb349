"""Correct code works inside the sandbox, and the layers that are said to hold do hold."""

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from errno import EACCES, ENOSYS
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox.layers import offered_layers
from autograder.sandbox.offers import offers
from autograder.sandbox.spare_uids import spare_uid

pytestmark = pytest.mark.slow

PROGRAMS = Path(__file__).with_name("programs")

NUMPY = (PROGRAMS / "uses_numpy.py").read_text()

STANDARD_LIBRARY = (PROGRAMS / "uses_the_standard_library.py").read_text()

TORCH = (PROGRAMS / "uses_torch.py").read_text()

MATPLOTLIB = (PROGRAMS / "uses_matplotlib.py").read_text()

IMPORTS = "import os, sys\n"


def test_numpy_works(confined: Any, setting: str) -> None:
    answer = confined(IMPORTS + NUMPY, setting, imports=("numpy",))
    assert answer["product"] == 2500.0
    assert answer["random"] == [3]
    assert answer["loaded"] == [0, 1, 2]


def test_standard_library_works(confined: Any, setting: str) -> None:
    answer = confined(IMPORTS + STANDARD_LIBRARY, setting)
    del answer["layers"]
    assert answer == {
        "own module": 42,
        "threads": [3, 2, 1],
        "temporary": True,
        "user": "student",
        "zone": "Europe/Berlin",
        "encoding": "xn--tda",
        "null": 4,
        "source": True,
        "status": True,
        "processors": True,
        "affinity": None,
    }


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_torch_trains(confined: Any) -> None:
    setting = "spare" if offers().spare_uid else "user"
    answer = confined(
        IMPORTS + TORCH, setting, imports=("numpy", "torch"), memory_bytes=512 << 20, scratch_bytes=16 << 20
    )
    assert answer["keys"] == 4


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="Matplotlib is not installed")
def test_matplotlib_draws(confined: Any) -> None:
    setting = "spare" if offers().spare_uid else "user"
    answer = confined(IMPORTS + MATPLOTLIB, setting, imports=("matplotlib",), scratch_bytes=16 << 20)
    assert answer["size"] > 1000


def test_the_working_folder_can_be_written(confined: Any, setting: str) -> None:
    code = """
import os
os.makedirs("a/b")
open("new.txt", "w").write("x")
os.rename("new.txt", "a/b/moved.txt")
open("perceptron.py", "a").write("# more")
os.ftruncate(os.open("perceptron.py", os.O_RDWR), 0)
answer["names"] = sorted(os.listdir(".")), os.listdir("a/b")
"""
    answer = confined(code, setting)
    assert answer["names"] == [["a", "perceptron.py"], ["moved.txt"]]


def test_layers_are_named(confined: Any, setting: str) -> None:
    expected = {
        "scrubbed environment",
        "no descriptors",
        "rlimits",
        "no capabilities",
        "no inspection",
        "no new privileges",
        "death with the parent",
    }
    expected |= {"spare uid"} if setting == "spare" else set()
    expected |= {f"landlock {offers().landlock}"} if offers().landlock else set()
    expected |= {"seccomp"} if offers().seccomp else set()
    layers = confined("", setting)["layers"]
    assert set(layers) == expected
    assert tuple(layers) == offered_layers(spare_uid=setting == "spare")  # what a ledger goes by, before it runs


def test_layers_hold_by_what_the_kernel_says(confined: Any, setting: str) -> None:
    code = """
import os
from autograder.sandbox.kernel import status
names = ("CapEff", "CapPrm", "CapInh", "CapAmb", "NoNewPrivs", "Seccomp", "Uid", "Gid", "Groups", "CapBnd")
for name, field in zip(names, status("self", *names)):
    answer[name] = field.split()
answer["bounding"] = int(answer["CapBnd"][0], 16)
answer["open"] = sorted(map(int, os.listdir("/proc/self/fd")))[:-1]
answer["channel"] = sorted([channel.fileno(), other_end.fileno()])
answer["uid"] = plan.uid
answer["environment"] = sorted(os.environ)
answer["home"] = [os.environ[name] == plan.home for name in ("HOME", "TMPDIR", "MPLCONFIGDIR")]
answer["folder"] = os.getcwd() == plan.work
"""
    answer = confined(code, setting, before="import os; os.dup2(0, 77)")
    for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        assert int(answer[name][0], 16) == 0
    assert answer["NoNewPrivs"] == ["1"]
    assert answer["Seccomp"] == ["2" if offers().seccomp else "0"]
    assert answer["open"] == [0, 1, 2, *answer["channel"]]
    assert "A_SECRET" not in answer["environment"] and "PYTHONPATH" not in answer["environment"]
    assert answer["home"] == [True, True, True] and answer["folder"]
    if setting == "spare":
        assert set(answer["Uid"]) == set(answer["Gid"]) == {str(answer["uid"])}
        assert answer["Groups"] == [] and answer["bounding"] == 0


def test_channel_still_talks(confined: Any, setting: str) -> None:
    code = """
channel.sendall(b"one")
channel.sendmsg([b"two"])
answer["heard"] = other_end.recv(6).decode()
"""
    assert confined(code, setting)["heard"] == "onetwo"


@pytest.mark.parametrize("version", range(1, 8))
def test_holds_with_an_older_landlock(confined: Any, secret: Path, version: int) -> None:
    if version > offers().landlock:
        pytest.skip(f"this kernel's Landlock is {offers().landlock}")
    code = """
import errno, os
def refused(act, *arguments):
    try:
        act(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
answer["read"] = refused(open, secret)
answer["write"] = refused(open, secret, "w")
answer["empty"] = refused(os.open, secret, os.O_RDONLY | os.O_TRUNC)
answer["empty oddly"] = refused(os.open, secret, 3 | os.O_TRUNC)
answer["truncate"] = refused(os.truncate, secret, 0)
answer["delete"] = refused(os.unlink, secret)
answer["signal"] = refused(os.kill, parent, 0)
answer["own"] = refused(lambda: open(plan.home + "/a", "w").write("x"))
answer["again"] = refused(lambda: open(plan.home + "/a", "w").write("x"))
answer["library"] = refused(__import__, "colorsys")
"""
    answer = confined(code, "user", landlock=version, values={"secret": str(secret)})
    assert f"landlock {version}" in answer.pop("layers")
    by_seccomp = "EPERM" if offers().seccomp else answer["truncate"]
    assert answer == {
        "read": "EACCES",
        "write": "EACCES",
        "empty": by_seccomp,
        "empty oddly": by_seccomp,
        "truncate": by_seccomp,
        "delete": "EACCES",
        "signal": by_seccomp,
        "own": None,
        "again": None,
        "library": None,
    }
    assert secret.read_text() == "the answers"


def test_spare_uid_alone_keeps_closed_files(confined: Any, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden.txt"
    hidden.write_text("the answers")
    tmp_path.chmod(0o700)
    code = """
for name, act in (("read", lambda: open(hidden)), ("write", lambda: open("../new.txt", "w"))):
    try:
        act()
    except PermissionError as error:
        answer[name] = error.errno
"""
    answer = confined(code, "spare", landlock=0, seccomp=False, values={"hidden": str(hidden)})
    assert {"seccomp", "landlock 0"}.isdisjoint(answer["layers"])
    assert answer["read"] == answer["write"] == EACCES


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("import os; os.abort()", signal.SIGABRT),
        ("import os; os.kill(os.getpid(), 15)", signal.SIGTERM),
        ("import signal; signal.raise_signal(signal.SIGUSR1)", signal.SIGUSR1),
        ("import ctypes; ctypes.string_at(0)", signal.SIGSEGV),
    ],
)
def test_signals_reach_the_own_process(confined: Any, code: str, number: signal.Signals) -> None:
    with pytest.raises(RuntimeError, match=rf"exit status -{int(number)}\b"):
        confined(code)


def test_calls_of_another_processor_kill(confined: Any) -> None:
    if os.uname().machine != "x86_64" or not offers().seccomp:
        pytest.skip("only x86-64 has calls of another processor, and only seccomp refuses them")
    code = """
import ctypes, mmap
memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
memory.write(bytes.fromhex("b814000000cd80c3"))  # getpid by the 32-bit way: mov eax, 20; int 0x80; ret
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
"""
    # A kernel without the 32-bit way sends SIGSEGV.
    with pytest.raises(RuntimeError, match=rf"exit status -({int(signal.SIGSYS)}|{int(signal.SIGSEGV)})\b"):
        confined(code)


def test_calls_by_x32_numbers(confined: Any) -> None:
    if os.uname().machine != "x86_64" or not offers().seccomp:
        pytest.skip("only x86-64 has x32 numbers, and only seccomp refuses them")
    code = """
from autograder.sandbox.kernel import syscall
try:
    syscall(0x40000000 | 39)
except OSError as error:
    answer["errno"] = error.errno
"""
    try:
        came_of_it = confined(code)["errno"]
    except RuntimeError as death:  # a container's own filter may kill for it
        came_of_it = str(death).splitlines()[0]
    assert came_of_it in (ENOSYS, f"exit status -{int(signal.SIGSYS)}")


def test_a_layer_that_fails_is_an_error(confined: Any) -> None:
    if not offers().seccomp:
        pytest.skip("no system-call filter for this machine")
    before = "from autograder.sandbox import seccomp; seccomp.SET_MODE_FILTER = 99"
    refused = confined("", before=before)["refused"]
    assert "Invalid argument" in refused and "no new privileges" in refused


def test_threads_before_the_sandbox_are_an_error(confined: Any) -> None:
    before = "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    assert "threads" in confined("", before=before)["refused"]


PARENT = PROGRAMS / "enters_and_waits.py"


def test_dies_with_its_parent(open_folder: Path, setting: str) -> None:
    user = 65534 if setting == "user" and os.geteuid() == 0 else None
    with (
        spare_uid() if setting == "spare" else nullcontext(0) as uid,
        subprocess.Popen(
            [sys.executable, PARENT, str(open_folder), str(uid)],
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(Path(__file__).parents[3])},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        ) as parent,
    ):
        assert parent.stdout is not None
        assert parent.stdout.read(5) == b"ready"
        parent.kill()
        # The pipe ends when nobody holds it any more: not for a minute, if the student process lived on.
        began = time.monotonic()
        assert parent.stdout.read() == b""
        assert time.monotonic() - began < 30
