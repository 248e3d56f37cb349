"""The Python code of a Jupyter notebook."""

# nbformat brings jsonschema with it, which costs every student process more than reading these keys does.
import ast
import io
import json
import re
import tokenize
import warnings
from dataclasses import dataclass
from typing import Any

KEEP_BODY = frozenset({"time", "timeit", "capture", "prun"})
IGNORED = "otter_ignore"
"""The tag of cells that only call a grader; Otter, too, leaves them out when it grades."""

CELL_MAGIC = re.compile(r"%%(\w+)")
TIMED = re.compile(r"(\s*)%time\s+(?=[^\s-])")
COMMAND = re.compile(
    r"""\s*(
        [%!?] .*                                  # %magic   !command   ?help
        | (pip|conda) [ ] \w .*                   # pip install …, which Jupyter takes without the %
        | [\w.,*\[\]'"\ ]+ = \s* [%!] \s* \w .*   # x = %magic   x = !command
        | [\w.*\[\]'"%]+ \s* \?\??                # help?   help??
    )\s*""",
    re.VERBOSE,
)


INLINE = re.compile(r"\s*%(matplotlib|config|load_ext|autoreload)\b")
"""Magics that change nothing that is graded: nobody need be told that they are left out."""


class NotebookError(Exception):
    """A notebook that holds no code that could be run; the message says why."""


@dataclass(frozen=True)
class Cell:
    """A code cell. `number` counts the notebook's code cells from 1; `source` is Python without magics."""

    number: int
    source: str


@dataclass(frozen=True)
class Notebook:
    """The code cells in order, and a note for everything that was left out of them."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


def read_notebook(data: bytes) -> Notebook:
    """The code of a notebook in format 4 or 3, outputs ignored. Raises `NotebookError`."""
    try:
        document = json.loads(data)
    except RecursionError as error:
        raise NotebookError("not a notebook: it is nested too deeply.") from error
    except ValueError as error:
        raise NotebookError(f"not a notebook: invalid JSON ({error}). Save it again in Jupyter.") from error
    codes = [cell for cell in _cells(document) if cell.get("cell_type") == "code"]
    sources = ["" if _ignored(cell) else _source(cell) for cell in codes]
    if not any(source.strip() for source in sources):
        raise NotebookError("the notebook holds no code. Write the solution in code cells and save it.")
    cells: list[Cell] = []
    notes: list[str] = []
    for number, source in enumerate(sources, start=1):
        python, dropped = without_magics(source)
        cells.append(Cell(number, python))
        notes.extend(f"cell {number}: {note}" for note in dropped)
    return Notebook(tuple(cells), tuple(notes))


def _cells(document: Any) -> list[dict[str, Any]]:
    """All cells: format 4 keeps them at the top, format 3 in worksheets."""
    if isinstance(document, dict):
        sheets = document.get("worksheets", [document])
        if isinstance(sheets, list) and all(isinstance(sheet, dict) for sheet in sheets):
            cells = [sheet.get("cells") for sheet in sheets]
            if all(isinstance(group, list) and all(isinstance(c, dict) for c in group) for group in cells):
                return [cell for group in cells if group for cell in group]
    raise NotebookError("JSON, but not a notebook of format 3 or 4. Save it again in Jupyter.")


def _ignored(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return isinstance(tags, list) and IGNORED in tags


def _source(cell: dict[str, Any]) -> str:
    """The text of a cell, which may be stored as a list of lines; format 3 calls it `input`."""
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        raise NotebookError("a code cell's source is not text. Save the notebook again in Jupyter.")
    return "".join(lines)


def without_magics(source: str) -> tuple[str, list[str]]:
    """The cell as plain Python with the same line numbers, and a note for each command left out.

    A cell that is Python already is returned as it is. `%magic`, `!command`, `?help` and assignments from
    them are left out; `%time` and the cell magics in `KEEP_BODY` leave their code; other cell magics take
    the whole cell with them.
    """
    if _is_python(source):
        return source, []
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    notes: list[str] = []
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    magic = CELL_MAGIC.match(lines[first])
    if magic and magic[1] not in KEEP_BODY:
        return "", [f"left out as a whole: {magic[0]} cells are not run."]
    if magic:
        lines[first] = ""
        notes.append(f"{magic[0]} was left out and its code run.")
        if _is_python("\n".join(lines)):
            return "\n".join(lines), notes
    in_command = False
    for index, line in enumerate(lines):
        continued, in_command = in_command, False
        if not continued and not (COMMAND.fullmatch(line) and _at_statement("\n".join(lines[:index]))):
            continue
        timed = TIMED.match(line)
        if timed and not continued:
            lines[index] = timed[1] + line[timed.end() :]
            notes.append("%time was left out and its code run.")
            continue
        indent = line[: len(line) - len(line.lstrip())]
        lines[index] = indent + "pass" if indent and not continued else ""
        in_command = line.endswith("\\")
        if not continued and not INLINE.match(line):
            notes.append(f"{line.strip()[:60]} was left out: it is a command of Jupyter's, not Python.")
    return "\n".join(lines), notes


def _is_python(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


def _at_statement(before: str) -> bool:
    """Return whether a new statement begins after `before`, which may end inside brackets or a string."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO(before + "\n").readline):
            pass
    except tokenize.TokenError as error:
        return not re.search("multi-line|triple-quoted", str(error.args[0]))
    except SyntaxError:
        return True
    return True
