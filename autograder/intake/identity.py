"""Ids of submissions: from a name alone where that can be, never from the order in which they were found."""

import hashlib
import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

from autograder.intake.downloads import Found

ID_BYTES = 120
SUFFIX_LENGTH = 8
MARK = "~"
"""The mark before a suffix. No safe id holds it, so that no name can look like another one's id."""


def safe_id(name: str) -> str:
    """The letters, marks, digits and `._-` of a name, others as `_`; at most `ID_BYTES`. Seeds are drawn from it."""
    kept = [c if c in "._-" or unicodedata.category(c)[0] in "LMN" else "_" for c in unicodedata.normalize("NFC", name)]
    plain = "".join(kept).lstrip(".-").encode()[:ID_BYTES].decode(errors="ignore").rstrip(".")
    return plain or "submission"


def submission_id(name: str) -> str:
    """The id of the submission of this name: the name itself where it is safe and in lower case, else with a suffix.

    Two names never share an id, not even where case or the way an accent is written do not count.
    """
    plain = safe_id(name)
    return plain if name == unicodedata.normalize("NFC", plain.casefold()) else _with_suffix(plain, name)


def identities(found: Iterable[Found]) -> dict[Found, str]:
    """The id of each submission. Those of one name all get a suffix, from their file's name or, if need be, path."""
    groups: defaultdict[str, list[Found]] = defaultdict(list)
    for one in found:
        groups[submission_id(one.owner).casefold()].append(one)
    ids: dict[Found, str] = {}
    for group in groups.values():
        names = Counter(one.path.name for one in group)
        for one in group:
            place = one.path.name if names[one.path.name] == 1 else os.fspath(one.path)
            alone = len(group) == 1
            ids[one] = submission_id(one.owner) if alone else _with_suffix(safe_id(one.owner), f"{one.owner}\0{place}")
    return ids


def _with_suffix(plain: str, text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{plain}{MARK}{digest[:SUFFIX_LENGTH]}"
