"""The assertions of checks. Each opens an answer, compares type, shape and dtype before numbers, and returns
an ordinary value that can be trusted.

Every function raises `WrongAnswer` where the student's answer is wrong. What it says in `fixed` holds no value
of the check's or the student's, so it can be shown for hidden checks too.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.channel import limits
from autograder.channel.client import open_clients, settle_all
from autograder.channel.failures import CheckMisuse, StandInRaises, StudentError, of_kind
from autograder.channel.values import DTYPES, Device, TensorSnapshot
from autograder.checks import patterns
from autograder.checks.answers import (
    NOTHING,
    Answer,
    Deed,
    WrongAnswer,
    called_with,
    figure_of,
    items_of,
    origin_of,
    shown,
    value_of,
)
from autograder.checks.evidence import CHANGED, Evidence, has_changed, known_to, latest, wrong
from autograder.checks.pictures import FigureSnapshot
from autograder.checks.rendering import described, rendered, side_by_side
from autograder.checks.verdicts import built_in, from_stub

__all__ = [
    "FigureSnapshot",
    "StandInRaises",
    "array",
    "boolean",
    "figure",
    "given",
    "integer",
    "items",
    "mapping",
    "none",
    "number",
    "numbers",
    "raises",
    "same",
    "tensor",
    "text",
    "that",
]

FIGURE_SHAPE = (240, 320, 3)
NOT_A_NUMBER = (
    "NaN comes of 0/0, of inf/inf (exp of a large number is inf), of inf - inf, "
    "and of the logarithm of a negative number."
)
RTOL = 1e-7
ATOL = 1e-9
_REAL = "biuf"
_KINDS = {"float": ("f", "floating-point numbers"), "integer": ("iu", "integers"), "bool": ("b", "booleans")}


def number(answer: Answer, expected: float | None = None, *, rtol: float = RTOL, atol: float = ATOL) -> float:
    """A single real number (int, float, NumPy scalar or 0-d array; not a bool), close to `expected`."""
    __tracebackhide__ = True
    value = value_of(answer)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise _wrong_type(answer, "a number", value)
    try:
        result = float(value)
    except OverflowError:
        result = np.inf if value > 0 else -np.inf
    if expected is None:
        _require_finite(answer, np.asarray(result))
    elif not np.isclose(result, expected, rtol=rtol, atol=atol, equal_nan=True):
        raise _wrong_number(answer, value, result, float(expected))
    return result


def integer(
    answer: Answer, expected: int | None = None, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """A whole number (int or NumPy integer; not a bool), equal to `expected` or within the bounds."""
    __tracebackhide__ = True
    value = value_of(answer)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise _wrong_type(answer, "an integer", value)
    result = int(value)
    if expected is not None and result != expected:
        raise wrong(answer, "The integer is wrong.", rendered(value), rendered(expected))
    if (minimum is not None and result < minimum) or (maximum is not None and result > maximum):
        raise wrong(answer, "The integer is out of range.", rendered(value), _range(minimum, maximum))
    return result


def boolean(answer: Answer, expected: bool | None = None, *, plain: bool = False) -> bool:
    """`True` or `False`, equal to `expected`: a bool, or a `numpy.bool_` unless `plain` is asked for."""
    __tracebackhide__ = True
    value = value_of(answer)
    if plain and not isinstance(value, bool):
        raise _wrong_type(answer, "a plain bool, True or False", value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if not isinstance(value, (bool, np.bool_)):
        raise _wrong_type(answer, "True or False", value)
    if expected is not None and bool(value) != expected:
        raise wrong(answer, "The truth value is wrong.", rendered(value), str(bool(expected)))
    return bool(value)


def text(answer: Answer, expected: str | None = None) -> str:
    """Text, equal to `expected`."""
    __tracebackhide__ = True
    value = value_of(answer)
    if not isinstance(value, str):
        raise _wrong_type(answer, "text", value)
    if expected is not None and value != expected:
        raise wrong(answer, "The text is wrong.", rendered(value), rendered(expected))
    return value


def none(answer: Answer) -> None:
    """`None`."""
    __tracebackhide__ = True
    value = value_of(answer)
    if value is not None and answer._chain_origin.part() == ".grad":
        raise wrong(answer, "A gradient has reached it: `.grad` should be None.", rendered(value), "None")
    if value is not None:
        raise _wrong_type(answer, "None", value)


def array(
    answer: Answer,
    expected: ArrayLike | None = None,
    *,
    shape: Sequence[int | None] | None = None,
    dtype: str | None = None,
    rtol: float = RTOL,
    atol: float = ATOL,
    array_like: bool = False,
) -> NDArray[Any]:
    """A real array with the shape of `expected` (or `shape`, where `None` stands for any length).

    `dtype` is `None` for any real kind, `"float"`, `"integer"`, `"bool"`, or an exact name such as `"float64"`.
    With `array_like`, lists and tuples of numbers count as arrays. Values are close to `expected`; without
    `expected` they are finite.
    """
    __tracebackhide__ = True
    value = value_of(answer)
    result = _as_array(value) if array_like else value
    if not isinstance(result, np.ndarray):
        raise _wrong_type(answer, "an array", value)
    return _compare(answer, result, str(result.dtype), expected, shape, dtype, rtol, atol)


def numbers(answer: Answer, *, shape: Sequence[int | None] | None = None) -> NDArray[np.float64]:
    """Finite real numbers of any dtype as a float64 array: one number, an array or lists. True is 1, False is 0.

    For the arguments of stand-ins, which take whatever a right function takes. `shape` is as for `array`. As float64
    they may be as large as the arguments of one call, and an empty axis counts as one entry: what is computed from an
    array without a number can be large.
    """
    __tracebackhide__ = True
    value = value_of(answer)
    single = not isinstance(value, (list, tuple)) and _numbers_only(value)
    result = np.asarray(value) if single else _as_array(value)
    if not isinstance(result, np.ndarray):
        raise _wrong_type(answer, "numbers", value)
    if math.prod(length or 1 for length in result.shape) > limits.CALLBACK_BLOB_BYTES // np.float64().itemsize:
        raise wrong(answer, "There are far too many numbers.", f"an array of shape {result.shape}")
    return _compare(answer, result, str(result.dtype), None, shape, None, RTOL, ATOL).astype(np.float64)


def tensor(
    answer: Answer,
    expected: ArrayLike | None = None,
    *,
    shape: Sequence[int | None] | None = None,
    dtype: str | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    requires_grad: bool | None = None,
    device: Device | None = None,
) -> TensorSnapshot:
    """A PyTorch tensor, compared as `array` compares; `requires_grad` and `device` are compared where given."""
    __tracebackhide__ = True
    value = value_of(answer)
    if not isinstance(value, TensorSnapshot):
        raise _wrong_type(answer, "a PyTorch tensor", value)
    if requires_grad is not None and value.requires_grad is not requires_grad:
        raise wrong(
            answer,
            f"The tensor should {'' if requires_grad else 'not '}require gradients.",
            f"requires_grad = {value.requires_grad}",
            f"requires_grad = {requires_grad}",
        )
    if device is not None and value.device.partition(":")[0] != device.name.partition(":")[0]:
        raise wrong(answer, "The tensor lies on the wrong device.", f"device {value.device}", f"device {device.name}")
    if value.values is not None:
        _compare(answer, value.values, value.dtype, expected, shape, dtype, rtol, atol, what="tensor")
        return value
    if expected is not None:
        raise wrong(answer, "The tensor has no values.", f"a tensor on device {value.device}")
    if shape is not None and not _fits(value.shape, tuple(shape)):
        raise _wrong_shape(answer, value.shape, tuple(shape), "tensor")
    _require_dtype(answer, np.empty(0, _numpy_dtype(value.dtype)), value.dtype, dtype, "tensor")
    return value


def items(answer: Answer, count: int | None = None) -> list[Answer]:
    """The items of a list, a tuple or a 1-d array, `count` of them."""
    __tracebackhide__ = True
    value = value_of(answer)
    if not isinstance(value, (list, tuple)) and not (isinstance(value, np.ndarray) and value.ndim == 1):
        raise _wrong_type(answer, "a list or tuple", value)
    if len(value) > limits.ITERATION:
        raise wrong(answer, "There are far too many items.", f"{len(value)} items")
    if count is not None and len(value) != count:
        raise wrong(
            answer,
            "The number of items is wrong.",
            f"{_counted(len(value), 'item')}: {described(value)}",
            _counted(count, "item"),
        )
    return list(items_of(answer, list(value)))


def mapping(answer: Answer, keys: Sequence[Any] | None = None) -> dict[Any, Answer]:
    """The values of a dict under `keys`, all of which it must have; further keys are left alone.

    Without `keys`, all values.
    """
    __tracebackhide__ = True
    value = value_of(answer)
    if not isinstance(value, dict):
        raise _wrong_type(answer, "a dict", value)
    keys = list(value) if keys is None else keys
    missing = [key for key in keys if key not in value]
    if missing:
        found = ", ".join(map(shown, list(value)[:20])) or "none"
        raise wrong(
            answer,
            "A key is missing from the dict.",
            f"the keys {found}",
            f"the keys {', '.join(map(shown, keys))}",
            f"Missing: {', '.join(map(shown, missing))}.",
        )
    return {key: answer[key] for key in keys}


def figure(answer: Answer) -> FigureSnapshot:
    """A Matplotlib figure or axes that shows something."""
    __tracebackhide__ = True
    told = figure_of(answer)
    if not isinstance(told, dict):
        raise _wrong_type(answer, "a Matplotlib figure or axes", answer._chain_value)
    pixels, texts = told.get("pixels"), [told.get(key) for key in ("titles", "xlabels", "ylabels")]
    limits, legends = told.get("limits"), told.get("legends")
    if not (
        isinstance(limits, np.ndarray)
        and limits.dtype == np.float64
        and limits.shape[1:] == (4,)
        and isinstance(pixels, np.ndarray)
        and pixels.shape == FIGURE_SHAPE
        and pixels.dtype == np.uint8
        and all(isinstance(part, list) and all(isinstance(text, str) for text in part) for part in texts)
        and isinstance(legends, list)
        and all(isinstance(part, list) and all(isinstance(text, str) for text in part) for part in legends)
    ):
        raise wrong(answer, "The figure cannot be read.", "")
    if told.get("has_data") is not True or not np.ptp(pixels):
        raise wrong(answer, "The figure is blank.", "a figure that shows no data")
    titles, xlabels, ylabels = (tuple(part) for part in texts if part is not None)
    snapshot = FigureSnapshot(pixels, limits, titles, xlabels, ylabels, tuple(map(tuple, legends)))
    answer._chain_client.figure = snapshot
    return snapshot


def same(first: Answer, second: Answer) -> None:
    """Both answers are the same object of the student's (a handle, a tensor or a kept value)."""
    __tracebackhide__ = True
    one, two = _ident(first), _ident(second)
    if one is None or one != two:
        raise WrongAnswer(
            "Two results should be one and the same object.",
            f"{origin_of(first)} and {origin_of(second)} are different objects.",
        )


