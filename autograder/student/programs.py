"""A module of the submission run as a program."""

import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.student.modules import load_main


class _Pipe(io.RawIOBase):
    """Keeps what is written to it, also when it is closed."""

    name = "<stdout>"

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.written += data
        return len(data)


def run_program(name: str, folder: Path, arguments: Sequence[str]) -> dict[str, Any]:
    """Run `folder/name.py`, or else the notebook, as `__main__` with these arguments, in this process.

    Returns its exit `status` and the `output` that it printed. Raises whatever it raises, but for `SystemExit`.
    """
    pipe = _Pipe()
    output = io.TextIOWrapper(pipe, encoding="utf-8", newline="\n", write_through=True)
    program = ModuleType("__main__")
    before = sys.argv, sys.modules["__main__"]
    sys.argv, sys.modules["__main__"] = [f"{name}.py", *arguments], program
    try:
        with redirect_stdout(output):
            load_main(program, name, folder)
        status = 0
    except SystemExit as leaving:
        status = _status(leaving.code)
    finally:
        sys.argv, sys.modules["__main__"] = before
    return {"status": status, "output": pipe.written.decode("utf-8", "replace")}


def _status(code: object) -> int:
    """The exit status that Python gives to what `sys.exit` was called with."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    print(code, file=sys.stderr)
    return 1
