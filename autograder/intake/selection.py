"""The choice of a submission's files, and the names they are taken under.

A file is known by its name, in whatever case, or else by what it defines: where exactly one can be meant, it is taken
with a note. Where several could be, a person is asked.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import groupby
from pathlib import PurePosixPath

from autograder.course.manifest import MADE
from autograder.course.marks import UNKNOWN, Marks, Names
from autograder.intake import recognition
from autograder.intake.problems import Unusable, nothing, printable, refused

MIB = 2**20
FILE_LIMIT = 8 * MIB
NOTEBOOK_LIMIT = 64 * MIB
ENCODED_LIMIT = 16 * MIB
"""Text in another encoding than UTF-8, which takes several times its size to read."""

TOTAL_LIMIT = 128 * MIB
SKIPPED = frozenset({"__MACOSX", "__pycache__"})
NAMES_SHOWN = 3
LOOKED_INTO = 100
"""Files of other names that are opened to see what they are, the nearest first."""

PROGRAMS = (".py", ".ipynb", ".pyw")
TEXTS = (".txt", ".json", ".bak", "")
ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")
DOCUMENTS = (".doc", ".docx", ".odt", ".pages", ".pdf", ".rtf", ".htm", ".html")
ONLINE_TEXTS = ("onlinetext.html", "text.html")
NOT_THE_STUDENTS = re.compile(r"test_.*|conftest\.py|setup\.py|__init__\.py|readme\.md|assignment\.toml")
DECORATIONS = frozenset(
    {"", "copy", "copyof", "final", "finalversion", "fixed", "done", "kopie", "kopievon", "last", "latest", "my", "new"}
    | {"neu", "solution", "solved", "submission", "v", "version"}
)
"""Words that people and browsers add to a name that goes on meaning the same file, without digits and signs."""

ALIKE = 0.25
"""From this share of a file's public names on, another file may be meant for it."""


@dataclass(frozen=True)
class Entry:
    """A file of a submission: its path inside the submission, and how its content is read.

    `read(limit)` returns the whole content. It raises `Unusable` where there are more than `limit` bytes,
    or where they cannot be read.
    """

    parts: tuple[str, ...]
    read: Callable[[int], bytes]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.parts[-1]

    @property
    def label(self) -> str:
        """The path, safe to show."""
        return printable("/".join(self.parts))


@dataclass(frozen=True)
class Contents:
    """The files taken, under the names that the manifest gives them, and what was noticed."""

    files: Mapping[str, bytes]
    notes: tuple[str, ...]


def hidden(name: str) -> bool:
    """Return whether a file or folder is one that people never mean to hand in (`.git`, `__MACOSX`, `._x`)."""
    return name.startswith(".") or name in SKIPPED


