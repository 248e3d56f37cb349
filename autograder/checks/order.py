"""In which order groups of checks run, and which tasks have failed when one is about to."""

from collections.abc import Container, Iterable, Sequence

from autograder.checks.spec import CheckGroup
from autograder.errors import UserError
from autograder.outcomes import Outcome


def in_order(groups: Sequence[CheckGroup]) -> list[CheckGroup]:
    """The groups of one assignment as they run: cheap ones first, but after the tasks that they wait for.

    A group costs what the most expensive of its checks may cost; where two cost the same, the first in `groups` runs
    first. Raises `UserError` for groups that wait for one another, or for themselves.
    """
    waiting = list(groups)
    ordered: list[CheckGroup] = []
    while waiting:
        open_tasks = {spec.task for group in waiting for spec in group.specs}
        ready = [group for group in waiting if not open_tasks.intersection(group.waits_for)]
        if not ready:
            names = ", ".join(sorted(group.name for group in waiting))
            raise UserError(f"Checks wait for one another, in the groups {names}.")
        cheapest = min(ready, key=lambda group: group.cpu_seconds)
        waiting.remove(cheapest)
        ordered.append(cheapest)
    return ordered


def needed_for(groups: Sequence[CheckGroup], tasks: Container[str]) -> list[CheckGroup]:
    """The groups with checks of these tasks, and those that they wait for, in the order of `groups`."""
    found = [group for group in groups if any(spec.task in tasks for spec in group.specs)]
    awaited = {task for group in found for task in group.waits_for}
    earlier = needed_for(groups, awaited) if awaited else []
    return [group for group in groups if group in found or group in earlier]


def failed_tasks(outcomes: Iterable[tuple[str, Outcome]], but: Container[Outcome] = ()) -> set[str]:
    """The tasks with a check that did not pass, with another outcome than these; `outcomes` are by task."""
    return {task for task, outcome in outcomes if outcome is not Outcome.PASSED and outcome not in but}
