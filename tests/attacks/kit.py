# The attackers' tools, put between an assignment's own code and each attack. What counts as what: README.md.
import errno as _errno
import os as _os

BASE, COURSE, NAME, CLASS, OUTPUT = "@BASE@", "@COURSE@", "@ASSIGNMENT@", "@CLASS@", "@OUTPUT@"
MARK, PORT, KEY, LANDLOCK = "@MARK@", int("@PORT@"), int("@KEY@"), "@LANDLOCK@" == "True"
HIDDEN, SOLUTION, BANK = (f"{COURSE}/{part}/{NAME}" for part in ("tests/hidden", "solutions", "tests/submissions"))
SECRET = "".join(("CAN", "ARY-"))
REFUSED = (_errno.EPERM, _errno.EACCES, _errno.ENOSYS, _errno.EXDEV)
HELD, OPEN, BREACHED, BROKEN = [], [], [], []


def attempt(what, action, *arguments, refused=REFUSED):
    """A breach if it works. Only a refusal counts as held: an attack with a mistake in it proves nothing."""
    try:
        came = action(*arguments)
    except BaseException as error:
        if isinstance(error, ImportError) or getattr(error, "errno", None) in refused:
            HELD.append(what)
        else:
            BROKEN.append(f"{what}: {type(error).__name__} {error}")
    else:
        BREACHED.append(f"{what}: {str(came)[:60]}")


def attempt_landlock(what, action, *arguments):
    """An attempt that only Landlock refuses: where there is none it may work, and docs/security.md says so."""
    if LANDLOCK:
        attempt(what, action, *arguments)
    else:
        OPEN.append(what)


def look(what, action, *arguments):
    """May work; a breach if it shows a secret."""
    try:
        came = str(action(*arguments))
    except (OSError, ImportError, ValueError) as error:
        came = str(error)
    (BREACHED if SECRET in came else HELD).append(what)


def look_landlock(what, action, *arguments):
    """A look that only Landlock keeps from showing something."""
    if LANDLOCK:
        look(what, action, *arguments)
    else:
        OPEN.append(what)


def leave(what, action, *arguments):
    """May work; the runner looks whether anything stays."""
    try:
        action(*arguments)
    except OSError:
        pass
    HELD.append(what)


def content(path):
    with open(path, "rb") as file:
        return file.read(4000)


def system_call(name, *arguments):
    """A system call by name; numbers of x86-64 and aarch64."""
    import ctypes

    number = CALLS[name][_os.uname().machine == "aarch64"]
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    result = library.syscall(ctypes.c_long(number), *(_argument(value) for value in arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def _argument(value):
    import ctypes

    if isinstance(value, bytes):
        return ctypes.c_char_p(value)
    return ctypes.c_long(value)


CALLS = {
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "add_key": (248, 217),
    "keyctl": (250, 219), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "kcmp": (312, 272), "unshare": (272, 97), "mount": (165, 40),
    "setns": (308, 268), "bpf": (321, 280), "io_uring_setup": (425, 425), "userfaultfd": (323, 282),
    "memfd_create": (319, 279), "clone": (56, 220), "execveat": (322, 281), "tgkill": (234, 131), "socket": (41, 198),
    "rt_sigqueueinfo": (129, 138), "prctl": (157, 167), "seccomp": (317, 277), "open_by_handle_at": (304, 265),
    "perf_event_open": (298, 241), "inotify_init1": (294, 26), "personality": (135, 92), "fsopen": (430, 430),
    "open_tree": (428, 428), "add_rule": (445, 445), "capset": (126, 91), "name_to_handle_at": (303, 264),
    "prlimit64": (302, 261), "fallocate": (285, 47), "mmap": (9, 222), "munmap": (11, 215), "getsockopt": (55, 209),
}  # fmt: skip


def nearby():
    """Ids of processes that may be the grader, its templates, or other students: none of this one's own."""
    own = _os.getpid()
    return [pid for pid in range(max(1, own - 60), own + 10) if pid != own]


def chain():
    """Ids from the parent (the template) as far up as can be seen."""
    pids = [_os.getppid()]
    while pids[-1] > 1:
        try:
            with open(f"/proc/{pids[-1]}/stat") as file:
                pids.append(int(file.read().rpartition(")")[2].split()[1]))
        except OSError:
            break
    return pids


def report(*arguments):
    """Tells the runner what came of the attempts."""
    counted = len(HELD) + len(OPEN) + len(BREACHED) + len(BROKEN)
    print(f"ATTACK attempts={counted} breached={BREACHED} broken={BROKEN}", flush=True)
