"""The gates to the Linux kernel that the standard library does not open, and what it says of a process."""

import ctypes
import functools
import os


@functools.cache
def _c_library() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    library.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    library.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return library


def syscall(number: int, *arguments: int) -> int:
    """Make a system call by number. Pointers go as addresses. Raises `OSError` with the kernel's errno."""
    result: int = _c_library().syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return _checked(result)


def prctl(option: int, *arguments: int) -> int:
    """Call prctl(2); arguments left out are 0. Raises `OSError` with the kernel's errno."""
    padded = (*arguments, 0, 0, 0, 0)[:4]
    result: int = _c_library().prctl(option, *padded)
    return _checked(result)


def madvise(address: int, length: int, advice: int) -> None:
    """Call madvise(2) on memory of this process; lengths in bytes. Raises `OSError` with the kernel's errno."""
    _checked(_c_library().madvise(address, length, advice))


def capset(header: int, data: int) -> None:
    """Call capset(2) with two addresses. Raises `OSError` with the kernel's errno."""
    _checked(_c_library().capset(ctypes.c_void_p(header), ctypes.c_void_p(data)))


def status(pid: int | str, *names: str) -> list[str]:
    """Fields of /proc/<pid>/status, such as `VmData`, as text. Raises `OSError`."""
    with open(f"/proc/{pid}/status", "rb", buffering=0) as file:
        text = file.read()
    return [_after(text, f"\n{name}:\t".encode()) for name in names]


def _after(text: bytes, label: bytes) -> str:
    start = text.index(label) + len(label)
    return text[start : text.index(b"\n", start)].decode().strip()


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
