"""Files made from the references: stubs, the task table of each handout, and reference notebooks."""

import math
import re
import warnings
from pathlib import Path

from autograder.course.layout import Assignment
from autograder.course.manifest import Limits, Manifest
from autograder.course.notebooks import notebook_of
from autograder.errors import UserError

BEGIN = "### BEGIN SOLUTION"
GIVEN = "### GIVEN INSTEAD"
END = "### END SOLUTION"
PLACEHOLDER = "Your code here."
INDENTED = f'raise NotImplementedError("{PLACEHOLDER}")'
AT_COLUMN_ZERO = f"# {PLACEHOLDER}"
TABLE_BEGIN = "<!-- tasks -->"
TABLE_END = "<!-- /tasks -->"
MARKER = re.compile(rf"(?P<indent>[ \t]*)(?P<marker>{BEGIN}|{GIVEN}|{END})[ \t]*")
COMMENT = "# "
GIVEN_FILES = "given"
"""In a student's package, the folder with the files that are handed in as they were given."""


class StubError(UserError):
    """A stub or handout that cannot be made; the message names the file, the line and the remedy."""


def stub_of(reference: str, name: str = "reference") -> str:
    """The stub of a reference: its text with every solution region replaced by a placeholder, or by what it gives.

    Text that replaces a region's placeholder stands in comments between `GIVEN` and its end. `name` is what messages
    call the reference. Raises `StubError` where the markers are not in order or missing (the whole reference would be
    given away), and where the stub is not valid Python.
    """
    lines: list[str] = []
    opened: tuple[int, str] | None = None
    given: list[str] | None = None
    regions = 0
    for number, line in enumerate(reference.split("\n"), start=1):
        marker = MARKER.fullmatch(line)
        if marker is None:
            if any(one in line for one in (BEGIN, GIVEN, END)):
                raise StubError(f"{name}:{number}: put the marker on a line of its own.")
            if opened is None:
                lines.append(line)
            elif given is not None:
                start = opened[1] + COMMENT
                if not line.startswith(start):
                    raise StubError(f"{name}:{number}: begin each line after {GIVEN} with {start!r}.")
                given.append(opened[1] + line.removeprefix(start))
        elif marker["marker"] == BEGIN:
            if opened is not None:
                raise StubError(f"{name}:{number}: {BEGIN} inside the region that begins in line {opened[0]}.")
            opened = (number, marker["indent"])
        else:
            found = marker["marker"]
            if opened is None:
                raise StubError(f"{name}:{number}: {found} without a {BEGIN} before it.")
            if marker["indent"] != opened[1]:
                raise StubError(f"{name}:{number}: indent {found} as the {BEGIN} in line {opened[0]}.")
            if found == GIVEN:
                given = []
                continue
            placeholder = opened[1] + (INDENTED if opened[1] else AT_COLUMN_ZERO)
            lines += [placeholder] if given is None else given
            regions += 1
            opened = given = None
    if opened is not None:
        raise StubError(f"{name}:{opened[0]}: {BEGIN} without an {END} after it.")
    if not regions:
        raise StubError(f"{name}: no {BEGIN} … {END} region, so the stub would hold the whole solution.")
    stub = "\n".join(lines).strip("\n") + "\n"
    problem = syntax_problem(stub, name)
    if problem:
        raise StubError(f"{name}: not valid Python once the solutions are out: {problem}.")
    return stub


def stub_files(assignment: Assignment) -> dict[str, bytes]:
    """The stub of each Python file that is handed in, by its name. Raises `StubError`, `ManifestError`."""
    files = {}
    for name in assignment.manifest.files:
        if name.endswith(".py"):
            path = assignment.reference(name)
            files[name] = stub_of(_read(path), str(path)).encode("utf-8")
    return files


def given_files(assignment: Assignment) -> dict[str, bytes]:
    """The files that are handed in, as students got them: from their package, or made from the reference.

    Empty where neither is there. Raises `StubError`, `ManifestError`.
    """
    packed = [path for path in sorted((assignment.aside / GIVEN_FILES).glob("*")) if path.is_file()]
    if packed or not assignment.solution.is_dir():
        return {path.name: path.read_bytes() for path in packed}
    return stub_files(assignment)


