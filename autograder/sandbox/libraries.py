"""Which installed packages an assignment allows: what may be imported, and the files that it takes."""

import functools
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import all_suffixes
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import PurePosixPath

from packaging.requirements import Requirement

from autograder.sandbox.interpreter import listable_paths


class NotInstalledError(Exception):
    """An assignment allows an import that no installed package offers."""


@dataclass(frozen=True)
class Libraries:
    """What an assignment's imports need.

    `top_levels` are the names that may be imported, `paths` the files and folders to read for them, `listable`
    the folders in which the import system looks for them.
    """

    top_levels: frozenset[str]
    paths: tuple[str, ...]
    listable: tuple[str, ...]


def allowed_libraries(imports: Sequence[str]) -> Libraries:
    """The packages that offer these top-level names, with all that they require.

    Names of the standard library add nothing. Raises `NotInstalledError` naming what is missing.
    """
    return _libraries(frozenset(imports) - sys.stdlib_module_names)


@functools.cache
def _libraries(imports: frozenset[str]) -> Libraries:
    packages = _with_requirements([owner for name in sorted(imports) for owner in _owners(name)])
    return Libraries(
        top_levels=frozenset().union(*map(_top_levels, packages)),
        paths=tuple(sorted({path for package in packages for path in _paths(package)})),
        listable=listable_paths(),
    )


def _owners(name: str) -> list[Distribution]:
    """The packages that offer the top-level name; most have the same name themselves."""
    try:
        namesake = distribution(name)
    except PackageNotFoundError:
        pass
    else:
        if name in _top_levels(namesake):
            return [namesake]
    owners = [package for package in distributions() if name in _top_levels(package)]
    if not owners:
        raise NotInstalledError(f"{name} is not installed for {sys.executable}: install it with pip.")
    return owners


def _with_requirements(roots: Sequence[Distribution]) -> list[Distribution]:
    """The packages and what is installed of their requirements, and of theirs, each once."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(root, "") for root in roots]
    while waiting:
        package, extra = waiting.pop()
        if (package.name, extra) in seen:
            continue
        seen.add((package.name, extra))
        found.setdefault(package.name, package)
        for requirement in map(Requirement, package.requires or ()):
            if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
                continue
            try:
                required = distribution(requirement.name)
            except PackageNotFoundError:
                continue  # the package runs without it here, or says itself what it misses
            waiting += [(required, wanted) for wanted in ("", *requirement.extras)]
    return list(found.values())


def _files(package: Distribution) -> dict[str, list[PurePosixPath]]:
    """The files of a package by the first part of their path; what lies outside its folder is left out."""
    files: dict[str, list[PurePosixPath]] = defaultdict(list)
    for file in package.files or ():
        if file.parts[0] not in ("..", "/"):
            files[file.parts[0]].append(file)
    return files


def _top_levels(package: Distribution) -> set[str]:
    """The names under which a package is imported."""
    suffixes = tuple(sorted(all_suffixes(), key=len, reverse=True))
    names = set()
    for top, files in _files(package).items():
        if any(len(file.parts) > 1 and file.name.endswith(suffixes) for file in files):
            names.add(top)
        else:
            names.update(top.removesuffix(suffix) for suffix in suffixes if top.endswith(suffix))
    return {name for name in names if name.isidentifier() and name != "__pycache__"}


def _paths(package: Distribution) -> set[str]:
    """The files and folders of a package, as few as hold nothing of another one."""
    entries: set[PurePosixPath] = set()
    for top, files in _files(package).items():
        shared = top.isidentifier() and not any(
            len(file.parts) == 2 and file.name.startswith("__init__.") for file in files
        )
        depth = 2 if shared else 1
        entries.update(PurePosixPath(*file.parts[:depth]) for file in files)
    return {str(package.locate_file(str(entry))) for entry in entries}
