"""Digests: short texts that change with what verdicts follow from."""

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

import autograder
from autograder.course import Assignment
from autograder.data.dataset import Dataset
from autograder.manifest import Manifest
from autograder.plugin import CheckSpec

ENGINE = Path(autograder.__file__).parent
JUDGING = (
    *("answers.py", "expect.py", "plugin.py", "seeds.py", "verdicts.py"),
    *("channel", "data", "grading", "sandbox", "student"),
)
"""The parts of the engine that verdicts follow from."""


@dataclass(frozen=True)
class _Definition:
    """Something that a check file defines: its code, and the names that this uses."""

    code: str
    uses: frozenset[str]


def digest(*parts: str | bytes) -> str:
    """The SHA-256 of these parts, in order."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


@cache
def engine_digest() -> str:
    """Of the parts of the engine that judge."""
    paths = sorted(path for name in JUDGING for path in _sources(ENGINE / name))
    return digest(*(part for path in paths for part in (path.relative_to(ENGINE).as_posix(), path.read_bytes())))


def manifest_digest(manifest: Manifest, substitute: bytes | None) -> str:
    """Of what the manifest says of how to judge: all but titles and points, which are no verdict's business."""
    fields = msgspec.to_builtins(manifest)
    for key in ("title", "points", "draft", "gradescope"):
        fields.pop(key)
    for task in fields["task"]:
        task.pop("title")
        task.pop("points")
    return digest(msgspec.json.encode(fields, order="deterministic"), substitute or b"")


@cache
def data_digest(images: Dataset | None) -> str:
    """Of the images: their name where that says what they hold."""
    if images is None:
        return "none"
    if images.name == "mnist":
        return images.name
    splits = (images.train, images.test)
    return digest(images.name, *(array.tobytes() for split in splits for array in (split.images, split.labels)))


def files_digest(files: Mapping[str, bytes]) -> str:
    """Of the files that were handed in."""
    return digest(*(part for name, content in sorted(files.items()) for part in (name, content)))


def check_digests(assignment: Assignment, groups: Mapping[str, Sequence[CheckSpec]]) -> dict[str, str]:
    """Of the checks of each group with the fixtures and helpers that they use.

    Comments and layout do not count. A change of one check leaves the digests of other groups as they are.
    """
    files = (*assignment.public_checks, *assignment.hidden_checks)
    common = [ast.dump(ast.parse(path.read_bytes())) for path in _conftests(assignment)]
    code: dict[str, list[str]] = {}
    for path in files:
        code |= _code_of_checks(ast.parse(path.read_bytes()))
    return {
        name: digest(*common, *(part for spec in specs for part in (repr(spec), *code[spec.name.partition("[")[0]])))
        for name, specs in groups.items()
    }


def _code_of_checks(module: ast.Module) -> dict[str, list[str]]:
    """For each check of a file, all the code that it can reach in it, sorted."""
    definitions: dict[str, _Definition] = {}
    always: list[ast.stmt] = []
    for statement in module.body:
        names = _names_defined(statement)
        for name in names:
            definitions[name] = _Definition(ast.dump(statement), _names_used(statement))
        if not names or _is_autouse(statement):
            always.append(statement)
    everywhere = [ast.dump(statement) for statement in always]
    used_everywhere = frozenset[str]().union(*map(_names_used, always))
    return {
        name: sorted({*everywhere, *_reached({name} | used_everywhere, definitions)})
        for name in definitions
        if name.startswith("test_")
    }


def _reached(start: set[str], definitions: Mapping[str, _Definition]) -> Iterator[str]:
    """The code of these definitions, and of all that they use."""
    seen, waiting = set[str](), list(start)
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in seen:
            seen.add(name)
            waiting += definitions[name].uses
            yield definitions[name].code


def _names_defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        names = [(alias.asname or alias.name).partition(".")[0] for alias in statement.names]
        return [] if "*" in names else names
    targets: Sequence[ast.expr] = ()
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = (statement.target,)
    names = [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    # pytest reads this one by its name.
    return [] if "pytestmark" in names else names


def _names_used(statement: ast.stmt) -> frozenset[str]:
    """Names, parameters (fixtures are asked for by them), and strings, since fixtures can be asked for by those too."""
    used = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.arg):
            used.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.add(node.value)
    return frozenset(used)


def _is_autouse(statement: ast.stmt) -> bool:
    decorators = getattr(statement, "decorator_list", [])
    return any(node.arg == "autouse" for one in decorators for node in ast.walk(one) if isinstance(node, ast.keyword))


def _conftests(assignment: Assignment) -> list[Path]:
    """The files from which pytest takes fixtures for the checks."""
    starts = (assignment.folder, assignment.hidden)
    folders = {
        folder for start in starts for folder in (start, *start.parents) if folder.is_relative_to(assignment.root)
    }
    return sorted(path for folder in folders if (path := folder / "conftest.py").is_file())


def _sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))
