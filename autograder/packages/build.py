"""Build packages into a folder, each written whole or not at all, with the checksums of all."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from autograder.course import Assignment
from autograder.outlets.files import write_atomically
from autograder.packages.archive import zip_of
from autograder.packages.gradescope import PROGRAMS, gradescope_files
from autograder.packages.student import student_files

Format = Literal["student", "gradescope"]
FORMATS: tuple[Format, ...] = get_args(Format)
CHECKSUMS = "SHA256SUMS"


def build_packages(assignments: Sequence[Assignment], formats: Sequence[Format], folder: Path) -> list[Path]:
    """Write the packages of these assignments in these formats; returns their paths.

    With several assignments, students also get all of them in one package, `course.zip`. Raises `PackageError`,
    `StubError`, `OSError`.
    """
    written = []
    for chosen in formats:
        for assignment in assignments:
            written.append(_write(folder / chosen / f"{assignment.name}.zip", _package(chosen, [assignment])))
        if chosen == "student" and len(assignments) > 1:
            written.append(_write(folder / chosen / "course.zip", _package(chosen, assignments)))
    _write(folder / CHECKSUMS, checksums(folder))
    return written


def checksums(folder: Path) -> bytes:
    """The SHA-256 sums of every package below `folder`, as `sha256sum --check` reads them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*.zip"))
    ]
    return "".join(lines).encode("utf-8")


def _package(chosen: Format, assignments: Sequence[Assignment]) -> bytes:
    if chosen == "student":
        return zip_of(student_files(assignments))
    return zip_of(gradescope_files(assignments[0]), programs=PROGRAMS)


def _write(path: Path, content: bytes) -> Path:
    write_atomically(path, content)
    return path
