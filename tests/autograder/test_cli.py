"""What the command declares is what its modules take, and help imports none of them."""

import importlib
import inspect
import subprocess
import sys

import pytest

from autograder import cli
from autograder.platforms import build

ONLY_FOR_COMMANDS = {"numpy", "pytest", "rich", "jinja2", "msgspec", "msgpack", "pooch", "matplotlib", "torch"}


@pytest.mark.parametrize("name", cli.main.commands)
def test_a_command_is_declared_as_it_is_written(name, monkeypatch):
    command, ran = cli.main.commands[name], []
    monkeypatch.setattr(cli, "_run", lambda module, function, **given: ran.append((module, function, given)))
    command.callback(**{parameter.name: None for parameter in command.params if parameter.expose_value})
    ((module, function, given),) = ran
    inspect.signature(getattr(importlib.import_module(f"autograder.cli.{module}"), function)).bind(**given)
    assert command.help


def test_formats_are_those_that_are_built():
    assert cli.FORMATS == build.FORMATS


def test_help_imports_no_command():
    program = "import sys, autograder.cli; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not ONLY_FOR_COMMANDS & set(done.stdout.split())
