"""Gaps: kinds of input that no check ever passes to a public name, and numbers of the handout that no check knows.

    python -m quality.gaps [ASSIGNMENT…]

Exits with 1 where there is one without a reason in the assignment's `gaps.toml`, which lies with its hidden checks.
"""

import sys

from autograder.proving.gaps import gaps
from quality.sweep import chosen, parser, timed


def main() -> None:
    """Print what is missing."""
    arguments = parser(__doc__).parse_args()
    count = 0
    with timed("gaps"):
        for assignment in chosen(arguments.assignments):
            found = gaps(assignment)
            count += len(found)
            print(f"{assignment.name}: {len(found)} without a reason", *(f"  {line}" for line in found), sep="\n")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
