"""Links, hard links, and folders that are swapped while they are read: nothing of what lies elsewhere is taken."""

import os
import shutil
import signal
import zipfile
from datetime import datetime, timezone

import pytest

from autograder.intake import places, submission
from autograder.intake.places import Place, listing, place_of, read_file
from autograder.intake.problems import Unusable
from autograder.intake.submission import Source, find_submissions, read_submission
from autograder.outcomes import Status

WANTED = ("line.py",)
NAMES = {"assignment_names": ("01_line", "line")}
OWN, SECRET = b"own = 1\n", b"secret = 1\n"


@pytest.fixture(autouse=True)
def _no_hang():
    def stop(*_):
        raise AssertionError("it waits")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    yield
    signal.alarm(0)


@pytest.fixture
def root(tmp_path):
    """A class of one honest student, and solutions that lie elsewhere."""
    for name, content in {"class/ada/line.py": OWN, "solutions/01_line/line.py": SECRET}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    with zipfile.ZipFile(tmp_path / "solutions/line.zip", "w") as archive:
        archive.writestr("line.py", SECRET)
    return tmp_path


def read(*paths, before=None, one=False):
    found = find_submissions(paths, WANTED, one, **NAMES, before=before)
    return {source.owner: read_submission(source, WANTED) for source in found}


def folder(root):
    (root / "class/mallory").symlink_to(root / "solutions")


def folder_of_the_assignment(root):
    (root / "class/mallory").symlink_to(root / "solutions/01_line")


def folder_in_the_students(root):
    (root / "class/mallory").mkdir()
    (root / "class/mallory/01_line").symlink_to(root / "solutions/01_line")


def folder_of_the_assignment_to_nowhere(root):
    (root / "class/mallory").mkdir()
    (root / "class/mallory/01_line").symlink_to("/nowhere")


def file_in_the_folder_of_the_assignment(root):
    (root / "class/mallory/01_line").mkdir(parents=True)
    (root / "class/mallory/01_line/line.py").symlink_to(root / "solutions/01_line/line.py")


def file_in_the_folder(root):
    (root / "class/mallory").mkdir()
    (root / "class/mallory/line.py").symlink_to(root / "solutions/01_line/line.py")


def file_alone(root):
    (root / "class/mallory.py").symlink_to(root / "solutions/01_line/line.py")


def zip_alone(root):
    (root / "class/mallory.zip").symlink_to(root / "solutions/line.zip")


def zip_in_the_folder(root):
    (root / "class/mallory").mkdir()
    (root / "class/mallory/line.zip").symlink_to(root / "solutions/line.zip")


def neighbour(root):
    (root / "class/mallory").symlink_to("ada")


def nowhere(root):
    (root / "class/mallory").symlink_to("/nowhere")


def itself(root):
    (root / "class/mallory").symlink_to("mallory")


def hard_link_in_the_folder(root):
    (root / "class/mallory").mkdir()
    os.link(root / "solutions/01_line/line.py", root / "class/mallory/line.py")


def hard_link_alone(root):
    os.link(root / "solutions/01_line/line.py", root / "class/mallory.py")


def hard_link_to_a_zip(root):
    os.link(root / "solutions/line.zip", root / "class/mallory.zip")


def hard_link_under_another_name(root):
    (root / "class/mallory").mkdir()
    os.link(root / "solutions/01_line/line.py", root / "class/mallory/mine.py")


def fifo_alone(root):
    os.mkfifo(root / "class/mallory.py")


def fifo_as_zip(root):
    os.mkfifo(root / "class/mallory.zip")


def fifo_in_the_folder(root):
    (root / "class/mallory/01_line").mkdir(parents=True)
    os.mkfifo(root / "class/mallory/01_line/line.py")


LINKS = [
    folder,
    folder_of_the_assignment,
    folder_in_the_students,
    folder_of_the_assignment_to_nowhere,
    file_in_the_folder_of_the_assignment,
    file_in_the_folder,
    file_alone,
    zip_alone,
    zip_in_the_folder,
    neighbour,
    nowhere,
    itself,
    hard_link_in_the_folder,
    hard_link_alone,
    hard_link_to_a_zip,
    hard_link_under_another_name,
    fifo_alone,
    fifo_as_zip,
    fifo_in_the_folder,
]


@pytest.mark.parametrize("by_descriptor", [True, False])
@pytest.mark.parametrize("craft", LINKS, ids=lambda craft: craft.__name__)
def test_one_of_a_class_is_refused_and_its_neighbour_graded(root, monkeypatch, craft, by_descriptor):
    """On systems without descriptors of folders, too."""
    monkeypatch.setattr(places, "BY_DESCRIPTOR", by_descriptor)
    craft(root)
    found = read(root / "class")
    assert set(found) == {"ada", "mallory"}
    assert found["ada"].files == {"line.py": OWN}
    assert found["mallory"].files == {}
    assert found["mallory"].problem.status is Status.REFUSED


