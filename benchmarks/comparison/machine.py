"""The machine of a measurement, without names of hosts or places."""

import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import subprocess
from pathlib import Path

from autograder.grading.resources import usable_cores
from quality.platforms import TOOLS

GIB = 2**30
OURS = ("numpy", "torch", "matplotlib", "pytest")
THEIRS = ("otter-grader", "nbgrader", "ipykernel", "nbconvert", "numpy", "torch", "matplotlib")
ASK = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"


def machine() -> str:
    """The processor, its cores, the memory, the kernel and Python, in a sentence."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB
    release = re.match(r"\d+\.\d+", platform.release())
    return (
        f"{model[1].strip() if model else platform.machine()}, {usable_cores()} cores, {memory:.0f} GiB; "
        f"Linux {release[0] if release else platform.release()}; Python {platform.python_version()}."
    )


def our_versions() -> str:
    """The libraries that submissions are graded with here, those that are installed."""
    installed = [name for name in OURS if importlib.util.find_spec(name)]
    return _listed({name: importlib.metadata.version(name) for name in installed})


def their_versions() -> str:
    """Otter and nbgrader, and the libraries that they grade with."""
    done = subprocess.run([TOOLS / "bin" / "python", "-c", ASK, *THEIRS], capture_output=True, text=True, check=True)
    return _listed(json.loads(done.stdout))


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version.partition('+')[0]}" for name, version in versions.items())
