# /// attack
# lines = [27, 15]
# tries = "Declares a body of 4 GiB and numbers of 2**60 bytes."
# score = 18
# outcomes = { "1.2" = "protocol failure" }
# says = "declares more bytes than may be sent"
# ///
import os
import stat
import struct


def _is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def neuron(x, w, b, f):
    channel = next(n for n in range(3, 256) if _is_socket(n))
    os.write(channel, struct.pack("!4sBBIIQ", b"CHR1", 2, 0, 1, 2**32 - 1, 2**60) + b"x" * 1000)
