"""The garbage bank: what no student should return, and every check must survive.

A check that ends as a grader error on garbage would make a student's nonsense look like our fault. `GarbageHost`
runs checks on an honest submission that turns to garbage after a number of exchanges.
"""

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from unittest.mock import patch

import numpy as np

from autograder import plugin
from autograder.channel.client import Client, Transport
from autograder.channel.frames import Kind, Message
from autograder.channel.values import Decoder, Encoder
from autograder.checks.spec import CheckSpec
from autograder.course.layout import Assignment
from autograder.data.dataset import Dataset, Split
from autograder.grading.collection import run_checks
from autograder.outcomes import Outcome
from autograder.proving.hosts import ReferenceHost

HONEST = (0, 1, 2, 3, 5, 8)
"""After how many exchanges the reference turns to garbage."""

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


class GarbageHost(ReferenceHost):
    """Runs checks on the reference, which turns to garbage after `honest` exchanges of each check."""

    def __init__(self, assignment: Assignment, honest: int, garbage: Any) -> None:
        super().__init__(assignment)
        self._honest = honest
        self._garbage = garbage
        self._transport: GarbageTransport | None = None

    def client(self, transport: Transport) -> Client:
        """Return a client that is answered with garbage."""
        self._transport = GarbageTransport(transport, self._honest, self._garbage)
        return Client(self._transport)

    def begin(self, check: CheckSpec) -> None:
        """Be honest again for a while."""
        if self._transport is not None:
            self._transport.honest = self._honest


def outcomes(assignment: Assignment, honest: int, kind: str) -> dict[str, tuple[Outcome, str]]:
    """Return outcome and detail of each check when the reference turns to garbage of one kind, in this process."""
    host = GarbageHost(assignment, honest, GARBAGE[kind])
    with patch.object(plugin, "load", few_images), contextlib.redirect_stderr(io.StringIO()):
        judged = run_checks(assignment, host, public_only=False)
    return {one.name: (one.outcome, one.detail) for one in judged}


def faults(assignment: Assignment, *, thorough: bool) -> list[str]:
    """Return the checks that end as a grader error on garbage, or pass where nothing but garbage comes.

    Each kind comes after one number of exchanges, or, where it is `thorough`, after each number.
    """
    found = []
    for turn, kind in enumerate(GARBAGE):
        for honest in HONEST if thorough else [HONEST[turn % len(HONEST)]]:
            for name, (outcome, detail) in outcomes(assignment, honest, kind).items():
                if outcome is Outcome.GRADER_ERROR:
                    found.append(f"{name}: {kind} after {honest} exchanges is an error of the check's own. {detail}")
                elif outcome is Outcome.PASSED and honest == 0:
                    found.append(f"{name}: passes where {kind} is the answer to everything.")
    return found


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
