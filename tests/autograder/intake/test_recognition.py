"""What was handed in is known by what it defines: in folders, zips, clones and loose files alike."""

import io
import json
import shutil
import subprocess
import time
import zipfile
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from autograder.course.layout import Course
from autograder.course.marks import MARKS_FILE, Marks, marks_json, marks_of
from autograder.course.notebooks import notebook_of
from autograder.intake.recognition import MOST_NAMES, defined_names
from autograder.intake.submission import IntakeError, Source, find_submissions, read_submission
from autograder.outcomes import Status
from autograder.platforms.contents import course_files
from autograder.platforms.nbgrader import nbgrader_files
from quality.variants import COURSE

PERCEPTRON, XOR = COURSE.assignment("03"), COURSE.assignment("04")
NETWORK, AUTOGRAD = COURSE.assignment("05"), COURSE.assignment("08")
STUB = (PERCEPTRON.folder / "perceptron.py").read_bytes()
DONE = (PERCEPTRON.solution / "perceptron.py").read_bytes()
OTHER = DONE.replace(b"np.zeros", b"np.ones")
XOR_DONE = (XOR.solution / "xor_network.py").read_bytes()
GRADIENTS = (AUTOGRAD.solution / "pytorch_autograd.py").read_bytes()
LAYERS = (NETWORK.solution / "numpy_network.py").read_bytes()
COMMITTED = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def notebook(source: bytes) -> bytes:
    return notebook_of(source.decode(), "The perceptron")


def in_a_folder(root, files):
    for name, content in files.items():
        path = root / "ada" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Source("ada", root / "ada")


def in_a_zip(root, files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"homework/{name}", content)
    (root / "ada.zip").write_bytes(stream.getvalue())
    return Source("ada", root / "ada.zip")


def in_a_zip_in_a_folder(root, files):
    source = in_a_zip(root, files)
    (root / "moodle").mkdir(exist_ok=True)
    source.path.rename(root / "moodle" / "work.zip")
    return Source("ada", root / "moodle")


def in_a_clone(root, files):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    source = in_a_folder(root, files)
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "x"]):
        subprocess.run(["git", "-C", source.path, *arguments], check=True, env={"PATH": "/usr/bin:/bin", **COMMITTED})
    return Source("ada", source.path, before=datetime(2030, 1, 1, tzinfo=timezone.utc))


def loose_on_canvas(root, files):
    if any("/" in name for name in files):
        pytest.skip("Canvas knows no folders")
    paths = [root / f"byronada_101_{number}_{name}" for number, name in enumerate(files, start=5001)]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    return Source("ada", root, tuple(paths))


SHAPES = (in_a_folder, in_a_zip, in_a_zip_in_a_folder, in_a_clone, loose_on_canvas)


@pytest.fixture(params=SHAPES, ids=lambda shape: shape.__name__)
def read(request, tmp_path):
    def read(files, assignment=PERCEPTRON):
        return read_submission(request.param(tmp_path, files), assignment.manifest.files, marks_of(assignment))

    return read


@pytest.mark.parametrize(
    "name",
    ["perceptron (1).py", "perceptron-copy.py", "Perceptron_FINAL.py", "hw3.py", "perceptron.py.txt", "exercise"],
)
def test_a_misnamed_module_is_taken_with_a_note(read, name):
    found = read({name: DONE, "plot.py": b"import perceptron\n"})
    assert found.files == {"perceptron.py": DONE}
    assert any(f"{name} was taken as perceptron.py" in note for note in found.notes)
    assert any("plot.py was left out" in note for note in found.notes)


@pytest.mark.parametrize("name", ["hw3.ipynb", "perceptron (1).ipynb", "perceptron.py", "perceptron.ipynb.json"])
def test_a_notebook_is_one_whatever_its_name_says(read, name):
    found = read({name: notebook(DONE), "plot.py": b"import perceptron\n"})
    assert found.files == {"perceptron.ipynb": notebook(DONE)}
    assert any("was taken as perceptron.ipynb" in note for note in found.notes)


def test_a_module_with_the_name_of_a_notebook(read):
    found = read({"perceptron.ipynb": DONE})
    assert found.files == {"perceptron.py": DONE}
    assert "holds a plain Python file" in found.notes[0]


