"""Notebooks made from modules."""

import ast
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.course.handout import ANSWER, Section, tasks_named, with_dollars

Cell = dict[str, Any]
PROGRAM = "if __name__ =="
MAGIC = "%matplotlib inline"
LEFT_OUT = {"tags": ["otter_ignore"]}
"""The mark of a cell that only calls a grader: it is left out when the notebook is graded."""
SAVE_FIRST = "Save the notebook before you run a check: what is judged is the file."


def notebook_of(source: str, title: str, more: Sequence[Cell] = ()) -> bytes:
    """A module as a notebook: a heading, a magic line, a cell for each top-level block, and `more` cells.

    The module's part as a program comes last: in Jupyter it reads Jupyter's own command line, and may end there.
    The same source gives the same bytes. Raises `SyntaxError` or `ValueError` for a module that is not Python.
    """
    blocks = _named_blocks(source)
    program = {name for name, block in blocks.items() if block.startswith(PROGRAM)}
    cells = [
        text_cell("title", f"# {title}"),
        code_cell("magic", MAGIC),
        *(code_cell(name, block) for name, block in blocks.items() if name not in program),
        *more,
        *(code_cell(name, blocks[name]) for name in blocks if name in program),
    ]
    return notebook(cells)


def student_notebook(source: str, parts: Sequence[Section], more: Sequence[str] = ()) -> bytes:
    """Return a stub as a notebook to work in: before each task's code the `parts` of the handout that it belongs to,
    and after it a cell that runs its public checks. The checks of `more` tasks, which no code names, come after all
    code but the program, which is the last cell: in Jupyter it may end there.

    Parts whose tasks are in another module are left out, and the rules come early. Raises as `notebook_of`.
    """
    blocks = _named_blocks(source)
    tasks = {name: tasks_named(block) for name, block in blocks.items()}
    last = {task: name for name, named in tasks.items() for task in named}
    waiting = [part for part in parts if not part.tasks or not last.keys().isdisjoint(part.tasks)]
    rules = [part for part in waiting if part.rules]
    waiting = [part for part in waiting if not part.rules]
    begin = next((place for place, part in enumerate(waiting) if part.tasks), len(waiting))
    cells = [
        *_told([*waiting[:begin], *rules]),
        text_cell("save", SAVE_FIRST),
        code_cell("magic", MAGIC),
    ]
    del waiting[:begin]
    for name, block in blocks.items():
        if block.startswith(PROGRAM):
            continue
        belong = [place for place, part in enumerate(waiting) if not set(part.tasks).isdisjoint(tasks[name])]
        until = max(belong, default=-1) + 1
        cells += [*_told(waiting[:until]), code_cell(name, block)]
        del waiting[:until]
        cells += [_check_cell(task) for task in tasks[name] if last[task] == name]
    cells += [*map(_check_cell, more), *_told(waiting)]
    return notebook([*cells, *(code_cell(name, block) for name, block in blocks.items() if block.startswith(PROGRAM))])


def _told(parts: Sequence[Section]) -> list[Cell]:
    """Parts of a handout as cells, with an empty one wherever an answer is asked for."""
    cells = []
    for part in parts:
        *asked, rest = part.text.split(ANSWER)
        for text in asked:
            cells += [text_cell(_id("text", text), with_dollars(text.strip())), text_cell(_id("answer", text), "")]
        if rest.strip():
            cells.append(text_cell(_id("text", rest), with_dollars(rest.strip())))
    return cells


def _id(kind: str, text: str) -> str:
    """The name of a cell, which follows from what it says."""
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _check_cell(task: str) -> Cell:
    return code_cell(f"check-{task.replace('.', '-')}", f"!python -m pytest -q -k {task}", LEFT_OUT)


def _named_blocks(source: str) -> dict[str, str]:
    """The blocks of a module by the names of their cells."""
    return {f"block-{number}": block for number, block in enumerate(_blocks(source), start=1)}


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
