"""Every stand-in of the checks, called with odd values: each answers, or says what is wrong, and nothing else.

A stand-in is a function that a check passes to the student's code. The checks run here on the reference, behind a
client that remembers which functions went over the channel and how the reference has called them. Each is then called
again over the channel, with the arguments of then in other dtypes, sizes and shapes, and with odd values in their
places. A warning counts as an exception, and so does memory that the arguments do not account for.

The functions of `expect` are called with odd values as well.
"""

import contextlib
import copy
import inspect
import io
import math
import random
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import Any
from unittest.mock import patch

import numpy as np

from autograder import expect, plugin
from autograder.channel import limits
from autograder.channel.client import Attribute, Client, Transport
from autograder.channel.failures import CheckMisuse, StudentError, Unsendable
from autograder.channel.frames import Kind, Message
from autograder.channel.values import DTYPES, Decoder, Device, DType, Encoder, Handle, TensorSnapshot
from autograder.checks.answers import Answer, Origin
from autograder.checks.spec import CheckSpec
from autograder.checks.verdicts import verdict_of
from autograder.course.layout import Assignment
from autograder.grading.collection import run_checks
from autograder.outcomes import Outcome
from autograder.proving.garbage import few_images
from autograder.proving.hosts import ReferenceHost

MEMORY_BYTES = 8 * limits.CALLBACK_BLOB_BYTES
"""Bytes that one call may take at a time: some arrays as large as its arguments may be, and their answers."""

LENGTHS = ((0, 1, 2, 3, 5), (1, 3_000), (0, 2**21))
"""Lengths that the axes of arrays get, some at a time."""

SMALL = 10_000
LARGEST = limits.CALLBACK_BLOB_BYTES
"""Bytes of one array."""

FAULTS = (Outcome.GRADER_ERROR, Outcome.PROTOCOL_FAILURE)


@dataclass(frozen=True)
class Foreign:
    """Values that only the two ends of the channel know: a handle, a tensor, a dtype, a device."""

    tag: str
    fields: tuple[Any, ...]


class Wire:
    """The world of a frame that is read and written by nobody's end."""

    def encode_foreign(self, value: object, encoder: Encoder) -> list[Any]:
        """A foreign value as it came."""
        if not isinstance(value, Foreign):
            raise TypeError(f"{value!r} cannot cross")
        return [value.tag, *(encoder.value(part) if isinstance(part, np.ndarray) else part for part in value.fields)]

    def decode_foreign(self, tag: str, fields: list[Any], decoder: Decoder) -> Foreign:
        """A foreign value; the numbers of a tensor are an array."""
        return Foreign(tag, tuple(decoder.value(part) if _is_array(part) else part for part in fields))


def _is_array(wire: Any) -> bool:
    return isinstance(wire, list) and wire[:1] == ["array"]


SENDABLE: Sequence[Any] = (
    *(None, True, "", "relu", "W1", "\ud800", "x" * 5000, b"", b"\x00\xff", 1j, complex(np.nan, np.inf)),
    *(0, 1, -1, 2**31, 2**63 - 1, -(2**63), 2**63, 2**64, 10**400, -(10**400), 10**1200),
    *(0.0, -0.0, 0.5, 5e-324, 1e-300, 1e154, 1e308, -1e308, np.nan, np.inf, -np.inf),
    *([], (), {}, [[]], [[], [1.0]], [[1.0, 2.0], [3.0]], [1, "2"], ["1", "2"], [None], [True, 1j], [True, 2**63]),
    *([np.float16(1), 1j], [10**400], [[1, 2], [3, 10**400]], [1e308] * 3, [np.zeros(2), np.zeros(3)], [{}], [b""]),
    *([np.zeros((2, 0)), 1.0], [np.array(1.0), 2.0], [np.ones((2, 2)), [[1, 2], [3, 4]]], [np.nan, True]),
    *({"W1": None}, {1: 2}, {None: []}, {(1, 2): "x"}, {np.float64(np.nan): 1}, slice(None), slice(1, 0, -1), ...),
    *(np.bool_(True), np.int8(-128), np.uint64(2**64 - 1), np.float16(6e4), np.float32(3e38), np.complex64(1j)),
    *(Foreign("handle", (10**6, "ndarray", False)), Foreign("handle", (10**6, "Generator", True))),
    *(Foreign("dtype", ("numpy", "float64")), Foreign("dtype", ("torch", "bfloat16")), Foreign("device", ("cuda:0",))),
    *(Foreign("tensor", (10**6, "bfloat16", [3], np.ones(3, "f4"), "cpu", True, False, "MulBackward0")),),
    *(Foreign("tensor", (10**6, "float32", [2**40, 0], None, "meta", False, True, None)),),
)
"""Values that a student's code can pass, over the channel."""

