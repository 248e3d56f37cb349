"""A student whose code takes too long is told how long the course's own solution takes."""

import pytest

from autograder.course.layout import Course
from autograder.course.times import TIMES, TimesError, compared, times_of, times_text
from tests.autograder.course import make_trial_course


@pytest.mark.parametrize(
    ("limit", "reference", "times"),
    [(60, 1.4, "40"), (2, 0.2, "10"), (10, 0.02, "100"), (600, 0.02, "100"), (1, 0.9, "")],
)
def test_the_ratio_is_rounded_down(limit, reference, times):
    said = compared(limit, reference)
    assert said == (f"That is at least {times} times what the course's own solution takes." if times else "")


def test_times_are_written_and_read(tmp_path):
    assignment = Course(make_trial_course(tmp_path).root).assignment("07")
    path = assignment.folder / TIMES
    assert times_of(assignment) is None
    path.write_text(times_text({"1": 1.23, "2": 0.019}), encoding="utf-8")
    times = times_of(assignment)
    assert times is not None
    assert (times.of("1"), times.of("2")) == (2, 0.02)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [('[seconds]\n"9" = 1', "no task '9'"), ('[seconds]\n"1" = 0', "above 0"), ("[other]", "unknown field")],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path, text, wrong):
    assignment = Course(make_trial_course(tmp_path).root).assignment("07")
    (assignment.folder / TIMES).write_text(text, encoding="utf-8")
    with pytest.raises(TimesError, match=rf"{TIMES}: .*{wrong}"):
        times_of(assignment)
