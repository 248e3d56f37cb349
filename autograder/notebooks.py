"""Notebooks made from modules."""

import ast
import json
from typing import Any


def notebook_of(source: str, title: str) -> bytes:
    """A module as a notebook: a heading, a magic line, and a cell for each top-level block.

    The same source gives the same bytes. Raises `SyntaxError` or `ValueError` for a module that is not Python.
    """
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": [f"# {title}"]},
        _code_cell("magic", "%matplotlib inline"),
        *(_code_cell(f"block-{number}", block) for number, block in enumerate(_blocks(source), start=1)),
    ]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8") + b"\n"


def _code_cell(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _blocks(source: str) -> list[str]:
    """The source in pieces: top-level statements, and with each what no empty line parts from it.

    Comments above a statement belong to it. Raises `SyntaxError`, `ValueError`.
    """
    lines = source.split("\n")
    ends: list[int] = []
    for statement in ast.parse(source).body:
        decorators = getattr(statement, "decorator_list", [])
        start = min(node.lineno for node in (statement, *decorators))
        end = statement.end_lineno or statement.lineno
        while end < len(lines) and lines[end].strip():
            end += 1
        if ends and start <= ends[-1]:
            ends.pop()
        ends.append(end)
    starts = [0, *ends[:-1]]
    ends = [*ends[:-1], len(lines)]
    return ["\n".join(lines[start:end]).strip("\n") for start, end in zip(starts, ends, strict=True)]
