# /// attack
# lines = [15]
# tries = "Replies to the request that a batch ends with while an attribute is set, one of the operations before it."
# score = 11
# outcomes = { "2.1" = "protocol failure", "2.2" = "protocol failure", "2.3" = "protocol failure" }
# ///
import os
import stat
import struct
import sys


def _is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


class Perceptron(Perceptron):
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        frame = sys._getframe(1)
        if name == "bias" and type(frame.f_locals.get("self")).__name__ == "StandIns":
            while type(frame.f_locals.get("self")).__name__ != "Server":
                frame = frame.f_back
            server = frame.f_locals["self"]
            body = b"\x94\xa3got\x94\xa6handle\x01\xa6method\xc2\xa5value\xc3"
            head = struct.pack("!4sBBIIQ", b"CHR1", 2, 0, server._sequence, len(body), 0)
            os.write(next(n for n in range(3, 256) if _is_socket(n)), head + body)
