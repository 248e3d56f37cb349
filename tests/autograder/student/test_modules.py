import inspect
import io
import json
import linecache
import os
import pdb
import re
import subprocess
import sys
import textwrap
import traceback
from functools import partial
from pathlib import Path

import pytest

from autograder.student import statements
from autograder.student.modules import ForbiddenImport, SubmissionFinder, load_module, unload
from autograder.student.notebook import NotebookError
from autograder.student.programs import run_program

NAMES = ("perceptron", "numpy_network")
NUMPY = frozenset({"numpy"})


@pytest.fixture(autouse=True)
def _clean():
    """No module of one test is left for the next, and no finder."""
    finders = list(sys.meta_path)
    yield
    unload(NAMES)
    assert sys.meta_path == finders


@pytest.fixture
def write(tmp_path):
    def write(name: str, source: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(source if isinstance(source, bytes) else textwrap.dedent(source).encode())
        return path

    return write


@pytest.fixture
def write_notebook(tmp_path):
    def write_notebook(*cells: str, name: str = "perceptron.ipynb") -> Path:
        path = tmp_path / name
        cells_json = [{"cell_type": "code", "source": textwrap.dedent(cell)} for cell in cells]
        path.write_text(json.dumps({"nbformat": 4, "cells": cells_json}))
        return path

    return write_notebook


class TestFiles:
    def test_a_module_is_loaded_under_its_name_and_real_path(self, write, tmp_path):
        path = write("perceptron.py", "class Perceptron:\n    pass\n")
        loaded = load_module("perceptron", tmp_path)
        assert loaded.notes == ()
        assert loaded.module.__name__ == "perceptron"
        assert loaded.module.__file__ == str(path)
        assert loaded.module.Perceptron.__module__ == "perceptron"
        assert sys.modules["perceptron"] is loaded.module

    def test_the_path_is_absolute_also_for_a_relative_folder(self, write, tmp_path, monkeypatch):
        path = write("perceptron.py", "x = 1\n")
        monkeypatch.chdir(tmp_path)
        assert load_module("perceptron", Path()).module.__file__ == str(path)

    def test_loading_twice_gives_fresh_modules(self, write, tmp_path):
        write("perceptron.py", "values = []\n")
        first = load_module("perceptron", tmp_path).module
        first.values.append(1)
        second = load_module("perceptron", tmp_path).module
        assert second is not first
        assert second.values == []

    def test_stale_bytecode_is_never_used_and_none_written(self, write, tmp_path):
        """The same size and time stamp would make Python believe a .pyc."""
        path = write("perceptron.py", "x = 1\n")
        stamp = path.stat().st_mtime_ns
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(path)], check=True)
        cached = list((tmp_path / "__pycache__").iterdir())
        path.write_text("x = 2\n")
        os.utime(path, ns=(stamp, stamp))
        assert load_module("perceptron", tmp_path).module.x == 2
        for file in cached:
            file.unlink()
        load_module("perceptron", tmp_path)
        assert list((tmp_path / "__pycache__").iterdir()) == []

    def test_a_keyboard_interrupt_ends_the_loading(self, write, tmp_path):
        write("perceptron.py", "raise KeyboardInterrupt(0)\n")
        with pytest.raises(KeyboardInterrupt):
            load_module("perceptron", tmp_path)
        assert "perceptron" not in sys.modules

    def test_a_syntax_error_names_file_and_line(self, write, tmp_path):
        path = write("perceptron.py", "x = 1\ndef f(:\n")
        with pytest.raises(SyntaxError) as caught:
            load_module("perceptron", tmp_path)
        assert (caught.value.filename, caught.value.lineno) == (str(path), 2)

    def test_a_missing_file_is_said(self, tmp_path):
        with pytest.raises(ModuleNotFoundError, match=r"perceptron\.py was not handed in"):
            load_module("perceptron", tmp_path)

    @pytest.mark.parametrize(
        "source",
        [
            b"\xef\xbb\xbfx = '\xc3\xa9'\n",
            b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            b"x = '\xc3\xa9'\r\ny = 1\r\n",
            b"if True:\r\n\tx = '\xc3\xa9'\r\n",
            b"x = '\xc3\xa9'",
        ],
        ids=["BOM", "cookie", "Windows line ends", "tabs", "no line end"],
    )
    def test_encodings_and_line_ends(self, write, tmp_path, source):
        write("perceptron.py", source)
        assert load_module("perceptron", tmp_path).module.x == "é"

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            (b"x = 1\ny = '\xe9'\n", "utf-8|UTF-8"),
            (b"# coding: nonsense\n", "unknown encoding"),
            (b"if True:\n\tx = 1\n        y = 2\n", "inconsistent use of tabs"),
        ],
    )
    def test_pythons_own_sentences_about_encoding_and_tabs_go_through(self, write, tmp_path, source, words):
        write("perceptron.py", source)
        with pytest.raises(SyntaxError, match=words):
            load_module("perceptron", tmp_path)

    def test_an_edited_file_shows_its_new_lines(self, write, tmp_path):
        path = write("perceptron.py", "first = 1\n")
        load_module("perceptron", tmp_path)
        assert linecache.getline(str(path), 1) == "first = 1\n"
        write("perceptron.py", "the_second = 1\n")
        load_module("perceptron", tmp_path)
        assert linecache.getline(str(path), 1) == "the_second = 1\n"

    def test_source_can_be_inspected(self, write, tmp_path):
        write("perceptron.py", "def f():\n    return 1\n")
        assert inspect.getsource(load_module("perceptron", tmp_path).module.f) == "def f():\n    return 1\n"


