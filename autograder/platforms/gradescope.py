"""The package for Gradescope: the engine, one assignment with its hidden checks, and what installs and starts them.

For the instructor only: it holds hidden checks and the course's secret.
"""

from autograder.course import Assignment
from autograder.platforms.student import FIXTURES, handed_out, unix_lines
from autograder.platforms.wheel import engine_wheel
from autograder.seeds import SECRET_FILE, course_secret

PROGRAMS = ("setup.sh", "run_autograder")
COURSE = "course"


def gradescope_files(assignment: Assignment) -> dict[str, bytes]:
    """The files of the package, by their paths inside it. Raises `PackageError`, `StubError`, `OSError`."""
    name, wheel = engine_wheel(assignment.root)
    templates = assignment.root / "release" / "gradescope"
    files = {program: unix_lines((templates / program).read_bytes()) for program in PROGRAMS}
    files[f"wheels/{name}"] = wheel
    files["constraints.txt"] = (assignment.root / "constraints.txt").read_bytes()
    files["needs_torch"] = b"yes\n" if needs_torch(assignment) else b"no\n"
    return files | {f"{COURSE}/{name}": content for name, content in course_files(assignment).items()}


def course_files(assignment: Assignment) -> dict[str, bytes]:
    """What grading one assignment elsewhere takes, by paths inside a course; its reference is not among it."""
    files = {f"assignments/{assignment.name}/{name}": content for name, content in handed_out(assignment).items()}
    for path in (*assignment.hidden_checks, assignment.hidden / FIXTURES):
        if path.is_file():
            files[f"tests/hidden/{assignment.name}/{path.name}"] = path.read_bytes()
    if assignment.substitute is not None:
        path = assignment.substitute
        files[path.relative_to(assignment.root).as_posix()] = path.read_bytes()
    files[SECRET_FILE] = course_secret(assignment.root)
    return files


def needs_torch(assignment: Assignment) -> bool:
    """Whether the assignment, or what stands in for a student's file in it, uses PyTorch."""
    substitute = assignment.manifest.substitute
    return "torch" in (*assignment.manifest.imports, *(substitute.imports if substitute is not None else ()))
