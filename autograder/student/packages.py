"""Installed packages that an assignment does not allow look as if they were not installed."""

import os
import sys
from collections.abc import Iterable
from importlib.abc import PathEntryFinder
from importlib.machinery import FileFinder, ModuleSpec
from pkgutil import get_importer
from types import ModuleType

from autograder.sandbox.interpreter import PACKAGE_FOLDERS


class AllowedPackages(PathEntryFinder):
    """Finds in a folder of installed packages only those of these top-level names.

    An allowed library may try what it can do without. The sandbox keeps it from reading that, and would answer with a
    `PermissionError`, which libraries do not expect.
    """

    def __init__(self, finder: FileFinder, allowed: frozenset[str]) -> None:
        self._finder = finder
        self._allowed = allowed

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return what the folder has under this name; `None` where it is not allowed."""
        return self._finder.find_spec(fullname, target) if fullname in self._allowed else None

    def invalidate_caches(self) -> None:
        """Look into the folder again."""
        self._finder.invalidate_caches()


def hide_packages_but(allowed: Iterable[str]) -> None:
    """Let this process find no other packages, for good. Modules that it has imported stay."""
    names = frozenset(allowed)
    for path in sys.path:
        if os.path.basename(path) in PACKAGE_FOLDERS:
            finder = get_importer(path)
            if isinstance(finder, FileFinder):
                sys.path_importer_cache[path] = AllowedPackages(finder, names)
