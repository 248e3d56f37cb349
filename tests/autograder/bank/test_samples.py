import io
import json
import zipfile

import pytest

from autograder.course.bank import BankError, read_bank
from autograder.course.samples import write_class
from autograder.intake.submission import find_submissions, read_submission
from autograder.outcomes import Status

CLASS = "tests/submissions/07_line/class.toml"


@pytest.fixture
def written(make_assignment, tmp_path):
    return write_class(make_assignment(), tmp_path / "class")


def cells(path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_each_student_in_the_form_asked_for(written, tmp_path):
    assert written == tmp_path / "class" / "07_line"
    assert sorted(str(path.relative_to(written)) for path in written.rglob("*") if path.is_file()) == [
        "ada.py",
        "alan/line.py",
        "barbara.zip",
        "claude.ipynb",
        "donald/notes.txt",
        "edsger.zip",
    ]


def test_files_and_folders_hold_the_entry(written, make_assignment):
    bank = read_bank(make_assignment())
    assert (written / "ada.py").read_bytes() == bank.entry("right/one_line").files["line.py"]
    assert (written / "alan" / "line.py").read_bytes() == bank.entry("reference").files["line.py"]


def test_the_zip_holds_the_entry_in_a_folder(written, make_assignment):
    entry = read_bank(make_assignment()).entry("wrong/no_offset")
    with zipfile.ZipFile(written / "barbara.zip") as archive:
        assert archive.namelist() == ["barbara/line.py"]
        assert archive.read("barbara/line.py") == entry.files["line.py"]


def test_the_corrupt_zip_cannot_be_opened(written):
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO((written / "edsger.zip").read_bytes()))


def test_the_notebook_has_a_cell_for_each_block(written):
    sources = ["".join(cell["source"]) for cell in cells(written / "claude.ipynb")]
    assert sources[:3] == ["# Lines | curves", "%matplotlib inline", '"""A line."""']
    assert sources[3] == "import math\nfrom collections.abc import Sequence"
    assert sources[4] == "LIMIT = 3"
    assert sources[5].startswith("# How steep it is.\ndef slope(")
    assert sources[6].startswith("class Line:")
    assert sources[7] == "### BEGIN SOLUTION\nSECRET = 42\n### END SOLUTION"
    assert len(sources) == 8


def test_the_notebook_is_the_module_in_pieces(written, make_assignment):
    code = [c for c in cells(written / "claude.ipynb") if c["cell_type"] == "code"][1:]
    module = read_bank(make_assignment()).entry("reference").files["line.py"].decode()
    joined = "".join("".join(cell["source"]) for cell in code)
    assert joined.replace("\n", "") == module.replace("\n", "")
    ids = [cell["id"] for cell in cells(written / "claude.ipynb")]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("module", "blocks"),
    [
        ("x = 1; y = 2\nz = 3\n", ["x = 1; y = 2\nz = 3"]),
        ("x = 1\n\n\n@a\n\n@b\ndef f():\n    pass\n", ["x = 1", "@a\n\n@b\ndef f():\n    pass"]),
        ("x = 1\n@a\n\ndef f():\n    pass\n", ["x = 1\n@a\n\ndef f():\n    pass"]),
        (
            "def f():\n    pass\n    # end\n\nx = 1\n# last\n",
            ["def f():\n    pass\n    # end", "x = 1\n# last"],
        ),
        ("# above\nx = 1\n\n# beside\n\ny = 2\n", ["# above\nx = 1", "# beside\n\ny = 2"]),
        ('s = """\n\nx\n"""\n', ['s = """\n\nx\n"""']),
        ("# nothing\n", ["# nothing"]),
    ],
)
def test_a_block_is_what_no_empty_line_parts(make_assignment, tmp_path, module, blocks):
    head = '# /// submission\n# about = "a"\n# earns = "nothing"\n# ///'
    changed = {
        "tests/submissions/07_line/broken/endless.py": f"{head}\n0\n\n{module}",
        CLASS: '[[student]]\nname = "claude"\nentry = "broken/endless"\nform = "notebook"\n',
    }
    written = write_class(make_assignment(changed), tmp_path / "class")
    sources = ["".join(cell["source"]) for cell in cells(written / "claude.ipynb")]
    if module == "# nothing\n":
        assert sources[2:] == [f"{head}\n0\n\n# nothing"]
    else:
        assert sources[2:] == [f"{head}\n0", *blocks]


