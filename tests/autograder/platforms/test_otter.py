"""Our packages in the real Otter."""

import json
import pickle
import zipfile

import pytest

from autograder.course.notebooks import code_cell, notebook_of
from autograder.kernels.engine import NO_SCORE
from autograder.platforms.archive import unzip, zip_of
from autograder.platforms.build import build_packages
from autograder.platforms.otter import otter_student_files
from autograder.student.notebook import read_notebook
from quality import platforms
from quality.variants import COURSE

pytestmark = pytest.mark.slow

PERCEPTRON = COURSE.assignment("03_perceptron")
SOURCE = (PERCEPTRON.solution / "perceptron.py").read_text()
WRONG = SOURCE.replace("return f(w @ x + b)", "return f(w @ x - b)")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    path, _ = build_packages([PERCEPTRON], ["otter"], folder)
    return path


@pytest.mark.usefixtures("tools")
def test_a_module_whose_name_is_free(package, tmp_path):
    (tmp_path / "ada.py").write_text(WRONG)
    results = platforms.otter_run(package, tmp_path / "ada.py", tmp_path / "out")
    scores = platforms.otter_scores(results, PERCEPTRON)
    assert scores["1.1"] == 2.0 and scores["1.2"] < 2.0
    public = next(test for test in results["tests"] if test["name"] == "Public Tests")
    assert public["visibility"] == "visible"
    hidden = [spec for spec in PERCEPTRON.hidden_checks[0].read_text().splitlines() if spec.startswith("def test_")]
    assert hidden and not any(line[4:].split("(")[0] in public["output"] for line in hidden)
    assert {test["visibility"] for test in results["tests"] if test is not public} == {"hidden"}


class Mark:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.usefixtures("tools")
def test_nothing_of_a_student_runs_in_the_kernel(package, tmp_path):
    """Neither cells, nor a module called otter, nor a pickle in Otter's log; the notebook is judged like any other."""
    ran = tmp_path / "ran"
    notebook = json.loads(notebook_of(SOURCE, "Ada's"))
    notebook["metadata"]["kernelspec"]["name"] = "ada"
    notebook["cells"].append(code_cell("end", f"if 'get_ipython' in dir():\n    open({str(ran)!r}, 'w')"))
    files = {
        "perceptron.ipynb": json.dumps(notebook).encode(),
        "otter.py": f"open({str(ran)!r}, 'w')\nraise SystemExit".encode(),
        ".OTTER_LOG": pickle.dumps(Mark(ran)),
    }
    (tmp_path / "ada.zip").write_bytes(zip_of(files))
    results = platforms.otter_run(package, tmp_path / "ada.zip", tmp_path / "out")
    assert sum(platforms.otter_scores(results, PERCEPTRON).values()) == PERCEPTRON.manifest.points
    assert not ran.exists()


@pytest.mark.usefixtures("tools")
def test_a_fault_of_the_grader_leaves_its_line(package, tmp_path):
    files = unzip(package.read_bytes())
    hidden = "course/tests/hidden/03_perceptron/test_hidden_perceptron.py"
    (tmp_path / "broken.zip").write_bytes(zip_of(files | {hidden: files[hidden] + b"\n\nraise KeyError('ours')\n"}))
    (tmp_path / "ada.py").write_text(SOURCE)
    results = platforms.otter_run(tmp_path / "broken.zip", tmp_path / "ada.py", tmp_path / "out")
    assert sum(platforms.otter_scores(results, PERCEPTRON).values()) == 0
    questions = [test["output"] for test in results["tests"] if test["name"] != "Public Tests"]
    assert all(NO_SCORE in output for output in questions)


@pytest.mark.usefixtures("tools")
def test_a_student_checks_a_notebook(package, tmp_path):
    """`grader.check` in the notebook that students get, with a right solution in its place."""
    student = package.with_name("03_perceptron-student.zip")
    with zipfile.ZipFile(student) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "assignments" / "03_perceptron"
    solved = json.loads(notebook_of(SOURCE, "Solved", cells_that_check(folder / "perceptron.ipynb")[:3]))
    (folder / "perceptron.ipynb").write_text(json.dumps(solved))
    platforms.tool(
        "jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", "perceptron.ipynb", folder=folder
    )
    _, *checks = cells_that_check(folder / "perceptron.ipynb")
    said = ["".join(cell["outputs"][0]["data"]["text/plain"]) for cell in checks]
    assert said == ["q1_1 results: All test cases passed!", "q1_2 results: All test cases passed!"]
    results = platforms.otter_run(package, folder / "perceptron.ipynb", tmp_path / "out")
    assert sum(platforms.otter_scores(results, PERCEPTRON).values()) == PERCEPTRON.manifest.points


def cells_that_check(notebook):
    """The cells that make Otter's `grader`, and call it."""
    cells = json.loads(notebook.read_text())["cells"]
    return [cell for cell in cells if "otter_ignore" in cell["metadata"].get("tags", ())]


def test_cells_that_call_the_grader_are_not_graded():
    files = otter_student_files(PERCEPTRON)
    cells = read_notebook(files["assignments/03_perceptron/perceptron.ipynb"]).cells
    assert not any("otter" in cell.source for cell in cells)
    assert any("def step" in cell.source for cell in cells)


def test_tests_have_names_and_points(package):
    """A test file for each task, with the points of the manifest; every test case with a name of its own."""
    environments = {}
    for name, content in unzip(package.read_bytes()).items():
        if name.startswith("tests/"):
            source = content.decode().replace("from otter.test_files import test_case", "")
            cases = []
            exec(source, environments.setdefault(name, {"test_case": _recorder(cases)}))
            environments[name]["cases"] = cases
    assert len(environments) == len(PERCEPTRON.manifest.tasks)
    for task, name in zip(PERCEPTRON.manifest.tasks, sorted(environments), strict=True):
        cases = environments[name]["cases"]
        assert sum(case["points"] for case in cases) == pytest.approx(task.points)
        assert len({case["name"] for case in cases}) == len(cases)
        assert {case["hidden"] for case in cases} == {False, True}


def _recorder(cases):
    def test_case(**properties):
        cases.append(properties)
        return lambda function: function

    return test_case
