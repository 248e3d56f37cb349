# /// attack
# lines = [23, 37]
# tries = "Shares more memory than it may use with nobody, in one piece."
# score = 18
# outcomes = { "1.2" = "out of memory" }
# ///
import mmap
import time


def neuron(x, w, b, f):
    kept = mmap.mmap(-1, 1200 * 2**20)
    for page in range(0, len(kept), 4096):
        kept[page] = 1
    time.sleep(1)
    print("ATTACK attempts=1 breached=['1200 MiB shared'] broken=[]", flush=True)
