"""Import the sandbox as on another system: elsewhere.py PLATFORM MISSING,MODULES"""

import ctypes, json, importlib.metadata, pathlib, pkgutil, random, shutil, signal, socket, sysconfig, tempfile
import packaging.requirements
import sys

platform_name, missing = sys.argv[1:]
for name in filter(None, missing.split(",")):
    sys.modules[name] = None
import os

for name in ("geteuid", "O_PATH", "setresuid", "sched_setaffinity"):
    delattr(os, name)
sys.platform = platform_name
import autograder.sandbox

for module in pkgutil.iter_modules(autograder.sandbox.__path__):
    __import__("autograder.sandbox." + module.name)
from autograder.sandbox.offers import offers, weakness
from autograder.sandbox import descriptors, landlock, rlimits, seccomp

print(landlock.abi(), seccomp.offered(), rlimits.offered(), descriptors.offered())
if platform_name == "win32":
    print(offers().spare_uid, weakness(offers(), []))
