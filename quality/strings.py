"""List every string that a person can see, and those that break a rule of the house's English.

    python -m quality.strings [--all]

Looks at the engine's docstrings and sentences, the titles of checks, the headings and paragraphs of every page, and
the templates of reports and packages. Writes `build/strings.txt`, a string on a line with its place, and prints those
that break a rule; `--all` prints the others, too. Exits with 1 where a rule is broken.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course.handout import FENCE
from autograder.files import write_atomically
from quality.variants import COURSE

OUT = COURSE.root / "build" / "strings.txt"
PROGRAMS = ("autograder", "quality", "benchmarks", "release", "assignments", "solutions", "tests/hidden")
PAGES = ("*.md", "docs/*.md", "assignments/*/*.md", "solutions/*/*.md", ".github/**/*.md", ".github/**/*.yml")
TEMPLATES = ("autograder/reports/pages/*.j2", "release/**/*.j2")
TABLES = ("assignments/*/*.toml", "tests/submissions/*/*/*.toml")
WORDS = re.compile(r"[A-Za-z]{2,}[^A-Za-z]+[A-Za-z]{2,}")
MARKUP = re.compile(r"{[{%#].*?[}%#]}|<[^>]*>", re.DOTALL)
TOML_TEXT = re.compile(r'^(title|about|hint|question|idea|because|kind)\s*=\s*"(?P<text>.*)"\s*$', re.MULTILINE)

RULES = {
    "a clause as the subject": re.compile(
        r"(?:^|[.!?] )(?:What|Whatever|Whoever|Who|That(?= (?:a|an|the|it|they|you|we) )) (?:[\w`'’-]+ ){1,12}?"
        r"(?:is|are|was|were|has|have|keeps?|gets?|goes|go|stays?|counts?|comes?|needs?|earns?|must|may|can|stands?)\b"
        r"(?!(?:[^.!]|[.!](?! ))*\?)"
    ),
    '"none" as a noun': re.compile(
        r"\b(?:is|are|was|were|that's) none\b(?! of (?:the|them|these|those|its|his|her|your))"
    ),
    "a foreign turn": re.compile(
        r"\bcomes? to the same(?! \w)|\b(?:some|no|any)thing else than\b|\bof ours\b|\bwhat not\b(?! to)"
        r"|\bin runs of\b|, be it\b",
        re.IGNORECASE,
    ),
}
"""Habits that the house's English avoids."""

FIRST_CLAUSE = re.compile(r"(?:What|Whatever|How|Who|Whoever|Which|Where|When|Why|That)\b")
"""The beginning of a docstring that names no thing and commands no deed."""

ENGINE = ("autograder/", "quality/", "benchmarks/", "release/")
"""Folders whose docstrings are for those who read the code; elsewhere they are titles and tasks."""


@dataclass(frozen=True)
class Seen:
    """A string that a person can see: its file, its line, and its text on one line."""

    path: str
    line: int
    text: str
    begins_docstring: bool = False


def strings(root: Path) -> Iterator[Seen]:
    """Yield all of them, file by file."""
    for folder in PROGRAMS:
        for path in sorted((root / folder).rglob("*.py")):
            yield from _of_program(path, path.relative_to(root).as_posix())
    for pattern in PAGES:
        for path in sorted(root.glob(pattern)):
            text = FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), path.read_text(encoding="utf-8"))
            yield from _paragraphs(path.relative_to(root).as_posix(), text)
    for pattern in TEMPLATES:
        for path in sorted(root.glob(pattern)):
            text = MARKUP.sub(lambda found: "\n" * found[0].count("\n"), path.read_text(encoding="utf-8"))
            yield from _paragraphs(path.relative_to(root).as_posix(), text)
    for pattern in TABLES:
        for path in sorted(root.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            for found in TOML_TEXT.finditer(text):
                yield Seen(path.relative_to(root).as_posix(), text.count("\n", 0, found.start()) + 1, found["text"])


def broken(seen: Seen) -> str:
    """Return the rule that a string breaks; nothing where it keeps all."""
    if seen.begins_docstring and seen.path.startswith(ENGINE) and FIRST_CLAUSE.match(seen.text):
        return "a docstring that begins with a clause"
    return next((rule for rule, pattern in RULES.items() if pattern.search(seen.text)), "")


def _of_program(path: Path, name: str) -> Iterator[Seen]:
    """Yield docstrings and other strings that are made of words, without patterns.

    An f-string is one, with … for what it takes in.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    patterns = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"]
    wholes = patterns + [node for node in nodes if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for whole in wholes for part in ast.walk(whole) if part is not whole}
    for node in nodes:
        if id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        for number, paragraph in enumerate(text.split("\n\n")):
            if WORDS.search(paragraph):
                first = number == 0 and id(node) in docstrings
                yield Seen(name, node.lineno + 2 * number, " ".join(paragraph.split()), first)


def _paragraphs(name: str, text: str) -> Iterator[Seen]:
    line = 1
    for paragraph in re.split(r"(\n\s*\n)", text):
        if WORDS.search(paragraph):
            yield Seen(name, line, " ".join(paragraph.split()))
        line += paragraph.count("\n")


def main() -> None:
    """Write the list, and print what breaks a rule."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="print every string")
    options = parser.parse_args()
    found = list(dict.fromkeys(strings(COURSE.root)))
    write_atomically(OUT, "".join(f"{seen.path}:{seen.line}: {seen.text}\n" for seen in found))
    bad = 0
    for seen in found:
        rule = broken(seen)
        bad += bool(rule)
        if rule or options.all:
            print(f"{seen.path}:{seen.line}: {f'({rule}) ' if rule else ''}{seen.text}")
    print(f"{len(found)} strings, {bad} of them break a rule: {OUT.relative_to(COURSE.root)}", file=sys.stderr)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
