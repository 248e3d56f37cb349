# /// attack
# lines = [14]
# tries = "Puts a pytest, an autograder.expect and a conftest of its own into sys.modules, with hooks that pass everything."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "not attempted" }
# ///
import sys
import types


def _module(name):
    module = types.ModuleType(name)
    for function in ("array", "number", "integer", "text", "items", "boolean", "that", "tensor", "raises", "figure"):
        setattr(module, function, lambda *positional, **named: None)
    module.pytest_runtest_makereport = module.pytest_runtest_call = lambda *positional, **named: None
    module.__getattr__ = lambda name: None
    sys.modules[name] = module


for _name in ("pytest", "_pytest", "conftest", "autograder.expect", "autograder.plugin", "autograder.checks.verdicts"):
    _module(_name)
