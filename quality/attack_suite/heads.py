"""The attacks of an assignment: files or folders, each with its expectation at its head."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from autograder import toml
from autograder.course.bank import HEAD
from autograder.course.manifest import Text
from autograder.outcomes import Outcome, Status

ATTACKS = Path(__file__).parents[2] / "tests" / "attacks"
LINES = range(1, 44)
HEAD_TYPE = "attack"
FOLDER_HEAD = "attack.toml"


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The head of an attack: its aim, and what must happen; `tests/attacks/README.md` explains each key."""

    lines: tuple[int, ...]
    tries: Text
    on: Literal["reference", "stub", "nothing", "maker"] = "reference"
    status: Status = Status.GRADED
    score: float | tuple[float, ...] | None = None
    outcomes: dict[str, Outcome | tuple[Outcome, ...]] = {}
    says: str = ""
    attempts: int = 0
    control: bool = False
    slow: bool = False

    @property
    def scores(self) -> tuple[float, ...]:
        """The points that it may earn; nothing where it has no score."""
        if self.score is None:
            return ()
        return self.score if isinstance(self.score, tuple) else (self.score,)


@dataclass(frozen=True)
class Attack:
    """One attack. `source` is the code of its file; a folder's is empty."""

    name: str
    path: Path
    head: Head
    source: str


def read_attacks(assignment: str) -> list[Attack]:
    """The attacks on an assignment, by name. Raises `ValueError` for a head that cannot be used."""
    folder = ATTACKS / assignment
    paths = sorted(path for path in folder.iterdir() if path.name[0] not in "._") if folder.is_dir() else []
    return [_read(path) for path in paths]


def _read(path: Path) -> Attack:
    if path.is_dir():
        return Attack(path.name, path, _head((path / FOLDER_HEAD).read_text(encoding="utf-8"), path), "")
    source = path.read_text(encoding="utf-8")
    blocks = [match["content"] for match in HEAD.finditer(source) if match["type"] == HEAD_TYPE]
    if len(blocks) != 1:
        raise ValueError(f"{path}: {len(blocks)} blocks '# /// {HEAD_TYPE}' … '# ///' instead of one.")
    return Attack(path.stem, path, _head("\n".join(line[2:] for line in blocks[0].splitlines()), path), source)


def _head(text: str, path: Path) -> Head:
    try:
        head = msgspec.convert(toml.loads(text), Head)
    except (toml.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from error
    if not head.lines or not set(head.lines) <= set(LINES):
        raise ValueError(f"{path}: lines = {list(head.lines)}: numbers from {LINES[0]} to {LINES[-1]}.")
    if (head.score is None) != (head.status in (Status.REFUSED, Status.NEEDS_REVIEW)):
        raise ValueError(f"{path}: a score goes with the status 'graded' or 'nothing to grade', and only with them.")
    return head
