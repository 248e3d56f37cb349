# /// attack
# lines = [15]
# tries = "Answers with the number of another request, with another kind of frame, and announces descriptors."
# score = 9
# outcomes = { "1.1" = "protocol failure", "1.2" = "protocol failure", "2.2" = "protocol failure" }
# ///
import sys

_server = sys.modules["autograder.student.server"]
_frames = sys.modules["autograder.channel.frames"]
_reply, _wrong = _server.Server._reply, {}


def _other(self, sequence, content, encoder=None):
    message = _reply(self, sequence, content, encoder)
    changes, _wrong["next"] = _wrong.get("next", {}), {}
    return _frames.Message(**{**message.__dict__, **changes})


_server.Server._reply = _other


def step(z):
    _wrong["next"] = {"sequence": 2**31}
    return 1


def neuron(x, w, b, f):
    _wrong["next"] = {"kind": _frames.Kind.REQUEST}
    return 9.0


def _update(self, x, target):
    _wrong["next"] = {"descriptors": (1, 2)}
    return True


Perceptron.update = _update
Perceptron.predict = lambda self, X: np.where(self.weights @ X + self.bias >= 0, 1, 0)
