import errno
import os
import stat
from pathlib import Path

import pytest

from autograder.files import file_name, write_atomically


@pytest.fixture
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_text_is_written_as_utf8_and_line_ends_stay(tmp_path):
    write_atomically(tmp_path / "a.txt", "é\r\nü\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xc3\xa9\r\n\xc3\xbc\n"


def test_missing_folders_are_made(tmp_path):
    write_atomically(tmp_path / "a" / "b" / "c.bin", b"\x00\xff")
    assert (tmp_path / "a" / "b" / "c.bin").read_bytes() == b"\x00\xff"


def test_nothing_but_the_file_is_left(tmp_path):
    write_atomically(tmp_path / "a.txt", "old")
    write_atomically(tmp_path / "a.txt", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "new"


def test_a_failed_write_leaves_the_old_content_and_no_rest(tmp_path, monkeypatch):
    write_atomically(tmp_path / "a.txt", "old")

    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"disk full: .*a\.txt"):
        write_atomically(tmp_path / "a.txt", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_a_folder_in_the_way_is_an_error_and_leaves_no_rest(tmp_path):
    (tmp_path / "a.txt" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r"a\.txt"):
        write_atomically(tmp_path / "a.txt", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.usefixtures("usual_umask")
def test_a_new_file_gets_the_permissions_of_the_umask(tmp_path):
    write_atomically(tmp_path / "a.txt", "new")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644


@pytest.mark.usefixtures("usual_umask")
def test_an_existing_file_keeps_its_permissions(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "a.txt").chmod(0o600)
    write_atomically(tmp_path / "a.txt", "new")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["ada", "José María (12345)", "O'Neil, B.", "李雷", "a_b-c+d@e"])
def test_ordinary_names_stay(name):
    assert file_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "..",
        ".",
        "../../etc/passwd",
        "a\\b",
        "a\nb",
        "a\x00b",
        "\u202egpj",
        "\udcff",
        ".hidden",
        "c:d",
        "x" * 400,
    ],
)
def test_a_hostile_name_is_one_harmless_file(name, tmp_path):
    path = tmp_path / "results" / f"{file_name(name)}.json"
    write_atomically(path, "{}")
    assert [found.name for found in (tmp_path / "results").iterdir()] == [path.name]
    assert path.name.isprintable()
    assert not path.name.startswith(".")


def test_different_names_give_different_files():
    names = ["a/b", "a%2Fb", "a%252Fb", "a\\b", "x" * 300 + "1", "x" * 300 + "2", ".a", "%2Ea"]
    assert len({file_name(name) for name in names}) == len(names)


def test_no_file_outside_the_folder(tmp_path):
    assert (tmp_path / file_name("../escape")).parent == tmp_path
    assert Path(file_name("/etc/passwd")).parts == ("%2Fetc%2Fpasswd",)
