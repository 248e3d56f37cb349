"""An exception in the student's code, as the grader is told of it."""

import errno
import linecache
import os
import re
import sysconfig
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import autograder
from autograder.channel import limits
from autograder.student import audit
from autograder.student.help import mark, mark_of_syntax, plainly, suggestion
from autograder.student.modules import ForbiddenImport

_MULTIPROCESSING = f"{os.sep}multiprocessing{os.sep}"
_PROCESS = "process"
_LIBRARIES = {
    str(Path(autograder.__file__).parent.parent),
    *(sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib", "platstdlib")),
}
_CELL = re.compile(r"(\w+\.ipynb\[cell \d+\])")


def describe(error: BaseException, folder: Path) -> list[Any]:
    """`[type, built-in bases, text, frames, forbidden]`, each frame `[file, line, function, source]`.

    Only the student's own frames are kept. Paths are taken out of the text: the folder is another one in every run,
    and Python's libraries lie elsewhere on every machine.
    """
    forbidden = None
    try:
        forbidden = _forbidden(error)  # first: whatever is opened from here on is what was tried last
        return [*_described(error, folder), forbidden]
    except BaseException:  # noqa: BLE001 - a student's exception may fight being looked at
        return ["Exception", ["Exception"], "an exception that cannot be described", [], forbidden]


def _described(error: BaseException, folder: Path) -> list[Any]:
    kind = type(error)
    bases = [base.__name__ for base in kind.__mro__ if base.__module__ == "builtins"]
    return [
        kind.__name__[:100],
        bases,
        _without(folder, _helped(error))[: limits.TEXT],
        [list(frame) for frame in own_frames(error, folder)],
    ]


def own_frames(error: BaseException, folder: Path) -> list[tuple[str, int, str, str]]:
    """The frames of `error` that lie in the submission, outermost first."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        filename, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        if (file := relative(filename, folder)) is not None:
            source = linecache.getline(filename, line).strip()[: limits.SOURCE]
            frames.append((file, line, trace.tb_frame.f_code.co_name, _marked(source, mark(filename, trace))))
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename and (file := relative(error.filename, folder)):
        source = (error.text or "").strip()[: limits.SOURCE]
        frames.append((file, error.lineno or 0, "", _marked(source, mark_of_syntax(error))))
    return frames[-limits.FRAMES :]


def _marked(source: str, marks: str) -> str:
    return f"{source}\n{marks[: limits.SOURCE]}" if marks.strip() else source


def _helped(error: BaseException) -> str:
    """The text of an error, with the help that Python gives below it."""
    text = _text(error)
    try:
        meant = suggestion(error)
        return f"{plainly(text, error.__traceback__)}{f'. {meant}' if meant else ''}"
    except BaseException:  # noqa: BLE001 - a student's `__dir__` may raise anything
        return text


def relative(filename: str, folder: Path) -> str | None:
    """`filename` as the student knows it; `None` where it is not the student's."""
    cell = _CELL.search(filename)
    if cell:
        return cell.group(1)
    try:
        return Path(filename).relative_to(folder).as_posix()
    except ValueError:
        return None


def _without(folder: Path, text: str) -> str:
    text = text.replace(f"{folder}/", "").replace(str(folder), ".")
    for library in sorted(_LIBRARIES, reverse=True):  # packages may lie inside Python's own library
        text = text.replace(f"{library}/", "")
    return text


def _walk(trace: TracebackType | None) -> list[tuple[str, int, str]]:
    return [(frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in traceback.walk_tb(trace)]


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException as second:  # noqa: BLE001 - a student's __str__ may raise anything
        return f"(its text cannot be shown: {type(second).__name__})"


def _forbidden(error: BaseException) -> str | None:
    if isinstance(error, ForbiddenImport):
        return "import"
    for one in (error, error.__cause__, getattr(error, "inner_exception", None)):  # PyTorch's compilers wrap it
        if isinstance(one, OSError) and one.errno in (errno.EPERM, errno.EACCES):
            return _PROCESS if audit.last_tried() and _starts_a_process(error) else audit.last_tried()
    return None


def _starts_a_process(error: BaseException) -> bool:
    """Return whether it came up in the library that starts processes, which first opens files and semaphores."""
    return any(_MULTIPROCESSING in filename for filename, _, _ in _walk(error.__traceback__))
