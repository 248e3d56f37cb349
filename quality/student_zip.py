"""A trial of the package as a student uses it: in a new folder and a new virtual environment, on other Pythons.

    python -m quality.student_zip PYTHON…

Unpacks the package of assignment 03, installs it as its README says, runs the checks on the stub (none passes, and
nothing looks like a fault) and on the reference (all pass), and submits. Exits with 1 where something else happens.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from autograder.platforms.build import build_packages
from quality.variants import COURSE

PERCEPTRON = COURSE.assignment("03_perceptron")


def main() -> None:
    """Do it on every Python that is named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pythons", nargs="+", metavar="PYTHON")
    with tempfile.TemporaryDirectory(prefix="student-zip-") as temporary:
        (package,) = build_packages([PERCEPTRON], ["student"], Path(temporary))
        results = [works(python, package) for python in parser.parse_args().pythons]
    sys.exit(0 if all(results) else 1)


def works(python: str, package: Path) -> bool:
    """Install, check, solve, check, submit; says what went wrong."""
    with tempfile.TemporaryDirectory(prefix="student-") as temporary:
        root = Path(temporary)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(root)
        own = root / ".venv" / "bin" / "python"
        said(python, "-m", "venv", str(root / ".venv"))
        said(str(own), "-m", "pip", "install", "--quiet", "-r", "requirements.txt", folder=root)
        folder = root / "assignments" / PERCEPTRON.name
        stub = said(str(own), "-m", "pytest", folder=folder)
        (folder / "perceptron.py").write_bytes((PERCEPTRON.solution / "perceptron.py").read_bytes())
        solved = said(str(own), "-m", "pytest", folder=folder)
        checked = said(str(own), "-m", "autograder", "check", folder=folder)
        submitted = said(str(own), "-m", "autograder", "submit", folder=folder)
        versions = said(str(own), "-c", "import sys, numpy; print(sys.version.split()[0], numpy.__version__)")
    problems = [
        what
        for what, right in [
            ("the stub: not every check says that it was not attempted", stub.count("Not attempted yet") == 18),
            ("the stub: a traceback", "Traceback" not in stub),
            ("the reference: pytest", "18 passed" in solved),
            ("the reference: autograder check", "18 of 18 checks passed" in checked),
            ("autograder submit", "Receipt: " in submitted),
        ]
        if not right
    ]
    print(f"Python and NumPy {versions.strip()}: {'; '.join(problems) or 'everything works'}")
    return not problems


def said(*command: str, folder: "Path | None" = None) -> str:
    """Return what a command prints, whatever its status."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
