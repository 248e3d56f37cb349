"""The progress of grading."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_EVERY_SECONDS = 60


@contextmanager
def progress(what: str, total: int, console: Console) -> Iterator[Callable[[int], None]]:
    """Yield a function that shows how many are done: as a bar on a terminal, else as a line now and then."""
    if console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)
        return
    last, shown = time.monotonic(), 0

    def tell(done: int) -> None:
        nonlocal last, shown
        if done != shown and (done == total or time.monotonic() - last >= LINE_EVERY_SECONDS):
            last, shown = time.monotonic(), done
            print(f"{what}: {done} of {total}", flush=True)

    yield tell
