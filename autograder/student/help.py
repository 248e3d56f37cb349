"""Python's own help beside an exception: a name that was meant, a mark below the line, the shapes of a product."""

import ast
import builtins
import difflib
import linecache
import re
import sys
import traceback
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

import numpy as np

ALIKE = 0.7
MOST_NAMES = 2_000
GUFUNC = re.compile(
    r"(?P<name>\w+): Input operand 1 has a mismatch.*\(size (?P<rows>\d+) is different from (?P<columns>\d+)\)"
)


def suggestion(error: BaseException) -> str:
    """Return the name that was probably meant where another was not found; else nothing."""
    name = getattr(error, "name", None)
    if not isinstance(name, str):
        return ""
    if isinstance(error, AttributeError):
        known = dir(error.obj)
    elif isinstance(error, NameError):
        frame = _innermost(error.__traceback__)
        known = [*frame.f_locals, *frame.f_globals, *dir(builtins)] if frame is not None else []
    else:
        return ""
    names = [one for one in known[:MOST_NAMES] if isinstance(one, str) and one != name]
    close = difflib.get_close_matches(name, names, 1, ALIKE)
    return f"Did you mean: '{close[0]}'?" if close else ""


def plainly(text: str, trace: TracebackType | None) -> str:
    """Return what NumPy says of a product that cannot be, with both shapes instead of a signature."""
    found = GUFUNC.search(text)
    if found is None:
        return text
    shapes = _shapes(trace)
    what = f"of arrays of shapes {shapes[0]} and {shapes[1]}" if len(shapes) == 2 else "of two arrays"
    return (
        f"{found['name']} {what}: the last axis of the first has {found['columns']} entries, "
        f"and the first but last of the second {found['rows']}. They should be equal."
    )


def mark(filename: str, trace: TracebackType) -> str:
    """Return the marks that Python puts below a line, at the part that has failed; nothing before Python 3.11."""
    position = _position(trace)
    if position is None:
        return ""
    line, end_line, start, end = position
    summary = traceback.FrameSummary(
        filename, line, "", lookup_line=False, line=None, end_lineno=end_line, colno=start, end_colno=end
    )
    *_, last = traceback.StackSummary().format_frame_summary(summary).splitlines()
    return last[4:] if set(last.strip()) <= {"~", "^"} else ""


def mark_of_syntax(error: SyntaxError) -> str:
    """Return the mark below the place of a line that cannot be read."""
    text, offset = error.text or "", error.offset or 0
    indent = len(text) - len(text.lstrip())
    if not indent < offset <= len(text) + 1:
        return ""
    end = error.end_offset if error.end_lineno == error.lineno and error.end_offset else offset + 1
    return " " * (offset - 1 - indent) + "^" * max(1, min(end, len(text) + 1) - offset)


def _innermost(trace: TracebackType | None) -> FrameType | None:
    frames = [frame for frame, _ in traceback.walk_tb(trace)]
    return frames[-1] if frames else None


def _position(trace: TracebackType) -> tuple[int, int, int, int] | None:
    if sys.version_info < (3, 11):
        return None
    positions = list(trace.tb_frame.f_code.co_positions())
    line, end_line, start, end = positions[trace.tb_lasti // 2]
    if line is None or end_line is None or start is None or end is None:
        return None
    return line, end_line, start, end


def _shapes(trace: TracebackType | None) -> list[tuple[int, ...]]:
    """Return the shapes of the operands of the line that failed, as far as they are plain names or parts of them."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    position = _position(trace) if trace is not None else None
    if trace is None or position is None or position[0] != position[1]:
        return []
    line, _, start, end = position
    segment = linecache.getline(trace.tb_frame.f_code.co_filename, line).encode()[start:end].decode()
    try:
        expression = ast.parse(segment, mode="eval").body
    except SyntaxError:
        return []
    operands = [expression.left, expression.right] if isinstance(expression, ast.BinOp) else []
    if isinstance(expression, ast.Call):
        operands = expression.args[:2]
    return [value.shape for operand in operands for value in _values(operand, trace.tb_frame)]


def _values(node: ast.expr, frame: FrameType) -> Iterator[Any]:
    """Yield the array that an expression stands for, where no code of the student's has to run for that."""
    value = _looked_up(node, frame)
    if type(value) is np.ndarray:
        yield value


def _looked_up(node: ast.expr, frame: FrameType) -> Any:
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    if isinstance(node, ast.Attribute):
        inner = _looked_up(node.value, frame)
        if type(inner) is np.ndarray:
            return inner.T if node.attr == "T" else None
        return inner.__dict__.get(node.attr) if type(inner).__dict__.get("__dict__") is not None else None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        inner = _looked_up(node.value, frame)
        return inner.get(node.slice.value) if type(inner) is dict else None
    return None
