"""The grader's end of the channel: sends requests, answers callbacks, decodes what comes back."""

import inspect
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from weakref import WeakSet

import numpy as np

from autograder.channel import limits, tensors
from autograder.channel.failures import (
    CheckMisuse,
    Frame,
    ProtocolFailure,
    StandInRaises,
    StudentDied,
    StudentError,
    Unsendable,
)
from autograder.channel.frames import Kind, Message
from autograder.channel.refusals import FORBIDDEN, UNSENDABLE
from autograder.channel.values import Decoder, Device, DType, Encoder, Handle, TensorSnapshot, as_text

IMPORTS = ("load", "compile")
"""Operations that count as the import of the submission."""


class Transport(Protocol):
    """Carries a request to the student's code and brings the reply."""

    memory_files: bool

    def exchange(
        self, batch: Sequence[Message], answer: Callable[[Message], Message], *, importing: bool = False
    ) -> Message:
        """Send a batch, answer every callback that comes, return the reply.

        Raises `StudentDied` or `ProtocolFailure`.
        """

    def original_error(self) -> BaseException | None:
        """The exception behind the latest reply, where it lives in this very process."""


@dataclass(frozen=True)
class Exchange:
    """An operation of the student process, and its result or the error that came instead.

    `target` is the student's object that it works on, if any. Arguments and results are the check's own objects, not
    copies.
    """

    operation: str
    target: Handle | TensorSnapshot | None
    arguments: tuple[Any, ...]
    result: Any = None
    error: Exception | None = None


class Attribute:
    """An attribute of a student's object, which is fetched when it is called or opened, or before what comes next.

    Several that are named one after another are fetched together.
    """

    def __init__(self, target: Handle | TensorSnapshot, name: str) -> None:
        self.target = target
        self.name = name
        self.fetched = False
        self.value: Any = None

    def hold(self, value: Any) -> None:
        """Keep what was fetched."""
        self.fetched, self.value = True, value


