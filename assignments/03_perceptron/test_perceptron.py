"""Public checks of the perceptron: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other inputs. Where one of your functions may call another, a check puts
a stand-in for the other one in its place, so that a mistake costs points in one task only.
"""

import numpy as np
import pytest

from autograder import expect

GATE_INPUTS = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])


@pytest.mark.task("1.1")
def test_step_of_a_number(student):
    """The step of a negative number is 0, that of a positive one is 1."""
    expect.number(student.perceptron.step(-2.5), 0)
    expect.number(student.perceptron.step(-0.1), 0)
    expect.number(student.perceptron.step(0.1), 1)
    expect.number(student.perceptron.step(7), 1)


@pytest.mark.task("1.1")
def test_step_at_zero(student):
    """The step jumps at 0, and 0 itself belongs to the upper part, in an array as well."""
    expect.number(student.perceptron.step(-1e-9), 0)
    expect.number(student.perceptron.step(0.0), 1)
    expect.number(student.perceptron.step(0), 1)
    answers = expect.array(student.perceptron.step(np.array([-3, 0, 2])), [0, 1, 1], array_like=True)
    expect.that(answers.dtype.kind != "b", "The answers should be numbers, not True and False.", answers=answers)


@pytest.mark.task("1.2")
def test_neuron_sums(student):
    """A neuron weights each input, adds them up and adds the bias. It leaves the sample and the weights alone."""
    x, w = np.array([2.0, -1.0, 4.0]), np.array([0.5, 3.0, 0.25])
    kept_x, kept_w = student.keep(x), student.keep(w)

    def same(z):
        return expect.number(z)

    expect.number(student.perceptron.neuron(kept_x, kept_w, 10.0, same), 9.0)
    expect.array(kept_x, x)
    expect.array(kept_w, w)


@pytest.mark.task("1.2")
def test_neuron_activates(student):
    """A neuron applies its activation to the whole sum."""
    x, w = np.array([2.0, -1.0, 4.0]), np.array([0.5, 3.0, 0.25])

    def square(z):
        z = expect.number(z)
        return z * z

    expect.number(student.perceptron.neuron(x, w, 10.0, square), 81.0)


@pytest.mark.task("2.1")
def test_predict_one_sample(student):
    """A perceptron answers with one 0 or 1 for one sample, and with 1 for a sample on its line."""
    model = perceptron(student, weights=[2.0, -1.0, 0.5], bias=-2.0)
    expect.number(model.predict(np.array([1.0, 2.0, 2.0])), 0)
    expect.number(model.predict(np.array([1.0, -1.0, 2.0])), 1)
    expect.number(model.predict(np.array([1, 0, 0])), 1)


@pytest.mark.task("2.1")
def test_predict_batch(student):
    """A perceptron answers with a 0 or 1 for each column of a batch."""
    model = perceptron(student, weights=[2.0, -1.0, 0.5], bias=-2.0)
    X = np.array(
        [
            [1.0, 1.0, 0.0, 3.0],
            [2.0, -1.0, 1.0, 0.0],
            [2.0, 2.0, 1.0, -1.0],
        ]
    )
    expect.array(model.predict(X), [0, 1, 0, 1], array_like=True)


@pytest.mark.task("2.2", weight=2)
def test_update_adds(student):
    """A sample that was answered with 0 instead of 1 is added to the weights, and 1 to the bias."""
    model = perceptron(student, weights=[0.5, -2.0, 1.0], bias=-1.5, says=0)
    model.update(np.array([1.0, 2.0, 3.0]), 1)
    expect.array(model.weights, [1.5, 0.0, 4.0], array_like=True)
    expect.number(model.bias, -0.5)


@pytest.mark.task("2.2", weight=2)
def test_update_subtracts(student):
    """A sample that was answered with 1 instead of 0 is subtracted from the weights, and 1 from the bias."""
    model = perceptron(student, weights=[0.5, 2.0, 1.0], bias=1.5, says=1)
    model.update(np.array([2, 0, 3]), 0)
    expect.array(model.weights, [-1.5, 2.0, -2.0], array_like=True)
    expect.number(model.bias, 0.5)


@pytest.mark.task("2.2")
def test_update_says_whether_it_was_a_mistake(student):
    """An update answers with True after a mistake and with False otherwise."""
    x = np.array([1.0, 2.0, 3.0])
    expect.boolean(perceptron(student, weights=[1.0, 1.0, 1.0], bias=0.5, says=1).update(x, 0), True)
    expect.boolean(perceptron(student, weights=[1.0, 1.0, 1.0], bias=0.5, says=1).update(x, 1), False)


@pytest.mark.task("2.3")
def test_fit_stops_when_nothing_is_left_to_learn(student):
    """Training ends with the first epoch without a mistake, which is in the list."""
    model = perceptron(student, weights=[1.0, -1.0, 0.5], bias=0.25)

    def update(self, x, target):
        return False

    student.perceptron.Perceptron.update = update
    X = np.array(
        [
            [2.0, 0.0],
            [0.0, 2.0],
            [1.0, 1.0],
        ]
    )
    mistakes = expect.items(model.fit(X, np.array([1, 0]), 10), 1)
    expect.integer(mistakes[0], 0)


