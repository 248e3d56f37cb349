"""A student process for tests: an order comes as JSON, code runs in the sandbox, `answer` goes out as JSON."""

import json
import os
import socket
import sys
import tempfile
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox import landlock, seccomp
from autograder.sandbox.enter import enter, prepare
from autograder.sandbox.interpreter import listable_paths, readable_paths
from autograder.sandbox.libraries import allowed_libraries
from autograder.sandbox.ownership import hand_over
from autograder.sandbox.plan import Plan, Reach

NOBODY = 65534


def main() -> None:
    order: dict[str, Any] = json.load(sys.stdin)
    if order["setting"] == "user" and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    if order["landlock"] is not None:
        landlock.abi = lambda: order["landlock"]
    if not order["seccomp"]:
        seccomp.offered = lambda: False
    libraries = allowed_libraries(order["imports"])
    plan = Plan(scratch=tempfile.mkdtemp(dir=order["folder"]), **order["plan"])
    os.mkdir(plan.work)
    with open(os.path.join(plan.work, "perceptron.py"), "w", encoding="utf-8") as file:
        file.write("ANSWER = 42\n")
    hand_over(plan)
    channel, other_end = socket.socketpair()
    exec(order["before"], {})
    try:
        ruleset = prepare(Reach((*readable_paths(), *libraries.paths), listable_paths()))
        layers = enter(plan, ruleset, keep=(0, 1, 2, channel.fileno(), other_end.fileno()))
    except SandboxError as error:
        print(json.dumps({"refused": str(error)}), flush=True)
        return
    sys.path[:] = [path for path in sys.path if path != order["repository"]]
    answer: dict[str, Any] = {"layers": layers}
    names = {"answer": answer, "plan": plan, "channel": channel, "other_end": other_end}
    exec(order["code"], names | {"parent": os.getppid()} | order["values"])
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
