"""What a submission must not be able to do, tried in each setting; the errno says which layer held."""

import os
from errno import EACCES, ENOSYS, EPERM, EXDEV, errorcode
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox.offers import offers

PROGRAMS = Path(__file__).with_name("programs")

# Landlock answers EACCES or EXDEV; seccomp EPERM, or ENOSYS where the C library has another way.
BY_LANDLOCK = (EACCES, EXDEV)

FILES = {
    "read a file": ("open(secret).read()", EACCES),
    "read it through its folder": ("os.open('secret.txt', 0, dir_fd=os.open(folder, os.O_PATH))", EACCES),
    "read it through /proc": ("open('/proc/self/root' + secret)", EACCES),
    "list a folder": ("os.listdir(folder)", EACCES),
    "write a file": ("open(secret, 'r+')", EACCES),
    "append to a file": ("open(secret, 'a')", EACCES),
    "replace a file": ("open(secret, 'w')", EACCES),
    "make a file": ("open(folder + '/new', 'x')", EACCES),
    "make a folder": ("os.mkdir(folder + '/new')", EACCES),
    "make a link to a file": ("os.symlink(secret, plan.home + '/link')", EACCES),
    "make a second name of a file": ("os.link(secret, plan.home + '/link')", EXDEV),
    "move a file out": ("os.rename(secret, plan.home + '/stolen')", EACCES),
    "move a file in": ("open(plan.home + '/a', 'w'); os.rename(plan.home + '/a', secret)", EACCES),
    "delete a file": ("os.unlink(secret)", EACCES),
    "write beside the working folder": ("open('../new.txt', 'w')", EACCES),
    "move the submission out": ("os.rename('perceptron.py', '../perceptron.py')", EACCES),
    "list the scratch folder": ("os.listdir(plan.scratch)", EACCES),
    "write to /tmp": ("open('/tmp/chain-rule-test', 'w')", EACCES),
    "write to /dev/shm": ("open('/dev/shm/chain-rule-test', 'w')", EACCES),
    "write a library": ("open(os.__file__, 'r+')", EACCES),
    "open a terminal": ("open('/dev/tty')", EACCES),
    "read a disk": ("os.listdir('/dev')", EACCES),
    "list processes": ("os.listdir('/proc')", EACCES),
    "read the parent's environment": ("open(f'/proc/{parent}/environ').read()", EACCES),
    "read the parent's memory": ("open(f'/proc/{parent}/mem', 'rb').read()", EACCES),
    "list the parent's descriptors": ("os.listdir(f'/proc/{parent}/fd')", EACCES),
    "read the parent's command line": ("open(f'/proc/{parent}/cmdline').read()", EACCES),
    "read the list of users": ("open('/etc/passwd').read()", EACCES),
    "empty a file": ("os.truncate(secret, 0)", EPERM),
    "empty a file opened to read": ("os.open(secret, os.O_RDONLY | os.O_TRUNC)", EPERM),
    "empty a file opened for nothing": ("os.open(secret, 3 | os.O_TRUNC)", EPERM),
    "change a mode": ("os.chmod(secret, 0)", EPERM),
    "change a mode of one's own": ("os.chmod(plan.home, 0o777)", EPERM),
    "change a mode by descriptor": ("os.fchmod(0, 0o777)", EPERM),
    "change an owner": ("os.chown(secret, os.getuid(), -1)", EPERM),
    "change a time": ("os.utime(secret)", EPERM),
    "set an attribute": ("os.setxattr(secret, 'user.note', b'x')", EPERM),
    "remove an attribute": ("os.removexattr(secret, 'user.note')", EPERM),
    "set file flags": ("fcntl.ioctl(os.open('perceptron.py', 0), 0x40086602, bytes(8))", EPERM),
    "make a pipe with a name": ("os.mkfifo(plan.home + '/pipe')", EPERM),
    "watch a folder": ("call('inotify_add_watch', 0, address(folder), 0x100)", EPERM),
    "start to watch": ("call('inotify_init1', 0)", EPERM),
    "name a file by handle": ("call('name_to_handle_at', -100, address(secret), 0, 0, 0)", EPERM),
    "open a file by handle": ("call('open_by_handle_at', -100, 0, 0)", EPERM),
    "lease a file": ("fcntl.fcntl(os.open('perceptron.py', 0), fcntl.F_SETLEASE, fcntl.F_RDLCK)", EPERM),
    "mount": ("call('mount', 0, address(plan.home), address('tmpfs'), 0, 0)", EPERM),
    "mount the new way": ("call('fsopen', address('tmpfs'), 0)", EPERM),
    "change the root": ("os.chroot(plan.home)", EPERM),
    "write all disks out": ("call('sync')", EPERM),
}

