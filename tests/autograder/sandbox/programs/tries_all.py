import ctypes, fcntl, os, signal, socket, struct, subprocess
from autograder.sandbox import seccomp
from autograder.sandbox.kernel import prctl, syscall

kept = []


def address(content):
    kept.append(ctypes.create_string_buffer(content if isinstance(content, bytes) else content.encode()))
    return ctypes.addressof(kept[-1])


def call(name, *arguments):
    return syscall(seccomp.processor().calls[name], *arguments)


for name, act in acts.items():
    try:
        exec(act)
    except OSError as error:
        answer[name] = error.errno
    else:
        answer[name] = None
