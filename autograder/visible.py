"""Text that a submission may have chosen, for people: what it holds can be seen, and steers nothing.

Names, cells, exceptions and output pass through here wherever they are shown; in JSON they stay what they are.
"""

import unicodedata

LINE_BREAKS = {ord("\n"): "␊", ord("\t"): "␉"}
# Zero-width joiners: names and emoji of other scripts than ours need them, one at a time.
JOINERS = frozenset("\u200c\u200d")
# Letters, marks and a symbol that are drawn as nothing, and which Python takes for printable.
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(map(chr, range(0xE0100, 0xE01F0)))


def visible(text: str) -> str:
    """The text with every character that could steer a terminal, reorder a line or hide made visible.

    Control characters become their pictures (`␛`), invisible and direction characters and lone surrogates
    their code (`⟨U+202E⟩`). Line breaks and tabs stay.
    """
    if text.isprintable() and BLANKS.isdisjoint(text):
        return text
    text = text.replace("\r\n", "\n")
    return "".join(map(_visible, text, f" {text}"))


def visible_line(text: str) -> str:
    """As `visible`, with line breaks and tabs made visible too."""
    return visible(text).translate(LINE_BREAKS)


def _visible(character: str, before: str) -> str:
    code = ord(character)
    if character in JOINERS:
        hides = before.isascii() or unicodedata.category(before)[0] not in "LMS"
    else:
        hides = character in BLANKS or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    if not hides or character in "\n\t":
        return character
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
