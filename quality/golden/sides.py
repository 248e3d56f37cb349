"""The two versions that are compared: an earlier commit in a tree of its own, and the present work tree."""

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quality.golden.errors import GoldenError

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "golden"
IMAGES = "MNIST_DIR"
BASE, NOW = "base", "now"
GRADED_BY = ("assignments", "autograder", "solutions", "tests/hidden")
"""The parts of a work tree that a grade follows from, beside what is installed."""


@dataclass(frozen=True)
class Side:
    """One version: its name here, its course, its interpreter, and a text that changes with its code."""

    name: str
    root: Path
    python: Path
    code: str

    def require_own_engine(self) -> None:
        """Make sure that this interpreter runs this version. Raises `GoldenError`."""
        code = "import autograder; print(autograder.__file__)"
        found = Path(output_of([self.python, "-I", "-c", code], self.root).strip())
        if not found.is_relative_to(self.root):
            raise GoldenError(f"{self.python} runs {found.parent}, not the engine in {self.root}: install that one.")


def this_side() -> Side:
    """Return the present work tree, graded by the interpreter that runs this. Other images make it another version."""
    listed = output_of(["git", "ls-files", "-z", "-co", "--exclude-standard", "--", *GRADED_BY], ROOT)
    paths = [ROOT / name for name in sorted(set(listed.split("\0"))) if (ROOT / name).is_file()]
    installed = sorted(f"{one.name} {one.version}" for one in importlib.metadata.distributions())
    parts = [part for path in paths for part in (str(path.relative_to(ROOT)).encode(), path.read_bytes())]
    code = _digest([*map(str.encode, (sys.version, images(), *installed)), *parts])
    return Side(NOW, ROOT, Path(sys.executable), code)


def base_side(commit: str) -> Side:
    """Return the version of a commit, exported below `CACHE`; its environment may still be missing."""
    full = output_of(["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}"], ROOT)
    tree = CACHE / full.strip() / "tree"
    if not tree.is_dir():
        partial = _empty(tree.with_name("tree.partial"))
        archive = tree.with_name("tree.tar")
        output_of(["git", "archive", "--output", archive, full.strip()], ROOT)
        output_of(["tar", "-xf", archive], partial)
        archive.unlink()
        partial.rename(tree)
    return Side(BASE, tree, tree / ".venv" / "bin" / "python", full.strip())


def has_environment(side: Side) -> bool:
    """Return whether the version was installed where it lies now. An environment works in no other place."""
    stamp = _stamp(side)
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == str(side.root)


def make_environment(side: Side) -> None:
    """Install a version with its own set-up. Raises `GoldenError`."""
    output_of([sys.executable, "release/setup_venv.py", "--python", sys.executable], side.root)
    _stamp(side).write_text(str(side.root), encoding="utf-8")


def write_classes(side: Side, folder: Path) -> None:
    """Write every submission of every bank of a version as whole files: `folder/ASSIGNMENT/SUBMISSION/`."""
    partial = _empty(folder.with_name(f"{folder.name}.partial"))
    script = Path(__file__).with_name("write_class.py")
    output_of([side.python, "-I", script, side.root, partial], side.root)
    partial.rename(folder)


def images() -> str:
    """Return a text that changes with the images in the folder that `MNIST_DIR` names; empty where it names none."""
    named = os.environ.get(IMAGES)
    if not named:
        return ""
    try:
        paths = sorted(path for path in Path(named).iterdir() if path.is_file())
        return _digest([part for path in paths for part in (path.name.encode(), path.read_bytes())])
    except OSError as error:
        raise GoldenError(f"{IMAGES}: {error.filename} cannot be read: {error.strerror}.") from error


def environment() -> dict[str, str]:
    """Return this process's environment as it fits both versions: no modules from elsewhere, no relative folder."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return kept | {IMAGES: os.path.abspath(kept[IMAGES])} if kept.get(IMAGES) else kept


def output_of(command: Sequence[str | Path], folder: Path) -> str:
    """Run a command that must succeed, and return what it printed. Raises `GoldenError` with its last words."""
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip()[-2000:] or f"status {done.returncode}"
        raise GoldenError(f"{' '.join(map(str, command))} failed in {folder}: {words}")
    return done.stdout


def _stamp(side: Side) -> Path:
    return side.root / ".venv" / "made-in.txt"


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _digest(parts: Sequence[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
