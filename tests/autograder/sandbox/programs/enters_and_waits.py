"""Fork a process that enters the sandbox, and wait: enters_and_waits.py FOLDER UID"""

import os, sys, tempfile, time
from autograder.sandbox.enter import enter, prepare
from autograder.sandbox.plan import Plan, Reach
from autograder.sandbox.ownership import hand_over

scratch, uid = tempfile.mkdtemp(dir=sys.argv[1]), int(sys.argv[2]) or None
plan = Plan(scratch, uid, 1 << 28, 1 << 20, 30, 8)
os.mkdir(plan.work)
hand_over(plan)
if os.fork() == 0:
    enter(plan, prepare(Reach()))
    os.write(1, b"ready")
time.sleep(60)
