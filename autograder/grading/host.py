"""The host of a graded submission: a fresh sandboxed process for each group of checks."""

import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from autograder.channel.client import Client
from autograder.channel.failures import ChannelError, ProtocolFailure, StudentDied
from autograder.checks.answers import Student
from autograder.checks.pictures import Picture, picture_of
from autograder.checks.spec import CheckSpec
from autograder.checks.verdicts import NotRun, presentable
from autograder.course.manifest import Manifest
from autograder.course.seeds import derive
from autograder.errors import GraderFault
from autograder.grading.load import Spent, waiting_limit, wall_limit
from autograder.grading.process import MIB, START_CPU_SECONDS, THREADS, StudentProcess
from autograder.grading.scratch import scratch_folder
from autograder.grading.templates import ENGINE, Template, libraries_of, template_for
from autograder.sandbox import landlock, seccomp
from autograder.sandbox.cleanup import kill_user, remove_files_of
from autograder.sandbox.libraries import allowed_libraries
from autograder.sandbox.ownership import hand_over
from autograder.sandbox.plan import Plan
from autograder.student.main import Start

MOST_CODE_BYTES = 2**20
"""Compiled code that is kept for a submission's later processes."""

USED_UP = "Not run: the time for this submission was used up."

PATHS = ((sys.prefix, "…"), (sys.base_prefix, "…"), (ENGINE, "…"))
"""Places of the grader that its libraries print in warnings and tracebacks."""


