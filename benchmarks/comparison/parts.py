"""The cost of a student process, part by part, beyond the same in one bare process: CPU seconds of all concerned."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from autograder.checks.answers import Student
from autograder.course.layout import Assignment
from autograder.grading.host import SandboxHost
from autograder.grading.templates import libraries_of, template_for
from autograder.sandbox.offers import offers
from autograder.sandbox.spare_uids import spare_uid
from autograder.student.loopback import LoopbackHost
from autograder.student.template import MANY, preload
from benchmarks.comparison.cost import descendants

SEED = 7
MESSAGES = 200
VALUE = np.arange(12.0).reshape(3, 4)
"""The content of a message here: an array as checks send them."""

Open = Callable[[], AbstractContextManager[Student]]


@dataclass(frozen=True)
class Parts:
    """CPU seconds for a process, from its start to its end, for the import of a submission, and for a message."""

    process: float
    submission: float
    message: float

    def beyond(self, other: "Parts") -> "Parts":
        """Return what these cost more than others."""
        return Parts(self.process - other.process, self.submission - other.submission, self.message - other.message)


def overhead(assignment: Assignment, folder: Path, processes: int) -> Parts:
    """Return what isolation adds, measured on the reference. `folder` is new."""
    files = {name: assignment.reference(name).read_bytes() for name in assignment.manifest.files}
    with spare_uid() if offers().spare_uid else nullcontext() as uid:
        sandboxed = SandboxHost(assignment.manifest, files, SEED, uid)
        isolated = measure(lambda: sandboxed.open(), assignment.manifest.modules, processes)
    template_for(libraries_of(assignment.manifest.imports)).close()  # or the next command would seem to have left it
    preload([name for name in assignment.manifest.imports if name not in sys.stdlib_module_names])
    with on_laptop(assignment, files, folder) as host:
        bare = measure(lambda: host.open(), assignment.manifest.modules, processes)
    return isolated.beyond(bare)


def measure(start: Open, modules: tuple[str, ...], processes: int) -> Parts:
    """Processes that do nothing, that import, and that import and then exchange messages; as late in a class as a
    template has made its forks cheaper.
    """

    def nothing(student: Student) -> None:
        """Only start and end."""

    def imports(student: Student) -> None:
        for module in modules:
            getattr(student, module)

    def messages(student: Student) -> None:
        imports(student)
        for _ in range(MESSAGES):
            student.keep(VALUE)

    spent(start, nothing, MANY)
    started, imported, talked = (spent(start, use, processes) for use in (nothing, imports, messages))
    return Parts(started, imported - started, (talked - imported) / MESSAGES)


def spent(start: Open, use: Callable[[Student], None], processes: int) -> float:
    """CPU seconds of one process, here and in all processes below; the first one warms up."""
    for number in range(processes + 1):
        if number == 1:
            before = _cpu()
        with start() as student:
            use(student)
    return (_cpu() - before) / processes


@contextmanager
def on_laptop(assignment: Assignment, files: Mapping[str, bytes], folder: Path) -> Iterator[LoopbackHost]:
    """The reference as it stands on a student's laptop."""
    own = replace(assignment, root=folder)
    own.folder.mkdir(parents=True)
    for name, content in files.items():
        (own.folder / name).write_bytes(content)
    yield LoopbackHost(own, SEED)


def _cpu() -> float:
    """CPU seconds of this process and of all below it, those that have ended included."""
    below = 0.0
    for process in descendants():
        below += sum(process.cpu_times()[:4])  # its own and its ended children's, in user and in system mode
    return time.process_time() + below
