# /// attack
# lines = [11]
# tries = "Leaves a thread that waits for its result to appear, and handlers that run at the exit of the process."
# score = 20
# ///
import atexit
import os
import threading
import time


def _forge():
    path = f"{OUTPUT}/results/11_thread_that_waits.json"
    while True:
        try:
            with open(path, "r+") as file:
                file.write('{"score": 99}')
        except OSError:
            time.sleep(0.01)


threading.Thread(target=_forge, daemon=True).start()
atexit.register(_forge)
os.register_at_fork(before=_forge)
