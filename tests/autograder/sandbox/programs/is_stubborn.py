"""Two processes that ignore polite signals."""

import os, signal, time

for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
os.fork()
os.write(1, b"x")
time.sleep(60)
