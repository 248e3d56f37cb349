"""The garbage bank: what no student should return, and every check must survive.

A check that ends as a grader error on garbage would make a student's nonsense look like our fault. `GarbageHost`
runs checks on an honest submission that turns to garbage after a number of exchanges.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from autograder.channel.client import Client, Transport
from autograder.channel.frames import Kind, Message
from autograder.channel.values import Decoder, Encoder
from autograder.checks.answers import Student
from autograder.course.layout import Assignment
from autograder.course.seeds import derive
from autograder.data.dataset import Dataset, Split
from autograder.student import state
from autograder.student.loopback import SEED, LoopbackTransport
from autograder.student.modules import SubmissionFinder

HANDLE = ["handle", 10**6, "Garbage", False]

GARBAGE: Mapping[str, Any] = {
    "None": None,
    "text": "garbage",
    "empty text": "",
    "a bool": True,
    "a huge integer": 10**400,
    "a negative integer": -3,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "a complex number": 1j,
    "bytes": b"\x00\xff",
    "an empty list": [],
    "a ragged list": [[1.0, 2.0], [3.0], "x"],
    "a list of None": [None, None, None],
    "an empty dict": {},
    "a dict": {"W1": None, 1: "x", (1, 2): []},
    "an empty array": np.zeros((0, 3)),
    "a 0-d array": np.array(2.5),
    "an array of another shape": np.arange(210.0).reshape(5, 6, 7),
    "an array of NaN": np.full((4,), np.nan),
    "an array of infinities": np.full((2, 4), -np.inf),
    "an array of complex numbers": np.ones((2, 4), complex),
    "a number that overflows when it is squared": 1e200,
    "an array that is empty and huge": np.empty((0, 2**20)),
    "a large array of bytes": np.zeros((4, 2**21), np.int8),
    "an array of booleans": np.ones((3,), bool),
    "a slice": slice(1, None),
    "a handle": HANDLE,
}


class _Nowhere:
    """The world of values that need none."""

    def encode_foreign(self, value: object, encoder: Encoder) -> list[Any]:
        raise TypeError(f"{value!r} is not a plain value")

    def decode_foreign(self, tag: str, fields: list[Any], decoder: Decoder) -> Any:
        return (tag, fields)


class GarbageTransport:
    """An honest student for the first `honest` exchanges; after that every reply is `garbage`.

    Functions that a check passes are then called with garbage, too.
    """

    memory_files = False

    def __init__(self, inner: Transport, honest: int, garbage: Any) -> None:
        self.honest = honest
        self._inner = inner
        self._garbage = garbage

    def exchange(
        self, batch: Sequence[Message], answer: Callable[[Message], Message], *, importing: bool = False
    ) -> Message:
        """Pass a batch on, or answer it with garbage."""
        self.honest -= 1
        if self.honest >= 0 or importing:
            return self._inner.exchange(batch, answer, importing=importing)
        sequence = batch[-1].sequence
        wires = [Decoder(_Nowhere(), message.blob).body(message.body) for message in batch]
        for ident in _functions(wires):
            answer(self._message(Kind.CALLBACK, sequence, "callback", ident))
        fetched = ["got", HANDLE] if wires[-1][0] == "invoke" else []
        return self._message(Kind.REPLY, sequence, *fetched, "value")

    def original_error(self) -> BaseException | None:
        """Garbage is no exception."""
        return self._inner.original_error() if self.honest >= 0 else None

    def _message(self, kind: Kind, sequence: int, *head: Any) -> Message:
        encoder = Encoder(_Nowhere())
        value = self._garbage if self._garbage is HANDLE else encoder.value(self._garbage)
        content = [*head, ["list", value], ["dict"]] if kind is Kind.CALLBACK else [*head, value]
        return Message(kind, sequence, encoder.body(content), encoder.blob())


class GarbageHost:
    """Runs checks on the reference, which turns to garbage after `honest` exchanges of each check."""

    def __init__(self, assignment: Assignment, honest: int, garbage: Any) -> None:
        self.seed = SEED
        self._assignment = assignment
        self._honest = honest
        self._garbage = garbage
        self._transport: GarbageTransport | None = None

    @contextmanager
    def open(self, substitute: bool = False) -> Iterator[Student]:
        """The reference in this process, behind a transport that turns to garbage."""
        manifest = self._assignment.manifest
        with TemporaryDirectory() as reference, TemporaryDirectory() as work:
            folder = Path(reference)
            for name in manifest.files:
                shutil.copy(self._assignment.reference(name), folder)

            def start() -> Client:
                state.reset(derive(self.seed, "state"))
                inner = LoopbackTransport(folder, Path(work))
                self._transport = GarbageTransport(inner, self._honest, self._garbage)
                client = Client(self._transport)
                stack.callback(client.close)
                return client

            with ExitStack() as stack, SubmissionFinder(folder, manifest.modules):
                yield Student(start, manifest.modules)

    def begin(self, check: object) -> None:
        """Be honest again for a while."""
        if self._transport is not None:
            self._transport.honest = self._honest

    def finish(self) -> None:
        """Nothing can arrive unasked in one process."""

    def printed(self) -> str:
        """Nothing is captured."""
        return ""

    def seconds(self) -> float:
        """Not measured."""
        return 0.0


def few_images() -> Dataset:
    """Noise in the place of the digits, so that training on them takes no time."""
    rng = np.random.default_rng(0)
    images, labels = rng.integers(256, size=(40, 28, 28), dtype=np.uint8), rng.integers(10, size=40, dtype=np.uint8)
    return Dataset("mnist", Split(images, labels), Split(images[:10], labels[:10]))


def _functions(wire: Any) -> Iterator[int]:
    if isinstance(wire, list):
        if len(wire) == 4 and wire[0] == "callback" and isinstance(wire[1], int):
            yield wire[1]
        for part in wire:
            yield from _functions(part)
