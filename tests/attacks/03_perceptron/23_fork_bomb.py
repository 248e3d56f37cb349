# /// attack
# lines = [23]
# tries = "A fork bomb, by every call that makes processes."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 7
# ///
import ctypes
import os
import signal
import subprocess
import time


def _bomb(fork):
    """At most 200 processes, should it work: this machine may be yours."""
    for _ in range(200):
        if fork() == 0:
            time.sleep(20)
            os._exit(0)


attempt("fork", _bomb, os.fork)
attempt("forkpty", _bomb, lambda: os.forkpty()[0])
attempt("clone", _bomb, lambda: system_call("clone", signal.SIGCHLD, 0, 0, 0, 0))
attempt("clone like vfork", system_call, "clone", 0x4100 | signal.SIGCHLD, 0, 0, 0, 0)
attempt("start a program", subprocess.Popen, ["/bin/sleep", "20"])
attempt("spawn", os.posix_spawn, "/bin/sleep", ["sleep", "20"], {})


def _c_fork():
    library = ctypes.CDLL(None, use_errno=True)
    came = library.fork()
    if came < 0:
        raise OSError(ctypes.get_errno(), "fork")
    return came


attempt("the C library's fork", _bomb, _c_fork)
