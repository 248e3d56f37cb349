import io
import os
import socket
import tarfile
import zipfile

import pytest

from autograder.intake import folders
from autograder.intake.submission import IntakeError, Source, find_submissions, read_submission
from autograder.outcomes import Status

WANTED = ("perceptron.py",)
TWO = ("perceptron.py", "report.md")
CODE = b"weights = [0.0, 0.0]\n"
NOTEBOOK = b'{"cells": []}'
MIB = 2**20


@pytest.fixture
def write(tmp_path):
    """Write files below `tmp_path`; returns it."""

    def write(files: dict[str, bytes]):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return tmp_path

    return write


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def read(path, wanted=WANTED):
    return read_submission(Source("alice", path), wanted)


def ids(*paths, wanted=WANTED, one=False):
    return [source.id for source in find_submissions(paths, wanted, one)]


class TestFinding:
    @pytest.mark.parametrize("name", ["perceptron.py", "perceptron.ipynb"])
    def test_a_folder_that_holds_a_wanted_file_is_one_submission(self, write, name):
        root = write({f"alice/{name}": CODE, "alice/bob.py": CODE})
        assert find_submissions([root / "alice"], WANTED) == [Source("alice", root / "alice")]

    def test_any_other_folder_is_a_class(self, write):
        files = ["bob.py", "carol.ipynb", "dan.ZIP", "eve/work/perceptron.py", "grades.csv", "README"]
        root = write({f"class/{name}": CODE for name in files})
        assert ids(root / "class") == ["bob", "carol", "dan", "eve"]

    def test_one_forces_a_folder_to_be_one_submission(self, write):
        root = write({"alice/work/perceptron.py": CODE})
        assert ids(root / "alice") == ["work"]
        assert ids(root / "alice", one=True) == ["alice"]

    def test_hidden_entries_of_a_class_are_passed_over(self, write):
        hidden = [".DS_Store", ".git/x.py", "__MACOSX/x.py", "__pycache__/x.py", "._bob.py"]
        root = write({f"class/{name}": CODE for name in [*hidden, "bob.py"]})
        assert ids(root / "class") == ["bob"]

    def test_several_paths_are_found_together_and_once(self, write):
        root = write({"class/bob.py": CODE, "alice.py": CODE})
        paths = [root / "class", root / "alice.py", root / "class/bob.py", root / "class/../alice.py"]
        assert ids(*paths) == ["alice", "bob"]

    def test_ids_are_the_same_in_every_order(self, write, monkeypatch):
        root = write({f"class/{name}": CODE for name in ["a.py", "a.zip", "A.ipynb", "a/x.py", "a-2.py"]})
        sources = find_submissions([root / "class"], WANTED)
        listing = os.listdir(root / "class")
        for order in (sorted(listing), sorted(listing, reverse=True)):
            monkeypatch.setattr(os, "listdir", lambda _, order=order: order)
            assert find_submissions([root / "class"], WANTED) == sources
        assert len({source.id.casefold() for source in sources}) == 5
        assert {s.path.name: s.id for s in sources}["a-2.py"] == "a-2"

    def test_classmates_do_not_change_an_id(self, write):
        root = write({"class/bob.py": CODE})
        before = find_submissions([root / "class"], WANTED)
        write({"class/alice.py": CODE, "class/zoe.zip": CODE, "class/zoe.py": CODE})
        assert before[0] in find_submissions([root / "class"], WANTED)

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("j.smith.py", "j.smith"),
            ("Jürgen Groß.zip", "Jürgen_Groß"),
            ("हिन्दी.py", "हिन्दी"),
            ("=cmd|x!A1.py", "_cmd_x_A1"),
            ("--output.py", "output"),
            ("a\nb\x1b[2J\u202e.py", "a_b__2J_"),
            ("alice.tar.gz", "alice"),
            ("alice.py.zip", "alice"),
            ("é" * 120 + ".py", "é" * 60),
            ("--.py", "submission"),
        ],
    )
    def test_ids_are_safe_as_names_of_files(self, write, name, expected):
        root = write({f"class/{name}": CODE})
        assert [one.partition("~")[0] for one in ids(root / "class")] == [expected]

    def test_a_name_that_is_not_utf8_has_an_id(self, write, tmp_path):
        root = write({"class/bob.py": CODE})
        (root / "class" / os.fsdecode(b"caf\xe9.py")).write_bytes(CODE)
        assert [one.partition("~")[0] for one in ids(root / "class")] == ["bob", "caf_"]

    def test_one_accent_written_in_two_ways_is_two_names(self, write):
        root = write({"class/\u00e9.py": CODE, "class/e\u0301.zip": CODE})
        composed, decomposed = ids(root / "class")
        assert composed == "\u00e9"
        assert decomposed.startswith("\u00e9~")

    def test_refuses_what_is_no_submission(self, write, tmp_path):
        root = write({"notes.txt": CODE, "alice.tar.gz": CODE, "empty/x.txt": b""})
        os.mkfifo(root / "pipe.py")
        for path, words in {
            "nobody": "nobody: cannot be read .No such file",
            "notes.txt": "not a submission: expected a folder, or a .py, .ipynb or .zip file",
            "alice.tar.gz": "only .zip is read: unpack it",
            "empty": "empty holds no submissions: expected perceptron.ipynb or perceptron.py, or a class",
            "pipe.py": "not a submission",
        }.items():
            with pytest.raises(IntakeError, match=words):
                find_submissions([root / path], WANTED)

    def test_beside_others_it_is_a_submission_that_is_refused(self, write):
        """A glob on the command line takes in whatever lies there; one of them must not keep the others from grades."""
        names = ("alice.tar", "bob.tar.gz", "cleo.7z", "dan.docx", "eva.png", "fay.txt", "gus", "hal/eva.png")
        root = write({"zoe.py": CODE} | dict.fromkeys(names, b"\x89PNG"))
        os.mkfifo(root / "ida.py")
        (root / "jon").symlink_to(root / "nowhere")
        (root / "kim").symlink_to(root / "kim")
        (root / "lea").mkdir()
        (root / "max").symlink_to(os.devnull)
        for one in (False, True):
            *odd, right = find_submissions(sorted(root.iterdir()), WANTED, one)
            expected = "alice bob cleo dan eva.png fay gus hal ida jon kim lea null"
            assert " ".join(source.id for source in odd) == expected
            problems = [read_submission(source, WANTED).problem for source in odd]
            assert {problem.status for problem in problems} == {Status.REFUSED, Status.NOTHING_TO_GRADE}
            assert all(problem.message for problem in problems)
            assert read_submission(right, WANTED).files == {"perceptron.py": CODE}
        with pytest.raises(IntakeError, match="nobody: cannot be read"):
            find_submissions([root / "zoe.py", root / "nobody"], WANTED)

    def test_a_loop_of_links_is_an_error_with_a_sentence(self, tmp_path):
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        with pytest.raises(IntakeError, match="cannot be read"):
            find_submissions([tmp_path / "loop"], WANTED)

    def test_a_link_in_a_class_is_listed_and_refused(self, write):
        root = write({"class/bob.py": CODE, "secret/perceptron.py": b"secret"})
        (root / "class/mallory").symlink_to(root / "secret")
        (root / "class/mallory.py").symlink_to(root / "secret/perceptron.py")
        (root / "class/gone.zip").symlink_to(root / "nowhere")
        found = find_submissions([root / "class"], WANTED)
        assert [s.owner for s in found] == ["bob", "gone", "mallory", "mallory"]
        assert len({s.id for s in found}) == 4
        for source in found[1:]:
            submission = read_submission(source, WANTED)
            assert submission.files == {}
            assert submission.problem.status is Status.REFUSED
            assert "is a link, which is not followed" in submission.problem.message

    def test_a_link_that_the_instructor_names_is_followed(self, write):
        root = write({"class/bob.py": CODE})
        (root / "link").symlink_to(root / "class")
        assert find_submissions([root / "link"], WANTED) == [Source("bob", root / "class/bob.py")]


