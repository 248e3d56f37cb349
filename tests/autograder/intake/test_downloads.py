"""What learning platforms give an instructor who downloads all submissions: one submission for each student."""

import os
import shutil
import subprocess
import zipfile
from datetime import datetime, timedelta, timezone

import pytest

from autograder.intake.submission import find_submissions, read_submission
from autograder.outcomes import Status

WANTED = ("line.py", "notes.md")


def write(folder, **files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def read(folder, **options):
    """What was handed in, by ids without their suffixes."""
    return {source.seed_id: read_submission(source, WANTED) for source in find_submissions([folder], WANTED, **options)}


def test_canvas(tmp_path):
    """Loose files: students with two files, a late one, one who handed in again, one with a zip."""
    write(
        tmp_path,
        **{
            "byronada_101_5001_line.py": "ada",
            "byronada_101_5002_notes.md": "notes",
            "hoppergrace_LATE_102_5003_line-2.py": "grace",
            "turingalan_103_5004_report.pdf": "alan",
        },
    )
    with zipfile.ZipFile(tmp_path / "knuthdonald_104_5005_work.zip", "w") as archive:
        archive.writestr("homework/line.py", "donald")
    found = read(tmp_path)
    assert set(found) == {"byronada_101", "hoppergrace_102", "turingalan_103", "knuthdonald_104"}
    assert found["byronada_101"].files == {"line.py": b"ada", "notes.md": b"notes"}
    assert found["hoppergrace_102"].files == {"line.py": b"grace"}
    assert found["knuthdonald_104"].files == {"line.py": b"donald"}
    assert found["turingalan_103"].problem.status is Status.REFUSED
    assert "report.pdf" in found["turingalan_103"].problem.message


def test_canvas_rows_for_those_who_wrote_text(tmp_path):
    """Text and addresses have no number of a file; they are rows, and with files of the same student one row."""
    write(
        tmp_path,
        **{
            "byronada_101_5001_line.py": "ada",
            "byronada_101_text.html": "<p>see the file</p>",
            "hoppergrace_LATE_102_text.html": "<p>def line</p>",
            "turingalan_103_link.html": "<p>somewhere</p>",
            "anonymous_LATE_104_5004_line.py": "late",
        },
    )
    found = read(tmp_path)
    assert set(found) == {"byronada_101", "hoppergrace_102", "turingalan_103", "anonymous_104"}
    assert found["byronada_101"].files == {"line.py": b"ada"}
    assert "text.html was handed in as well, and is not read here." in found["byronada_101"].notes
    for name, said in {"hoppergrace_102": "text.html", "turingalan_103": "link.html"}.items():
        assert found[name].problem.status is Status.REFUSED
        assert f"found only {said}" in found[name].problem.message


@pytest.mark.parametrize("form", ["folders", "loose files"])
@pytest.mark.parametrize("end", ["", "_"])
def test_moodle_with_text_typed_into_the_form(tmp_path, form, end):
    """A student with a file and text is one row; with text alone, one that says what was found."""
    write(
        tmp_path,
        **{
            f"{student}_assignsubmission_{kind}{end + '/' if form == 'folders' else '_'}{name}": student
            for student, kind, name in [
                ("Ada Byron_201", "file", "line.py"),
                ("Ada Byron_201", "file", "notes.md"),
                ("Ada Byron_201", "onlinetext", "onlinetext.html"),
                ("Grace Hopper_202", "onlinetext", "onlinetext.html"),
            ]
        },
    )
    found = read(tmp_path)
    assert set(found) == {"Ada_Byron_201", "Grace_Hopper_202"}
    assert set(found["Ada_Byron_201"].files) == {"line.py", "notes.md"}
    assert "onlinetext.html was handed in as well, and is not read here." in found["Ada_Byron_201"].notes
    assert found["Grace_Hopper_202"].problem.status is Status.REFUSED
    assert "onlinetext.html" in found["Grace_Hopper_202"].problem.message


def test_moodle_with_a_zip_and_text(tmp_path):
    write(tmp_path, **{"Ada Byron_201_assignsubmission_onlinetext/onlinetext.html": "please"})
    (tmp_path / "Ada Byron_201_assignsubmission_file").mkdir()
    with zipfile.ZipFile(tmp_path / "Ada Byron_201_assignsubmission_file" / "work.zip", "w") as archive:
        archive.writestr("line.py", "ada")
    (found,) = read(tmp_path).values()
    assert found.files == {"line.py": b"ada"}


def test_a_students_two_folders_are_found_again_for_a_regrade(tmp_path):
    write(
        tmp_path,
        **{
            "Ada Byron_201_assignsubmission_file/line.py": "ada",
            "Ada Byron_201_assignsubmission_onlinetext/onlinetext.html": "please",
        },
    )
    (source,) = find_submissions([tmp_path], WANTED)
    assert all(path.is_dir() for path in source.files) and len(source.files) == 2
    (alone,) = find_submissions([tmp_path / "Ada Byron_201_assignsubmission_file"], WANTED)
    assert alone.id == source.id


def test_a_loose_link_is_refused(tmp_path):
    (tmp_path / "mallory_105_5006_line.py").symlink_to("/etc/passwd")
    found = read(tmp_path)
    assert found["mallory_105"].problem.status is Status.REFUSED


@pytest.mark.parametrize("form", ["folders", "loose files"])
def test_moodle(tmp_path, form):
    separator = "/" if form == "folders" else ""
    write(
        tmp_path,
        **{
            f"Ada Byron_201_assignsubmission_file_{separator}line.py": "ada",
            f"Ada Byron_201_assignsubmission_file_{separator}notes.md": "notes",
            f"Grace Hopper_202_assignsubmission_file_{separator}line.py": "grace",
        },
    )
    found = read(tmp_path)
    assert set(found) == {"Ada_Byron_201", "Grace_Hopper_202"}
    assert found["Ada_Byron_201"].files == {"line.py": b"ada", "notes.md": b"notes"}
    assert found["Grace_Hopper_202"].files == {"line.py": b"grace"}


@pytest.mark.parametrize("separator", ["/", ""], ids=["folders", "loose files"])
def test_moodle_with_the_zip_that_autograder_submit_packs(tmp_path, separator):
    """With a comment beside it, too; what is no zip is refused and not taken for nothing."""
    prefix = "Ada Byron_201_assignsubmission_file_" + separator
    write(
        tmp_path, **{f"{prefix}comment.html": "please", f"Eve_203_assignsubmission_file_{separator}work.zip": "no zip"}
    )
    with zipfile.ZipFile(tmp_path / f"{prefix}01_line-submission.zip", "w") as archive:
        archive.writestr("01_line/line.py", "ada")
    found = read(tmp_path)
    assert found["Ada_Byron_201"].files == {"line.py": b"ada"}
    assert found["Eve_203"].problem.status is Status.REFUSED


def test_a_zip_beside_another_program_is_not_opened(tmp_path):
    """The program may be what was meant."""
    write(tmp_path, **{"ada/lines.py": "ada"})
    with zipfile.ZipFile(tmp_path / "ada/old.zip", "w") as archive:
        archive.writestr("line.py", "old")
    assert "found lines.py: rename it" in read(tmp_path)["ada"].problem.message


def test_a_zip_that_is_a_link_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "another.zip", "w") as archive:
        archive.writestr("line.py", "another's")
    (tmp_path / "class/eve").mkdir(parents=True)
    (tmp_path / "class/eve/work.zip").symlink_to(tmp_path / "another.zip")
    assert read(tmp_path / "class")["eve"].problem.status is Status.REFUSED


