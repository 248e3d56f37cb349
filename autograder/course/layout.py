"""The layout of a course: assignments, references, hidden checks, the bank of submissions."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from autograder.course.manifest import Manifest, ManifestError, load_manifest
from autograder.errors import UserError

MANIFEST = "assignment.toml"
FOLDER_NAME = re.compile(r"(?P<number>\d+)_(?P<slug>[a-z0-9_]+)")


class CourseError(UserError):
    """No course here, or no such assignment in it; the message says what to do."""


@dataclass(frozen=True)
class Assignment:
    """One unit of the course and the folders that belong to it.

    `apart` is where its own folder lies if that is in no course.
    """

    root: Path
    name: str
    manifest: Manifest
    apart: Path | None = None

    @property
    def number(self) -> str:
        """The number in the folder's name, as written (`03`)."""
        return self.name.partition("_")[0]

    @property
    def slug(self) -> str:
        """The folder's name without its number (`perceptron`)."""
        return self.name.partition("_")[2]

    @property
    def names(self) -> tuple[str, str, str]:
        """Names that it may be called by: the folder's name, the slug, the number."""
        return self.name, self.slug, self.number

    @property
    def folder(self) -> Path:
        """Handout, stubs, public checks and manifest."""
        return self.apart or self.root / "assignments" / self.name

    @property
    def aside(self) -> Path:
        """The folder of a student's commands: files as they were given, outcomes, hints that were read, old functions.

        Its name begins with a dot, so nobody hands it in.
        """
        return self.folder / ".autograder"

    @property
    def solution(self) -> Path:
        """The reference; absent in what students get."""
        return self.root / "solutions" / self.name

    def reference(self, name: str) -> Path:
        """Return where the reference of a file that is handed in lies: with the assignment that students write it for.

        Raises `ManifestError` for a file that is brought along from where it is not written.
        """
        earlier = self.manifest.brought.get(name)
        if earlier is None:
            return self.solution / name
        where = f"{self.folder / MANIFEST}: files: {name!r} is from {earlier!r},"
        course = Course(self.root)
        if earlier not in course.names():
            raise ManifestError(f"{where} which is no assignment. There are: {', '.join(course.names())}.")
        source = course.assignment(earlier)
        if name not in source.manifest.files:
            raise ManifestError(f"{where} whose files are: {', '.join(source.manifest.files)}.")
        if name in source.manifest.brought:
            raise ManifestError(f"{where} which brings it along too: name the one that it is written for.")
        return source.solution / name

    @property
    def substitute(self) -> Path | None:
        """The file that stands in for one that students bring along, if the manifest names one."""
        named = self.manifest.substitute
        return self.solution / "substitute" / named.file if named is not None else None

    @property
    def hidden(self) -> Path:
        """Hidden checks; absent in what students get."""
        return self.root / "tests" / "hidden" / self.name

    @property
    def bank(self) -> Path:
        """Known-right, known-wrong and broken submissions."""
        return self.root / "tests" / "submissions" / self.name

    @property
    def public_checks(self) -> tuple[Path, ...]:
        """Files of public checks, sorted."""
        return tuple(sorted(self.folder.glob("test_*.py")))

    @property
    def hidden_checks(self) -> tuple[Path, ...]:
        """Files of hidden checks, sorted."""
        return tuple(sorted(self.hidden.glob("test_*.py")))


@dataclass(frozen=True)
class Course:
    """A folder that holds `assignments/`."""

    root: Path

    def names(self) -> list[str]:
        """Names of all assignment folders, in order."""
        folders = (self.root / "assignments").iterdir()
        return sorted(f.name for f in folders if f.is_dir() and FOLDER_NAME.fullmatch(f.name))

    def assignments(self) -> list[Assignment]:
        """All assignments, in order. Raises `ManifestError` for a manifest that cannot be used."""
        return [self._load(name) for name in self.names()]

    def assignment(self, wanted: str) -> Assignment:
        """The assignment with this folder name, number or slug. Raises `CourseError`, `ManifestError`."""
        found = [name for name in self.names() if _answers_to(name, wanted)]
        if len(found) == 1:
            return self._load(found[0])
        if found:
            raise CourseError(f"{wanted!r} could be any of {', '.join(found)}: use the folder's name.")
        if (self.root / "assignments" / wanted).is_dir():
            raise CourseError(f"assignments/{wanted}: call the folder NN_slug, of lower-case letters, digits and _.")
        raise CourseError(f"No assignment {wanted!r}. There are: {', '.join(self.names()) or 'none'}.")

    def _load(self, name: str) -> Assignment:
        return Assignment(self.root, name, load_manifest(self.root / "assignments" / name / MANIFEST))


def _answers_to(name: str, wanted: str) -> bool:
    number, slug = name.split("_", 1)
    return wanted in (name, number, slug) or (wanted.isdecimal() and int(wanted) == int(number))


def find_course(start: Path) -> Course:
    """Return the course that holds `start`. Raises `CourseError` outside of a course."""
    for folder in (start.resolve(), *start.resolve().parents):
        if any(folder.glob(f"assignments/*/{MANIFEST}")):
            return Course(folder)
    below = sorted({path.parents[2].name for path in start.glob(f"*/assignments/*/{MANIFEST}")})
    remedy = f"`cd {shlex.quote(below[0])}` first." if len(below) == 1 else "change to the course's folder first."
    raise CourseError(f"{start} is not inside a course (a folder with assignments/NN_slug/assignment.toml): {remedy}")


def assignment_of(path: Path) -> Assignment | None:
    """The assignment that a check file belongs to, by the folder it stands in; `None` for other files.

    Raises `ManifestError`.
    """
    folder = path.parent
    if FOLDER_NAME.fullmatch(folder.name) and folder.parent.name == "assignments":
        return Course(folder.parent.parent)._load(folder.name)
    if FOLDER_NAME.fullmatch(folder.name) and folder.parent.parts[-2:] == ("tests", "hidden"):
        return Course(folder.parent.parent.parent)._load(folder.name)
    return assignment_at(folder)


def assignment_at(folder: Path) -> Assignment | None:
    """The assignment that this folder is, whatever it is called and wherever it lies; `None` without a manifest.

    Raises `ManifestError`.
    """
    if not (folder / MANIFEST).is_file():
        return None
    if folder.parent.name == "assignments":
        return Course(folder.parent.parent)._load(folder.name)
    return Assignment(folder.parent, folder.name, load_manifest(folder / MANIFEST), apart=folder)
