"""Importing a submission's own modules, from Python files or notebooks, and refusing libraries.

Nothing here is a wall against hostile code, which could undo it: the sandbox is. It tells honest students
what an assignment allows, and gives each group of checks modules that are fresh.
"""

import importlib.util
import linecache
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from autograder.channel import limits
from autograder.student.compiled import compiled
from autograder.student.notebook import Cell, NotebookError, read_notebook
from autograder.student.statements import Skipped, described, run_all


class ForbiddenImport(ImportError):
    """The submission imports a library that the assignment does not allow."""


@dataclass(frozen=True)
class Loaded:
    """A module of the submission, and what was noticed while it was loaded; `slow` are the statements among that which
    took too long.
    """

    module: ModuleType
    notes: tuple[str, ...]
    slow: tuple[str, ...]


class _Loader(Loader):
    """Loads a module of the submission from `path`, and remembers what it noticed and whether it was handed out."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.notes: list[str] = []
        self.slow: list[str] = []
        self.handed_out = False

    def _note(self, note: str) -> None:
        if len(self.notes) < limits.NOTES - 1:
            self.notes.append(note)
        elif len(self.notes) < limits.NOTES:
            self.notes.append(f"{os.path.basename(self.path)}: more was skipped below that.")

    def _skipped(self, skipped: Skipped) -> None:
        self._note(skipped.note)
        if skipped.slow:
            self.slow.append(skipped.place)


class _FileLoader(_Loader):
    """Runs `name.py` statement by statement. Bytecode is neither read nor written."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill `module`. Raises `SyntaxError` where the file is not Python; a program stops where it raises."""
        linecache.checkcache(self.path)
        statements = compiled(Path(self.path).read_bytes(), self.path).statements
        if module.__name__ != "__main__":
            run_all(statements, module, os.path.basename(self.path), self._skipped)
            return
        for statement in statements:
            exec(statement.code, module.__dict__)


class _NotebookLoader(_Loader):
    """Runs `name.ipynb` cell by cell, each statement by statement. A call of `sys.exit` ends a program."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill `module`. Raises `NotebookError` where the file is no notebook or holds no code."""
        name = os.path.basename(self.path)
        try:
            notebook = read_notebook(Path(self.path).read_bytes())
        except NotebookError as error:
            raise NotebookError(f"{name}: {error}") from error
        for note in notebook.notes:
            self._note(f"{name}, {note}")
        flags = 0
        for cell in notebook.cells:
            filename, place = f"{self.path}[cell {cell.number}]", f"{name}, cell {cell.number}"
            _remember_source(cell, filename)
            try:
                found = compiled(cell.source, filename, flags)
            except Exception as error:  # noqa: BLE001 - whatever keeps a cell from being compiled is noted
                line = getattr(error, "lineno", None)
                where = f" in line {line}" if line else ""
                self._note(f"{place} was skipped: {described(error)}{where}.")
                continue
            flags = found.flags
            run_all(found.statements, module, place, self._skipped)


def _remember_source(cell: Cell, filename: str) -> None:
    """Let tracebacks and debuggers show a cell's lines; without a time stamp the entry is never checked."""
    lines = [line + "\n" for line in cell.source.split("\n")]
    linecache.cache[filename] = (len(cell.source), None, lines, filename)


