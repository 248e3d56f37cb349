"""The contents of packages: files for students, files that grade elsewhere, texts from page templates."""

from pathlib import Path

from autograder.course.hints import HINTS
from autograder.course.layout import Assignment, Course
from autograder.course.marks import MARKS_FILE, marks_json
from autograder.course.seeds import SECRET_FILE, course_secret
from autograder.course.stubs import stub_files
from autograder.course.times import TIMES
from autograder.platforms.wheel import PackageError

PICTURES = (".png", ".svg", ".gif", ".jpg")
FIXTURES = "conftest.py"
TEXT = (".md", ".py", ".toml", ".txt", ".ipynb")


def handed_out(assignment: Assignment) -> dict[str, bytes]:
    """The files of one assignment, by their names: its handout, pictures, manifest, hints, times, public checks
    with their fixtures, and stubs. Raises `PackageError` where one of them would be taken for a student's.
    """
    for name in assignment.manifest.made:
        path = assignment.folder / name
        if path.exists():
            raise PackageError(f"{path}: students make this file, so they cannot be given it: move or rename it.")
    files = {
        path.name: path.read_bytes()
        for path in sorted(assignment.folder.iterdir())
        if path.name in ("README.md", "assignment.toml", HINTS, TIMES, FIXTURES, *assignment.manifest.files)
        or path.suffix in PICTURES
        or path in assignment.public_checks
    }
    files |= stub_files(assignment)
    return {name: unix_lines(content) if name.endswith(TEXT) else content for name, content in files.items()}


def course_files(assignment: Assignment) -> dict[str, bytes]:
    """Return what grading one assignment elsewhere takes, by paths inside a course; its reference is not among it.

    For the instructor only: hidden checks and the course's secret are.
    """
    files = {f"assignments/{assignment.name}/{name}": content for name, content in handed_out(assignment).items()}
    for path in (*assignment.hidden_checks, assignment.hidden / FIXTURES):
        if path.is_file():
            files[f"tests/hidden/{assignment.name}/{path.name}"] = path.read_bytes()
    if assignment.substitute is not None:
        path = assignment.substitute
        files[path.relative_to(assignment.root).as_posix()] = path.read_bytes()
    files[MARKS_FILE] = marks_json(Course(assignment.root))
    files[SECRET_FILE] = course_secret(assignment.root)
    return files


def needs_torch(assignment: Assignment) -> bool:
    """Return whether the assignment, or what stands in for a student's file in it, uses PyTorch."""
    substitute = assignment.manifest.substitute
    return "torch" in (*assignment.manifest.libraries, *(substitute.imports if substitute is not None else ()))


def unix_lines(content: bytes) -> bytes:
    """Text with the line ends of Unix, which every system reads."""
    return content.replace(b"\r\n", b"\n")


def rendered(root: Path, page: str, **values: object) -> bytes:
    """A page template below `release/` (`otter/README.md.j2`), filled in."""
    # Imported here: a tenth of the start of what grades on Gradescope, which fills in no page.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(root / "release"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(page).render(**values).encode("utf-8")
