"""The system-call filter: what a student process may not ask of the kernel, on x86-64 and aarch64.

A refused call fails with EPERM and the process goes on. Calls newer than the table answer ENOSYS, as an
older kernel would, so that libraries fall back to what they did before.
"""

import ctypes
import errno
import functools
import os
import struct
import sys
from collections.abc import Iterable
from itertools import chain

from autograder.sandbox.bpf import (
    ALLOW,
    AND,
    ERRNO,
    JUMP_IF_ABOVE,
    JUMP_IF_ANY_BIT,
    JUMP_IF_AT_LEAST,
    JUMP_IF_EQUAL,
    KILL_PROCESS,
    NUMBER,
    PROCESSOR,
    Instruction,
    Program,
    high,
    load,
    low,
    result,
    when,
)
from autograder.sandbox.calls import NEWEST, PROCESSORS, Processor
from autograder.sandbox.kernel import syscall

NAME = "seccomp"
SET_MODE_FILTER, GET_ACTION_AVAILABLE = 1, 2
STEP, VALUE = struct.Struct("=HBBI"), 4
NOBODYS_PID = 0x7FFFFFFE  # far above the highest id that a process can have
SPEC_ALLOW = 1 << 2  # without it, kernels before 5.16 slow every computation down

REFUSED = """
    # Owners, modes, times and attributes of files: Landlock leaves these to the uid alone.
    chmod fchmod fchmodat chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr
    fsetxattr removexattr lremovexattr fremovexattr truncate mknod mknodat

    # What outlives the process, or holds memory that no limit counts.
    mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr shmget shmat shmctl shmdt semget
    semop semtimedop semctl msgget msgsnd msgrcv msgctl memfd_create memfd_secret add_key request_key keyctl

    # New connections. Talking over the channel, which is open already, stays allowed.
    socket socketpair bind listen accept accept4 connect setsockopt

    # Other programs and other processes.
    execve execveat fork vfork uselib setpgid setsid setpriority ioprio_set sched_setparam
    sched_setscheduler sched_setattr migrate_pages move_pages process_madvise process_mrelease kcmp
    get_robust_list ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd pidfd_send_signal

    # Who the process is, and its limits.
    setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset setrlimit
    personality seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self

    # File systems, and watching what others do with files.
    mount umount2 pivot_root chroot unshare setns open_tree move_mount fsopen fsconfig fsmount fspick
    mount_setattr name_to_handle_at open_by_handle_at inotify_init inotify_init1 inotify_add_watch
    fanotify_init fanotify_mark lookup_dcookie quotactl quotactl_fd swapon swapoff sync syncfs acct

    # Parts of the kernel that no submission needs and that have had holes.
    bpf io_uring_setup io_uring_enter io_uring_register io_setup io_submit userfaultfd perf_event_open
    splice tee vmsplice modify_ldt iopl ioperm

    # The machine itself.
    reboot kexec_load kexec_file_load init_module finit_module delete_module syslog settimeofday
    clock_settime adjtimex clock_adjtime sethostname setdomainname vhangup
"""

# The C library asks these first and has an older way when they are missing.
MISSING = ("clone3", "openat2")

CLONE_THREAD = 0x10000
CLONE_NAMESPACES = 0x7E020000

O_WRITE_ONLY, O_READ_WRITE, O_ACCESS = 1, 2, 3
O_TRUNCATE = 0o1000

# F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal to another process; F_SETLEASE, F_NOTIFY: others' file use.
FCNTL_REFUSED = (8, 10, 15, 1024, 1026)

# What libraries ask of files, pipes and terminals. Every file system and device has requests of its own beside these:
# to set disk space aside, to change attributes, to type into a terminal.
IOCTL_ALLOWED = (
    0x5401,  # TCGETS: whether it is a terminal
    0x802C542A,  # TCGETS2
    0x540F,  # TIOCGPGRP
    0x5413,  # TIOCGWINSZ: how wide it is
    0x541B,  # FIONREAD: how much there is to read
    0x5421,  # FIONBIO: whether to wait
    0x5450,  # FIONCLEX
    0x5451,  # FIOCLEX
    0x80086601,  # FS_IOC_GETFLAGS
    0x40049409,  # FICLONE: a copy of a file; limits of size hold
    0x4020940D,  # FICLONERANGE
)

