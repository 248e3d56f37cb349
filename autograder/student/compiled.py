"""Code of the submission, compiled once for all of its processes.

The first process compiles it, inside the sandbox and before any of it runs. The grader hands the result, unread, to the
processes after that one. It is found by what it was compiled from, so that a file that has changed is compiled again.
"""

import __future__

import hashlib
import marshal
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import CodeType

from autograder.student.notebook import NotebookError, read_notebook

FUTURE_FLAGS = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})

_known: dict[str, bytes] = {}


def use(codes: Mapping[str, bytes]) -> None:
    """Take over what an earlier process of the same submission has compiled."""
    _known.update(codes)


def code_of(source: str | bytes, path: str, flags: int = 0) -> CodeType:
    """The code of a module or a cell, compiled now where it is not known. Raises what `compile` raises."""
    known = _known.get(_key(source, flags))
    if known is not None:
        return _placed(marshal.loads(known), path)
    code: CodeType = compile(source, path, "exec", flags=flags, dont_inherit=True)
    return code


def compile_all(names: Sequence[str], folder: Path) -> dict[str, bytes]:
    """Compile these modules of the submission, for `use`.

    What does not compile, or not without a warning, is left out: each process meets that for itself.
    """
    codes: dict[str, bytes] = {}
    with warnings.catch_warnings(), suppress(SyntaxError, ValueError, Warning, NotebookError, OSError):
        warnings.simplefilter("error")
        for name in names:
            flags = 0
            for source in _parts(folder / name):
                code = compile(source, name, "exec", flags=flags, dont_inherit=True)
                codes[_key(source, flags)] = marshal.dumps(code)
                flags |= code.co_flags & FUTURE_FLAGS
    return codes


def _parts(path: Path) -> list[bytes] | list[str]:
    """The source of a module, or of each cell of a notebook."""
    if path.with_suffix(".py").is_file():
        return [path.with_suffix(".py").read_bytes()]
    return [cell.source for cell in read_notebook(path.with_suffix(".ipynb").read_bytes()).cells]


def _key(source: str | bytes, flags: int) -> str:
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    return f"{hashlib.sha256(data).hexdigest()} {flags}"


def _placed(code: CodeType, path: str) -> CodeType:
    """The same code as if it had been read from `path`."""
    inner = (_placed(part, path) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_filename=path, co_consts=tuple(inner))
