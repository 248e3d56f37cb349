"""A warm student process: imports libraries once, then forks a student process whenever it is asked to.

Started as `python -c "… import main; main()" DESCRIPTOR LIBRARY…`, clean by exec: it never sees a check or a secret.
The first thing on its control socket is `LENGTH` and that many bytes of JSON: what its processes may read.
It starts no threads. The control socket carries `FORK`, with the descriptors of a channel and of an output,
answered by a process id; and `WAIT`, answered by a status, or `RUNNING` after a moment. A child stays a zombie
until it is waited for, so that its id means nobody else. When the grader hangs up, the template ends, and its
children with it.
"""

import importlib
import json
import os
import signal
import socket
import struct
import sys
import sysconfig
import time
from contextlib import suppress
from typing import NoReturn

from autograder.sandbox import landlock
from autograder.sandbox.enter import prepare
from autograder.sandbox.plan import Reach
from autograder.student.backends import keep_agg
from autograder.student.figures import draw_once
from autograder.student.forking import settle, use_large_pages
from autograder.student.main import run

FORK = b"f"
WAIT = b"w"
COMMAND = struct.Struct("!cif")
ANSWER = struct.Struct("!i")
LENGTH = struct.Struct("!I")
RUNNING = 1 << 16
MANY = 40
"""Forks after which more of them are to be expected than a single submission takes."""

FORKS_PER_RULESET = 16
"""Processes that share Landlock's ruleset, one after another: to open one costs as much as all other layers. Each adds
its own folders, which are gone when the next one starts; beside a process that lives, another gets a new ruleset.
"""

LAZY = {
    "numpy": ("numpy.random", "numpy.linalg", "numpy.fft", "numpy.testing"),
    "matplotlib": ("matplotlib.pyplot", "matplotlib.backends.backend_agg"),
    "torch": ("torch.nn.functional", "torch.optim", "torch.utils.data", "torch.fx.experimental.symbolic_shapes"),
}
"""Modules that these libraries import later on, when students' code calls for them."""

CODECS = ("ascii", "cp437", "idna", "latin_1", "utf_8", "utf_8_sig", "utf_16", "unicode_escape")


def main() -> None:
    """Run a template on the descriptor, and with the libraries, named on the command line."""
    control = socket.socket(fileno=int(sys.argv[1]))
    (length,) = LENGTH.unpack(control.recv(LENGTH.size, socket.MSG_WAITALL))
    reach = Reach(*map(tuple, json.loads(control.recv(length, socket.MSG_WAITALL))))
    preload(sys.argv[2:])
    ruleset = prepare(reach)
    _forget_origin()
    settle()
    control.sendall(ANSWER.pack(os.getpid()))
    children: set[int] = set()
    forks = 0
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, COMMAND.size, 2, socket.MSG_WAITALL)
        if len(data) < COMMAND.size:
            _end(children)
        command, pid, seconds = COMMAND.unpack(data)
        if command == FORK:
            channel, output = descriptors
            if ruleset is not None and (children or forks % FORKS_PER_RULESET == 0):
                os.close(ruleset)
                ruleset = landlock.open_ruleset(reach)
            pid = os.fork()
            if pid == 0:
                control.close()
                _become_student(channel, output, ruleset)
            os.close(channel)
            os.close(output)
            children.add(pid)
            control.sendall(ANSWER.pack(pid))
            forks += 1
            if forks == MANY:
                _make_forks_cheaper()
        else:
            status = _wait(pid, seconds)
            if status != RUNNING:
                children.discard(pid)
            control.sendall(ANSWER.pack(status))


def preload(libraries: list[str]) -> None:
    """Import libraries and what they import lazily; PyTorch with a single thread, Matplotlib without a screen."""
    for name in libraries:
        importlib.import_module(name)
        for lazy in LAZY.get(name, ()):
            importlib.import_module(lazy)
    for codec in CODECS:
        importlib.import_module(f"encodings.{codec}")
    if "matplotlib" in libraries:
        keep_agg()
    if "torch" in libraries:
        import torch

        importlib.import_module("autograder.student.devices")
        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)


def _make_forks_cheaper() -> None:
    """Prepare what costs more than it saves unless a class is graded."""
    if "matplotlib" in sys.modules:
        draw_once()
    if "torch" in sys.modules:
        importlib.import_module("torch._dynamo")  # what optimizers import when they are first used
    settle()
    use_large_pages()


def _forget_origin() -> None:
    """Leave on the path only Python's own library and the installed packages; forget the command line."""
    paths = sysconfig.get_paths()
    roots = tuple({paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")})
    sys.path[:] = [entry for entry in sys.path if entry.startswith(roots) or entry.endswith(".zip")]
    sys.argv[:] = sys.orig_argv[:] = [""]


def _become_student(channel: int, output: int, ruleset: int | None) -> NoReturn:
    os.setsid()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    run(channel, ruleset)


def _wait(pid: int, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            return RUNNING
        time.sleep(0.0005)


def _end(children: set[int]) -> NoReturn:
    for pid in children:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    os._exit(0)
