"""What 00 says of a computer: each thing that is missing, with the command of the handout for this system."""

import importlib.util
import platform
import subprocess
import sys
from collections import namedtuple

import pytest

from autograder.data import mnist
from quality.variants import COURSE

FOLDER = COURSE.root / "assignments" / "00_setup"
SYSTEMS = ["Linux", "Darwin", "Windows"]
LIBRARIES = {"NumPy": "numpy", "Matplotlib": "matplotlib", "PyTorch 2.11 or later": "torch"}
LOOKS = {"NumPy": "numpy", "Matplotlib": "matplotlib", "PyTorch 2.11 or later": "pytorch"}
Version = namedtuple("Version", "major minor micro releaselevel serial")


@pytest.fixture
def computer(monkeypatch):
    """Load the checks of the computer as on this system."""

    def load(system="Linux", machine="arm64", python=(3, 12)):
        monkeypatch.setattr(platform, "system", lambda: system)
        monkeypatch.setattr(platform, "machine", lambda: machine)
        spec = importlib.util.spec_from_file_location("computer", FOLDER / "test_computer.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        monkeypatch.setattr(sys, "version_info", Version(*python, 0, "final", 0))
        return module

    return load


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Put a module of this name in front of the installed one."""

    def put(name, source):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(source)
        (tmp_path / name / "pyplot.py").write_text("")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return put


def handout(missing, system):
    """Return the command in the handout's table; "the same" is that for Linux."""
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith(f"| {missing} |")]
    cells = [cell.strip().strip("`") for cell in row.strip("|").split("|")][1:]
    cell = cells[SYSTEMS.index(system)]
    return cells[0] if cell == "the same" else cell


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("missing", LIBRARIES)
def test_a_missing_library(computer, library, system, missing):
    name = LIBRARIES[missing]
    library(name, f"raise ModuleNotFoundError(\"No module named '{name}'\")")
    finding = getattr(computer(system), LOOKS[missing])()
    assert not finding.good
    assert finding.said == f"{missing.split()[0]} is not installed."
    assert finding.command == handout(missing, system)


@pytest.mark.parametrize("missing", LIBRARIES)
def test_a_broken_library(computer, library, missing):
    library(LIBRARIES[missing], "raise OSError('a part of it is damaged')")
    finding = getattr(computer(), LOOKS[missing])()
    assert "it cannot be imported (OSError: a part of it is damaged)" in finding.said
    assert finding.command.startswith("python -m pip install --force-reinstall ")


def test_a_library_that_lacks_another_one_is_broken(computer, library):
    library("numpy", "raise ModuleNotFoundError(\"No module named 'numpy.core'\")")
    assert "cannot be imported" in computer().numpy().said


@pytest.mark.parametrize(("version", "good"), [("2.10.1", False), ("2.11.0+cpu", True), ("3.0", True), ("1.99", False)])
def test_the_version_of_pytorch(computer, library, version, good):
    library("torch", f"__version__ = '{version}'")
    finding = computer().pytorch()
    assert finding.good == good
    assert finding.command.startswith("" if good else "python -m pip install --upgrade torch")
    assert version in finding.said


def test_computers_that_pytorch_has_no_build_for(computer, library):
    library("torch", "raise ModuleNotFoundError(\"No module named 'torch'\")")
    intel = computer("Darwin", "x86_64").pytorch()
    assert "no build for a Mac with an Intel processor" in intel.said
    assert not intel.command
    assert not intel.good
    for system in SYSTEMS:
        newer = computer(system, python=(3, 15)).pytorch()
        assert "has builds for Python 3.10 to 3.14" in newer.said
        assert newer.command == handout("Python 3.10 or later", system)


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_old_python(computer, system):
    assert computer(system, python=(3, 10)).python().good
    finding = computer(system, python=(3, 9)).python()
    assert "is too old" in finding.said
    assert finding.command == handout("Python 3.10 or later", system)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_digits(computer, monkeypatch, tmp_path, system):
    monkeypatch.setattr(mnist, "cache_folder", lambda: tmp_path)
    monkeypatch.delenv("MNIST_DIR", raising=False)
    absent = computer(system).digits()
    assert "small digits stand in for it" in absent.said
    assert absent.command == handout("MNIST", system)
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "nowhere"))
    wrong = computer(system).digits()
    assert wrong.said.startswith("MNIST_DIR names no folder with MNIST (")
    assert wrong.command == handout("`MNIST_DIR` names a wrong folder", system)
    assert not absent.good
    assert not wrong.good


def test_an_unknown_system_gets_all_commands(computer):
    command = computer("Haiku", python=(3, 9)).python().command
    assert all(handout("Python 3.10 or later", system) in command for system in SYSTEMS)


def test_without_the_course_and_any_library_it_runs_all_the_same():
    command = [sys.executable, "-I", "-S", FOLDER / "test_computer.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"Python {platform.python_version()}\nThe course's tools are not in this Python.")
    assert handout("the course's tools", "Linux") in done.stdout
