import pytest

from autograder.course.bank import BankError, read_bank
from autograder.outcomes import Outcome

BANK = "tests/submissions/07_line"
WRONG = f"{BANK}/wrong/no_offset.toml"
RIGHT = f"{BANK}/right/one_line.py"
BROKEN = f"{BANK}/broken/endless.py"
NOTHING = {"1.1": 0.0, "1.2": 0.0}
EVERYTHING = {"1.1": 2.0, "1.2": 3.0}
HEAD = '# /// submission\n# about = "a"\n# earns = "everything"\n# ///\n'


def test_every_entry_with_what_it_earns(make_assignment):
    entries = read_bank(make_assignment()).entries
    assert [(entry.name, entry.earns, entry.outcome) for entry in entries] == [
        ("reference", EVERYTHING, None),
        ("stub", NOTHING, None),
        ("right/one_line", EVERYTHING, None),
        ("wrong/no_offset", {"1.1": 0.0, "1.2": 3.0}, None),
        ("broken/endless", {"1.1": 0.0, "1.2": 3.0}, Outcome.TIMED_OUT),
    ]


def test_the_files_are_whole(make_assignment, text_of):
    bank = read_bank(make_assignment())
    reference = text_of("solutions/07_line/line.py")
    assert bank.entry("reference").files == {"line.py": reference.encode()}
    assert bank.entry("right/one_line").files == {"line.py": text_of(RIGHT).encode()}
    assert bank.entry("stub").files["line.py"].count(b"raise NotImplementedError") == 2
    patched = bank.entry("wrong/no_offset").files["line.py"].decode()
    assert patched == reference.replace("self.w * x + self.b", "self.w * x")


def test_the_stub_has_the_notes_that_students_begin_with(make_assignment, text_of):
    manifest = text_of("assignments/07_line/assignment.toml").replace('["line.py"]', '["line.py", "notes.md"]')
    assignment = make_assignment(
        {
            "assignments/07_line/assignment.toml": manifest,
            "assignments/07_line/notes.md": "Write here.",
            "solutions/07_line/notes.md": "Written.",
        }
    )
    bank = read_bank(assignment)
    assert bank.entry("stub").files["notes.md"] == b"Write here."
    assert bank.entry("reference").files["notes.md"] == b"Written."


def test_words_for_people(make_assignment):
    entry = read_bank(make_assignment()).entry("wrong/no_offset")
    assert entry.about == "The offset is left out."
    assert entry.hint == "What happens at x = 0?"


def test_an_entry_that_is_not_there(make_assignment):
    with pytest.raises(KeyError):
        read_bank(make_assignment()).entry("wrong/other")


def test_an_assignment_without_a_bank_has_reference_and_stub(make_assignment):
    bank = read_bank(make_assignment(dict.fromkeys([WRONG, RIGHT, BROKEN, f"{BANK}/class.toml"])))
    assert [entry.name for entry in bank.entries] == ["reference", "stub"]


def test_several_changes_are_made_in_order(make_assignment, text_of):
    second = '\n[[change]]\nfile = "line.py"\nold = "self.w * x\\n"\nnew = "self.w\\n"\n'
    entry = read_bank(make_assignment({WRONG: text_of(WRONG) + second})).entry("wrong/no_offset")
    assert b"return self.w\n" in entry.files["line.py"]


def test_a_folder_holds_some_files_and_the_reference_the_rest(make_assignment, text_of):
    manifest = text_of("assignments/07_line/assignment.toml").replace('["line.py"]', '["line.py", "more.py"]')
    more = "### BEGIN SOLUTION\ny = 2\n### END SOLUTION\n"
    assignment = make_assignment(
        {
            "assignments/07_line/assignment.toml": manifest,
            "solutions/07_line/more.py": more,
            RIGHT: None,
            BROKEN: None,
            f"{BANK}/right/two/line.py": HEAD + "x = 1\n",
            f"{BANK}/right/two/__pycache__/line.pyc": "",
        }
    )
    entry = read_bank(assignment).entry("right/two")
    assert entry.files == {"line.py": (HEAD + "x = 1\n").encode(), "more.py": more.encode()}
    assert set(read_bank(assignment).entry("stub").files) == {"line.py", "more.py"}


def test_a_broken_submission_need_not_be_python(make_assignment):
    head = HEAD.replace("everything", "nothing").encode()
    entry = read_bank(make_assignment({BROKEN: head + b"def (\x00\xff\n"})).entry("broken/endless")
    assert entry.files["line.py"].endswith(b"def (\x00\xff\n")
    assert entry.earns == NOTHING


