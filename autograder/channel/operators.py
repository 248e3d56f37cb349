"""The operators that an evaluation may name: a closed list, each with how it is written."""

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

OPERATORS = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "truediv": "{} / {}",
    "pow": "{} ** {}",
    "matmul": "{} @ {}",
    "neg": "-{}",
    "getitem": "{}[{}]",
}
"""By their names in Python's `operator` module."""

CALL = "call"
"""Calls its first operand with the others."""

READ = "getattr"
"""Reads the attribute of its first operand that the second one names."""


def is_step(name: object, operands: int) -> bool:
    """Return whether this is an operator of the list, with as many operands as it takes."""
    if name == CALL:
        return operands > 0
    if name == READ:
        return operands == 2
    return isinstance(name, str) and name in OPERATORS and OPERATORS[name].count("{}") == operands


def written(name: str, operands: Sequence[str]) -> str:
    """A step as it stands in Python."""
    if name == CALL:
        function, *arguments = operands
        return f"{function}({', '.join(arguments)})"
    if name == READ:
        owner, attribute = operands
        return f"{owner}.{ast.literal_eval(attribute)}"
    return f"({OPERATORS[name].format(*operands)})"


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    CALL: _call,
    READ: getattr,
    **{name: getattr(operator, name) for name in OPERATORS},
}
"""The operators, each with the function that computes it."""
