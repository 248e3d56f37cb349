"""Kinds of input: what a check may pass to a student's function that continuous random numbers never are."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograder.channel.values import Array, torch_loaded

FAR_OUT = 100.0
"""Sizes of numbers that few checks draw by themselves."""

OF_NUMBERS = ("zero", "int", "bool", "negative", "far out")
OF_COUNTS = ("zero",)
OF_ARRAYS = ("zero inside", "int", "bool", "negative", "far out", "float32", "empty", "not contiguous", "unchanged")
OF_TABLES = ("square", "one sample")
OF_DICTS = ("another order", "unchanged")
OF_CALLS = ("called again with the same shapes",)
KINDS = tuple(dict.fromkeys((*OF_NUMBERS, *OF_ARRAYS, *OF_TABLES, *OF_DICTS, *OF_CALLS)))
"""All kinds that are asked for: of numbers, of whole numbers, of arrays, of those with two axes or more, of dicts, and
of calls. Every argument is looked at; `unchanged` means that a check has compared it afterwards.
"""

NUMBER, COUNT, ARRAY, TABLE, DICT = "a number", "a whole number", "an array", "a table", "a dict"
ASKED_OF: Mapping[str, tuple[str, ...]] = {
    NUMBER: OF_NUMBERS,
    COUNT: OF_COUNTS,
    ARRAY: OF_ARRAYS,
    TABLE: OF_TABLES,
    DICT: OF_DICTS,
}


def kinds_of(value: Any) -> frozenset[str]:
    """Return the kinds of one argument, and what it is."""
    if isinstance(value, (bool, np.bool_)):
        return frozenset({NUMBER, "bool"})
    if isinstance(value, (int, float, np.number)):
        return frozenset(_of_number(value))
    if isinstance(value, dict):
        return frozenset({DICT, *(kind for part in value.values() for kind in kinds_of(part))})
    array = as_array(value)
    if array is not None:
        return frozenset(_of_array(array))
    if isinstance(value, (list, tuple)):
        return frozenset(kind for part in value for kind in kinds_of(part))
    return frozenset()


def asked_of(seen: Iterable[str]) -> list[str]:
    """Return the kinds that an argument should have been of, after those that it was seen to be."""
    found = set(seen)
    if NUMBER in found:
        found.discard(COUNT)
    return list(dict.fromkeys(kind for what, kinds in ASKED_OF.items() if what in found for kind in kinds))


def as_array(value: Any) -> Array | None:
    """Return an array, a tensor or a list of numbers as an array; `None` for anything else."""
    torch = torch_loaded()
    if torch is not None and isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    if isinstance(value, (list, tuple)):
        try:
            value = np.asarray(value)
        except ValueError:
            return None
    return value if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and value.ndim else None


def _of_number(value: Any) -> Iterable[str]:
    whole = isinstance(value, (int, np.integer))
    yield from (COUNT, "int") if whole else (NUMBER,)
    if value == 0:
        yield "zero"
    if value < 0:
        yield from ("negative", NUMBER)
    if abs(value) >= FAR_OUT:
        yield "far out"


def _of_array(array: Array) -> Iterable[str]:
    yield ARRAY
    if array.dtype.kind in "iu":
        yield "int"
    if array.dtype.kind == "b":
        yield "bool"
    if array.dtype == np.float32:
        yield "float32"
    if not array.size:
        yield "empty"
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        yield "not contiguous"
    if array.ndim > 1:
        yield TABLE
        if array.shape[-1] == array.shape[-2] > 1:
            yield "square"
        if 1 in array.shape:
            yield "one sample"
    if array.dtype.kind != "b":
        finite = array[np.isfinite(array)]
        if (finite == 0).any() and (finite != 0).any():
            yield "zero inside"
        if (finite < 0).any():
            yield "negative"
        if (np.abs(finite) >= FAR_OUT).any():
            yield "far out"