@contextmanager
def raises(type_name: str) -> Iterator[None]:
    """The student's code inside the block raises the built-in exception `type_name` or a subclass of it."""
    __tracebackhide__ = True
    settle_all()
    try:
        try:
            yield
        finally:
            settle_all()
    except StudentError as error:
        if from_stub(error):
            raise
        if type_name in error.bases:
            return
        raise WrongAnswer(
            f"This should raise {type_name}, but raised {built_in(error)}.",
            str(Evidence(str(error), type_name, calls=_latest_call())),
        ) from error
    deed = _latest()
    returned = f"; it returned {described(deed.result)}" if deed is not None and deed.result is not NOTHING else ""
    raise WrongAnswer(
        f"This should raise {type_name}, but raised nothing.",
        str(Evidence(f"no exception{returned}", type_name, calls=_latest_call())),
    )


@contextmanager
def given(kind: str) -> Iterator[None]:
    """Say that failures in the block are about this kind of input, such as "a batch of one".

    That stands in the message of a hidden check, too: `kind` is in the handout's words and holds no value.
    """
    __tracebackhide__ = True
    try:
        try:
            yield
        finally:
            settle_all()
    except Exception as error:
        of_kind(error, kind)
        raise


def that(condition: bool, sentence: str, **values: Any) -> None:
    """`condition`, computed from values that were opened before.

    `sentence` is fixed text for the student; `values` are shown beside it where that is safe.
    """
    __tracebackhide__ = True
    if not isinstance(condition, (bool, np.bool_)):
        raise CheckMisuse(f"expect.that takes a bool, not a {type(condition).__name__}")
    if not condition:
        stand_in = next((client.stand_in for client in open_clients() if client.stand_in), "")
        if stand_in and stand_in not in sentence:
            sentence = f"{stand_in}: {sentence}"
        shown_values = [f"{name} = {shown(value)}" for name, value in values.items()]
        raise WrongAnswer(sentence, "\n".join([*shown_values, str(Evidence(calls=_latest_call()))]).strip())


