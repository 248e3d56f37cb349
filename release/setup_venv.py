"""Make a virtual environment: this project, pinned, and the CPU build of PyTorch where it can be had.

    python3 release/setup_venv.py [--venv FOLDER] [--python PATH] [--torch cpu|default|none] [--extra dev|platforms]

Uses the standard library only, since it runs before anything is installed.
"""

import argparse
import json
import os
import shutil
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 10)
NAMES = ("python3", "python3.11", "python3.12", "python3.13", "python3.10", "python")
TORCH = "torch==2.13.0"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
INDEX_SECONDS = 5
CONSTRAINTS = {
    "dev": ("constraints.txt",),
    "platforms": ("constraints.txt", "release/platforms-constraints.txt"),
}
"""The files that pin each of pyproject's extras."""


def main() -> None:
    """Set everything up, or say in a sentence why that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--python", help="the interpreter to use")
    parser.add_argument("--torch", choices=("cpu", "default", "none"), default="cpu")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="where everything is installed")
    parser.add_argument("--extra", choices=tuple(CONSTRAINTS), default="dev", help="which of pyproject's extras")
    arguments = parser.parse_args()
    python = arguments.python or choose_interpreter()
    print(f"Setting up {arguments.venv} with {python} …", flush=True)
    run([python, "-m", "venv", "--clear", str(arguments.venv)])
    pip = pip_of(arguments.venv, CONSTRAINTS[arguments.extra])
    run([*pip, "install", "--quiet", "--editable", f"{ROOT}[{arguments.extra}]"])
    if arguments.torch != "none":
        install_torch(pip, arguments.torch)


def choose_interpreter() -> str:
    """The first usable interpreter; as root, rather one that every user can read.

    A grader that runs as root hands each submission to a user without any rights, who must be able to start Python.
    """
    candidates = [name for name in (sys.executable, *map(shutil.which, NAMES), "/usr/bin/python3") if name]
    usable = [name for name in dict.fromkeys(candidates) if is_usable(name)]
    if not usable:
        sys.exit(
            f"No Python {OLDEST[0]}.{OLDEST[1]} or later with the venv module was found: install one "
            "(on Debian and Ubuntu: apt-get install python3-venv), or name it: make PYTHON=/path/to/python3"
        )
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        usable.sort(key=lambda name: not readable_by_others(home_of(name)))
    return usable[0]


def is_usable(python: str) -> bool:
    """Return whether this interpreter is recent enough and can make virtual environments."""
    code = f"import sys, venv, ensurepip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def home_of(python: str) -> Path:
    """The folder of the interpreter's own library."""
    code = "import os; print(os.__file__)"
    return Path(subprocess.run([python, "-c", code], capture_output=True, check=True, text=True).stdout.strip())


def readable_by_others(path: Path) -> bool:
    """Return whether a user without any rights can reach and read `path`."""
    return path.stat().st_mode & stat.S_IROTH != 0 and all(
        folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents
    )


def install_torch(pip: "list[str]", build: str) -> None:
    """Install PyTorch; its CPU build unless told otherwise. Never fails: what needs it is skipped without it."""
    options = ["--extra-index-url", TORCH_CPU_INDEX] if build == "cpu" and index_answers() else []
    if build == "cpu" and brings_cuda(pip, options):
        print(
            "PyTorch's CPU build cannot be reached from here, and the other one takes gigabytes: going on without.\n"
            "Checks that need PyTorch are skipped. To take the other build: make TORCH=default"
        )
        return
    try:
        run([*pip, "install", "--quiet", TORCH, *options])
    except subprocess.CalledProcessError:
        print("PyTorch could not be installed: going on without. Checks that need it are skipped.")


def index_answers() -> bool:
    """Return whether PyTorch's own package index can be reached within a few seconds."""
    try:
        with urllib.request.urlopen(f"{TORCH_CPU_INDEX}/torch/", timeout=INDEX_SECONDS):
            return True
    except (OSError, urllib.error.URLError):
        return False


def brings_cuda(pip: "list[str]", options: "list[str]") -> bool:
    """Return whether pip would fetch CUDA libraries, or find nothing at all."""
    plan = subprocess.run(
        [*pip, "install", "--dry-run", "--quiet", "--report", "-", TORCH, *options],
        capture_output=True,
        check=False,
        text=True,
    )
    if plan.returncode:
        return True
    names = [item["metadata"]["name"].lower() for item in json.loads(plan.stdout)["install"]]
    return any(name.startswith(("nvidia-", "cuda-")) for name in names)


def pip_of(venv: Path, constraints: "tuple[str, ...]") -> "list[str]":
    """Return how to call a virtual environment's pip, pinned."""
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    os.environ["PIP_CONSTRAINT"] = " ".join((ROOT / name).as_uri() for name in constraints)
    return [str(venv / folder / name), "-m", "pip", "--disable-pip-version-check"]


def run(command: "list[str]") -> None:
    """Run a command that must succeed."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
