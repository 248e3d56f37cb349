"""Write every submission of every bank as whole files: `python -I write_class.py COURSE FOLDER`.

Runs in the interpreter of the version that is compared with, and imports nothing of this one. Each assignment gets a
folder, each submission a folder in it: `wrong/forgets_bias` becomes `wrong.forgets_bias`.
"""

import sys
from pathlib import Path

try:
    from autograder.course.bank import read_bank
    from autograder.course.layout import Course
except ImportError:  # before autograder/course was a folder
    from autograder.bank import read_bank  # type: ignore[import-not-found, no-redef]

    from autograder.course import Course  # type: ignore[attr-defined, no-redef]


def main() -> None:
    """Write the class of each assignment that is not a draft."""
    root, folder = map(Path, sys.argv[1:])
    for assignment in Course(root).assignments():
        if not assignment.manifest.draft:
            for entry in read_bank(assignment).entries:
                place = folder / assignment.name / entry.name.replace("/", ".")
                place.mkdir(parents=True)
                for name, content in entry.files.items():
                    (place / name).write_bytes(content)


if __name__ == "__main__":
    main()
