"""Archives are built by hand here, byte by byte where zipfile would not make them."""

import io
import stat
import struct
import tracemalloc
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.archives import read_archive
from autograder.intake.places import place_of
from autograder.intake.problems import Problem, Unusable
from autograder.intake.selection import Contents
from autograder.outcomes import Status

WANTED = ("perceptron.py",)
CODE = b"weights = [0.0, 0.0]\n"
MIB = 2**20


@dataclass(frozen=True)
class Member:
    """One entry, with every field that a liar would want to set."""

    name: bytes = b"perceptron.py"
    content: bytes = CODE
    method: int = zipfile.ZIP_DEFLATED
    flags: int = 0
    mode: int = stat.S_IFREG | 0o644
    says_size: int | None = None
    says_crc: int | None = None
    extra: bytes = b""


def raw_zip(*members: Member, offset: int | None = None, count: int | None = None, size: int | None = None) -> bytes:
    """A zip of these members; `offset`, `count` and `size` replace true values of the directory."""
    body, directory = bytearray(), bytearray()
    for m in members:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = deflate.compress(m.content) + deflate.flush() if m.method == zipfile.ZIP_DEFLATED else m.content
        crc = zlib.crc32(m.content) if m.says_crc is None else m.says_crc
        length = len(m.content) if m.says_size is None else m.says_size
        common = struct.pack(
            "<HHHHHLLLHH", 20, m.flags, m.method, 0, 0x21, crc, len(packed), length, len(m.name), len(m.extra)
        )
        where = len(body) if offset is None else offset
        directory += b"PK\x01\x02" + struct.pack("<H", 3 << 8 | 20) + common
        directory += struct.pack("<HHHLL", 0, 0, 0, m.mode << 16, where) + m.name + m.extra
        body += b"PK\x03\x04" + common + m.name + m.extra + packed
    number = len(members) if count is None else count
    length = len(directory) if size is None else size
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number & 0xFFFF, number & 0xFFFF, length, len(body), 0)
    return bytes(body + directory + end)


def honest_zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def read(tmp_path):
    def read(data: bytes, wanted=WANTED):
        path = tmp_path / "alice.zip"
        path.write_bytes(data)
        return read_archive(place_of(path), wanted)

    return read


@pytest.fixture
def problem(read):
    def problem(data: bytes, wanted=WANTED) -> Problem:
        with pytest.raises(Unusable) as caught:
            read(data, wanted)
        return caught.value.problem

    return problem


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_takes_the_wanted_file_and_no_other(read, method):
    contents = read(honest_zip({"perceptron.py": CODE, "conftest.py": b"evil", "numpy.py": b"evil"}, method))
    assert contents.files == {"perceptron.py": CODE}
    assert contents.notes == ("numpy.py was left out: only perceptron.py can be used.",)


def test_own_builder_makes_a_sound_zip(read):
    """Otherwise the hostile archives below could be refused for being badly made."""
    assert read(raw_zip(Member())).files == {"perceptron.py": CODE}


def test_finds_the_file_in_the_top_folder(read):
    assert read(honest_zip({"alice/": b"", "alice/perceptron.py": CODE})).files == {"perceptron.py": CODE}


def test_passes_over_what_macos_adds(read):
    files = {
        "work/perceptron.py": CODE,
        "__MACOSX/work/._perceptron.py": b"x",
        "__MACOSX/perceptron.py": b"x",
    }
    assert read(honest_zip({**files, "._perceptron.py": b"x"})).files == {"perceptron.py": CODE}


def test_reads_backslashes_as_folders(read):
    assert read(raw_zip(Member(b"work\\perceptron.py"))).files == {"perceptron.py": CODE}


@pytest.mark.parametrize(
    "name",
    [
        b"../perceptron.py",
        b"work/../../x",
        b"..",
        b"__MACOSX/../../x",
        b"..\\..\\x",
        b"/etc/cron.d/x",
        b"\\\\server\\share\\x",
        b"C:\\x.py",
        b"c:perceptron.py",
        b"perceptron.py\0.png",
    ],
)
def test_refuses_a_path_that_leads_outside(problem, name):
    found = problem(raw_zip(Member(), Member(name)))
    assert found.status is Status.REFUSED
    assert "path leads outside" in found.message
    assert "hostile entry name" in found.detail


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_refuses_devices(problem, kind):
    assert "device or another special file" in problem(raw_zip(Member(), Member(b"x", mode=kind | 0o644))).message


def test_does_not_follow_a_link_in_the_place_of_a_wanted_file(problem):
    found = problem(raw_zip(Member(content=b"/etc/passwd", mode=stat.S_IFLNK | 0o777)))
    assert found.status is Status.REFUSED
    assert "is a link, which is not followed" in found.message


def test_passes_over_other_links(read):
    link = Member(b"venv/bin/python", b"/usr/bin/python3", mode=stat.S_IFLNK | 0o777)
    assert read(raw_zip(link, Member())).files == {"perceptron.py": CODE}