class TestStatementsThatFail:
    """The same in a module and in a notebook: a statement that fails is skipped, and those below it are run."""

    @pytest.fixture(params=["perceptron.py", "perceptron.ipynb, cell 1"])
    def load(self, request, write, write_notebook, tmp_path):
        """Load a source in either form; the module, and its notes without the file and the cell."""

        def loaded(source):
            (write_notebook if "cell" in request.param else partial(write, "perceptron.py"))(source)
            found = load_module("perceptron", tmp_path)
            assert all(note.startswith(f"{request.param}, ") for note in found.notes)
            return found.module, [note.removeprefix(f"{request.param}, ") for note in found.notes]

        return loaded

    @pytest.mark.parametrize(
        ("statement", "note"),
        [
            ("input('? ')", "EOFError: EOF when reading a line."),
            ("printt(1)", "NameError: name 'printt' is not defined."),
            ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'."),
            ("raise SystemExit('bye')", "SystemExit: bye."),
            ("raise NotImplementedError", "NotImplementedError."),
            ("raise ValueError(f'{object()!r}')", "ValueError: <object object at 0x…>."),
            ("def g():\n    return unknown\ng()", "NameError: name 'unknown' is not defined (in line 3)."),
            ("class E(Exception):\n    def __str__(self):\n        raise self\nraise E", "E."),
            ("for n in range(3):\n    if n == 2:\n        1 / 0", "ZeroDivisionError: division by zero (in line 4)."),
            ("@property\n@unknown\ndef f(): ...", "NameError: name 'unknown' is not defined (in line 3)."),
        ],
    )
    def test_it_is_noted_and_the_next_is_run(self, load, monkeypatch, statement, note):
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        module, notes = load(f"x = 1\n{statement}\nz = 3\n")
        assert (module.x, module.z) == (1, 3)
        assert len(notes) == 1
        assert re.fullmatch(r"line \d+ was skipped: (.*)", notes[0])[1] == note

    def test_every_one_has_a_note_with_its_line(self, load):
        module, notes = load("1 / 0\nx = 1\n\nx.y\n'text'\ndef f():\n    return x\n")
        assert module.f() == 1
        assert [note.split(":")[0] for note in notes] == ["line 1 was skipped", "line 4 was skipped"]

    def test_a_future_import_holds_for_every_statement(self, load):
        module, notes = load("from __future__ import annotations\ndef f(x: Unknown): ...\n")
        assert notes == [] and module.f.__annotations__ == {"x": "Unknown"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer of computing time")
class TestStatementsThatTakeTooLong:
    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch):
        """The import may take half a second."""
        monkeypatch.setattr(statements, "_clock", statements._Clock(0.5))

    def test_it_is_interrupted_and_the_next_is_run(self, write, tmp_path):
        write("perceptron.py", "n = 0\nwhile True:\n    n += 1\nz = 3\n")
        with statements.timed():
            loaded = load_module("perceptron", tmp_path)
        assert loaded.module.n > 0 and loaded.module.z == 3
        assert loaded.slow == ("perceptron.py, line 2",)
        (note,) = loaded.notes
        assert note.startswith("perceptron.py, line 2 was skipped: the import may take 0.5 s of computing time")

    def test_what_an_earlier_process_interrupted_is_not_run(self, write, tmp_path):
        write("perceptron.py", "n = 0\nwhile True:\n    n += 1\nz = 3\n")
        statements.limit(0.5, ["perceptron.py, line 2"])
        loaded = load_module("perceptron", tmp_path)
        assert (loaded.module.n, loaded.module.z) == (0, 3)
        assert loaded.slow == ("perceptron.py, line 2",)

    def test_a_module_that_another_one_imports_is_interrupted_in_its_own_line(self, write, tmp_path):
        write("perceptron.py", "import numpy_network\nz = 3\n")
        write("numpy_network.py", "while True:\n    pass\nx = 1\n")
        with SubmissionFinder(tmp_path, ["perceptron", "numpy_network"]), statements.timed():
            module = load_module("perceptron", tmp_path).module
            assert load_module("numpy_network", tmp_path).slow == ("numpy_network.py, line 1",)
        assert module.numpy_network.x == 1 and module.z == 3


