"""By what the files of an assignment are recognised, whatever they are called: the public names of their stubs."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.layout import Assignment, Course
from autograder.course.manifest import ManifestError
from autograder.course.stubs import AT_COLUMN_ZERO

MARKS_FILE = "marks.json"
"""In a package with some of the course's assignments: the public names of all."""

PLACEHOLDER = AT_COLUMN_ZERO.removeprefix("# ").encode()
PUBLIC_NAME = re.compile(rb"^(?:def|class)[ \t]+([A-Za-z]\w*)", re.MULTILINE)

Names = frozenset[bytes]


@dataclass(frozen=True)
class Marks:
    """The public names of each Python file that is wanted, and of those of other assignments, by the assignment.

    `stubs` are the wanted files as students get them. They are unknown in a student's copy of the course, where the
    student's own work stands in their place. `sheet` is the notebook of cells that nbgrader's package gives out.
    """

    own: Mapping[str, Names] = field(default_factory=dict)
    others: tuple[tuple[str, Names], ...] = ()
    stubs: Mapping[str, bytes] = field(default_factory=dict)
    sheet: str = ""


UNKNOWN = Marks()

_known: dict[Path, Marks] = {}
"""Marks that were read before, by the assignment's folder."""


def marks_of(assignment: Assignment) -> Marks:
    """The marks of an assignment's files; without those of files of which neither stub nor reference is there."""
    folder = assignment.folder
    if folder not in _known:
        _known[folder] = _read(assignment)
    return _known[folder]


def _read(assignment: Assignment) -> Marks:
    name = assignment.name
    sources = {file: content for file in _modules(assignment) if (content := _source(assignment, file)) is not None}
    origins = {(assignment.manifest.brought.get(file, name), file) for file in assignment.manifest.files}
    stubs = {file: content for file, content in sources.items() if PLACEHOLDER in content}
    everywhere = _everywhere(assignment.root) if assignment.apart is None else ()
    return Marks(
        own={file: public_names(content) for file, content in sources.items()},
        others=tuple((other, names) for other, file, names in everywhere if (other, file) not in origins),
        stubs=stubs if assignment.hidden_checks else {},
        sheet=f"{name}.ipynb",
    )


def public_names(source: bytes) -> Names:
    """Return what a module defines at its top level, without what begins with an underscore."""
    return frozenset(PUBLIC_NAME.findall(source))


def marks_json(course: Course) -> bytes:
    """The public names of every assignment's own files, for packages that hold only some of them."""
    found = [[name, file, sorted(map(bytes.decode, names))] for name, file, names in _everywhere(course.root)]
    return json.dumps(found).encode() + b"\n"


def _everywhere(root: Path) -> Iterator[tuple[str, str, Names]]:
    """Each assignment, each Python file that is written for it, and the file's public names."""
    packed = root / MARKS_FILE
    if packed.is_file():
        for name, file, names in json.loads(packed.read_bytes()):
            yield name, file, frozenset(map(str.encode, names))
        return
    course = Course(root)
    for name in course.names():
        try:
            assignment = course.assignment(name)
        except ManifestError:
            continue  # a mistake in one assignment keeps no other from being graded
        for file in _modules(assignment):
            content = None if file in assignment.manifest.brought else _source(assignment, file)
            if content is not None:
                yield name, file, public_names(content)


def _modules(assignment: Assignment) -> list[str]:
    return [file for file in assignment.manifest.files if file.endswith(".py")]


def _source(assignment: Assignment, file: str) -> bytes | None:
    """The stub of a file, or else its reference."""
    places = [assignment.folder / file, assignment.solution / file]
    earlier = assignment.manifest.brought.get(file)
    if earlier is not None:
        places += [assignment.root / part / earlier / file for part in ("assignments", "solutions")]
    for place in places:
        try:
            return place.read_bytes()
        except OSError:
            continue
    return None
