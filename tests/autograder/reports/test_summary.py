from dataclasses import replace

import pytest

from autograder.outcomes import Cause, Outcome, Status
from autograder.reports.summary import (
    histogram,
    needs_a_person,
    same_files,
    summarise,
    summarise_task,
    tasks_of,
    without_zeros,
)


def test_a_class_in_numbers(a_class):
    summary = summarise(a_class)
    assert (summary.submissions, summary.scored, summary.full, summary.need_a_person) == (12, 10, 2, 2)
    assert summary.mean == pytest.approx(7.65)
    assert summary.median == pytest.approx(8.25)
    assert summary.max_score == 10


def test_grades_with_different_maxima_are_not_averaged(make_result):
    results = [make_result("ada"), make_result("bob", score=20.0, max_score=20.0)]
    summary = summarise(results)
    assert (summary.mean, summary.median, summary.maxima, summary.max_score) == (None, None, (10, 20), 20)
    assert (summary.scored, summary.full) == (2, 2)


def test_a_task_of_other_points_is_not_averaged(make_result):
    other = make_result("bob")
    changed = tuple(replace(task, points=2 * task.points, score=2 * task.points) for task in other.tasks[:1])
    results = [make_result("ada"), replace(other, tasks=(*changed, *other.tasks[1:]))]
    first, second = (summarise_task(task, results) for task in tasks_of(results)[:2])
    assert (first.mean, first.full, first.scored) == (None, 2, 2)
    assert second.mean == 1


def test_submissions_with_the_same_files_are_named_together(make_result):
    own = [
        make_result(name, receipt=receipt) for name, receipt in [("bo", "a1"), ("ada", "a1"), ("cy", "b2"), ("di", "")]
    ]
    stubs = [make_result(name, receipt="c3", cause=Cause.STUB) for name in ("eve", "fay")]
    assert same_files([*own, *stubs]) == [["ada", "bo"]]


def test_nobody():
    summary = summarise([])
    assert (summary.submissions, summary.mean, summary.median) == (0, None, None)
    assert tasks_of([]) == ()


@pytest.mark.parametrize("status", [Status.REFUSED, Status.NEEDS_REVIEW, Status.NOTHING_TO_GRADE])
def test_all_but_graded_need_a_person(make_result, status):
    assert summarise([make_result("ada", status=status), make_result("alan")]).need_a_person == 1


@pytest.mark.parametrize("cause", Cause)
def test_a_zero_with_one_cause_needs_a_person_and_is_counted_apart(make_result, cause):
    results = [make_result("ada"), make_result("alan", score=0.0, cause=cause), make_result("bob", score=5.0)]
    summary = summarise(results)
    assert (summary.submissions, summary.scored, summary.zeros, summary.need_a_person) == (3, 2, 1, 1)
    assert (summary.mean, summary.median) == (7.5, 7.5)
    assert list(map(needs_a_person, results)) == [False, True, False]
    assert [result.submission for result in without_zeros(results)] == ["ada", "bob"]


def test_who_handed_in_nothing_is_counted_apart_and_an_earned_zero_is_not(make_result):
    results = [make_result("ada", score=0.0), make_result("alan", score=0.0, status=Status.NOTHING_TO_GRADE)]
    summary = summarise(results)
    assert (summary.scored, summary.zeros, summary.mean) == (1, 1, 0.0)


def test_a_task_counts_full_marks_among_those_with_a_score(a_class):
    training = summarise_task(tasks_of(a_class)[3], a_class)
    assert (training.id, training.full, training.scored) == ("2.1", 8, 10)
    assert training.mean == pytest.approx(2.4)


def test_the_checks_that_failed_most_come_first(a_class):
    neuron = summarise_task(tasks_of(a_class)[0], a_class)
    assert [(failure.title, failure.count) for failure in neuron.failures] == [
        ("A neuron takes a batch, one sample in each column.", 4),
        ("A neuron adds its bias to the weighted sum.", 2),
    ]


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.NOT_RUN, Outcome.GRADER_ERROR])
def test_a_check_that_was_not_judged_did_not_fail(make_result, outcome):
    results = [make_result("ada", {"test_threshold": outcome})]
    assert summarise_task(tasks_of(results)[1], results).failures == ()


@pytest.mark.parametrize(
    ("max_score", "width", "bars"),
    [
        (1, 0.1, 11),
        (2, 0.2, 11),
        (10, 1, 11),
        (12, 1, 13),
        (13, 2, 7),
        (20, 2, 11),
        (100, 10, 11),
        (1000, 100, 11),
    ],
)
def test_bars_are_of_round_width_and_few(max_score, width, bars):
    found = histogram([], max_score)
    assert len(found) == bars
    assert found[1].start == pytest.approx(width)


def test_each_score_is_in_the_bar_that_begins_at_or_below_it(make_result):
    scores = [0.0, 0.999, 1.0, 2.9999999999, 9.99, 10.0, None]
    found = histogram([make_result("x", score=score) for score in scores], 10.0)
    assert {bar.start: bar.count for bar in found if bar.count} == {0: 2, 1: 1, 3: 1, 9: 1, 10: 1}


def test_no_points_at_all_is_no_error(make_result):
    assert [bar.count for bar in histogram([make_result("x", score=0.0)], 0.0)] == [1]
