# /// attack
# lines = [2]
# tries = "Reads environment, memory, maps, descriptors, folder and root of the grader's processes."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 7
# control = true
# ///
import errno
import os

_GONE = (*REFUSED, errno.ENOENT, errno.ESRCH)


def _any(action):
    """Works for one of them, or fails as for the parent."""
    for pid in (*chain(), *nearby()):
        try:
            return pid, action(pid)
        except OSError:
            pass
    return action(os.getppid())


attempt("environment", _any, lambda pid: content(f"/proc/{pid}/environ"))
attempt("memory", _any, lambda pid: open(f"/proc/{pid}/mem", "rb").close())
attempt("maps", _any, lambda pid: content(f"/proc/{pid}/maps"))
attempt("descriptors", _any, lambda pid: os.listdir(f"/proc/{pid}/fd"))
attempt("working folder", _any, lambda pid: os.listdir(f"/proc/{pid}/cwd/"))
attempt("root", _any, lambda pid: os.listdir(f"/proc/{pid}/root/"))
attempt("system calls", _any, lambda pid: content(f"/proc/{pid}/syscall"))
