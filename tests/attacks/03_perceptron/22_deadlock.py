# /// attack
# lines = [22]
# tries = "Waits for a lock that it holds itself, with threads that wait for one another."
# score = 18
# slow = true
# outcomes = { "1.2" = "timed out" }
# ///
import threading


def neuron(x, w, b, f):
    lock = threading.Lock()
    lock.acquire()
    threads = [threading.Thread(target=lock.acquire, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    lock.acquire()
