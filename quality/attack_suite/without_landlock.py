"""Run a command as on a kernel without Landlock.

python without_landlock.py COMMAND…
"""

import ctypes
import os
import struct
import sys

from autograder.sandbox import seccomp
from autograder.sandbox.bpf import JUMP_IF_EQUAL, NUMBER, load, when
from autograder.sandbox.identity import forbid_new_privileges
from autograder.sandbox.kernel import syscall

LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")


def main() -> None:
    """Install the filter and become the command."""
    table = seccomp.processor()
    if table is None:
        sys.exit("no table of system calls for this processor")
    program = [load(NUMBER)]
    for name in LANDLOCK:
        program += when(JUMP_IF_EQUAL, table.calls[name], [seccomp.UNKNOWN])
    program.append(seccomp.YES)
    if os.geteuid():
        forbid_new_privileges()
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    syscall(table.calls["seccomp"], seccomp.SET_MODE_FILTER, 0, ctypes.addressof(header))
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
