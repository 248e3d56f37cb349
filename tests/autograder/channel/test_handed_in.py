"""Text, tables and pictures of the student's: opened in the student process, judged as values."""

import io
import struct
import zlib

import numpy as np
import pytest

from autograder import expect
from autograder.checks.answers import WrongAnswer
from autograder.student.handed_in import OPERATIONS

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 3, height: int = 2, *, drawn: tuple[int, int] | None = None) -> bytes:
    """A grey picture; `drawn` is the size that its pixels have, where its header lies."""
    columns, rows = drawn or (width, height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes(columns)) * rows)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def student(open_student):
    return open_student(memory=512, m="BROKEN = 1 / 0\n")


def refusal(student, operation: str, name: str, content: bytes) -> tuple[str, str]:
    """What is said of a file with this content: the sentence, and what may be shown beside it."""
    student.write_file(name, content)
    with pytest.raises(WrongAnswer) as raised:
        getattr(student, operation)(name)
    return raised.value.fixed, raised.value.shown


def test_text(student):
    student.write_file("notes.csv", "naïve\n".encode())
    expect.text(student.read_text("notes.csv"), "naïve\n")
    student.write_file("notes.csv", b"\xef\xbb\xbfwith a mark")
    expect.text(student.read_text("notes.csv"), "with a mark")
    student.write_file("notes.csv", b"x" * 256 * 1024)
    assert len(expect.text(student.read_text("notes.csv"))) == 256 * 1024


def test_text_that_cannot_be_read(student):
    assert refusal(student, "read_text", "a.csv", b"x" * (256 * 1024 + 1)) == ("a.csv is larger than 256 KiB.", "")
    assert refusal(student, "read_text", "a.csv", b"x" * 300_000) == ("a.csv is larger than 256 KiB.", "")
    assert refusal(student, "read_text", "a.csv", b"ab\xff") == ("a.csv is not UTF-8 text.", "Byte 2 is 0xff.")


@pytest.mark.parametrize("operation", ["read_text", "read_table", "read_arrays", "picture_size"])
def test_what_is_no_file(student, operation):
    with pytest.raises(WrongAnswer, match=r"^gone\.csv is missing\.$"):
        getattr(student, operation)("gone.csv")
    with pytest.raises(WrongAnswer, match=r"^\. cannot be read\.\nIs a directory\.$"):
        getattr(student, operation)(".")


def test_a_table(student):
    student.write_file("history.csv", b'epoch, loss ,"a, b"\r\n1,0.5,nan\r\n\r\n2,-1e-3,inf\r\n')
    table = expect.mapping(student.read_table("history.csv"), ["epoch", "loss", "a, b"])
    expect.array(table["epoch"], [1.0, 2.0], dtype="float64")
    expect.array(table["loss"], [0.5, -0.001], dtype="float64")
    expect.array(table["a, b"], [np.nan, np.inf])
    student.write_file("history.csv", b"epoch,loss")
    expect.array(student.read_table("history.csv")["loss"], shape=(0,))


def test_a_table_of_ten_thousand_rows(student):
    rows = np.arange(10_000)
    content = "x,y\n" + "".join(f"{x},{x}.5\n" for x in rows)
    student.write_file("long.csv", content.encode())
    table = expect.mapping(student.read_table("long.csv"), ["x", "y"])
    expect.array(table["y"], rows + 0.5)
    refused = refusal(student, "read_table", "long.csv", f"{content}1,2\n".encode())
    assert refused == ("long.csv has more than 10,000 rows.", "")


