# /// attack
# lines = [23, 37]
# tries = "Shares memory in pieces that are small enough each, and holds more in all than it may use."
# score = 18
# outcomes = { "1.2" = "out of memory" }
# ///
import mmap
import time


def neuron(x, w, b, f):
    kept = [mmap.mmap(-1, 2**27) for _ in range(7)]
    for piece in kept:
        for page in range(0, len(piece), 4096):
            piece[page] = 1
    time.sleep(1)
    print("ATTACK attempts=1 breached=['896 MiB shared'] broken=[]", flush=True)
