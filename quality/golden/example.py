"""One submission, its record and its page, kept in the repository for people to read: `tests/golden/`."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quality.golden.errors import GoldenError
from quality.golden.runs import SEED, temporary_folder
from quality.golden.sides import ROOT, environment

ASSIGNMENT = "03_perceptron"
SUBMISSION = ROOT / "tests" / "golden" / ASSIGNMENT / "wrong.update_forgets_bias"
RECORD = SUBMISSION.with_name(f"{SUBMISSION.name}.json")
PAGE = SUBMISSION.with_name(f"{SUBMISSION.name}.html")
MACHINE_IN_PAGE = re.compile(
    r"(?<=<dt>Graded</dt><dd>)[^<]*|(?<=<dt>Sandbox</dt><dd>)[^<]*|(?<=<dt>Versions</dt><dd>)[^<]*"
    r"|(?<=autograder )[\d.]+|(?<=;base64,)[^\"]+"
)


@dataclass(frozen=True)
class Example:
    """The files that `autograder grade` writes about the submission."""

    record: str
    page: str

    def anywhere(self) -> tuple[dict[str, Any], str]:
        """Return record and page without what differs from machine to machine: times, versions, sandbox, pictures."""
        record: dict[str, Any] = json.loads(self.record)
        for name in ("versions", "sandbox"):
            del record[name]
        for check in record["checks"]:
            del check["seconds"]
        return record, MACHINE_IN_PAGE.sub("", self.page)


def kept_example() -> Example:
    """Read the files in the repository."""
    return Example(RECORD.read_text(encoding="utf-8"), PAGE.read_text(encoding="utf-8"))


def graded_example() -> Example:
    """Grade the submission now. Raises `GoldenError` where the command fails."""
    with temporary_folder() as folder:
        command = [sys.executable, "-m", "autograder", "grade", ASSIGNMENT, str(SUBMISSION)]
        done = subprocess.run(
            [*command, "--seed", str(SEED), "--output", f"{folder}/out"],
            cwd=ROOT,
            env={**environment(), "TMPDIR": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise GoldenError(f"{SUBMISSION} could not be graded: {done.stderr.strip()}")
        record = Path(folder, "out", "results", RECORD.name).read_text(encoding="utf-8")
        page = Path(folder, "out", "report", PAGE.name).read_text(encoding="utf-8")
        return Example(record, page.replace(f"{ROOT}/", ""))


def renew() -> list[Path]:
    """Write the files in the repository again, where more than the machine differs. Returns those written."""
    new = graded_example()
    if RECORD.is_file() and PAGE.is_file() and kept_example().anywhere() == new.anywhere():
        return []
    RECORD.write_text(new.record, encoding="utf-8")
    PAGE.write_text(new.page, encoding="utf-8")
    return [RECORD, PAGE]
