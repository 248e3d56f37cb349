"""Compare what two versions of the code say of every submission of every bank.

    python -m quality.golden COMMIT [--only ASSIGNMENT] [--details]
    python -m quality.golden --renew

COMMIT's banks are written as whole files, and graded by its own code in an environment of its own; then the present
work tree grades the same files, with the same seed. COMMIT's records are kept in `build/golden/` and used again; the
work tree's, for as long as nothing that grades has changed. `--renew` writes the example in `tests/golden/` again. The
exit status is 1 where something differs: outcome, points, sentence, sandbox layers, and all else in a record but times
and versions; the evidence counts only with `--details`.
"""

import argparse
import signal
import sys
import time
from pathlib import Path

from rich.console import Console

from quality.golden import example
from quality.golden.compare import all_differences
from quality.golden.errors import GoldenError
from quality.golden.progress import progress
from quality.golden.report import Compared, failing, lines, summary
from quality.golden.runs import Graded, Grading
from quality.golden.sides import (
    BASE,
    Side,
    base_side,
    has_environment,
    images,
    make_environment,
    this_side,
    write_classes,
)
from quality.golden.wording import read_wording

LISTED, LINE_LENGTH = 40, 500
INTERRUPTED = 130

CONSOLE = Console()


def main() -> None:
    """Compare, or renew the example."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("commit", nargs="?", help="the version to compare with")
    what.add_argument("--renew", action="store_true", help="write the example in tests/golden again")
    parser.add_argument("--only", metavar="ASSIGNMENT", help="one assignment, by the name of its folder")
    parser.add_argument("--details", action="store_true", help="fail on differences of the evidence, too")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if arguments.renew:
            written = example.renew()
            print(*(f"Wrote {path}." for path in written) if written else ("Nothing has changed.",), sep="\n")
        else:
            sys.exit(_compare(arguments.commit, arguments.only, with_evidence=arguments.details))
    except GoldenError as error:
        print(f"golden: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("golden: interrupted; the next run resumes here.", file=sys.stderr)
        sys.exit(INTERRUPTED)


def _compare(commit: str, only: str | None, *, with_evidence: bool) -> int:
    start = time.monotonic()
    base, now, wording = base_side(commit), this_side(), read_wording()
    now.require_own_engine()
    cache = base.root.parent
    classes = cache / "class"
    if not classes.is_dir():
        _set_up(base)
        write_classes(base, classes)
    names = sorted(folder.name for folder in classes.iterdir())
    if only is not None and only not in names:
        raise GoldenError(f"{only} has no bank in {commit}: there are {', '.join(names)}.")
    chosen = [only] if only is not None else names
    compared = []
    for name in chosen:
        old, new = (_graded(side, name, cache) for side in (base, now))
        if old.data != new.data:
            used = [", ".join(sorted(graded.data)) for graded in (old, new)]
            raise GoldenError(
                f"{name}: {commit} graded on the images {used[0]}, and now it is {used[1]}: set MNIST_DIR."
            )
        compared.append(Compared(name, old, new, tuple(all_differences(old.records, new.records, wording))))
    _report(compared, cache / "differences.txt")
    if only is None:
        said = {text for one in compared for record in one.base.records.values() for text in record.sentences()}
        for change in wording.unused(said):
            print(f"wording.toml: no sentence of {commit} is {change.old!r}: remove that entry.")
    failed = failing(compared, with_evidence=with_evidence)
    print(f"{failed:,} differences that count. {(time.monotonic() - start) / 60:.1f} minutes.")
    return 1 if failed else 0


def _graded(side: Side, assignment: str, cache: Path) -> Graded:
    """The records of one class; graded before, or now."""
    grading = Grading(side, assignment, cache / "class" / assignment, cache / side.name / assignment)
    chosen = images()
    kept = grading.kept(chosen)
    if kept is not None and kept.run.finished:
        print(f"{assignment}, {side.name}: graded before, in {grading.output}.")
        return kept
    if side.name == BASE:
        _set_up(side)
    with progress(f"{assignment}, {side.name}", grading.size, CONSOLE) as tell:
        return grading.grade(chosen, tell, resume=kept is not None)


def _set_up(base: Side) -> None:
    if not has_environment(base):
        print(f"Setting up {base.root / '.venv'} …", flush=True)
        make_environment(base)
    base.require_own_engine()


def _report(compared: list[Compared], file: Path) -> None:
    found = lines(compared)
    file.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    for line in found[:LISTED]:
        print(line[:LINE_LENGTH])
    if len(found) > LISTED:
        print(f"… and {len(found) - LISTED:,} more: {file}")
    CONSOLE.print(summary(compared))


if __name__ == "__main__":
    main()