# SO_TYPE, SO_ERROR, SO_PROTOCOL, SO_DOMAIN. Others tell who is at the other end, or open that process.
GETSOCKOPT_ALLOWED = (3, 4, 38, 39)

MSG_OOB = 1
"""A byte past all others of a socket: nobody needs it, and in the kernel's own code it has been a hole."""

FLAGS_OF_MESSAGES = {"sendto": 3, "recvfrom": 3, "sendmsg": 2, "recvmsg": 2, "sendmmsg": 3, "recvmmsg": 3}
"""The position of a call's argument that holds the flags of a message."""

MAP_SHARED = 1
SHARED_BYTES = 256 * 2**20
"""The largest piece of memory that can be mapped as shared: it stays whole when all but a page of it is unmapped."""

# Reading of one's own state; names of threads and memory; the width of vectors. What is not here could undo
# a layer: the parent-death signal, dumpable, who may trace.
PRCTL_ALLOWED = (
    2,  # PR_GET_PDEATHSIG
    3,  # PR_GET_DUMPABLE
    15,  # PR_SET_NAME
    16,  # PR_GET_NAME
    21,  # PR_GET_SECCOMP
    23,  # PR_CAPBSET_READ
    29,  # PR_SET_TIMERSLACK
    30,  # PR_GET_TIMERSLACK
    39,  # PR_GET_NO_NEW_PRIVS
    41,  # PR_SET_THP_DISABLE
    42,  # PR_GET_THP_DISABLE
    50,  # PR_SVE_SET_VL
    51,  # PR_SVE_GET_VL
    56,  # PR_GET_TAGGED_ADDR_CTRL
    63,  # PR_SME_SET_VL
    64,  # PR_SME_GET_VL
    0x41555856,  # PR_GET_AUXV
    0x53564D41,  # PR_SET_VMA
)

NO = result(ERRNO + errno.EPERM)
UNKNOWN = result(ERRNO + errno.ENOSYS)
TOO_MUCH = result(ERRNO + errno.ENOMEM)
YES = result(ALLOW)


def processor() -> Processor | None:
    """Return the call table of this processor; `None` if it is unknown."""
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return None
    return PROCESSORS.get(os.uname().machine)


def offered() -> bool:
    """Return whether this kernel takes filters and we know its call numbers."""
    table = processor()
    if table is None:
        return False
    action = ctypes.c_uint32(KILL_PROCESS)
    try:
        syscall(table.calls["seccomp"], GET_ACTION_AVAILABLE, 0, ctypes.addressof(action))
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM):
            return False
        raise
    return True


