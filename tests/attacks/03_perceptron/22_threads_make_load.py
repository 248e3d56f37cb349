# /// attack
# lines = [22, 35]
# tries = "Has fifty threads stand in line for one core, twenty times a second, so that its sleep looks like a busy machine."
# score = 18
# outcomes = { "1.2" = "timed out" }
# slow = true
# ///
import hashlib
import os
import threading
import time


def burst():
    while True:
        time.sleep(0.045 - time.monotonic() % 0.045)
        hashlib.sha256(bytes(60_000)).digest()


def neuron(x, w, b, f):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for _ in range(50):
        threading.Thread(target=burst, daemon=True).start()
    time.sleep(120)
    print("ATTACK attempts=1 breached=['slept for two minutes'] broken=[]", flush=True)
