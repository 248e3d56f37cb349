"""What nobody but a lecturer may read: lines of hidden checks, references, substitutes and the bank."""

from autograder.course.bank import read_bank
from autograder.course.layout import Assignment
from quality.variants import COURSE

SHORTEST = 40
"""Lines with fewer characters may stand in both by chance."""


def telling_lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if len(line.strip()) >= SHORTEST}


def secret_lines(assignment: Assignment) -> set[str]:
    """The lines that stand in nothing that students get."""
    public = set()
    for path in [*assignment.folder.glob("*.py"), *assignment.folder.glob("*.md")]:
        public |= telling_lines(path.read_text())
    for path in (COURSE.root / "autograder").rglob("*.py"):
        public |= telling_lines(path.read_text())
    secret = set()
    for path in assignment.hidden_checks:
        secret |= telling_lines(path.read_text())
    for path in [*assignment.solution.rglob("*.py"), *assignment.solution.rglob("*.md")]:
        secret |= telling_lines(path.read_text())
    for entry in read_bank(assignment).entries:
        secret |= {entry.about, entry.hint} - {""}
        for name, content in entry.files.items():
            if not name.endswith(".png"):  # the handout may show the reference's picture
                secret |= telling_lines(content.decode("utf-8", "replace"))
    others = set()
    for other in COURSE.assignments():
        for path in other.folder.glob("*.py"):
            others |= telling_lines(path.read_text())
    secret -= public | others
    return secret
