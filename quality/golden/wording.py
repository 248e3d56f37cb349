"""Wording that was changed on purpose: old sentences and what they say now."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from quality.golden.errors import GoldenError

FILE = Path(__file__).with_name("wording.toml")

Text = Annotated[str, msgspec.Meta(min_length=1)]


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One changed sentence. With `pattern`, `old` is a regular expression for all of it, and `new` its template."""

    old: Text
    new: Text
    pattern: bool = False

    def renewed(self, sentence: str) -> str | None:
        """Return the sentence as it reads now, or `None` where this change does not concern it."""
        if not self.pattern:
            return self.new if sentence == self.old else None
        match = re.fullmatch(self.old, sentence)
        return match.expand(self.new) if match else None


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    change: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Wording:
    """All changes, in the order in which they are tried."""

    changes: tuple[Change, ...] = ()

    def renewed(self, sentence: str) -> str:
        """Return the sentence as it reads now, by the first change that concerns it; other sentences stay."""
        found = (change.renewed(sentence) for change in self.changes)
        return next((new for new in found if new is not None), sentence)

    def unused(self, sentences: Iterable[str]) -> list[Change]:
        """Return the changes that concern none of these sentences."""
        said = set(sentences)
        return [change for change in self.changes if all(change.renewed(sentence) is None for sentence in said)]


def read_wording(path: Path = FILE) -> Wording:
    """Read the changes from a TOML file. Raises `GoldenError` naming the file."""
    try:
        changes = msgspec.toml.decode(path.read_bytes(), type=_Document).change
        for change in changes:
            if change.pattern:
                re.compile(change.old)
    except (OSError, msgspec.MsgspecError, re.error) as error:
        raise GoldenError(f"{path} cannot be used: {error}") from error
    return Wording(changes)
