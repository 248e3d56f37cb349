"""The documentation is true: its commands run, its links lead somewhere, and a wheel holds no secret."""

import inspect
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder import expect
from autograder.proving.kinds import KINDS

pytestmark = [pytest.mark.slow, pytest.mark.once]

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("assignments/*/README.md")),
]
COMMANDS = sorted(
    {
        line[2:]
        for page in PAGES
        for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL)
        for line in block.splitlines()
        if line.startswith("$ ")
    }
)
EXAMPLE = "13_softmax"
SOURCES = ("assignments", "solutions", "tests", "release", "pyproject.toml")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The course, with a small class in `submissions/`, and without what the guide's reader has begun."""
    course = tmp_path_factory.mktemp("course")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, course / name, ignore=shutil.ignore_patterns("__pycache__", "dist"))
        else:
            shutil.copy(source, course)
    for begun in list(course.rglob(EXAMPLE)):
        shutil.rmtree(begun)
    (course / "submissions").mkdir()
    shutil.copy(ROOT / "solutions/03_perceptron/perceptron.py", course / "submissions/ada.py")
    return course


@pytest.fixture(scope="module")
def graded_notes(copy):
    """The tables of markers of somebody's work that has a written part and is graded."""
    work = copy / "essays/cleo"
    shutil.copytree(copy / "solutions/07_hyperparameters", work, ignore=shutil.ignore_patterns("substitute"))
    shutil.copy(copy / "solutions/05_backprop/numpy_network.py", work)
    for arguments in (["grade", "07", "essays"], ["marks", "07", "--marker", "kim"]):
        subprocess.run([sys.executable, "-m", "autograder", *arguments], cwd=copy, capture_output=True, check=True)
    return copy / "grades/07_hyperparameters/marking"


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("autograder ")])
def test_commands_run(copy, command, request):
    arguments = shlex.split(command, comments=True)[1:]
    of_students = arguments[0] in ("check", "trace")
    folder = copy / "assignments/03_perceptron" if of_students else copy
    if arguments[0] in ("feedback", "history", "regrade"):
        grade = [sys.executable, "-m", "autograder", "grade", "03_perceptron", "submissions/"]
        subprocess.run(grade, cwd=copy, capture_output=True, check=True)
    if arguments[0] == "prove" and not (copy / "solutions" / EXAMPLE).exists():
        subprocess.run([sys.executable, "-m", "autograder", "new", EXAMPLE], cwd=copy, check=True)
    if arguments[0] in ("mark", "marks", "merge-marks"):
        tables = request.getfixturevalue("graded_notes")
        if arguments[0] == "marks":
            shutil.rmtree(tables)
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    expected = 1 if arguments[0] == "check" else 0  # the stub does not pass
    assert done.returncode == expected, done.stdout + done.stderr


def test_every_other_command_is_known():
    others = [shlex.split(command, comments=True) for command in COMMANDS if not command.startswith("autograder ")]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for words in others:
        known = (["pip", "wheel"], ["source", ".venv/bin/activate"])
        assert (words[0] == "make" and words[1] in targets) or words[:2] in known, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_guide_has_the_signatures_of_expect():
    page = (ROOT / "docs/authoring.md").read_text()
    for name in set(expect.__all__) - {"FigureSnapshot", "StandInRaises"}:
        signature = inspect.signature(getattr(expect, name))
        bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
        text = re.sub("e-0", "e-", str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)))
        assert f"| `{name}{text}` |" in page


def test_the_guide_names_every_kind_of_input():
    page = (ROOT / "docs/authoring.md").read_text()
    table = page.partition("| Printed | What counts |")[2].partition("\n\n")[0]
    printed = {kind for row in table.splitlines()[2:] for kind in re.split("[,;] ", row.split("|")[1].strip())}
    assert printed == set(KINDS)


def test_a_wheel_holds_no_check_and_no_reference(tmp_path):
    shutil.copytree(ROOT / "autograder", tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("assignments", "solutions", "tests", "quality"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").iterdir()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {
        "autograder",
        *{name.split("/")[0] for name in names if ".dist-info/" in name},
    }
    assert "autograder/reports/pages/report.html.j2" in names
    assert "autograder/py.typed" in names


def test_the_handout_of_06_names_what_must_be_read():
    handout = (ROOT / "assignments/06_mnist/README.md").read_text()
    manifest = (ROOT / "assignments/06_mnist/assignment.toml").read_text()
    for images, epochs, accuracy, baseline, loss in re.findall(
        r"images = (\d+), epochs = (\d+), accuracy = ([\d.]+), baseline = ([\d.]+), baseline_loss = ([\d.]+)", manifest
    ):
        row = rf"\| {int(images):,} [^|]*\| {epochs} \| {float(accuracy):.0%}"
        row = row.replace("%", " %") + rf" \| {float(baseline):.0%}".replace("%", " %") + rf" \| at most {loss} \|"
        assert re.search(row, handout), row