class TestNotebooks:
    def test_cells_share_one_module(self, write_notebook, tmp_path):
        path = write_notebook("x = 1", "%pwd\ndef f():\n    return x", "x = 2")
        loaded = load_module("perceptron", tmp_path)
        assert loaded.module.f() == 2
        assert loaded.module.f.__module__ == "perceptron"
        assert loaded.module.__file__ == str(path)
        assert len(loaded.notes) == 1
        assert loaded.notes[0].startswith("perceptron.ipynb, cell 2: %pwd was left out")

    def test_a_module_comes_before_a_notebook(self, write, write_notebook, tmp_path):
        write_notebook("x = 'notebook'")
        write("perceptron.py", "x = 'module'\n")
        assert load_module("perceptron", tmp_path).module.x == "module"

    @pytest.mark.parametrize(
        ("cell", "note"),
        [
            ("y = 1\ndef g(:", "cell 2 was skipped: SyntaxError: invalid syntax in line 2."),
            ("x = '\0'", "cell 2 was skipped: "),
        ],
    )
    def test_a_cell_that_is_not_python_is_skipped_as_a_whole(self, write_notebook, tmp_path, cell, note):
        write_notebook("x = 1", cell, "z = 3")
        loaded = load_module("perceptron", tmp_path)
        assert (loaded.module.x, loaded.module.z) == (1, 3)
        (said,) = loaded.notes
        assert said.startswith(f"perceptron.ipynb, {note}")

    def test_a_keyboard_interrupt_ends_the_loading(self, write_notebook, tmp_path):
        write_notebook("raise KeyboardInterrupt")
        with pytest.raises(KeyboardInterrupt):
            load_module("perceptron", tmp_path)

    def test_tracebacks_show_the_cell_and_its_line(self, write_notebook, tmp_path):
        path = write_notebook("x = 1", "%pwd\ndef f():\n    raise ValueError('mine')")
        module = load_module("perceptron", tmp_path).module
        linecache.checkcache()
        with pytest.raises(ValueError, match="mine") as caught:
            module.f()
        frame = traceback.extract_tb(caught.value.__traceback__)[-1]
        assert (frame.filename, frame.lineno) == (f"{path}[cell 2]", 3)
        assert frame.line == "raise ValueError('mine')"
        assert inspect.getsource(module.f) == "def f():\n    raise ValueError('mine')\n"

    def test_a_future_import_holds_for_the_cells_below(self, write_notebook, tmp_path):
        write_notebook("from __future__ import annotations", "def f(x: Unknown): ...")
        loaded = load_module("perceptron", tmp_path)
        assert loaded.notes == ()
        assert loaded.module.f.__annotations__ == {"x": "Unknown"}

    def test_the_future_of_this_package_does_not_leak_in(self, write_notebook, tmp_path):
        write_notebook("def f(x: int): ...")
        assert load_module("perceptron", tmp_path).module.f.__annotations__ == {"x": int}

    @pytest.mark.parametrize(("content", "words"), [(b"{", "invalid JSON"), (b'{"cells": []}', "holds no code")])
    def test_what_is_no_notebook_is_said_with_its_name(self, write, tmp_path, content, words):
        write("perceptron.ipynb", content)
        with pytest.raises(NotebookError, match=rf"perceptron\.ipynb: .*{words}"):
            load_module("perceptron", tmp_path)
        assert "perceptron" not in sys.modules

    def test_notes_are_fresh_each_time(self, write_notebook, tmp_path):
        write_notebook("1 / 0")
        assert load_module("perceptron", tmp_path).notes == load_module("perceptron", tmp_path).notes


