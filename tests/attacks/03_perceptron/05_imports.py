# /// attack
# lines = [5]
# tries = "Imports the checks, the reference, pytest and the parts of the engine that judge."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 12
# ///
import importlib
import importlib.util
import sys


def _by_path(path):
    spec = importlib.util.spec_from_file_location("stolen", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dir(module)


def _with_path(name, folder):
    sys.path.insert(0, folder)
    sys.meta_path[:] = [finder for finder in sys.meta_path if "autograder" not in type(finder).__module__]
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)


for _name in ("tests", "tests.hidden", "solutions", "conftest", "test_hidden_perceptron"):
    attempt(_name, importlib.import_module, _name)
for _name in ("pytest", "_pytest"):
    attempt_landlock(_name, importlib.import_module, _name)
attempt("a hidden check by path", _by_path, f"{HIDDEN}/test_hidden_perceptron.py")
attempt("the reference by path", _by_path, f"{SOLUTION}/perceptron.py")
_finders = list(sys.meta_path)
attempt("a hidden check with a new path", _with_path, "test_hidden_perceptron", HIDDEN)
look("the engine's answers", _with_path, "autograder.checks.answers", f"{BASE}/engine")
look("the engine's seeds", _with_path, "autograder.course.seeds", f"{BASE}/engine")
sys.meta_path[:] = _finders