EXTREMES = (0.0, -0.0, 1.0, -1.0, 5e-324, 1e154, 1e200, 1e308, -1e308, np.nan, np.inf, -np.inf)


@dataclass(frozen=True)
class Call:
    """The arguments of a call; `state` is what the function looks up in the student's objects, by their numbers."""

    positional: list[Any]
    named: dict[str, Any]
    state: dict[int, dict[str, Any]] = field(default_factory=dict)

    def message(self, ident: int) -> Message:
        """The frame of such a call. Raises `Unsendable`."""
        encoder = Encoder(Wire(), most_bytes=limits.CALLBACK_BLOB_BYTES)
        content = ["callback", ident, encoder.value(self.positional), encoder.value(self.named)]
        return Message(Kind.CALLBACK, 0, encoder.body(content), encoder.blob())


class Recorder(Client):
    """A client that remembers which functions went to the student's code, and how they were called first."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self.calls: dict[int, Call] = {}
        self._looked_up: set[str] = set()

    @property
    def functions(self) -> list[Callable[..., Any]]:
        """The functions that were passed, by their numbers."""
        return self._functions

    def _answer(self, callback: Message) -> Message:
        decoder = Decoder(Wire(), callback.blob)
        _, ident, *arguments = decoder.body(callback.body)
        self.calls.setdefault(ident, Call(*map(decoder.value, arguments)))
        return super()._answer(callback)

    def attribute(self, target: Handle | TensorSnapshot, name: str) -> Attribute:
        """Remember what a function of a check looks up."""
        if self._depth:
            self._looked_up.add(name)
        return super().attribute(target, name)

    def with_state(self, call: Call) -> Call:
        """The call with the numbers that its objects hold now, as far as functions look them up."""
        state: dict[int, dict[str, Any]] = {}
        for value in call.positional:
            if isinstance(value, Foreign) and value.tag == "handle":
                held = state[value.fields[0]] = {}
                for name in sorted(self._looked_up):
                    with suppress(StudentError, Unsendable):
                        part = self.request("get", native(value), name)
                        held |= {name: part} if isinstance(part, (int, float, np.ndarray)) else {}
        return replace(call, state=state)

    def fault(self, callback: Message, state: Mapping[int, Mapping[str, Any]]) -> BaseException | None:
        """Return what a call of one of the functions ends with, unless it is answered."""
        for ident, held in state.items():
            for name, value in held.items():
                with suppress(CheckMisuse):
                    self.defer("set", Handle(ident, "object"), name, value)
        self._callbacks = 0
        super()._answer(callback)
        fault, self._fault = self._fault, None
        return fault


@dataclass(frozen=True)
class StandIn:
    """A function of a check, where it was first passed, and the calls that are known of it."""

    check: str
    client: Recorder
    ident: int
    calls: list[Call] = field(default_factory=list)

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself."""
        return self.client.functions[self.ident]


class CollectingHost(ReferenceHost):
    """Runs the checks on the reference, and keeps the functions that they pass, with everything they need, alive."""

    def __init__(self, assignment: Assignment, kept: ExitStack) -> None:
        super().__init__(assignment, kept)
        self.found: dict[CodeType | int, StandIn] = {}
        self._client: Recorder | None = None
        self._check = ""

    def client(self, transport: Transport) -> Client:
        """Return a client that remembers."""
        self._client = Recorder(transport)
        return self._client

    def begin(self, check: CheckSpec) -> None:
        """Remember whose functions come next."""
        self._check = check.name

    def finish(self) -> None:
        """Take what the check has passed; one function that several checks pass is one stand-in."""
        client = self._client
        assert client is not None
        for ident, function in enumerate(client.functions):
            key = getattr(function, "__code__", id(function))
            stand_in = self.found.setdefault(key, StandIn(self._check, client, ident))
            if ident in client.calls:
                stand_in.calls.append(client.with_state(client.calls.pop(ident)))


