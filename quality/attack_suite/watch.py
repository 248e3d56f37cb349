"""Run a command and tell which processes it leaves behind.

    python watch.py SECONDS COMMAND…

Every orphan of the command becomes a child of this process, whatever session or user it runs in. Prints JSON:
`status`, `stdout`, `stderr`, `left`, the command lines of what still ran afterwards, which is then ended, and
`memory_mb`, the most that one of the grader's workers has ever held.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.kernel import prctl, status

PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 1.0
LIMIT = 2_000_000
LOOK_SECONDS = 0.25
WORKER = "autograder.grading.worker"


def main() -> None:
    """Run the command and print the answer."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    seconds, *command = sys.argv[1:]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    ends, memory = time.monotonic() + float(seconds), 0.0
    while True:
        try:
            output, errors = process.communicate(timeout=LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            memory = max([memory, *map(_peak_mb, _descendants())])
            if time.monotonic() < ends:
                continue
            left = _end_all()
            output, errors = process.communicate()
            errors += f"\nNot done after {seconds} s.".encode()
        else:
            time.sleep(GRACE_SECONDS)
            left = _end_all()
        break
    answer = {
        "status": process.returncode,
        "stdout": output.decode(errors="replace"),
        "stderr": errors.decode(errors="replace")[-LIMIT:],
        "left": left,
        "memory_mb": memory,
    }
    print(json.dumps(answer))


def _end_all() -> list[str]:
    """Kill every descendant of this process; their command lines."""
    found: dict[int, str] = {}
    while children := _descendants():
        for pid in children:
            with suppress(ProcessLookupError, FileNotFoundError):
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    found[pid] = file.read().replace(b"\0", b" ").decode(errors="replace")[:200]
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    return list(found.values())


def _peak_mb(pid: int) -> float:
    """The most memory that a worker has held until now; 0 for any other process."""
    with suppress(FileNotFoundError, ProcessLookupError, ValueError):
        if WORKER.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            (peak,) = status(pid, "VmHWM")
            return int(peak.split()[0]) / 1024
    return 0.0


def _descendants() -> list[int]:
    """Return the living processes below this one; its own zombies are reaped on the way."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):
                state, parent = status(name, "State", "PPid")
                if state[0] not in "ZX":
                    parents[int(name)] = int(parent)
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return sorted(below - {os.getpid()})


if __name__ == "__main__":
    main()
