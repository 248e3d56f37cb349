"""One student process: started, watched, and ended by the grader."""

import contextlib
import math
import os
import re
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

from autograder.channel import frames
from autograder.channel.failures import ProtocolFailure, StudentDied
from autograder.channel.frames import Kind, Message, Parser
from autograder.channel.limits import ANSWER_BLOB_BYTES
from autograder.course.manifest import Limits
from autograder.errors import GraderFault
from autograder.grading.holdings import Holdings, memory_of
from autograder.grading.load import LoadMeter, Spent, Stop, stop_for, waiting_limit, wall_limit
from autograder.grading.output import FLOOD_MIB, Output
from autograder.grading.resources import cpu_seconds
from autograder.grading.scratch import Moving, size_of, size_outside
from autograder.grading.templates import Template
from autograder.outcomes import Outcome
from autograder.sandbox.kernel import status
from autograder.sandbox.open_folders import open_folders

if sys.platform != "win32":
    import fcntl

POLL_SECONDS = 0.05
MOMENT_SECONDS = 0.002

POLL_TIME = struct.pack("@ll", 0, int(POLL_SECONDS * 1e6))
"""The same as a `timeval`: a call on the socket gives up after that, without a poll before it."""

OUTPUT_BYTES = 2**20
"""Bytes that a process may print between two looks at it without having to wait."""

SCRATCH_SECONDS = 0.2
REST = 2
"""Pause after a look at files and memory, as a multiple of its duration: looks never make up most of the time."""

TRIES, HELD_SECONDS = 50, 0.002
"""Number of counts of a held process's files, and seconds between two of them, until nothing moves any more."""

PLACE = re.compile(r'File "(?P<path>[^"\n]{1,500})", line (?P<line>\d{1,9}) in (?P<function>[\w<>]{1,100})')
"""A frame as `faulthandler` prints it, the innermost first."""

PLACE_SECONDS = 0.5

START_CPU_SECONDS = 60.0
END_SECONDS = 10.0
MIB = 2**20
MEMORY_SLACK = 64 * MIB
"""Memory that a process may hold beyond its limit: its stack, and written files that are mapped and lie in memory."""

THREADS = 64
"""Threads that a student process may have; where the kernel does not hold it, twice as many end it."""


NOTHING = Spent()


@dataclass
class Allowance:
    """The time that the student process has left, in seconds, while the grader waits for it."""

    cpu_limit: float
    what: str
    spent: Spent = NOTHING
    most_wall: float = math.inf
    compared: str = ""

    def spend(self, spent: Spent) -> None:
        """Count what was used."""
        self.spent += spent

    @property
    def stop(self) -> Stop | None:
        """The limit that has been passed, if any."""
        return stop_for(self.spent, self.cpu_limit, self.most_wall)

    def sentence(self, stop: Stop) -> str:
        """Return what the student is told. It names both other limits where load, which decides, is unknown."""
        by_the_clock = f"{min(wall_limit(self.cpu_limit), self.most_wall):g} s by the clock"
        if stop is Stop.WAITING:
            return f"Stopped: your code waited, and {self.what} took more than {by_the_clock}."
        stopped = f"Stopped: {self.what} took more than {self.cpu_limit:g} s of computing time, or {by_the_clock}."
        return f"{stopped} {self.compared}".rstrip()


