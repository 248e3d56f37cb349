"""Python, the data, and the space that a machine has: cores, memory, disk."""

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course.manifest import Manifest
from autograder.data import mnist
from autograder.data.dataset import DataError
from autograder.doctor.findings import GIB, Finding, gib, good
from autograder.grading.resources import bytes_for_one, free_memory, usable_cores
from autograder.intake.git_objects import git_version

MIB = 2**20
NEWER = (((2, 29), "SHA-256"), ((2, 45), "a reftable"))
"""Since which versions git reads which clones."""

RESULT_BYTES = GIB // 4
"""Space that the results of a large class take."""


def machine(manifests: Sequence[Manifest], folder: Path) -> Iterator[Finding]:
    """Yield how much there is of everything that grading takes; `folder` is where results go."""
    yield good("Python", f"{platform.python_version()}, {sys.executable}")
    yield _cores()
    yield _memory(manifests)
    yield from _disk(manifests, folder)
    yield _data(any(manifest.data is not None for manifest in manifests))
    yield git(git_version())


def git(version: str | None) -> Finding:
    """Return what `grade --before` can read with a git of this version."""
    if version is None:
        return Finding(
            "Git", "weak", "not found: `grade --before` cannot read clones", "only for --before: install git"
        )
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    lacking = [what for since, what in NEWER if numbers < since]
    if lacking:
        found = f"{version}: `grade --before` cannot read clones with {' or '.join(lacking)}"
        return Finding(
            "Git", "weak", found, f"only for such clones: install {'.'.join(map(str, NEWER[-1][0]))} or later"
        )
    return good("Git", version)


def _cores() -> Finding:
    cores = usable_cores()
    found = f"{cores}: as many submissions are graded at a time"
    if cores == 1:
        return Finding(
            "Processor cores", "weak", "1: submissions are graded one after the other", "only for speed: more"
        )
    return good("Processor cores", found)


def _memory(manifests: Sequence[Manifest]) -> Finding:
    free = free_memory()
    need = bytes_for_one(manifests)
    if free is None:
        return good("Memory", f"this system does not say; the largest assignment takes {gib(need)} for each submission")
    found = f"{gib(free)} free; the largest assignment takes up to {gib(need)} for each submission at a time"
    at_a_time = free // need
    if at_a_time < 1:
        return Finding("Memory", "weak", found, "free some, or grade the smaller assignments only")
    if at_a_time < usable_cores():
        return Finding("Memory", "weak", found, f"only for speed: free some; {at_a_time} graded at a time until then")
    return good("Memory", found)


def _disk(manifests: Sequence[Manifest], folder: Path) -> Iterator[Finding]:
    largest = max((manifest.limits.scratch_mb for manifest in manifests), default=16)
    yield _space("Disk for temporary files", None, int(2 * largest * MIB) * usable_cores())
    yield _space("Disk for results", folder, RESULT_BYTES)


def _space(name: str, folder: Path | None, need: int) -> Finding:
    try:
        place = folder or Path(tempfile.gettempdir())
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding(name, "bad", f"cannot be used: {error}", "make it writable, or set TMPDIR to a folder that is")
    if not os.access(place, os.W_OK | os.X_OK):
        remedy = "name a folder with --output" if folder else "set TMPDIR to a folder that can be written"
        return Finding(name, "bad", f"{place} cannot be written", remedy)
    found = f"{gib(free)} free in {place}"
    if free < need:
        return Finding(name, "weak", f"{found}; {gib(need)} may be needed", "free some, or name another folder")
    return good(name, found)


def _data(needed: bool) -> Finding:
    name = "Handwritten digits"
    try:
        images = mnist.load()
    except (DataError, OSError) as error:
        return Finding(name, "bad" if needed else "weak", str(error), "`autograder data` says more")
    if images.provisional:
        used = "results of the assignments that use them are provisional" if needed else "no assignment uses them"
        return Finding(
            name,
            "weak",
            f"MNIST is not here; scikit-learn's small digits stand in for it, and {used}",
            "`autograder data` fetches MNIST; MNIST_DIR names a folder that holds it",
        )
    found = f"{images.name}, {len(images.train.labels):,} to train on, {len(images.test.labels):,} to test on"
    return good(name, f"{found}. {images.notice}".rstrip(". "))