@contextmanager
def stand_ins(assignment: Assignment) -> Iterator[list[StandIn]]:
    """All stand-ins of an assignment, ready to be called."""
    with ExitStack() as stack:
        host = CollectingHost(assignment, stack)
        with contextlib.redirect_stderr(io.StringIO()):
            run_checks(assignment, host, public_only=False)
        found = list(host.found.values())
        values: dict[str, list[Any]] = {}
        for stand_in in found:
            names = list(inspect.signature(stand_in.function).parameters)
            for call in stand_in.calls:
                for name, value in (*zip(names, call.positional, strict=False), *call.named.items()):
                    values.setdefault(name, []).append(value)
        for stand_in in found:
            if not stand_in.calls:  # the reference has no use for it; others of these names have been passed
                names = list(inspect.signature(stand_in.function).parameters)
                stand_in.calls.append(Call([values.get(name, [None])[0] for name in names], {}))
        yield found


Node = tuple[Any, Any]
"""A container and the key under which a value lies in it."""


def nodes(container: Any) -> Iterator[Node]:
    """All places of values in nested lists and dicts."""
    for key in range(len(container)) if isinstance(container, list) else list(container):
        yield container, key
        if isinstance(container[key], (list, dict)):
            yield from nodes(container[key])


def thawed(value: Any) -> Any:
    """A copy in which tuples are lists, so that every part of it can be replaced."""
    if isinstance(value, (list, tuple)):
        return [thawed(part) for part in value]
    if isinstance(value, dict):
        return {key: thawed(part) for key, part in value.items()}
    return value


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """The same with all arrays changed."""
    if isinstance(value, list):
        return [mapped(part, change) for part in value]
    if isinstance(value, dict):
        return {key: mapped(part, change) for key, part in value.items()}
    return change(value) if isinstance(value, np.ndarray) else value


def mutated(call: Call, chance: random.Random) -> Call:
    """The call after one to three changes."""
    tree: Any = [thawed(call.positional), thawed(call.named), *map(thawed, call.state.values())]
    for _ in range(chance.choice((1, 1, 2, 3))):
        tree = chance.choice(CHANGES)(tree, chance)
    positional, named, *held = tree
    return Call(positional, named, dict(zip(call.state, held, strict=True)))


def _in_another_dtype(tree: Any, chance: random.Random) -> Any:
    dtype = chance.choice(list(DTYPES.values()))
    return mapped(tree, lambda array: array.astype(dtype))


def _of_other_sizes(tree: Any, chance: random.Random) -> Any:
    lengths: dict[int, int] = {}
    offered, grown = chance.choice(LENGTHS), chance.random() < 0.5

    def resized(array: Any) -> Any:
        shape = tuple(
            lengths.setdefault(length, chance.choice(offered) if chance.random() < 0.7 else length)
            for length in array.shape
        )
        shape += (chance.choice(offered),) if grown and array.ndim < 3 and chance.random() < 0.5 else ()
        extent = math.prod(length or 1 for length in shape)
        if extent * array.dtype.itemsize > LARGEST:
            return array
        if array.size and math.prod(shape) < SMALL:
            return np.resize(array, shape)
        return np.full(shape, array.flat[0] if array.size else 1, array.dtype)

    return mapped(tree, resized)


def _with_a_place(change: Callable[[Any, random.Random], Any]) -> Callable[[Any, random.Random], Any]:
    """Change the value at one place."""

    def changed(tree: Any, chance: random.Random) -> Any:
        places = [place for part in tree for place in nodes(part)]
        if places:
            container, key = chance.choice(places)
            container[key] = change(container[key], chance)
        return tree

    return changed


def _odd(_: Any, chance: random.Random) -> Any:
    return thawed(chance.choice(SENDABLE)) if chance.random() < 0.7 else odd_array(chance)


def odd_array(chance: random.Random, most_axes: int = 32) -> Any:
    """An array of some dtype, shape and numbers."""
    dtype = chance.choice(list(DTYPES.values()))
    shape = tuple(chance.choice((0, 1, 1, 2, 3)) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 5))))
    if chance.random() < 0.2:
        shape = (1,) * chance.randint(6, most_axes)
    elif chance.random() < 0.1:
        shape = chance.choice(((0, 2**20), (2**20, 0), (0, 2**21), (2**21, 0, 1), (2**16,), (3, 2**15)))
    return np.full(shape, chance.choice(EXTREMES)).astype(dtype)


def _filled(value: Any, chance: random.Random) -> Any:
    if not isinstance(value, np.ndarray):
        return chance.choice(EXTREMES)
    if value.dtype.kind in "iu":
        info = np.iinfo(value.dtype)
        return np.full_like(value, chance.choice((info.min, info.max)))
    if value.dtype.kind == "f":
        return np.full_like(value, chance.choice((*EXTREMES, np.finfo(value.dtype).max)))
    return np.ones_like(value)


