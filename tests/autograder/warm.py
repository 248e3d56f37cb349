"""The command `autograder`, run in forks of a process that has imported it: tests run it hundreds of times."""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.cli import main

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["autograder.cli.author", "autograder.cli.teacher"])
ROOT = str(Path(__file__).parents[2])


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    status: int
    stdout: str
    stderr: str


def run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    """Run the command in a folder, with this environment and no other."""
    with TemporaryDirectory() as printed:
        streams = Path(printed, "stdout"), Path(printed, "stderr")
        process = SERVER.Process(target=_become, args=(arguments, folder, dict(environment), streams))
        process.start()
        process.join()
        assert process.exitcode is not None
        return Ran(process.exitcode, *(path.read_text(encoding="utf-8") for path in streams))


def _become(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[Path]) -> None:
    for descriptor, path in enumerate((Path(os.devnull), *streams)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = [place for place in sys.path if place != ROOT]  # where only pytest looks
    sys.argv = ["autograder", *arguments]
    main()
