"""Cache keys: hashes of everything a verdict depends on."""

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

import autograder
from autograder.checks.spec import CheckSpec
from autograder.course.layout import Assignment
from autograder.course.manifest import Manifest
from autograder.data.dataset import Dataset

ENGINE = Path(autograder.__file__).parent
JUDGING = (
    "outcomes.py",
    "sandbox",
    "course/layout.py",
    "course/manifest.py",
    "course/seeds.py",
    "channel",
    "data",
    "checks",
    "expect.py",
    "student",
    "plugin.py",
    "grading/collection.py",
    "grading/host.py",
    "grading/judge.py",
    "grading/load.py",
    "grading/output.py",
    "grading/process.py",
    "grading/scratch.py",
    "grading/templates.py",
)
"""The parts of the engine that verdicts follow from."""

CALLED_BY_PYTEST = ("pytest", "setup", "teardown")
RESULT_LENGTH = 12
PLAIN_DECORATORS = ("pytest.mark.", "pytest.fixture", "dataclass", "contextmanager", "cache", "functools.")


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
    """Return a digest of the parts of the engine that judge."""
    paths = sorted(path for name in JUDGING for path in _sources(ENGINE / name))
    return digest(*(part for path in paths for part in (path.relative_to(ENGINE).as_posix(), path.read_bytes())))


def manifest_digest(manifest: Manifest, substitute: bytes | None) -> str:
    """Return a digest of the manifest's rules for judging: not of titles and points, which no verdict depends on."""
    fields = msgspec.to_builtins(manifest) | {"files": manifest.files}
    for key in ("title", "points", "written", "draft", "gradescope"):
        fields.pop(key)
    for task in fields["task"]:
        task.pop("title")
        task.pop("points")
    return digest(msgspec.json.encode(fields, order="deterministic"), substitute or b"")


@cache
def data_digest(images: Dataset | None) -> str:
    """Return a digest of the images: their name if that says what they hold."""
    if images is None:
        return "none"
    if images.name == "mnist":
        return images.name
    splits = (images.train, images.test)
    return digest(images.name, *(array.tobytes() for split in splits for array in (split.images, split.labels)))


def result_digest(record: Mapping[str, Any]) -> str:
    """Return a short digest of a result, as plain data, without what may differ from run to run."""
    checks = [{**check, "seconds": 0.0} for check in record["checks"]]
    return digest(msgspec.json.encode({**record, "checks": checks}, order="deterministic"))[:RESULT_LENGTH]


def files_digest(files: Mapping[str, bytes]) -> str:
    """Return a digest of files, by their names."""
    return digest(*(part for name, content in sorted(files.items()) for part in (name, content)))


def check_digests(assignment: Assignment, groups: Mapping[str, Sequence[CheckSpec]]) -> dict[str, str]:
    """Return a digest of each group's checks, with the fixtures and helpers that they use in any module.

    Comments and layout do not count. A change of one check leaves the digests of other groups as they are. Data files
    that checks read are not seen.
    """
    files = (*assignment.public_checks, *assignment.hidden_checks)
    trees = [ast.parse(path.read_bytes()) for path in files]
    outside = _modules_of_the_course([*files, *_conftests(assignment)], assignment.root)
    common = [ast.dump(ast.parse(path.read_bytes())) for path in sorted({*outside, *_conftests(assignment)})]
    code: dict[str, list[str]] = {}
    for tree in trees:
        for name, parts in _code_of_checks(tree).items():
            code.setdefault(name, []).extend(parts)
    everything = list(map(ast.dump, trees))  # for a check that is defined in another way than at the top of a file
    return {
        name: digest(
            *common,
            *(part for spec in specs for part in (repr(spec), *code.get(spec.name.partition("[")[0], everything))),
        )
        for name, specs in groups.items()
    }


def _code_of_checks(module: ast.Module) -> dict[str, list[str]]:
    """Return, for each check at the top of a file, all the code that it can reach in it, sorted.

    Code counts for every check unless it is plainly a definition that is reached by its name.
    """
    definitions: dict[str, list[ast.stmt]] = {}
    always: list[ast.stmt] = []
    for statement in module.body:
        names = _names_defined(statement)
        for name in names:
            definitions.setdefault(name, []).append(statement)
        if not names:
            always.append(statement)
    return {
        name: sorted(map(ast.dump, _reached([*own, *always], definitions)))
        for name, own in definitions.items()
        if name.startswith("test")
    }


def _reached(start: Sequence[ast.stmt], definitions: Mapping[str, Sequence[ast.stmt]]) -> set[ast.stmt]:
    """These statements, and the definitions of all that they use."""
    seen: set[ast.stmt] = set()
    waiting = list(start)
    while waiting:
        statement = waiting.pop()
        if statement not in seen:
            seen.add(statement)
            waiting += [one for name in _names_used(statement) for one in definitions.get(name, ())]
    return seen


def _names_defined(statement: ast.stmt) -> list[str]:
    """The names under which a statement is reached, and in no other way; empty where that cannot be said."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        by_name_only = all(map(_is_plain, statement.decorator_list))
        return [statement.name] if by_name_only and not statement.name.startswith(CALLED_BY_PYTEST) else []
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        names = [(alias.asname or alias.name).partition(".")[0] for alias in statement.names]
        return [] if "*" in names else names
    targets: Sequence[ast.expr] = ()
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = (statement.target,)
    named = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    names = [part.id for part in named if isinstance(part, ast.Name)]
    return names if len(names) == len(named) and not any(name.startswith(CALLED_BY_PYTEST) for name in names) else []


def _is_plain(decorator: ast.expr) -> bool:
    """Return whether a function with this decorator is still reached by its own name only."""
    renamed = isinstance(decorator, ast.Call) and any(
        word.arg in ("autouse", "name", None) for word in decorator.keywords
    )
    return not renamed and ast.unparse(decorator).startswith(PLAIN_DECORATORS)


def _names_used(statement: ast.stmt) -> frozenset[str]:
    """Names, parameters (fixtures are asked for by them), and strings, since fixtures can be asked for by those too."""
    used = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.arg):
            used.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.update(part.strip() for part in node.value.split(","))
    return frozenset(used)


def _modules_of_the_course(files: Sequence[Path], root: Path) -> set[Path]:
    """The modules below the course's folder that these files import, and those that they import in turn."""
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        path = waiting.pop()
        for name in _imported(ast.parse(path.read_bytes())):
            for place in (root, path.parent):
                module = place.joinpath(*name.split("."))
                for source in (module.with_suffix(".py"), module / "__init__.py"):
                    if source.is_file() and source not in found and not source.is_relative_to(ENGINE):
                        found.add(source)
                        waiting.append(source)
    return found


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _conftests(assignment: Assignment) -> list[Path]:
    """The files from which pytest takes fixtures for the checks."""
    starts = (assignment.folder, assignment.hidden)
    folders = {
        folder for start in starts for folder in (start, *start.parents) if folder.is_relative_to(assignment.root)
    }
    return sorted(path for folder in folders if (path := folder / "conftest.py").is_file())


def _sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))
