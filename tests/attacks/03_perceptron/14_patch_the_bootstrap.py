# /// attack
# lines = [14]
# tries = "Patches the engine's end of the channel: every reply becomes None, True, or the argument of the request."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer" }
# ///
import sys

_server = sys.modules["autograder.student.server"]
_values = sys.modules["autograder.channel.values"]
_perform = _server.Server._perform


def _echo(self, request, got):
    """Answers with what the request holds: perhaps the answer is in it."""
    try:
        return _perform(self, request, got)
    except BaseException:
        decoder = _server.Decoder(self._objects, request.blob, request.descriptors)
        operation, *fields = decoder.body(request.body)
        encoder = _server.Encoder(self._objects)
        return [*got, "value", encoder.value(decoder.value(fields[-2]) if len(fields) > 1 else True)], encoder


_server.Server._perform = _echo
