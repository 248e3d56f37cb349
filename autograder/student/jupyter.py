"""The two names that Jupyter gives to code without an import: `get_ipython` and `display`.

A notebook that was saved as a script calls them. They do nothing, but for magics that keep the code of their cell:
that is run, as it is in a notebook that is graded.
"""

import builtins
import sys
from collections.abc import Callable, Iterator
from typing import Any

from autograder.student.compiled import compiled
from autograder.student.notebook import KEEP_BODY, without_magics

NAMES = ("get_ipython", "display")


class Nothing:
    """Answers every attribute, call and item with itself, and holds nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return NOTHING

    def __call__(self, *_: object, **__: object) -> Any:
        return NOTHING

    def __getitem__(self, key: object) -> Any:
        return NOTHING

    def __contains__(self, item: object) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class Shell(Nothing):
    """The answer of `get_ipython`."""

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> None:
        """Run the cell for a magic that keeps its code."""
        if magic_name in KEEP_BODY:
            _run(cell, f"<%%{magic_name}>", sys._getframe(1).f_globals)

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> None:
        """Run the statement after `%time`."""
        if magic_name == "time" and not line.startswith("-"):
            _run(line, f"<%{magic_name}>", sys._getframe(1).f_globals)


NOTHING = Nothing()
SHELL = Shell()


def provide() -> Callable[[], None]:
    """Make the names known to every module, as Jupyter does; returns what undoes that."""
    before = {name: getattr(builtins, name) for name in NAMES if hasattr(builtins, name)}
    vars(builtins).update(get_ipython=_get_ipython, display=_display)

    def undo() -> None:
        for name in NAMES:
            delattr(builtins, name)
        vars(builtins).update(before)

    return undo


def _get_ipython() -> Shell:
    """Stand in for IPython's `get_ipython`."""
    return SHELL


def _display(*_: object, display_id: object = None, **__: object) -> Nothing | None:
    """Stand in for IPython's `display`, which answers with a handle where one is asked for."""
    return NOTHING if display_id else None


def _run(source: str, name: str, module: dict[str, Any]) -> None:
    for statement in compiled(without_magics(source)[0], name).statements:
        exec(statement.code, module)
