"""Runs pytest, or the command `autograder`, without what only Unix has."""

import click.testing, ctypes, concurrent.futures.process, faulthandler, importlib.metadata, jinja2, matplotlib, msgpack, msgspec, multiprocessing
import numpy, os, packaging.requirements, pathlib, platform, pooch, pytest, rich.console, rich.table, shutil, signal
import socket, subprocess, sys, sysconfig, tempfile

sysconfig.get_config_vars()
sys.modules["fcntl"] = None
del os.fork, signal.SIGALRM, signal.alarm, signal.setitimer

if __name__ == "__main__":
    program, *arguments = sys.argv[1:]
    if program == "pytest":
        sys.exit(pytest.main(arguments))
    sys.platform = "win32"
    from autograder.cli import main

    main(arguments, prog_name="autograder")
