"""Notebooks made from modules."""

import ast
import json
from collections.abc import Mapping, Sequence
from typing import Any

Cell = dict[str, Any]
PROGRAM = "if __name__ =="


def notebook_of(source: str, title: str, more: Sequence[Cell] = ()) -> bytes:
    """A module as a notebook: a heading, a magic line, a cell for each top-level block, and `more` cells.

    What the module does as a program comes last: in Jupyter it reads Jupyter's own command line, and may end there.
    The same source gives the same bytes. Raises `SyntaxError` or `ValueError` for a module that is not Python.
    """
    blocks = {f"block-{number}": block for number, block in enumerate(_blocks(source), start=1)}
    program = {name for name, block in blocks.items() if block.startswith(PROGRAM)}
    cells = [
        text_cell("title", f"# {title}"),
        code_cell("magic", "%matplotlib inline"),
        *(code_cell(name, block) for name, block in blocks.items() if name not in program),
        *more,
        *(code_cell(name, blocks[name]) for name in blocks if name in program),
    ]
    return notebook(cells)


def notebook(cells: Sequence[Cell]) -> bytes:
    """A notebook of these cells; the same cells give the same bytes."""
    document = {
        "cells": list(cells),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode("utf-8") + b"\n"


def text_cell(name: str, source: str, metadata: Mapping[str, Any] | None = None) -> Cell:
    """A cell of Markdown."""
    return {"cell_type": "markdown", "id": name, "metadata": dict(metadata or {}), "source": _lines(source)}


def code_cell(name: str, source: str, metadata: Mapping[str, Any] | None = None) -> Cell:
    """A cell of code that has not been run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": dict(metadata or {}),
        "outputs": [],
        "source": _lines(source),
    }


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


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