@pytest.mark.parametrize(
    ("content", "fixed", "shown"),
    [
        (b"", "does not begin with the names of its columns, all different", "Its first row: ''."),
        (b"x,,y\n", "does not begin with the names of its columns, all different", "Its first row: 'x,,y'."),
        (b"x,y, x\n", "does not begin with the names of its columns, all different", "Its first row: 'x,y,x'."),
        (b"x,y\n1,2\n3\n", "has a row with more or fewer cells than there are columns", "Line 3 has 1 instead of 2."),
        (b"x\n1,5\n", "has a row with more or fewer cells than there are columns", "Line 2 has 2 instead of 1."),
        (b"x,y\n1,two\n", "has a cell that is not a number", "Line 2, column 'y': 'two'."),
        (b"x\n" + b"9" * 40 + b"..\n", "has a cell that is not a number", f"Line 2, column 'x': '{'9' * 40}…'."),
        (b"x,y\n\xff,1\n", "is not UTF-8 text", "Byte 4 is 0xff."),
        (b'x\n"1"2\n', "cannot be read as a table", "Line 2: ',' expected after '\"'."),
        (b'x\n"1', "cannot be read as a table", "Line 2: unexpected end of data."),
        (b"x\n" + b"1" * 200_000, "cannot be read as a table", "Line 2: field larger than field limit (131072)."),
        (b",".join(b"%d" % n for n in range(201)), "has more than 200 columns", "It has 201."),
        (b"," * 2**21, "does not begin with the names of its columns, all different", f"Its first row: '{',' * 40}…'."),
    ],
    ids=lambda value: value[:12].decode("latin-1") if isinstance(value, bytes) else "",
)
def test_a_table_that_cannot_be_read(student, content, fixed, shown):
    assert refusal(student, "read_table", "t.csv", content) == (f"t.csv {fixed}.", shown)


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def test_arrays(student):
    student.write_file("kept.npz", npz(W=np.eye(2), steps=np.array([3]), names=np.array(["a", "b"])))
    held = expect.mapping(student.read_arrays("kept.npz"), ["W", "steps", "names"])
    expect.array(held["W"], np.eye(2), dtype="float64")
    expect.array(held["steps"], [3], dtype="integer")
    assert [expect.text(name) for name in expect.items(held["names"], 2)] == ["a", "b"]


def test_arrays_that_cannot_be_read(student):
    pickled = npz(W=np.eye(2), names=np.array(["a", None], dtype=object))
    assert refusal(student, "read_arrays", "a.npz", pickled) == ("a.npz holds Python objects.", "")
    for content in (b"", b"no zip", npz(W=np.eye(2))[:-30], npz(W=np.eye(9)).replace(b"NUMPY", b"NUMBY")):
        assert refusal(student, "read_arrays", "a.npz", content)[0] == "a.npz is not an .npz file of arrays."


def test_the_size_of_a_picture(student):
    student.write_file("curve.png", png(640, 480))
    assert [expect.integer(side) for side in expect.items(student.picture_size("curve.png"), 2)] == [640, 480]


def test_matplotlib_saves_pictures_that_count(open_student):
    student = open_student(
        imports=("numpy", "matplotlib"),
        memory=512,
        m="""
            def draw():
                import matplotlib.pyplot as plt
                figure, _ = plt.subplots()
                figure.savefig("curve.png", dpi=50)
        """,
    )
    student.m.draw()
    assert [expect.integer(side) for side in expect.items(student.picture_size("curve.png"), 2)] == [320, 240]


def test_a_header_that_lies_is_taken_at_its_word(student):
    """Nobody decodes the picture, so what it claims costs nothing."""
    most = 2**31 - 1
    student.write_file("huge.png", png(most, most, drawn=(1, 1)))
    assert [expect.integer(side) for side in expect.items(student.picture_size("huge.png"), 2)] == [most, most]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"", "It does not begin as PNG files do."),
        (b"GIF89a", "It does not begin as PNG files do."),
        (SIGNATURE, "It ends too early."),
        (png()[:20], "It ends too early."),
        (png()[:-12], "It ends too early."),
        (png()[:-1], "It ends too early."),
        (SIGNATURE + struct.pack(">I", 2**32 - 1) + b"IHDR" + bytes(20), "It ends too early."),
        (png(3, 2)[:19] + b"\x04" + png(3, 2)[20:], "It is damaged."),
        (png(0, 2), "It shows nothing."),
        (png(2**31, 2, drawn=(1, 1)), "It shows nothing."),
        (SIGNATURE + chunk(b"IDAT", b"") + chunk(b"IEND", b""), "It does not begin with a header."),
        (SIGNATURE + chunk(b"IHDR", bytes(12)), "It does not begin with a header."),
        (png()[:33] + chunk(b"IEND", b""), "It shows nothing."),
    ],
    ids=range(13),
)
def test_what_is_no_whole_picture(student, content, shown):
    assert refusal(student, "picture_size", "p.png", content) == ("p.png is not a whole PNG picture.", shown)


def test_no_more_than_the_most_is_read(tmp_path):
    """Without a student process: such a file is larger than one may write."""
    path = tmp_path / "large"
    for size in (8 * 2**20 + 1, 2**40):
        with path.open("wb") as file:
            file.truncate(size)
        assert OPERATIONS["text"](str(path)) == ["long text", ""]
        assert OPERATIONS["table"](str(path)) == ["long table", ""]
        assert OPERATIONS["arrays"](str(path)) == ["large archive", ""]
        assert OPERATIONS["picture"](str(path)) == ["large picture", ""]
