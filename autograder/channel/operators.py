"""The operators that an evaluation may name: a closed list, each with how it is written."""

OPERATORS = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "truediv": "{} / {}",
    "pow": "{} ** {}",
    "matmul": "{} @ {}",
    "neg": "-{}",
}
"""By their names in Python's `operator` module."""


def operands_of(name: object) -> int | None:
    """How many operands an operator takes; `None` for what is not in the list."""
    written = OPERATORS.get(name) if isinstance(name, str) else None
    return None if written is None else written.count("{}")
