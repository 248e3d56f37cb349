"""The isolation that this machine has for submissions to an assignment, and its weak points."""

from dataclasses import dataclass

from autograder.course.layout import Assignment
from autograder.course.seeds import SECRET_FILE
from autograder.sandbox.interpreter import readable_paths
from autograder.sandbox.libraries import allowed_libraries
from autograder.sandbox.offers import offers, weakness


@dataclass(frozen=True)
class Isolation:
    """The isolation of submissions: whether each runs as a user of its own, and why that may not be enough."""

    spare_uid: bool
    weakness: str | None


def isolation(assignment: Assignment, *, public_only: bool = False) -> Isolation:
    """Return what this machine offers, judged by whether it hides the checks and the reference.

    Raises `NotInstalledError` for a library that the assignment allows and that is not there; with `public_only` one
    that only single tasks allow may be missing.
    """
    manifest = assignment.manifest
    offered = offers()
    written_in = (assignment.name, *manifest.brought.values())
    solutions = [assignment.solution.with_name(name) for name in written_in]
    secret = (assignment.hidden, *solutions, assignment.bank, assignment.root / SECRET_FILE)
    libraries = allowed_libraries(manifest.imports if public_only else manifest.libraries)
    readable = (*readable_paths(), *libraries.paths)
    hidden = [str(path) for path in secret if path.exists()]
    return Isolation(offered.spare_uid, weakness(offered, hidden, readable))
