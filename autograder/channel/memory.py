"""Large arrays by memory file: written once, sealed, mapped privately by whoever receives the descriptor."""

import errno
import mmap
import os


def sealed_file(data: memoryview) -> int:
    """A descriptor of an unnamed file that holds `data` and can never change again."""
    import fcntl

    descriptor = os.memfd_create("array", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        written = 0
        while written < len(data):
            written += os.write(descriptor, data[written:])
        fcntl.fcntl(
            descriptor,
            fcntl.F_ADD_SEALS,
            fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL,
        )
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def private_map(descriptor: int, length: int) -> mmap.mmap | bytearray:
    """The first `length` bytes of a memory file: writable here, unseen by anybody else.

    A map holds a descriptor for as long as it lives; where none is left, the bytes are copied.
    """
    try:
        return mmap.mmap(descriptor, length, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    except OSError as error:
        if error.errno != errno.EMFILE:
            raise
    content = bytearray(length)
    view, read = memoryview(content), 0
    while read < length:
        read += os.preadv(descriptor, [view[read:]], read)
    return content