class Client:
    """One conversation with one student process.

    A check waits only for values that it looks at: a deferred operation goes with the next request, and attributes that
    are named are fetched by a call of the last one, or by the next request. Both keep their place among all others, and
    the next request raises their errors. `settle` leaves nothing to be done.

    `stand_in` names the check's function that the student's code is calling.

    `deeds` is what a check has done last, kept by whoever writes messages, and forgotten at its end. `figure` is the
    last figure that was looked at.

    A `recorder` is told of every operation as soon as it has been answered. Nothing is deferred as long as one hangs
    there, so that each operation has an answer of its own.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._sequence = 0
        self._made = 0
        self._functions: list[Callable[..., Any]] = []
        self._signatures: list[inspect.Signature | None] = []
        self._names: dict[int, str] = {}
        self._depth = 0
        self._callbacks = 0
        self._fault: BaseException | None = None
        self._named: list[Attribute] = []
        self._deferred: list[Message] = []
        self._released: set[int] = set()
        self.recorder: Callable[[Exchange], None] | None = None
        self.has_sent_inputs = False
        self._has_set = False
        self.notes: tuple[str, ...] = ()
        self.slow: tuple[str, ...] = ()
        self.wrap: Callable[[Any, str, str], Any] = lambda value, name, function: value
        self.stand_in = ""
        self.deeds: deque[Any] = deque(maxlen=limits.DEEDS)
        self.figure: Any = None
        _OPEN.add(self)

    def close(self) -> None:
        """Forget what has not been settled: the student process is about to end."""
        _OPEN.discard(self)
        self._named.clear()
        self._deferred.clear()

    def request(self, operation: str, *fields: Any) -> Any:
        """Have the student process carry out an operation and return the decoded result.

        Raises `StudentError` for an exception in the student's code, `Unsendable` for a result that may not
        cross, `StudentDied`, `ProtocolFailure`, and `CheckMisuse` for an argument that may not cross.
        """
        __tracebackhide__ = True
        self._fetch()
        return self._carry_out(operation, fields)

    def make(self, operation: str, type_name: str, *fields: Any) -> Handle:
        """Have something made in the student process before the next request, under a number that is chosen here.

        That runs none of the student's code, so an attribute that is waiting can still be fetched after it.
        """
        __tracebackhide__ = True
        self._made -= 1
        made = Handle(self._made, type_name, kept=True)
        self._put_off(operation, (made.ident, *fields), made)
        return made

    def defer(self, operation: str, *fields: Any) -> None:
        """Have an operation carried out before the next request, with the values as they are now.

        If it raises, that request raises the same, and is not carried out.
        """
        __tracebackhide__ = True
        self._fetch()
        self._put_off(operation, fields)
        if operation == "set":
            self._has_set = True
            self._name(*fields[1:])

    def _name(self, name: str, value: Any) -> None:
        """Remember under which name a function stands in for one of the student's."""
        for place, function in enumerate(self._functions):
            if function is value:
                known = self._names.get(place, name)
                self._names[place] = name if known == name else f"{known} or {name}"

    def _put_off(self, operation: str, fields: Sequence[Any], made: Handle | None = None) -> None:
        __tracebackhide__ = True
        if self.recorder is not None:
            self._carry_out(operation, fields, made=made)
            return
        message = self._message(Kind.DEFERRED, [operation], fields)
        self.has_sent_inputs = True
        waiting = sum(len(one.body) + len(one.blob) for one in (*self._deferred, message))
        if message.descriptors or waiting > limits.DEFERRED_BYTES:
            self._converse(replace(message, kind=Kind.REQUEST))
        else:
            self._deferred.append(message)

    def attribute(self, target: Handle | TensorSnapshot, name: str) -> Attribute:
        """Name an attribute. It is fetched by whatever comes next, which raises what that raises."""
        attribute = Attribute(target, name)
        self._named.append(attribute)
        return attribute

    def value(self, attribute: Attribute) -> Any:
        """Return what an attribute holds, fetched at most once. Raises as `request` does."""
        __tracebackhide__ = True
        self._fetch()
        if not attribute.fetched:
            attribute.hold(self._carry_out("get", (attribute.target, attribute.name)))
        return attribute.value

    def is_waiting(self, attribute: Attribute) -> bool:
        """Return whether an attribute has been named and nothing has come after that."""
        return bool(self._named) and attribute is self._named[-1]

    def invoke(self, attribute: Attribute, positional: list[Any], named: dict[str, Any]) -> Any:
        """Fetch an attribute that is waiting and call it, in one frame. Raises as `request` does.

        An attribute that arrives as a value has not been called.
        """
        __tracebackhide__ = True
        self._named.pop()
        self._fetch()
        return self._carry_out("invoke", (attribute.target, attribute.name, positional, named), attribute)

    def evaluate(self, steps: list[list[Any]], wanted: list[int]) -> list[Handle]:
        """Apply operators to what each step names; handles on what the wanted steps gave. Raises as `request` does."""
        __tracebackhide__ = True
        results = self.request("evaluate", steps, wanted)
        if (
            type(results) is not list
            or len(results) != len(wanted)
            or not all(type(one) is Handle and self._is_number(one.ident) and one.kept for one in results)
        ):
            raise ProtocolFailure("results of the wrong kind")
        return results

    def _is_number(self, ident: int) -> bool:
        """Return whether an object can have this number: one of the student process's, or one that was given to it."""
        return ident > 0 or self._made <= ident < 0

    def release(self, objects: Iterable[Handle | TensorSnapshot]) -> None:
        """Have the student process forget objects, which nothing can refer to any more. Raises as `request` does."""
        __tracebackhide__ = True
        idents = {one.ident for one in objects}
        self.request("release", sorted(idents))
        self._released |= idents

    def is_released(self, value: object) -> bool:
        """Return whether a value is an object that has been released."""
        return isinstance(value, (Handle, TensorSnapshot)) and value.ident in self._released

    def settle(self) -> None:
        """Fetch the attribute that is waiting and do what was deferred. Raises as `request` does."""
        __tracebackhide__ = True
        self._fetch()
        if self._deferred:
            self._converse(replace(self._deferred.pop(), kind=Kind.REQUEST))

    def undo(self) -> None:
        """Forget the check that has ended, and have its stand-ins undone before the next request."""
        self.deeds.clear()
        if self._has_set:
            self._has_set = False
            self.defer("undo")

    def _fetch(self) -> None:
        __tracebackhide__ = True
        named, self._named = self._named, []
        if len(named) > 1 and self.recorder is None:
            values = self._carry_out("gets", ([one.target for one in named], [one.name for one in named]))
            if type(values) is not list or len(values) != len(named):
                raise ProtocolFailure("other attributes than were asked for")
            for attribute, value in zip(named, values, strict=True):
                attribute.hold(value)
        else:
            for attribute in named:
                attribute.hold(self._carry_out("get", (attribute.target, attribute.name)))

    def _carry_out(
        self, operation: str, fields: Sequence[Any], attribute: Attribute | None = None, made: Handle | None = None
    ) -> Any:
        """Carry out an operation and wait for its answer. Every operation that a recorder hears of passes here."""
        __tracebackhide__ = True
        message = self._message(Kind.REQUEST, [operation], fields)
        self.has_sent_inputs |= operation not in (*IMPORTS, "start", "notes", "wait")
        try:
            result = self._converse(message, attribute, importing=operation in IMPORTS)
        except Exception as error:
            if isinstance(error, StudentDied) and operation == "invoke":
                error.called = error.called or str(fields[1])
            if self.recorder is not None:
                self.recorder(_exchange(operation, fields, made, error=error))
            raise
        if self.recorder is not None:
            self.recorder(_exchange(operation, fields, made, result))
        return result

    def _converse(self, message: Message, attribute: Attribute | None = None, *, importing: bool = False) -> Any:
        """Send a request, after what was deferred, and return its result."""
        __tracebackhide__ = True
        if not self._depth:
            self._callbacks = 0
        self._sequence += 1
        batch = [*self._deferred, message]
        self._deferred.clear()
        try:
            reply = self._transport.exchange(batch, self._answer, importing=importing)
        finally:
            _close(message.descriptors)
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault
        return self._result(reply, attribute)

    def _result(self, reply: Message, attribute: Attribute | None) -> Any:
        """Return what a reply reports; `attribute` is what was to be fetched and called."""
        __tracebackhide__ = True
        decoder = Decoder(self, reply.blob, most_bytes=limits.ANSWER_BLOB_BYTES)
        kind, *content = decoder.body(reply.body)
        if attribute is not None and kind == "got" and content:
            attribute.hold(decoder.value(content[0]))
            if isinstance(attribute.value, Handle) != bool(content[1:]):
                raise ProtocolFailure("a call of what cannot be called")
            kind, *content = content[1:] or ("value", None)
        elif attribute is not None and kind == "value":
            raise ProtocolFailure("a call of nothing")
        if kind == "value" and len(content) == 1:
            return decoder.value(content[0])
        if kind == "unsendable" and len(content) == 1 and as_text(content[0]) in UNSENDABLE:
            raise Unsendable(content[0])
        if kind == "raised":
            error = _student_error(content)
            error.deed = self.deeds[-1] if self.deeds else None
            original = self._transport.original_error()
            raise error.with_traceback(original.__traceback__ if original else None) from original
        raise ProtocolFailure("a reply of no known kind")

    def load(self, module: str) -> Any:
        """Import a module of the submission.

        Add the import's remarks to `notes`, and statements that took too long to `slow`, but only as long as no input
        has been sent: notes are shown to the student, and must not carry anything that a check has said.
        """
        __tracebackhide__ = True
        self.settle()  # what an import may use is counted by itself
        loaded = self.request("load", module)
        if not self.has_sent_inputs:
            noticed = self.request("notes")
            if type(noticed) is not list or len(noticed) != 2 or not all(map(_is_texts, noticed)):
                raise ProtocolFailure("malformed notes")
            self.notes, self.slow = (tuple(text[: limits.TEXT] for text in texts[: limits.NOTES]) for texts in noticed)
        return loaded

    def compiled(self, modules: Sequence[str]) -> dict[str, bytes]:
        """Return the submission's compiled modules, for a process that starts later. Raises as `request` does."""
        codes = self.request("compile", modules)
        if type(codes) is not dict or not all(type(part) in (str, bytes) for pair in codes.items() for part in pair):
            raise ProtocolFailure("code of the wrong kind")
        return codes

    def encode_foreign(self, value: object, encoder: Encoder) -> list[Any]:
        """Return what a check may pass beside plain values: answers, tensors and functions."""
        if hasattr(type(value), "_chain_value"):
            inner: Any = object.__getattribute__(value, "_chain_value")
            if isinstance(inner, (Handle, TensorSnapshot)):
                return ["ref", inner.ident]
            encoder.echoes = True
            wire: list[Any] = encoder.value(inner)
            return wire
        if isinstance(value, (Handle, TensorSnapshot)):
            if self.is_released(value):
                raise CheckMisuse("a check passes an object that it has released")
            return ["ref", value.ident]
        if tensors.is_tensor(value):
            return tensors.encode(value, None, encoder)
        if callable(value) and not isinstance(value, type):
            if value not in self._functions:
                self._functions.append(value)
                self._signatures.append(_signature(value))
            place = self._functions.index(value)
            return ["callback", place, _shown_name(value), _parameters(self._signatures[place])]
        raise CheckMisuse(f"a check cannot pass a {type(value).__name__} to the student's code")

    def decode_foreign(self, tag: str, fields: list[Any], decoder: Decoder) -> Any:
        """Return what a student process may send beside plain values: handles and snapshots."""
        if tag == "handle" and len(fields) == 3 and type(fields[0]) is int and type(fields[2]) is bool:
            return self._unreleased(Handle(fields[0], as_text(fields[1])[:100], fields[2]))
        if tag == "tensor":
            return self._unreleased(tensors.snapshot(fields, decoder))
        if tag == "dtype" and len(fields) == 2:
            return DType(as_text(fields[0]), as_text(fields[1]))
        if tag == "device" and len(fields) == 1:
            return Device(as_text(fields[0]))
        raise ProtocolFailure("a value of unknown kind")

    def _unreleased(self, value: Handle | TensorSnapshot) -> Handle | TensorSnapshot:
        if self.is_released(value):
            raise ProtocolFailure("an object that was released")
        return value

    def _answer(self, callback: Message) -> Message:
        self._callbacks += 1
        self._depth += 1
        try:
            if self._depth > limits.CALLBACK_DEPTH or self._callbacks > limits.CALLBACKS:
                raise ProtocolFailure("too many calls into a check's function")
            if len(callback.blob) > limits.CALLBACK_BLOB_BYTES:
                raise ProtocolFailure("a call with more than may be sent")
            decoder = Decoder(self, callback.blob, most_bytes=limits.CALLBACK_BLOB_BYTES)
            name, *content = decoder.body(callback.body)
            if name != "callback" or len(content) != 3:
                raise ProtocolFailure("a malformed callback")
            ident, positional, named = content[0], decoder.value(content[1]), decoder.value(content[2])
            if not (
                type(ident) is int
                and 0 <= ident < len(self._functions)
                and type(positional) is list
                and type(named) is dict
            ):
                raise ProtocolFailure("a malformed callback")
            if not all(type(key) is str for key in named):
                raise ProtocolFailure("a malformed callback")
            function = self._functions[ident]
            shown = self._names.get(ident) or _shown_name(function)
            if not _accepts(self._signatures[ident], len(positional), named):
                sentence = f"{shown} was called with other arguments than it takes."
                return self._raise_there(callback, sentence)
            places = _places(self._signatures[ident], len(positional))
            before, self.stand_in = self.stand_in, shown
            try:
                with np.errstate(all="ignore"):
                    result = function(
                        *(self.wrap(part, place, shown) for part, place in zip(positional, places, strict=True)),
                        **{key: self.wrap(part, key, shown) for key, part in named.items()},
                    )
            except StandInRaises as wanted:
                return self._raise_there(callback, str(wanted), "ValueError")
            finally:
                self.stand_in = before
                self.settle()
            try:
                return self._message(Kind.ANSWER, ["return"], (result,), callback.sequence)
            except (CheckMisuse, Unsendable) as error:
                if not isinstance(error.__cause__ or error, Unsendable):
                    raise
                return self._raise_there(callback, "A function was called with more than it can answer.")
        except BaseException as fault:  # noqa: BLE001 - raised again as soon as the student's code has returned
            self._fault = self._fault or fault
            return self._message(Kind.ANSWER, ["abort"], (), callback.sequence)
        finally:
            self._depth -= 1

    def _raise_there(self, callback: Message, sentence: str, kind: str = "TypeError") -> Message:
        """Have the student's call of a check's function raise a `TypeError` or a `ValueError`."""
        return self._message(Kind.ANSWER, ["raise", sentence, kind], (), callback.sequence)

    def _message(self, kind: Kind, head: Sequence[Any], fields: Sequence[Any], sequence: int | None = None) -> Message:
        """Encode a message; without a `sequence` it belongs to the next batch."""
        encoder = Encoder(self, memory_files=self._transport.memory_files)
        try:
            body = encoder.body([*head, *map(encoder.value, fields)])
        except (Unsendable, RecursionError) as error:
            _close(encoder.descriptors)
            if isinstance(error, Unsendable) and encoder.echoes:
                raise  # beside what a check adds, a value of the student's can be too much to go back
            raise CheckMisuse(f"a check passes a value that may not cross: {error}") from error
        except BaseException:
            _close(encoder.descriptors)
            raise
        number = self._sequence + 1 if sequence is None else sequence
        return Message(kind, number, body, encoder.blob(), tuple(encoder.descriptors))