PROCESSES = {
    "fork": ("os.fork()", EPERM),
    "clone a process": ("call('clone', signal.SIGCHLD, 0, 0, 0, 0)", EPERM),
    "clone into namespaces": ("call('clone', 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)", EPERM),
    "clone the new way": ("call('clone3', 0, 0)", ENOSYS),
    "start a program": ("subprocess.run(['/bin/true'])", EPERM),
    "spawn a program": ("os.posix_spawn('/bin/true', ['true'], {})", EPERM),
    "become a program": ("os.execv('/bin/true', ['true'])", EPERM),
    "become a program by descriptor": ("call('execveat', 0, address(''), 0, 0, 0x1000)", EPERM),
    "signal the parent": ("os.kill(parent, 0)", EPERM),
    "signal everybody": ("os.kill(-1, 0)", EPERM),
    "signal the own group": ("os.kill(0, 0)", EPERM),
    "signal another group": ("os.killpg(os.getpgid(parent), 0)", EPERM),
    "signal a thread of the parent": ("call('tkill', parent, 0)", EPERM),
    "signal a thread the new way": ("call('tgkill', parent, parent, 0)", EPERM),
    "queue a signal": ("call('rt_sigqueueinfo', parent, 0, 0)", EPERM),
    "queue a signal to a thread": ("call('rt_tgsigqueueinfo', parent, parent, 0, 0)", EPERM),
    "signal by descriptor": ("os.pidfd_open(parent)", EPERM),
    "send that signal": ("call('pidfd_send_signal', 0, 0, 0, 0)", EPERM),
    "signal by a file's owner": ("fcntl.fcntl(channel, fcntl.F_SETOWN, parent)", EPERM),
    "choose that signal": ("fcntl.fcntl(channel, 10, signal.SIGKILL)", EPERM),
    "signal by ioctl": ("fcntl.ioctl(channel, 0x8901, struct.pack('i', parent))", EPERM),
    "take a descriptor": ("call('pidfd_getfd', 0, 0, 0)", EPERM),
    "trace": ("call('ptrace', 16, parent, 0, 0)", EPERM),
    "read memory": ("call('process_vm_readv', parent, 0, 0, 0, 0, 0)", EPERM),
    "write memory": ("call('process_vm_writev', parent, 0, 0, 0, 0, 0)", EPERM),
    "compare": ("call('kcmp', parent, parent, 0, 0, 0)", EPERM),
    "slow the parent down": ("os.setpriority(os.PRIO_PROCESS, parent, 19)", EPERM),
    "starve the parent": ("os.sched_setaffinity(parent, {0})", EPERM),
    "idle the parent": ("os.sched_setscheduler(parent, os.SCHED_IDLE, os.sched_param(0))", EPERM),
    "leave the session": ("os.setsid()", EPERM),
    "leave the group": ("os.setpgid(0, 0)", EPERM),
}

RIGHTS = {
    "become root": ("os.setresuid(0, 0, 0)", EPERM),
    "become another": ("os.setuid(61999)", EPERM),
    "join a group": ("os.setgroups([0])", EPERM),
    "take capabilities": ("call('capset', 0, 0)", EPERM),
    "make a namespace": ("call('unshare', 0x10000000)", EPERM),
    "enter a namespace": ("call('setns', 0, 0)", EPERM),
    "raise a limit": ("call('prlimit64', 0, 7, address(bytes(16)), 0)", EPERM),
    "limit the parent": ("call('prlimit64', parent, 7, 0, 0)", EPERM),
    "raise a limit the old way": ("call('setrlimit', 7, address(bytes(16)))", EPERM),
    "outlive the parent": ("prctl(1, 0)", EPERM),
    "allow inspection": ("prctl(4, 1)", EPERM),
    "choose a tracer": ("prctl(0x59616D61, parent)", EPERM),
    "filter calls": ("prctl(22, 2, 0)", EPERM),
    "filter calls the new way": ("call('seccomp', 1, 0, 0)", EPERM),
    "change the personality": ("call('personality', 0x0040000)", EPERM),
}