def _reshaped(value: Any, chance: random.Random) -> Any:
    if not isinstance(value, np.ndarray):
        return [value]
    small = math.prod(length or 1 for length in value.shape) < SMALL
    return chance.choice(
        (
            lambda: value.T,
            lambda: value.ravel(),
            lambda: value[..., 0] if value.ndim and value.size else value[()],
            lambda: value.reshape((1,) * (chance.randint(1, 32) - value.ndim) + value.shape),
            lambda: value.tolist() if small else value,
            lambda: tuple(value) if value.ndim and small else value,
            lambda: value.reshape(-1)[0] if value.size else value,
            lambda: np.concatenate([value, value]) if value.ndim else value,
            lambda: value[1:] if value.ndim else value,
        )
    )()


def _exchanged(tree: Any, chance: random.Random) -> Any:
    places = [place for part in tree for place in nodes(part)]
    if len(places) > 1:
        (one, here), (other, there) = chance.sample(places, 2)
        one[here], other[there] = copy.deepcopy(other[there]), copy.deepcopy(one[here])
    return tree


def _more_or_fewer(tree: Any, chance: random.Random) -> Any:
    containers = [*tree, *(box[key] for part in tree for box, key in nodes(part) if isinstance(box[key], (list, dict)))]
    container = chance.choice(containers)
    if isinstance(container, list):
        place = chance.randrange(len(container) + 1)
        added = chance.choice(([], [1.0], [None], copy.deepcopy(container[:1])))
        container[place : place + chance.choice((0, 1))] = added
    else:
        if container and chance.random() < 0.7:
            container.pop(chance.choice(list(container)))
        container[chance.choice(("W1", "dW1", "extra", "X"))] = chance.choice((1.0, None, np.ones((2, 2))))
    return tree


CHANGES: Sequence[Callable[[Any, random.Random], Any]] = (
    _in_another_dtype,
    _of_other_sizes,
    _of_other_sizes,  # twice as often: the products of two sizes are many
    _with_a_place(_odd),
    _with_a_place(_filled),
    _with_a_place(_reshaped),
    _exchanged,
    _more_or_fewer,
)


@dataclass(frozen=True)
class Finding:
    """A call that ended as none may."""

    check: str
    function: str
    arguments: str
    fault: str

    def __str__(self) -> str:
        return f"{self.check}: {self.function}({self.arguments}) {self.fault}"


def fuzz(found: Sequence[StandIn], calls: int, seed: int) -> Iterator[Finding | None]:
    """Call all stand-ins in turn, this often in all. Gives a finding, or `None`, for each call."""
    chance = random.Random(seed)
    for number in range(calls if found else 0):
        stand_in = found[number % len(found)]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # those of the changes themselves
            call = mutated(chance.choice(stand_in.calls), chance)
            try:
                message = call.message(stand_in.ident)
            except Unsendable:
                yield None
                continue
        fault = judged(lambda: stand_in.client.fault(message, call.state))  # noqa: B023 - called at once
        name = getattr(stand_in.function, "__name__", "a function")
        yield Finding(stand_in.check, name, told(call), fault) if fault else None


def judged(body: Callable[[], BaseException | None]) -> str:
    """Return what is wrong with what comes of a call; nothing where it is answered, or refused in words."""
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("error")
        error = body()
    _, peak = tracemalloc.get_traced_memory()
    if peak - before > MEMORY_BYTES:
        return f"takes {(peak - before) >> 20} MiB"
    if isinstance(error, KeyboardInterrupt):
        raise error
    if error is not None and verdict_of(error).outcome in FAULTS:
        return f"raises {type(error).__name__}: {error}"
    return ""


def told(value: Any) -> str:
    """Arguments in short."""
    if isinstance(value, Call):
        held = ((f"its {name}", part) for state in value.state.values() for name, part in state.items())
        named = (f"{name}={told(part)}" for name, part in (*value.named.items(), *held))
        return ", ".join((*map(told, value.positional), *named))
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}" + (f" of {value.flat[0]}" if value.size else "")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(told, value[:6]))}{', …' if len(value) > 6 else ''}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {told(part)}' for key, part in list(value.items())[:6])}}}"
    text = f"{len(str(value))} digits" if isinstance(value, int) and abs(value) > 10**30 else repr(value)
    return text[:60]


