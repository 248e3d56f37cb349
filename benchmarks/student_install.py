"""The disk space that a student of 03 needs beyond NumPy, Matplotlib and pytest.

    python benchmarks/student_install.py [--python PYTHON]

Makes two environments in `build/`, with the versions of constraints.txt: one with the three libraries alone, one as
the README of the student's package says. Prints what `du` finds in both, in MB (10**6 bytes), and removes them. Ends
with 1 where the second one takes more than 25 MB more.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from autograder.course.layout import Course
from autograder.platforms.build import build_packages

ROOT = Path(__file__).resolve().parents[1]
MOST_MB = 25.0
ALONE = ("numpy", "matplotlib", "pytest")


def main() -> None:
    """Install both, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--python", default=sys.executable, help="the interpreter of both environments")
    python = parser.parse_args().python
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="student-install-", dir=ROOT / "build") as temporary:
        folder = Path(temporary)
        (package,) = build_packages([Course(ROOT).assignment("03")], ["student"], folder)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder / "package")
        alone = installed(python, folder / "alone", ALONE)
        student = installed(python, folder / "student", ("-r", "requirements.txt"), start=folder / "package")
    print(f"{', '.join(ALONE)}: {alone:.1f} MB; the student's package of 03: {student:.1f} MB.")
    kept = student - alone <= MOST_MB
    print(f"{student - alone:.1f} MB more: the goal of {MOST_MB:g} MB is {'kept' if kept else 'missed'}.")
    sys.exit(0 if kept else 1)


def installed(python: str, venv: Path, wanted: Sequence[str], *, start: Path = ROOT) -> float:
    """Make an environment, install what is wanted from the folder `start`, and return its size in MB."""
    subprocess.run([python, "-m", "venv", str(venv)], check=True)
    subprocess.run(
        [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", *wanted],
        check=True,
        cwd=start,
        env={**os.environ, "PIP_CONSTRAINT": str(ROOT / "constraints.txt"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    said = subprocess.run(["du", "-sk", str(venv)], check=True, capture_output=True, text=True).stdout
    return int(said.split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    main()
