"""One submission to grade, and how."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.course.layout import Assignment
from autograder.grading.load import wall_limit
from autograder.intake.submission import Source
from autograder.ledger.units import Unit

OWN_CPU_SECONDS = 60.0
"""CPU seconds that the grader may use beyond those of the submission."""

SPARE_SECONDS = 60.0
"""Seconds that the grader itself may take beyond the time that a submission may take."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One submission to grade, and how.

    `spare_uid` says whether it runs as a user of its own. With `public_only` no score is given: it would lack the
    hidden checks. Where `tasks` are named, only what they need is run. After `wall_seconds` nothing more is run. `cold`
    starts every process from nothing. `known` are units of earlier runs by their keys.
    """

    assignment: Assignment
    source: Source
    seed: int
    spare_uid: bool = False
    public_only: bool = False
    tasks: tuple[str, ...] = ()
    wall_seconds: float = math.inf
    cold: bool = False
    known: Mapping[str, Unit] = field(default_factory=dict)

    @property
    def own_cpu_seconds(self) -> float:
        """CPU seconds that the grader itself may use for it: as many as the submission may, and some for itself."""
        return self.assignment.manifest.limits.total_cpu_seconds + OWN_CPU_SECONDS

    @property
    def longest_seconds(self) -> float:
        """Seconds that grading it may take by the clock: all that the submission may use, one last import and one last
        check that begin just before that is used up, and some time for the grader itself.
        """
        limits = self.assignment.manifest.limits
        last = wall_limit(limits.import_cpu_seconds) + wall_limit(limits.total_cpu_seconds)
        return wall_limit(limits.total_cpu_seconds) + last + SPARE_SECONDS
