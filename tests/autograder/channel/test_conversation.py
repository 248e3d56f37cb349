"""A conversation between a check and a student's module, in process and over the channel alike."""

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder import expect
from autograder.channel import limits
from autograder.channel.failures import CheckMisuse, StudentError, Unsendable
from autograder.checks.answers import WrongAnswer

PROGRAMS = Path(__file__).with_name("programs")

MODULE = (PROGRAMS / "conversation.py").read_text()


@pytest.fixture
def student(open_student):
    return open_student(m=MODULE)


def test_objects_stay_with_the_student(student):
    model = student.m.Model(3, scale=2.0)
    expect.array(model.weights, [2.0, 2.0, 2.0], dtype="float64")
    model.weights = np.arange(3.0)
    model[1] = 5.0
    expect.number(model[1], 5.0)
    assert len(model) == 3
    assert len(model.weights) == 3
    expect.array(student.m.twice(model.weights), [0.0, 10.0, 4.0])


def test_arguments_arrive_as_they_were(student):
    positional, named = expect.items(student.m.echo(1, 2.5, "x", (1, 2), a=None, b={1: [True]}), 2)
    one, two, text, pair = expect.items(positional, 4)
    expect.integer(one, 1)
    expect.number(two, 2.5)
    expect.text(text, "x")
    expect.items(pair, 2)
    found = expect.mapping(named, ["a", "b"])
    expect.none(found["a"])
    (inner,) = expect.mapping(found["b"], [1]).values()
    expect.boolean(expect.items(inner, 1)[0], True)


def test_arguments_are_copies_unless_kept(student):
    array = np.zeros(3)
    student.m.mutate(array)
    assert array.sum() == 0
    kept = student.keep(array)
    student.m.mutate(kept)
    expect.array(kept, [1.0, 1.0, 1.0])
    assert array.sum() == 0


def test_large_arrays_arrive_writable_and_unshared(student):
    array = np.ones((1024, 512))
    assert array.nbytes > limits.MEMFD_BYTES
    expect.number(student.m.total(array), array.size - 2)
    assert array[0, 0] == 1.0


def test_generators_live_with_the_student(student):
    first, second = student.rng(5), student.rng(5)
    drawn = expect.array(student.m.draw(first))
    np.testing.assert_array_equal(drawn, np.random.default_rng(5).normal(size=3))
    expect.array(student.m.draw(second), drawn)
    following = expect.array(student.m.draw(first))
    assert not np.array_equal(following, drawn)


def test_functions_of_a_check_are_called(student):
    seen = []

    def halve(weights):
        seen.append(expect.array(weights))
        return seen[-1] / 2

    model = student.m.Model(2, scale=8.0)
    expect.array(model.apply(halve, times=3), [1.0, 1.0])
    assert len(seen) == 3


def test_a_function_may_ask_the_student_in_turn(student):
    def doubled(weights):
        return expect.array(student.m.twice(weights))

    expect.array(student.m.Model(2).apply(doubled, 2), [4.0, 4.0])


def test_what_fails_in_a_function_fails_the_check(student):
    def strict(weights):
        return expect.array(weights, shape=(9,))

    with pytest.raises(WrongAnswer):
        student.m.Model(2).apply(strict)
    expect.number(student.m.twice(2), 4)


def test_a_student_cannot_swallow_what_fails_in_a_function(student):
    def failing():
        raise WrongAnswer("wrong")

    with pytest.raises(WrongAnswer):
        student.m.swallow(failing)


def test_a_function_called_with_wrong_arguments_is_the_students_error(student):
    def two(first, second):
        return first

    assert "other arguments" in expect.text(student.m.swallow(two))


def test_calls_within_calls_end_somewhere(student):
    def deeper(weights):
        return expect.array(student.m.Model(1).apply(deeper))

    with pytest.raises(Exception, match="too many calls"):
        student.m.Model(1).apply(deeper)


def test_exceptions_arrive_with_the_students_lines(student):
    with pytest.raises(StudentError) as caught:
        student.m.explode(3)
    error = caught.value
    assert error.type_name == "ValueError"
    assert error.bases[:2] == ("ValueError", "Exception")
    assert error.text.startswith("bad 3 at <object object at ")
    (frame,) = error.frames
    assert (frame.file, frame.function) == ("m.py", "explode")
    assert frame.source.startswith("raise ValueError")


def test_leaving_is_an_error_like_any_other(student):
    with pytest.raises(StudentError, match="SystemExit"):
        student.m.leave()


def test_a_missing_name_is_the_students_error(student):
    with pytest.raises(StudentError, match="AttributeError"):
        student.m.absent(1)


def test_a_value_that_cannot_cross_is_said_so(student):
    with pytest.raises(Unsendable, match="levels deep"):
        student.m.itself()


def test_a_check_cannot_pass_what_cannot_cross(student):
    with pytest.raises(CheckMisuse):
        student.m.echo(object())


def test_a_module_that_the_manifest_does_not_name_is_our_fault(student):
    with pytest.raises(CheckMisuse, match="no module 'other'"):
        _ = student.other


@pytest.mark.parametrize(
    "use",
    [
        bool,
        float,
        list,
        np.asarray,
        np.sum,
        str,
        lambda a: a + 1,
        lambda a: 1 - a,
        lambda a: a == 4,
        lambda a: a < 4,
        lambda a: -a,
        lambda a: np.ones(2) * a,
        lambda a: f"{a}",
        lambda a: 4 in a,
        functools.partial(expect.number, np.float64(4)),
    ],
)
def test_an_answer_is_opened_by_expect_only(student, use):
    answer = student.m.twice(2)
    with pytest.raises((CheckMisuse, TypeError)):
        use(answer)


def test_identity_of_objects(student):
    model = student.m.Model(2)
    expect.same(model, model)
    with pytest.raises(WrongAnswer):
        expect.same(model, student.m.Model(2))
