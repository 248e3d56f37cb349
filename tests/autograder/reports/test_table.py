import io
import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from rich.console import Console

from autograder.checks.verdicts import Verdict
from autograder.ledger.records import Origin
from autograder.outcomes import Cause, Outcome, Status
from autograder.platforms.gradescope import results_json
from autograder.reports.html import student_page
from autograder.reports.table import class_table, feedback
from autograder.reports.wording import passed_text
from quality.variants import COURSE

TICK = "✓"
CROSS = "✗"
MISSING = "It raised AttributeError: module 'neuron' has no attribute 'forward'"


def printed(what, *, terminal: bool = False) -> str:
    console = Console(
        file=io.StringIO(),
        width=100,
        force_terminal=terminal,
        color_system="truecolor" if terminal else "auto",
    )
    if callable(what):
        what(console)
    else:
        console.print(what)
    return console.file.getvalue()


def line_with(text: str, wanted: str) -> str:
    return next(line for line in text.splitlines() if wanted in line)


def test_a_row_says_score_status_and_points(a_class):
    text = printed(class_table(a_class))
    assert line_with(text, "alan").split() == ["alan", "8.5", "graded", "2", "1", "1.5", "3", "1"]
    assert line_with(text, "Submission").split() == [
        "Submission",
        "/10",
        "Status",
        "/2",
        "/1",
        "/3",
        "/3",
        "/1",
    ]


def test_tasks_that_do_not_fit_are_left_out_and_the_caption_says_so(a_class):
    needed = max(map(len, printed(class_table(a_class[:8])).splitlines()))
    assert "see grades.csv" not in printed(class_table(a_class, needed))
    narrow = printed(class_table(a_class, needed - 1))
    assert "grades.csv" in narrow
    assert line_with(narrow, "alan").split() == ["alan", "8.5", "graded"]


def test_a_long_name_is_folded_where_space_is_short(make_result):
    name = "x" * 90 + "end"
    text = printed(class_table([make_result(name)], 100))
    assert "".join(text.split()).count("x") == 90
    assert "10 graded   2   1   3   3   1" in text


def test_a_long_title_is_indented_as_a_whole(make_result):
    result = make_result("ada")
    console = Console(file=io.StringIO(), width=40)
    feedback(result, console)
    assert f"  {TICK} A neuron takes a batch, one sample\n    in each column.\n" in console.file.getvalue()


def test_who_needs_a_person_is_marked_without_colour(a_class):
    text = printed(class_table(a_class))
    assert "! needs review" in line_with(text, "grace")
    assert "! refused" in line_with(text, "linus")
    assert text.count("!") == 2


def test_colour_vanishes_off_a_terminal(a_class):
    assert "\x1b[" in printed(class_table(a_class), terminal=True)
    assert "\x1b" not in printed(class_table(a_class))


def test_a_name_cannot_use_markup_or_steer_the_terminal(make_result):
    text = printed(class_table([make_result("[red]x[/red]\x1b[2J\nroot 10")]), terminal=True)
    assert "[red]x[/red]␛[2J␊root 10" in text


def test_feedback_shows_tasks_checks_and_messages(make_result):
    result = make_result("ada", {"test_weighted_sum": Outcome.WRONG}, notes=("A magic line was left out.",))
    text = printed(lambda console: feedback(result, console))
    assert "ada: 9 of 10 points" in text
    assert "Task 1.1  The neuron  (1 of 2 points)" in text
    assert "(1 of 1 point)" in text
    assert f"  {TICK} A neuron takes a batch, one sample in each column.\n" in text
    assert f"  {CROSS} A neuron adds its bias to the weighted sum. (wrong answer)\n" in text
    assert "    The shape is (3, 1), expected (1, 3).\n      neuron.py, line 12, in forward\n" in text
    assert "A magic line was left out." in text
    assert "7 of 8 checks passed." in text


def test_feedback_never_shows_the_detail(make_result):
    result = make_result("ada", {"test_batch": Outcome.WRONG})
    assert "seed 4242" in result.checks[1].detail
    assert "4242" not in printed(lambda console: feedback(result, console))


def test_feedback_shows_no_score_that_is_not_known(a_class):
    text = printed(lambda console: feedback(a_class[7], console))
    assert "Task 2.1  The training loop  (worth 3 points)" in text
    assert "of 10 points" not in text
    assert "A check of ours failed in itself" in text


def test_feedback_on_nothing_to_judge(make_result):
    result = make_result(
        "ada",
        score=None,
        status=Status.NOTHING_TO_GRADE,
        message="No neuron.py was handed in.",
        checks=(),
        tasks=(),
    )
    assert printed(lambda console: feedback(result, console)) == ("No neuron.py was handed in.\n\nNo check ran.\n")


