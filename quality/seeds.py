"""Grade the whole bank again and again: under many seeds, and many times under one.

    python -m quality.seeds [--seeds 20] [--runs 20] [ASSIGNMENT…]

Prints its counts; exits with 1 if anything differed.
"""

import sys
from collections.abc import Sequence

from autograder.course.bank import read_bank
from autograder.course.layout import Assignment
from autograder.proving.seeds import FIRST_SEED, flakes, wrong_heads
from quality.sweep import chosen, parser, timed


def main() -> None:
    """Run everything and print the counts."""
    options = parser(__doc__)
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--runs", type=int, default=20)
    arguments = options.parse_args()
    with timed("seeds"):
        sound = [_sweep(one, arguments.seeds, arguments.runs) for one in chosen(arguments.assignments)]
    sys.exit(0 if all(sound) else 1)


def _sweep(assignment: Assignment, seeds: int, runs: int) -> bool:
    entries = len(read_bank(assignment).entries)
    wrong = wrong_heads(assignment, range(FIRST_SEED, FIRST_SEED + seeds))
    _report(wrong)
    print(f"{assignment.name}: {entries} submissions under {seeds} seeds, {len(wrong)} not as their heads say")
    differ = flakes(assignment, runs)
    _report(differ)
    print(f"{assignment.name}: {entries} submissions in {runs} full runs under one seed, {len(differ)} differ")
    return not wrong and not differ


def _report(lines: Sequence[str]) -> None:
    for line in lines:
        print(f"  {line}"[:1000])


if __name__ == "__main__":
    main()