@pytest.mark.parametrize("text", ["\ufeff" + HEAD, HEAD.replace("\n", "\r\n")])
def test_a_head_is_read_whatever_the_editor_did(make_assignment, text):
    entry = read_bank(make_assignment({BROKEN: text.encode()})).entry("broken/endless")
    assert entry.about == "a"
    assert entry.files["line.py"] == text.encode()


def test_another_block_of_metadata_is_left_alone(make_assignment):
    script = "# /// script\n# dependencies = []\n# ///\n\n"
    assert read_bank(make_assignment({RIGHT: script + HEAD})).entry("right/one_line").about == "a"


def patch(old: str, new: str, text: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"1.2" = 3\n', "", "earns: names no points for task '1.2'"),
        ('"1.2" = 3', '"1.2" = 3\n"1.3" = 0', "earns: the manifest has no task '1.3'"),
        ('"1.2" = 3', '"1.2" = 3.5', "earns: 3.5 for task '1.2', which is worth 3"),
        ('"1.2" = 3', '"1.2" = -1', r"Expected `float` >= 0.0 - at `\$\.earns"),
        ('"1.1" = 0', '"1.1" = 2', "earns: everything, so nothing is wrong with it"),
        ('hint = "What happens at x = 0?"\n', "", "a wrong submission has a hint and no outcome"),
        ("about", 'abuot = "x"\nabout', "unknown field `abuot`"),
        ("about =", "about", "not valid TOML"),
        (
            'file = "line.py"',
            'file = "lines.py"',
            "change 1: file = 'lines.py' is none of",
        ),
        ('old = "self.w * x + self.b"', 'old = "self.w*x"', r"change 1: old stands 0 times in line\.py"),
        ('old = "self.w * x + self.b"', 'old = "self.w"', r"change 1: old stands 2 times in line\.py"),
        ('new = "self.w * x"', 'new = "self.w * x + self.b"', r"change: line\.py is still the reference"),
        ('new = "self.w * x"', 'new = "self.w * ("', r"line\.py is not valid Python: '\(' was never closed"),
        ("[[change]]", "[[changes]]", "`changes?`"),
    ],
)
def test_an_error_in_a_patch_names_file_and_key(make_assignment, text_of, old, new, message):
    with pytest.raises(BankError, match=rf"wrong/no_offset\.toml: .*{message}"):
        read_bank(make_assignment({WRONG: patch(old, new, text_of(WRONG))}))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (RIGHT, "x = 1\n", "0 blocks '# /// submission' … '# ///' instead of one"),
        (RIGHT, HEAD + "\n" + HEAD, "2 blocks"),
        (RIGHT, HEAD.replace("about", "aboot"), "unknown field `aboot`"),
        (RIGHT, HEAD.replace("everything", "nothing"), 'a right submission has earns = "everything"'),
        (RIGHT, HEAD.replace("everything", "something"), r"Invalid enum value 'something' - at `\$\.earns`"),
        (RIGHT, HEAD + "def (\n", r"line\.py is not valid Python"),
        (BROKEN, HEAD.replace("# ///\n", '# outcome = "late"\n# ///\n'), r"at `\$\.outcome`"),
        (BROKEN, HEAD.replace('"a"', "a"), "not valid TOML"),
        (f"{BANK}/broken/notes.txt", "", r"neither a patch \(\.toml\), nor a \.py file, nor a folder"),
        (f"{BANK}/wrong/whole.py", HEAD, r"a wrong submission is a patch, NAME\.toml"),
        (f"{BANK}/right/two/other.py", HEAD, "none of the manifest's files"),
        (f"{BANK}/rihgt/x.py", HEAD, r"not a folder of a bank \(right, wrong, broken\)"),
        (f"{BANK}/right/one_line/line.py", HEAD, "both a file and a folder"),
    ],
)
def test_an_error_in_a_whole_submission_names_the_file(make_assignment, name, text, message):
    with pytest.raises(BankError, match=message) as raised:
        read_bank(make_assignment({name: text}))
    assert "/tests/submissions/07_line/" in str(raised.value)


def test_one_file_for_several_modules_is_an_error(make_assignment, text_of):
    manifest = text_of("assignments/07_line/assignment.toml").replace('["line.py"]', '["line.py", "more.py"]')
    assignment = make_assignment(
        {
            "assignments/07_line/assignment.toml": manifest,
            "solutions/07_line/more.py": "### BEGIN SOLUTION\n### END SOLUTION\n",
        }
    )
    with pytest.raises(BankError, match=r"could be any of line\.py, more\.py: make it a folder"):
        read_bank(assignment)


def test_a_reference_that_makes_no_stub_is_an_error(make_assignment):
    with pytest.raises(BankError, match=r"line\.py: no ### BEGIN SOLUTION"):
        read_bank(make_assignment({"solutions/07_line/line.py": "x = 1\n"}))
