"""How points, outcomes and foreign text are written for people."""

import unicodedata
from collections.abc import Sequence

from autograder.outcomes import Outcome

MARKS = {
    Outcome.PASSED: ("✓", "good"),
    Outcome.SKIPPED: ("–", "idle"),
    Outcome.NOT_RUN: ("–", "idle"),
    Outcome.GRADER_ERROR: ("!", "alarm"),
}
FAILED_MARK = ("✗", "bad")
UNKNOWN = "–"
LINE_BREAKS = {ord("\n"): "␊", ord("\t"): "␉"}
# Zero-width joiners: names and emoji need them.
JOINERS = frozenset("\u200c\u200d")


def mark(outcome: Outcome) -> tuple[str, str]:
    """The character for an outcome, and what it means: `good`, `bad`, `idle` or `alarm`."""
    return MARKS.get(outcome, FAILED_MARK)


def points(value: float | None) -> str:
    """Points with at most two decimals, none where they are zero; a dash where they are not known."""
    if value is None:
        return UNKNOWN
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def regrade_first(maxima: Sequence[float]) -> str:
    """Why there is no mean of grades with these maxima."""
    *others, last = map(points, maxima)
    return f"no mean, as the grades have different maxima ({', '.join(others)} and {last} points): regrade first"


def visible(text: str) -> str:
    """The text with every character that could steer a terminal or reorder a line made visible.

    Control characters become their pictures (`␛`), invisible and direction characters and lone surrogates
    their code (`⟨U+202E⟩`). Line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, text.replace("\r\n", "\n")))


def visible_line(text: str) -> str:
    """As `visible`, with line breaks and tabs made visible too."""
    return visible(text).translate(LINE_BREAKS)


def _visible(character: str) -> str:
    if character.isprintable() or character in "\n\t" or character in JOINERS:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"⟨U+{code:04X}⟩"
    return character