def test_gradescope(tmp_path):
    """Its file of metadata is no submission."""
    write(tmp_path, **{"submission_metadata.yml": "---", "submission_7/line.py": "x", "submission_8/line.py": "y"})
    assert set(read(tmp_path)) == {"submission_7", "submission_8"}


def test_nbgrader(tmp_path):
    """Of a student's folders, the one of this assignment counts, and no file of another one."""
    write(
        tmp_path / "submitted",
        **{
            "ada/01_line/line.py": "this",
            "ada/02_curve/line.py": "another",
            "ada/02_curve/notes.md": "another",
            "grace/line/line.py": "grace",
            "alan/02_curve/line.py": "another",
        },
    )
    names = {"assignment_names": ("01_line", "line", "01"), "other_names": ("02_curve",)}
    found = read(tmp_path / "submitted", **names)
    assert set(found) == {"ada", "grace"}, "alan has handed in nothing here"
    assert found["ada"].files == {"line.py": b"this"}
    assert found["grace"].files == {"line.py": b"grace"}


@pytest.fixture
def clone(tmp_path):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    folder = tmp_path / "clones" / "ada"
    folder.mkdir(parents=True)

    def git(*arguments, when="2026-11-20T10:00:00+00:00"):
        names = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(["git", "-C", folder, *arguments], check=True, env={**os.environ, **names, **dates})

    git("init", "--quiet")
    for day, content in [("18", "early"), ("20", "in time"), ("22", "too late")]:
        write(folder, **{"homework/line.py": content})
        git("add", ".")
        git("commit", "--quiet", "-m", day, when=f"2026-11-{day}T10:00:00+00:00")
    write(folder, **{"homework/line.py": "never committed"})
    return folder


@pytest.mark.parametrize(
    ("day", "content"), [(19, b"early"), (21, b"in time"), (23, b"too late"), (None, b"never committed")]
)
def test_the_last_commit_before_a_time_counts(clone, day, content):
    before = None if day is None else datetime(2026, 11, day, tzinfo=timezone.utc)
    (found,) = read(clone.parent, before=before).values()
    assert found.files == {"line.py": content}
    assert any(note.startswith("Commit ") for note in found.notes) == (before is not None)


@pytest.mark.parametrize(("hours", "said"), [(0, "UTC+0000"), (2, "UTC+0200"), (-5, "UTC-0500")])
def test_the_commits_time_and_the_zone_are_stated(clone, hours, said):
    before = datetime(2026, 11, 21, tzinfo=timezone(timedelta(hours=hours)))
    (found,) = read(clone.parent, before=before).values()
    (note,) = (note for note in found.notes if note.startswith("Commit "))
    assert f"of 2026-11-20 {10 + hours:02}:00:00 {said}, the last before 2026-11-21 00:00:00 {said}." in note


