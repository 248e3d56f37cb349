# /// attack
# lines = [28]
# tries = "Signals the grader, its templates, other students, process groups and everybody (signal 0: may it?)."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 9
# ///
import errno
import fcntl
import os
import signal

_GONE = (*REFUSED, errno.ESRCH)


def _any(action):
    for pid in (*chain(), *nearby()):
        try:
            return pid, action(pid)
        except OSError:
            pass
    return action(os.getppid())


attempt("the parent", os.kill, os.getppid(), signal.SIGKILL)
attempt("everybody", os.kill, -1, 0)
attempt("the own group", os.kill, 0, 0)
attempt("any process nearby", _any, lambda pid: os.kill(pid, 0))
attempt("any group nearby", _any, lambda pid: os.killpg(pid, 0))
attempt("a thread", _any, lambda pid: system_call("tgkill", pid, pid, 0))
attempt("with a value", _any, lambda pid: system_call("rt_sigqueueinfo", pid, 0, 0))
attempt("by a descriptor's owner", lambda: fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()))
attempt("live on when the grader ends", system_call, "prctl", 1, 0, 0, 0, 0)
