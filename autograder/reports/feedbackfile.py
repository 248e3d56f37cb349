"""What each student may read of a grade, as a text file that says which grade it is of."""

from collections.abc import Iterable
from pathlib import Path

from autograder.files import file_name, write_atomically
from autograder.ledger.store import Grade
from autograder.reports.table import feedback_text

FOLDER = "feedback"


def write_feedback(folder: Path, grades: Iterable[Grade]) -> None:
    """Write `folder/feedback/<submission>.txt` for each grade."""
    for grade in grades:
        head = f"Graded {grade.graded_at:%Y-%m-%d %H:%M} UTC (grade {grade.digest})\n\n"
        write_atomically(feedback_file(folder, grade.result.submission), head + feedback_text(grade.result))


def feedback_file(folder: Path, submission: str) -> Path:
    """Where the feedback on a submission is."""
    return folder / FOLDER / f"{file_name(submission)}.txt"