@pytest.mark.parametrize("flag", [0x1, 0x41])
def test_says_that_a_password_is_in_the_way(problem, flag):
    assert "protected by a password" in problem(raw_zip(Member(flags=flag))).message


@pytest.mark.parametrize("method", [12, 14, 93, 99])
def test_refuses_unusual_methods(problem, method):
    assert "unusual method" in problem(raw_zip(Member(method=method))).message


def test_bzip2_and_lzma_are_not_inflated(problem, monkeypatch):
    bombs = [honest_zip({"perceptron.py": bytes(MIB)}, method) for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)]
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("inflated"))
    assert all("unusual method" in problem(bomb).message for bomb in bombs)


def peak_of(action) -> int:
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("says_size", [None, 100])
def test_stops_inflating_a_bomb(problem, says_size):
    """128 MiB of zeros, 1000:1, whatever the header says."""
    bomb = raw_zip(Member(content=bytes(128 * MIB), says_size=says_size))
    assert len(bomb) < 128 * MIB / 1000
    found = []
    peak = peak_of(lambda: found.append(problem(bomb)))
    assert "larger than 8 MiB" in found[0].message
    assert peak < 20 * MIB


def test_never_inflates_what_is_not_wanted(read):
    bomb = raw_zip(Member(b"data.bin", bytes(128 * MIB)), Member())
    contents = []
    peak = peak_of(lambda: contents.append(read(bomb)))
    assert contents[0].files == {"perceptron.py": CODE}
    assert peak < 4 * MIB


@pytest.mark.parametrize("says_size", [len(CODE) - 1, len(CODE) + 1, 0, 2**32 - 2])
def test_refuses_a_size_that_lies(problem, says_size):
    found = problem(raw_zip(Member(says_size=says_size)))
    assert "damaged" in found.message
    assert f"it holds {len(CODE)}" in found.detail


def test_refuses_an_entry_whose_content_lies_beyond_the_file(problem):
    data = bytearray(raw_zip(Member(method=zipfile.ZIP_STORED)))
    data[28:30] = b"\xff\xff"
    assert "damaged" in problem(bytes(data)).message


def test_refuses_an_entry_that_begins_before_the_file(problem):
    data = bytearray(raw_zip(Member()))
    data[-6:-2] = struct.pack("<L", 2**31)
    assert "damaged" in problem(bytes(data)).message


def test_refuses_a_wrong_checksum(problem):
    found = problem(raw_zip(Member(says_crc=1)))
    assert "damaged" in found.message and "CRC" in found.detail


def many(number: int) -> bytes:
    header = struct.pack("<HHHHHLLLHH", 20, 0, 0, 0, 0x21, 0, 0, 0, 7, 0)
    names = [b"f%06d" % i for i in range(number)]
    body = b"".join(b"PK\x03\x04" + header + name for name in names)
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + header + struct.pack("<HHHL", 0, 0, 0, 0)
    directory = b"".join(entry + struct.pack("<L", 37 * i) + name for i, name in enumerate(names))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, number & 0xFFFF, len(directory), len(body), 0)
    return body + directory + end


@pytest.mark.parametrize("number", [10_001, 65_537, 100_000])
def test_refuses_100_000_entries_before_parsing_them(problem, monkeypatch, number):
    data = many(number)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("parsed"))
    found = problem(data)
    assert found.status is Status.REFUSED
    assert "too many files" in found.message


def test_reads_on_up_to_10_000_entries(problem):
    found = problem(many(10_000))
    assert found.status is Status.NOTHING_TO_GRADE
    assert "No perceptron.py" in found.message


def test_refuses_a_huge_directory_before_parsing_it(problem, monkeypatch):
    members = [Member(b"%d" % i, b"", extra=b"\x01\x99\x00\x00" * 16_000) for i in range(70)]
    data = raw_zip(*members)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("parsed"))
    assert "too many files" in problem(data).message


def test_refuses_an_archive_that_is_too_large(problem, tmp_path):
    path = tmp_path / "huge.zip"
    with path.open("wb") as file:
        file.truncate(64 * MIB + 1)
    with pytest.raises(Unusable, match=r"huge\.zip is larger than 64 MiB"):
        read_archive(place_of(path), WANTED)


def test_refuses_entries_that_overlap(problem):
    found = problem(raw_zip(Member(), Member(b"again.py"), offset=0))
    assert "entries overlap" in found.detail and "damaged" in found.message


def test_refuses_an_entry_that_reaches_into_the_directory(problem):
    assert "entries overlap" in problem(raw_zip(Member(), offset=40)).detail


def test_refuses_a_wanted_name_that_stands_twice(problem):
    found = problem(raw_zip(Member(), Member(content=b"other = 1\n")))
    assert found.status is Status.REFUSED
    assert "not clear which file is meant" in found.message


def test_prefers_the_exact_name_to_one_that_differs_in_case(read):
    contents = read(honest_zip({"Perceptron.py": b"x = 1\n", "perceptron.py": CODE}))
    assert contents.files == {"perceptron.py": CODE}
    assert "not Perceptron.py" in contents.notes[0]


