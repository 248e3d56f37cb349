"""The lines that messages name are shown with those around them, as long as they are the submission's own."""

from autograder.checks.excerpts import LINE_SHOWN, MOST, Excerpt, excerpts_of

FILES = {"m.py": "\n".join(f"line {number}" for number in range(1, 11)).encode(), "notes.md": b"m"}


def test_each_named_line_once_with_three_on_either_side():
    texts = ["It raised ValueError\n  m.py, line 5, in f\n    x", "m.py, line 5 was skipped", "m.py, line 10"]
    assert excerpts_of(FILES, texts) == (
        Excerpt("m.py", 5, 2, tuple(f"line {number}" for number in range(2, 9))),
        Excerpt("m.py", 10, 7, tuple(f"line {number}" for number in range(7, 11))),
    )


def test_what_is_no_line_of_the_submission_is_not_shown():
    texts = ["m.py, line 0", "m.py, line 11", "other.py, line 1", "lib/m.py, line 3", "notes.md, line 1"]
    assert excerpts_of(FILES, texts) == ()


def test_long_lines_and_many_are_cut():
    files = {"m.py": b"\n".join([b"x" * 500, b"\xff"] * MOST)}
    found = excerpts_of(files, [f"m.py, line {number}" for number in range(1, 2 * MOST)])
    assert len(found) == MOST
    assert found[0].lines[:2] == (f"{'x' * LINE_SHOWN}…", "\ufffd")
