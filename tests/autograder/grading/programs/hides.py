"""What a student process can hold that no folder and no size shows."""

import ctypes
import mmap
import os
import time

import numpy as np

MIB = 2**20
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]


def made(name, mib):
    file = os.open(name, os.O_CREAT | os.O_RDWR, 0o600)
    os.posix_fallocate(file, 0, mib * MIB)
    return file


def with_holes(count):
    for number in range(count):
        with open(f"holes-{number}", "wb") as file:
            file.truncate(4 * MIB)
    time.sleep(1)
    return count


def unlinked(count):
    global kept
    kept = [made("x", 3) for _ in range(count) if not os.path.exists("x") or os.unlink("x") is None]
    os.unlink("x")
    time.sleep(1)
    return count


def mapped(count):
    for _ in range(count):
        file = made("x", 3)
        os.unlink("x")
        assert libc.mmap(None, 4096, mmap.PROT_READ, mmap.MAP_PRIVATE, file, 0)
        os.close(file)
    time.sleep(1)
    return count


def shared(count, mib):
    global kept
    kept = [mmap.mmap(-1, mib * MIB) for _ in range(count)]
    for piece in kept:
        for page in range(0, len(piece), 4096):
            piece[page] = 1
    time.sleep(0.5)
    return count


def pieces(count):
    global kept
    kept = [mmap.mmap(-1, 4096) for _ in range(count)]
    time.sleep(1)
    return count


def unmapped(count, name=b""):
    shared_anonymous = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS
    for _ in range(count):
        start = libc.mmap(None, 64 * MIB, mmap.PROT_READ | mmap.PROT_WRITE, shared_anonymous, -1, 0)
        if name:
            libc.prctl(0x53564D41, 0, start, 64 * MIB, ctypes.addressof(ctypes.create_string_buffer(name)))
        ctypes.memset(start, 1, 64 * MIB)
        libc.munmap(start + 4096, 64 * MIB - 4096)
    time.sleep(1)
    return count


def honest():
    """Everyday ways to write files and to use memory."""
    import sqlite3
    import tempfile

    numbers = np.memmap("numbers", dtype=np.float64, mode="w+", shape=(1000, 100))
    numbers[:] = 1.0
    numbers.flush()
    total = float(np.memmap("numbers", dtype=np.float64, mode="r", shape=(1000, 100)).sum())
    np.save("saved.npy", numbers)
    np.savez_compressed("saved.npz", numbers)
    with tempfile.TemporaryFile() as file:
        file.write(bytes(MIB))
        file.flush()
        total += float(np.memmap(file, dtype=np.uint8, mode="r").sum())
    with sqlite3.connect("results.db") as base:
        base.execute("create table t (x)")
        base.execute("insert into t values (1)")
    large = np.ones(20 * MIB)
    table = mmap.mmap(-1, 32 * MIB)
    table[:] = bytes(len(table))
    time.sleep(0.5)
    return int(total) + len(large) // MIB
