"""What authors of assignments call: build stubs and handouts, build packages."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from autograder.cli.ending import say, stop
from autograder.cli.shared import course_here
from autograder.course import stubs
from autograder.files import write_atomically
from autograder.platforms.build import CHECKSUMS, FORMATS, build_packages
from autograder.proving import rounds


def build(assignments: Sequence[str], check: bool) -> None:
    """Generate stubs and the handouts' task tables from references and manifests."""
    course = course_here()
    chosen = [course.assignment(name) for name in assignments] or course.assignments()
    outdated = [path for assignment in chosen for path in stubs.outdated(assignment)]
    if check:
        if outdated:
            names = ", ".join(str(path.relative_to(course.root)) for path in outdated)
            stop(f"Out of date: {names}. Run `autograder build`.", 1)
        say("Everything is up to date.")
        return
    for assignment in chosen:
        for path, content in stubs.build(assignment).items():
            if path in outdated:
                write_atomically(path, content)
                say(f"Wrote {path.relative_to(course.root)}.")
    if not outdated:
        say("Everything was up to date.")


def prove(assignments: Sequence[str], thorough: bool) -> None:
    """Say whether assignments are sound, round by round, and end with 1 where one is not."""
    course = course_here()
    chosen = [course.assignment(name) for name in assignments] or course.assignments()
    sound = True
    for assignment in chosen:
        say(assignment.name)
        for proof in rounds.prove(assignment, thorough=thorough):
            sound &= not proof.findings
            say(f"  {'✗' if proof.findings else '✓'} {proof.title}")
            for finding in proof.findings:
                say(indent(finding, "      "))
    if not sound:
        stop("Something is not as it should be: see ✗ above.", 1)


def release(assignments: Sequence[str], chosen: str, output: Path | None) -> None:
    """Build packages: what students get, and what other graders get.

    Without ASSIGNMENT: all but drafts.
    """
    course = course_here()
    named = [course.assignment(name) for name in assignments]
    wanted = named or [assignment for assignment in course.assignments() if not assignment.manifest.draft]
    formats = [one for one in FORMATS if chosen in (one, "all")]
    folder = output or course.root / "release" / "dist"
    for path in build_packages(wanted, formats, folder):
        say(f"{path} ({path.stat().st_size / 2**20:.1f} MiB)")
    say(f"Checksums: {folder / CHECKSUMS}")
