"""Code of the submission, compiled once for all of its processes.

The first process compiles it, inside the sandbox and before any of it runs. The grader hands the result, unread, to the
processes after that one. It is found by what it was compiled from, so that a file that has changed is compiled again.
"""

import __future__

import ast
import hashlib
import marshal
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

from autograder.student.notebook import NotebookError, read_notebook

_known: dict[str, bytes] = {}


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a module or a cell, with the line where it begins."""

    line: int
    code: CodeType


@dataclass(frozen=True)
class Compiled:
    """The statements of a module or a cell; `flags` are those of the compiler that hold for the cell below."""

    statements: tuple[Statement, ...]
    flags: int


def use(codes: Mapping[str, bytes]) -> None:
    """Take over what an earlier process of the same submission has compiled."""
    _known.update(codes)


def compiled(source: str | bytes, path: str, flags: int = 0) -> Compiled:
    """The code of a module or a cell, compiled now where it is not known. Raises what `compile` raises."""
    known = _known.get(_key(source, flags))
    if known is None:
        return _compile(source, path, flags)
    pairs, flags = marshal.loads(known)
    return Compiled(tuple(Statement(line, _placed(code, path)) for line, code in pairs), flags)


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
                found = _compile(source, name, flags)
                pairs = tuple((statement.line, statement.code) for statement in found.statements)
                codes[_key(source, flags)] = marshal.dumps((pairs, found.flags))
                flags = found.flags
    return codes


def _compile(source: str | bytes, path: str, flags: int) -> Compiled:
    """Compile a source statement by statement. A string that stands alone below the first line is left out: compiled
    by itself, it would become the module's docstring.
    """
    tree: ast.Module = compile(source, path, "exec", flags=flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            flags |= sum(getattr(__future__, one.name).compiler_flag for one in node.names if one.name in _FEATURES)
    statements = []
    for node in tree.body:
        if node is tree.body[0] or not _is_text(node):
            code = compile(ast.Module([node], []), path, "exec", flags=flags, dont_inherit=True)
            statements.append(Statement(node.lineno, code))
    return Compiled(tuple(statements), flags)


_FEATURES = frozenset(__future__.all_feature_names)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


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