@pytest.mark.parametrize(
    ("outcome", "mark"),
    [(Outcome.SKIPPED, "–"), (Outcome.NOT_RUN, "–"), (Outcome.GRADER_ERROR, "!"), (Outcome.CRASHED, CROSS)],
)
def test_each_outcome_has_a_mark_and_a_word(make_result, outcome, mark):
    result = make_result("ada", {"test_threshold": outcome})
    text = printed(lambda console: feedback(result, console))
    assert f"{mark} The step is 1 from 0 on. ({outcome.value})" in text


def test_a_message_cannot_use_markup_or_steer_the_terminal(make_result):
    result = make_result("ada", message="[bold]hi[/bold]\x1b]0;title\x07\u202e")
    assert "[bold]hi[/bold]␛]0;title␇⟨U+202E⟩" in printed(lambda console: feedback(result, console))


def test_one_cause_is_told_once(make_result):
    result = make_result("ada")
    cause = Verdict(
        Outcome.ERROR,
        "The code is not valid Python.",
        "It raised SyntaxError: expected ':' (neuron.py, line 3)\n  neuron.py, line 3\n    def f(x)\n            ^",
    )
    broken = replace(result, checks=tuple(replace(check, verdict=cause) for check in result.checks))
    text = printed(lambda console: feedback(broken, console))
    assert text.count("expected ':'") == text.count("def f(x)") == 1
    assert text.index("8 checks could not begin, all for this one cause.") < text.index("Task 1.1")
    assert text.count("(error in the submission)") == 8
    one_task = tuple(replace(check, task="1.1") for check in broken.checks)
    broken = replace(broken, checks=one_task, tasks=broken.tasks[:1])
    gradescope = json.loads(results_json(broken, COURSE.assignment("03_perceptron").manifest))
    assert gradescope["output"].count("expected ':'") == 1
    assert {test["output"] for test in gradescope["tests"]} == {
        "(error in the submission) The cause stands at the top."
    }


@pytest.mark.parametrize(
    ("cause", "verdict", "said"),
    [
        (
            Cause.STUB,
            Verdict(Outcome.NOT_ATTEMPTED, "Not attempted yet.", "See neuron.py, line 7, in forward."),
            "Nothing is attempted yet: the code is still the stub's.",
        ),
        (
            Cause.EMPTY,
            Verdict(Outcome.ERROR, "The code raised an AttributeError.", MISSING),
            "There is no code: nothing but blank lines and comments.",
        ),
    ],
)
def test_what_every_check_would_say_of_a_stub_or_an_empty_file_is_told_once(make_result, cause, verdict, said):
    result = make_result("ada", score=0.0, cause=cause)
    checks = tuple(
        replace(check, verdict=replace(verdict, evidence=f"{verdict.evidence}{number}"))
        for number, check in enumerate(result.checks)
    )
    text = printed(lambda console: feedback(replace(result, checks=checks), console))
    assert text.count(said) == 1 and text.index(said) < text.index("Task 1.1")
    assert verdict.sentence not in text and verdict.evidence not in text


def test_notes_stand_at_the_head_of_the_feedback(make_result):
    text = printed(lambda console: feedback(make_result("ada", notes=("hw3.py was taken as neuron.py.",)), console))
    assert text.index("- hw3.py was taken as neuron.py.") < text.index("Task 1.1")


def test_the_message_of_a_result_is_not_repeated_by_its_checks(make_result):
    result = make_result("ada", message="Your submission is empty.")
    empty = Verdict(Outcome.NOT_RUN, result.message)
    result = replace(result, checks=tuple(replace(check, verdict=empty) for check in result.checks))
    origin = Origin("ada", "class/ada", datetime(2026, 11, 30, tzinfo=timezone.utc), "abc123")
    text = printed(lambda console: feedback(result, console))
    assert text.count(result.message) == 1
    assert text.count("(not run)") == 8
    assert student_page("Perceptron", result, origin).count(result.message) == 1


def test_public_checks_are_counted_as_such(make_result):
    result = make_result("ada")
    public = replace(result, checks=tuple(replace(check, visibility="public") for check in result.checks))
    assert passed_text(public) == "8 of 8 public checks passed."
    assert passed_text(replace(public, checks=public.checks[:1])) == "1 of 1 public check passed."


def test_marks_differ_in_ascii(make_result):
    result = make_result("ada", {"test_threshold": Outcome.WRONG})
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    feedback(result, Console(file=file, width=100, color_system=None))
    file.flush()
    text = file.buffer.getvalue().decode("ascii")
    assert "  x The step is 1 from 0 on. (wrong answer)" in text and "  + A neuron" in text