@pytest.mark.parametrize("name", ["pytorch_autograd (1).py", "hw8.py"])
def test_one_of_two_files_is_misnamed(read, name):
    found = read({name: GRADIENTS, "numpy_network.py": LAYERS}, AUTOGRAD)
    assert found.files == {"pytorch_autograd.py": GRADIENTS, "numpy_network.py": LAYERS}


def test_both_files_are_misnamed(read):
    found = read({"network_final.py": LAYERS, "homework.py": GRADIENTS}, AUTOGRAD)
    assert found.files == {"pytorch_autograd.py": GRADIENTS, "numpy_network.py": LAYERS}


def test_without_the_main_file_a_person_is_asked(read):
    problem = read({"numpy_network.py": LAYERS}, AUTOGRAD).problem
    assert problem.status is Status.REFUSED
    assert "No pytorch_autograd.py was handed in" in problem.message


def test_a_file_that_is_only_brought_along_may_be_missing(read):
    found = read({"pytorch_autograd.py": GRADIENTS}, AUTOGRAD)
    assert found.files == {"pytorch_autograd.py": GRADIENTS}
    assert "No numpy_network.py was handed in." in found.notes


def test_where_it_may_be_there_all_the_same_a_person_is_asked(read):
    half = b"\n".join(b"def %s(): pass" % name for name in sorted(marks_of(AUTOGRAD).own["numpy_network.py"])[:12])
    problem = read({"pytorch_autograd.py": GRADIENTS, "layers.py": half}, AUTOGRAD).problem
    assert problem.status is Status.REFUSED
    assert "layers.py" in problem.message


def test_the_sheet_of_cells_from_nbgraders_package_is_nobodys_work(read):
    sheet = json.loads(nbgrader_files([PERCEPTRON])["source/03_perceptron/03_perceptron.ipynb"])
    as_given = {"03_perceptron.ipynb": json.dumps(sheet).encode()}
    assert read(as_given).problem.status is Status.NOTHING_TO_GRADE
    sheet["cells"] += json.loads(notebook(DONE))["cells"]
    written_into = {"03_perceptron.ipynb": json.dumps(sheet).encode()}
    assert list(read(written_into).files) == ["perceptron.ipynb"]
    assert read({**as_given, "hw3.py": DONE}).files == {"perceptron.py": DONE}


def test_two_that_may_be_meant_are_refused(read):
    problem = read({"hw3.py": DONE, "hw3_final.py": OTHER}).problem
    assert problem.status is Status.REFUSED
    assert "hw3.py and " in problem.message and "hw3_final.py. Hand in one of them." in problem.message


def test_a_copy_is_no_second_one(read):
    assert read({"hw3.py": DONE, "hw3 (1).py": DONE}).files == {"perceptron.py": DONE}


@pytest.mark.parametrize(
    "stub",
    [STUB, STUB.replace(b"\n", b"\r\n"), b"# Ada Byron\n\n" + STUB, STUB + b"\nprint('started')\n"],
    ids=["as it was", "other line ends", "with a name", "with a print"],
)
@pytest.mark.parametrize(
    ("name", "content"),
    [("perceptron.ipynb", notebook(DONE)), ("perceptron (1).py", DONE), ("hw3.ipynb", notebook(DONE))],
    ids=["notebook", "module of another name", "notebook of another name"],
)
def test_an_untouched_stub_loses(read, stub, name, content):
    found = read({"perceptron.py": stub, name: content})
    assert list(found.files.values()) == [content]


def test_an_untouched_notebook_loses_to_a_module(read):
    assert read({"perceptron.py": DONE, "perceptron.ipynb": notebook(STUB)}).files == {"perceptron.py": DONE}


def test_a_stub_nearby_loses_to_work_further_down(read):
    assert read({"perceptron.py": STUB, "work/perceptron.py": DONE}).files == {"perceptron.py": DONE}


def test_a_stub_that_was_begun_is_no_untouched_one(read):
    begun = STUB.replace(b'raise NotImplementedError("Your code here.")', b"return 1 * (z >= 0)", 1)
    problem = read({"perceptron.py": begun, "perceptron.ipynb": notebook(DONE)}).problem
    assert problem.status is Status.REFUSED


@pytest.mark.parametrize("tries", [b"import perceptron\nperceptron.step(1)\n", b"# nothing yet\n"])
def test_a_notebook_that_only_tries_the_module_out_is_passed_over(read, tries):
    found = read({"perceptron.py": DONE, "perceptron.ipynb": notebook(tries)})
    assert found.files == {"perceptron.py": DONE}
    assert any("perceptron.ipynb" in note for note in found.notes)


