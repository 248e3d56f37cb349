"""The tasks that each answer passes by plain asserts; answers and asserts come as JSON."""

import contextlib, io, json, sys, warnings
import matplotlib

sys.path.insert(0, "")
matplotlib.use("Agg")
warnings.simplefilter("always")
given = json.load(sys.stdin)
passed = []
for answer in given["answers"]:
    names = {"__name__": "__main__"}
    exec(answer, names)
    exec(given["preamble"], names)
    passed.append([])
    for task, source in given["tasks"].items():
        complaints = io.StringIO()
        with contextlib.redirect_stderr(complaints), contextlib.suppress(Exception):
            exec(source, names)
            passed[-1] += [] if complaints.getvalue() else [task]  # nbgrader takes a warning for a failure
json.dump(passed, sys.stdout)