def _compare(
    answer: Answer,
    result: NDArray[Any],
    dtype_name: str,
    expected: ArrayLike | None,
    shape: Sequence[int | None] | None,
    dtype: str | None,
    rtol: float,
    atol: float,
    what: str = "array",
) -> NDArray[Any]:
    __tracebackhide__ = True
    wanted = None if expected is None else np.asarray(expected)
    wanted_shape = tuple(shape) if shape is not None else None if wanted is None else wanted.shape
    if wanted_shape is not None and not _fits(result.shape, wanted_shape):
        raise _wrong_shape(answer, result.shape, wanted_shape, what)
    _require_dtype(answer, result, dtype_name, dtype, what)
    if wanted is None:
        _require_finite(answer, result)
    else:
        _require_close(answer, result, wanted, rtol, atol, what)
    return result


def _require_dtype(answer: Answer, result: NDArray[Any], name: str, dtype: str | None, what: str) -> None:
    if dtype in _KINDS:
        kinds, words = _KINDS[dtype]
        right = result.dtype.kind in kinds
    elif dtype is None:
        right, words = result.dtype.kind in _REAL, "real numbers"
    else:
        right, words = name == dtype, f"dtype {dtype}"
    if not right:
        raise wrong(answer, f"The {what} has the wrong dtype: it should hold {words}.", f"dtype {name}", words)


