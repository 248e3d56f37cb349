"""What this computer lacks for the course, and the command that mends it. No points depend on it.

`pytest` and `autograder check` say so under "not graded". Where neither of them starts, `python test_computer.py`
says the same: it needs nothing but Python.
"""

import os
import platform
import subprocess
import sys
from importlib.util import find_spec
from typing import NamedTuple

try:
    import pytest

    ungraded = pytest.mark.ungraded
except ImportError:

    def ungraded(check):
        """Leave a check as it is: it is read by people here, not by pytest."""
        return check


SYSTEM = platform.system()
OLDEST_PYTHON, NEWEST_PYTHON = (3, 10), (3, 14)  # the newest one that has a build of PyTorch
INSTALL_PYTHON = {
    "Linux": "sudo apt install python3 python3-venv",
    "Darwin": "brew install python@3.13",
    "Windows": "winget install Python.Python.3.13",
}
CPU_BUILD = " --index-url https://download.pytorch.org/whl/cpu" if SYSTEM == "Linux" else ""
FORGET_MNIST_DIR = {"Windows": "Remove-Item Env:MNIST_DIR"}


class Finding(NamedTuple):
    """What was found, whether it is what the course needs, and the command that mends it if there is one."""

    said: str
    good: bool = False
    command: str = ""

    def __str__(self):
        return f"{self.said} This mends it:\n{self.command}" if self.command else self.said


@ungraded
def test_python(student):
    """Python 3.10 or later."""
    report(python())


@ungraded
def test_numpy(student):
    """NumPy."""
    report(numpy())


@ungraded
def test_matplotlib(student):
    """Matplotlib, for pictures."""
    report(matplotlib())


@ungraded
def test_pytorch(student):
    """PyTorch, for the second half of 01, and for 08 and later."""
    report(pytorch(), not_yet="Not needed before the second half of 01. ")


@ungraded
def test_digits(student):
    """The handwritten digits of MNIST, for 06."""
    report(digits(), not_yet="Not needed before 06. ")


def python():
    """Look at Python."""
    found = f"Python {platform.python_version()}"
    if sys.version_info >= OLDEST_PYTHON:
        return Finding(found, good=True)
    return Finding(
        f"{found} is too old. Get a newer one, and make the environment anew with it.", command=newer_python()
    )


def numpy():
    """Look at NumPy."""
    return library("NumPy", "numpy", (1, 26), '"numpy>=1.26"')


def matplotlib():
    """Look at Matplotlib."""
    return library("Matplotlib", "matplotlib.pyplot", (3, 8), '"matplotlib>=3.8"')


def pytorch():
    """Look at PyTorch, which has no build for some computers."""
    found = library("PyTorch", "torch", (2, 11), f"torch{CPU_BUILD}")
    if found.good:
        return found
    if sys.version_info[:2] > NEWEST_PYTHON:
        said = f"{found.said} PyTorch 2.11 has builds for Python 3.10 to 3.14: make the environment with one of these."
        return Finding(said, command=newer_python())
    if (SYSTEM, platform.machine()) == ("Darwin", "x86_64"):
        return Finding(f"{found.said} It has no build for a Mac with an Intel processor: use another computer.")
    return found


def library(name, module, oldest, wanted):
    """Look at a library, in a process of its own: a broken one must not take this one along."""
    package = module.partition(".")[0]
    question = f"import {module}, {package} as library; print(library.__version__)"
    done = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it ends at once"])[-1]
        if why == f"ModuleNotFoundError: No module named '{package}'":
            return Finding(f"{name} is not installed.", command=f"python -m pip install {wanted}")
        said = f"{name} is installed, but it cannot be imported ({why})."
        return Finding(said, command=f"python -m pip install --force-reinstall {wanted}")
    version = done.stdout.split()[-1]
    if tuple(int(part) for part in version.split(".")[:2]) < oldest:
        return Finding(f"{name} {version} is too old.", command=f"python -m pip install --upgrade {wanted}")
    return Finding(f"{name} {version}", good=True)


def tools():
    """Look for the course's own tools: a Python without them is often not the one of the course's environment."""
    if find_spec("autograder") is not None:
        return Finding("The course's tools", good=True)
    said = "The course's tools are not in this Python. Activate the course's environment first, if you have made it."
    return Finding(said, command="python -m pip install -r ../../requirements.txt")


def digits():
    """Look for MNIST where the course looks for it."""
    try:
        from autograder.data import mnist
        from autograder.data.dataset import DataError
    except ImportError as error:
        return Finding(f"The digits: only the course's tools know where they are ({error}).")
    try:
        images = mnist.load()
    except (DataError, OSError) as error:
        if mnist.VARIABLE in os.environ:
            said = f"{mnist.VARIABLE} names no folder with MNIST ({error})."
            return Finding(said, command=FORGET_MNIST_DIR.get(SYSTEM, "unset MNIST_DIR"))
        return Finding(str(error), command="autograder data")
    if images.provisional:
        said = "MNIST is not here. 1,797 small digits stand in for it, enough to begin 06 with."
        return Finding(said, command="autograder data")
    return Finding(f"The digits: {images.name}, {len(images.train.labels):,} to train on", good=True)


def newer_python():
    """Choose the command for this system, or name all where it is an unknown one."""
    return INSTALL_PYTHON.get(SYSTEM, " or ".join(INSTALL_PYTHON.values()))


def report(finding, not_yet=""):
    """Say as the verdict on a check what is missing; what is not needed yet makes it no wrong one."""
    from autograder import expect
    from autograder.checks.verdicts import NotRun

    if not_yet and not finding.good:
        raise NotRun(f"{not_yet}{finding}")
    expect.that(finding.good, str(finding))


if __name__ == "__main__":
    for look in (python, tools, numpy, matplotlib, pytorch, digits):
        print(look())
