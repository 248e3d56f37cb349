"""Follows a student's own functions line by line, and writes down what each line has changed.

It uses Python's trace function: nothing else is run, and nothing of a reference is known.
"""

import inspect
import linecache
import reprlib
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import numpy as np

SHOWN = 2
"""Number of times that a line of a loop is shown before the rest is counted."""

MOST_LINES = 300
HEAD = 72
"""Characters in which all arguments of a call stand beside it."""

SMALL = 12
"""The numbers of an array that are shown one by one."""

PARTS = 20
LARGEST = 1_000_000
"""Numbers of an array that are looked at; of a larger one, so many at equal distances."""

Values = dict[str, Any]


@dataclass
class _Call:
    """A call of a function that is going on: the line it is at, how often each has run, and what was there before it.

    A line `waits` until it has been shown or counted. `folded` lines were counted, the most frequent so many `times`.
    """

    depth: int
    line: int
    before: Values
    marks: dict[str, int]
    runs: Counter[int] = field(default_factory=Counter)
    waits: bool = False
    raised: bool = False
    folded: set[int] = field(default_factory=set)
    times: int = 0


class Trace:
    """Traces the functions of these files while it is entered; `lines` is what a person reads."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = tuple(map(str, files))
        self._modules = frozenset(Path(file).stem for file in self._files)
        self._calls: dict[FrameType, _Call] = {}
        self._seen: set[str] = set()
        self._raised: BaseException | None = None
        self._left_out = 0
        self._lines: list[str] = []

    def __enter__(self) -> "Trace":
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    @property
    def lines(self) -> list[str]:
        """Each line that was run, and below it what it changed."""
        more = [f"… and {self._left_out} more lines"] if self._left_out else []
        return [*self._lines, *more]

    def _is_own(self, code: CodeType) -> bool:
        """Return whether this is a function of the student's: no module, no class, no comprehension."""
        file, cell, _ = code.co_filename.partition("[cell ")
        return (
            (file if cell else code.co_filename) in self._files
            and bool(code.co_flags & inspect.CO_OPTIMIZED)
            and not code.co_name.startswith("<")
        )

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not self._is_own(frame.f_code):
            return None
        caller = self._around(frame)
        if caller is not None and caller.runs[caller.line] > SHOWN:
            return None  # the caller's line is counted and not shown, and so is all that it calls
        call = _Call(
            depth=0 if caller is None else caller.depth + 1,
            line=frame.f_lineno,
            before=self._values(frame),
            marks=self._prints(frame),
        )
        self._calls[frame] = call
        arguments = [f"{name} = {described(value)}" for name, value in call.before.items()]
        if self._lines and call.depth == 0:
            self._write(call, "")
        head = f"{_name(frame)}({', '.join(arguments)})"
        self._write(call, head if len(head) <= HEAD else f"{_name(frame)}, called with")
        for argument in arguments if len(head) > HEAD else ():
            self._write(call, f"      {argument}")
        return self._stepped

    def _around(self, frame: FrameType) -> _Call | None:
        """The call of the student's that this one is made in."""
        outer = frame.f_back
        while outer is not None and outer not in self._calls:
            outer = outer.f_back
        return self._calls[outer] if outer is not None else None

    def _stepped(self, frame: FrameType, event: str, argument: Any) -> Any:
        call = self._calls[frame]
        self._finish_line(frame, call)
        if event == "line":
            call.line, call.waits, call.raised = frame.f_lineno, True, False
            call.runs[call.line] += 1
        elif event == "return":
            self._unfold(frame, call)
            if not call.raised:
                self._write(call, f"      returns {self._told(call, argument)}")
            del self._calls[frame]
        elif event == "exception":
            kind, error, _ = argument
            call.raised = True
            if error is not self._raised:
                self._unfold(frame, call)
                self._write(call, f"      raises {kind.__name__}: {_short(str, error)}")
            self._raised = error
        return self._stepped

    def _finish_line(self, frame: FrameType, call: _Call) -> None:
        """Show the line that was run, or count it."""
        if not call.waits:
            return
        call.waits = False
        if call.runs[call.line] > SHOWN:
            call.folded.add(call.line)
            call.times = max(call.times, call.runs[call.line] - SHOWN)
            return
        self._unfold(frame, call)
        source = linecache.getline(frame.f_code.co_filename, call.line, frame.f_globals).strip()
        self._write(call, f"{call.line:4}  {source}")
        self._changes(frame, call)

    def _unfold(self, frame: FrameType, call: _Call) -> None:
        """Say how often lines were run that are not shown, and what had changed after the last time."""
        if call.folded:
            first, last = min(call.folded), max(call.folded)
            lines = f"line {first}" if first == last else f"lines {first} to {last}"
            self._write(call, f"   …  {lines}, {call.times} more times. After that:")
            call.folded, call.times = set(), 0
            self._changes(frame, call)

    def _changes(self, frame: FrameType, call: _Call) -> None:
        values, prints = self._values(frame), self._prints(frame)
        for name, value in values.items():
            if prints[name] != call.marks.get(name):
                self._write(call, f"      {name} = {self._told(call, value)}")
        call.before, call.marks = values, prints

    def _told(self, call: _Call, value: Any) -> str:
        """A value, and what is worth a second look."""
        array, before = _array(value), list(map(_array, call.before.values()))
        found = [described(value)]
        if array is None:
            return found[0]
        if "nan" not in self._seen and array.dtype.kind in "fc" and np.isnan(_some(array)).any():
            self._seen.add("nan")
            found.append("<-- the first NaN")
        if "inf" not in self._seen and array.dtype.kind in "fc" and np.isinf(_some(array)).any():
            self._seen.add("inf")
            found.append("<-- the first infinite number")
        single = array.dtype == np.float32 and not _is_tensor(value)
        known = any(one is not None and one.dtype == np.float32 for one in before)
        if "float32" not in self._seen and single and not known:
            self._seen.add("float32")
            found.append("<-- float32: only seven digits")
        meeting = _meeting(array.shape, {one.shape for one in before if one is not None})
        if meeting:
            found.append(f"<-- {meeting}")
        return "  ".join(found)

    def _write(self, call: _Call, text: str) -> None:
        if len(self._lines) < MOST_LINES:
            self._lines.append(f"{'    ' * call.depth}{text}".rstrip())
        else:
            self._left_out += 1

    def _values(self, frame: FrameType) -> Values:
        """Return what a function holds under names, and what lies in its dicts, lists and own objects."""
        found: Values = {}
        for name, value in frame.f_locals.items():
            parts = dict(self._parts(name, value))
            found |= parts if parts or self._is_object(value) else {name: value}
        return found

    def _is_object(self, value: Any) -> bool:
        """Return whether it is an object of a class of the student's."""
        return type(value).__module__ in self._modules and hasattr(value, "__dict__")

    def _parts(self, name: str, value: Any) -> Iterator[tuple[str, Any]]:
        if self._is_object(value):
            yield from ((f"{name}.{key}", part) for key, part in list(vars(value).items())[:PARTS])
        elif type(value) is dict and all(type(key) is str for key in value):
            yield from ((f"{name}[{key!r}]", part) for key, part in list(value.items())[:PARTS])
        elif type(value) in (list, tuple) and any(_array(part) is not None for part in value):
            yield from ((f"{name}[{place}]", part) for place, part in enumerate(value[:PARTS]))

    def _prints(self, frame: FrameType) -> dict[str, int]:
        return {name: _print(value) for name, value in self._values(frame).items()}


