"""The grader's end of the templates: one warm process for each set of libraries, started when it is needed."""

import atexit
import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path

import autograder
from autograder.errors import GraderFault
from autograder.grading.resources import lift_memory_bound
from autograder.sandbox.environment import scrubbed
from autograder.sandbox.interpreter import listable_paths, readable_paths
from autograder.sandbox.libraries import allowed_libraries
from autograder.sandbox.own_folders import own_folder
from autograder.sandbox.plan import Reach
from autograder.student import template

ENGINE = str(Path(autograder.__file__).parent.parent)
START_SECONDS = 300.0
ANSWER_SECONDS = 60.0
END_SECONDS = 10.0


def program(module: str) -> str:
    """Return what `python -c` runs to be the `main` of a module of this very engine, wherever it lies.

    `-c` puts the folder where somebody stands before everything else, and submissions may lie there.
    """
    return f"import sys; sys.path[:] = [{ENGINE!r}, *filter(None, sys.path)]; from {module} import main; main()"


class Template:
    """A warm process that forks student processes. Restarts by itself after it has died.

    `failed` says whether it has ever failed once it had started.
    """

    def __init__(self, libraries: Sequence[str]) -> None:
        self._libraries = tuple(libraries)
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = ExitStack()
        self._is_ready = False
        self.failed = False

    def fork(self, channel: int, output: int) -> int:
        """Start a student process on these descriptors; returns its id. Raises `GraderFault`."""
        self._get_ready()
        data = template.COMMAND.pack(template.FORK, 0, 0.0)
        try:
            socket.send_fds(self._control, [data], [channel, output])
            return self._answer()
        except OSError as error:
            self.failed = True
            raise self._fault() from error

    def wait(self, pid: int, seconds: float) -> int | None:
        """Wait for a student process: its exit status, negative for a signal; `None` where it still runs.

        Raises `GraderFault`.
        """
        try:
            self._control.sendall(template.COMMAND.pack(template.WAIT, pid, seconds))
            status = self._answer()
        except OSError as error:
            self.failed = True
            raise self._fault() from error
        return None if status == template.RUNNING else status

    def close(self) -> None:
        """End the template, and every student process that it has forked."""
        if self._process is not None:
            self._control.close()
            try:
                self._process.communicate(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()
            self._process = None
            self._starting.close()

    def _reach(self) -> Reach:
        libraries = allowed_libraries(self._libraries)
        return Reach((*readable_paths(), *libraries.paths), listable_paths())

    def start(self) -> None:
        """Start the process, unless it runs already; do not wait for it to be ready. Raises `GraderFault`."""
        if self._process is not None and self._process.poll() is None:
            return
        self._control, theirs = socket.socketpair()
        self._control.settimeout(START_SECONDS)
        try:
            home = self._starting.enter_context(own_folder())
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-s",
                    "-u",
                    "-c",
                    program("autograder.student.template"),
                    str(theirs.fileno()),
                    *self._libraries,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                cwd="/",
                env=scrubbed(str(home)),
                start_new_session=True,
            )
            theirs.close()
            lift_memory_bound(self._process.pid)
            reach = json.dumps(astuple(self._reach())).encode()
            self._control.sendall(template.LENGTH.pack(len(reach)) + reach)
        except OSError as error:
            raise self._fault() from error
        finally:
            theirs.close()
        self._is_ready = False

    def _get_ready(self) -> None:
        """Wait until the process has imported what it has to. Raises `GraderFault`."""
        self.start()
        if not self._is_ready:
            try:
                self._answer()
            except OSError as error:
                raise self._fault() from error
            self._starting.close()
            self._control.settimeout(ANSWER_SECONDS)
            self._is_ready = True

    def _answer(self) -> int:
        data = b""
        while len(data) < template.ANSWER.size:
            part = self._control.recv(template.ANSWER.size - len(data))
            if not part:
                raise ConnectionResetError("the template hung up")
            data += part
        number: int
        (number,) = template.ANSWER.unpack(data)
        return number

    def _fault(self) -> GraderFault:
        said = ""
        if self._process is not None:
            self._process.kill()
            said = self._process.communicate()[0].decode(errors="replace")[-2000:]
        self._process = None
        self._control.close()
        self._starting.close()
        return GraderFault(f"student processes cannot be started ({', '.join(self._libraries)}).\n{said}")


_templates: dict[tuple[str, ...], Template] = {}


def template_for(libraries: tuple[str, ...]) -> Template:
    """This process's template for a set of libraries."""
    if libraries not in _templates:
        _templates[libraries] = Template(libraries)
        atexit.register(_templates[libraries].close)
    return _templates[libraries]


def a_template_has_failed() -> bool:
    """Return whether one of this process's templates has ever failed once it had started."""
    return any(template.failed for template in _templates.values())


def libraries_of(imports: Sequence[str]) -> tuple[str, ...]:
    """Those of these top-level names that a template imports beforehand: what is not Python's own."""
    return tuple(name for name in imports if name not in sys.stdlib_module_names)