@pytest.mark.parametrize("craft", LINKS[:12], ids=lambda craft: craft.__name__)
def test_a_link_is_called_one(root, craft):
    craft(root)
    problem = read(root / "class")["mallory"].problem
    assert "is a link, which is not followed" in problem.message or craft is zip_in_the_folder


def test_a_hard_link_has_a_remedy(root):
    hard_link_in_the_folder(root)
    problem = read(root / "class")["mallory"].problem
    assert problem.message == "line.py is a hard link, which is not followed: hand in a copy of the file."
    assert "the same file has 2 names" in problem.detail and "`cp -r`" in problem.detail
    shutil.copytree(root / "class", root / "copy")
    assert read(root / "copy")["mallory"].files == {"line.py": SECRET}


@pytest.mark.parametrize("craft", [folder_of_the_assignment, file_alone, zip_alone, neighbour])
@pytest.mark.parametrize("one", [False, True])
def test_links_among_the_names_that_a_shell_has_listed_are_not_followed(root, craft, one):
    craft(root)
    found = read(*sorted((root / "class").iterdir()), one=one)
    assert found["ada"].files == {"line.py": OWN}
    assert found["mallory"].files == {}
    assert "is a link" in found["mallory"].problem.message


def test_a_link_to_a_class_that_the_instructor_names_is_followed(root):
    (root / "current").symlink_to(root / "class")
    assert read(root / "current")["ada"].files == {"line.py": OWN}
    (root / "course").symlink_to(root)
    assert read(root / "course" / "class")["ada"].files == {"line.py": OWN}


def test_a_link_to_a_clone_is_refused(root):
    (root / "class/mallory").symlink_to(root / "solutions")
    problem = read(root / "class", before=datetime(2030, 1, 1, tzinfo=timezone.utc))["mallory"].problem
    assert "is a link, which is not followed" in problem.message


def swap(path, elsewhere):
    path.rename(path.with_name("away"))
    path.symlink_to(elsewhere)


@pytest.mark.parametrize("level", ["mallory", "mallory/01_line", "mallory/01_line/deep"])
def test_a_folder_that_is_swapped_for_a_link_gives_nothing(root, monkeypatch, level):
    """It is swapped when its files have been listed, and before one is read."""
    own = root / "class/mallory/01_line/deep"
    own.mkdir(parents=True)
    (own / "line.py").write_bytes(OWN)
    for name in ("01_line/deep", "deep"):
        (root / "x" / name).mkdir(parents=True)
        (root / "x" / name / "line.py").write_bytes(SECRET)
    (source,) = (one for one in find_submissions([root / "class"], WANTED, **NAMES) if one.owner == "mallory")
    assert read_submission(source, WANTED).files == {"line.py": OWN}
    elsewhere = root / "x" / {"mallory": "", "mallory/01_line": "01_line", "mallory/01_line/deep": "deep"}[level]
    listed = submission.folder_entries

    def swapped(place):
        entries = listed(place)
        swap(root / "class" / level, elsewhere)
        return entries

    monkeypatch.setattr(submission, "folder_entries", swapped)
    taken = read_submission(source, WANTED)
    assert taken.files == {}
    assert taken.problem.status is Status.REFUSED


def test_the_way_to_a_file_is_checked_at_each_folder(root):
    (root / "a").mkdir()
    (root / "a/b").symlink_to(root / "class")
    with pytest.raises(Unusable):
        read_file(Place(root, ("a", "b", "ada", "line.py")), "line.py", 100)
    with pytest.raises(NotADirectoryError), listing(Place(root, ("a", "b", "ada"))):
        pass
    assert read_file(place_of(root / "a/b/ada/line.py"), "line.py", 100) == OWN, "the last two names are a student's"


def test_our_own_files_may_be_hard_links_and_lie_behind_links(root):
    (root / "course").symlink_to(root / "solutions")
    os.link(root / "solutions/01_line/line.py", root / "second")
    own = Source("own", root / "course/01_line", own=True)
    assert read_submission(own, WANTED).files == {"line.py": SECRET}
    assert read_submission(Source("own", root / "course/01_line"), WANTED).files == {}


def test_folders_below_folders_without_end_are_looked_through_in_part(root):
    deep = root / "class/mallory"
    deep.mkdir()
    (deep / "line.py").write_bytes(OWN)
    descriptor = os.open(deep, os.O_RDONLY)
    for _ in range(200):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    mallory = read(root / "class")["mallory"]
    assert mallory.files == {"line.py": OWN}
    assert "Folders more than 64 deep were passed over." in mallory.notes
