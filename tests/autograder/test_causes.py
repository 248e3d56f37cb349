"""A zero that has one cause is told from one that was earned."""

import csv
import json
from dataclasses import replace

import pytest

from autograder.checks.causes import holds_code, one_cause, shared
from autograder.checks.verdicts import IN_CALL, Verdict
from autograder.outcomes import Cause, Outcome
from tests.autograder.course import make_trial_course

RAISED = "The code raised an exception."
NO_STEP = Verdict(Outcome.ERROR, RAISED, "It raised AttributeError: module 'neuron' has no attribute 'step'")
NO_FIT = Verdict(Outcome.ERROR, RAISED, "It raised AttributeError: module 'neuron' has no attribute 'fit'")
STUB = Verdict(Outcome.NOT_ATTEMPTED, "Not attempted yet.", "See neuron.py, line 3, in step.")
NOT_PYTHON = Verdict(
    Outcome.ERROR,
    "The code is not valid Python.",
    "It raised SyntaxError: invalid syntax (neuron.py, line 1)\n  neuron.py, line 1\n    def f(:",
)
AT_THE_TOP = Verdict(Outcome.ERROR, RAISED, "It raised KeyError: 'x'\n  neuron.py, line 1, in <module>\n    {}['x']")
NOT_THERE = Verdict(Outcome.ERROR, RAISED, "It raised ModuleNotFoundError: neuron.py was not handed in.")
NO_NOTEBOOK = Verdict(Outcome.ERROR, RAISED, "It raised NotebookError: neuron.ipynb: not a notebook: invalid JSON.")
DIED = Verdict(Outcome.CRASHED, "The program ended itself.", "Its exit status was 3.")
SKIPPED = Verdict(Outcome.SKIPPED, "Skipped: it builds on task 1.1, which did not pass.")
NOT_RUN = Verdict(Outcome.NOT_RUN, "Not run: your program had already stopped twice in this task.")
PASSED = Verdict(Outcome.PASSED)
WRONG = Verdict(Outcome.WRONG, "The number is wrong.", "neuron.step(1) is 0; expected 1.")
IN_A_FUNCTION = Verdict(
    Outcome.ERROR,
    RAISED,
    "It raised AttributeError: module 'numpy' has no attribute 'stp'\n  neuron.py, line 4, in step\n",
)


@pytest.mark.parametrize(
    ("verdicts", "cause"),
    [
        ([STUB, STUB, SKIPPED], Cause.STUB),
        ([NO_STEP, NO_FIT], Cause.NOTHING_ASKED_FOR),
        ([NOT_PYTHON, NOT_PYTHON], Cause.NOT_LOADED),
        ([AT_THE_TOP, AT_THE_TOP], Cause.NOT_LOADED),
        ([NO_NOTEBOOK], Cause.NOT_LOADED),
        ([NOT_THERE, NOT_THERE], Cause.NOT_HANDED_IN),
        ([DIED, DIED, DIED], Cause.NOT_LOADED),
        ([replace(DIED, sentence=f"{DIED.sentence}{IN_CALL}{name}`.") for name in ("step", "fit")], Cause.NOT_LOADED),
        ([NO_STEP, NO_FIT, WRONG], Cause.NOTHING_ASKED_FOR),
        ([NO_STEP, NO_FIT, PASSED], None),
        ([STUB, WRONG], None),
        ([STUB, NO_STEP, WRONG], None),
        ([WRONG, WRONG], None),
        ([IN_A_FUNCTION, IN_A_FUNCTION], None),
        ([DIED, DIED, NOT_RUN], None),
        ([SKIPPED, NOT_RUN], None),
        ([], None),
    ],
)
def test_one_cause_is_found_where_nearly_all_checks_have_it(verdicts, cause):
    assert one_cause(verdicts, empty=False) is cause


def test_what_several_checks_have_in_common_is_told_once():
    assert shared([NOT_PYTHON, WRONG, NOT_PYTHON, NOT_THERE, PASSED]) == [NOT_PYTHON]
    assert shared([NOT_PYTHON, NOT_THERE]) == []
    assert shared([WRONG, WRONG, STUB, STUB, NO_STEP, NO_STEP]) == []


def test_only_what_defines_nothing_can_be_empty():
    assert one_cause([NO_STEP, NO_FIT], empty=True) is Cause.EMPTY
    assert one_cause([WRONG, WRONG], empty=True) is None


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# my name\n  # 42\n", b"\xef\xbb\xbf# mark\r\n"])
def test_comments_are_no_code(content):
    assert not holds_code(content)
    assert holds_code(content + b"\nx = 1")


RIGHT = """
    def value(w, b, x):
        return w * x + b

    def slope(w, b):
        return w
"""
ZEROS = {
    "blank": ("", "empty"),
    "comments": ("# I did not get to it.\n", "empty"),
    "untouched": (
        "def value(w, b, x):\n    raise NotImplementedError('Your code here.')\n\n\ndef slope(w, b):\n"
        "    raise NotImplementedError('Your code here.')\n",
        "nothing attempted",
    ),
    "colon": ("def value(w, b, x)\n    return w * x + b\n", "does not load"),
    "tabs": ("def value(w, b, x):\n\tif x:\n        return b\n", "does not load"),
    "ends": ("import os\nos._exit(3)\n", "does not load"),
    "circle": ("def area(r):\n    return 3.14 * r * r\n", "defines nothing that was asked for"),
}
EARNED = {
    "wrong": RIGHT.replace("w * x + b", "w + x + b"),
    "raises": RIGHT.replace("w * x + b", "w * x + c"),
    "right": RIGHT,
}


@pytest.mark.slow
def test_a_class_with_every_cause(tmp_path):
    course = make_trial_course(tmp_path / "course")
    for name, (source, _) in ZEROS.items():
        course.write(f"class/{name}.py", source)
    for name, source in EARNED.items():
        course.write(f"class/{name}.py", source)
    course.write("class/page.ipynb", "no notebook at all")
    course.write("class/nothing/notes.txt", "I could not finish in time.")
    ran = course.run("grade", "line", course.root / "class", "--json")
    assert ran.status == 3, ran.stderr
    records = {record["submission"]: record for record in json.loads(ran.stdout)["results"]}
    causes = {name: record["cause"] for name, record in records.items()}
    expected = {name: cause for name, (_, cause) in ZEROS.items()} | dict.fromkeys(EARNED, "")
    assert causes == {**expected, "page": "does not load", "nothing": ""}
    assert all(records[name]["status"] == "graded" for name in (*ZEROS, *EARNED))
    rows = csv.DictReader((course.root / "grades/07_line/grades.csv").read_text().splitlines())
    standings = {row["submission"]: row["status"] for row in rows}
    assert standings["colon"] == "graded, does not load"
    assert standings["wrong"] == "graded"
    table = course.run("grade", "line", course.root / "class").stdout
    scores = [records[name]["score"] for name in EARNED]
    assert f"mean {sum(scores) / len(scores):.3g} of 4 without 9 zeros with one cause; 9 need a person." in table
    report = (course.root / "grades/07_line/report.html").read_text()
    assert "SyntaxError" in report.partition("For a person to look at")[2].partition("</section>")[0]
