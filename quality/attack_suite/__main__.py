"""Run the attacks in every setting, print a table, and exit with 1 where one was not survived.

python -m quality.attack_suite [--setting NAME] [--only TEXT] [--no-bank] [--no-control] [ASSIGNMENT…]
"""

import sys
from collections.abc import Mapping, Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from autograder.course.bank import read_bank
from autograder.course.layout import Assignment
from autograder.ledger.digests import digest, files_digest
from autograder.proving.findings import Findings, findings, tree_digest
from autograder.proving.versions import Files
from quality.attack_suite.heads import ATTACKS, Attack, read_attacks
from quality.attack_suite.run import Seen, run
from quality.attack_suite.settings import Setting, settings
from quality.sweep import chosen, parser, timed

CONSOLE = Console(width=200 if not sys.stdout.isatty() else None)
CONTROL_SETTING = "user"


def main() -> None:
    """Run what was asked for and print what was seen."""
    options = parser(__doc__)
    options.add_argument("--setting")
    options.add_argument("--only", default="", help="attacks with this text in their name")
    options.add_argument("--no-bank", action="store_true", help="leave out the bank's correct submissions")
    options.add_argument("--no-control", action="store_true", help="leave out the run without a sandbox")
    arguments = options.parse_args()
    held = True
    with timed("attacks"):
        for assignment in chosen(arguments.assignments):
            found = findings("attacks", assignment)
            attacks = [attack for attack in read_attacks(assignment.name) if arguments.only in attack.name]
            where = [setting for setting in settings() if arguments.setting in (None, setting.name)]
            held &= _assignment(assignment, attacks, where, found, bank=not arguments.no_bank)
            if any(attack.head.control for attack in attacks) and not arguments.no_control:
                held &= _control(assignment, [attack for attack in attacks if attack.head.control], found)
        CONSOLE.print("Every attack was survived." if held else "NOT every attack was survived.")
    sys.exit(0 if held else 1)


def _assignment(
    assignment: Assignment, attacks: Sequence[Attack], where: Sequence[Setting], found: Findings, *, bank: bool
) -> bool:
    """All attacks on one assignment, with the correct submissions of its bank in the class."""
    known = read_bank(assignment).entries if bank else ()
    right = {entry.name.replace("/", "_"): entry.files for entry in known if entry.name.startswith("right/")}
    seen: dict[str, Seen] = {}
    for setting in where:
        if setting.missing is not None:
            CONSOLE.print(f"SKIPPED {assignment.name}, {setting.name}: {setting.missing}")
            continue
        one = seen[setting.name] = _seen(assignment, attacks, setting, right, found)
        CONSOLE.print(f"{assignment.name}, {setting.name}: {_summary(one)}")
        for problem in one.problems:
            CONSOLE.print(f"  {problem}", markup=False)
    graded = {name: one for name, one in seen.items() if one.records}
    if graded:
        CONSOLE.print(_table(assignment, attacks, graded))
    return not any(one.problems for one in seen.values())


def _seen(
    assignment: Assignment, attacks: Sequence[Attack], setting: Setting, right: Mapping[str, Files], found: Findings
) -> Seen:
    """Return what came of a class in one setting; where nothing was wrong, it is not run again."""
    names = [attack.name for attack in attacks]
    honest = [part for name, files in right.items() for part in (name, files_digest(files))]
    key = digest(repr(setting), tree_digest(ATTACKS), *names, "", *honest)
    if key in found:
        CONSOLE.print(f"{assignment.name}, {setting.name}: known")
        return msgspec.convert(found[key], Seen)
    one = run(assignment, attacks, setting, right)
    if not one.problems:
        found.add(key, msgspec.to_builtins(one))
    return one


def _summary(one: Seen) -> str:
    if not one.records:
        return "NOT refused" if one.canaries else "refused, as it should be"
    survived, honest = (sum(not said for said in group.values()) for group in (one.attacks, one.honest))
    return (
        f"{survived} of {len(one.attacks)} attacks survived, {honest} of {len(one.honest)} correct submissions with "
        f"full marks, canaries {'TOUCHED' if one.canaries else 'untouched'}, "
        f"workers of {one.memory_mb:.0f} MiB\n  layers: {', '.join(one.layers)}"
    )


def _control(assignment: Assignment, attacks: Sequence[Attack], found: Findings) -> bool:
    """Without any layer, as an ordinary user, each of these must succeed: otherwise surviving it says nothing."""
    (setting,) = (one for one in settings() if one.name == CONTROL_SETTING)
    if setting.missing is not None:
        CONSOLE.print(f"SKIPPED {assignment.name}, the run without a sandbox: {setting.missing}")
        return True
    failed = []
    for attack in attacks:
        key = digest("without a sandbox", tree_digest(ATTACKS), attack.name)
        if key in found:
            continue
        if run(assignment, [attack], setting, layers=False).succeeded(attack.name):
            found.add(key, True)
        else:
            failed.append(attack.name)
    CONSOLE.print(f"{assignment.name}, without a sandbox: {len(attacks) - len(failed)} of {len(attacks)} succeed")
    for name in failed:
        CONSOLE.print(f"  {name} is harmless even there: it shows nothing")
    return not failed


def _table(assignment: Assignment, attacks: Sequence[Attack], seen: dict[str, Seen]) -> Table:
    table = Table(title=f"{assignment.manifest.title} ({assignment.name})", box=None, pad_edge=False)
    for column in ("Lines", "Attack", "Expected", *seen):
        table.add_column(column, overflow="fold")
    for attack in attacks:
        head = attack.head
        lines = ", ".join(map(str, head.lines))
        scores = " or ".join(f"{score:g}" for score in head.scores)
        expected = f"{head.status.value}, {scores}" if scores else head.status.value
        cells = []
        for one in seen.values():
            record = one.records.get(attack.name)
            came = "no record" if record is None else record["status"]
            if record is not None and record["score"] is not None:
                came = f"{came}, {record['score']:g}"
            cells.append(f"{'✗ ' if one.attacks[attack.name] else ''}{came}")
        table.add_row(lines, attack.name, expected, *cells)
    table.add_row("", "canaries", "untouched", *("✗" if one.canaries else "untouched" for one in seen.values()))
    return table


if __name__ == "__main__":
    main()
