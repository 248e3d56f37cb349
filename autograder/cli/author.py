"""What authors of assignments call: build stubs and handouts, build packages."""

from collections.abc import Sequence
from pathlib import Path

from autograder.cli.ending import say, stop
from autograder.cli.shared import course_here
from autograder.course import stubs
from autograder.files import write_atomically
from autograder.platforms.build import CHECKSUMS, FORMATS, build_packages


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
