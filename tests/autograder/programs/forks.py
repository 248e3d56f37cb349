"""What a fork has, and how much of the memory lies in large pages."""

import gc
import os

from autograder.student.forking import settle, use_large_pages

zeros = [bytes(2**16) for _ in range(1024)]
text = "chain rule" * 2**22
settle()
use_large_pages()
pid = os.fork()
if pid == 0:
    whole = text.count("chain rule") == 2**22 and not any(map(any, zeros))
    os._exit(0 if whole and gc.get_freeze_count() > 1000 else 1)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
with open("/proc/self/smaps_rollup") as file:
    print(next(line.split()[1] for line in file if line.startswith("AnonHugePages")))