@pytest.mark.parametrize("nothing", [b"", b"\n\n"])
def test_an_empty_file_loses(read, nothing):
    assert read({"perceptron.py": nothing, "hw3.py": DONE}).files == {"perceptron.py": DONE}
    assert read({"perceptron.py": nothing, "hw3.py": b"x = 1\n"}).files == {"perceptron.py": nothing}


def test_many_large_files_of_the_right_name_are_not_all_read(tmp_path):
    """A small zip can hold thousands: what is read ends at 128 MiB."""
    with zipfile.ZipFile(tmp_path / "ada.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            name = f"PERCEPTR{number:05b}".replace("0", "o").replace("1", "O")
            archive.writestr(f"{name}.py", bytes(7 * 2**20) + b"%d" % number)
    problem = read_submission(Source("ada", tmp_path / "ada.zip"), ("perceptrooooo.py",)).problem
    assert problem.status is Status.REFUSED
    assert "larger than 128 MiB together" in problem.message


def test_names_in_a_huge_file_are_counted_up_to_a_limit():
    started = time.process_time()
    assert len(defined_names(b"".join(b"def a%d " % number for number in range(600_000)))) == MOST_NAMES
    assert time.process_time() - started < 5


def test_a_stub_alone_is_graded(read):
    assert read({"perceptron.py": STUB}).files == {"perceptron.py": STUB}


def test_two_that_were_filled_in_are_ambiguous(read):
    problem = read({"perceptron.py": DONE, "perceptron.ipynb": notebook(OTHER)}).problem
    assert problem.status is Status.REFUSED
    assert "perceptron.ipynb and " in problem.message and "perceptron.py. Hand in one of them" in problem.message


def test_a_stub_beside_an_archive_that_is_not_opened_needs_a_person(read):
    problem = read({"perceptron.py": STUB, "work.7z": b"7z"}).problem
    assert problem.status is Status.REFUSED
    assert "work.7z" in problem.message


@pytest.mark.parametrize("name", ["xor_network.py", "perceptron.py", "hw3.py"])
def test_the_file_of_another_assignment_is_not_taken(read, name):
    problem = read({name: XOR_DONE}).problem
    assert problem.status is Status.REFUSED
    assert f"{name} looks like a file of 04_xor" in problem.message


def test_a_name_decides_where_nothing_says_what_the_file_defines(tmp_path):
    """Neither its stub nor its reference is there, and what it defines is common."""
    curve = b"def value(x):\n    return x\n"
    source = in_a_folder(tmp_path, {"curve.py": curve})
    marks = Marks(others=(("07_line", frozenset({b"value", b"slope"})),))
    assert read_submission(source, ("curve.py",), marks).files == {"curve.py": curve}
    known = replace(marks, own={"curve.py": frozenset({b"bend"})})
    assert "curve.py looks like a file of 07_line" in read_submission(source, ("curve.py",), known).problem.message


def test_beside_it_the_right_one_is_taken(read):
    found = read({"xor_network.py": XOR_DONE, "hw.py": DONE})
    assert found.files == {"perceptron.py": DONE}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["perceptron.py", "hw3.py"])
def test_other_encodings_are_read(read, encoding, name):
    found = read({name: DONE.decode().encode(encoding), "plot.py": b""})
    assert found.files == {"perceptron.py": DONE}
    assert any(f"text in {encoding[:6].upper()}" in note for note in found.notes)


@pytest.mark.parametrize("name", ["perceptron.ipynb", "hw3.ipynb"])
def test_large_files_in_other_encodings_are_refused_before_they_are_read_as_text(read, monkeypatch, name):
    read_as_text = []
    monkeypatch.setattr("autograder.intake.recognition.as_utf8", lambda content: read_as_text.append(len(content)))
    problem = read({name: notebook_of(DONE.decode() + "#" * 9 * 2**20, "x").decode().encode("utf-16")}).problem
    assert "larger than 16 MiB: clear the notebook's outputs" in problem.message
    assert not read_as_text or max(read_as_text) < 2**20


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ", "a PDF document"),
        (b"{\\rtf1 ", "an RTF document"),
        (b"PK\x03\x04", "a zip archive"),
        (b"<!DOCTYPE html>", "a web page"),
    ],
)
def test_what_is_no_program_is_named(read, content, kind):
    problem = read({"perceptron.py": content}).problem
    assert problem.status is Status.REFUSED
    assert kind in problem.message


