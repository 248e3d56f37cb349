# /// attack
# lines = [7]
# tries = "ptrace, process_vm_readv and _writev, pidfd_getfd, kcmp on the grader and on every process nearby."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 8
# ///
import ctypes
import errno
import os

_GONE = (*REFUSED, errno.ESRCH)
_into = ctypes.create_string_buffer(64)


class _Span(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


_here = _Span(ctypes.addressof(_into), 64)
_there = _Span(id(None), 64)  # the same place in every process that the template has forked


def _move(name, pid):
    return system_call(name, pid, ctypes.addressof(_here), 1, ctypes.addressof(_there), 1, 0)


def _any(action):
    for pid in (*chain(), *nearby()):
        try:
            return pid, action(pid)
        except OSError:
            pass
    return action(os.getppid())


attempt("attach", _any, lambda pid: system_call("ptrace", 16, pid, 0, 0))
attempt("seize", _any, lambda pid: system_call("ptrace", 0x4206, pid, 0, 0))
attempt("be traced", system_call, "ptrace", 0, 0, 0, 0)
attempt("read memory", _any, lambda pid: _move("process_vm_readv", pid))
attempt("write memory", _any, lambda pid: _move("process_vm_writev", pid))
attempt("open a process", _any, lambda pid: system_call("pidfd_open", pid, 0))
attempt("take a descriptor", system_call, "pidfd_getfd", 0, 0, 0)
attempt("compare", _any, lambda pid: system_call("kcmp", pid, os.getpid(), 0, 0, 0))
