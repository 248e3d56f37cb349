# /// attack
# lines = [30]
# tries = "Runs programs: a shell, setuid programs, an interpreter, by path, by descriptor, from memory."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 7
# control = true
# ///
import os
import subprocess
import sys

def _exec():
    os.execv("/nowhere/at/all", ["true"])


def _own_program():
    path = f"{os.environ['HOME']}/program"
    with open(path, "w") as file:
        file.write("#!/bin/sh\n")
    os.chmod(path, 0o755)


attempt("a shell", subprocess.run, ["/bin/sh", "-c", "id"])
attempt("a setuid program", subprocess.run, ["/bin/su", "-c", "id"])
attempt("an interpreter", subprocess.run, [sys.executable, "-c", "1"])
attempt("spawn", os.posix_spawn, "/bin/true", ["true"], {})
attempt("become a program", _exec)
attempt("by descriptor", system_call, "execveat", 3, b"", 0, 0, 0x1000)
attempt("a program of one's own", _own_program)
