"""Answers the grader's requests with the student's code. Runs where the submission runs."""

import importlib
import os
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.channel import limits
from autograder.channel.failures import Unsendable
from autograder.channel.frames import Kind, Message
from autograder.channel.operators import FUNCTIONS
from autograder.channel.values import Decoder, Encoder
from autograder.student import handed_in, statements
from autograder.student.compiled import compile_all
from autograder.student.figures import snapshot
from autograder.student.modules import load_module
from autograder.student.objects import Objects
from autograder.student.programs import run_program
from autograder.student.raised import describe
from autograder.student.stand_ins import StandIns


class CheckAborted(BaseException):
    """The check's own function failed while the student's code was calling it."""


@dataclass
class Server:
    """Holds the student's objects and carries out one batch at a time.

    `call_back` sends a callback frame to the grader and returns the grader's answer. `pass_through` names
    exceptions that are not the student's and are raised, not reported. `last_error` is the exception that
    the latest reply reports.
    """

    folder: Path
    call_back: Callable[[Message], Message]
    pass_through: tuple[type[BaseException], ...] = ()
    last_error: BaseException | None = None
    notes: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._objects = Objects(self._callback)
        self._stand_ins = StandIns()
        self._operations: Mapping[str, Callable[..., Any]] = {
            "load": self._load,
            "compile": lambda names: compile_all(names, self.folder),
            "notes": lambda: [self.notes, self.slow],
            "wait": lambda: None,
            "get": getattr,
            "gets": lambda targets, names: list(map(getattr, targets, names)),
            "set": self._stand_ins.put,
            "undo": self._stand_ins.undo,
            "call": lambda target, positional, named: target(*positional, **named),
            "len": len,
            "item": lambda target, key: target[key],
            "setitem": lambda target, key, value: target.__setitem__(key, value),
            "value": lambda target: target,
            "figure": snapshot,
            "program": lambda name, arguments: run_program(name, self.folder, arguments),
            "read": lambda name: Path(name).read_bytes(),
            "write": lambda name, content: Path(name).write_bytes(content),
            **handed_in.OPERATIONS,
            "release": self._objects.release,
            "on_device": self._on_device,
            "off_device": self._off_device,
        }
        self._makers: Mapping[str, Callable[..., Any]] = {
            "keep": lambda value: value,
            "rng": np.random.default_rng,
            "generator": _torch_generator,
            "tensor": _torch_tensor,
            "library": importlib.import_module,
        }
        self._sequence = 0
        self._around: Callable[[], AbstractContextManager[object]] = nullcontext

    def handle(self, batch: Sequence[Message]) -> Message:
        """Carry out a batch in its order; report what came of the last, or of the first that failed."""
        *deferred, request = batch
        self._sequence = request.sequence
        self.last_error = None
        got: list[Any] = []
        try:
            for message in deferred:
                self._perform_around(message, [])
            return self._reply(request.sequence, *self._perform_around(request, got))
        except Unsendable as unsendable:
            return self._reply(request.sequence, [*got, "unsendable", unsendable.code])
        except CheckAborted:
            return self._reply(request.sequence, ["aborted"])
        except self.pass_through:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever the student's code raises is reported
            self.last_error = error
            if isinstance(error, MemoryError):
                traceback.clear_frames(error.__traceback__)  # they hold what has filled it, and a report takes some
            return self._reply(request.sequence, [*got, "raised", *describe(error, self.folder)])

    def _perform_around(self, request: Message, got: list[Any]) -> tuple[list[Any], Encoder]:
        with self._around():
            return self._perform(request, got)

    def _perform(self, request: Message, got: list[Any]) -> tuple[list[Any], Encoder]:
        """The content of the reply; `got` receives what it begins with even if the rest fails."""
        decoder = Decoder(self._objects, request.blob, request.descriptors)
        operation, *fields = decoder.body(request.body)
        encoder = self._encoder()
        if operation in self._makers:
            ident, *rest = fields
            self._objects.bind(ident, self._makers[operation](*map(decoder.value, rest)))
            return ["value", None], encoder
        arguments = [decoder.value(item) for item in fields]
        if operation == "invoke":
            return self._invoke(got, *arguments)
        if operation == "evaluate":
            return ["value", ["list", *map(self._kept, evaluated(*arguments))]], encoder
        return ["value", encoder.value(self._operations[operation](*arguments))], encoder

    def _invoke(
        self, got: list[Any], target: Any, name: str, positional: list[Any], named: dict[str, Any]
    ) -> tuple[list[Any], Encoder]:
        """Fetch an attribute and call it; one that crosses as a value is not called."""
        encoder = self._encoder()
        attribute = getattr(target, name)
        wire = encoder.value(attribute)
        if not (isinstance(wire, list) and wire[0] == "handle"):
            return ["got", wire], encoder
        got += ["got", wire]
        encoder = self._encoder()
        return [*got, "value", encoder.value(attribute(*positional, **named))], encoder

    def _on_device(self) -> Any:
        """Choose the device of a check's block; requests of the block are watched if it is the meta device."""
        from autograder.student import devices  # it imports PyTorch

        device = devices.chosen()
        self._around = devices.watched if device.type == "meta" else nullcontext
        return device

    def _off_device(self) -> None:
        self._around = nullcontext

    def _encoder(self) -> Encoder:
        return Encoder(self._objects, most_bytes=limits.ANSWER_BLOB_BYTES)

    def _kept(self, value: Any) -> list[Any]:
        return self._objects.handle(value, kept=True)

    def _reply(self, sequence: int, content: list[Any], encoder: Encoder | None = None) -> Message:
        encoder = encoder or self._encoder()
        return Message(Kind.REPLY, sequence, encoder.body(content), encoder.blob())

    def _load(self, name: str) -> Any:
        with statements.timed():
            loaded = load_module(name, self.folder)
        self.notes.extend(loaded.notes)
        self.slow.extend(loaded.slow)
        return loaded.module

    def _callback(self, ident: int) -> Callable[..., Any]:
        def function(*positional: Any, **named: Any) -> Any:
            sequence = self._sequence
            encoder = Encoder(self._objects, most_bytes=limits.CALLBACK_BLOB_BYTES)
            try:
                content = ["callback", ident, encoder.value(list(positional)), encoder.value(named)]
            except Unsendable as unsendable:
                raise TypeError(f"A function was called with a value that it cannot take: {unsendable}.") from None
            answer = self.call_back(Message(Kind.CALLBACK, sequence, encoder.body(content), encoder.blob()))
            self._sequence = sequence
            try:
                decoder = Decoder(self._objects, answer.blob, answer.descriptors)
                outcome, *fields = decoder.body(answer.body)
                if outcome == "raise":
                    sentence, kind = fields
                    raise (ValueError if kind == "ValueError" else TypeError)(sentence)
                if outcome != "return":
                    raise CheckAborted
                return decoder.value(fields[0])
            finally:
                for descriptor in answer.descriptors:
                    os.close(descriptor)

        return function


def evaluated(steps: list[Any], wanted: list[int]) -> list[Any]:
    """Return what the wanted steps give.

    Each step is the name of an operator and its operands: `[True, n]` for what step n gave, `[False, value]` otherwise.
    """
    results: list[Any] = []
    for name, *operands in steps:
        results.append(FUNCTIONS[name](*(results[what] if earlier else what for earlier, what in operands)))
    return [results[step] for step in wanted]


def _torch_generator(seed: int) -> Any:
    import torch

    return torch.Generator().manual_seed(seed)


def _torch_tensor(values: Any, dtype: str, requires_grad: bool) -> Any:
    import torch

    return torch.tensor(values, dtype=getattr(torch, dtype), requires_grad=requires_grad)