class TestImportingOneAnother:
    @pytest.fixture(params=["file", "notebook"])
    def network(self, request, write, write_notebook):
        """A module `numpy_network` in either form."""
        source = "class Network:\n    pass\n"
        if request.param == "file":
            return write("numpy_network.py", source)
        return write_notebook("1 / 0", source, name="numpy_network.ipynb")

    @pytest.mark.parametrize("first", NAMES)
    def test_both_see_the_same_classes(self, write, network, tmp_path, first):
        write("perceptron.py", "from numpy_network import Network\n")
        with SubmissionFinder(tmp_path, NAMES):
            loaded = {name: load_module(name, tmp_path) for name in sorted(NAMES, key=lambda name: name != first)}
        assert loaded["perceptron"].module.Network is loaded["numpy_network"].module.Network
        assert loaded["perceptron"].notes == ()
        assert len(loaded["numpy_network"].notes) == (network.suffix == ".ipynb")

    def test_a_notebook_imports_a_notebook(self, write_notebook, network, tmp_path):
        write_notebook("import numpy_network", "net = numpy_network.Network()")
        with SubmissionFinder(tmp_path, NAMES):
            module = load_module("perceptron", tmp_path).module
        assert type(module.net).__module__ == "numpy_network"

    def test_a_module_of_another_folder_is_not_handed_out(self, write, tmp_path):
        write("perceptron.py", "import numpy_network\n")
        write("numpy_network.py", "x = 1\n")
        (tmp_path / "bob").mkdir()
        write("bob/numpy_network.py", "x = 2\n")
        with SubmissionFinder(tmp_path, NAMES):
            load_module("perceptron", tmp_path)
            assert load_module("numpy_network", tmp_path / "bob").module.x == 2

    def test_circular_imports_work(self, write, tmp_path):
        write("perceptron.py", "import numpy_network\nx = 1\n")
        write("numpy_network.py", "import perceptron\ndef f():\n    return perceptron.x\n")
        with SubmissionFinder(tmp_path, NAMES):
            assert load_module("perceptron", tmp_path).module.numpy_network.f() == 1

    def test_a_module_that_was_not_handed_in_is_said(self, write, tmp_path):
        write("perceptron.py", "import numpy_network\n")
        with SubmissionFinder(tmp_path, NAMES):
            assert "numpy_network.py was not handed in" in load_module("perceptron", tmp_path).notes[0]

    def test_other_files_of_the_folder_are_not_importable(self, write, tmp_path):
        write("perceptron.py", "import helper_of_mine\n")
        write("helper_of_mine.py", "")
        with SubmissionFinder(tmp_path, NAMES):
            (note,) = load_module("perceptron", tmp_path).notes
        assert note == "perceptron.py, line 1 was skipped: ModuleNotFoundError: No module named 'helper_of_mine'."

    def test_the_own_module_comes_before_an_installed_one(self, write, tmp_path):
        write("perceptron.py", "import wave\nx = wave.x\n")
        write("wave.py", "x = 1\n")
        with SubmissionFinder(tmp_path, ("perceptron", "wave")):
            assert load_module("perceptron", tmp_path).module.x == 1
        import wave

        assert hasattr(wave, "open")