def described(value: Any) -> str:
    """A value in a few words: type or dtype, shape, and its numbers where they are few, or else least and largest."""
    if value is None or type(value) in (int, float, bool):
        return repr(value) if value is None else f"{type(value).__name__} {value!r}"
    array = _array(value)
    if array is None or array.dtype.kind not in "biufc":
        return value.__name__ if inspect.isroutine(value) else f"{type(value).__name__} {_short(reprlib.repr, value)}"
    kind = f"tensor {array.dtype}" if _is_tensor(value) else str(array.dtype)
    if not array.ndim:
        return f"{kind} {array[()]:.6g}" if array.dtype.kind == "f" else f"{kind} {array[()]}"
    if array.size <= SMALL:
        text = np.array2string(array, precision=4, separator=" ", max_line_width=1000).replace("\n", "")
        return f"{kind} {array.shape} {' '.join(text.split())}"
    if array.dtype.kind == "c":
        return f"{kind} {array.shape}"
    some = _some(array)
    return f"{kind} {array.shape} from {some.min():.4g} to {some.max():.4g}"


def _name(frame: FrameType) -> str:
    """The function, with the class of the object it is called on."""
    owner = frame.f_locals.get("self")
    return f"{type(owner).__name__}.{frame.f_code.co_name}" if owner is not None else frame.f_code.co_name


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _array(value: Any) -> "np.ndarray[Any, Any] | None":
    """The numbers of an array, a tensor or a single number; `None` of anything else."""
    if _is_tensor(value):
        return np.asarray(value.detach().cpu()) if not value.is_meta else None
    if isinstance(value, (np.ndarray, np.generic)) or type(value) in (float, int, bool):
        try:
            return np.asarray(value)
        except OverflowError:
            return None
    return None


def _some(array: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    flat = array.reshape(-1)
    return flat[:: max(1, flat.size // LARGEST)]


def _print(value: Any) -> int:
    """A number that changes with what a value holds."""
    array = _array(value)
    if array is None or array.dtype.kind == "O":
        return zlib.crc32(_short(reprlib.repr, value).encode("utf-8", "replace"))
    return zlib.crc32(_some(array).tobytes(), zlib.crc32(f"{type(value)} {array.dtype} {array.shape}".encode()))


def _short(shown: Any, value: Any) -> str:
    try:
        return " ".join(str(shown(value)).split())[:100]
    except Exception as error:  # noqa: BLE001 - a student's own class may raise anything
        return f"(cannot be shown: {type(error).__name__})"


def _meeting(shape: tuple[int, ...], others: set[tuple[int, ...]]) -> str:
    """Return how an (m, m) came to be where a column has met a row, or what NumPy takes for one."""
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 2 or shape in others:
        return ""
    m = shape[0]
    for row in ((m,), (1, m)):
        if (m, 1) in others and row in others:
            return f"{(m, 1)} with {row} makes {shape}"
    return ""
