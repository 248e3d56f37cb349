"""Files that students bring along from an earlier assignment: named in the manifest, and written once."""

import msgspec
import pytest

from autograder.course.bank import read_bank
from autograder.course.layout import Course
from autograder.course.manifest import ManifestError
from autograder.course.stubs import stub_files
from autograder.grading.collection import collect
from autograder.grading.isolation import isolation
from autograder.ledger.digests import manifest_digest
from autograder.platforms.contents import course_files, handed_out
from autograder.platforms.student import notebooks
from autograder.proving.versions import own_modules
from quality.variants import COURSE
from tests.autograder.course import HANDOUT, make_trial_course

pytestmark = pytest.mark.slow

MANIFEST = """
    title = "A curve"
    points = 1
    files = ["curve.py", {brought}]

    [[task]]
    id = "1"
    title = "The curve"
    points = 1
"""
LINE = '{ from = "07_line", file = "line.py" }'
CURVE = """
    import line


    def square(x):
        ### BEGIN SOLUTION
        return line.value(1.0, 0.0, x) ** 2
        ### END SOLUTION
"""
HIDDEN = '''
    import pytest

    from autograder import expect


    @pytest.mark.task("1")
    def test_square(student):
        """The curve."""
        expect.number(student.curve.square(3.0), 9.0)
'''
WRONG = """
    about = "The line goes down."
    hint = "Which way does it go?"
    earns = "nothing"

    [[change]]
    file = "line.py"
    old = "w * x + b"
    new = "b - w * x * x"
"""


@pytest.fixture
def course(tmp_path):
    course = make_trial_course(tmp_path / "course")
    course.write("assignments/08_curve/assignment.toml", MANIFEST.format(brought=LINE))
    course.write("assignments/08_curve/README.md", HANDOUT)
    course.write("solutions/08_curve/curve.py", CURVE)
    course.write("tests/hidden/08_curve/test_curve_hidden.py", HIDDEN)
    course.write("tests/submissions/08_curve/wrong/down.toml", WRONG)
    return course


@pytest.fixture
def curve(course):
    return Course(course.root).assignment("curve")


def test_its_name_is_one_of_the_files(curve):
    assert curve.manifest.files == ("curve.py", "line.py")
    assert curve.manifest.modules == ("curve", "line")
    assert curve.manifest.brought == {"line.py": "07_line"}


def test_its_stub_is_handed_out_but_stands_once(course, curve):
    line = Course(course.root).assignment("line")
    assert course.run("build").status == 0
    assert not (curve.folder / "line.py").exists()
    assert course.run("build", "--check").status == 0
    assert handed_out(curve)["line.py"] == handed_out(line)["line.py"] == (line.folder / "line.py").read_bytes()
    assert set(notebooks(curve)) == {"curve.ipynb"}


def test_the_bank_has_it_from_there(course, curve):
    bank = read_bank(curve)
    line = (course.root / "solutions/07_line/line.py").read_bytes()
    assert bank.entry("reference").files["line.py"] == line
    assert b"NotImplementedError" in bank.entry("stub").files["line.py"]
    assert bank.entry("wrong/down").files["line.py"] == line.replace(b"w * x + b", b"b - w * x * x")


@pytest.mark.parametrize(("entry", "score"), [("reference", 1), ("wrong/down", 0)])
def test_an_assignment_that_travels_alone_is_graded(curve, tmp_path, entry, score):
    """As in Gradescope's package: there is no 07 in the course, and no solution."""
    for name, content in course_files(curve).items():
        path = tmp_path / "alone" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    alone = Course(tmp_path / "alone").assignment("curve")
    assert Course(alone.root).names() == ["08_curve"]
    assert [spec.task for spec in collect(alone)] == ["1"]
    graded = make_trial_course(tmp_path / "elsewhere")
    for name, content in read_bank(curve).entry(entry).files.items():
        graded.write(f"handed-in/ada/{name}", content.decode())
    ran = type(graded)(alone.root).run("grade", "curve", graded.root / "handed-in/ada", "--json")
    (result,) = msgspec.json.decode(ran.stdout)["results"]
    assert result["score"] == score


def test_the_reference_elsewhere_must_be_hidden_too(curve, monkeypatch):
    asked = []
    monkeypatch.setattr("autograder.grading.isolation.weakness", lambda offered, hidden, readable: asked.extend(hidden))
    isolation(curve)
    assert str(curve.root / "solutions/07_line") in asked


def test_a_verdict_does_not_follow_from_where_a_file_is_from(course, curve):
    before = manifest_digest(curve.manifest, None)
    course.write("assignments/08_curve/assignment.toml", MANIFEST.format(brought='"line.py"'))
    assert manifest_digest(Course(course.root).assignment("curve").manifest, None) == before


@pytest.mark.parametrize(
    ("brought", "says"),
    [
        (
            '{ from = "06_line", file = "line.py" }',
            "is from '06_line', which is no assignment. There are: 07_line, 08_",
        ),
        ('{ from = "line", file = "line.py" }', "'line.py' is from 'line', which is no assignment"),
        ('{ from = "07_line", file = "slope.py" }', "'slope.py' is from '07_line', whose files are: line.py."),
        ('{ from = "09_more", file = "line.py" }', "from '09_more', which brings it along too: name the one that"),
        ('{ from = "08_curve", file = "line.py" }', "from '08_curve', which brings it along too: name the one that"),
    ],
)
def test_what_is_not_written_there_is_refused_when_it_is_asked_for(course, brought, says):
    course.write("assignments/09_more/assignment.toml", MANIFEST.format(brought=LINE))
    manifest = course.write("assignments/08_curve/assignment.toml", MANIFEST.format(brought=brought))
    assert course.run("list").status == 0
    ran = course.run("build", "curve")
    assert (ran.status, ran.stdout) == (2, "")
    assert f"{manifest}: files: " in ran.stderr and says in ran.stderr
    with pytest.raises(ManifestError):
        read_bank(Course(course.root).assignment("curve"))


@pytest.mark.parametrize(
    ("brought", "says"),
    [
        (f'{LINE}, "line.py"', "files: 'line.py' stands twice"),
        ('"curve.py"', "files: 'curve.py' stands twice"),
        ('{ from = "07_line" }', "missing required field `file` - at `$.files[1]`"),
        ('{ from = "07_line", file = "../line.py" }', "files: '../line.py' is not a plain name"),
        ("7", "at `$.files[1]`"),
    ],
)
def test_a_manifest_that_is_wrong_by_itself(course, brought, says):
    course.write("assignments/08_curve/assignment.toml", MANIFEST.format(brought=brought))
    ran = course.run("list")
    assert ran.status == 2 and says in ran.stderr


@pytest.mark.parametrize("later", ["06_mnist", "08_autograd"])
def test_the_network_brought_along_is_that_of_05(later):
    network, assignment = COURSE.assignment("05_backprop"), COURSE.assignment(later)
    assert assignment.reference("numpy_network.py") == network.reference("numpy_network.py")
    assert own_modules(assignment) == [f"{assignment.manifest.modules[0]}.py"]
    assert stub_files(assignment)["numpy_network.py"] == (network.folder / "numpy_network.py").read_bytes()
