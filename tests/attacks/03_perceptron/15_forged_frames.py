# /// attack
# lines = [15]
# tries = "Writes a whole reply of its own on the channel before the real one, for the request at hand."
# score = 18
# outcomes = { "1.2" = "protocol failure" }
# ///
import os
import struct


def _channel():
    import stat

    return next(n for n in range(3, 256) if _is_socket(n, stat.S_IFSOCK))


def _is_socket(number, kind):
    try:
        return os.fstat(number).st_mode & 0o170000 == kind
    except OSError:
        return False


def _sequence():
    import sys

    frame = sys._getframe()
    while frame:
        server = frame.f_locals.get("self")
        if type(server).__name__ == "Server":
            return server._sequence
        frame = frame.f_back


def neuron(x, w, b, f):
    body = b"\x92\xa5value\xcb" + struct.pack("!d", 9.0)
    os.write(_channel(), struct.pack("!4sBBIIQ", b"CHR1", 2, 0, _sequence(), len(body), 0) + body)
    return 9.0