class TestFinder:
    def test_each_installation_imports_afresh(self, write, tmp_path):
        write("perceptron.py", "import numpy_network\n")
        write("numpy_network.py", "")
        modules = []
        for _ in range(2):
            with SubmissionFinder(tmp_path, NAMES):
                modules.append(load_module("perceptron", tmp_path).module.numpy_network)
        assert modules[0] is not modules[1]
        assert not set(NAMES) & set(sys.modules)

    def test_modules_of_the_same_name_come_back(self, write, tmp_path, monkeypatch):
        write("perceptron.py", "x = 1\n")
        other = object()
        monkeypatch.setitem(sys.modules, "perceptron", other)
        with SubmissionFinder(tmp_path, NAMES):
            assert load_module("perceptron", tmp_path).module.x == 1
        assert sys.modules["perceptron"] is other

    def test_install_and_remove_are_explicit_and_removing_twice_is_harmless(self, tmp_path):
        before = list(sys.meta_path)
        finder = SubmissionFinder(tmp_path, NAMES)
        assert sys.meta_path == before
        finder.install()
        assert sys.meta_path == [finder, *before]
        finder.remove()
        finder.remove()
        assert sys.meta_path == before

    def test_an_error_inside_removes_it(self, tmp_path):
        before = list(sys.meta_path)
        with pytest.raises(KeyError), SubmissionFinder(tmp_path, NAMES):
            raise KeyError
        assert sys.meta_path == before


@pytest.fixture
def third_party(tmp_path_factory, monkeypatch):
    """Two installed libraries: `tensorlib`, and `plotlib` that imports it when told to."""
    site = tmp_path_factory.mktemp("site")
    (site / "tensorlib.py").write_text("")
    (site / "plotlib.py").write_text("import importlib\ndef use(name):\n    return importlib.import_module(name)\n")
    (site / "_machinery.py").write_text("")
    monkeypatch.syspath_prepend(site)
    yield
    unload(["tensorlib", "plotlib", "_machinery"])


@pytest.mark.usefixtures("third_party")
class TestForbidden:
    def load(self, folder, allowed=NUMPY, shown=("numpy", "matplotlib")):
        with SubmissionFinder(folder, NAMES, allowed, shown):
            return load_module("perceptron", folder)

    @pytest.mark.parametrize(
        "source",
        [
            "import tensorlib",
            "import tensorlib.nn.functional as F",
            "from tensorlib import nn",
            "import importlib\nimportlib.import_module('tensorlib')",
            "__import__('tensorlib')",
            "exec('import tensorlib', {})",
            "def f():\n    import tensorlib\nf()",
            "import pkgutil\npkgutil.resolve_name('tensorlib')",
        ],
    )
    def test_a_library_that_is_not_allowed_is_refused(self, write, tmp_path, source):
        write("perceptron.py", source)
        (note,) = self.load(tmp_path).notes
        sentence = "ForbiddenImport: 'tensorlib' may not be used here; allowed: numpy, matplotlib"
        assert f"was skipped: {sentence}" in note
        assert "tensorlib" not in sys.modules

    def test_in_a_function_it_is_refused_when_that_is_called(self, write, tmp_path):
        write("perceptron.py", "def f():\n    import tensorlib\n")
        with SubmissionFinder(tmp_path, ["perceptron"], NUMPY, ["numpy"]):
            module = load_module("perceptron", tmp_path).module
            with pytest.raises(ForbiddenImport, match=r"'tensorlib' may not be used .* allowed: numpy") as caught:
                module.f()
        assert caught.value.name == "tensorlib"

    def test_also_one_that_is_not_installed(self, write, tmp_path):
        write("perceptron.py", "import surely_not_installed\n")
        assert "'surely_not_installed' may not be used" in self.load(tmp_path).notes[0]

    def test_with_nothing_allowed_the_message_says_so(self, write, tmp_path):
        write("perceptron.py", "import tensorlib\n")
        assert "allowed: Python's own library" in self.load(tmp_path, frozenset(), ()).notes[0]

    def test_an_allowed_library_may_look_for_others(self, write, tmp_path):
        write("perceptron.py", "import plotlib\nplotlib.use('tensorlib')\n")
        with SubmissionFinder(tmp_path, ["perceptron"], frozenset({"plotlib"})):
            load_module("perceptron", tmp_path)

    def test_a_submodule_is_refused_by_the_librarys_name(self, write, tmp_path):
        import tensorlib

        tensorlib.__path__ = []
        write("perceptron.py", "import tensorlib.nn\n")
        (note,) = self.load(tmp_path).notes
        assert "ForbiddenImport: 'tensorlib' may not be used" in note

    def test_a_program_is_refused_it_too(self, write, tmp_path):
        write("perceptron.py", "if __name__ == '__main__':\n    import tensorlib\n")
        with SubmissionFinder(tmp_path, NAMES, NUMPY, ()), pytest.raises(ForbiddenImport, match="'tensorlib'"):
            run_program("perceptron", tmp_path, ())

    @pytest.mark.parametrize("look", ["importlib.util.find_spec", "pkgutil.find_loader"])
    @pytest.mark.filterwarnings("ignore:.*find_loader:DeprecationWarning")
    def test_a_student_may_look_whether_it_is_installed(self, write, tmp_path, look):
        write("perceptron.py", f"import importlib.util, pkgutil\nfound = {look}('surely_not_installed')\n")
        assert self.load(tmp_path).module.found is None

    def test_in_a_thread_it_is_refused_too(self, write, tmp_path):
        write(
            "perceptron.py",
            """
            import importlib
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(1) as pool:
                error = pool.submit(importlib.import_module, "tensorlib").exception()
            """,
        )
        assert type(self.load(tmp_path).module.error) is ForbiddenImport

    def test_allowed_libraries_and_pythons_own_are_imported(self, write, tmp_path):
        write("perceptron.py", "import numpy.linalg, plotlib, colorsys, xml.dom.minidom, _machinery\n")
        assert self.load(tmp_path, frozenset({"numpy", "plotlib"})).module.plotlib

    def test_a_student_may_do_without(self, write, tmp_path):
        write("perceptron.py", "try:\n    import tensorlib\nexcept ImportError:\n    tensorlib = None\n")
        assert self.load(tmp_path).module.tensorlib is None

    def test_without_a_list_everything_is_allowed(self, write, tmp_path):
        write("perceptron.py", "import tensorlib\n")
        assert self.load(tmp_path, None).module.tensorlib

    def test_imports_of_others_are_left_alone(self, tmp_path):
        with SubmissionFinder(tmp_path, NAMES, frozenset(), ()):
            import tensorlib
        assert tensorlib

    def test_imports_of_a_check_that_the_student_calls_are_left_alone(self, write, tmp_path):
        write("perceptron.py", "def call(function):\n    return function()\n")

        def check():
            import tensorlib

            return tensorlib

        with SubmissionFinder(tmp_path, NAMES, frozenset(), ()):
            assert load_module("perceptron", tmp_path).module.call(check)

    def test_in_a_notebook_it_is_noted(self, write_notebook, tmp_path):
        write_notebook("import tensorlib", "x = 1")
        loaded = self.load(tmp_path)
        assert loaded.module.x == 1
        assert "cell 1, line 1 was skipped: ForbiddenImport: 'tensorlib' may not be used" in loaded.notes[0]