class SubmissionFinder(MetaPathFinder):
    """Finds the modules of one submission, and refuses libraries to it, while it is installed.

    `names` are the submission's modules, in `folder`. `allowed` are the top-level names beyond Python's own
    library that it may cause to be imported, with what they need themselves; `None` allows all. `shown` is
    what the message calls allowed. Imports that others make (an allowed library, pytest, a debugger) are left alone.
    A module that the process has already imported is not refused: Python asks no finder for it.
    """

    def __init__(
        self,
        folder: Path,
        names: Iterable[str],
        allowed: frozenset[str] | None = None,
        shown: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        self._names = frozenset(names)
        self._shown = ", ".join(shown) or "Python's own library"
        self._skipped = None if allowed is None else allowed | sys.stdlib_module_names
        self._displaced: dict[str, ModuleType] = {}

    def install(self) -> None:
        """Come before all other finders; modules of the submission's names are put aside."""
        self._displaced = {name: sys.modules.pop(name) for name in self._names if name in sys.modules}
        sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Undo `install`: the submission's modules are forgotten, and those put aside come back."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            unload(self._names)
            sys.modules.update(self._displaced)

    def __enter__(self) -> "SubmissionFinder":
        self.install()
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The submission's own module, or `None`. Raises `ForbiddenImport`, or `ModuleNotFoundError`."""
        if fullname in self._names:
            return _spec(fullname, _loader(fullname, self._folder))
        library = fullname.partition(".")[0]
        if self._refuses(library, sys._getframe(1)) and not _only_looks(sys._getframe(1)):
            raise ForbiddenImport(f"{library!r} may not be used here; allowed: {self._shown}.", name=library)
        return None

    def _refuses(self, name: str, frame: FrameType | None) -> bool:
        """Return whether the import is forbidden and comes from the submission.

        It comes from whoever called last but for Python's own library, through which the submission may act;
        an allowed library may look for others that it can use. Names with an underscore are machinery.
        """
        if self._skipped is None or name in self._skipped or name.startswith("_"):
            return False
        while frame is not None:
            importer = frame.f_globals.get("__name__")
            top_level = importer.partition(".")[0] if isinstance(importer, str) else None
            if top_level in self._names or (importer == "__main__" and self._is_own_program(frame)):
                return True
            if top_level is not None and top_level not in sys.stdlib_module_names:
                return False
            frame = frame.f_back
        return True

    def _is_own_program(self, frame: FrameType) -> bool:
        """Return whether the `__main__` of this frame is a file of the submission, run as a program."""
        file = frame.f_globals.get("__file__")
        return isinstance(file, str) and os.path.dirname(file) == os.path.abspath(self._folder)


def _only_looks(frame: FrameType) -> bool:
    """Return whether a finder is called by `importlib.util.find_spec`, which imports nothing."""
    return frame.f_back is not None and frame.f_back.f_globals.get("__name__") == "importlib.util"


def load_module(name: str, folder: Path) -> Loaded:
    """Import `name` afresh from `folder/name.py` or else `folder/name.ipynb`.

    A module that another one of the submission has already imported is handed out once as it is, so that both
    see the same classes. For imports between the submission's modules a `SubmissionFinder` must be installed.
    Raises `ModuleNotFoundError` where neither file exists, and whatever the module raises.
    """
    fresh = _loader(name, folder)
    module = sys.modules.get(name)
    loader: Any = getattr(module, "__loader__", None)
    if module is None or not _waits(loader, fresh.path):
        loader = fresh
        module = importlib.util.module_from_spec(_spec(name, loader))
        sys.modules[name] = module
        try:
            loader.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
    loader.handed_out = True
    return Loaded(module, tuple(loader.notes), tuple(loader.slow))


def load_main(program: ModuleType, name: str, folder: Path) -> None:
    """Run `folder/name.py` or else `folder/name.ipynb` in `program`, which is called `__main__`.

    Raises `ModuleNotFoundError` where neither file exists, and whatever the module raises.
    """
    loader = _loader(name, folder)
    program.__file__ = loader.path
    loader.exec_module(program)


def _waits(loader: object, path: str) -> bool:
    """Return whether the loader's module was imported from `path` but not handed out yet."""
    return isinstance(loader, _Loader) and loader.path == path and not loader.handed_out


def unload(names: Iterable[str]) -> None:
    """Forget the modules with these names, so that the next import runs them again."""
    for name in names:
        sys.modules.pop(name, None)


def _loader(name: str, folder: Path) -> _Loader:
    path = os.path.abspath(folder / f"{name}.py")
    if os.path.isfile(path):
        return _FileLoader(path)
    notebook = os.path.abspath(folder / f"{name}.ipynb")
    if os.path.isfile(notebook):
        return _NotebookLoader(notebook)
    raise ModuleNotFoundError(f"{name}.py was not handed in.", name=name)


def _spec(name: str, loader: _Loader) -> ModuleSpec:
    spec = importlib.util.spec_from_file_location(name, loader.path, loader=loader)
    assert spec is not None
    return spec
