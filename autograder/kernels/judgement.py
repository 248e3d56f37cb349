"""Judgements that pass from the engine to a kernel. This module imports next to nothing, since kernels import it."""

from dataclasses import dataclass

WALL_SECONDS = 540.0
"""Seconds after which no further check runs; nbgrader's limit for a cell comes later."""

ALL, PUBLIC = "all", "public"


@dataclass(frozen=True)
class CheckJudgement:
    """The verdict of one check; the message is safe for the student. An `open` one is for a person to judge."""

    name: str
    title: str
    task: str
    public: bool
    passed: bool
    open: bool
    message: str


@dataclass(frozen=True)
class Judgement:
    """The part of a graded submission that a kernel learns: nothing that its instructor alone may see.

    A task without a score is one that only a person can judge; `message` says why nothing could be judged at all.
    """

    receipt: str
    message: str
    tasks: dict[str, float | None]
    checks: tuple[CheckJudgement, ...]
