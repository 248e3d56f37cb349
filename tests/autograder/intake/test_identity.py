"""Who is who: an id follows from a name alone, and two names never meet."""

import itertools
import re
import unicodedata
from pathlib import Path

import pytest

from autograder.course.seeds import submission_seed
from autograder.intake.downloads import Found
from autograder.intake.identity import identities, safe_id, submission_id
from autograder.intake.submission import find_submissions

PLAIN = ["ada", "byronada_101", "submission_12345", "j.smith", "a-2", "jürgen", "हिन्दी"]
OTHERS = [
    *("Ada", "ADA", "qi 🎉", "qi 🚀", "qi__", "Ada Byron_201", "ada byron_201", "=cmd|x", "..", "--", "submission "),
    *("groß", "gross", "GROSS", "ﬁn", "ada.", "x" * 121, "x" * 122, "m\udcfcller", "m\udce9ller", "ada~0123abcd"),
    unicodedata.normalize("NFD", "jürgen"),
]


@pytest.mark.parametrize("name", PLAIN)
def test_a_safe_name_in_lower_case_is_its_own_id(name):
    assert submission_id(name) == name


@pytest.mark.parametrize("name", [name for name in OTHERS if name not in ("qi__", "gross")])
def test_any_other_name_gets_a_suffix(name):
    assert re.fullmatch(re.escape(safe_id(name)) + "~[0-9a-f]{8}", submission_id(name))


def test_no_two_names_meet_on_any_file_system():
    """Not where case does not count, and not where accents are composed or decomposed."""
    ids = {name: unicodedata.normalize("NFD", submission_id(name)).casefold() for name in [*PLAIN, *OTHERS]}
    for one, other in itertools.combinations(ids, 2):
        assert ids[one] != ids[other], (one, other)


def test_no_name_looks_like_the_id_of_another():
    taken = submission_id("qi 🎉")
    assert submission_id(taken) != taken


def test_ids_do_not_depend_on_who_else_is_there(tmp_path):
    names = ["Ada", "ada", "qi 🎉", "qi 🚀", "qi__", "e\u0301", "\u00e9"]
    alone = {}
    for name in names:
        path = tmp_path / "alone" / name / "line.py"
        path.parent.mkdir(parents=True)
        path.touch()
        (source,) = find_submissions([path.parent], ["line.py"])
        alone[source.owner] = source.id
        path = tmp_path / "class" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    together = {source.owner: source.id for source in find_submissions([tmp_path / "class"], ["line.py"])}
    assert together == alone
    assert len(set(together.values())) == len(names)


def test_those_of_one_name_are_told_apart_by_their_files(tmp_path):
    found = [Found("ada", tmp_path / "class" / name) for name in ("ada", "ada.py", "ada.zip")]
    ids = identities(found)
    assert len(set(ids.values())) == 3
    assert identities(reversed(found)) == ids
    elsewhere = [Found("ada", Path("/elsewhere") / one.path.name) for one in found]
    assert list(identities(elsewhere).values()) == list(ids.values())


def test_those_of_one_name_and_file_are_told_apart_by_their_paths():
    found = [Found("ada", Path(f"/{folder}/ada.py")) for folder in ("one", "two")]
    assert len(set(identities(found).values())) == 2


@pytest.mark.parametrize(("name", "drawn_from"), [("ada", "ada"), ("Ada", "Ada"), ("qi 🎉", "qi__"), ("é", "é")])
def test_inputs_are_those_of_the_id_without_suffix(tmp_path, name, drawn_from):
    (tmp_path / f"{name}.py").touch()
    (source,) = find_submissions([tmp_path / f"{name}.py"], ["line.py"])
    assert source.owner == name
    assert submission_seed(b"secret", "07_line", source.seed_id) == submission_seed(b"secret", "07_line", drawn_from)