def test_a_package_knows_the_files_of_other_assignments(tmp_path):
    """As on Gradescope, where neither they nor any reference are there."""
    for name, content in course_files(PERCEPTRON).items():
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    alone = Course(tmp_path / "package").assignment("03")
    assert (alone.root / MARKS_FILE).read_bytes() == marks_json(COURSE)
    assert marks_of(alone) == marks_of(PERCEPTRON)


def test_in_a_students_copy_the_own_work_is_no_stub(tmp_path):
    """It stands where the stub was."""
    folder = tmp_path / "assignments" / "03_perceptron"
    shutil.copytree(PERCEPTRON.folder, folder)
    (folder / "perceptron.py").write_bytes(DONE)
    (folder / "perceptron.ipynb").write_bytes(notebook(STUB))
    own = Course(tmp_path).assignment("03")
    found = read_submission(Source("own", folder), own.manifest.files, marks_of(own))
    assert found.files == {"perceptron.py": DONE}


def test_nothing_is_opened_where_all_have_their_names(tmp_path, monkeypatch):
    source = in_a_folder(tmp_path, {"perceptron.py": DONE, "helpers.py": b"x = 1\n"})
    (source.path / "helpers.py").chmod(0)
    monkeypatch.setattr("autograder.intake.recognition.wanted_file", lambda *_: pytest.fail("looked into"))
    assert read_submission(source, PERCEPTRON.manifest.files, marks_of(PERCEPTRON)).files == {"perceptron.py": DONE}


def find(path, **options):
    marks = marks_of(PERCEPTRON)
    return find_submissions(
        [path], PERCEPTRON.manifest.files, assignment_names=PERCEPTRON.names, marks=marks, **options
    )


def class_of(root, *students, name="perceptron.py"):
    for student in students:
        path = root / student / name
        path.parent.mkdir(parents=True)
        path.write_bytes(DONE)
    return root


STUDENTS = ("ada", "bob", "carol")
MOODLE = tuple(f"{name}_{number}_assignsubmission_file" for number, name in enumerate(STUDENTS, start=201))
GRADESCOPE = ("submission_7", "submission_8", "submission_9")


@pytest.mark.parametrize("name", ["perceptron.py", "work/perceptron.py", "03_perceptron/perceptron.ipynb"])
def test_a_stray_file_makes_no_submission_of_a_class(tmp_path, name):
    root = class_of(tmp_path / "class", *STUDENTS, name=name)
    (root / "perceptron.py").write_bytes(STUB)
    with pytest.raises(IntakeError, match=r"move perceptron.py elsewhere to grade the class, or add --one"):
        find(root)
    assert [source.id for source in find(root, one=True)] == ["class"]
    (root / "perceptron.py").unlink()
    assert [source.id for source in find(root)] == list(STUDENTS)


def test_a_stray_file_beside_loose_modules(tmp_path):
    for name in ("ada.py", "bob.py", "perceptron.py"):
        (tmp_path / name).write_bytes(DONE)
    with pytest.raises(IntakeError, match=r"ada.py, bob.py, as a class does"):
        find(tmp_path)


def test_a_students_own_folder_is_one_submission(tmp_path):
    root = class_of(tmp_path / "ada", "old")
    for name in ("perceptron.py", "perceptron_2.py", "perceptron_3.py"):
        (root / name).write_bytes(DONE)
    (root / "plot.py").write_bytes(b"import perceptron\n")
    assert [source.id for source in find(root)] == ["ada"]


@pytest.mark.parametrize("students", [MOODLE, GRADESCOPE], ids=["Moodle", "Gradescope"])
def test_a_stray_file_beside_a_platforms_folders_is_one_row_more(tmp_path, students):
    root = class_of(tmp_path / "class", *students)
    (root / "perceptron.py").write_bytes(STUB)
    assert len(find(root)) == len(students) + 1


@pytest.mark.parametrize("students", [MOODLE, GRADESCOPE, STUDENTS], ids=["Moodle", "Gradescope", "folders"])
@pytest.mark.parametrize("above", ["export", "assignment_9_export/deeper"])
def test_one_level_too_high_the_class_is_named(tmp_path, students, above):
    inner = class_of(tmp_path / "top" / above, *students)
    with pytest.raises(IntakeError) as caught:
        find(tmp_path / "top")
    assert f"give {inner}" in str(caught.value)
    assert len(find(inner)) == len(students)


