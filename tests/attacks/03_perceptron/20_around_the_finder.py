# /// attack
# lines = [20]
# tries = "Gets at Jinja around the engine's finder: by other finders, by path, by exec of its files."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 3
# ///
import importlib.machinery
import sys
import sysconfig

_packages = sysconfig.get_paths()["purelib"]


def _without_finder():
    kept, sys.meta_path[:] = sys.meta_path[:], [importlib.machinery.PathFinder]
    try:
        return __import__("jinja2").__version__
    finally:
        sys.meta_path[:] = kept


def _by_path():
    return importlib.machinery.SourceFileLoader("jinja2", f"{_packages}/jinja2/__init__.py").load_module()


attempt_landlock("by Python's own finder", _without_finder)
attempt_landlock("by path", _by_path)
attempt_landlock("its source", content, f"{_packages}/jinja2/__init__.py")