def test_the_same_bank_gives_the_same_bytes(make_assignment, tmp_path):
    first = write_class(make_assignment(), tmp_path / "a")
    second = write_class(make_assignment(), tmp_path / "b")
    files = [path.relative_to(first) for path in first.rglob("*") if path.is_file()]
    assert len(files) == 6
    assert [(first / file).read_bytes() for file in files] == [(second / file).read_bytes() for file in files]


def test_the_intake_reads_the_class(written):
    wanted = ["line.py"]
    sources = find_submissions([written], wanted)
    read = {source.id: read_submission(source, wanted) for source in sources}
    assert list(read) == ["ada", "alan", "barbara", "claude", "donald", "edsger"]
    assert {name: list(one.files) for name, one in read.items()} == {
        "ada": ["line.py"],
        "alan": ["line.py"],
        "barbara": ["line.py"],
        "claude": ["line.ipynb"],
        "donald": [],
        "edsger": [],
    }
    assert read["donald"].problem.status is Status.NOTHING_TO_GRADE
    assert read["edsger"].problem.status is Status.REFUSED


def test_an_existing_class_is_not_touched(written, make_assignment, tmp_path):
    (written / "ada.py").write_text("mine")
    with pytest.raises(FileExistsError):
        write_class(make_assignment(), tmp_path / "class")
    assert (written / "ada.py").read_text() == "mine"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"right/one_line"', '"right/other"', "student 'ada': entry = 'right/other' is not in the bank"),
        ('"alan"', '"ada"', "student.name = 'ada' stands twice"),
        ('"alan"', '"../alan"', r"at `\$\.student\[1\]\.name`"),
        ('"zip"', '"tar"', r"Invalid enum value 'tar' - at `\$\.student\[2\]\.form`"),
        ("entry =", "entries =", "unknown field `entries`|missing required field `entry`"),
        (
            '"missing"\nform = "folder"',
            '"missing"\nform = "zip"',
            "'donald': form = 'zip', but entry = 'missing'",
        ),
        (
            '"corrupt"\nform = "zip"',
            '"corrupt"\nform = "file"',
            "'edsger': form = 'file', but entry = 'corrupt'",
        ),
        ("[[student]]", "[[students]]", "`students?`"),
    ],
)
def test_an_error_names_file_and_key(make_assignment, tmp_path, text_of, old, new, message):
    changed = text_of(CLASS).replace(old, new)
    assert changed != text_of(CLASS)
    with pytest.raises(BankError, match=rf"class\.toml: .*({message})"):
        write_class(make_assignment({CLASS: changed}), tmp_path / "class")
    assert not (tmp_path / "class").exists()


def test_a_module_that_cannot_be_split_is_an_error(make_assignment, tmp_path):
    head = '# /// submission\n# about = "a"\n# earns = "nothing"\n# ///\n'
    changed = {
        "tests/submissions/07_line/broken/endless.py": head + "def (\n",
        CLASS: '[[student]]\nname = "ada"\nentry = "broken/endless"\nform = "notebook"\n',
    }
    with pytest.raises(BankError, match="student 'ada': form = \"notebook\", but the module cannot be split"):
        write_class(make_assignment(changed), tmp_path / "class")


def test_a_missing_class_is_an_error(make_assignment, tmp_path):
    with pytest.raises(BankError, match=r"class\.toml: cannot be read"):
        write_class(make_assignment({CLASS: None}), tmp_path / "class")


@pytest.fixture
def two_files(text_of):
    """What makes an assignment of two files, with a class of one student."""

    def changed(form: str) -> dict[str, str]:
        manifest = text_of("assignments/07_line/assignment.toml").replace('["line.py"]', '["line.py", "more.md"]')
        return {
            "assignments/07_line/assignment.toml": manifest,
            "solutions/07_line/more.md": "# More\n",
            CLASS: f'[[student]]\nname = "ada"\nentry = "reference"\nform = "{form}"\n',
        }

    return changed


def test_several_files_do_not_go_into_one(make_assignment, tmp_path, two_files):
    with pytest.raises(BankError, match="student 'ada': form = \"file\" holds one file, and there are 2"):
        write_class(make_assignment(two_files("file")), tmp_path / "class")


def test_beside_a_notebook_the_other_files_stay_as_they_are(make_assignment, tmp_path, two_files):
    written = write_class(make_assignment(two_files("notebook")), tmp_path / "class")
    assert sorted(path.name for path in (written / "ada").iterdir()) == ["line.ipynb", "more.md"]
    assert (written / "ada" / "more.md").read_text() == "# More\n"