def test_groups_of_two_are_classes_of_their_own(tmp_path):
    """Or the finished work of one would be taken for both."""
    for group in ("a", "b"):
        class_of(tmp_path / group, "ada", "bob")
        (tmp_path / group / "bob" / "perceptron.py").write_bytes(STUB)
    with pytest.raises(IntakeError, match=f"give {tmp_path / 'a'} or {tmp_path / 'b'}"):
        find(tmp_path)
    class_of(tmp_path, "carol")
    assert [source.id for source in find(tmp_path)] == ["a", "b", "carol"], "one messy folder stops nobody else"


def test_nbgraders_course_folder(tmp_path):
    class_of(tmp_path / "submitted", *STUDENTS, name="03_perceptron/perceptron.ipynb")
    class_of(tmp_path / "source", "03_perceptron")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    with pytest.raises(IntakeError, match=f"give {tmp_path / 'submitted'}"):
        find(tmp_path)
    assert [source.id for source in find(tmp_path / "submitted")] == list(STUDENTS)


def packed(path, names):
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, DONE + b"# %d\n" % number)


@pytest.mark.parametrize(
    "names",
    [
        [f"{folder}/perceptron.py" for folder in MOODLE],
        [f"assignment_9_export/{folder}/perceptron.py" for folder in GRADESCOPE],
        ["byronada_101_5001_perceptron.py", "hoppergrace_102_5002_perceptron-1.py"],
        [f"{folder}/perceptron.py" for folder in STUDENTS],
        [f"class/{folder}/work/perceptron.py" for folder in STUDENTS],
    ],
    ids=["Moodle", "Gradescope", "Canvas", "folders", "folders in folders"],
)
@pytest.mark.parametrize("lying", ["alone", "in a folder"])
def test_the_zip_of_a_class_is_to_be_unpacked(tmp_path, names, lying):
    (tmp_path / "downloads").mkdir()
    path = tmp_path / "downloads" / "submissions.zip"
    packed(path, names)
    with pytest.raises(IntakeError, match=r"submissions.zip holds a class: unpack it, and give the folder"):
        find(path if lying == "alone" else path.parent)
    (tmp_path / "downloads" / "eve.py").write_bytes(DONE)
    read = {one.id: read_submission(one, PERCEPTRON.manifest.files) for one in find(path.parent)}
    assert read["submissions"].problem.status is Status.REFUSED, "no student's work is taken for the class"


def test_a_students_zip_with_an_older_version_is_no_class(tmp_path):
    packed(tmp_path / "ada.zip", ["work/perceptron.py", "work/old/perceptron.py"])
    (source,) = find(tmp_path / "ada.zip")
    assert read_submission(source, PERCEPTRON.manifest.files).problem is None


def test_no_row_of_a_class_is_lost(tmp_path):
    """Papers, text and empty folders are rows of their own; notes of the instructor's are none."""
    for name in ("ada.pdf", "bob.docx", "carol.py.txt", "dora.txt", "eve.rar"):
        (tmp_path / name).write_bytes(DONE)
    (tmp_path / "frank").mkdir()
    for name in ("README", "notes.txt", "grades.csv"):
        (tmp_path / name).write_text("for the instructor")
    read = {one.id: read_submission(one, PERCEPTRON.manifest.files, marks_of(PERCEPTRON)) for one in find(tmp_path)}
    assert list(read) == ["ada", "bob", "carol", "dora", "eve", "frank"]
    assert read["carol"].files == read["dora"].files == {"perceptron.py": DONE}
    assert all(name in read[name.partition(".")[0]].problem.message for name in ("ada.pdf", "bob.docx", "eve.rar"))


def test_marks_survive_a_mistake_in_another_manifest(tmp_path):
    for name in ("03_perceptron", "04_xor"):
        shutil.copytree(COURSE.root / "assignments" / name, tmp_path / "assignments" / name)
    (tmp_path / "assignments" / "04_xor" / "assignment.toml").write_text("nonsense")
    assert marks_of(Course(tmp_path).assignment("03")).others == ()
    assert json.loads(marks_json(Course(tmp_path)))