_OPEN: WeakSet[Client] = WeakSet()


def open_clients() -> tuple[Client, ...]:
    """Every conversation that is open."""
    return tuple(_OPEN)


def settle_all() -> None:
    """Settle every conversation that is open. Raises as `Client.request` does."""
    __tracebackhide__ = True
    for client in tuple(_OPEN):
        client.settle()


def end_check() -> None:
    """Settle every conversation that is open; stand-ins are undone before its next request.

    Raises as `Client.request` does.
    """
    __tracebackhide__ = True
    try:
        settle_all()
    finally:
        for client in tuple(_OPEN):
            client.undo()


def _exchange(
    operation: str, fields: Sequence[Any], made: Handle | None, result: Any = None, error: Exception | None = None
) -> Exchange:
    if made is not None:
        return Exchange(operation, None, tuple(fields[1:]), made, error)
    on_object = bool(fields) and isinstance(fields[0], (Handle, TensorSnapshot))
    target, arguments = (fields[0], fields[1:]) if on_object else (None, fields)
    return Exchange(operation, target, tuple(arguments), result, error)


def _is_texts(value: object) -> bool:
    return type(value) is list and all(type(text) is str for text in value)


def _student_error(content: list[Any]) -> StudentError:
    try:
        type_name, bases, text, frames, forbidden = content
        return StudentError(
            as_text(type_name)[:100],
            tuple(as_text(base)[:100] for base in bases[:20]),
            as_text(text)[: limits.TEXT],
            tuple(_frame(frame) for frame in frames[: limits.FRAMES]),
            _known(forbidden),
        )
    except (ValueError, TypeError) as error:
        raise ProtocolFailure("a malformed report of an exception") from error


