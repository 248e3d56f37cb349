"""One mistake costs once: break each function of a reference in turn, and see which tasks lose points.

It raises an exception, or returns nothing, whichever costs more.
"""

import ast
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course.layout import Assignment
from autograder.course.stubs import BEGIN, END
from autograder.ledger.records import Result
from autograder.proving.findings import findings, judged
from autograder.proving.gaps import REASONS, read_reasons
from autograder.proving.versions import own_modules

BREAKAGES = ("raise RuntimeError('broken')", "return None")
SEED = 1


@dataclass(frozen=True)
class Function:
    """A function that students write: where it stands, and the lines of its solution (first and last marker).

    `name` has its module in front where another module has one of the same name.
    """

    file: str
    name: str
    first: int
    last: int


def functions(assignment: Assignment) -> list[Function]:
    """Return every solution region of the reference that lies in a function and is graded."""
    ungraded = read_reasons(assignment.hidden / REASONS).ungraded
    return [function for function in _regions(assignment) if function.name not in ungraded]


def ungraded_lines(assignment: Assignment, file: str) -> list[tuple[int, int]]:
    """Return the first and last line of every solution region of a file that is not graded."""
    ungraded = read_reasons(assignment.hidden / REASONS).ungraded
    regions = [region for region in _regions(assignment) if region.file == file and region.name in ungraded]
    return [(region.first, region.last) for region in regions]


def _regions(assignment: Assignment) -> list[Function]:
    found = []
    for file in own_modules(assignment):
        source = assignment.reference(file).read_text(encoding="utf-8")
        lines = [line.strip() for line in source.split("\n")]
        firsts = [number for number, line in enumerate(lines, 1) if line == BEGIN]
        lasts = [number for number, line in enumerate(lines, 1) if line == END]
        for first, last in zip(firsts, lasts, strict=True):
            name = _enclosing(ast.parse(source), first)
            if name:
                found.append(Function(file, name, first, last))
    times = Counter(function.name for function in found)
    return [one if times[one.name] == 1 else replace(one, name=f"{Path(one.file).stem}.{one.name}") for one in found]


def broken(assignment: Assignment, function: Function, breakage: str) -> dict[str, bytes]:
    """Return the reference's files, with one function broken."""
    files = {name: assignment.reference(name).read_bytes() for name in assignment.manifest.files}
    lines = files[function.file].decode().split("\n")
    marker = lines[function.first - 1]
    indent = marker[: len(marker) - len(marker.lstrip())]
    lines[function.first - 1 : function.last] = [indent + breakage]
    files[function.file] = "\n".join(lines).encode()
    return files


def losses(assignment: Assignment) -> dict[str, dict[str, float]]:
    """Return the points lost for each task, by function."""
    versions = {
        f"{function.name}\0{breakage}": broken(assignment, function, breakage)
        for function in functions(assignment)
        for breakage in BREAKAGES
    }
    table = {function.name: dict.fromkeys(_tasks(assignment), 0.0) for function in functions(assignment)}
    every = judged(findings("matrix", assignment), "functions", assignment, versions, [SEED], _lost_in)
    for version, _, lost in every:
        row = table[version.split("\0")[0]]
        for task in row:
            row[task] = max(row[task], lost[task])
    return table


def _lost_in(version: str, result: Result) -> dict[str, float]:
    """Points lost for each task. Raises `RuntimeError` where one could not be judged."""
    lost = {}
    for task in result.tasks:
        if task.score is None:
            raise RuntimeError(f"{version}: a grader error in task {task.id}")
        lost[task.id] = task.points - task.score
    return lost


def off_diagonal(assignment: Assignment, table: dict[str, dict[str, float]]) -> list[str]:
    """Return the functions that cost points nowhere, or in more than one task beside the integration tasks."""
    alone = {task.id for task in assignment.manifest.tasks if not task.integration}
    wrong = []
    for name, row in table.items():
        costly = [task for task, lost in row.items() if lost]
        if not costly:
            wrong.append(f"{name} costs no points")
        elif len(alone.intersection(costly)) > 1:
            wrong.append(f"{name} costs points in {', '.join(costly)}")
    return wrong


def _enclosing(tree: ast.Module, line: int) -> str | None:
    """The qualified name of the innermost function around a line."""
    name = None
    nodes: list[tuple[str, ast.AST]] = [("", tree)]
    while nodes:
        prefix, node = nodes.pop()
        for child in ast.iter_child_nodes(node):
            inner = prefix
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                inner = f"{prefix}{child.name}."
                if child.lineno <= line <= (child.end_lineno or 0) and isinstance(child, ast.FunctionDef):
                    name = inner[:-1]
            nodes.append((inner, child))
    return name


def _tasks(assignment: Assignment) -> list[str]:
    return [task.id for task in assignment.manifest.tasks]
