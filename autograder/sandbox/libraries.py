"""The installed packages that an assignment allows: names that may be imported, and the files that they take."""

import functools
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import all_suffixes
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import PurePosixPath

from packaging.requirements import Requirement

from autograder.errors import UserError

USED_IF_INSTALLED = {"torch": ("tqdm",)}
"""Packages that a package imports if they are there, without requiring them."""

SUFFIXES = tuple(sorted(all_suffixes(), key=len, reverse=True))


class NotInstalledError(UserError):
    """An assignment allows an import that no installed package offers."""


@dataclass(frozen=True)
class Libraries:
    """The needs of an assignment's imports: top-level names that may be imported, and paths to read."""

    top_levels: frozenset[str]
    paths: tuple[str, ...]


def allowed_libraries(imports: Sequence[str]) -> Libraries:
    """The packages that offer these top-level names, with all that they require.

    Names of the standard library add nothing. Raises `NotInstalledError` naming what is missing.
    """
    return _libraries(frozenset(imports) - sys.stdlib_module_names)


@functools.cache
def not_installed(imports: frozenset[str]) -> tuple[str, ...]:
    """Those of these top-level names that no installed package offers, sorted."""
    return tuple(name for name in sorted(imports - sys.stdlib_module_names) if not _offered(name))


@functools.cache
def _libraries(imports: frozenset[str]) -> Libraries:
    packages = _with_requirements([owner for name in sorted(imports) for owner in _owners(name)])
    return Libraries(
        top_levels=frozenset(name for package in packages for name in _contents(package)[0]),
        paths=tuple(sorted({path for package in packages for path in _contents(package)[1]})),
    )


def _owners(name: str) -> list[Distribution]:
    """The packages that offer the top-level name; most have the same name themselves."""
    try:
        namesake = distribution(name)
    except PackageNotFoundError:
        pass
    else:
        if name in _contents(namesake)[0]:
            return [namesake]
    owners = [package for package in distributions() if name in _contents(package)[0]]
    if not owners:
        raise NotInstalledError(f"{name} is not installed for {sys.executable}: install it with pip.")
    return owners


def _offered(name: str) -> bool:
    try:
        return bool(_owners(name))
    except NotInstalledError:
        return False


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
            # Where a requirement is missing, the package runs without it here, or says itself what it misses.
            for required in _installed(requirement.name):
                waiting += [(required, wanted) for wanted in ("", *requirement.extras)]
        waiting += [(optional, "") for name in USED_IF_INSTALLED.get(package.name, ()) for optional in _installed(name)]
    return list(found.values())


def _installed(name: str) -> list[Distribution]:
    try:
        return [distribution(name)]
    except PackageNotFoundError:
        return []


@functools.cache
def _contents(package: Distribution) -> tuple[frozenset[str], frozenset[str]]:
    """The names under which a package is imported, and its files and folders.

    Of a folder that it may share with other packages, only its own part counts.
    """
    files: dict[str, list[PurePosixPath]] = defaultdict(list)
    for file in package.files or ():
        if file.parts[0] not in ("..", "/"):
            files[file.parts[0]].append(file)
    names: set[str] = set()
    entries: set[PurePosixPath] = set()
    for top, inside in files.items():
        is_folder = len(inside[0].parts) > 1
        if is_folder and any(file.name.endswith(SUFFIXES) for file in inside):
            names.add(top)
        elif not is_folder:
            names.update(top.removesuffix(suffix) for suffix in SUFFIXES if top.endswith(suffix))
        has_init = any(len(file.parts) == 2 and file.name.startswith("__init__.") for file in inside)
        depth = 1 if has_init or not top.isidentifier() else 2
        entries.update(PurePosixPath(*file.parts[:depth]) for file in inside)
    return (
        frozenset(name for name in names if name.isidentifier() and name != "__pycache__"),
        frozenset(str(package.locate_file(str(entry))) for entry in entries),
    )
