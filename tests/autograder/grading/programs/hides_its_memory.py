"""Whether the memory of this process can be read by its user, before and after it serves as a worker."""

import multiprocessing, os
from autograder.grading.worker import serve
from autograder.sandbox.kernel import prctl

before = prctl(3)
ours, theirs = multiprocessing.Pipe()
ours.close()
serve(theirs, os.getppid())
print(before, prctl(3))