def test_refuses_two_names_that_differ_only_in_case_where_none_is_exact(problem):
    found = problem(honest_zip({"Perceptron.py": b"x = 1\n", "PERCEPTRON.py": CODE}))
    assert "PERCEPTRON.py and Perceptron.py" in found.message


def test_does_not_open_a_zip_inside_the_zip(problem):
    found = problem(honest_zip({"work.zip": honest_zip({"perceptron.py": CODE})}))
    assert found.status is Status.REFUSED
    assert "found work.zip, an archive that is not opened here" in found.message


def test_says_that_an_archive_is_empty(problem):
    assert problem(honest_zip({})).status is Status.NOTHING_TO_GRADE
    assert "Your submission is empty" in problem(honest_zip({})).message
    assert problem(b"").status is Status.NOTHING_TO_GRADE
    assert "0 bytes" in problem(b"").message


def test_says_that_a_file_is_no_zip(problem):
    for data in (b"PK", b"\x1f\x8b\x08 gzip", b"import numpy as np\n" * 100):
        assert "not a zip file" in problem(data).message


def test_every_truncation_is_refused(problem):
    data = honest_zip({"perceptron.py": CODE})
    for length in range(1, len(data)):
        assert problem(data[:length]).status is Status.REFUSED


def test_refuses_bytes_after_the_end(problem):
    """So that no two readers can see two different directories."""
    assert "damaged" in problem(honest_zip({"perceptron.py": CODE}) + b"\n").message
    two = honest_zip({"perceptron.py": CODE}) + honest_zip({"other.py": CODE})[-22:-2] + b"\1\0"
    assert "damaged" in problem(two).message


def test_reads_an_archive_with_a_comment(read):
    stream = io.BytesIO(honest_zip({"perceptron.py": CODE}))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"my homework" * 100
    assert read(stream.getvalue()).files == {"perceptron.py": CODE}


def test_refuses_the_zip64_form(problem):
    data = honest_zip({"perceptron.py": CODE})
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    assert "Zip64" in problem(data[:-22] + locator + data[-22:]).message


@pytest.mark.parametrize("size", [2**32 - 1, 10**6])
def test_refuses_a_directory_larger_than_the_file(problem, size):
    assert "damaged" in problem(raw_zip(Member(), size=size)).message


def test_names_are_made_safe_to_show(read):
    contents = read(raw_zip(Member("perceptron\x1b[2J\u202e (1).py".encode(), flags=0x800)))
    assert "perceptron?[2J? (1).py was taken" in contents.notes[0]


def test_a_link_is_not_opened_as_an_archive(tmp_path):
    (tmp_path / "real.zip").write_bytes(honest_zip({"perceptron.py": CODE}))
    (tmp_path / "alice.zip").symlink_to(tmp_path / "real.zip")
    with pytest.raises(Unusable, match="is a link"):
        read_archive(place_of(tmp_path / "alice.zip"), WANTED)


def outcome(path: Path, data: bytes) -> Contents | Problem:
    path.write_bytes(data)
    try:
        return read_archive(place_of(path), WANTED)
    except Unusable as error:
        return error.problem


def only_declared_errors(path: Path, data: bytes) -> None:
    found = outcome(path, data)
    if isinstance(found, Problem):
        assert found.message.endswith(".")
    else:
        assert set(found.files) <= {"perceptron.py", "perceptron.ipynb"}


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_raise_anything_else(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "fuzz.zip"
    only_declared_errors(path, data)
    only_declared_errors(path, data + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(data), 0, 0))


SOUND = honest_zip({"alice/perceptron.py": CODE * 20, "alice/report.md": b"text"})


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_archive_never_raises_anything_else(tmp_path_factory, changes):
    data = bytearray(SOUND)
    for position, byte in changes:
        data[position] = byte
    only_declared_errors(tmp_path_factory.getbasetemp() / "fuzz.zip", bytes(data))


@settings(max_examples=400)
@given(
    st.builds(
        Member,
        name=st.sampled_from([b"perceptron.py", b"a/Perceptron.py", b"\xff", b"x/"]) | st.binary(max_size=12),
        method=st.sampled_from([0, 8, 12, 14]) | st.integers(0, 2**16 - 1),
        flags=st.sampled_from([0, 0x800]) | st.integers(0, 2**16 - 1),
        mode=st.integers(0, 2**16 - 1),
        says_size=st.none() | st.integers(0, 2**32 - 1),
        extra=st.binary(max_size=40)
        | st.builds(lambda b: b"\1\0" + struct.pack("<H", len(b)) + b, st.binary(max_size=32)),
    ),
    st.none() | st.integers(0, 2**32 - 1),
)
def test_a_liar_never_raises_anything_else(tmp_path_factory, member, offset):
    only_declared_errors(tmp_path_factory.getbasetemp() / "fuzz.zip", raw_zip(member, offset=offset))