def _numpy_dtype(name: str) -> str:
    """The NumPy dtype of the same kind as a PyTorch one."""
    return name if name in DTYPES else "float32" if name == "bfloat16" else "object"


def _require_finite(answer: Answer, result: NDArray[Any]) -> None:
    finite = np.isfinite(result)
    if not finite.all():
        raise wrong(answer, _not_finite(result), rendered(result), "finite numbers", _first_not_finite(result))


def _not_finite(result: NDArray[Any]) -> str:
    """Return what is said of numbers of which some are NaN or infinite."""
    subject = "The result holds" if result.ndim else "The result is"
    kinds = [word for found, word in ((np.isnan(result), "NaN"), (np.isinf(result), "infinity")) if found.any()]
    return f"{subject} {' and '.join(kinds)}.{f' {NOT_A_NUMBER}' if 'NaN' in kinds else ''}"


def _first_not_finite(result: NDArray[Any]) -> str:
    if not result.ndim:
        return ""
    bad = ~np.isfinite(result)
    place = np.unravel_index(np.argmax(bad), bad.shape)
    return (
        f"{np.count_nonzero(bad)} of {_counted(result.size, 'number')}; the first at {_place(place)}: {result[place]!s}"
    )


def _wrong_number(answer: Answer, value: Any, result: float, expected: float) -> WrongAnswer:
    if not math.isfinite(result) and math.isfinite(expected):
        return wrong(answer, _not_finite(np.asarray(result)), rendered(value), rendered(expected))
    lengths = sorted({length for array in known_to(answer) for length in array.shape})
    words = patterns.number(result, expected, lengths)
    return wrong(answer, f"The number is wrong. {words}".strip(), rendered(value), rendered(expected))


def _require_close(
    answer: Answer, result: NDArray[Any], wanted: NDArray[Any], rtol: float, atol: float, what: str
) -> None:
    with np.errstate(all="ignore"):
        close = np.isclose(result, wanted, rtol=rtol, atol=atol, equal_nan=True)
        if close.all():
            return
        apart = np.asarray(np.abs(result.astype(complex) - wanted))
    apart[close] = 0.0
    apart[np.isnan(apart)] = np.inf
    got, expected = side_by_side(result, wanted)
    if what == "tensor":
        got, expected = f"tensor({got})", f"tensor({expected})"
    raise wrong(answer, _how_wrong(answer, result, wanted), got, expected, _differing(close, apart, result, wanted))


def _how_wrong(answer: Answer, result: NDArray[Any], wanted: NDArray[Any]) -> str:
    """The sentence on numbers that are wrong: what comes before any talk of them, or the pattern of the difference."""
    if has_changed(answer, wanted):
        return CHANGED
    unexpected = ~np.isfinite(result) & np.isfinite(wanted)
    if unexpected.any():
        return _not_finite(np.where(unexpected, result, 0.0))
    words = patterns.difference(result, wanted, known_to(answer))
    return f"The shape is right, the numbers are wrong. {words}".strip()


