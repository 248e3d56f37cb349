"""Which files of a submission are taken, and under which names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath

from autograder.course.manifest import MADE
from autograder.intake.problems import Unusable, nothing, printable, refused

MIB = 2**20
FILE_LIMIT = 8 * MIB
NOTEBOOK_LIMIT = 64 * MIB
TOTAL_LIMIT = 128 * MIB
SKIPPED = frozenset({"__MACOSX", "__pycache__"})
NAMES_SHOWN = 3


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
    """Whether a file or folder is one that people never mean to hand in (`.git`, `__MACOSX`, `._x`)."""
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


def take(entries: Sequence[Entry], wanted: Sequence[str]) -> Contents:
    """Read the wanted files, the nearest of each name.

    Raises `Unusable` where none of them is there, where one cannot be read, or where two files at the same
    depth could be meant.
    """
    if not entries:
        raise nothing(f"There is no file in what was handed in: hand in {' and '.join(wanted)}.")
    files: dict[str, bytes] = {}
    notes: list[str] = []
    missing: list[str] = []
    known = {n.casefold() for name in wanted for n in accepted_names(name, wanted)}
    strangers = [e for e in entries if e.name.casefold() not in known]
    for name in wanted:
        accepted = accepted_names(name, wanted)
        folded = {n.casefold() for n in accepted}
        similar = [e for e in entries if e.name.casefold() in folded]
        if not similar:
            missing.append(_missing(name, strangers))
            continue
        kept, entry = _nearest(accepted, similar)
        files[kept] = entry.read(NOTEBOOK_LIMIT if kept.endswith(".ipynb") else FILE_LIMIT)
        if sum(map(len, files.values())) > TOTAL_LIMIT:
            raise refused(f"The files are larger than {TOTAL_LIMIT // MIB} MiB together: make them smaller.")
        if entry.name != kept:
            notes.append(f"{entry.label} was taken as {kept}: write its name with exactly these letters.")
        if not files[kept]:
            notes.append(f"{entry.label} is empty.")
        others = [e.label for e in similar if e is not entry]
        if others:
            notes.append(f"{entry.label} was taken, and not {_listed(others)}.")
    if not files:
        raise nothing(" ".join(missing))
    return Contents(files, (*notes, *missing))


def _nearest(accepted: Sequence[str], similar: Sequence[Entry]) -> tuple[str, Entry]:
    """Exact names before those that differ in case, then the shallowest, then a module before a notebook."""
    exact = [e for e in similar if e.name in accepted]
    order = [n.casefold() for n in accepted]
    ranked = [((len(e.parts), order.index(e.name.casefold())), e) for e in exact or similar]
    best = min(rank for rank, _ in ranked)
    chosen = [e for rank, e in ranked if rank == best]
    if len(chosen) > 1:
        both = " and ".join(e.label for e in chosen[:NAMES_SHOWN])
        raise refused(f"It is not clear which file is meant: {both}. Hand in one of them.")
    return accepted[best[1]], chosen[0]


def _missing(name: str, strangers: Sequence[Entry]) -> str:
    """The sentence for a file that is not there, with the file that may have been meant."""
    near = _near_misses(name, strangers)
    if near:
        return f"No {name}; found {_listed(near)}: rename it to {name} and hand it in again."
    zips = [e.label for e in strangers if e.name.casefold().endswith(".zip")]
    if zips:
        return f"No {name}; found {_listed(zips)}, an archive that is not opened here: unpack it first."
    modules = () if name.endswith(MADE) else (".py", ".ipynb")
    others = [e.label for e in strangers if e.name.casefold().endswith(modules)]
    return f"No {name}; found only {_listed(others)}." if others else f"No {name} was handed in."


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