CONNECTIONS = {
    "TCP": ("socket.socket()", EPERM),
    "UDP": ("socket.socket(type=socket.SOCK_DGRAM)", EPERM),
    "Unix socket": ("socket.socket(socket.AF_UNIX)", EPERM),
    "netlink": ("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", EPERM),
    "vsock": ("call('socket', 40, 1, 0)", EPERM),
    "pair of sockets": ("socket.socketpair()", EPERM),
    "connect": ("channel.connect('/run/somewhere')", EPERM),
    "bind": ("channel.bind('\\0chain-rule-test')", EPERM),
    "send to an address": ("call('sendto', channel.fileno(), address(b'x'), 1, 0, address(b'x'), 1)", EPERM),
    "send out of turn": ("channel.send(b'x', socket.MSG_OOB)", EPERM),
    "receive out of turn": ("channel.recvmsg(1, 0, socket.MSG_OOB)", EPERM),
    "set an option": ("channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)", EPERM),
    "shared memory": ("call('shmget', 0, 4096, 0o1600)", EPERM),
    "semaphore": ("call('semget', 0, 1, 0o1600)", EPERM),
    "message queue": ("call('msgget', 0, 0o1600)", EPERM),
    "message queue with a name": ("call('mq_open', address('chain-rule'), 0o102, 0o600, 0)", EPERM),
    "memory in a file": ("os.memfd_create('x')", EPERM),
    "key ring": ("call('add_key', address('user'), address('x'), address('y'), 1, -3)", EPERM),
    "key": ("call('keyctl', 0, -3, 0)", EPERM),
}

KERNEL = {
    "io_uring": ("call('io_uring_setup', 1, 0)", EPERM),
    "bpf": ("call('bpf', 0, 0, 0)", EPERM),
    "userfaultfd": ("call('userfaultfd', 0)", EPERM),
    "performance counters": ("call('perf_event_open', 0, 0, -1, -1, 0)", EPERM),
    "kernel log": ("call('syslog', 10, 0, 0)", EPERM),
    "kernel modules": ("call('delete_module', 0, 0)", EPERM),
    "a new kernel": ("call('kexec_load', 0, 0, 0, 0)", EPERM),
    "reboot": ("call('reboot', 0, 0, 0, 0)", EPERM),
    "the clock": ("call('settimeofday', 0, 0)", EPERM),
    "swap": ("call('swapoff', 0)", EPERM),
    "type into a terminal": ("call('ioctl', 0, 0x5412, address(b'x'))", EPERM),
    "type with high bits set": ("call('ioctl', 0, 0x5412 | 1 << 40, address(b'x'))", EPERM),
    "open the new way": ("call('openat2', -100, address('/dev/null'), address(bytes(24)), 24)", ENOSYS),
    "a call of the future": ("syscall(451)", ENOSYS),
    "a call that no kernel has": ("syscall(100_000)", ENOSYS),
}

ACTS: dict[str, tuple[str, int]] = FILES | PROCESSES | RIGHTS | CONNECTIONS | KERNEL

TRY_ALL = (PROGRAMS / "tries_all.py").read_text()


@pytest.fixture(scope="session")
def tried(confined: Any, secret: Path) -> Any:
    """What came of every act in a setting: an errno, or None if it worked."""
    known: dict[str, dict[str, int | None]] = {}

    def try_all(setting: str) -> dict[str, int | None]:
        if setting not in known:
            acts = {name: act for name, (act, number) in ACTS.items() if _is_held(number)}
            values = {"acts": acts, "secret": str(secret), "folder": str(secret.parent)}
            known[setting] = confined(TRY_ALL, setting, values=values)
        return known[setting]

    return try_all


def _is_held(number: int) -> bool:
    """Whether this machine has the layer that answers so."""
    return offers().landlock > 0 if number in BY_LANDLOCK else offers().seccomp


@pytest.mark.parametrize("act", ACTS)
def test_refused(tried: Any, setting: str, act: str) -> None:
    expected = ACTS[act][1]
    if not _is_held(expected):
        pytest.skip("this machine does not offer the layer that would refuse it")
    came_of_it = tried(setting)[act]
    assert came_of_it is not None, "it worked"
    assert errorcode[came_of_it] == errorcode[expected]


def test_secret_is_as_it_was(tried: Any, setting: str, secret: Path) -> None:
    tried(setting)
    assert secret.read_text() == "the answers"
    assert [path.name for path in secret.parent.iterdir()] == ["secret.txt"]
    assert (secret.stat().st_mode & 0o777, secret.stat().st_uid) == (0o666, os.getuid())
    assert not os.listxattr(secret)
