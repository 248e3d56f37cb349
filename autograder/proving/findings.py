"""Findings of the slow rounds, kept so that an interrupted round resumes where it stopped.

It lies in `build/quality`, and is used for as long as nothing has changed that it follows from. Remove that folder to
measure everything anew.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from rich.progress import track

from autograder.course.layout import Assignment
from autograder.data.mnist import load
from autograder.files import write_atomically
from autograder.grading.judge import versions as library_versions
from autograder.ledger.digests import data_digest, digest, files_digest
from autograder.ledger.records import Result
from autograder.proving.versions import Files, grade_each

STORE = Path("build", "quality")
ENGINE = Path(__file__).parents[1]
PROGRAMS = ("quality",)
PINS = ("pyproject.toml", "constraints.txt", "release/platforms-constraints.txt")

T = TypeVar("T")


class Findings:
    """The findings of a sweep, by keys, in a file that grows line by line.

    `of` is a digest of what all of it follows from; where that has changed, the file begins anew.
    """

    def __init__(self, path: Path, of: str) -> None:
        self._path = path
        self._known: dict[str, Any] = {}
        first, *lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
        if first != of:
            write_atomically(path, of)
            return
        for line in lines:
            with suppress(json.JSONDecodeError):  # a sweep that was killed leaves half a line
                key, value = json.loads(line)
                self._known[key] = value

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def __getitem__(self, key: str) -> Any:
        return self._known[key]

    def add(self, key: str, value: object) -> None:
        """Keep a value that JSON can hold."""
        self._known[key] = value
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"\n{json.dumps([key, value])}")

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return what is known under this key, or else what `make` finds now."""
        if key not in self:
            self.add(key, make())
        value: T = self[key]
        return value

    def forget(self) -> None:
        """Keep nothing, so that the next sweep looks again."""
        self._path.unlink()
        self._known = {}


def findings(sweep: str, assignment: Assignment) -> Findings:
    """Return a sweep's findings about an assignment with this engine, these checks, this reference, these libraries."""
    images = load() if assignment.manifest.data is not None else None
    root = assignment.root
    folders = [ENGINE, *(root / name for name in PROGRAMS), assignment.folder, assignment.solution, assignment.hidden]
    of = digest(
        *(tree_digest(folder) for folder in folders),
        *(path.read_bytes() for path in (root / name for name in PINS) if path.exists()),
        json.dumps(library_versions(assignment.manifest)),
        data_digest(images),
    )
    return Findings(root / STORE / sweep / f"{assignment.name}.jsonl", of)


def tree_digest(folder: Path) -> str:
    """The digest of all files below a folder, but for what Python has compiled."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return files_digest({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})


def judged(
    found: Findings,
    title: str,
    assignment: Assignment,
    versions: Mapping[str, Files],
    seeds: Sequence[int],
    judge: Callable[[str, Result], T],
    keep: Callable[[T], bool] = lambda value: True,
    also: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, int, T]]:
    """Yield what `judge` says of every version under every seed, with the version's name and the seed.

    A seed that stands there twice is graded twice. Known findings are not graded again; new ones are kept where `keep`
    says so. `also` holds further inputs, by the version's name.
    """
    digests = {name: digest(files_digest(files), (also or {}).get(name, "")) for name, files in versions.items()}
    keys: dict[tuple[str, int], list[str]] = {}
    known = 0
    for turn, seed in enumerate(seeds):
        for name in versions:
            key = digest(title, name, digests[name], str(seed), str(turn))
            if key in found:
                known += 1
                yield name, seed, found[key]
            else:
                keys.setdefault((name, seed), []).append(key)
    if known:
        print(f"{assignment.name}: {known} of {len(versions) * len(seeds)} were known ({title})")
    works = [pair for pair, waiting in keys.items() for _ in waiting]
    if not works:
        return
    graded = grade_each(assignment, versions, works)
    for name, result in track(graded, f"{assignment.name}: {title}", total=len(works)):
        value = judge(name, result)
        key = keys[name, result.seed].pop()
        if keep(value):
            found.add(key, value)
        yield name, result.seed, value
