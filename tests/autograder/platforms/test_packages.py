"""What is built: the same bytes each time, and nothing hidden in what students get."""

import hashlib
import html
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.course.layout import Course
from autograder.platforms.archive import unzip, zip_of
from autograder.platforms.build import FORMATS, build_packages, checksums
from autograder.platforms.contents import course_files, handed_out
from autograder.platforms.otter import otter_student_files
from autograder.platforms.student import notebooks
from autograder.platforms.wheel import PackageError, engine_wheel
from quality.variants import COURSE
from tests.autograder.course import make_trial_course
from tests.autograder.hidden import secret_lines, telling_lines

pytestmark = pytest.mark.slow

ASSIGNMENTS = [assignment for assignment in COURSE.assignments() if not assignment.manifest.draft]


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build_packages(ASSIGNMENTS, FORMATS, folder)
    return folder


def contents(package: bytes) -> dict[str, bytes]:
    """Every file of a package, those of the wheel in it included."""
    files = unzip(package)
    for name in [name for name in files if name.endswith(".whl")]:
        files |= {f"{name}!{inner}": content for inner, content in unzip(files.pop(name)).items()}
    return files


def text_of(name: str, content: bytes) -> str:
    """What a person would read in a file: of a notebook, its cells."""
    if name.endswith(".html"):
        return html.unescape(content.decode("utf-8"))
    if not name.endswith(".ipynb"):
        return content.decode("utf-8", "replace")
    return "\n".join("".join(cell["source"]) for cell in json.loads(content)["cells"])


@pytest.fixture(scope="module")
def given_away(dist):
    """The lines of everything that students get; of an nbgrader course, what `source/` holds."""
    packages = sorted([*(dist / "student").glob("*.zip"), *(dist / "otter").glob("*-student.zip")])
    assert len(packages) == 2 * len(ASSIGNMENTS) + 1
    found = [(package, name, text) for package in packages for name, text in contents(package.read_bytes()).items()]
    for package in (dist / "nbgrader").glob("*.zip"):
        of_students = {n: text for n, text in unzip(package.read_bytes()).items() if n.startswith("source/")}
        assert of_students
        found += [(package, name, text) for name, text in of_students.items()]
    return {
        f"{package.relative_to(dist)}: {name}": telling_lines(text_of(name, content))
        for package, name, content in found
    }


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_nothing_hidden_reaches_a_student(given_away, assignment):
    """No line of a hidden check, of a reference's solution, of a substitute or of a submission of the bank."""
    secret = secret_lines(assignment)
    assert len(secret) > 100
    for name, lines in given_away.items():
        leaked = sorted(lines & secret)
        assert not leaked, f"{name}: {leaked[:3]}"


def test_no_file_of_the_wrong_kind_reaches_a_student(given_away):
    for name in given_away:
        assert "tests/hidden" not in name and "test_hidden" not in name and "solutions/" not in name
        assert "tests/submissions" not in name and ".course_secret" not in name


def test_the_same_files_give_the_same_bytes(dist, tmp_path):
    engine_wheel.cache_clear()
    umask = os.umask(0o077)
    try:
        build_packages(ASSIGNMENTS[:1], FORMATS, tmp_path)
    finally:
        os.umask(umask)
    for path in tmp_path.rglob("*.zip"):
        assert path.read_bytes() == (dist / path.relative_to(tmp_path)).read_bytes(), path.name


