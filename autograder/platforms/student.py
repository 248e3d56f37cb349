"""What students get: handouts, stubs, notebooks, public checks, and the engine as a wheel. Nothing hidden."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.course.layout import Assignment
from autograder.course.notebooks import notebook_of
from autograder.course.stubs import stub_files
from autograder.platforms.contents import handed_out, rendered
from autograder.platforms.wheel import engine_wheel


def student_files(assignments: Sequence[Assignment]) -> dict[str, bytes]:
    """The files of a student's package with these assignments, by their paths inside it.

    Packages of one course may be unpacked into one folder: what stands beside the assignments is the same in each.
    Raises `PackageError`, and `StubError` for a reference that no stub can be made of.
    """
    root = assignments[0].root
    name, wheel = engine_wheel(root)
    files = {f"wheels/{name}": wheel}
    for assignment in assignments:
        for place, contents in (("assignments", handed_out(assignment)), ("notebooks", notebooks(assignment))):
            files |= {f"{place}/{assignment.name}/{name}": content for name, content in contents.items()}
    torch = any("torch" in assignment.manifest.libraries for assignment in assignments)
    for beside in ("README.md", "requirements.txt", *(["requirements-torch.txt"] if torch else [])):
        files[beside] = rendered(root, f"student/{beside}.j2", wheel=name)
    return files


def notebooks(assignment: Assignment) -> dict[str, bytes]:
    """The stubs as notebooks, which may be handed in in their place."""
    return {
        str(PurePosixPath(name).with_suffix(".ipynb")): notebook_of(stub.decode("utf-8"), assignment.manifest.title)
        for name, stub in stub_files(assignment).items()
    }
