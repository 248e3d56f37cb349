"""One mistake costs once: break each function of a reference in turn, and see which tasks lose points.

    python -m quality.matrix [--write] [ASSIGNMENT…]

Prints a Markdown table for each assignment: a row for each function that students write, a column for each task,
and the points that are lost there. With `--write` it also puts them into `docs/measured/matrix.md`.
Exits with 1 if a function costs points in more than one task beside the declared integration tasks, or in none.
"""

import sys

from autograder.course.layout import Assignment
from autograder.proving.matrix import losses, off_diagonal
from autograder.reports.wording import points
from quality.page import write_sections
from quality.sweep import chosen, parser, timed
from quality.variants import COURSE

PAGE = COURSE.root / "docs" / "measured" / "matrix.md"
HEAD = """# One mistake costs once

Each function that students write was broken in the reference, alone: it raised an exception, or returned nothing,
whichever cost more. A row says what that lost in each task. In a task with an asterisk, several of the student's
functions work together; such tasks are worth at most a fifth of the points, and only they may lose points beside the
function's own task. `make matrix` made this page, and fails where that does not hold.
"""


def markdown(assignment: Assignment, table: dict[str, dict[str, float]]) -> str:
    """The matrix for people; integration tasks have an asterisk."""
    heads = [f"{task.id}{' *' if task.integration else ''}" for task in assignment.manifest.tasks]
    rows = [f"| `{name}` | " + " | ".join(_lost(lost) for lost in row.values()) + " |" for name, row in table.items()]
    return "\n".join([f"| broken | {' | '.join(heads)} |", "|---|" + "---:|" * len(heads), *rows])


def main() -> None:
    """Print the matrix of each assignment."""
    options = parser(__doc__)
    options.add_argument("--write", action="store_true")
    arguments = options.parse_args()
    wrong, sections = [], {}
    with timed("matrix"):
        for assignment in chosen(arguments.assignments):
            table = losses(assignment)
            sections[assignment.name] = markdown(assignment, table)
            print(f"## {assignment.name}\n\n{sections[assignment.name]}\n")
            wrong += [f"{assignment.name}: {sentence}" for sentence in off_diagonal(assignment, table)]
        print("* an integration task", *wrong, sep="\n")
        if arguments.write:
            write_sections(PAGE, HEAD, sections)
    sys.exit(1 if wrong else 0)


def _lost(lost: float) -> str:
    return f"−{points(lost)}" if lost else "·"


if __name__ == "__main__":
    main()
