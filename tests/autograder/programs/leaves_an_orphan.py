"""End while a grandchild that uses memory and computing time still runs."""

import os, time

if os.fork() == 0:
    if os.fork() == 0:
        memory = b"x" * 60_000_000
        while time.process_time() < 0.5:
            pass
    os._exit(0)
os.wait()
time.sleep(1)