def accepted_names(name: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """The names under which a wanted file may be handed in: its own, and for a module the notebook's."""
    notebook = str(PurePosixPath(name).with_suffix(".ipynb"))
    return (name, notebook) if name.endswith(".py") and notebook not in wanted else (name,)


def too_large(label: str, limit: int) -> Unusable:
    """The refusal of a file with more than `limit` bytes."""
    remedy = "leave out the data"
    if label.casefold().endswith(".ipynb"):
        remedy = "clear the notebook's outputs"
    elif label.casefold().endswith(MADE):
        remedy = "make it smaller"
    return refused(f"{label} is larger than {limit // MIB} MiB: {remedy} and hand it in again.")


def take(entries: Sequence[Entry], wanted: Sequence[str], marks: Marks = UNKNOWN) -> Contents:
    """Read the wanted files.

    Raises `Unusable` where none of them is there, where one cannot be read, where the main one is missing, or where
    it is not clear which file is meant.
    """
    if not entries:
        raise nothing(f"Your submission is empty. Hand in {' and '.join(wanted)}.")
    return _Selection(entries, wanted, marks).contents()


@dataclass(frozen=True)
class _Candidate:
    """A file that was opened: the name that it would be taken under, and what was noticed about it."""

    entry: Entry
    kept: str
    content: bytes
    names: Names = frozenset()
    notes: tuple[str, ...] = ()
    untouched: bool = False


@dataclass(frozen=True)
class _Stranger:
    """A file whose name is none of the wanted ones, and what its bytes say: whose names it defines.

    `looks_like` is a wanted file, `foreign` another assignment whose file this is.
    """

    entry: Entry
    names: Names
    looks_like: str | None
    foreign: str | None


class _Selection:
    """The search for the wanted files among those handed in."""

    def __init__(self, entries: Sequence[Entry], wanted: Sequence[str], marks: Marks) -> None:
        self._wanted = wanted
        self._marks = marks
        self._entries = entries
        known = {n.casefold() for name in wanted for n in accepted_names(name, wanted)}
        self._others = [e for e in entries if e.name.casefold() not in known and e.name != marks.sheet]
        self._sheets = [e for e in entries if e.name == marks.sheet]
        self._packed = _archives(self._others)
        self._foreign: list[str] = []
        self._size = 0

    def contents(self) -> Contents:
        """The files to take, with notes. Raises `Unusable`."""
        chosen = {name: found for name in self._wanted if (found := self._called(name)) is not None}
        for name in self._wanted:
            if name not in chosen or chosen[name].untouched:
                found = self._meant(name, chosen)
                if found is not None:
                    chosen[name] = found
        self._require_clear(chosen)
        files = {chosen[name].kept: chosen[name].content for name in self._wanted if name in chosen}
        missing = [_missing(name, self._others) for name in self._wanted if name not in chosen]
        taken = [chosen[name] for name in self._wanted if name in chosen]
        notes = [note for one in taken for note in self._notes(one)]
        return Contents(files, (*notes, *missing, *self._left_out(taken)))

    def _called(self, name: str) -> _Candidate | None:
        """The file of this name: exact names first, then others in case, then the nearest; a stub only if all are."""
        accepted = accepted_names(name, self._wanted)
        folded = {n.casefold() for n in accepted}
        similar = [e for e in self._entries if e.name.casefold() in folded]
        stub: _Candidate | None = None
        for same_case in (True, False):
            pool = [e for e in similar if (e.name in accepted) == same_case]
            for _, level in groupby(sorted(pool, key=_depth), key=_depth):
                opened = [self._opened(entry, name) for entry in level]
                own = [one for one in opened if not self._is_foreign(one, name)]
                filled = [one for one in own if not one.untouched]
                if filled:
                    alike = [one for one in filled if recognition.share(one.names, name, self._marks) >= ALIKE]
                    return _only(alike or filled)
                stub = stub or next(iter(sorted(own, key=lambda one: one.kept != name)), None)
        return stub

    def _meant(self, name: str, chosen: Mapping[str, _Candidate]) -> _Candidate | None:
        """The file of another name that is meant for this one, if exactly one can be."""
        if name.endswith(".py"):
            strangers = [s for s in self._strangers if s.looks_like == name]
            filled = [one for s in strangers if not (one := self._opened(s.entry, name)).untouched]
            if filled:
                return _only(filled)
            if strangers and name not in chosen:
                return self._opened(strangers[0].entry, name)
        if name in chosen:
            return None
        possible = self._unrecognised(name)
        near = [e for e in possible if _decorated(e.name, name)]
        only_module = [one for one in self._wanted if one.endswith(".py")] == [name]
        if not near and not chosen and not self._packed and only_module and len(possible) == 1:
            near = possible
        opened = [self._opened(entry, name) for entry in near]
        return _only([one for one in opened if not one.untouched] or opened[:1]) if opened else None

    @cached_property
    def _strangers(self) -> list[_Stranger]:
        """Files of other names that may be programs, looked into."""
        found: list[_Stranger] = []
        size = 0
        programs = sorted((e for e in (*self._others, *self._sheets) if _may_be_a_program(e.name)), key=_depth)
        for entry in programs[:LOOKED_INTO]:
            try:
                content, _ = recognition.as_utf8(_read(entry))
            except Unusable:
                content = b""
            size += len(content)
            if size > TOTAL_LIMIT:
                break
            names = recognition.defined_names(content)
            file = recognition.wanted_file(names, self._marks)
            foreign = recognition.other_assignment(names, self._marks)
            found.append(_Stranger(entry, names, file, foreign))
        return found

    def _unrecognised(self, name: str) -> list[Entry]:
        """Files that may be this one by their kind, and that no names in them give to any assignment."""
        if not name.endswith(".py"):
            return [e for e in self._others if PurePosixPath(e.name).suffix.casefold() == PurePosixPath(name).suffix]
        unknown = [s.entry for s in self._strangers if not (s.looks_like or s.foreign) and _is_program(s.entry.name)]
        return [entry for entry in unknown if entry not in self._sheets]

    def _opened(self, entry: Entry, name: str) -> _Candidate:
        """A file, read as the wanted one. Raises `Unusable` where it cannot be."""
        notes: list[str] = []
        content = _read(entry)
        self._size += len(content)
        if self._size > TOTAL_LIMIT:
            raise refused(f"The files are larger than {TOTAL_LIMIT // MIB} MiB together: make them smaller.")
        if not name.endswith(PROGRAMS):
            return _Candidate(entry, name, content)
        kind = recognition.other_kind(content)
        if kind is not None:
            raise refused(f"{entry.label} holds {kind}, whatever its name says: hand in {name} as a plain file.")
        content, encoding = recognition.as_utf8(content)
        if encoding:
            notes.append(f"{entry.label} is text in {encoding} and was read as such: save it as UTF-8.")
        names = recognition.defined_names(content)
        kept = self._kept(entry, name, content, names)
        if entry.name.casefold().endswith(PROGRAMS) and _ending(kept) != _ending(entry.name):
            what = "a notebook" if _ending(kept) == ".ipynb" else "a plain Python file"
            notes.append(f"{entry.label} holds {what}, whatever its name says.")
        untouched = recognition.untouched(content, name, self._marks)
        return _Candidate(entry, kept, content, names, tuple(notes), untouched)

    def _kept(self, entry: Entry, name: str, content: bytes, names: Names) -> str:
        """The name that a file is taken under: a notebook's where it is one, whatever it is called."""
        accepted = accepted_names(name, self._wanted)
        notebook = next((one for one in accepted if one.endswith(".ipynb")), None)
        if notebook is None or recognition.is_notebook(content):
            return notebook or name
        if not entry.name.casefold().endswith(".ipynb"):
            return name
        return name if recognition.wanted_file(names, self._marks) == name else notebook

    def _is_foreign(self, one: _Candidate, name: str) -> bool:
        """Return whether this is the file of another assignment, which is remembered.

        Where nothing says what the wanted file defines, its name decides.
        """
        if not self._marks.own.get(name):
            return False
        other = recognition.other_assignment(one.names, self._marks)
        if other is not None:
            self._foreign.append(f"{one.entry.label} looks like a file of {other}")
        return other is not None

    def _require_clear(self, chosen: Mapping[str, _Candidate]) -> None:
        """Raise `Unusable` where points may hang on a file that was not taken, or the main one is missing."""
        unclear = [name for name in self._wanted if name not in chosen and self._may_be_there(name)]
        stubs = [one for name, one in chosen.items() if one.untouched and name in self._marks.stubs]
        if self._wanted[0] not in chosen or unclear:
            said = [_missing(name, self._others) for name in self._wanted if name not in chosen]
            said += self._wrong_assignment()
            if not chosen and not self._foreign and not self._work():
                raise nothing(" ".join(said))
            together = [f"Hand in {' and '.join(self._wanted)} together."] if chosen else []
            raise refused(" ".join([*said, *together]))
        if stubs and self._packed:
            raise refused(
                f"{stubs[0].entry.label} is as it was handed out, and {_listed(self._packed)} is not opened beside it: "
                "hand in one of them."
            )

    def _may_be_there(self, name: str) -> bool:
        """Return whether a file that was not taken may be this one."""
        if not name.endswith(".py"):
            return False
        alike = (recognition.share(s.names, name, self._marks) >= ALIKE for s in self._strangers if not s.foreign)
        return bool(self._packed) or bool(_near_misses(name, self._others)) or any(alike)

    def _work(self) -> bool:
        """Return whether anything here may be a student's work."""
        return any(_is_program(e.name) or e.name.casefold().endswith(ARCHIVES + DOCUMENTS) for e in self._others)

    def _wrong_assignment(self) -> list[str]:
        """Return what looks like another assignment's."""
        found = [
            *self._foreign,
            *(f"{s.entry.label} looks like a file of {s.foreign}" for s in self._strangers if s.foreign),
        ]
        return [f"{'; '.join(found[:NAMES_SHOWN])}."] if found else []

    def _notes(self, one: _Candidate) -> Iterable[str]:
        """Yield what its author must know of a file that was taken."""
        entry = one.entry
        yield from one.notes
        if entry.name != one.kept:
            yield f"{entry.label} was taken as {one.kept}: hand it in under that name, with exactly these letters."
        if not one.content:
            yield f"{entry.label} is empty."
        name = next(n for n in self._wanted if one.kept in accepted_names(n, self._wanted))
        folded = {n.casefold() for n in accepted_names(name, self._wanted)}
        others = [e.label for e in self._entries if e.name.casefold() in folded and e is not entry]
        if others:
            yield f"{entry.label} was taken, and not {_listed(others)}."

    def _left_out(self, taken: Sequence[_Candidate]) -> list[str]:
        """Notes on modules beside those taken, where an import would look for them, and on text that a form took."""
        beside = {one.entry.parts[:-1] for one in taken}
        entries = {one.entry for one in taken}
        others = [
            e.label
            for e in self._others
            if e not in entries
            and e.parts[:-1] in beside
            and e.name.casefold().endswith(".py")
            and not NOT_THE_STUDENTS.fullmatch(e.name.casefold())
        ]
        texts = [e.label for e in self._others if e.name in ONLINE_TEXTS]
        notes = [f"{_listed(texts)} was handed in as well, and is not read here."] if texts else []
        if others:
            was = "was" if len(others) == 1 else "were"
            notes.append(f"{_listed(others)} {was} left out: only {' and '.join(self._wanted)} can be used.")
        return notes


def _only(candidates: Sequence[_Candidate]) -> _Candidate:
    """The one that is left when copies are passed over. Raises `Unusable` where two could be meant."""
    different = {one.content: one for one in reversed(candidates)}
    if len(different) > 1:
        both = " and ".join(sorted(one.entry.label for one in different.values())[:NAMES_SHOWN])
        raise refused(f"It is not clear which file is meant: {both}. Hand in one of them.")
    return candidates[0]


def _read(entry: Entry) -> bytes:
    """The content of a file. Raises `Unusable`."""
    content = entry.read(_limit(entry))
    if len(content) > ENCODED_LIMIT and recognition.encoding_of(content):
        raise too_large(entry.label, ENCODED_LIMIT)
    return content


def _limit(entry: Entry) -> int:
    return NOTEBOOK_LIMIT if entry.name.casefold().endswith(".ipynb") else FILE_LIMIT


def _depth(entry: Entry) -> int:
    return len(entry.parts)


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.casefold()


def _is_program(name: str) -> bool:
    """Return whether this is a module or a notebook by its name, what a browser or an editor has added left out."""
    low = name.casefold()
    if NOT_THE_STUDENTS.fullmatch(low):
        return False
    if _ending(low) in TEXTS[:-1]:
        low = PurePosixPath(low).stem
    return low.endswith(PROGRAMS)


def _may_be_a_program(name: str) -> bool:
    return _is_program(name) or (_ending(name) in TEXTS and not NOT_THE_STUDENTS.fullmatch(name.casefold()))


def _decorated(name: str, wanted: str) -> bool:
    """Return whether a name is the wanted one but for case and what people and browsers add: `(1)`, `-2`, `_final`."""
    stem = name.casefold()
    while _ending(stem) in (*PROGRAMS, *TEXTS[:-1], PurePosixPath(wanted).suffix):
        stem = PurePosixPath(stem).stem
    before, core, after = stem.partition(PurePosixPath(wanted).stem.casefold())
    return bool(core) and all("".join(filter(str.isalpha, part)) in DECORATIONS for part in (before, after))


def _missing(name: str, strangers: Sequence[Entry]) -> str:
    """The sentence for a file that is not there, with what was found in its place."""
    near = _near_misses(name, strangers)
    if near:
        own = name if not near[0].casefold().endswith(".ipynb") else str(PurePosixPath(name).with_suffix(".ipynb"))
        one = "it" if len(near) == 1 else "the one that you mean"
        return f"No {name}; found {_listed(near)}: rename {one} to {own} and hand it in again."
    archives = _archives(strangers)
    if archives:
        return f"No {name}; found {_listed(archives)}, an archive that is not opened here: unpack it first."
    work = PROGRAMS + DOCUMENTS if name.endswith(".py") else (PurePosixPath(name).suffix,)
    theirs = [e for e in strangers if not NOT_THE_STUDENTS.fullmatch(e.name.casefold())]
    others = [e.label for e in theirs if e.name.casefold().endswith(work)] or [e.label for e in theirs]
    return f"No {name}; found only {_listed(others)}." if others else f"No {name} was handed in."


def _archives(entries: Sequence[Entry]) -> list[str]:
    return [e.label for e in entries if e.name.casefold().endswith(ARCHIVES)]


def _near_misses(name: str, strangers: Sequence[Entry]) -> list[str]:
    stem, suffix = PurePosixPath(name).stem.casefold(), PurePosixPath(name).suffix
    endings = (suffix, ".txt", ".json") + ((".ipynb",) if suffix == ".py" else ())
    candidates = [e for e in strangers if not e.name.casefold().startswith("test_")]
    labels = {e.name.casefold(): e.label for e in candidates if e.name.casefold().endswith(endings)}
    close = get_close_matches(name, labels, n=NAMES_SHOWN, cutoff=0.8)
    return [label for low, label in labels.items() if stem in low or low in close]


def _listed(labels: Sequence[str]) -> str:
    more = len(labels) - NAMES_SHOWN
    return ", ".join(labels[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
