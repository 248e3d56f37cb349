"""The functions of a file that a task asks for, found in its syntax tree: nothing is run."""

import ast
import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.course.handout import tasks_named
from autograder.course.stubs import PLACEHOLDER


@dataclass(frozen=True)
class Function:
    """A function or a method: its name (`Perceptron.update`), the tasks that its docstring or its class's names, its
    lines from the first decorator to the last, the line of its `def`, how far it is indented, and whether it still
    raises what the stub raises.
    """

    name: str
    tasks: tuple[str, ...]
    first: int
    last: int
    line: int
    indent: int
    empty: bool


def functions_of(source: str | bytes) -> list[Function]:
    """The functions at the top of a module and in its classes. Raises `SyntaxError`, `ValueError`."""
    return list(_functions(ast.parse(source).body, "", ()))


def asked_for(functions: Sequence[Function], task: str) -> list[Function]:
    """The functions that a task asks for."""
    return [function for function in functions if task in function.tasks]


def text_of(source: str, function: Function) -> str:
    """The lines of a function."""
    return "".join(_lines(source)[function.first - 1 : function.last])


def replaced(source: str, function: Function, by: str) -> str:
    """The source with another text, which may be indented otherwise, in the place of a function."""
    lines = _lines(source)
    indent = lines[function.line - 1][: function.indent]
    end = "\r\n" if lines[function.first - 1].endswith("\r\n") else "\n"
    new = [f"{indent}{line}{end}" if line else end for line in textwrap.dedent(by).rstrip().split("\n")]
    return "".join([*lines[: function.first - 1], *new, *lines[function.last :]])


def _lines(source: str) -> list[str]:
    """The lines as Python counts them, with their ends."""
    return list(io.StringIO(source, newline=""))


def _functions(body: Sequence[ast.stmt], prefix: str, around: tuple[str, ...]) -> Iterator[Function]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.", _tasks(node))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Function(
                name=prefix + node.name,
                tasks=_tasks(node) or around,
                first=min([node.lineno, *(one.lineno for one in node.decorator_list)]),
                last=node.end_lineno or node.lineno,
                line=node.lineno,
                indent=node.col_offset,
                empty=any(map(_is_placeholder, ast.walk(node))),
            )


def _tasks(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    return tasks_named(ast.get_docstring(node) or "")


def _is_placeholder(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.func.id == "NotImplementedError"
        and [one.value for one in node.exc.args if isinstance(one, ast.Constant)] == [PLACEHOLDER]
    )
