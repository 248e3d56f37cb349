"""Build packages into a folder, each written whole or not at all, with the checksums of all."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from autograder.course.layout import Assignment
from autograder.files import write_atomically
from autograder.platforms.archive import zip_of
from autograder.platforms.gradescope import PROGRAMS, gradescope_files
from autograder.platforms.nbgrader import nbgrader_files
from autograder.platforms.otter import otter_files, otter_student_files
from autograder.platforms.student import student_files

Format = Literal["student", "gradescope", "otter", "nbgrader"]
FORMATS: tuple[Format, ...] = get_args(Format)
CHECKSUMS = "SHA256SUMS"

TOGETHER: Mapping[Format, Callable[[Sequence[Assignment]], dict[str, bytes]]] = {
    "student": student_files,
    "nbgrader": nbgrader_files,
}
"""Formats of which one package can hold several assignments."""


def build_packages(assignments: Sequence[Assignment], formats: Sequence[Format], folder: Path) -> list[Path]:
    """Write the packages of these assignments in these formats; returns their paths.

    Of students' packages and nbgrader's courses, there is with several assignments also one of all of them,
    `course.zip`. Packages with hidden checks lie in folders that nobody else may open. Raises `PackageError`,
    `StubError`, `GraderFault`, `OSError`.
    """
    written = []
    for chosen in formats:
        if chosen != "student":
            _close(folder / chosen)
        for assignment in assignments:
            for name, content in _packages(chosen, assignment).items():
                written.append(_write(folder / chosen / f"{name}.zip", content))
        if chosen in TOGETHER and len(assignments) > 1:
            written.append(_write(folder / chosen / "course.zip", zip_of(TOGETHER[chosen](assignments))))
    _write(folder / CHECKSUMS, checksums(folder))
    return written


def checksums(folder: Path) -> bytes:
    """The SHA-256 sums of every package below `folder`, as `sha256sum --check` reads them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*.zip"))
    ]
    return "".join(lines).encode("utf-8")


def _packages(chosen: Format, assignment: Assignment) -> dict[str, bytes]:
    """The packages of one assignment in one format, by their names."""
    if chosen in TOGETHER:
        return {assignment.name: zip_of(TOGETHER[chosen]([assignment]))}
    if chosen == "otter":
        return {
            assignment.name: zip_of(otter_files(assignment)),
            f"{assignment.name}-student": zip_of(otter_student_files(assignment)),
        }
    return {assignment.name: zip_of(gradescope_files(assignment), programs=PROGRAMS)}


def _close(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _write(path: Path, content: bytes) -> Path:
    write_atomically(path, content)
    return path
