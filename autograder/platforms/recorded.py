"""Grades as Otter or nbgrader has recorded them."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Entry:
    """Something recorded, as the values that it is the sum of.

    `name` is what the platform calls it, `task` the task or written part that it is for; empty where the assignment
    knows of no such thing. An entry for all submissions has the submission ''.
    """

    submission: str
    name: str
    task: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Recorded:
    """All that counts towards a submission's points, the most that can be had, and the platform's own totals."""

    points: tuple[Entry, ...]
    maxima: tuple[Entry, ...]
    totals: tuple[Entry, ...] = ()

    @property
    def submissions(self) -> frozenset[str]:
        """The ids of the submissions that have points."""
        return frozenset(entry.submission for entry in self.points)

    def of(self, submission: str) -> "Recorded":
        """The same, where all of it is one submission's."""
        points, totals = (
            tuple(replace(entry, submission=submission) for entry in entries) for entries in (self.points, self.totals)
        )
        return replace(self, points=points, totals=totals)
