"""Commands for authors of assignments: begin one, build stubs and handouts, prove it, build packages."""

import keyword
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from autograder.cli.ending import WRONG_USAGE, say, stop
from autograder.cli.shared import course_here
from autograder.course import stubs
from autograder.course.layout import FOLDER_NAME
from autograder.files import write_atomically
from autograder.platforms.build import CHECKSUMS, FORMATS, build_packages
from autograder.platforms.contents import rendered
from autograder.proving import rounds
from autograder.proving.mutants import require_cosmic_ray

BEGINNINGS = {
    "assignment.toml.j2": "assignments/{name}/assignment.toml",
    "README.md.j2": "assignments/{name}/README.md",
    "test_public.py.j2": "assignments/{name}/test_{module}.py",
    "solution.py.j2": "solutions/{name}/{module}.py",
    "test_hidden.py.j2": "tests/hidden/{name}/test_{module}_hidden.py",
    "gaps.toml.j2": "tests/hidden/{name}/gaps.toml",
    "right.py.j2": "tests/submissions/{name}/right/numpys_own.py",
    "wrong_other_formula.toml.j2": "tests/submissions/{name}/wrong/squares_are_doubles.toml",
    "wrong_in_place.toml.j2": "tests/submissions/{name}/wrong/squares_in_place.toml",
    "class.toml.j2": "tests/submissions/{name}/class.toml",
}
"""Places of the page templates in `release/new`: a small, sound assignment, to be changed piece by piece."""


def new(name: str) -> None:
    """Write a small assignment that can be proved, to be changed piece by piece."""
    course = course_here()
    named = FOLDER_NAME.fullmatch(name)
    if named is None or keyword.iskeyword(named["slug"]) or not named["slug"].isidentifier():
        stop(f"{name}: name it by a number, _ and a slug of small letters, digits and _: 13_softmax.", WRONG_USAGE)
    taken = [
        one for one in course.names() if one.partition("_")[0] == named["number"] or one.endswith(f"_{named['slug']}")
    ]
    if taken:
        stop(f"{name}: {taken[0]} has its number or its slug. Take another.", WRONG_USAGE)
    module = named["slug"]
    title = module.replace("_", " ").capitalize()
    files = {
        course.root / place.format(name=name, module=module): rendered(
            course.root, f"new/{template}", name=name, number=named["number"], module=module, title=title
        )
        for template, place in BEGINNINGS.items()
    }
    there = [path for path in files if path.exists()]
    if there:
        stop(f"{there[0]}: this file exists already. Nothing was written.", WRONG_USAGE)
    for path, content in files.items():
        write_atomically(path, content)
    assignment = course.assignment(name)
    for path, content in stubs.build(assignment).items():
        write_atomically(path, content)
    for path in sorted({*files, *stubs.build(assignment)}):
        say(f"Wrote {path.relative_to(course.root)}.")
    say(f"It is sound: `autograder prove {name}`. Change it piece by piece, as docs/authoring.md says.")


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
    """Check whether assignments are sound, round by round, and end with 1 if one is not."""
    course = course_here()
    chosen = [course.assignment(name) for name in assignments] or course.assignments()
    if thorough:
        require_cosmic_ray()
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
