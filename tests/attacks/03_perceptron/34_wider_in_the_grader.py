# /// attack
# lines = [34]
# tries = "Answers with bools beside one complex number, with more than may be sent, and with frames that say so."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer", "3.1" = "protocol failure", "3.3" = "wrong answer" }
# ///
import sys

_server = sys.modules["autograder.student.server"]
_frames = sys.modules["autograder.channel.frames"]
_reply, _forged_blob = _server.Server._reply, []


def _forged(self, sequence, content, encoder=None):
    if _forged_blob:
        body = b"\x92\xa5value\x94\xa5array\xa4bool\x91\xce\x04\x00\x00\x00\x00"  # 64 MiB of bools
        return _frames.Message(_frames.Kind.REPLY, sequence, body, _forged_blob.pop())
    return _reply(self, sequence, content, encoder)


_server.Server._reply = _forged


def step(z):
    return [np.zeros(2**20, dtype=bool)] * 15 + [np.zeros(2**20, dtype=complex)]


def neuron(x, w, b, f):
    return np.zeros(2**25 + 1, dtype=bool)


def boundary(weights, bias, x1):
    _forged_blob[:] = [bytes(2**26)]


def mistakes_on_xor(epochs):
    return np.zeros((0, 2**28), dtype=bool)
