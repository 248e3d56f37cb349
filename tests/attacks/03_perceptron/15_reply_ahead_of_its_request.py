# /// attack
# lines = [15]
# tries = "Sends the reply to the next request together with the one before it, so that it is there before the request."
# score = 18
# outcomes = { "1.2" = "protocol failure" }
# ///
import struct
import sys

_main, _frames = sys.modules["autograder.student.main"], sys.modules["autograder.channel.frames"]
_send, _ahead = _main.Stream.send, []


def _two(self, message):
    if not _ahead:
        return _send(self, message)
    _ahead.clear()
    body = b"\x92\xa5value\xcb" + struct.pack("!d", 81.0)
    forged = _frames.Message(_frames.Kind.REPLY, message.sequence + 1, body)
    self._connection.sendall(b"".join(_frames.pack([message, forged])))


_main.Stream.send = _two


def neuron(x, w, b, f):
    _ahead.append(True)
    return f(w @ x + b)