def test_checksums_name_every_package(dist):
    lines = (dist / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == 5 * len(ASSIGNMENTS) + 2
    for line in lines:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest
    assert checksums(dist).decode().splitlines() == lines


def test_packages_with_hidden_checks_lie_in_closed_folders(dist):
    """They hold the secret that seeds are drawn from, too."""
    closed = {path.name for path in dist.iterdir() if path.is_dir() and path.stat().st_mode & 0o077 == 0}
    assert closed == {"gradescope", "otter", "nbgrader"}


def test_fixtures_travel_with_the_checks(tmp_path):
    made = make_trial_course(tmp_path).root
    for place in ("assignments", "tests/hidden"):
        (made / place / "07_line" / "conftest.py").write_text(f"# {place}\n")
    assignment = Course(made).assignment("07_line")
    assert handed_out(assignment)["conftest.py"] == b"# assignments\n"
    files = course_files(assignment)
    assert files["assignments/07_line/conftest.py"] == b"# assignments\n"
    assert files["tests/hidden/07_line/conftest.py"] == b"# tests/hidden\n"


def test_the_program_is_the_last_cell_of_a_notebook():
    """In Jupyter it reads Jupyter's command line and ends: what comes after it would never run."""
    for name in ("05_backprop", "06_mnist"):
        assignment = COURSE.assignment(name)
        for content in (*notebooks(assignment).values(), *otter_notebooks(assignment)):
            *others, last = ["".join(cell["source"]) for cell in json.loads(content)["cells"]]
            assert last.startswith('if __name__ == "__main__":')
            assert not any("__main__" in other for other in others)


def otter_notebooks(assignment):
    return [content for name, content in otter_student_files(assignment).items() if name.endswith(".ipynb")]


def test_packages_unpack_everywhere(dist):
    """No links, no names that differ only in case or that Windows does not know, Unix line ends in all text."""
    for package in dist.rglob("*.zip"):
        with zipfile.ZipFile(package) as archive:
            names = archive.namelist()
            assert len({name.casefold() for name in names}) == len(names)
            for entry in archive.infolist():
                assert stat.S_ISREG(entry.external_attr >> 16)
                assert not set(entry.filename) & set('\\:*?"<>|')
                if entry.filename.endswith((".py", ".md", ".toml", ".sh", "run_autograder", ".ipynb", ".txt")):
                    assert b"\r" not in archive.read(entry), entry.filename


def test_packages_unpack_into_one_folder(dist):
    """What two packages for students both hold is the same in both, so that neither overwrites anything."""
    found: dict[str, bytes] = {}
    for package in sorted((dist / "student").glob("*.zip")):
        for name, content in unzip(package.read_bytes()).items():
            assert found.setdefault(name, content) == content, f"{package.name}: {name}"
    assert "README.md" in found


def test_programs_can_be_run(dist):
    with zipfile.ZipFile(dist / "gradescope" / f"{ASSIGNMENTS[0].name}.zip") as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 & 0o111
            assert archive.read(name).startswith(b"#!/usr/bin/env bash\n")
            subprocess.run(["bash", "-n"], input=archive.read(name), check=True)


def test_another_engine_has_another_version(dist, tmp_path):
    """Or pip would leave last week's engine where this week's package is unpacked."""
    for root in (tmp_path / "same", tmp_path / "other"):
        shutil.copytree(COURSE.root / "autograder", root / "autograder")
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(COURSE.root / name, root / name)
    (tmp_path / "other" / "autograder" / "expect.py").write_text("# another\n")
    name, _ = engine_wheel(COURSE.root)
    assert engine_wheel(tmp_path / "same")[0] == name
    other, _ = engine_wheel(tmp_path / "other")
    assert other.split("+")[0] == name.split("+")[0]
    assert other != name


def test_without_the_source_of_the_engine_there_is_no_package(tmp_path):
    with pytest.raises(PackageError, match=r"lacks pyproject\.toml"):
        engine_wheel(tmp_path)


def test_zips_hold_what_they_were_given():
    files = {"b/c.txt": b"two", "a.txt": b"one"}
    assert unzip(zip_of(files)) == files
    assert zipfile.ZipFile(io.BytesIO(zip_of(files))).namelist() == ["a.txt", "b/c.txt"]


def test_a_student_can_check_and_submit(dist, tmp_path):
    """In a folder that holds nothing but the package of one assignment, with the engine of this environment."""
    with zipfile.ZipFile(dist / "student" / "03_perceptron.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "assignments" / "03_perceptron"

    def autograder(*arguments: str, answer: str = "") -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "autograder", *arguments]
        return subprocess.run(command, cwd=folder, input=answer, capture_output=True, text=True, check=False)

    stub = autograder("submit", answer="n\n")
    assert stub.returncode == 1
    assert "Nothing has been filled in yet" in stub.stdout
    assert not list(folder.glob("*.zip"))
    (folder / "perceptron.py").write_bytes((COURSE.assignment("03").solution / "perceptron.py").read_bytes())
    assert autograder("check").returncode == 0
    done = autograder("submit")
    assert done.returncode == 0, done.stderr
    assert "18 of 18 public checks passed." in done.stdout
    receipt = done.stdout.split("Receipt: ")[1].strip()
    graded = subprocess.run(
        [
            *(sys.executable, "-m", "autograder", "grade", "03", str(folder / "03_perceptron-submission.zip")),
            *("--output", str(tmp_path / "grades"), "--seed", "1", "--json"),
        ],
        cwd=COURSE.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f'"receipt": "{receipt}"' in graded.stdout


def test_a_notebook_will_do(dist, tmp_path):
    with zipfile.ZipFile(dist / "student" / "03_perceptron.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "assignments" / "03_perceptron"
    (tmp_path / "notebooks" / "03_perceptron" / "perceptron.ipynb").rename(folder / "perceptron.ipynb")
    (folder / "perceptron.py").unlink()
    done = subprocess.run([sys.executable, "-m", "autograder", "check"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1
    assert "not attempted" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_pytest_on_the_stub_is_no_wall_of_tracebacks(dist, tmp_path):
    with zipfile.ZipFile(dist / "student" / "03_perceptron.zip") as archive:
        archive.extractall(tmp_path)
    folder = Path(tmp_path, "assignments", "03_perceptron")
    # Under CI, pytest repeats each sentence in full in its summary; a student's laptop is no CI machine.
    laptop = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest"], cwd=folder, env=laptop, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.count("Not attempted yet") == 18
    assert "Traceback" not in done.stdout
    assert len(done.stdout.splitlines()) < 120


def test_the_wrong_python_says_what_to_activate(dist, tmp_path):
    """Plain pytest of an environment without the engine ends with a remedy in place of a traceback."""
    package = next((dist / "student").glob("03_perceptron*.zip"))
    folder = tmp_path / "assignments/03_perceptron"
    folder.mkdir(parents=True)
    for name, content in unzip(package.read_bytes()).items():
        if name.startswith("assignments/03_perceptron/") and name.count("/") == 2:
            (tmp_path / name).write_bytes(content)
    blind = "import sys; sys.modules['autograder'] = None; import pytest; pytest.main(['-p', 'no:cacheprovider'])"
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", blind], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "source .venv/bin/activate" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