class StudentProcess:
    """A sandboxed process that runs one submission for one group of checks.

    Where it `tells_place`, it is asked for the line that it is in before it is stopped for its time.
    `uid_outside` is a spare uid that may write outside `scratch`, since there is no Landlock: that counts too. Its code
    may wait for `most_waiting` seconds in all.

    Use as a context manager. It is a `Transport` for a `Client`. `total` is what it has used since it was
    ready, `dead` says why it was ended, `died_importing` whether that was while it imported the submission.
    """

    memory_files = sys.platform == "linux"

    def __init__(
        self,
        template: Template,
        scratch: Path,
        limits: Limits,
        uid_outside: int | None = None,
        most_waiting: float = math.inf,
        *,
        tells_place: bool = False,
    ) -> None:
        self._template = template
        self._tells_place = tells_place
        self._most_waiting = math.inf
        self._most_waiting_once_ready = most_waiting
        self._scratch = scratch
        self._uid_outside = uid_outside
        outside = () if uid_outside is None else open_folders()
        self._places = tuple(os.fsencode(place) for place in (scratch, *outside))
        self._limits = limits
        self._handed_in = 0.0
        self._parser = Parser(most_bytes=ANSWER_BLOB_BYTES)
        self._status: int | None = None
        self._allowance = Allowance(START_CPU_SECONDS, "the start")
        self._cpu_seen = self._uncounted = self._unmetered = 0.0
        self._last_look = self._next_scratch_look = time.monotonic()
        self._most_memory = math.inf
        self.total = Spent()
        self.dead: StudentDied | ProtocolFailure | None = None
        self.died_importing = False

    def __enter__(self) -> "StudentProcess":
        self._socket, theirs = socket.socketpair()
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, option, POLL_TIME)
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        _enlarge(write_end)
        self.output = Output(read_end)
        try:
            self.pid = self._template.fork(theirs.fileno(), write_end)
        except GraderFault:
            self._socket.close()
            os.close(read_end)
            raise
        finally:
            theirs.close()
            os.close(write_end)
        self._meter = LoadMeter(self.pid)
        self._holdings = Holdings(self.pid)
        self._handed_in = size_of(self._scratch)
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._socket.close()
        self._holdings.close()
        os.close(self.output.descriptor)

    def ready(self) -> None:
        """The sandbox holds; what was used until now does not count."""
        self.output.restart()
        self._spend()
        self._measure_load()
        self.total = Spent()
        self._most_waiting = self._most_waiting_once_ready
        self._most_memory = _data_of(self.pid) + self._limits.memory_mb * MIB + MEMORY_SLACK

    def allow(self, cpu_seconds: float, used: float = 0.0, most_wall: float = math.inf, compared: str = "") -> None:
        """Start the clock of a check, which may use `cpu_seconds` and has `used` some in an earlier process.

        It ends after `most_wall` seconds in any case. `compared` is told with the limit.
        """
        self._spend()
        self._allowance = Allowance(cpu_seconds, "the check", Spent(cpu=used), most_wall, compared)

    def seconds(self) -> float:
        """CPU seconds that the current check has used, without the import."""
        self._spend()
        return self._allowance.spent.cpu

    def exchange(
        self, batch: Sequence[Message], answer: Callable[[Message], Message], *, importing: bool = False
    ) -> Message:
        """Send a batch, answer callbacks, return the reply. Raises `StudentDied`, `ProtocolFailure`."""
        if self.dead is not None:
            raise self.dead
        outer = self._allowance
        if importing:
            self._spend()
            left = outer.most_wall - outer.spent.wall
            self._allowance = Allowance(self._limits.import_cpu_seconds, "the import", most_wall=left)
        try:
            return self._converse(batch, answer)
        except (StudentDied, ProtocolFailure) as error:
            self._bury(error, importing)
            raise
        finally:
            self._spend()
            self._allowance = outer

    def original_error(self) -> None:
        """Nothing: the exception lives in another process."""

    def require_silence(self) -> None:
        """Raise `ProtocolFailure` if a frame has arrived that nobody asked for."""
        if self.dead is None:
            readable, _, _ = select.select([self._socket], [], [], 0)
            with contextlib.suppress(BlockingIOError, ConnectionError):
                if not self._parser.empty or (readable and self._socket.recv(1, socket.MSG_PEEK)):
                    raise self._bury(ProtocolFailure("a frame that nobody asked for"))

    def _bury(self, error: StudentDied | ProtocolFailure, importing: bool = False) -> StudentDied | ProtocolFailure:
        """End the process; the first reason why is the one that counts."""
        if self.dead is None:
            self.dead, self.died_importing = error, importing
            self._end()
        return self.dead

    def _converse(self, batch: Sequence[Message], answer: Callable[[Message], Message]) -> Message:
        self._send(batch)
        while True:
            message = self._receive()
            if message.sequence != batch[-1].sequence:
                raise ProtocolFailure("a frame out of order")
            if message.kind is Kind.REPLY:
                return message
            if message.kind is not Kind.CALLBACK:
                raise ProtocolFailure("a frame of the wrong kind")
            started, waited = time.monotonic(), self._wall()
            reply = answer(message)
            try:
                self._count(time.monotonic() - started - (self._wall() - waited))
                self._send([reply])
            finally:
                for descriptor in reply.descriptors:
                    os.close(descriptor)

    def _send(self, messages: Sequence[Message]) -> None:
        if not self._parser.empty:
            raise ProtocolFailure("a frame that nobody asked for")
        descriptors = messages[-1].descriptors
        for data in frames.pack(messages):
            part = memoryview(data)
            while part:
                if descriptors:
                    sent = self._transfer(partial(socket.send_fds, self._socket, [part], descriptors))
                    descriptors = () if sent else descriptors
                else:
                    sent = self._transfer(partial(self._socket.send, part))
                part = part[sent:]

    def _receive(self) -> Message:
        while (message := self._parser.next()) is None:
            self._parser.filled(self._transfer(self._read))
        return message

    def _read(self) -> int:
        return self._socket.recv_into(self._parser.space()) or self._gone()

    def _transfer(self, carry: Callable[[], int]) -> int:
        """Call the socket and return how many bytes it carried, 0 if it was blocked. Sees that limits are kept."""
        started = time.monotonic()
        try:
            count = carry()
        except BlockingIOError:
            count = 0
        except ConnectionError:
            self._gone()
        waited = time.monotonic() - started
        if waited > POLL_SECONDS / 2:
            self.output.drain()
        self._count(waited)
        return count

    def _count(self, wall: float) -> None:
        """Count time, the grader's own on the student's behalf too, and see that every limit is kept.

        Moments are gathered first: to look at the process's clock takes as long as a short message.
        """
        self._uncounted += wall
        if self._uncounted < MOMENT_SECONDS:
            return
        self._spend()
        self._keep_time()
        if self.output.flooded:
            self._die(Outcome.FORBIDDEN, f"Not allowed here: printing more than {FLOOD_MIB} MiB.")
        now = time.monotonic()
        if now - self._last_look > POLL_SECONDS:
            self._last_look = now
            self._measure_load()
            self._look_outside()
            self._uncounted += time.monotonic() - now

    def _keep_time(self) -> None:
        """End the process where its time is used up; what the machine was too busy for is measured first."""
        if self._allowance.stop is None and self.total.waiting <= self._most_waiting:
            return
        self._measure_load()
        if (stop := self._allowance.stop) is not None:
            raise StudentDied(
                Outcome.TIMED_OUT,
                self._allowance.sentence(stop),
                self._place() if self._tells_place else "",
                by_load=self._allowance.spent.by_load,
            )
        if self.total.waiting > self._most_waiting:
            most = waiting_limit(self._limits.total_cpu_seconds)
            self._die(Outcome.TIMED_OUT, f"Stopped: your code waited for more than {most:g} s in all.")

    def _look_outside(self) -> None:
        """Hold it to what the kernel does not bound: shared memory, many small files, threads of the grader's user."""
        private, shared = memory_of(self.pid)
        self._keep_memory(private + shared)
        if _threads(self.pid) > 2 * THREADS:
            self._die(Outcome.FORBIDDEN, f"Not allowed here: starting more than {THREADS} threads.")
        began = time.monotonic()
        if began >= self._next_scratch_look:
            held = self._holdings.look(self._places)
            self._keep_memory(private + max(shared, held.shared))
            if self._written() + held.nameless > 2 * self._limits.scratch_mb * MIB:
                self._die(
                    Outcome.FORBIDDEN,
                    f"Not allowed here: writing more than {self._limits.scratch_mb:g} MiB of files.",
                )
            now = time.monotonic()
            gap = SCRATCH_SECONDS if self._uid_outside is None else POLL_SECONDS
            self._next_scratch_look = max(began + gap, now + REST * (now - began))

    def _keep_memory(self, used: float) -> None:
        if used > self._most_memory:
            self._die(Outcome.OUT_OF_MEMORY, "The code asked for more memory than it may use.")

    def _written(self) -> float:
        """Bytes that the process has written to files; it is held for a moment where they change too fast to count."""
        with contextlib.suppress(Moving):
            return self._on_disk()
        with self._held():
            for _ in range(TRIES):
                with contextlib.suppress(Moving):
                    return self._on_disk()
                time.sleep(HELD_SECONDS)
        return math.inf

    def _on_disk(self) -> float:
        outside = 0.0 if self._uid_outside is None else size_outside(self._uid_outside)
        return size_of(self._scratch) - self._handed_in + outside

    @contextlib.contextmanager
    def _held(self) -> Iterator[None]:
        """Stop the process, which takes a moment, and let it go on."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGCONT)

    def _spend(self) -> None:
        now = self._cpu_now()
        self._account(Spent(cpu=now - self._cpu_seen, wall=self._uncounted))
        self._unmetered += self._uncounted
        self._cpu_seen, self._uncounted = now, 0.0

    def _measure_load(self) -> None:
        self._account(self._meter.since(self._unmetered))
        self._unmetered = 0.0

    def _account(self, spent: Spent) -> None:
        self._allowance.spend(spent)
        self.total += spent

    def _wall(self) -> float:
        """Seconds by the clock until now."""
        return self.total.wall + self._uncounted

    def _cpu_now(self) -> float:
        """CPU seconds of the process so far, all threads; the last known figure once it is gone."""
        now = cpu_seconds(self.pid)
        return self._cpu_seen if now is None else now

    def _place(self) -> str:
        """Return the line of the submission that the process is in; nothing where it does not answer."""
        self.output.drain()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGUSR1)
        for found in PLACE.finditer(self.output.answer(PLACE_SECONDS)):
            path = Path(found["path"])
            if path.parent == self._scratch / "work":
                return f"It was here:\n  {path.name}, line {found['line']}, in {found['function']}"
        return ""

    def _die(self, outcome: Outcome, sentence: str) -> NoReturn:
        raise StudentDied(outcome, sentence)

    def _gone(self) -> NoReturn:
        """The other end of the socket is closed: find out why."""
        if self.dead is not None:
            raise self.dead
        status = self._exit_status(1.0)
        self.output.drain()
        if status is None:
            raise ProtocolFailure("nothing more: it closed the channel and ran on")
        if status >= 0:
            raise StudentDied(
                Outcome.CRASHED,
                "The program ended itself instead of returning a result.",
                f"Its exit status was {status}.",
            )
        if status == -signal.SIGXCPU:
            self._die(Outcome.TIMED_OUT, "Stopped: the program used too much computing time.")
        self._die(Outcome.CRASHED, f"The program crashed with {_signal_name(-status)}.")

    def _exit_status(self, seconds: float) -> int | None:
        """The exit status, negative for a signal; `None` where the process still runs after `seconds`."""
        if self._status is None:
            self._status = self._template.wait(self.pid, seconds)
        return self._status

    def _end(self) -> None:
        """Kill the process and everything in its session, and wait for it."""
        if self._exit_status(0.0) is None:
            self._spend()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            if self._exit_status(END_SECONDS) is None:
                raise GraderFault(f"a student process (id {self.pid}) survives SIGKILL: end it by hand.")
        self.output.drain()


def _enlarge(pipe: int) -> None:
    """Have a pipe hold more, where the system lets it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, OUTPUT_BYTES)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _data_of(pid: int) -> float:
    """Bytes of private memory that a process has asked for, used or not; infinite where the system does not tell."""
    try:
        (size,) = status(pid, "VmData")
    except (OSError, ValueError):
        return math.inf
    return 1024 * int(size.split()[0])


def _threads(pid: int) -> int:
    """Return how many threads a process has; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[17])
    except (OSError, IndexError):
        return 0
