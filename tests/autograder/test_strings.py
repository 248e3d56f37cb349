"""The house's English: no string that a person can see breaks a rule, and each rule sees what it should."""

import pytest

from quality.strings import Seen, broken, strings
from quality.variants import COURSE

BROKEN = [
    ("a clause as the subject", "What the student may read."),
    ("a clause as the subject", "A crash is told. What is no longer where it was keeps its grade."),
    ("a clause as the subject", "Whoever has imported functions by name goes on with those."),
    ("a clause as the subject", "That the file is whole is known."),
    ("a clause as the subject", "What did it? What comes back is a sum."),
    ('"none" as a noun', "Dropout was called with a rate that is none."),
    ('"none" as a noun', "The entry of this name; `KeyError` where there is none."),
    ("a foreign turn", "It takes longer and comes to the same."),
    ("a foreign turn", "sigmoid was called with something else than numbers."),
    ("a foreign turn", "The file is read, be it a module or a notebook."),
    ("a foreign turn", "In runs of ours the loss fell."),
    ("a foreign turn", "Say what this machine can hold and what not."),
]

SOUND = [
    "What does backward do with what stands in .grad already?",
    "What does the curve do as the learning rate goes from 0.01 to 10.0?",
    "That is why every function is checked on both.",
    "That submission then needs a person.",
    "The grader knows what the student may read.",
    "None of them is lost, and the last is none of these.",
    "Both come to the same result.",
    "62 or 63 of 64 may be it, too.",
    "sigmoid was called with something other than numbers.",
    "Learn what not to do.",
]


@pytest.mark.parametrize(("rule", "text"), BROKEN)
def test_a_rule_sees(rule, text):
    assert broken(Seen("docs/grading.md", 1, text)) == rule


@pytest.mark.parametrize("text", SOUND)
def test_no_rule_sees(text):
    assert broken(Seen("docs/grading.md", 1, text)) == ""


@pytest.mark.parametrize("text", ["How a value becomes text.", "Where the course lies.", "Why a process ended."])
def test_a_docstring_of_the_engine_names_a_thing_or_commands(text):
    rule = "a docstring that begins with a clause"
    assert broken(Seen("autograder/expect.py", 1, text, begins_docstring=True)) == rule
    assert broken(Seen("autograder/expect.py", 1, text)) == ""
    assert broken(Seen("tests/hidden/03_perceptron/a.py", 1, text, begins_docstring=True)) == ""
    assert broken(Seen("autograder/expect.py", 1, f"Return {text.lower()}", begins_docstring=True)) == ""
    assert broken(Seen("autograder/expect.py", 1, "Whether it is a call.", begins_docstring=True)) == ""


def test_what_is_listed(tmp_path):
    """Docstrings, sentences, paragraphs and texts of tables are listed with their lines; code and patterns are not."""
    for name, text in {
        "autograder/a.py": (
            'import re\n\n\ndef f(x):\n    """Return the text.\n\n    It is short.\n    """\n'
            '    return re.compile("not a sentence"), f"It has {x} parts", "word"\n'
        ),
        "docs/a.md": "# The title\n\nOne paragraph\non two lines.\n\n```\nno code here\n```\n\nAnother paragraph.\n",
        "autograder/reports/pages/a.j2": "<p>{{ count }} tasks are left</p>\n",
        "tests/submissions/03_perceptron/wrong/a.toml": 'about = "The sign is wrong."\nold = "the old text"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert {(seen.path, seen.line, seen.text, seen.begins_docstring) for seen in strings(tmp_path)} == {
        ("autograder/a.py", 5, "Return the text.", True),
        ("autograder/a.py", 7, "It is short.", False),
        ("autograder/a.py", 9, "It has … parts", False),
        ("docs/a.md", 1, "# The title", False),
        ("docs/a.md", 3, "One paragraph on two lines.", False),
        ("docs/a.md", 10, "Another paragraph.", False),
        ("autograder/reports/pages/a.j2", 1, "tasks are left", False),
        ("tests/submissions/03_perceptron/wrong/a.toml", 1, "The sign is wrong.", False),
    }


def test_nothing_breaks_a_rule():
    found = [seen for seen in strings(COURSE.root) if broken(seen)]
    assert [f"{seen.path}:{seen.line}: {broken(seen)}: {seen.text}" for seen in found] == []
