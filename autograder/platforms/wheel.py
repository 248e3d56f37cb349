"""The engine as a wheel: what students and other graders install. It holds no check and no reference."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from autograder.errors import UserError
from autograder.ledger.digests import files_digest
from autograder.platforms.archive import unzip, zip_of

SOURCES = ("pyproject.toml", "README.md", "LICENSE")
PACKAGE = "autograder"
VERSION = re.compile(r'^version = "(.+)"$', re.MULTILINE)


class PackageError(UserError):
    """A package that cannot be built; the message says why, and the remedy."""


@cache
def engine_wheel(root: Path) -> tuple[str, bytes]:
    """The name and the content of the wheel of the engine whose source is at `root`.

    Its version ends in a digest of the source: pip leaves what has the same version as it is. Raises `PackageError`
    where there is no source, or where it cannot be built.
    """
    missing = [name for name in (*SOURCES, PACKAGE) if not (root / name).exists()]
    if missing:
        raise PackageError(f"{root} lacks {', '.join(missing)}: packages are built in the course's own repository.")
    with tempfile.TemporaryDirectory(prefix="wheel-") as folder:
        source = Path(folder, "source")
        shutil.copytree(root / PACKAGE, source / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
        for name in SOURCES:
            shutil.copyfile(root / name, source / name)
        project = source / "pyproject.toml"
        project.write_text(VERSION.sub(rf'version = "\1+{_digest(source)}"', project.read_text("utf-8"), 1), "utf-8")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", str(source)),
                *("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,  # `-m` would import from wherever somebody stands
            env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
        )
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise PackageError(
                f"The wheel of the engine cannot be built (does `make` set up this Python?):\n{done.stderr.strip()}"
            )
        return wheels[0].name, zip_of(unzip(wheels[0].read_bytes()))


def _digest(folder: Path) -> str:
    """Return a digest of all files in a folder: a letter and eight digits."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return f"e{files_digest(files)[:8]}"