@pytest.mark.task("2.3")
def test_fit_counts_the_mistakes_of_each_epoch(student):
    """Two samples that contradict each other are both mistaken in every epoch, one after the other."""
    model = perceptron(student, weights=[0.0, 0.0, 0.0], bias=0.0)
    lessons = []

    def update(self, x, target):
        lesson = float(expect.numbers(target, shape=())) - 1
        sample = expect.numbers(x, shape=(3,))
        expect.that(np.allclose(sample, [1, 2, 3]), "update was called with something other than a sample.")
        expect.that(lesson == len(lessons) % 2 - 1, "An epoch should show the samples in the order of the columns.")
        lessons.append(lesson)
        self.weights = lesson * sample
        self.bias = lesson
        return True

    student.perceptron.Perceptron.update = update
    X = np.array(
        [
            [1.0, 1.0],
            [2.0, 2.0],
            [3.0, 3.0],
        ]
    )
    mistakes = model.fit(X, np.array([0, 1]), 4)
    expect.array(mistakes, [2, 2, 2, 2], array_like=True)
    for count in expect.items(mistakes, 4):
        expect.integer(count, 2)


@pytest.mark.task("3.1")
def test_boundary_of_a_line(student):
    """The decision line gives x2 for an x1."""
    weights = np.array([3.0, 2.0])
    expect.number(student.perceptron.boundary(weights, -6.0, 0.0), 3.0)
    expect.number(student.perceptron.boundary(weights, -6.0, 2.0), 0.0)


@pytest.mark.task("3.1")
def test_boundary_refuses_a_vertical_line(student):
    """A vertical decision line raises ValueError, and only a vertical one does."""
    boundary = student.perceptron.boundary
    expect.number(boundary(np.array([3.0, 2.0]), -6.0, 1.0), 1.5)
    expect.number(boundary(np.array([0.0, 2.0]), -6.0, 1.0), 3.0)
    expect.number(boundary(np.array([3.0, 1e-9]), -6.0, 1.0), 3e9)
    with expect.raises("ValueError"):
        boundary(np.array([3.0, 0.0]), -6.0, 1.0)


@pytest.mark.task("3.2")
def test_learns_and(student):
    """A new perceptron learns AND."""
    learns(student, np.array([0, 0, 0, 1]))


@pytest.mark.task("3.2")
def test_learns_or(student):
    """A new perceptron learns OR."""
    learns(student, np.array([0, 1, 1, 1]))


@pytest.mark.task("3.3", weight=2)
def test_never_learns_xor(student):
    """No epoch on XOR passes without a mistake."""
    for count in expect.items(student.perceptron.mistakes_on_xor(30), 30):
        expect.integer(count, minimum=1, maximum=4)


@pytest.mark.task("3.4", timeout=20)
def test_gate_has_labels(student):
    """Both axes of the picture of a gate have labels, and another gate makes another picture."""
    student.perceptron.boundary = boundary
    first, other = (
        has_labels(student.perceptron.draw_gate(np.array([3.0, 2.0]), -2.5, targets))
        for targets in (np.array([0, 1, 1, 1]), np.array([1, 0, 1, 1]))
    )
    expect.that(not first.looks_like(other), "The picture should show the targets that it is given.")


@pytest.mark.task("3.4", timeout=20)
def test_gate_with_a_vertical_line(student):
    """A gate is drawn with its labels even if its decision line is vertical."""

    def boundary(weights, bias, x1):
        raise expect.StandInRaises("the decision line is vertical, so `boundary` has no answer. Catch this ValueError.")

    student.perceptron.boundary = boundary
    has_labels(student.perceptron.draw_gate(np.array([2, 0]), -1, np.array([0, 0, 1, 1])))


def perceptron(student, weights, bias, says=None):
    """A perceptron of the student's in a given state; with `says`, it answers that to every sample."""
    # A stand-in for `step`: how many of the thresholds, a single one just below 0, lie below z.
    student.perceptron.step = student.keep(np.array([-1e-300])).searchsorted

    def predict(self, X):
        return np.full(expect.numbers(X).shape[1:], says)[()]

    if says is not None:
        student.perceptron.Perceptron.predict = predict
    model = student.perceptron.Perceptron(len(weights))
    model.weights = np.array(weights)
    model.bias = bias
    return model


def learns(student, y):
    """Train a new perceptron on a gate and see whether its line separates the samples."""
    model = student.perceptron.Perceptron(2)
    inputs = student.keep(GATE_INPUTS)
    model.fit(inputs, y, 50)
    weights, bias = expect.array(model.weights, shape=(2,), array_like=True), expect.number(model.bias)
    z = weights @ GATE_INPUTS + bias
    learned = np.array_equal(z >= 0, y == 1) or np.array_equal(z > 0, y == 1)
    if not learned:
        expect.array(inputs, GATE_INPUTS)
    expect.that(
        learned,
        "The line should separate the samples after training.",
        weights=weights,
        bias=bias,
        sums=z,
        targets=y,
    )


def has_labels(picture):
    """See whether a figure has axes with both labels; return it."""
    figure = expect.figure(picture)
    expect.that(
        any(x.strip() and y.strip() for x, y in zip(figure.xlabels, figure.ylabels, strict=False)),
        "Both axes should have a label.",
    )
    return figure


def boundary(weights, bias, x1):
    """A stand-in for `boundary`: right for every line that is not vertical."""
    w1, w2 = expect.numbers(weights, shape=(2,))
    expect.that(w2 != 0, "boundary was called for a vertical line.")
    return (-(w1 * expect.numbers(x1) + expect.numbers(bias, shape=())) / w2)[()]
