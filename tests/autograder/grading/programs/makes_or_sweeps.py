"""Makes scratch folders, or sweeps leftovers, for two seconds; prints how often."""

import sys
import time

from autograder.grading.scratch import scratch_folder
from autograder.sandbox.own_folders import remove_leftovers

times, end = 0, time.monotonic() + 2
while time.monotonic() < end:
    if sys.argv[1] == "sweep":
        remove_leftovers()
    else:
        with scratch_folder({"one.py": b"1", "two.py": b"2"}) as folder:
            time.sleep(0.001)
            assert sorted(path.name for path in (folder / "work").iterdir()) == ["one.py", "two.py"]
    times += 1
print(times)
