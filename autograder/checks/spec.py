"""Checks: functions that judge one behaviour each, and the groups in which they share a student process."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckSpec:
    """A check, described by its marker and its place. `task` is empty for one that is not graded.

    `compared` says in a sentence how its limit compares with what the reference takes, where that is known.
    """

    name: str
    title: str
    assignment: str
    task: str
    weight: float
    group: str
    after: tuple[str, ...]
    cpu_seconds: float
    visibility: str
    compared: str = ""


@dataclass(frozen=True)
class CheckGroup:
    """Checks that share one student process, in their order.

    If a check of a task in `substitute_unless` has failed, the group is judged with the manifest's substitute.
    """

    name: str
    specs: tuple[CheckSpec, ...]
    substitute_unless: tuple[str, ...] = ()

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The tasks whose failure changes what becomes of this group."""
        after = (task for spec in self.specs for task in spec.after)
        return tuple(dict.fromkeys((*after, *self.substitute_unless)))

    @property
    def cpu_seconds(self) -> float:
        """The limit of the most expensive check."""
        return max(spec.cpu_seconds for spec in self.specs)