def syntax_problem(source: str | bytes, name: str) -> str | None:
    """Return why this source of a module is not valid Python, or `None` where it is. Nothing is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None


def task_table(manifest: Manifest) -> str:
    """The tasks, the written parts and their points as a Markdown table, without a line end after it."""
    rows = ["| Task | Title | Points |", "|---|---|---:|"]
    for task in manifest.tasks:
        title = task.title.replace("|", r"\|")
        rows.append(f"| {task.id} | {title} | {task.points:g} |")
    for part in manifest.written:
        title = part.title.replace("|", r"\|")
        rows.append(f"| {part.id} | {title} (in `{part.file}`; graded by a person) | {part.points:g} |")
    total = math.fsum([manifest.points, *(part.points for part in manifest.written)])
    rows.append(f"| | **Total** | **{total:g}** |")
    return "\n".join(rows)


def fill_handout(text: str, manifest: Manifest, name: str = "README.md") -> str:
    """The handout with the task table and the limits between `<!-- tasks -->` and `<!-- /tasks -->`.

    `name` is what messages call the handout. Raises `StubError` where the two do not stand once, in order.
    """
    before, begin, rest = text.partition(TABLE_BEGIN)
    _, end, after = rest.partition(TABLE_END)
    if not begin or not end or TABLE_BEGIN in rest or TABLE_END in before + after:
        raise StubError(f"{name}: {TABLE_BEGIN} and then {TABLE_END} must each stand there once.")
    return f"{before}{begin}\n{task_table(manifest)}\n\n{limits_line(manifest.limits)}\n{end}{after}"


def limits_line(limits: Limits) -> str:
    """Return what a check may use, and where code may write, in a sentence or two."""
    seconds = "second" if limits.check_cpu_seconds == 1 else "seconds"
    return (
        f"Unless the text says otherwise, a check has {limits.check_cpu_seconds:g} {seconds} of computing time and "
        f"{limits.memory_mb:g} MiB of memory. Your code may write up to {limits.scratch_mb:g} MiB, into the folder in "
        "which it runs and nowhere else."
    )


def reference_notebooks(assignment: Assignment) -> dict[Path, bytes]:
    """Each notebook of the solution's folder, as made from the module of its name without the markers.

    Raises `StubError`.
    """
    made = {}
    for path in sorted(assignment.solution.glob("*.ipynb")):
        module = path.with_suffix(".py")
        try:
            made[path] = notebook_of(_solved(_read(module)), assignment.manifest.title)
        except (SyntaxError, ValueError) as error:
            raise StubError(f"{module}: no notebook can be made of it: {error}.") from error
    return made


def _solved(reference: str) -> str:
    """The reference without markers, and without what its regions give in their place."""
    lines, gives = [], False
    for line in reference.split("\n"):
        marker = MARKER.fullmatch(line)
        if marker is not None:
            gives = marker["marker"] == GIVEN
        elif not gives:
            lines.append(line)
    return "\n".join(lines)


def build(assignment: Assignment) -> dict[Path, bytes]:
    """Return what should stand in the assignment's folder, its stubs and its handout, and its reference notebooks.

    Stubs of files that are brought along stand with the assignment that they are from. Raises `StubError`,
    `ManifestError`.
    """
    handout = assignment.folder / "README.md"
    brought = assignment.manifest.brought
    wanted = {
        assignment.folder / name: content for name, content in stub_files(assignment).items() if name not in brought
    }
    wanted[handout] = fill_handout(_read(handout), assignment.manifest, str(handout)).encode("utf-8")
    return wanted | reference_notebooks(assignment)


def outdated(assignment: Assignment) -> list[Path]:
    """The files of `build` that are missing or hold something else. Raises `StubError`."""
    return [path for path, content in build(assignment).items() if not path.is_file() or path.read_bytes() != content]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise StubError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise StubError(f"{path}: not UTF-8 text (byte {error.start}).") from error