class SandboxHost:
    """Runs one submission.

    Once a process has run, `layers` names the layers of the sandbox that held, `notes` says what the import of the
    submission remarked, and `substituted` whether the manifest's substitute was used, since `forget`. `substitute` is
    its content. After `wall_seconds` nothing is run any more. A `cold` host starts every process from nothing. One that
    `tells_lines` names the line of code that is stopped for its time; where that is may differ from run to run.
    """

    def __init__(
        self,
        manifest: Manifest,
        files: Mapping[str, bytes],
        seed: int,
        uid: int | None,
        substitute: bytes | None = None,
        wall_seconds: float = math.inf,
        *,
        cold: bool = False,
        tells_lines: bool = False,
    ) -> None:
        self._tells_lines = tells_lines
        self.seed = seed
        self._cold = cold
        self._ends = time.monotonic() + wall_seconds
        self._substitute = substitute
        self.forget()
        self._manifest = manifest
        self._files = files
        self._uid = uid
        self._process: StudentProcess | None = None
        self._client: Client | None = None
        self._check: CheckSpec | None = None
        self._spent = 0.0
        self._folder = Path()
        self._total = Spent()
        self._excused = 0.0
        self._most_waiting = waiting_limit(manifest.limits.total_cpu_seconds)
        self._most_wall = wall_limit(manifest.limits.total_cpu_seconds)
        self._import_death: StudentDied | ProtocolFailure | None = None
        self._forgiven: StudentDied | ProtocolFailure | None = None
        self._codes: dict[str, bytes] | None = None
        self._slow: tuple[str, ...] = ()

    def forget(self) -> None:
        """Forget what the processes until now have said."""
        self.substituted = False
        self.layers: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()

    def count(self, spent: Spent) -> None:
        """Count what the submission has used in an earlier run."""
        self._total += spent

    def used(self) -> Spent:
        """Return what the submission has used in processes that have ended."""
        return self._total

    @contextmanager
    def open(self, substitute: bool = False, imports: Sequence[str] = ()) -> Iterator[Student]:
        """A fresh student process with the submission in a scratch folder of its own.

        `imports` are libraries that it may import beside the manifest's.
        """
        files, allowed = self._files, (*self._manifest.imports, *imports)
        instead = self._manifest.substitute
        if substitute and instead is not None and self._substitute is not None:
            files = _without(files, instead.file) | {instead.file: self._substitute}
            allowed += instead.imports
            self.substituted = True
        with ExitStack() as stack:

            def start() -> Client:
                stack.close()
                return self._launch(stack, files, tuple(dict.fromkeys(allowed)))

            yield Student(start, self._manifest.modules)

    def _launch(self, stack: ExitStack, files: Mapping[str, bytes], imports: tuple[str, ...]) -> Client:
        """Start a student process that ends when `stack` is closed."""
        self.layers = ()
        stack.callback(self._sweep)
        folder = stack.enter_context(scratch_folder(files))
        plan = self._plan(folder)
        hand_over(plan)
        libraries = libraries_of(imports)
        outside = None if landlock.abi() else self._uid
        template = stack.enter_context(closing(Template(libraries))) if self._cold else template_for(libraries)
        process = StudentProcess(
            template,
            folder,
            self._manifest.limits,
            outside,
            self._most_waiting - self._total.waiting,
            tells_place=self._tells_lines,
        )
        client = Client(process)
        stack.callback(client.close)
        stack.callback(self._settle, client)
        stack.enter_context(process)
        self._process, self._client, self._folder = process, client, folder
        self.layers = self._start(client, plan, imports)
        process.ready()
        if self._codes is None:
            self._codes = self._compiled(client)
        if self._check is not None:
            self._allow(process, self._check, self._spent)
        return client

    def begin(self, check: CheckSpec) -> None:
        """Start the clock of a check.

        Raises `NotRun` where the submission's time is used up, `GraderFault` where a busy machine has used it up, and
        what the import came to where it already ended a process.
        """
        self._check, self._spent = check, 0.0
        process = self._process
        if process is not None and self._client is not None:
            self._client.figure = None
            process.output.restart()
            self._allow(process, check)
            self._note_import(process)
        if self._import_death is not None:
            raise self._import_death
        spent = self._total if process is None else self._total + process.total
        if spent.cpu > self._manifest.limits.total_cpu_seconds or spent.waiting > self._most_waiting:
            raise NotRun(USED_UP)
        if spent.wall > self._most_wall or self._left() <= 0:
            if spent.by_load:
                raise GraderFault("This machine was too busy to grade the submission in time: grade it again.")
            raise NotRun(USED_UP)

    def finish(self) -> None:
        """Raise `ProtocolFailure` if the student process has sent anything that nobody asked for.

        A surplus message may still be on its way, so it is asked for one thing more.
        """
        if self._process is not None and self._process.dead is None and self._client is not None:
            self._process.require_silence()
            self._client.request("wait")

    def printed(self) -> str:
        """Return what the student's code has printed since `begin`."""
        if self._process is None:
            return ""
        self._process.output.drain()
        return self._clean(self._process.output.text())

    def picture(self) -> Picture | None:
        """Return the last figure that was looked at since `begin`."""
        figure = self._client.figure if self._client is not None else None
        return picture_of(figure) if figure is not None else None

    def seconds(self) -> float:
        """CPU seconds that the student's code has used since `begin`, without the import."""
        return self._process.seconds() if self._process is not None else self._spent

    def _allow(self, process: StudentProcess, check: CheckSpec, used: float = 0.0) -> None:
        process.allow(check.cpu_seconds, used, self._most_for(check), check.compared)

    def _left(self) -> float:
        """Seconds by the clock until the whole submission must be done."""
        return self._ends - time.monotonic()

    def _most_for(self, check: CheckSpec) -> float:
        """Seconds by the clock that a check may take, those included in which the machine has no core for it."""
        return min(self._left(), max(wall_limit(check.cpu_seconds), self._most_wall - self._total.wall))

    def _note_import(self, process: StudentProcess) -> None:
        """Keep what the import came to where it ended a process: but for the first time that a busy machine did."""
        if not process.died_importing or process.dead is None:
            return
        if isinstance(process.dead, StudentDied) and process.dead.by_load and self._forgiven in (None, process.dead):
            self._forgiven = process.dead
        else:
            self._import_death = process.dead

    def _clean(self, text: str) -> str:
        """Text without the paths of this run and of the grader."""
        for path, name in ((f"{self._folder}/work/", ""), (str(self._folder), "."), *PATHS):
            text = text.replace(path, name)
        return presentable(text)

    def _settle(self, client: Client) -> None:
        if self._process is None:
            return
        self.notes = tuple(map(self._clean, client.notes)) or self.notes
        self._slow = client.slow or self._slow
        self._spent = self._process.seconds()
        self._total += self._process.total
        if isinstance(self._process.dead, StudentDied) and self._process.dead.by_load:
            self._excuse(self._spent)
        self._note_import(self._process)
        self._process = None

    def _excuse(self, seconds: float) -> None:
        """Do not count what a check has used that a busy machine stopped, and that may run again.

        A submission makes some load itself, by threads, so that this has a bound.
        """
        seconds = min(seconds, self._manifest.limits.total_cpu_seconds - self._excused)
        self._excused += seconds
        self._total += Spent(cpu=-seconds, wall=-seconds)

    def _sweep(self) -> None:
        """Leave nothing of the spare uid for the next process.

        Under the filter of system calls a student process cannot start others, and under Landlock it writes into its
        scratch folder only. Then what the uid has left is looked for at the end of the submission: it takes
        milliseconds.
        """
        if self._uid is not None:
            if seccomp.NAME not in self.layers:
                kill_user(self._uid)
            if landlock.layer() not in self.layers:
                remove_files_of(self._uid)

    def _plan(self, folder: Path) -> Plan:
        limits = self._manifest.limits
        return Plan(
            scratch=str(folder),
            uid=self._uid,
            memory_bytes=int(limits.memory_mb * MIB),
            scratch_bytes=int(limits.scratch_mb * MIB),
            cpu_seconds=int(START_CPU_SECONDS + limits.import_cpu_seconds + limits.total_cpu_seconds) + 10,
            threads=THREADS,
        )

    def _start(self, client: Client, plan: Plan, imports: tuple[str, ...]) -> tuple[str, ...]:
        libraries = allowed_libraries(imports)
        start = Start(
            plan=dict(vars(plan)),
            modules=self._manifest.modules,
            imports=imports,
            top_levels=tuple(sorted(libraries.top_levels)),
            seed=derive(self.seed, "state"),
            import_seconds=self._manifest.limits.import_cpu_seconds,
            slow=self._slow,
            codes=self._codes or {},
        )
        try:
            layers = client.request("start", dict(vars(start)))
        except ChannelError as error:
            printed = self.printed()
            raise GraderFault(f"a student process did not get ready: {error}\n{printed}") from error
        return tuple(layers)

    def _compiled(self, client: Client) -> dict[str, bytes]:
        """Return what the submission is compiled to; nothing where that fails, which its import will meet again."""
        try:
            codes = client.compiled(list(self._manifest.modules))
        except ChannelError:
            return {}
        return codes if sum(map(len, codes.values())) <= MOST_CODE_BYTES else {}


def _without(files: Mapping[str, bytes], file: str) -> dict[str, bytes]:
    """Return the files of a submission but for one module, whether handed in as a module or as a notebook."""
    return {name: content for name, content in files.items() if Path(name).stem != Path(file).stem}
