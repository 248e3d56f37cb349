"""Mutants of the references: does some check see every small change of the code?

    python -m quality.mutants [ASSIGNMENT…]

Exits with 1 for a survivor that is not listed as equivalent, and for a listed one that no longer survives.
"""

import sys

from autograder.course.layout import Assignment
from autograder.proving.mutants import survivors, unexplained
from quality.sweep import chosen, parser, timed


def main() -> None:
    """Print the counts and every survivor."""
    arguments = parser(__doc__).parse_args()
    with timed("mutants"):
        sound = [_sweep(assignment) for assignment in chosen(arguments.assignments)]
    sys.exit(0 if all(sound) else 1)


def _sweep(assignment: Assignment) -> bool:
    count, alive = survivors(assignment)
    said = unexplained(assignment, alive)
    print(f"{assignment.name}: {count} mutants, {count - len(alive)} caught, {len(alive)} survive;")
    print(f"  {len(said)} are not as listed")
    for sentence in said:
        print(f"  {sentence}")
    return not said


if __name__ == "__main__":
    main()