def _differing(close: NDArray[Any], apart: NDArray[Any], result: NDArray[Any], wanted: NDArray[Any]) -> str:
    """Return which numbers differ: how many, the first and the worst."""
    if result.size == 1:
        return ""
    count = close.size - np.count_nonzero(close)
    first = np.unravel_index(np.argmin(close), close.shape)
    worst = np.unravel_index(np.argmax(apart), apart.shape)
    many = f"All {count}" if count == close.size else f"{count} of {close.size}"
    text = f"{many} numbers {'differs' if count == 1 else 'differ'}; first {_at(first, result, wanted)}"
    return f"{text}; worst {_at(worst, result, wanted)}." if count > 1 and worst != first else f"{text}."


def _at(index: tuple[np.intp, ...], result: NDArray[Any], wanted: NDArray[Any]) -> str:
    return f"at {_place(index)}: {result[index]!s} instead of {wanted[index]!s}"


def _place(index: tuple[np.intp, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def _as_array(value: Any) -> Any:
    """Nested lists of numbers as an array; anything else, and more than may be handed over, unchanged."""
    if isinstance(value, (list, tuple)) and _numbers_only(value):
        if _bytes_together(value) > limits.ANSWER_BLOB_BYTES:
            return value
        try:
            return np.asarray(value)
        except (ValueError, OverflowError):
            return value
    return value


def _numbers_only(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_numbers_only, value))
    return isinstance(value, (bool, float, np.number, np.bool_, np.ndarray)) or (
        isinstance(value, int) and abs(value) < 2**63
    )


def _bytes_together(value: Sequence[Any]) -> int:
    """Return the size of nested numbers in one dtype that holds all: beside complex ones, booleans grow sixteenfold."""
    counts: Counter[Any] = Counter()
    waiting = [value]
    while waiting:
        for part in waiting.pop():
            if isinstance(part, (list, tuple)):
                waiting.append(part)
            else:
                counts[getattr(part, "dtype", type(part))] += getattr(part, "size", 1)
    return counts.total() * np.result_type(*map(np.dtype, counts)).itemsize if counts else 0


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(w is None or n == w for n, w in zip(shape, wanted, strict=True))


def _wrong_shape(
    answer: Answer, shape: tuple[int, ...], wanted: tuple[int | None, ...], what: str = "array"
) -> WrongAnswer:
    text = "(" + ", ".join("any" if n is None else str(n) for n in wanted) + ("," if len(wanted) == 1 else "") + ")"
    words = patterns.shape(shape, wanted)
    return wrong(
        answer,
        f"The {what} has the wrong shape. {words}".strip(),
        f"shape {shape}" if shape else "a single number, shape ()",
        f"shape {text}" if wanted else "a single number, shape ()",
    )


def _wrong_type(answer: Answer, wanted: str, value: Any) -> WrongAnswer:
    origin = answer._chain_origin
    if origin.whole is not NOTHING:
        sentence = (
            f"The result is one array, and should be a list or tuple: its part {origin.part()} should be {wanted}."
        )
        return wrong(answer, sentence, described(origin.whole), f"a list or tuple with {wanted} at {origin.part()}")
    if value is None and origin.is_call:
        return wrong(answer, f"The result is None: is a `return` missing? It should be {wanted}.", "None", wanted)
    if value is None and origin.part() == ".grad":
        return wrong(answer, "There is no gradient: `.grad` is None.", "None", wanted)
    return wrong(answer, f"The result is of the wrong type: it should be {wanted}.", described(value), wanted)


def _latest() -> Deed | None:
    """The latest call of the check that is running."""
    return next((deed for client in open_clients() if (deed := latest(client.deeds))), None)


def _latest_call() -> tuple[str, ...]:
    deed = _latest()
    return (called_with(deed.origin),) if deed else ()


def _ident(answer: Answer) -> int | None:
    if not isinstance(answer, Answer):
        raise CheckMisuse(f"expect.same compares answers of the student's, not a {type(answer).__name__}")
    return getattr(answer._chain_value, "ident", None)


def _range(minimum: int | None, maximum: int | None) -> str:
    if minimum is None:
        return f"at most {maximum}"
    if maximum is None:
        return f"at least {minimum}"
    return f"{minimum} to {maximum}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else f'{noun}s'}"
