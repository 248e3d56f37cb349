# /// attack
# lines = [34, 35]
# tries = "Maps sixty thousand pages of shared memory and sleeps: the grader looks at each of them, again and again."
# score = 18
# outcomes = { "1.2" = "out of memory" }
# ///
import mmap
import time


def neuron(x, w, b, f):
    kept = [mmap.mmap(-1, mmap.PAGESIZE) for _ in range(60_000)]
    time.sleep(120)
    print(f"ATTACK attempts=1 breached=['slept over {len(kept)} pieces'] broken=[]", flush=True)
