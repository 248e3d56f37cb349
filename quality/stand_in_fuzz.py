"""Every stand-in of the checks, and the functions of `expect`, called with odd values.

python -m quality.stand_in_fuzz 04_xor --calls 10000 --seed 1
"""

import sys

from autograder.proving.stand_in_fuzz import Finding, fuzz_openers, of_assignment, traced
from quality.sweep import chosen, parser, timed

CALLS = 10_000


def main() -> None:
    """Call everything; print what is found, and end with 1 if there is something."""
    arguments = parser(__doc__)
    arguments.add_argument("--calls", type=int, default=CALLS, help="of stand-ins in all, and of `expect`")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    assignments = chosen(given.assignments)
    found: list[Finding] = []
    with timed("stand-ins"):
        for assignment in assignments:
            calls = given.calls // len(assignments)
            count, own = of_assignment(assignment, calls, given.seed)
            print(f"{assignment.name}: {count} stand-ins, {calls:,} calls, {len(own)} findings", flush=True)
            found += own
        with traced():
            opened = [finding for finding in fuzz_openers(given.calls, given.seed) if finding]
        print(f"expect: {given.calls:,} calls, {len(opened)} findings")
    for finding in (*found, *opened):
        print(finding)
    sys.exit(1 if found or opened else 0)


if __name__ == "__main__":
    main()
