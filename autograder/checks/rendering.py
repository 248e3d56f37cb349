"""Values as text, at the cost of their first few entries, however large or oddly shaped they are."""

import math
import reprlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from autograder.channel.values import Array, Device, DType, Handle, TensorSnapshot

WIDTH = 100
"""Characters of a value that are shown."""

LEVELS = 4
ITEMS = 12
EDGE = 3
WHOLE = 20
"""Entries of an array that are all shown; of a larger one, `EDGE` at either end of each axis."""

FUNCTIONS = ("function", "method", "builtin_function_or_method")
NOT_CALLED = "a function that was not called: are its brackets missing?"

FEW = 6
"""Entries of an array that are shown where there is little room."""

PRECISIONS = (4, 8, 17)
"""Decimals of an array's numbers, fewest first: as many are written as tell two arrays apart."""

MOST_ENTRIES = 1_000
"""Entries that NumPy may put into words: those of many short axes are multiplied, since it leaves none of them out."""


def rendered(value: Any, decimals: int = PRECISIONS[0]) -> str:
    """Return a value as text of at most `WIDTH` characters."""
    if isinstance(value, np.generic):
        return shortened([str(value)])
    if isinstance(value, int) and abs(value) >= 10**40:
        return f"an integer of about {int(value.bit_length() * math.log10(2)) + 1} digits"
    if callable(value):
        return shortened([getattr(value, "__name__", "a function")])
    return shortened(_pieces(value, LEVELS, decimals))


def side_by_side(one: Array, other: Array) -> tuple[str, str]:
    """Return two arrays as text, with as many decimals as it takes to see that they differ."""
    for decimals in PRECISIONS:
        texts = rendered(one, decimals), rendered(other, decimals)
        if texts[0] != texts[1]:
            break
    return texts


def brief(value: Any) -> str:
    """Return a value as text that leaves out the numbers of all but the smallest arrays."""
    if isinstance(value, np.ndarray) and value.size > FEW:
        return f"<array {value.shape}>"
    if isinstance(value, TensorSnapshot) and math.prod(value.shape) > FEW:
        return f"<tensor {value.shape}>"
    if type(value) is dict:
        parts = (part for key in _sorted(value) for part in (f"{_SHORT.repr(key)}: ", brief(value[key]), ", "))
        return f"{{{shortened(list(islice(parts, 3 * ITEMS))[:-1])}}}"
    if type(value) in (list, tuple) and any(isinstance(part, (np.ndarray, list, tuple, dict)) for part in value):
        return f"<{'list' if type(value) is list else 'tuple'} of {len(value)}>"
    return rendered(value)


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
    if value is None or isinstance(value, (Handle, TensorSnapshot, DType, Device, str)):
        return rendered(value)
    if isinstance(value, np.ndarray):
        what = f"array of dtype {value.dtype}"
        return f"{rendered(value)} ({what}, shape {value.shape})" if value.ndim else f"{value} ({what})"
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


def _pieces(value: Any, level: int, decimals: int) -> Iterator[str]:
    """Yield a value piece by piece, so that whoever reads can stop."""
    kind = type(value)
    if isinstance(value, np.ndarray):
        yield _array(value, decimals)
    elif isinstance(value, Handle):
        yield NOT_CALLED if value.type_name in FUNCTIONS else f"an object of type {value.type_name}"
    elif isinstance(value, TensorSnapshot):
        numbers = f"of shape {value.shape} without numbers" if value.values is None else _array(value.values, decimals)
        yield f"tensor({numbers})"
    elif isinstance(value, np.generic):
        yield str(value)
    elif isinstance(value, (DType, Device)):
        yield value.name
    elif kind is list:
        yield from _enclosed("[]", (_pieces(item, level - 1, decimals) for item in value), len(value), level)
    elif kind is tuple:
        yield from _enclosed("()", (_pieces(item, level - 1, decimals) for item in value), len(value), level)
    elif kind is dict:
        items = ([f"{_SHORT.repr(key)}: ", *_pieces(value[key], level - 1, decimals)] for key in _sorted(value))
        yield from _enclosed("{}", items, len(value), level)
    elif kind is slice:
        parts = (_pieces(part, level - 1, decimals) for part in (value.start, value.stop, value.step))
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


def _array(value: Array, decimals: int) -> str:
    """Return what NumPy writes of an array, of its first part alone where there are too many short axes."""
    dropped = 0
    while value.size > WHOLE and math.prod(min(length, 2 * EDGE) for length in value.shape) > MOST_ENTRIES:
        value, dropped = value[0], dropped + 1
    text = np.array2string(value, precision=decimals, threshold=WHOLE, edgeitems=EDGE, separator=", ")
    return "[" * dropped + " ".join(text.split())