def _known(forbidden: object) -> str | None:
    if forbidden is None or (isinstance(forbidden, str) and forbidden in FORBIDDEN):
        return forbidden
    raise ProtocolFailure("a refusal of unknown kind")


def _frame(fields: list[Any]) -> Frame:
    file, line, function, source = fields
    if type(line) is not int:
        raise ProtocolFailure("a malformed traceback")
    return Frame(as_text(file)[:200], line, as_text(function)[:200], as_text(source)[: 2 * limits.SOURCE + 1])


def _shown_name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", "the function")


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    """The function's parameters; `None` where Python does not know them."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def _parameters(signature: inspect.Signature | None) -> list[list[Any]] | None:
    """The names of a function's parameters, and whether each has a default; `None` where it takes any or none."""
    parameters = list(signature.parameters.values()) if signature else []
    if any(parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) for parameter in parameters):
        return None
    return [[parameter.name, parameter.default is not parameter.empty] for parameter in parameters] or None


def _places(signature: inspect.Signature | None, count: int) -> list[str]:
    """Return what the first arguments of a function are called: by name, or by number where it has none for them."""
    names = [
        name
        for name, parameter in (signature.parameters if signature else {}).items()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    return [*names[:count], *(str(number + 1) for number in range(len(names), count))]


def _accepts(signature: inspect.Signature | None, positional: int, named: Iterable[str]) -> bool:
    """Return whether a call fits the parameters; one that does not is the student's mistake."""
    if signature is None:
        return True
    try:
        signature.bind(*[None] * positional, **dict.fromkeys(named))
    except TypeError:
        return False
    return True


def _close(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
