"""The findings of a look at one side of the machine."""

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "weak", "bad"]
"""`weak`: it could be better, and grading is not touched by it; `bad`: this keeps something from working."""

GIB = 2**30


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, what was found, and what to do where it is not good."""

    name: str
    state: State
    found: str
    remedy: str = ""


def good(name: str, found: str) -> Finding:
    """A finding that leaves nothing to do."""
    return Finding(name, "good", found)


def gib(size: float) -> str:
    """A number of bytes as people say it."""
    return f"{size / GIB:.1f} GiB"
