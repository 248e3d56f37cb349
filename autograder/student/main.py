"""The student process: enter the sandbox, then answer requests until the grader hangs up.

Everything that this module needs is imported before the sandbox closes, and nothing of it is secret. On SIGUSR1 the
process prints where its threads are.
"""

import array
import faulthandler
import os
import signal
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from autograder.channel.frames import MAX_DESCRIPTORS, Kind, Message, Parser, pack
from autograder.channel.values import Decoder, Encoder
from autograder.sandbox.enter import enter
from autograder.sandbox.plan import Plan
from autograder.student import audit, compiled, jupyter, state, statements
from autograder.student.modules import SubmissionFinder
from autograder.student.objects import Objects
from autograder.student.packages import hide_packages_but
from autograder.student.server import Server

_CONTROL_BYTES = socket.CMSG_SPACE(MAX_DESCRIPTORS * array.array("i").itemsize)


@dataclass(frozen=True)
class Start:
    """The grader's first message to a student process.

    `slow` and `codes` are what an earlier process of the same submission has found out about it.
    """

    plan: dict[str, Any]
    modules: tuple[str, ...]
    imports: tuple[str, ...]
    top_levels: tuple[str, ...]
    seed: int
    import_seconds: float
    slow: tuple[str, ...]
    codes: dict[str, bytes]


class Stream:
    """The student's end of the channel: a blocking socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._parser = Parser(takes_descriptors=True)
        self._turn = threading.RLock()

    def receive(self) -> list[Message]:
        """The next batch, or an answer; ends the process where the grader has hung up."""
        batch = [self._next()]
        while batch[-1].kind is Kind.DEFERRED:
            batch.append(self._next())
        return batch

    def _next(self) -> Message:
        while (message := self._parser.next()) is None:
            count, control, _, _ = self._connection.recvmsg_into([self._parser.space()], _CONTROL_BYTES)
            if not count:
                os._exit(0)
            for _, _, data in control:
                self._parser.descriptors += array.array("i", data)
            self._parser.filled(count)
        return message

    def send(self, message: Message) -> None:
        """Send a frame; ends the process where the grader has hung up."""
        try:
            for part in pack([message]):
                self._connection.sendall(part)
        except OSError:
            os._exit(0)

    def serve(self, server: Server) -> NoReturn:
        """Answer requests for ever."""
        while True:
            self._answer(server, self.receive())

    def call_back(self, server: Server, callback: Message) -> Message:
        """Send a callback; carry out what the check's function asks for; return its answer.

        Threads of the student's take turns.
        """
        with self._turn:
            self.send(callback)
            while (batch := self.receive())[-1].kind is not Kind.ANSWER:
                self._answer(server, batch)
            return batch[-1]

    def _answer(self, server: Server, batch: Sequence[Message]) -> None:
        reply = server.handle(batch)
        for message in batch:
            for descriptor in message.descriptors:
                os.close(descriptor)
        self.send(reply)


def run(channel: int, ruleset: int | None) -> NoReturn:
    """Be a student process on this channel until the grader hangs up; `ruleset` is what `prepare` has returned."""
    stream = Stream(socket.socket(fileno=channel))
    objects = Objects(_no_callbacks)
    (request,) = stream.receive()
    start = Start(**Decoder(objects, request.blob).value(Decoder(objects).body(request.body)[1]))
    plan = Plan(**start.plan)
    layers = enter(plan, ruleset, keep={0, 1, 2, channel})
    faulthandler.register(signal.SIGUSR1, file=2)
    state.reset(start.seed)
    compiled.use(start.codes)
    statements.limit(start.import_seconds, start.slow)
    audit.watch()
    hide_packages_but(start.top_levels)
    jupyter.provide()
    finder = SubmissionFinder(Path(plan.work), start.modules, frozenset(start.top_levels), shown=start.imports)
    finder.install()
    server = Server(Path(plan.work), lambda callback: stream.call_back(server, callback))
    encoder = Encoder(objects)
    body = encoder.body(["value", encoder.value(list(layers))])
    stream.send(Message(Kind.REPLY, request.sequence, body, encoder.blob()))
    stream.serve(server)


def _no_callbacks(ident: int) -> Any:
    raise RuntimeError("no function can be passed before the sandbox is entered")
