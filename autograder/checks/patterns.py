"""The pattern of a difference: how numbers are wrong, where that can be told, in words that tell nothing of a value.

Everything here is a pure function of arrays. A pattern explains the wrong entries only, so it is claimed only where
these say enough: an entry that is no multiple of a half counts `BITS` bits, another what a number up to the largest of
them tells, and 0 nothing. A simple factor takes `FEW` bits, which one number can have; any other pattern takes `MANY`,
which it cannot.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from autograder.channel.values import Array

BITS = 9.0
FEW = 8.0
MANY = 14.0
PRECISION = 1e-6
"""Error that a pattern may have, relative to the largest number."""

DIGITS = 1e-5
"""Numbers that are this close agree, but for their last digits."""

LARGEST = 100_000
"""Entries of an array in which patterns are looked for."""

MOST_KNOWN = 20

FORGOTTEN = "is a division missing?"
TWICE = "is there one division too many?"


def difference(result: Array, wanted: Array, known: Sequence[Array] = ()) -> str:
    """Return a sentence on how the numbers of `result`, which has the shape of `wanted`, are wrong; else nothing.

    `known` are arrays that were passed in, or that stood there before.
    """
    if result.shape != wanted.shape or not 0 < result.size <= LARGEST or result.dtype.kind not in "biuf":
        return ""
    with np.errstate(all="ignore"):
        one, two = result.astype(np.float64), wanted.astype(np.float64)
        if not (np.isfinite(one).all() and np.isfinite(two).all()):
            return ""
        others = [array.astype(np.float64) for array in known[:MOST_KNOWN] if _is_usable(array)]
        return next(_differences(one, two, others, result.dtype), "")


def shape(found: Sequence[int], wanted: Sequence[int | None]) -> str:
    """Return a sentence on how a shape is wrong; else nothing."""
    found, wanted = tuple(found), tuple(wanted)
    if len(found) == 2 and found[0] == found[1] > 1 and found[0] in wanted and set(wanted) <= {1, found[0]}:
        return "A column (m, 1) has met a row (m,), and NumPy has stretched both to (m, m)."
    if not found and wanted:
        return "It is a single number: the axes are gone, as after a sum over all of them."
    if len(found) == len(wanted) == 2 and found[0] != found[1]:
        if found == wanted[::-1]:
            return "It is transposed."
        if {1} == {found[0], wanted[1]} or {1} == {found[1], wanted[0]}:
            return "That is the shape of a sum over the other axis."
    if len(found) == 1 and len(wanted) == 2 and 1 in wanted and found[0] in wanted:
        return "An axis of length 1 is missing: `keepdims=True` keeps it in a sum or a mean."
    if len(found) == 2 and len(wanted) == 1 and 1 in found and wanted[0] in (*found, None):
        return "There is an axis of length 1 too many."
    return ""


def number(result: float, wanted: float, lengths: Sequence[int] = ()) -> str:
    """Return a sentence on how a single number is wrong: a simple factor or lost digits; else nothing.

    `lengths` are those of the axes of what was passed in.
    """
    if not (math.isfinite(result) and math.isfinite(wanted)):
        return ""
    one, two = np.asarray(float(result)), np.asarray(float(wanted))
    if _bits(two) < FEW:
        return ""
    return next(chain(_precision(one, two, np.dtype(float)), _factors(one, two, lengths, "It is")), "")


def _differences(one: Array, two: Array, known: Sequence[Array], dtype: np.dtype[np.generic]) -> Iterator[str]:
    """Yield sentences on what fits, the most telling one first."""
    lengths = sorted({length for array in known for length in array.shape if length > 1})
    wrong = ~_close(one, two)
    if not wrong.any():
        return
    telling, shown = _bits(two[wrong]), _bits(one[wrong])
    if telling >= FEW:
        yield from _precision(one, two, dtype)
    alike = [array for array in known if array.shape == one.shape]
    if shown >= MANY and any(_fits(one, array) for array in alike):
        yield "It is equal to an argument, as if nothing had happened to it."
    if shown >= MANY:
        yield from _slopes(one, alike)
    yield from _steps(one, two, [array for array in alike if _bits((two - array)[wrong]) >= FEW], lengths)
    if telling >= FEW:
        yield from _factors(one, two, lengths, "Each number is" if one.size > 1 else "It is")
    if one.ndim == 1 and one.size > 2 and _bits(one) >= MANY and _fits(one, np.cumsum(two)):
        yield "They are running totals: each number includes those before it."
    if min(telling, shown) >= MANY:
        yield from _rearranged(one, two)
        yield from _other_axis(one, two, known)
        yield from _regular(one, two)
    if telling >= MANY and one.size > 2 and np.ptp(one) == 0 < np.ptp(two):
        yield "Every number is 0." if not one.any() else "All numbers are the same."


def _precision(one: Array, two: Array, dtype: np.dtype[np.generic]) -> Iterator[str]:
    nonzero = two != 0
    if not nonzero.any() or not np.array_equal(one[~nonzero], two[~nonzero]):
        return
    apart = np.max(np.abs(one - two)[nonzero] / np.abs(two)[nonzero])
    if apart < DIGITS:
        digits = max(1, math.floor(-math.log10(apart))) if apart else 15
        single = dtype == np.float32 or (apart < 2**-20 and np.array_equal(one, one.astype(np.float32)))
        if single:
            yield f"All agree to {_count(digits)} digits: they were stored as float32, which keeps no more."
        else:
            yield f"All agree to {_count(digits)} digits: only the last ones are lost."
    elif np.any(two != np.rint(two)) and np.array_equal(one, np.rint(one)):
        for made, words in ((np.trunc, "cut off to"), (np.rint, "rounded to"), (np.floor, "rounded down to")):
            if _bits(two) >= MANY and np.array_equal(one, made(two)):
                yield f"They were {words} whole numbers."
                return


def _factors(one: Array, two: Array, lengths: Sequence[int], subject: str) -> Iterator[str]:
    if _fits(one, -two):
        yield f"{subject} −1 times what it should be: the sign is wrong."
    for length in lengths:
        if length > 2 and _fits(one, length * two):
            yield f"{subject} m times what it should be, where m is the length of an axis: {FORGOTTEN}"
        if length > 2 and _fits(one, two / length):
            yield f"{subject} 1/m of what it should be, where m is the length of an axis: {TWICE}"
    if _fits(one, 2 * two):
        yield f"{subject} 2 times what it should be."
    if _fits(one, two / 2):
        yield f"{subject} ½ of what it should be."
    for length in lengths:
        if length > 2 and (_fits(one, -length * two) or _fits(one, -two / length)):
            yield f"{subject} wrong by a factor of m, the length of an axis, and by its sign."


def _steps(one: Array, two: Array, known: Sequence[Array], lengths: Sequence[int]) -> Iterator[str]:
    """Yield how the change of an array that was there before is wrong."""
    for start in known:
        made, due = one - start, two - start
        if not made.any() or _fits(made, due):
            continue
        along = _is_multiple(one, start) and _is_multiple(two, start)
        if along and not (one.any() and two.any()):
            continue
        scale = np.max(np.abs(one)) + np.max(np.abs(two))
        factors = (
            (-1.0, "−1 times what it should be: the step goes the other way."),
            (2.0, "2 times what it should be."),
            (0.5, "½ of what it should be."),
            *((float(m), "m times what it should be, where m is the length of an axis.") for m in lengths if m > 2),
            *((1 / m, "1/m of what it should be, where m is the length of an axis.") for m in lengths if m > 2),
        )
        for factor, words in factors[:1] if along else factors:
            if np.max(np.abs(made - factor * due)) <= PRECISION * scale:
                yield f"The change from what was there before is {words}"


def _slopes(one: Array, known: Sequence[Array]) -> Iterator[str]:
    """Yield where a slope that is written with an activation was taken of what had not been activated."""
    for array in known:
        if _fits(one, array * (1 - array)):
            yield "It is z (1 − z) of an argument z: that formula wants the sigmoid of z in place of z."
        if _fits(one, 1 - array**2):
            yield "It is 1 − z² of an argument z: that formula wants the tanh of z in place of z."


def _rearranged(one: Array, two: Array) -> Iterator[str]:
    if one.ndim == 2 and one.shape[0] == one.shape[1] and _fits(one, two.T):
        yield "It is transposed."
    if one.ndim == 2 and one.shape[0] > 1 and _fits(one, two[::-1]):
        yield "Its rows are in reverse order."
    if one.ndim == 2 and one.shape[1] > 1 and _fits(one, two[:, ::-1]):
        yield "Its columns are in reverse order."
    if one.ndim == 1 and _fits(one, two[::-1]):
        yield "The numbers are in reverse order."
    for axis in range(one.ndim):
        moved, due = np.moveaxis(one, axis, 0), np.moveaxis(two, axis, 0)
        if len(moved) > 2:
            if _fits(moved[1:], due[:-1]) and _bits(moved[1:]) >= MANY:
                yield "Everything stands one place too late: it is off by one step."
            if _fits(moved[:-1], due[1:]) and _bits(moved[:-1]) >= MANY:
                yield "Everything stands one place too early: it is off by one step."
    if one.size > 2 and _fits(np.sort(one, axis=None), np.sort(two, axis=None)):
        if one.ndim == 2 and _fits(one.T.reshape(one.shape), two):
            yield "The numbers are right, but laid out along the other axis."
        yield "The numbers are right, but in another order."


def _other_axis(one: Array, two: Array, known: Sequence[Array]) -> Iterator[str]:
    for array in known:
        if array.ndim == 2:
            for made, words in ((np.sum, "summed"), (np.mean, "averaged")):
                rows, columns = made(array, axis=0).ravel(), made(array, axis=1).ravel()
                for there, here in ((rows, columns), (columns, rows)):
                    if there.size == here.size == one.size and _fits(one.ravel(), there) and _fits(two.ravel(), here):
                        yield f"It was {words} over the other axis."


def _regular(one: Array, two: Array) -> Iterator[str]:
    apart = one - two
    scale = np.max(np.abs(one)) + np.max(np.abs(two))
    if one.size > 2 and np.ptp(apart) <= PRECISION * scale and np.ptp(two) > 0:
        yield "Each number is off by the same amount."
    largest = np.unravel_index(np.argmax(np.abs(two)), two.shape)
    factor = one[largest] / two[largest]
    if one.size > 2 and factor and _fits(one, factor * two) and len(np.unique(np.abs(two))) > 2:
        yield "The numbers are right but for one factor, which all of them share."


def _is_multiple(one: Array, other: Array) -> bool:
    """Return whether an array is a multiple of another, 0 included: any factor explains a change from that other."""
    return _fits(np.vdot(other, other) * one, np.vdot(other, one) * other)


def _bits(values: Array) -> float:
    """Return how much the numbers that are not 0 say, so that a pattern among them can be no accident."""
    values = np.abs(values[values != 0])
    plain = values[np.rint(2 * values) == 2 * values]
    each = math.log2(2 * np.max(plain) + 1) if plain.size and np.ptp(plain) else 1.0 if plain.size else 0.0
    return float(BITS * (values.size - plain.size) + plain.size * min(each, BITS))


def _close(one: Array, two: Array) -> Array:
    close: Array = np.abs(one - two) <= 1e-12 * (np.abs(one) + np.abs(two))
    return close


def _fits(one: Array, two: Array) -> bool:
    return bool(np.max(np.abs(one - two), initial=0.0) <= PRECISION * np.max(np.abs(two), initial=0.0))


def _is_usable(array: Array) -> bool:
    return array.dtype.kind in "biuf" and 0 < array.size <= LARGEST and bool(np.isfinite(array).all())


def _count(digits: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[digits] if digits < len(words) else str(digits)
