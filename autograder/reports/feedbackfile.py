"""Feedback files: the part of a grade that a student may read, as a text file and as a page, each with its receipt."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.files import file_name, write_atomically
from autograder.ledger.records import Origin, Result
from autograder.reports.html import student_page
from autograder.reports.table import feedback_text

FOLDER = "feedback"


def write_feedback(folder: Path, title: str, results: Sequence[Result], origins: Mapping[str, Origin]) -> None:
    """Write `folder/feedback/<submission>.txt` and `.html` for each result.

    `title` is the assignment's. `origins` says, by submission, of what each grade is.
    """
    for result in results:
        origin = origins[result.submission]
        text, page = feedback_files(folder, result.submission)
        marked = f", marked {result.marked_at:%Y-%m-%d %H:%M} UTC" if result.marked_at is not None else ""
        head = f"Graded {origin.graded_at:%Y-%m-%d %H:%M} UTC (grade {origin.digest}){marked}\n\n"
        write_atomically(text, head + feedback_text(result))
        write_atomically(page, student_page(title, result, origin))


def feedback_files(folder: Path, submission: str) -> tuple[Path, Path]:
    """Return where the feedback on a submission is: the text and the page."""
    name = file_name(submission)
    return folder / FOLDER / f"{name}.txt", folder / FOLDER / f"{name}.html"
