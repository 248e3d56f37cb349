"""The files that this interpreter and its standard library need, without installed packages."""

import functools
import importlib.util
import os
import re
import sys

from autograder.sandbox.reach import readable_by_others

PACKAGE_FOLDERS = {"site-packages", "dist-packages"}
LIBRARY_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")
LIBRARY_DATA = {"locale", "ssl", "terminfo"}
SHARED_LIBRARY = re.compile(r"\.so(\.|$)")
PYTHON_FOLDER = re.compile(r"python\d(\.\d+)?")

# Where libraries look for processors, memory, time zones, fonts and file types.
FACTS = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/mime.types",
    "/etc/fonts",
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/vm/overcommit_memory",
    "/proc/version",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    "/sys/kernel/mm/transparent_hugepage",
    "/usr/local/share/fonts",
    "/usr/share/fontconfig",
    "/usr/share/fonts",
    "/usr/share/zoneinfo",
)


@functools.cache
def readable_paths() -> tuple[str, ...]:
    """Files and folders that a student process must be able to read, whatever it imports.

    Installed packages are not among them, although many systems keep them inside these folders.
    """
    standard = _tree(_standard_library())
    shared = [path for folder in _library_folders() for path in _libraries(folder)]
    return tuple(dict.fromkeys((*standard, *shared, *FACTS)))


@functools.cache
def listable_paths() -> tuple[str, ...]:
    """Folders that the import system must be able to list."""
    packages = (path for path in sys.path if os.path.basename(path) in PACKAGE_FOLDERS)
    return tuple(dict.fromkeys((_standard_library(), *packages)))


def interpreter_readable_by_others() -> bool:
    """Return whether a spare uid could use this interpreter, its standard library and its packages."""
    needed = [sys.executable, os.__file__, *listable_paths()]
    numpy = importlib.util.find_spec("numpy")
    if numpy is not None and numpy.origin is not None:
        needed.append(numpy.origin)
    return all(map(readable_by_others, needed))


def _standard_library() -> str:
    return os.path.dirname(os.path.realpath(os.__file__))


def _library_folders() -> tuple[str, ...]:
    folders = (*LIBRARY_FOLDERS, os.path.dirname(_standard_library()))
    return tuple(dict.fromkeys(map(os.path.realpath, folders)))


def _tree(folder: str) -> list[str]:
    """Return what to read in a folder: itself, or all in it but installed packages and other Pythons."""
    if not os.path.isdir(folder):
        return []
    names = sorted(os.listdir(folder))
    kept = [name for name in names if name not in PACKAGE_FOLDERS and not PYTHON_FOLDER.fullmatch(name)]
    return [folder] if kept == names else [os.path.join(folder, name) for name in kept]


def _libraries(folder: str) -> list[str]:
    """Return, of the paths of `_tree`, the files, and the folders that libraries are loaded or read from.

    Every path costs each student process a moment, and a system's library folder holds dozens of other folders.
    """
    found = _tree(folder)
    return found if found == [folder] else [path for path in found if not os.path.isdir(path) or _is_library(path)]


def _is_library(folder: str) -> bool:
    if os.path.basename(folder) in LIBRARY_DATA:
        return True
    try:
        return any(SHARED_LIBRARY.search(name) for name in os.listdir(folder))
    except OSError:
        return False
