"""`autograder doctor` as on another system: elsewhere.py PLATFORM MISSING,MODULES ABSENT,FUNCTIONS"""

import click.testing, json, matplotlib, msgpack, msgspec, multiprocessing, numpy, packaging.requirements, pooch, pytest
import concurrent.futures.process, ctypes, email.message, glob, hmac, html, importlib.metadata, jinja2, os, pathlib
import platform, queue, random, rich.console, rich.progress, rich.table, select, shutil, signal, socket
import subprocess, sysconfig, tempfile, unittest.mock, urllib.request, zipfile, sys

platform_name, missing, absent = sys.argv[1:]
sysconfig.get_config_vars()  # before 3.11, read only when it is asked for, and named for the system
for name in filter(None, missing.split(",")):
    sys.modules[name] = None
for name in absent.split(","):
    delattr(os, name)
sys.platform = platform_name
from autograder import cli
from autograder.doctor import cuda

cuda.QUESTION = "import json; print(json.dumps(['1.0', None, False, [], []]))"
ran = click.testing.CliRunner().invoke(cli.main, ["doctor", "--json"])
print(ran.exit_code, ran.exception if not isinstance(ran.exception, SystemExit) else "")
print(json.dumps(json.loads(ran.stdout)))
if platform_name == "win32":
    print(click.testing.CliRunner().invoke(cli.main, ["check", "line"]).output)