class TestFolders:
    def test_only_wanted_files_are_taken(self, write):
        names = [
            "perceptron.py",
            "conftest.py",
            "pytest.ini",
            "numpy.py",
            "sitecustomize.py",
            "torch/__init__.py",
        ]
        root = write({f"alice/{name}": CODE for name in names})
        submission = read(root / "alice")
        assert (submission.id, submission.files) == ("alice", {"perceptron.py": CODE})
        assert submission.notes == ("numpy.py, sitecustomize.py were left out: only perceptron.py can be used.",)
        assert submission.problem is None

    def test_a_notebook_is_taken_under_its_own_name(self, write):
        assert read(write({"perceptron.ipynb": NOTEBOOK})).files == {"perceptron.ipynb": NOTEBOOK}

    def test_a_module_beside_a_notebook_is_ambiguous_and_one_of_them_is_graded(self, write):
        root = write({"perceptron.ipynb": NOTEBOOK, "perceptron.py": CODE})
        problem = read(root).problem
        assert problem.status is Status.REFUSED
        assert "perceptron.ipynb and perceptron.py. Hand in one of them." in problem.message
        (root / "perceptron.ipynb").unlink()
        assert read(root).files == {"perceptron.py": CODE}

    def test_a_notebook_that_is_wanted_itself_stands_for_no_module(self, write):
        wanted = ("perceptron.py", "perceptron.ipynb")
        problem = read(write({"perceptron.ipynb": NOTEBOOK}), wanted).problem
        assert "No perceptron.py was handed in." in problem.message
        assert set(read(write({"perceptron.py": CODE}), wanted).files) == set(wanted)

    def test_the_shallowest_is_taken(self, write):
        root = write({"a/b/perceptron.py": b"deep", "z/perceptron.py": CODE})
        submission = read(root)
        assert submission.files == {"perceptron.py": CODE}
        assert "z/perceptron.py was taken, and not a/b/perceptron.py" in submission.notes[0]

    def test_two_at_the_same_depth_are_refused(self, write):
        problem = read(write({"a/perceptron.py": CODE, "b/perceptron.py": b"other"})).problem
        assert problem.status is Status.REFUSED
        assert "a/perceptron.py and b/perceptron.py" in problem.message

    def test_of_two_copies_one_is_taken(self, write):
        submission = read(write({"a/perceptron.py": CODE, "b/perceptron.py": CODE}))
        assert submission.files == {"perceptron.py": CODE}
        assert submission.notes == ("a/perceptron.py was taken, and not b/perceptron.py.",)

    def test_a_name_that_differs_in_case_is_taken_with_a_note(self, write):
        submission = read(write({"Perceptron.PY": CODE}))
        assert submission.files == {"perceptron.py": CODE}
        assert "Perceptron.PY was taken as perceptron.py" in submission.notes[0]

    @pytest.mark.parametrize(
        "name",
        [
            "perceptron (1).py",
            "perceptron_final.py",
            "perceptron-2.py",
            "PERCEPTRON (Kopie).py",
            "perceptron.py.txt",
            "percetron.py",
            "hw3.py",
        ],
    )
    def test_the_only_program_is_taken_with_a_note(self, write, name):
        submission = read(write({f"work/{name}": CODE, "work/test_perceptron.py": b"", "notes.txt": b""}))
        assert submission.files == {"perceptron.py": CODE}
        assert f"work/{name} was taken as perceptron.py" in submission.notes[0]

    def test_a_notebook_is_taken_as_a_notebook(self, write):
        submission = read(write({"work/my_perceptron.ipynb": NOTEBOOK}))
        assert submission.files == {"perceptron.ipynb": NOTEBOOK}
        assert "taken as perceptron.ipynb" in submission.notes[0]

    @pytest.mark.parametrize(
        "names", [("perceptron (1).py", "perceptron (2).py"), ("my_perceptron.py", "perceptron_2.py")]
    )
    def test_of_two_near_misses_none_is_taken(self, write, names):
        first, second = names
        root = write({first: CODE, second: b"other"})
        problem = read(root).problem
        assert problem.status is Status.REFUSED
        assert f"{first} and {second}. Hand in one of them." in problem.message
        (root / second).unlink()
        assert read(root).files == {"perceptron.py": CODE}

    def test_a_near_miss_beside_another_program_is_named_with_a_remedy_that_works(self, write):
        root = write({"percetron.py": CODE, "neuron.py": b"other"})
        problem = read(root).problem
        assert problem.status is Status.REFUSED
        assert (
            problem.message == "No perceptron.py; found percetron.py: rename it to perceptron.py and hand it in again."
        )
        (root / "percetron.py").rename(root / "perceptron.py")
        assert read(root).files == {"perceptron.py": CODE}

    @pytest.mark.parametrize("name", ["perceptron.pyc", "perceptron.png", "notes.txt"])
    def test_other_files_are_named(self, write, name):
        problem = read(write({name: CODE})).problem
        assert problem.status is Status.NOTHING_TO_GRADE
        assert problem.message == f"No perceptron.py; found only {name}."

    @pytest.mark.parametrize("name", ["neuron.docx", "perceptron.pdf", "work.7z", "work.tar.gz", "work.rar"])
    def test_what_may_hold_the_work_needs_a_person(self, write, name):
        problem = read(write({name: CODE})).problem
        assert problem.status is Status.REFUSED
        assert name in problem.message

    def test_other_python_files_and_archives_are_named(self, write):
        root = write(
            {"a/x1.py": CODE, "a/x2.py": CODE, "a/x3.py": CODE, "a/x4.py": CODE, "b/alice.zip": CODE, "b/bob.zip": CODE}
        )
        assert "found only x1.py, x2.py, x3.py and 1 more." in read(root / "a").problem.message
        assert "found alice.zip, bob.zip, an archive that is not opened here" in read(root / "b").problem.message

    def test_what_is_missing_of_several_is_noted(self, write):
        submission = read(write({"perceptron.py": CODE, "diary.md": b"text"}), TWO)
        assert submission.files == {"perceptron.py": CODE}
        assert submission.notes == ("No report.md; found only diary.md.",)
        assert submission.problem is None

    def test_what_students_were_given_is_not_named(self, write):
        given = {"README.md": b"", "assignment.toml": b"", "test_perceptron.py": b"", "conftest.py": b""}
        assert read(write({"perceptron.py": CODE, **given}), TWO).notes == ("No report.md was handed in.",)
        assert read(write({"perceptron.py": CODE, "diary.md": b"", **given}), TWO).notes == (
            "No report.md; found only diary.md.",
        )

    def test_a_misnamed_report_is_taken_with_a_note(self, write):
        submission = read(write({"perceptron.py": CODE, "report (2).md": b"text"}), TWO)
        assert submission.files == {"perceptron.py": CODE, "report.md": b"text"}
        assert "report (2).md was taken as report.md" in submission.notes[0]

    def test_without_the_main_file_a_person_is_asked(self, write):
        root = write({"report.md": b"text"})
        problem = read(root, TWO).problem
        assert problem.status is Status.REFUSED
        assert problem.message == "No perceptron.py was handed in. Hand in perceptron.py and report.md together."
        write({"perceptron.py": CODE})
        assert set(read(root, TWO).files) == set(TWO)

    def test_nothing_of_several_is_nothing_to_grade(self, write):
        problem = read(write({"other/x.txt": b""}), TWO).problem
        assert problem.status is Status.NOTHING_TO_GRADE
        assert problem.message == "No perceptron.py; found only other/x.txt. No report.md; found only other/x.txt."

    def test_an_empty_folder_is_nothing_to_grade(self, write, tmp_path):
        (tmp_path / "alice").mkdir()
        problem = read(tmp_path / "alice").problem
        assert problem.status is Status.NOTHING_TO_GRADE
        assert "Your submission is empty. Hand in perceptron.py." in problem.message

    def test_an_empty_file_is_taken_with_a_note(self, write):
        submission = read(write({"perceptron.py": b""}))
        assert submission.files == {"perceptron.py": b""}
        assert submission.notes == ("perceptron.py is empty.",)

    @pytest.mark.parametrize(
        ("name", "limit", "remedy"),
        [
            ("perceptron.py", 8 * MIB, "leave out the data"),
            ("perceptron.ipynb", 64 * MIB, "clear the notebook"),
        ],
    )
    def test_sizes_are_capped(self, tmp_path, name, limit, remedy):
        for size, fits in ((limit, True), (limit + 1, False)):
            with (tmp_path / name).open("wb") as file:
                file.truncate(size)
            problem = read(tmp_path).problem
            assert (problem is None) == fits
        assert f"{name} is larger than {limit // MIB} MiB: {remedy}" in problem.message

    def test_a_file_that_grows_while_it_is_read_is_capped(self, write, monkeypatch):
        root = write({"perceptron.py": CODE})
        monkeypatch.setattr(os, "read", lambda descriptor, length: bytes(length))
        assert "larger than 8 MiB" in read(root).problem.message

    def test_all_files_together_are_capped(self, tmp_path):
        wanted = tuple(f"n{i}.ipynb" for i in range(3))
        for name in wanted:
            with (tmp_path / name).open("wb") as file:
                file.truncate(50 * MIB)
        assert "larger than 128 MiB together" in read(tmp_path, wanted).problem.message

    def test_links_are_not_followed(self, write):
        root = write({"secret/perceptron.py": b"secret", "alice/x.txt": b""})
        (root / "alice/perceptron.py").symlink_to(root / "secret/perceptron.py")
        problem = read(root / "alice").problem
        assert problem.status is Status.REFUSED
        assert "perceptron.py is a link, which is not followed: hand in the file itself" in problem.message

    def test_linked_folders_are_not_entered(self, write):
        root = write({"secret/perceptron.py": b"secret", "alice/x.txt": b""})
        (root / "alice/work").symlink_to(root / "secret")
        (root / "alice/up").symlink_to(root)
        assert read(root / "alice").problem.status is Status.NOTHING_TO_GRADE

    def test_fifos_sockets_and_folders_are_not_read(self, tmp_path, monkeypatch):
        for name in ("pipe", "socket", "folder"):
            (tmp_path / name).mkdir()
        os.mkfifo(tmp_path / "pipe/perceptron.py")
        (tmp_path / "folder/perceptron.py").mkdir()
        monkeypatch.chdir(tmp_path / "socket")
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("perceptron.py")
        really_open = os.open

        def open_folders(path, flags, **options):
            assert path != "perceptron.py" or flags & os.O_DIRECTORY, "opened"
            return really_open(path, flags, **options)

        monkeypatch.setattr(os, "open", open_folders)
        for name in ("pipe", "socket"):
            assert "perceptron.py is not an ordinary file" in read(tmp_path / name).problem.message
        assert read(tmp_path / "folder").problem.status is Status.NOTHING_TO_GRADE

    def test_what_cannot_be_read_is_a_problem_with_the_reason_for_the_instructor(self, write, monkeypatch):
        root = write({"perceptron.py": CODE})

        really_open = os.open

        def denied(path, *arguments, **options):
            if path == "perceptron.py":
                raise PermissionError(13, "Permission denied")
            return really_open(path, *arguments, **options)

        def nothing(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", denied)
        problem = read(root).problem
        assert problem.status is Status.REFUSED
        assert problem.message == "perceptron.py cannot be read: hand it in again."
        assert "Permission denied" in problem.detail and str(root) in problem.detail
        monkeypatch.setattr(os, "scandir", nothing)
        assert "cannot be read" in read(root).problem.message

    def test_a_folder_inside_that_cannot_be_read_is_noted(self, write, monkeypatch):
        root = write({"perceptron.py": CODE, "locked/x.py": CODE})
        really_open = os.open

        def locked(path, *arguments, **options):
            if path == "locked":
                raise PermissionError(13, "Permission denied")
            return really_open(path, *arguments, **options)

        monkeypatch.setattr(os, "open", locked)
        submission = read(root)
        assert submission.files == {"perceptron.py": CODE}
        assert "The folder locked cannot be read" in submission.notes[0]

    def test_a_huge_tree_is_looked_through_in_part(self, write, monkeypatch):
        monkeypatch.setattr(folders, "ENTRIES_LIMIT", 10)
        root = write({"perceptron.py": CODE, **{f"env/{i}.txt": b"" for i in range(20)}})
        submission = read(root)
        assert submission.files == {"perceptron.py": CODE}
        assert "Only the nearest 10 files" in submission.notes[0]

    def test_nobody_says_that_nothing_was_handed_in_where_some_was_passed_over(self, write, monkeypatch):
        monkeypatch.setattr(folders, "ENTRIES_LIMIT", 10)
        root = write({"perceptron.py": CODE, **{f"digit_{i:02}.png": b"" for i in range(10)}})
        problem = read(root).problem
        assert problem.status is Status.REFUSED
        assert problem.message.endswith("Only the nearest 10 files and folders were looked through.")

    def test_what_has_gone_meanwhile_is_a_problem(self, tmp_path):
        assert read(tmp_path / "gone").problem.message == "gone cannot be read: hand it in again."


class TestFiles:
    @pytest.mark.parametrize("name", ["alice.py", "perceptron (1).py", "Perceptron.PY"])
    def test_a_file_alone_may_have_any_name(self, write, name):
        submission = read(write({name: CODE}) / name)
        assert submission.files == {"perceptron.py": CODE}
        assert submission.notes == ()

    def test_a_notebook_alone_may_have_any_name(self, write):
        assert read(write({"alice.ipynb": NOTEBOOK}) / "alice.ipynb").files == {"perceptron.ipynb": NOTEBOOK}

    def test_the_report_may_be_missing(self, write):
        submission = read(write({"alice.py": CODE}) / "alice.py", TWO)
        assert submission.files == {"perceptron.py": CODE}
        assert submission.notes == ("No report.md was handed in.",)

    def test_with_two_modules_the_name_counts(self, write):
        wanted = ("layers.py", "training.py")
        root = write({"alice.py": CODE, "layers.py": CODE})
        assert read(root / "layers.py", wanted).files == {"layers.py": CODE}
        assert "No layers.py; found only alice.py." in read(root / "alice.py", wanted).problem.message

    def test_a_notebook_that_is_wanted_itself_does_not_become_the_module(self, write):
        wanted = ("perceptron.py", "training.ipynb")
        root = write({"training.ipynb": NOTEBOOK, "alice.ipynb": NOTEBOOK})
        assert "No perceptron.py was handed in." in read(root / "training.ipynb", wanted).problem.message
        assert read(root / "alice.ipynb", wanted).files == {"perceptron.ipynb": NOTEBOOK}

    def test_a_zip_is_read(self, write):
        root = write({"alice.ZIP": zipped({"work/Perceptron.ipynb": NOTEBOOK})})
        submission = read(root / "alice.ZIP")
        assert submission.files == {"perceptron.ipynb": NOTEBOOK}
        assert "work/Perceptron.ipynb was taken as perceptron.ipynb" in submission.notes[0]

    def test_another_archive_in_a_class_is_refused_with_the_remedy(self, write):
        root = write({"class/bob.py": CODE})
        with tarfile.open(root / "class/alice.tar.gz", "w:gz") as archive:
            archive.add(root / "class/bob.py", "perceptron.py")
        found = find_submissions([root / "class"], WANTED)
        assert [s.id for s in found] == ["alice", "bob"]
        problem = read_submission(found[0], WANTED).problem
        assert problem.status is Status.REFUSED
        assert "alice.tar.gz: only .zip archives are read: make a .zip" in problem.message

    def test_messages_for_the_student_hold_no_path_of_the_graders(self, write):
        root = write({"alice.zip": b"no zip", "alice/x.txt": b"", "bob.py": CODE})
        (root / "link.py").symlink_to(root / "bob.py")
        for name in ("alice.zip", "alice", "link.py", "gone.py"):
            problem = read(root / name).problem
            assert str(root) not in problem.message
            assert str(root / name) in problem.detail
