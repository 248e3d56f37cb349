import pytest

from autograder.visible import visible, visible_line


@pytest.mark.parametrize("text", ["plain", "naïve 李雷 שלום", "one\n\ttwo", "👩\u200d💻", "می\u200cخواهم"])
def test_ordinary_text_stays(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\x00b\x07\x7f", "a␀b␇␡"),
        ("over\rwritten", "over␍written"),
        ("windows\r\nline", "windows\nline"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("\u202egpj.exe\u202c", "⟨U+202E⟩gpj.exe⟨U+202C⟩"),
        ("\u2066x\u2069\u200f\ufeff", "⟨U+2066⟩x⟨U+2069⟩⟨U+200F⟩⟨U+FEFF⟩"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("\ud800", "⟨U+D800⟩"),
        ("ann\u200d", "ann⟨U+200D⟩"),
        ("👩\u200d\u200c", "👩\u200d⟨U+200C⟩"),
        ("ann\u3164\U000e0101", "ann⟨U+3164⟩⟨U+E0101⟩"),
    ],
)
def test_what_could_steer_a_terminal_is_shown(text, shown):
    assert visible(text) == shown


def test_a_line_stays_one_line():
    assert visible_line("a\nb\tc\x1b") == "a␊b␉c␛"
