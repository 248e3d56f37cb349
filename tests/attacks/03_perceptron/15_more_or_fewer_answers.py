# /// attack
# lines = [15]
# tries = "Answers fewer operations than were asked, and more: none, two results for one, each of a batch by itself."
# score = 13
# outcomes = { "1.1" = "protocol failure", "1.2" = "protocol failure", "2.2" = "protocol failure" }
# ///
import sys

_main, _server = sys.modules["autograder.student.main"], sys.modules["autograder.student.server"]
_reply, _answer, _change = _server.Server._reply, _main.Stream._answer, []


def _changed(self, sequence, content, encoder=None):
    return _reply(self, sequence, _change.pop()(content) if _change else content, encoder)


def _each(self, server, batch):
    if b"update" in batch[-1].body:
        for message in batch[:-1]:
            self.send(_reply(server, message.sequence, ["value", None]))
    _answer(self, server, batch)


_server.Server._reply, _main.Stream._answer = _changed, _each


def step(z):
    _change.append(lambda content: content[:-1])
    return np.where(z >= 0, 1, 0)


def neuron(x, w, b, f):
    _change.append(lambda content: [*content, content[-1]])
    return f(w @ x + b)


Perceptron.predict = lambda self, X: np.where(self.weights @ X + self.bias >= 0, 1, 0)