def apply() -> None:
    """Put the filter on this process for good; no_new_privs must be set. Raises `OSError`."""
    number = _known_processor().calls["seccomp"]
    content, places = prepared()
    code = ctypes.create_string_buffer(content, len(content))
    for place in places:
        struct.pack_into("=I", code, place, os.getpid())
    header = ctypes.create_string_buffer(struct.pack("@HP", len(content) // STEP.size, ctypes.addressof(code)))
    syscall(number, SET_MODE_FILTER, SPEC_ALLOW, ctypes.addressof(header))


@functools.cache
def prepared() -> tuple[bytes, tuple[int, ...]]:
    """The filter for this processor as the kernel takes it, and the places where the process id belongs.

    A template calls it once, so that its forks need not. Raises `OSError` where the processor is not known.
    """
    program = assemble(_known_processor(), NOBODYS_PID)
    places = (number * STEP.size + VALUE for number, step in enumerate(program) if step.value == NOBODYS_PID)
    return b"".join(STEP.pack(*step) for step in program), tuple(places)


def _known_processor() -> Processor:
    table = processor()
    if table is None:
        raise OSError(errno.ENOSYS, "no table of system calls for this processor")
    return table


def refused() -> tuple[str, ...]:
    """Names of the calls that are refused whatever their arguments."""
    lines = (line for line in REFUSED.splitlines() if not line.lstrip().startswith("#"))
    return tuple(" ".join(lines).split())


def assemble(table: Processor, pid: int) -> Program:
    """The filter for a processor and a process with this id."""
    program = [
        load(PROCESSOR),
        Instruction(JUMP_IF_EQUAL, 1, 0, table.audit),
        result(KILL_PROCESS),
        load(NUMBER),
        *when(JUMP_IF_ABOVE, NEWEST, [UNKNOWN]),
    ]
    for first, last in table.holes:
        program += [
            Instruction(JUMP_IF_AT_LEAST, 0, 2, first),
            Instruction(JUMP_IF_ABOVE, 1, 0, last),
            UNKNOWN,
        ]
    for name, block in (
        *((name, [NO]) for name in refused()),
        *((name, [UNKNOWN]) for name in MISSING),
        *judged(pid).items(),
    ):
        if name in table.calls:
            program += when(JUMP_IF_EQUAL, table.calls[name], block)
    return [*program, YES]


def judged(pid: int) -> dict[str, Program]:
    """Blocks for the calls that depend on their arguments."""
    own = _only(0, (pid,))
    return {
        "clone": [
            low(0),
            *when(JUMP_IF_ANY_BIT, CLONE_NAMESPACES, [NO]),
            *when(JUMP_IF_ANY_BIT, CLONE_THREAD, [YES]),
            NO,
        ],
        "kill": own,
        "tkill": own,
        "tgkill": own,
        "rt_sigqueueinfo": own,
        "rt_tgsigqueueinfo": own,
        "sched_setaffinity": _only(0, (0, pid)),
        "prlimit64": [
            low(0),
            *when(JUMP_IF_EQUAL, 0, _null_pointer(2)),
            *when(JUMP_IF_EQUAL, pid, _null_pointer(2)),
            NO,
        ],
        "prctl": _only(0, PRCTL_ALLOWED),
        "fcntl": _all_but(1, FCNTL_REFUSED),
        "ioctl": _only(1, IOCTL_ALLOWED),
        "getsockopt": _only(2, GETSOCKOPT_ALLOWED),
        "fallocate": _only(1, (0,)),  # other modes set space aside that no size shows, past the limit of file sizes
        "mmap": _mapping(),
        **{name: _in_turn(place, [YES]) for name, place in FLAGS_OF_MESSAGES.items()},
        "sendto": _in_turn(FLAGS_OF_MESSAGES["sendto"], _null_pointer(4)),
        "open": _opening(1),
        "openat": _opening(2),
    }


def _only(argument: int, values: Iterable[int]) -> Program:
    """Allow where the argument is one of `values`."""
    return [low(argument), *chain.from_iterable(when(JUMP_IF_EQUAL, value, [YES]) for value in values), NO]


def _all_but(argument: int, values: Iterable[int]) -> Program:
    """Refuse where the argument is one of `values`."""
    return [low(argument), *chain.from_iterable(when(JUMP_IF_EQUAL, value, [NO]) for value in values), YES]


def _null_pointer(argument: int) -> Program:
    """Allow where the argument is a null pointer: no new limits, no address to send to."""
    return [
        low(argument),
        *when(JUMP_IF_EQUAL, 0, [high(argument), *when(JUMP_IF_EQUAL, 0, [YES]), NO]),
        NO,
    ]


def _in_turn(flags: int, further: Program) -> Program:
    """Refuse a message out of turn; of any other, `further` decides."""
    return [low(flags), *when(JUMP_IF_ANY_BIT, MSG_OOB, [NO]), *further]


def _mapping() -> Program:
    """Refuse to share a large piece of memory."""
    large = [
        high(1),
        *when(JUMP_IF_ABOVE, 0, [TOO_MUCH]),
        low(1),
        *when(JUMP_IF_ABOVE, SHARED_BYTES, [TOO_MUCH]),
        YES,
    ]
    return [low(3), *when(JUMP_IF_ANY_BIT, MAP_SHARED, large), YES]


def _opening(flags: int) -> Program:
    """Refuse to empty a file that is opened for reading, or with access mode 3, which reads as neither
    reading nor writing: before ABI 3, Landlock would let both empty a file that it keeps from writing.
    """
    return [
        low(flags),
        Instruction(AND, 0, 0, O_ACCESS),
        *when(JUMP_IF_EQUAL, O_WRITE_ONLY, [YES]),
        *when(JUMP_IF_EQUAL, O_READ_WRITE, [YES]),
        *when(JUMP_IF_EQUAL, O_ACCESS, [NO]),
        low(flags),
        *when(JUMP_IF_ANY_BIT, O_TRUNCATE, [NO]),
        YES,
    ]
