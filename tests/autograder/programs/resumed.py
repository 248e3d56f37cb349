"""Run the tests of a folder with `quality.resume`, which keeps what passes in a file: resumed.py FOLDER FILE"""

import sys
from pathlib import Path

import pytest

from quality.resume import Resume
from autograder.proving.findings import Findings

folder, file = map(Path, sys.argv[1:])
sys.exit(
    pytest.main(
        ["-q", "-p", "no:cacheprovider", "-p", "no:warnings", folder], plugins=[Resume(Findings(file, ""), keeps=True)]
    )
)
