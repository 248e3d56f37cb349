# /// attack
# lines = [25]
# tries = "Writes to standard error without end, from a thread, while the function answers."
# score = 18
# outcomes = { "1.2" = "forbidden" }
# says = "printing more than"
# ///
import os
import threading
import time


def _flood():
    while True:
        os.write(2, b"\xff" * 65536)


def neuron(x, w, b, f):
    threading.Thread(target=_flood, daemon=True).start()
    time.sleep(5)
    return f(w @ x + b)