class TestLaptop:
    def debug(self, function, *commands: str) -> str:
        out = io.StringIO()
        debugger = pdb.Pdb(stdin=io.StringIO("\n".join([*commands, "continue"]) + "\n"), stdout=out, nosigint=True)
        debugger.use_rawinput = False
        debugger.runcall(function)
        return out.getvalue()

    def test_pdb_shows_source_and_stops_at_a_breakpoint_by_path(self, write, tmp_path):
        path = write("perceptron.py", "def f():\n    first = 1\n    second = first + 1\n    return second\n")
        shown = self.debug(load_module("perceptron", tmp_path).module.f, f"break {path}:3", "continue", "p first + 41")
        assert f"Breakpoint 1 at {path}:3" in shown
        assert "-> second = first + 1" in shown
        assert "42" in shown

    def test_pdb_shows_the_source_of_a_cell(self, write_notebook, tmp_path):
        write_notebook("def f():\n    first = 1\n    return first")
        shown = self.debug(load_module("perceptron", tmp_path).module.f, "next", "list")
        assert "[cell 1](3)f()" in shown
        assert "-> return first" in shown

    def test_pytest_rewrites_the_assertions_of_checks_beside_it(self, write, tmp_path):
        """The finder is installed while pytest collects and runs a file of its own."""
        write("perceptron.py", "x = 1\n")
        write(
            "conftest.py",
            f"""
            from pathlib import Path
            from autograder.student.modules import SubmissionFinder
            SubmissionFinder(Path({str(tmp_path)!r}), ["perceptron"], frozenset(), ()).install()
            """,
        )
        write(
            "test_it.py",
            """
            def test_it():
                import perceptron
                assert perceptron.x == 1
                assert [1, 2, 3] == [1, 2, 4]
            """,
        )
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:autograder"]
        run = subprocess.run([*command, tmp_path], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert "At index 2 diff: 3 != 4" in run.stdout
        assert "1 failed" in run.stdout
