"""The difference between a submission and a class around it, where names alone do not tell.

A path that leads to a class in another place or form is refused with a message that names the one to give.
"""

from collections.abc import Sequence
from pathlib import Path

from autograder.intake import recognition
from autograder.intake.archives import opened_archive
from autograder.intake.classes import SEVERAL, Sought, class_within, refuse_class
from autograder.intake.folders import folder_entries
from autograder.intake.places import is_folder, is_link, place_of, read_file
from autograder.intake.problems import IntakeError, Unusable, printable
from autograder.intake.selection import ARCHIVES, FILE_LIMIT, NAMES_SHOWN, PROGRAMS, hidden


def refuse_packed_class(path: Path, real: Path, sought: Sought) -> None:
    """Raise `IntakeError` for a zip of a whole class, as platforms make it."""
    if not real.name.casefold().endswith(".zip"):
        return
    try:
        with opened_archive(place_of(real, own=True)) as entries:
            refuse_class(entries, sought.wanted)
    except Unusable as error:
        if error.problem.message == SEVERAL:
            raise IntakeError(f"{path} holds a class: unpack it, and give the folder.") from error


def refuse_stray(path: Path, stray: str, children: Sequence[Path], sought: Sought) -> None:
    """Raise `IntakeError` where a wanted file lies beside what may be the submissions of a class."""
    beside = [child.name for child in sorted(children) if child.name != stray and _is_submission(child, sought)]
    if len(beside) > 1:
        more = " and others" if len(beside) > NAMES_SHOWN else ""
        raise IntakeError(
            f"{path} holds {stray}, as one submission does, and {', '.join(beside[:NAMES_SHOWN])}{more}, as a class "
            f"does: move {stray} elsewhere to grade the class, or add --one where all this is one submission."
        )


def refuse_level_above(path: Path, real: Path, submissions: Sequence[Path], sought: Sought) -> None:
    """Raise `IntakeError` for a folder around a class, or around its zip, and name what to give."""
    whole = class_within(real, sought, deepest=0)
    if whole == real:
        return
    if whole is not None:
        raise IntakeError(f"{path} holds a class: give {path / whole.relative_to(real)}.")
    if len(submissions) == 1:
        refuse_packed_class(path / submissions[0].name, submissions[0], sought)
    classes = [class_within(child, sought) for child in sorted(submissions) if is_folder(child)]
    found = [str(path / one.relative_to(real)) for one in classes if one is not None]
    if len(found) == len(submissions):
        raise IntakeError(
            f"{path} lies above a class: give {' or '.join(found[:NAMES_SHOWN])}. A student's own folder is graded as "
            "one with --one."
        )


def _is_submission(child: Path, sought: Sought) -> bool:
    """Return whether this may be a student's: a zip, a folder that holds the main file, a module that is one."""
    low = child.name.casefold()
    if hidden(child.name) or is_link(child):
        return False
    try:
        if is_folder(child):
            return any(entry.name in sought.main for entry in folder_entries(place_of(child))[0])
        if low.endswith(ARCHIVES):
            return True
        if not low.endswith(PROGRAMS) or Path(sought.wanted[0]).stem.casefold() in low:
            return False
        return _is_main(child, sought)
    except Unusable:
        return False


def is_text_of(child: Path, sought: Sought) -> bool:
    """Return whether a text file is the assignment's main module by what it defines."""
    try:
        return child.suffix.casefold() == ".txt" and _is_main(child, sought)
    except Unusable:
        return False


def _is_main(path: Path, sought: Sought) -> bool:
    """Return whether a file defines what the main module does. Raises `Unusable`."""
    content, _ = recognition.as_utf8(read_file(place_of(path, own=True), printable(path.name), FILE_LIMIT))
    return recognition.wanted_file(recognition.defined_names(content), sought.marks) == sought.wanted[0]
