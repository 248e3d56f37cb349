"""What an allowed library may do without looks as if it were not installed."""

import importlib
import importlib.util
import sys
from importlib.machinery import FileFinder, SourceFileLoader

import pytest

from autograder import expect
from autograder.channel.failures import StudentError
from autograder.checks.verdicts import verdict_of
from autograder.outcomes import Outcome
from autograder.student.packages import AllowedPackages, hide_packages_but
from quality.library_names import Group, differences, groups, plain, sandboxed
from quality.variants import COURSE

ASKS = """
    import importlib.util

    def asks(importer, statement):
        '''What a module of this name gets for the statement.'''
        try:
            exec(statement, {"__name__": importer})
        except BaseException as error:
            return f"{type(error).__name__}: {error}"
        return "imported"

    def looks_for(name):
        return importlib.util.find_spec(name) is not None
"""
IN_A_CALL = "def done():\n    exec({!r}, {{'__name__': 'm'}})\n    return True\n"
"""Where a module is loaded, a statement that fails is skipped."""

LIBRARIES = ["numpy", "numpy.f2py.crackfortran"]
OPTIONAL = ["charset_normalizer", "jinja2", "rich.table", "_pytest.fixtures"]


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_a_library_may_not_have_is_not_installed_for_it(sandbox, name):
    top_level = name.partition(".")[0]
    assert importlib.util.find_spec(top_level), "the test needs a package that is installed"
    with sandbox(m=ASKS).open() as student:
        for library in LIBRARIES:
            said = expect.text(student.m.asks(library, f"import {name}"))
            assert said == f"ModuleNotFoundError: No module named {top_level!r}"
        assert not expect.boolean(student.m.looks_for(top_level))


@pytest.mark.parametrize(
    "statement", ["import jinja2", "import rich.table", "from rich import print", "import autograder.grading"]
)
def test_the_submission_is_refused_by_name(open_student, statement):
    student = open_student(m=ASKS)
    said = expect.text(student.m.asks("m", statement))
    if "ForbiddenImport" in said:
        assert said.startswith(f"ForbiddenImport: {statement.split()[1].partition('.')[0]!r} may not be used")
    else:  # it was imported by others in this process
        assert said == "imported"


def test_in_the_sandbox_a_submission_is_refused_also_where_it_would_do_without(sandbox):
    source = "try:\n    import jinja2\nexcept ImportError as error:\n    said = f'{type(error).__name__}: {error}'\n"
    with sandbox(m=source).open() as student:
        assert expect.text(student.m.said).startswith("ForbiddenImport: 'jinja2' may not be used here")


@pytest.mark.parametrize(
    "source",
    [
        "from numpy import *\nx = zeros(2)",
        "import numpy.f2py\nx = numpy.f2py.__name__",
        "from numpy.f2py import *",
        "from numpy.matlib import *\nx = zeros(2)",
        "import numpy as np\nnp.show_config()",
        "import numpy as np\nx = [getattr(np, name) for name in dir(np)]",
        "from pylab import *\nx = zeros(2), figure()",
        "from matplotlib.pyplot import *\nx = figure()",
        "import pkgutil\nx = [module.name for module in pkgutil.iter_modules()]",
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_an_allowed_library_is_whole(open_student, source):
    student = open_student(imports=("numpy", "matplotlib"), memory=512, m=IN_A_CALL.format(source))
    assert expect.boolean(student.m.done())


@pytest.mark.parametrize("group", [Group(("numpy",), ("numpy", "numpy.matlib")), groups()[1]], ids=["numpy", "pyplot"])
def test_every_name_of_a_library_is_what_it_is_in_plain_python(group):
    in_sandbox, in_python = sandboxed(group), plain(group.modules)
    assert sum(map(len, in_python.values())) > 1_000
    assert list(differences(in_sandbox, in_python)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from numpy import no_such_name",
        "import numpy.no_such_module",
        "from json import no_such_name",
    ],
)
def test_no_message_holds_a_path_of_this_machine(open_student, source):
    student = open_student(m=f"def f():\n    {source}\n")
    with pytest.raises(Exception, match="no_such") as caught:
        expect.none(student.m.f())
    for folder in ("site-packages", sys.prefix, f"{sys.base_prefix}/lib", str(COURSE.root)):
        assert folder not in str(caught.value)


@pytest.mark.parametrize("source", ["from torch import *", "from torch.nn import *", "from torch.optim import *"])
def test_pytorch_is_whole(sandbox, source):
    pytest.importorskip("torch")
    with sandbox(imports=("torch",), memory=2048, m=IN_A_CALL.format(source)).open() as student:
        assert expect.boolean(student.m.done())


def test_pytorchs_own_not_implemented_error_is_an_error(sandbox):
    pytest.importorskip("torch")
    source = """
        import torch

        class Net(torch.nn.Module):
            pass

        def f():
            return Net()(torch.zeros(2))
    """
    with sandbox(imports=("torch",), memory=2048, m=source).open() as student:
        with pytest.raises(StudentError) as caught:
            expect.number(student.m.f())
        assert "NotImplementedError" in caught.value.bases
        assert verdict_of(caught.value).outcome is Outcome.ERROR


def test_packages_are_found_by_name_and_others_are_not(tmp_path, monkeypatch):
    packages = tmp_path / "site-packages"
    packages.mkdir()
    for name in ("first_of_test", "second_of_test"):
        (packages / f"{name}.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(packages), str(tmp_path)])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    hide_packages_but({"first_of_test"})
    assert importlib.util.find_spec("first_of_test")
    assert importlib.util.find_spec("second_of_test") is None
    importlib.invalidate_caches()
    assert importlib.util.find_spec("second_of_test") is None
    assert not isinstance(sys.path_importer_cache.get(str(tmp_path)), AllowedPackages)


def test_the_folder_is_looked_into_again(tmp_path):
    finder = AllowedPackages(FileFinder(str(tmp_path), (SourceFileLoader, [".py"])), frozenset({"late"}))
    assert finder.find_spec("late") is None
    (tmp_path / "late.py").write_text("")
    finder.invalidate_caches()
    assert finder.find_spec("late")
