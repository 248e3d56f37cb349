"""The asserts as pieces of source, from which the tests for Otter and for nbgrader are made."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "task_"
FILES = {"03_perceptron": "perceptron.py", "08_autograd": "autograd.py"}


@dataclass(frozen=True)
class Asserts:
    """The source before the first task, and the source of the function of each task."""

    preamble: str
    tasks: Mapping[str, str]

    def call(self, task: str) -> str:
        """The call of a task's function, with the student's names that it asks for."""
        (function,) = ast.parse(self.tasks[task]).body
        assert isinstance(function, ast.FunctionDef)
        return f"{function.name}({', '.join(argument.arg for argument in function.args.args)})"


def asserts_for(assignment: str) -> Asserts:
    """The asserts on an assignment."""
    source = Path(__file__).with_name(FILES[assignment]).read_text(encoding="utf-8")
    tasks = {
        statement.name.removeprefix(PREFIX).replace("_", "."): ast.get_source_segment(source, statement) or ""
        for statement in ast.parse(source).body
        if isinstance(statement, ast.FunctionDef) and statement.name.startswith(PREFIX)
    }
    return Asserts(source.partition(f"\n\ndef {PREFIX}")[0], tasks)
