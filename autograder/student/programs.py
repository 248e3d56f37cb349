"""A module of the submission run as a program."""

import io
import runpy
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any


def run_program(path: Path, arguments: Sequence[str]) -> dict[str, Any]:
    """Run the file as `__main__` with these arguments, in this process.

    Returns its exit `status` and the `output` that it printed. Raises whatever it raises, but for `SystemExit`.
    """
    output = io.StringIO()
    before = sys.argv
    sys.argv = [path.name, *arguments]
    try:
        with redirect_stdout(output):
            runpy.run_path(str(path), run_name="__main__")
        status = 0
    except SystemExit as leaving:
        status = _status(leaving.code)
    finally:
        sys.argv = before
    return {"status": status, "output": output.getvalue()}


def _status(code: object) -> int:
    """The exit status that Python gives to what `sys.exit` was called with."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    print(code, file=sys.stderr)
    return 1
