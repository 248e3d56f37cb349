"""The places where students stumble, by the bank's own figures: the number of known mistakes for each task.

    python -m quality.stumbles [--write] [ASSIGNMENT…]

Prints a table for each assignment: its tasks, how many of the bank's wrong submissions lose points in each, and the
mistakes that cost this task the most. With `--write` it also puts them into `docs/measured/stumbles.md`. Nothing is
graded: the heads of the bank say what each mistake earns, and `make test` holds them to it.
"""

from autograder.course.bank import Bank, Entry, read_bank
from autograder.course.manifest import Task
from quality.page import write_sections
from quality.sweep import chosen, parser
from quality.variants import COURSE

PAGE = COURSE.root / "docs" / "measured" / "stumbles.md"
HEAD = """# Where students stumble

The bank of each assignment holds mistakes that students make, most of them from public questions and from solutions
that others wrote without having seen the checks. For each task: how many of them lose points there, and two of those
that lose the most and cost nothing elsewhere. `python -m quality.stumbles --write` made this page. For lecturers.
"""
NAMED = 2


def main() -> None:
    """Print where the known mistakes of each assignment are."""
    options = parser(__doc__)
    options.add_argument("--write", action="store_true")
    arguments = options.parse_args()
    sections = {}
    for assignment in chosen(arguments.assignments):
        bank = read_bank(assignment)
        rows = [_row(task, bank) for task in assignment.manifest.tasks]
        head = "| Task | Title | Known mistakes | For example |\n|---|---|---:|---|"
        sections[assignment.name] = "\n".join([head, *rows])
        print(f"## {assignment.name}\n\n{sections[assignment.name]}\n")
    if arguments.write:
        write_sections(PAGE, HEAD, sections)


def _row(task: Task, bank: Bank) -> str:
    """A line of the table."""
    wrong = [entry for entry in bank.entries if entry.name.startswith("wrong/")]
    here = [entry for entry in wrong if entry.earns[task.id] < task.points]
    own = sorted(here, key=lambda entry: (_elsewhere(entry, task, bank), entry.earns[task.id]))
    examples = " ".join(entry.about for entry in own[:NAMED]).replace("|", r"\|")
    return f"| {task.id} | {task.title} | {len(here)} | {examples} |"


def _elsewhere(entry: Entry, task: Task, bank: Bank) -> float:
    """Return how many points a mistake costs in other tasks."""
    most = bank.entry("reference").earns
    return sum(most[other] - earned for other, earned in entry.earns.items() if other != task.id)


if __name__ == "__main__":
    main()
