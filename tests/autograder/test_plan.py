"""The course as a whole: `course.toml`, the sums that `autograder list` prints, and the pages that say the same."""

import re

import pytest

from autograder.course.layout import Course
from autograder.course.plan import PlanError, plan_of, total
from quality.variants import COURSE
from tests.autograder.course import make_trial_course

HOURS = {
    "half an": 0.5,
    "an": 1,
    "four": 4,
    "five and a half": 5.5,
    "three and a half": 3.5,
    "½": 0.5,
    "5½": 5.5,
    "3½": 3.5,
}
WORDS = [*(word for word in HOURS if word != "an"), "an(?= hour)"]
UNITS = plan_of(COURSE)
PLAN = """
    [[assignment]]
    name = "07_line"
    hours = 2

    [[assignment]]
    name = "08_plane"
    hours = 0.5
    builds_on = ["07_line"]
    """


@pytest.fixture
def course(tmp_path):
    """A course of two assignments with a plan; the second one has a written part of four points."""
    made = make_trial_course(tmp_path)
    manifest = (made.root / "assignments/07_line/assignment.toml").read_text()
    part = '\n[[written]]\nid = "9"\ntitle = "In words"\npoints = 4\nfile = "words.md"\n'
    manifest = manifest.replace('files = ["line.py"]', 'files = ["line.py", "words.md"]') + part
    made.write("assignments/08_plane/assignment.toml", manifest)
    made.write("course.toml", PLAN)
    return made


def test_units_and_their_sum(course):
    line, plane = plan_of(Course(course.root))
    assert (line.hours, line.builds_on, line.counts) == (2, (), True)
    assert (plane.hours, plane.builds_on, plane.numbers) == (0.5, ("07_line",), ("07",))
    points = line.assignment.manifest.points
    assert (total([line, plane]).points, total([line, plane]).written) == (2 * points + 4, 4)
    assert total([line, plane]).hours == 2.5


def test_the_list_has_the_hours_and_the_sums_of_what_counts(course):
    course.write("course.toml", PLAN + "counts = false\n")
    printed = course.run("list").stdout
    assert re.search(r"08_plane .* \d+ \+ 4 +0\.5 +07 ", printed)
    assert "and 2 hours. 08_plane does not count." in printed


def test_the_list_of_a_course_without_a_plan(course):
    (course.root / "course.toml").unlink()
    printed = course.run("list").stdout
    assert "08_plane" in printed
    assert "Hours" not in printed
    assert "Together" not in printed


def test_what_is_brought_along_is_built_on(course):
    manifest = course.root / "assignments/08_plane/assignment.toml"
    brought = '{ from = "07_line", file = "line.py" }'
    manifest.write_text(manifest.read_text().replace('["line.py"', f'["plane.py", {brought}'))
    course.write("course.toml", PLAN.replace('builds_on = ["07_line"]', ""))
    assert plan_of(Course(course.root))[1].builds_on == ("07_line",)
    course.write("course.toml", PLAN)
    with pytest.raises(PlanError, match="its manifest says already"):
        plan_of(Course(course.root))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("08_plane", "09_plane", "no assignment '09_plane'"),
        ("08_plane", "07_line", "once, in the order"),
        ('["07_line"]', '["08_plane"]', "no assignment before it"),
        ('["07_line"]', '["06_dot"]', "no assignment before it"),
        ("hours = 0.5", "hours = 0", "hours"),
        ("hours = 0.5", "hours = 1\nweight = 2", "weight"),
        ("[[assignment]]", "[[assignment", "line 1"),
    ],
)
def test_a_plan_that_cannot_be_used(course, old, new, says):
    course.write("course.toml", PLAN.replace(old, new))
    with pytest.raises(PlanError, match=says):
        plan_of(Course(course.root))


def test_an_assignment_that_is_missing_must_be_a_draft(course):
    course.write("course.toml", PLAN.partition('\n    [[assignment]]\n    name = "08')[0])
    with pytest.raises(PlanError, match="08_plane is missing"):
        plan_of(Course(course.root))
    manifest = course.root / "assignments/08_plane/assignment.toml"
    manifest.write_text("draft = true\n" + manifest.read_text())
    assert [unit.assignment.name for unit in plan_of(Course(course.root))] == ["07_line"]


def test_the_plan_for_lecturers_has_these_points_hours_and_needs():
    page = (COURSE.root / "docs" / "teaching.md").read_text(encoding="utf-8")
    section = page.partition("## The course in a table\n")[2].partition("\n## ")[0]
    rows = {}
    for line in re.findall(r"^\| \d\d.*", section, re.MULTILINE):
        label, slug, points, hours, needs = [cell.strip() for cell in line.strip("|").split("|")][:5]
        worth = [float(part) for part in points.split("+")]
        rows[f"{label[:2]}_{slug}"] = (worth, HOURS.get(hours) or float(hours), set(re.findall(r"\d\d", needs)))
    assert list(rows) == sorted(rows)
    for unit in UNITS:
        manifest = unit.assignment.manifest
        worth = [manifest.points, *(part.points for part in manifest.written)]
        assert unit.assignment.name in rows, f"docs/teaching.md: its table has no row of {unit.assignment.name}."
        assert rows[unit.assignment.name] == (worth, unit.hours, set(unit.numbers))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.assignment.name)
def test_a_handout_says_these_hours_and_needs(unit):
    handout = (unit.assignment.folder / "README.md").read_text(encoding="utf-8")
    said = re.search(rf"(?i)\b({'|'.join(WORDS)}|\d+)\b[^.|]*?\bhours?\b", handout)
    assert said, "Say in the handout how long it takes: It takes about 6 hours."
    word = said[1].lower()
    assert (HOURS.get(word) or float(word)) == unit.hours, f"{said[0]!r} is not what course.toml says."
    sentence = re.search(r"It builds on (.*?)\.?[.:;]?(?:\.\s|:\s)", handout)
    assert sentence, "Say in the handout: It builds on assignment 01 (what of it)."
    own = unit.assignment.number
    assert set(re.findall(r"\b\d\d\b", sentence[1])) - {own} == set(unit.numbers) - {own}


def test_the_readme_lists_what_is_released():
    page = (COURSE.root / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d\d)(?: [A-Z])? \| \[(\w+)\]\(assignments/(\w+)/README\.md\)", page, re.MULTILINE)
    assert all(f"{number}_{slug}" == folder for number, slug, folder in rows)
    listed = [folder for _, _, folder in rows]
    assert listed == sorted(listed)
    released = {one.name for one in COURSE.assignments() if not one.manifest.draft}
    assert released <= set(listed), f"README.md: the table has no row of {released - set(listed)}."
    assert set(listed) <= set(COURSE.names())
