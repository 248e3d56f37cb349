"""The system-call filter, run on paper for both processors, and its call numbers against published lists."""

import platform
import re
from errno import ENOMEM, ENOSYS, EPERM
from pathlib import Path

import pytest

from autograder.sandbox import bpf, seccomp
from autograder.sandbox.calls import AARCH64, NEWEST, PROCESSORS, X86_64, Processor

PID = 4321
ALLOWED = bpf.ALLOW
REFUSED = bpf.ERRNO | EPERM
MISSING = bpf.ERRNO | ENOSYS
TOO_MUCH = bpf.ERRNO | ENOMEM

# Headers of Linux; aarch64 takes the generic numbers.
PUBLISHED = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"),),
}
if platform.machine() == "x86_64":
    PUBLISHED["x86_64"] += (Path("/usr/include/asm/unistd_64.h"),)


def judge(table: Processor, number: int, *arguments: int, audit: int | None = None) -> int:
    """What the filter answers to a call: a small interpreter of classic BPF."""
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    words = [number, table.audit if audit is None else audit, 0, 0]
    for argument in padded:
        words += [argument & 0xFFFFFFFF, argument >> 32 & 0xFFFFFFFF]
    program = seccomp.assemble(table, PID)
    at = loaded = 0
    while True:
        step = program[at]
        at += 1
        if step.code == bpf.RETURN:
            return step.value
        if step.code == bpf.LOAD:
            loaded = words[step.value // 4]
        elif step.code == bpf.AND:
            loaded &= step.value
        else:
            holds = {
                bpf.JUMP_IF_EQUAL: loaded == step.value,
                bpf.JUMP_IF_ABOVE: loaded > step.value,
                bpf.JUMP_IF_AT_LEAST: loaded >= step.value,
                bpf.JUMP_IF_ANY_BIT: bool(loaded & step.value),
            }[step.code]
            at += step.then if holds else step.otherwise


@pytest.fixture(params=PROCESSORS)
def table(request: pytest.FixtureRequest) -> Processor:
    return PROCESSORS[request.param]


@pytest.mark.skipif(seccomp.processor() is None, reason="needs Linux on x86-64 or aarch64")
def test_what_a_template_prepares_is_the_filter_of_each_fork() -> None:
    table = seccomp.processor()
    assert table is not None
    content, places = seccomp.prepared()
    filled = bytearray(content)
    for place in places:
        filled[place : place + 4] = PID.to_bytes(4, "little")
    assert [bpf.Instruction(*step) for step in seccomp.STEP.iter_unpack(filled)] == seccomp.assemble(table, PID)


def test_program_fits_the_kernel(table: Processor) -> None:
    program = seccomp.assemble(table, PID)
    assert len(program) <= 4096
    for at, step in enumerate(program):
        assert max(step.then, step.otherwise) <= 255
        assert at + 1 + max(step.then, step.otherwise) < len(program) or step.code == bpf.RETURN


def test_every_name_is_known_and_every_number_used() -> None:
    judged = {*seccomp.refused(), *seccomp.MISSING, *seccomp.judged(PID)}
    known = {*X86_64.calls, *AARCH64.calls}
    assert judged == known
    assert len(seccomp.refused()) == len(set(seccomp.refused()))


def test_refused_calls(table: Processor) -> None:
    for name in seccomp.refused():
        if name in table.calls:
            assert judge(table, table.calls[name]) == REFUSED, name


def test_ordinary_calls_pass() -> None:
    # read write close mmap brk rt_sigreturn getpid futex getdents64 exit_group newfstatat recvmsg sendmsg
    for number in (0, 1, 3, 9, 12, 15, 39, 202, 217, 231, 262, 46, 47):
        assert judge(X86_64, number) == ALLOWED
    for number in (63, 64, 57, 222, 214, 139, 172, 98, 61, 94, 79, 211, 212):
        assert judge(AARCH64, number) == ALLOWED


def test_another_processor_is_killed(table: Processor) -> None:
    for other in PROCESSORS.values():
        expected = ALLOWED if other.audit == table.audit else bpf.KILL_PROCESS
        assert judge(table, 63, audit=other.audit) == expected
    assert judge(table, 20, audit=0x40000003) == bpf.KILL_PROCESS


def test_numbers_beyond_the_table_are_missing(table: Processor) -> None:
    for number in (NEWEST + 1, 1000, 0x40000000, 0x40000001, 0xFFFFFFFF):
        assert judge(table, number) == MISSING
    assert judge(table, NEWEST) == ALLOWED
    for first, last in table.holes:
        assert judge(table, first) == judge(table, last) == MISSING
        assert judge(table, first - 1) != MISSING
        assert judge(table, last + 1) != MISSING
    assert judge(table, table.calls["clone3"]) == judge(table, table.calls["openat2"]) == MISSING


def test_signals_for_the_own_process_only(table: Processor) -> None:
    for name in ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        number = table.calls[name]
        assert judge(table, number, PID) == ALLOWED
        for other in (0, 1, PID + 1, -1 & 0xFFFFFFFF, -PID & 0xFFFFFFFF):
            assert judge(table, number, other) == REFUSED


def test_threads_but_no_processes(table: Processor) -> None:
    clone = table.calls["clone"]
    assert judge(table, clone, 0x3D0F00) == ALLOWED  # what the C library asks for a thread
    assert judge(table, clone, 17) == REFUSED  # fork
    assert judge(table, clone, 0x4111) == REFUSED  # vfork
    assert judge(table, clone, 0x3D0F00 | 0x10000000) == REFUSED  # a thread in a user namespace


def test_limits_can_be_read_but_not_set(table: Processor) -> None:
    prlimit = table.calls["prlimit64"]
    assert judge(table, prlimit, 0, 7, 0, 0x1000) == ALLOWED
    assert judge(table, prlimit, PID, 7, 0, 0x1000) == ALLOWED
    assert judge(table, prlimit, PID + 1, 7, 0, 0x1000) == REFUSED
    assert judge(table, prlimit, 0, 7, 0x1000, 0) == REFUSED
    assert judge(table, prlimit, 0, 7, 0x7F00_0000_0000, 0) == REFUSED  # an address with a low half of 0


def test_files_are_not_emptied_without_write_access(table: Processor) -> None:
    flags_first = [("openat", (0, 0))] + ([("open", (0,))] if "open" in table.calls else [])
    for name, before in flags_first:
        for flags, expected in (
            (0, ALLOWED),
            (0o1, ALLOWED),
            (0o2, ALLOWED),
            (0o1001, ALLOWED),
            (0o1102, ALLOWED),
            (0o2000000, ALLOWED),
            (0o3, REFUSED),
            (0o1000, REFUSED),
            (0o1003, REFUSED),
            (0o2001000, REFUSED),
        ):
            assert judge(table, table.calls[name], *before, flags) == expected, oct(flags)


def test_options_of_other_calls(table: Processor) -> None:
    calls = table.calls
    assert judge(table, calls["prctl"], 15) == ALLOWED  # the name of a thread
    for option in (1, 4, 22, 38, 0x59616D61):
        assert judge(table, calls["prctl"], option) == REFUSED
    assert judge(table, calls["fcntl"], 0, 3) == ALLOWED
    for command in seccomp.FCNTL_REFUSED:
        assert judge(table, calls["fcntl"], 0, command) == REFUSED
    assert judge(table, calls["ioctl"], 0, 0x5401) == ALLOWED  # whether it is a terminal
    # To type into a terminal and take it; signals; attributes of files; space on disk: XFS, ext4, btrfs.
    for request in (
        *(0x5412, 0x541C, 0x540E, 0x5423, 0x8901, 0x8902, 0x40086602, 0x40046602, 0x401C5820, 0x40087602),
        *(0x40305828, 0x40305829, 0x4030582A, 0x4030582B, 0x40305839, 0xC028660F, 0x50009402),
    ):
        assert judge(table, calls["ioctl"], 0, request) == REFUSED
        assert judge(table, calls["ioctl"], 0, request | 1 << 32) == REFUSED
    assert judge(table, calls["getsockopt"], 3, 1, 3) == ALLOWED  # of which type it is
    for option in (17, 31, 59, 77):
        assert judge(table, calls["getsockopt"], 3, 1, option) == REFUSED
    assert judge(table, calls["fallocate"], 3, 0, 0, 1) == ALLOWED
    for mode in (1, 2, 3, 8, 16, 17, 32, 64):
        assert judge(table, calls["fallocate"], 3, mode, 0, 1) == REFUSED
    assert judge(table, calls["sendto"], 3, 0x1000, 1, 0, 0, 0) == ALLOWED
    assert judge(table, calls["sendto"], 3, 0x1000, 1, 0, 0x1000, 16) == REFUSED
    assert judge(table, calls["sendto"], 3, 0x1000, 1, 0, 1 << 40, 16) == REFUSED
    for name, place in seccomp.FLAGS_OF_MESSAGES.items():
        for flags in (0, 0x40, 0x4000, 0x40000000):  # without waiting, without a signal, closed on exec
            assert judge(table, calls[name], *(3, 0x1000, 1)[:place], flags) == ALLOWED
            assert judge(table, calls[name], *(3, 0x1000, 1)[:place], flags | 1) == REFUSED
    assert judge(table, calls["sched_setaffinity"], 0) == ALLOWED
    assert judge(table, calls["sched_setaffinity"], PID + 1) == REFUSED


def test_shared_memory_comes_in_small_pieces(table: Processor) -> None:
    private, anonymous, most = 2, 0x20, seccomp.SHARED_BYTES
    for flags in (1, 3, 1 | anonymous):
        assert judge(table, table.calls["mmap"], 0, most, 3, flags) == ALLOWED
        assert judge(table, table.calls["mmap"], 0, most + 1, 3, flags) == TOO_MUCH
        assert judge(table, table.calls["mmap"], 0, 1 << 32, 3, flags) == TOO_MUCH
    assert judge(table, table.calls["mmap"], 0, 1 << 40, 3, private | anonymous) == ALLOWED


@pytest.mark.parametrize("processor", PROCESSORS)
def test_numbers_against_the_published_list(processor: str) -> None:
    found = [path for path in PUBLISHED[processor] if path.exists()]
    if not found:
        pytest.skip(f"this machine has none of {', '.join(map(str, PUBLISHED[processor]))}")
    pattern = re.compile(r"#define\s+__NR(?:3264)?_(\w+)\s+(\d+)")
    published = {name: int(number) for name, number in pattern.findall(found[0].read_text())}
    # Names that this list is too old for, or that only other processors have, are not in it.
    checked = {name: number for name, number in PROCESSORS[processor].calls.items() if name in published}
    assert len(checked) > 120
    assert {name: published[name] for name in checked} == checked
    unknown = set(PROCESSORS[processor].calls) - set(published)
    assert all(PROCESSORS[processor].calls[name] > max(published.values()) for name in unknown)
