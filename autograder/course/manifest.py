"""The manifest of an assignment: `assignment.toml`, read and validated."""

import math
import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from autograder import toml
from autograder.errors import UserError

RESERVED = frozenset(
    {
        *("evaluate", "generator", "keep", "library", "on_device", "picture_size", "read_arrays", "read_file"),
        *("read_table", "read_text", "release", "restart", "rng", "run_program", "tensor", "write_file"),
    }
)
TASK_ID = re.compile(r"\d+(\.\d+)?")
INTEGRATION_SHARE = 0.2
"""The most that tasks may be worth in which one mistake costs a second time."""

FILE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.(py|ipynb|md|csv|png)")
MADE = (".csv", ".png")
"""Suffixes of tables and pictures: students make them, so they have no stub."""

Positive = Annotated[float, msgspec.Meta(gt=0, le=1e6)]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class ManifestError(UserError):
    """A manifest that cannot be used; the message names the file and the key."""


class Brought(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file that students bring along: they hand it in again, as they wrote it for an earlier assignment."""

    earlier: Text = msgspec.field(name="from")
    file: Text


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A numbered part of an assignment, worth points.

    `integration` declares that the task uses several of the student's functions together, so that a mistake in one of
    them may cost here again. `imports` are libraries that the student's code may import in this task, beside those of
    the assignment.
    """

    id: Text
    title: Text
    points: Positive
    integration: bool = False
    imports: tuple[Text, ...] = ()


class RubricItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that a written part is judged by; `anchor` is an example of what earns all of its points."""

    item: Text
    points: Positive
    anchor: Text


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A numbered part in prose that a person grades. Its points come on top of the assignment's, which are the tasks'.

    `file` is the Markdown file in which it is handed in. The items of its `rubric`, if it has one, make up its points.
    """

    id: Text
    title: Text
    points: Positive
    file: Text
    rubric: tuple[RubricItem, ...] = ()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The limits of one submission: CPU time in seconds, sizes in MiB (2**20 bytes)."""

    check_cpu_seconds: Positive = 10.0
    import_cpu_seconds: Positive = 10.0
    total_cpu_seconds: Positive = 120.0
    memory_mb: Positive = 512.0
    scratch_mb: Positive = 16.0


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The numbers that results on the digits must reach, for each set of images that may be there."""

    thresholds: dict[Literal["mnist", "digits", "other"], dict[str, float]]


class Substitute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The substitute for a wrong file that a student brings along from an earlier assignment.

    If task `unless` does not pass, `tasks` are judged with the course's own `file`, which lies in the folder
    `substitute` of the solution and may also import `imports`. Without these libraries it is not used.
    """

    file: Text
    imports: tuple[Text, ...] = ()
    unless: Text
    tasks: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]


class Gradescope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Gradescope's display for students: when it shows hidden checks, and whether it has a board of points and time."""

    hidden: Literal["hidden", "after_due_date", "after_published", "visible"] = "after_published"
    leaderboard: bool = False


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that the tools need to know of an assignment.

    A `draft` is graded when it is asked for by name, and left out of whatever goes over all assignments.
    """

    title: Text
    points: Positive
    handed_in: Annotated[tuple[str | Brought, ...], msgspec.Meta(min_length=1)] = msgspec.field(name="files")
    tasks: Annotated[tuple[Task, ...], msgspec.Meta(min_length=1)] = msgspec.field(name="task")
    written: tuple[Written, ...] = ()
    draft: bool = False
    imports: tuple[Text, ...] = ()
    limits: Limits = Limits()
    data: Data | None = None
    substitute: Substitute | None = None
    gradescope: Gradescope = Gradescope()

    @property
    def parts(self) -> "tuple[Task | Written, ...]":
        """All that is numbered: the tasks, then the written parts."""
        return (*self.tasks, *self.written)

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that are handed in, the main module first."""
        return tuple(one.file if isinstance(one, Brought) else one for one in self.handed_in)

    @property
    def brought(self) -> dict[str, str]:
        """The folder's name of the assignment that a file is brought along from, by the file's name."""
        return {one.file: one.earlier for one in self.handed_in if isinstance(one, Brought)}

    @property
    def made(self) -> tuple[str, ...]:
        """The tables and pictures that are handed in."""
        return tuple(name for name in self.files if name.endswith(MADE))

    @property
    def modules(self) -> tuple[str, ...]:
        """Names under which checks reach the Python files that are handed in."""
        return tuple(Path(name).stem for name in self.files if name.endswith(".py"))

    @property
    def libraries(self) -> tuple[str, ...]:
        """The libraries that may be imported in some task, each once."""
        return tuple(dict.fromkeys((*self.imports, *(name for task in self.tasks for name in task.imports))))

    def task(self, task_id: str) -> Task:
        """Return the task with this id. Raises `KeyError` for an unknown one."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)

    def part(self, part_id: str) -> "Task | Written | None":
        """The task or the written part with this id, if there is one."""
        return next((part for part in self.parts if part.id == part_id), None)


def load_manifest(path: Path) -> Manifest:
    """Read and validate `assignment.toml`. Raises `ManifestError` naming the file and the key."""
    try:
        text = path.read_text(encoding="utf-8")
        manifest = msgspec.convert(toml.loads(text), Manifest)
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path}: not UTF-8 text (byte {error.start}).") from error
    except toml.TOMLDecodeError as error:
        raise ManifestError(f"{path}: not valid TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise ManifestError(f"{path}: {error}") from error
    problem = _problem(manifest)
    if problem:
        raise ManifestError(f"{path}: {problem}")
    return manifest


def _problem(manifest: Manifest) -> str | None:
    seen: set[str] = set()
    ids = [*(("task", task.id) for task in manifest.tasks), *(("written", part.id) for part in manifest.written)]
    for key, ident in ids:
        if not TASK_ID.fullmatch(ident):
            return f"{key}.id = {ident!r}: write a number such as '2' or '2.1'."
        if ident in seen:
            return f"{key}.id = {ident!r} stands twice."
        seen.add(ident)
    for part in manifest.written:
        if part.file not in manifest.files or not part.file.endswith(".md"):
            return f"written.file = {part.file!r} is not one of the .md files that are handed in."
    for name in manifest.files:
        if not FILE_NAME.fullmatch(name):
            return f"files: {name!r} is not a plain name ending in .py, .ipynb, .md, .csv or .png."
    twice = next((name for name in manifest.files if manifest.files.count(name) > 1), None)
    if twice:
        return f"files: {twice!r} stands twice."
    taken = RESERVED.intersection(manifest.modules)
    if taken:
        return f"files: a module cannot be called {', '.join(sorted(taken))}: `student` has that already."
    if len({name.casefold() for name in manifest.files}) != len(manifest.files):
        return "files: two names differ only in case."
    if not manifest.files[0].endswith(".py"):
        return "files: the first one is the main module: put a .py file there."
    return _data_problem(manifest) or _substitute_problem(manifest) or _points_problem(manifest)


def _data_problem(manifest: Manifest) -> str | None:
    if manifest.data is None:
        return None
    missing = {"mnist", "digits", "other"} - set(manifest.data.thresholds)
    if missing:
        return f"data.thresholds: none for {', '.join(sorted(missing))}."
    if len({frozenset(numbers) for numbers in manifest.data.thresholds.values()}) > 1:
        return "data.thresholds: the sets of images do not have the same ones."
    return None


def _substitute_problem(manifest: Manifest) -> str | None:
    ids = {task.id for task in manifest.tasks}
    substitute = manifest.substitute
    if substitute is None:
        return None
    if substitute.file not in manifest.files:
        return f"substitute.file = {substitute.file!r} is not handed in."
    for task in (substitute.unless, *substitute.tasks):
        if task not in ids:
            return f"substitute: there is no task {task!r}."
    if substitute.unless in substitute.tasks:
        return f"substitute: task {substitute.unless!r} cannot wait for itself."
    return None


def _points_problem(manifest: Manifest) -> str | None:
    for part in manifest.parts:
        if not math.isclose(part.points, round(part.points, 2)):
            return f"task {part.id}: points = {part.points:g}, but scores are rounded to two decimals."
    for written in manifest.written:
        rubric = math.fsum(item.points for item in written.rubric)
        if written.rubric and not math.isclose(rubric, written.points):
            return f"written {written.id}: points = {written.points:g}, but the rubric's items add up to {rubric:g}."
        if len({item.item for item in written.rubric}) < len(written.rubric):
            return f"written {written.id}: two items of the rubric have one name."
    total = math.fsum(task.points for task in manifest.tasks)
    if not math.isclose(total, manifest.points):
        return f"points = {manifest.points:g}, but the tasks add up to {total:g}."
    together = math.fsum(task.points for task in manifest.tasks if task.integration)
    if together > INTEGRATION_SHARE * total:
        return f"integration: these tasks are worth {together:g} of {total:g} points, at most a fifth is allowed."
    return None