def test_a_time_without_a_zone_is_this_machines(clone):
    before = datetime(2026, 11, 21)
    (found,) = read(clone.parent, before=before).values()
    assert any(f"before 2026-11-21 00:00:00 UTC{before.astimezone():%z}." in note for note in found.notes)


@pytest.mark.parametrize("where", ["homework", "a/b"])
def test_a_clone_inside_a_folder_counts(clone, where):
    outer = clone.parent / "outer" / where
    outer.parent.mkdir(parents=True)
    clone.rename(outer)
    found = read(clone.parent, before=datetime(2026, 11, 21, tzinfo=timezone.utc))
    assert found["outer"].files == {"line.py": b"in time"}


def test_several_clones_need_a_person_and_one_of_them_is_graded(clone):
    outer = clone.parent / "outer"
    shutil.copytree(clone, outer / "first")
    shutil.copytree(clone, outer / "second")
    before = datetime(2026, 11, 21, tzinfo=timezone.utc)
    problem = read(clone.parent, before=before)["outer"].problem
    assert problem.status is Status.REFUSED
    assert "2 git clones in outer: first, second. Hand in one of them." in problem.message
    shutil.rmtree(outer / "second")
    assert read(clone.parent, before=before)["outer"].files == {"line.py": b"in time"}


@pytest.mark.parametrize("form", ["file", "folder", "zip", "Canvas", "Moodle"])
def test_without_a_clone_nobody_knows_what_was_there_before(tmp_path, form):
    names = {"file": "ada.py", "folder": "ada/line.py", "Canvas": "byronada_101_5001_line.py"}
    names["Moodle"] = "Ada Byron_201_assignsubmission_file_/line.py"
    if form == "zip":
        with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
            archive.writestr("line.py", "ada")
    else:
        write(tmp_path, **{names[form]: "ada"})
    before = datetime(2026, 11, 21, tzinfo=timezone.utc)
    (found,) = read(tmp_path, before=before).values()
    assert found.problem.status is Status.REFUSED
    assert (
        "is no git clone, so nothing says what was there before 2026-11-21 00:00:00 UTC+0000" in found.problem.message
    )
    assert "grade it without --before" in found.problem.detail
    (found,) = read(tmp_path).values()
    assert found.files == {"line.py": b"ada"}


def test_no_commit_in_time(clone):
    (found,) = read(clone.parent, before=datetime(2026, 11, 1, tzinfo=timezone.utc)).values()
    assert found.problem.status is Status.NOTHING_TO_GRADE
    assert "no commit before 2026-11-01" in found.problem.message


def test_a_damaged_clone_is_refused(clone):
    shutil.rmtree(clone / ".git" / "objects")
    (found,) = read(clone.parent, before=datetime(2026, 11, 21, tzinfo=timezone.utc)).values()
    assert found.problem.status is Status.REFUSED


def as_a_file(other, own):
    own.write_text(f"gitdir: {other}\n")


def as_a_link(other, own):
    own.symlink_to(other)


def with_its_objects(other, own):
    shutil.copytree(other, own)
    shutil.rmtree(own / "objects")
    (own / "objects").symlink_to(other / "objects")


def with_alternates(other, own):
    shutil.copytree(other, own)
    shutil.rmtree(own / "objects")
    (own / "objects" / "info").mkdir(parents=True)
    (own / "objects" / "info" / "alternates").write_text(f"{other / 'objects'}\n")


def with_its_common_folder(other, own):
    own.mkdir()
    (own / "HEAD").write_text("ref: refs/heads/main\n")
    (own / "commondir").write_text(f"{other}\n")


@pytest.mark.parametrize("borrow", [as_a_file, as_a_link, with_its_objects, with_alternates, with_its_common_folder])
def test_a_clone_that_leads_into_another_is_refused(clone, borrow):
    """Nobody hands in what somebody else has committed."""
    eve = clone.parent / "eve"
    eve.mkdir()
    borrow(clone / ".git", eve / ".git")
    found = read(clone.parent, before=datetime(2030, 1, 1, tzinfo=timezone.utc))
    assert found["ada"].files and found["ada"].problem is None
    assert found["eve"].problem.status is Status.REFUSED
    assert not found["eve"].files
    assert ".git" in found["eve"].problem.detail


def test_a_link_in_a_commit_is_refused(clone):
    (clone / "homework" / "line.py").unlink()
    (clone / "homework" / "line.py").symlink_to("/etc/passwd")
    subprocess.run(["git", "-C", clone, "add", "."], check=True)
    settings = ["-c", "user.name=x", "-c", "user.email=x"]
    subprocess.run(["git", "-C", clone, *settings, "commit", "--quiet", "-m", "link"], check=True)
    (found,) = read(clone.parent, before=datetime(2030, 1, 1, tzinfo=timezone.utc)).values()
    assert found.problem.status is Status.REFUSED
    assert "link" in found.problem.message
