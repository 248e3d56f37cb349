"""What other users can reach, by modes alone."""

import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.reach import closed_to_others, readable_by_others

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files have modes on Unix")


@pytest.fixture
def file(open_folder: Path) -> Path:
    """An open file in an open folder in an open folder."""
    outer = Path(tempfile.mkdtemp(dir=open_folder))
    (outer / "inner").mkdir()
    (outer / "inner" / "file").write_text("x")
    (outer / "inner" / "file").chmod(0o644)
    for folder in (outer, outer / "inner"):
        folder.chmod(0o755)
    return outer / "inner" / "file"


@pytest.mark.parametrize(
    ("outer", "inner", "mode", "readable", "closed"),
    [
        (0o755, 0o755, 0o644, True, False),
        (0o711, 0o711, 0o644, True, False),
        (0o755, 0o755, 0o640, False, True),
        (0o755, 0o755, 0o642, False, False),
        (0o755, 0o754, 0o644, False, True),
        (0o750, 0o755, 0o644, False, True),
    ],
)
def test_files(file: Path, outer: int, inner: int, mode: int, readable: bool, closed: bool) -> None:
    file.chmod(mode)
    file.parent.chmod(inner)
    file.parent.parent.chmod(outer)
    assert readable_by_others(str(file)) is readable
    assert closed_to_others(str(file)) is closed


@pytest.mark.parametrize(
    ("mode", "readable", "closed"),
    [(0o755, True, False), (0o754, False, False), (0o751, False, False), (0o750, False, True)],
)
def test_folders(file: Path, mode: int, readable: bool, closed: bool) -> None:
    file.parent.chmod(mode)
    assert readable_by_others(str(file.parent)) is readable
    assert closed_to_others(str(file.parent)) is closed


def test_links_lead_to_what_they_name(file: Path) -> None:
    hidden = file.parent.parent / "hidden"
    hidden.mkdir()
    (hidden / "link").symlink_to(file)
    hidden.chmod(0o700)
    assert not readable_by_others(str(hidden / "link"))  # not by this name
    assert not closed_to_others(str(hidden / "link"))  # but by its own
    (file.parent / "link").symlink_to(hidden)
    assert not readable_by_others(str(file.parent / "link"))
    assert closed_to_others(str(file.parent / "link"))


def test_what_is_not_there(file: Path) -> None:
    missing = str(file.parent / "missing")
    assert not readable_by_others(missing)
    assert closed_to_others(missing)
