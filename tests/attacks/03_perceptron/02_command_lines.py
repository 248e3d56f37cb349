# /// attack
# lines = [2, 6]
# tries = "Looks for secrets in every command line, in its own environment and in what its process was started with."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 4
# ///
import os
import sys


def _command_lines():
    return [content(f"/proc/{pid}/cmdline") for pid in (os.getpid(), *chain(), *nearby()) if _there(pid)]


def _there(pid):
    try:
        content(f"/proc/{pid}/cmdline")
    except OSError:
        return False
    return True


def _environment():
    names = set(os.environ) | {line.split("=")[0] for line in content("/proc/self/environ").decode().split("\0")}
    allowed = {"", "PATH", "LANG", "USER", "LOGNAME", "HOME", "TMPDIR", "MPLCONFIGDIR", "MPLBACKEND", "LC_CTYPE"}
    more = {name for name in names - allowed if not name.startswith(("XDG_", "TORCHINDUCTOR", "PYTHON", "LD_LIBRARY"))}
    more = {name for name in more if not name.endswith("_THREADS")}
    return f"{SECRET} {more}" if more else ""


look("command lines", _command_lines)
look("names in the environment", _environment)
look("values in the environment", lambda: dict(os.environ))
look("arguments", lambda: (sys.argv, sys.orig_argv, sys.path, sys.flags))
