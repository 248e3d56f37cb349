"""Students' packages: handouts, stubs, notebooks, public checks, and the engine as a wheel. Nothing hidden."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from autograder.course.handout import linked_figures, sections, tasks_named
from autograder.course.layout import Assignment
from autograder.course.notebooks import student_notebook
from autograder.course.stubs import GIVEN_FILES, stub_files
from autograder.platforms.contents import FIXTURES, handed_out, rendered
from autograder.platforms.page import PAGE, with_page
from autograder.platforms.wheel import engine_wheel


def student_files(assignments: Sequence[Assignment]) -> dict[str, bytes]:
    """The files of a student's package with these assignments, by their paths inside it.

    Packages of one course may be unpacked into one folder: the files beside the assignments are the same in each.
    Raises `PackageError`, and `StubError` for a reference that no stub can be made of.
    """
    root = assignments[0].root
    name, wheel = engine_wheel(root)
    files = {f"wheels/{name}": wheel}
    guard = rendered(root, f"student/{FIXTURES}")
    for assignment in assignments:
        given = {FIXTURES: guard} | with_page(handed_out(assignment), assignment)
        for place, contents in (
            (f"assignments/{assignment.name}", given),
            (f"assignments/{assignment.name}/{assignment.aside.name}/{GIVEN_FILES}", _to_be_filled(assignment, given)),
            (f"notebooks/{assignment.name}", notebooks(assignment)),
        ):
            files |= {f"{place}/{name}": content for name, content in contents.items()}
    torch = any("torch" in assignment.manifest.libraries for assignment in assignments)
    for beside in ("README.md", "requirements.txt", *(["requirements-torch.txt"] if torch else [])):
        files[beside] = rendered(root, f"student/{beside}.j2", wheel=name)
    return files


def _to_be_filled(assignment: Assignment, given: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that students fill in, once more: `autograder reset` takes functions from there."""
    return {name: given[name] for name in assignment.manifest.files if name in given}


def notebooks(assignment: Assignment) -> dict[str, bytes]:
    """Return the stubs as notebooks with the handout's text, which may be handed in in their place.

    Files brought along from an earlier assignment stay modules.
    """
    handout = linked_figures((assignment.folder / "README.md").read_text(encoding="utf-8"), PAGE)
    tasks = [task.id for task in assignment.manifest.tasks]
    parts = sections(handout, tasks)
    modules = {
        name: stub.decode("utf-8")
        for name, stub in stub_files(assignment).items()
        if name not in assignment.manifest.brought
    }
    named = set().union(*map(tasks_named, modules.values()))
    first = next(iter(modules), None)
    return {
        str(PurePosixPath(name).with_suffix(".ipynb")): student_notebook(
            stub, parts, [task for task in tasks if task not in named] if name == first else []
        )
        for name, stub in modules.items()
    }