class Echo(Client):
    """A client to whom everything that is asked for is one value."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def request(self, operation: str, *fields: Any) -> Any:
        """The value."""
        return self._value

    def is_released(self, value: object) -> bool:
        """Nothing is."""
        return False


OPENERS: Sequence[Callable[[Answer], Any]] = (
    expect.number,
    lambda answer: expect.number(answer, 0.5),
    expect.integer,
    lambda answer: expect.integer(answer, 3, minimum=0, maximum=2**70),
    expect.boolean,
    lambda answer: expect.text(answer, "relu"),
    expect.none,
    expect.array,
    lambda answer: expect.array(answer, np.ones((2, 3)), array_like=True),
    lambda answer: expect.array(answer, np.float64(1.0), array_like=True, dtype="float"),
    lambda answer: expect.array(answer, [1, 2], array_like=True, dtype="integer"),
    lambda answer: expect.array(answer, shape=(None,), array_like=True, dtype="float16"),
    expect.numbers,
    lambda answer: expect.numbers(answer, shape=()),
    lambda answer: expect.numbers(answer, shape=(None, 3)),
    expect.tensor,
    lambda answer: expect.tensor(answer, np.ones(3), dtype="bfloat16", requires_grad=True),
    lambda answer: expect.tensor(answer, shape=(3,), dtype="float"),
    lambda answer: [expect.numbers(item) for item in expect.items(answer)],
    lambda answer: expect.items(answer, 3),
    lambda answer: [expect.array(item) for item in expect.mapping(answer).values()],
    lambda answer: expect.mapping(answer, ["W1", 1, None]),
    expect.figure,
    lambda answer: expect.same(answer, answer),
    len,
    lambda answer: answer[0],
    lambda answer: answer["W1"],
)
"""The ways in which a check can open an answer."""


def odd_value(chance: random.Random, depth: int = 3) -> Any:
    """Draw anything that a decoded answer can hold, and arrays of more axes and of objects."""
    kind = chance.randrange(8)
    if kind == 0 and depth:
        return [odd_value(chance, depth - 1) for _ in range(chance.choice((0, 1, 2, 3)))]
    if kind == 1 and depth:
        return tuple(odd_value(chance, depth - 1) for _ in range(chance.choice((1, 2))))
    if kind == 2 and depth:
        keys = chance.sample(("W1", 1, None, (1, 2), 2.5, True, "pixels", "limits", "titles", "legends", "has_data"), 4)
        return {key: odd_value(chance, depth - 1) for key in keys}
    if kind in (3, 4):
        return odd_array(chance, MOST_AXES)
    if kind == 5:
        return chance.choice((np.array([None, 1]), np.array(["a"]), np.array([b"a"]), np.array([1, 10**400])))
    return native(copy.deepcopy(chance.choice(SENDABLE)))


MOST_AXES = 64 if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else 32


def native(value: Any) -> Any:
    """A value as the grader's end decodes it."""
    if not isinstance(value, Foreign):
        return value
    tag, fields = value.tag, value.fields
    if tag == "handle":
        return Handle(*fields)
    if tag == "dtype":
        return DType(*fields)
    if tag == "device":
        return Device(*fields)
    ident, dtype, shape, values, device, requires_grad, is_leaf, grad_fn = fields
    return TensorSnapshot(ident, tuple(shape), values, dtype, device, requires_grad, is_leaf, grad_fn)


def fuzz_openers(calls: int, seed: int) -> Iterator[Finding | None]:
    """Open odd values in every way. Gives a finding, or `None`, for each."""
    chance = random.Random(seed)
    for number in range(calls):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value, told_of_it = odd_value(chance), odd_value(chance)
        answer = Answer(Echo(told_of_it), value, Origin("f(x)"))
        place = number % len(OPENERS)
        fault = judged(lambda: error_of(OPENERS[place], answer))  # noqa: B023 - called at once
        yield Finding("expect", f"opener {place}", told(value), fault) if fault else None


def error_of(opener: Callable[[Answer], Any], answer: Answer) -> Exception | None:
    """Return what opening an answer raises."""
    try:
        opener(answer)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
        return error
    return None


def of_assignment(assignment: Assignment, calls: int, seed: int) -> tuple[int, list[Finding]]:
    """Call the stand-ins of an assignment so often in all; return how many there are, and what is found."""
    with patch.object(plugin, "load", few_images), stand_ins(assignment) as own, traced():
        return len(own), [finding for finding in fuzz(own, calls, seed) if finding]


@contextmanager
def traced() -> Iterator[None]:
    """Memory is counted inside."""
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()
