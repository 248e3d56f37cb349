"""What students get: handouts, stubs, notebooks, public checks, and the engine as a wheel. Nothing hidden."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.course import Assignment
from autograder.notebooks import notebook_of
from autograder.packages.templates import rendered
from autograder.packages.wheel import PackageError, engine_wheel
from autograder.stubs import stub_files

PICTURES = (".png", ".svg", ".gif", ".jpg")
FIXTURES = "conftest.py"
TEXT = (".md", ".py", ".toml", ".txt", ".ipynb")


def student_files(assignments: Sequence[Assignment]) -> dict[str, bytes]:
    """The files of a student's package with these assignments, by their paths inside it.

    Raises `PackageError`, and `StubError` for a reference that no stub can be made of.
    """
    root = assignments[0].root
    name, wheel = engine_wheel(root)
    files = {f"wheels/{name}": wheel}
    for assignment in assignments:
        for place, contents in (("assignments", handed_out(assignment)), ("notebooks", notebooks(assignment))):
            files |= {f"{place}/{assignment.name}/{name}": content for name, content in contents.items()}
    imports = {library for assignment in assignments for library in assignment.manifest.imports}
    for name_there in ("README.md", "requirements.txt"):
        files[name_there] = rendered(
            root, f"student/{name_there}.j2", assignments=assignments, wheel=name, torch="torch" in imports
        )
    return files


def handed_out(assignment: Assignment) -> dict[str, bytes]:
    """The files of one assignment, by their names: its handout, pictures, manifest, public checks with their fixtures,
    and stubs. Raises `PackageError` where one of them would be taken for a student's.
    """
    for name in assignment.manifest.made:
        path = assignment.folder / name
        if path.exists():
            raise PackageError(f"{path}: students make this file, so they cannot be given it: move or rename it.")
    files = {
        path.name: path.read_bytes()
        for path in sorted(assignment.folder.iterdir())
        if path.name in ("README.md", "assignment.toml", FIXTURES, *assignment.manifest.files)
        or path.suffix in PICTURES
        or path in assignment.public_checks
    }
    files |= stub_files(assignment)
    return {name: unix_lines(content) if name.endswith(TEXT) else content for name, content in files.items()}


def notebooks(assignment: Assignment) -> dict[str, bytes]:
    """The stubs as notebooks, which may be handed in in their place."""
    return {
        str(PurePosixPath(name).with_suffix(".ipynb")): notebook_of(stub.decode("utf-8"), assignment.manifest.title)
        for name, stub in stub_files(assignment).items()
    }


def unix_lines(content: bytes) -> bytes:
    """Text with the line ends of Unix, which every system reads."""
    return content.replace(b"\r\n", b"\n")
