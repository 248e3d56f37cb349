"""Values as text, at the cost of their first few entries, however large or oddly shaped they are."""

import math
import reprlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from autograder.channel.values import Array, Handle, TensorSnapshot

WIDTH = 100
"""Characters of a value that are shown."""

LEVELS = 4
ITEMS = 12
EDGE = 3
WHOLE = 20
"""Entries of an array that are all shown; of a larger one, `EDGE` at either end of each axis."""

MOST_ENTRIES = 1_000
"""Entries that NumPy may put into words: those of many short axes are multiplied, since it leaves none of them out."""


def rendered(value: Any) -> str:
    """Return a value as text: of a tensor its dtype and shape, and of anything at most `WIDTH` characters beside."""
    if isinstance(value, TensorSnapshot):
        return f"a tensor of dtype {value.dtype} and shape {value.shape}: {rendered(value.values)}"
    if isinstance(value, np.generic):
        return shortened([str(value)])
    if isinstance(value, int) and abs(value) >= 10**40:
        return f"an integer of about {int(value.bit_length() * math.log10(2)) + 1} digits"
    if callable(value):
        return shortened([getattr(value, "__name__", "a function")])
    return shortened(_pieces(value, LEVELS))


def shortened(pieces: Iterable[str]) -> str:
    """Return the pieces as one text, of which no more are asked for than can be shown."""
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > WIDTH:
            return f"{text[: WIDTH - 1]}…"
    return text


def described(value: Any) -> str:
    """Return a value in words, short: what it is, too, where that is not plain to see."""
    if value is None or isinstance(value, (Handle, TensorSnapshot)):
        return rendered(value)
    if isinstance(value, np.ndarray):
        return f"{rendered(value)} (array of dtype {value.dtype}, shape {value.shape})"
    if isinstance(value, np.generic):
        return f"{value!s} (numpy.{value.dtype})"
    return f"{rendered(value)} ({type(value).__name__})"


class _Short(reprlib.Repr):
    """Representations of what holds nothing else, each of bounded length."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = WIDTH
        self.maxtuple = ITEMS

    def repr_bytes(self, value: bytes, level: int) -> str:
        return self.repr_instance(value[: 2 * WIDTH], level)


_SHORT = _Short()


def _pieces(value: Any, level: int) -> Iterator[str]:
    """Yield a value piece by piece, so that whoever reads can stop."""
    kind = type(value)
    if isinstance(value, np.ndarray):
        yield _array(value)
    elif isinstance(value, Handle):
        yield f"an object of type {value.type_name}"
    elif isinstance(value, TensorSnapshot):
        yield rendered(value)
    elif kind is list:
        yield from _enclosed("[]", (_pieces(item, level - 1) for item in value), len(value), level)
    elif kind is tuple:
        yield from _enclosed("()", (_pieces(item, level - 1) for item in value), len(value), level)
    elif kind is dict:
        items = ([f"{_SHORT.repr(key)}: ", *_pieces(value[key], level - 1)] for key in _sorted(value))
        yield from _enclosed("{}", items, len(value), level)
    elif kind is slice:
        parts = (_pieces(part, level - 1) for part in (value.start, value.stop, value.step))
        yield "slice"
        yield from _enclosed("()", parts, 3, level)
    else:
        yield _SHORT.repr(value)


def _enclosed(brackets: str, items: Iterable[Iterable[str]], count: int, level: int) -> Iterator[str]:
    """Yield the items of a container, of which there are `count`, between its brackets."""
    yield brackets[0]
    if level <= 0 and count:
        yield "..."
    else:
        for place, item in enumerate(islice(items, ITEMS)):
            yield ", " if place else ""
            yield from item
        if count > ITEMS:
            yield ", ..."
        if count == 1 and brackets == "()":
            yield ","
    yield brackets[1]


def _sorted(keys: Iterable[Any]) -> list[Any]:
    """Return keys in order where they have one."""
    try:
        return sorted(keys)
    except (TypeError, OverflowError):  # the latter of an integer that is too large for a float beside it
        return list(keys)


def _array(value: Array) -> str:
    """Return what NumPy writes of an array, of its first part alone where there are too many short axes."""
    dropped = 0
    while value.size > WHOLE and math.prod(min(length, 2 * EDGE) for length in value.shape) > MOST_ENTRIES:
        value, dropped = value[0], dropped + 1
    text = np.array2string(value, precision=4, threshold=WHOLE, edgeitems=EDGE, separator=", ")
    return "[" * dropped + " ".join(text.split())
