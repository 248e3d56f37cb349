"""Hidden checks of the perceptron: inputs drawn for each submission, and the whole numbers and zeros that are not."""

import numpy as np
import pytest

from autograder import expect

SINGLE = {"rtol": 1e-5, "atol": 1e-5}
"""Weights may be kept in single precision, which holds seven digits; any mistake in the rule is of order 1."""

GATE_INPUTS = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
AND, OR, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])


@pytest.mark.task("1.1")
def test_step_of_numbers_and_arrays(student, rng):
    """The step is a number for a number and array-like for an array: 1 for a 0 anywhere, 0 just below it."""
    for number in (-0.0, np.int64(0), np.float64(-1e-17), -1e6, 1e6):
        expect.number(student.perceptron.step(number), int(number >= 0))
    edge = np.array([[0.0, -1e-17, 1e6], [-1e6, 1e-17, -0.0], [-3.0, 0.5, 0.0]])
    for z in (rng.normal(size=7), rng.normal(size=(3, 5)), rng.normal(size=(4, 1)), edge):
        answers = expect.array(student.perceptron.step(z), np.where(z >= 0, 1, 0), array_like=True)
        expect.that(answers.dtype.kind != "b", "The answers should be numbers, not True and False.", answers=answers)


@pytest.mark.task("1.1")
def test_step_leaves_its_argument(student, rng):
    """The step of an array is right and leaves that array as it was."""
    signs = rng.permutation([-1, 1, -1, 1, -1, 1])
    near = rng.permutation([0.25, -0.25, *rng.uniform(0.5, 2.0, size=2), *rng.uniform(-2.0, -0.5, size=2)])
    for z in (near, signs.reshape(2, 3) * rng.integers(1, 5, size=(2, 3))):
        kept = student.keep(z)
        expect.array(student.perceptron.step(kept), np.where(z >= 0, 1, 0), array_like=True)
        expect.array(kept, z)


@pytest.mark.task("1.2")
def test_neuron_of_any_size(student, rng):
    """A neuron works for any number of inputs, whole ones and zeros too, and any activation."""

    def tanh(z):
        return float(np.tanh(expect.numbers(z, shape=())))

    fractions = rng.uniform(0.1, 0.9, size=(2, 3))
    for x, w, b in [
        *((rng.normal(size=n), rng.normal(size=n), rng.normal()) for n in (1, 4, 9)),
        (np.array([0, 3, -2]), fractions[0], 0),
        (fractions[1], np.array([2, 0, -1]), 1),
    ]:
        expect.number(student.perceptron.neuron(x, w, b, tanh), np.tanh(w @ x + b))


@pytest.mark.task("1.2")
def test_neuron_leaves_its_arguments(student, rng):
    """A neuron answers rightly and leaves the sample and the weights as they were."""

    def same(z):
        return expect.number(z)

    for x, w in [rng.normal(size=(2, 5)), rng.integers(2, 9, size=(2, 5))]:
        kept_x, kept_w = student.keep(x), student.keep(w)
        expect.number(student.perceptron.neuron(kept_x, kept_w, 0.5, same), w @ x + 0.5)
        expect.array(kept_x, x)
        expect.array(kept_w, w)


@pytest.mark.task("2.1")
def test_predict_any_sample(student, rng):
    """A perceptron's answer to one sample is the step of its weighted sum and bias."""
    for n, answer in [(1, 1), (4, 0), (4, 1), (9, 0)]:
        x, w = rng.normal(size=n), rng.normal(size=n)
        side = 1 if answer else -1
        w *= -side * np.sign(w @ x)  # without the bias, the answer would be the other one
        model = perceptron(student, w, bias=-(w @ x) + side * rng.uniform(0.5, 2.0))
        expect.number(model.predict(x), answer)


@pytest.mark.task("2.1")
def test_predict_any_batch(student, rng):
    """A perceptron answers a batch of any size with one answer for each sample, by its present weights and bias."""
    for n, m in [(2, 6), (5, 3), (3, 3), (1, 4)]:
        w, b, X, answers = mixed_batch(rng, n, m)
        model = perceptron(student, w, b)
        expect.array(model.predict(X), answers, array_like=True)
        model.weights, model.bias = -w, -b
        expect.array(model.predict(X), 1 - answers, array_like=True)
    model = perceptron(student, np.array([2, -1]), bias=0)
    expect.array(model.predict(np.array([[0, 1, 1, -1], [0, 2, 3, 0]])), [1, 1, 0, 0], array_like=True)


@pytest.mark.task("2.1")
def test_predict_batch_of_one(student, rng):
    """A batch with a single sample is still a batch."""
    x, w = rng.normal(size=(4, 1)), rng.normal(size=4)
    for answer, side in [(0, -1.0), (1, 1.0)]:
        model = perceptron(student, w, bias=float(side - w @ x[:, 0]))
        expect.array(model.predict(x), [answer], array_like=True)


@pytest.mark.task("2.1")
def test_predict_changes_nothing(student, rng):
    """Predicting answers rightly and leaves the weights, the bias, the batch and the sample as they were."""
    w, b, X, answers = mixed_batch(rng, 3, 5)
    model, batch, sample = perceptron(student, w, b), student.keep(X), student.keep(X[:, 0])
    expect.array(model.predict(batch), answers, array_like=True)
    expect.number(model.predict(sample), answers[0])
    expect.array(model.weights, w, array_like=True, **SINGLE)
    expect.number(model.bias, b, **SINGLE)
    expect.array(batch, X)
    expect.array(sample, X[:, 0])


@pytest.mark.task("2.2", weight=2)
def test_update_weights_over_lessons(student, rng):
    """The weights follow Rosenblatt's rule over a series of samples."""
    for model, w, _ in lessons(student, rng, apart="bias"):
        expect.array(model.weights, w, array_like=True, **SINGLE)


@pytest.mark.task("2.2", weight=2)
def test_update_bias_over_lessons(student, rng):
    """The bias follows Rosenblatt's rule over a series of samples."""
    for model, _, b in lessons(student, rng, apart="weights"):
        expect.number(model.bias, b, **SINGLE)


@pytest.mark.task("2.2")
def test_update_keeps_what_is_right(student, rng):
    """A sample that was answered rightly changes neither the weights nor the bias; a mistaken one does."""
    w, b, X, answers = mixed_batch(rng, 4, 3)
    on_the_line = (np.array([1.0, -2.0, 0.5, 4.0]), -1.0, np.array([3, 1, 0, 0]), 1)
    for w, b, x, answer in [*((w, b, x, answer) for x, answer in zip(X.T, answers, strict=True)), on_the_line]:
        model = perceptron(student, w, b, given=[predict])
        model.update(x, int(answer))
        expect.array(model.weights, w, array_like=True, **SINGLE)
        expect.number(model.bias, b, **SINGLE)
        model.update(x, 1 - int(answer))
        changed = expect.array(model.weights, shape=(4,), array_like=True) != w
        expect.that(bool(changed.any()), "The weights should change when the answer was wrong.")


@pytest.mark.task("2.2")
def test_update_reports_every_case(student, rng):
    """An update answers rightly whether there was a mistake, whatever the target was."""
    w, b, X, answers = mixed_batch(rng, 4, 3)
    for x, answer in zip(X.T, answers, strict=True):
        for target in (0, 1):
            model = perceptron(student, w, b, given=[predict])
            expect.boolean(model.update(x, target), target != answer)


@pytest.mark.task("2.2")
def test_update_leaves_the_sample(student, rng):
    """An update learns from a sample and leaves it as it was."""
    w, b, X, answers = mixed_batch(rng, 4, 3)
    for x, answer in zip(X.T, answers, strict=True):
        model, kept = perceptron(student, w, b, given=[predict]), student.keep(x)
        model.update(kept, 1 - int(answer))
        expect.array(model.weights, w + (1 - 2 * answer) * x, array_like=True, **SINGLE)
        expect.array(kept, x)


@pytest.mark.task("2.3")
def test_fit_reports_mistakes(student, rng):
    """Training reports the mistakes of each epoch, from the present weights, in the order of the columns."""
    w, b, X, y = separable_course(rng, 3, 7)
    expected, _, _ = train(w, b, X, y, 200)
    reports(perceptron(student, w, b, given=[predict, update]).fit(X, y, 200), expected)


@pytest.mark.task("2.3")
def test_fit_finds_weights(student, rng):
    """Training leaves the weights and the bias that the rule leads to."""
    w, b, X, y = separable_course(rng, 3, 7)
    _, final_w, final_b = train(w, b, X, y, 200)
    model = perceptron(student, w, b, given=[predict, update])
    model.fit(X, y, 200)
    expect.array(model.weights, final_w, array_like=True, **SINGLE)
    expect.number(model.bias, final_b, **SINGLE)


@pytest.mark.task("2.3")
def test_fit_ends_after_max_epochs(student):
    """Training runs max_epochs epochs at most, and none for 0; another training goes on from the present weights."""
    model = perceptron(student, np.zeros(2), 0.0, given=[predict, update])
    for epochs, expected in [(0, []), (2, [2, 3]), (10, [3, 2, 1, 0]), (5, [0])]:  # AND takes six
        reports(model.fit(GATE_INPUTS, AND, epochs), expected)
    model.weights, model.bias = np.zeros(2), 0
    reports(model.fit(GATE_INPUTS, OR, 4), [2, 2, 1, 0])
    reports(model.fit(np.array([[1], [1]]), np.array([0]), 3), [1, 0])


@pytest.mark.task("2.3")
def test_fit_leaves_the_data(student, rng):
    """Training leads to the right weights and leaves the samples and the targets as they were."""
    w, b, X, y = separable_course(rng, 5, 5)
    kept_X, kept_y = student.keep(X), student.keep(y)
    model = perceptron(student, w, b, given=[predict, update])
    model.fit(kept_X, kept_y, 200)
    expect.array(model.weights, train(w, b, X, y, 200)[1], array_like=True, **SINGLE)
    expect.array(kept_X, X)
    expect.array(kept_y, y)


@pytest.mark.task("3.1")
def test_boundary_at_any_number(student, rng):
    """The decision line is right for any weights and bias."""
    for w1, w2, b, x1 in rng.uniform(0.5, 2.0, size=(4, 4)) * rng.choice([-1, 1], size=(4, 4)):
        x2 = student.perceptron.boundary(np.array([w1, w2]), b, x1)
        expect.number(x2, -(w1 * x1 + b) / w2)
    expect.number(student.perceptron.boundary(np.array([3, -2]), 0, 5), 7.5)
    expect.number(student.perceptron.boundary(np.array([0, 4]), 6, 0), -1.5)


@pytest.mark.task("3.1")
def test_boundary_at_an_array(student, rng):
    """The decision line gives an x2 for each x1 of an array, and leaves the array and the weights as they were."""
    w, b = rng.uniform(0.5, 2.0, size=2), rng.normal()
    for weights, bias, x1 in [
        (w, b, rng.normal(size=7)),
        (w, b, rng.normal(size=(3, 3))),
        (np.array([3, -2]), 4, np.array([[0], [1], [-3]])),
    ]:
        kept_weights, kept = student.keep(weights), student.keep(x1)
        x2 = -(weights[0] * x1 + bias) / weights[1]
        expect.array(student.perceptron.boundary(kept_weights, bias, kept), x2, array_like=True)
        expect.array(kept_weights, weights)
        expect.array(kept, x1)


@pytest.mark.task("3.1")
def test_boundary_of_steep_lines(student):
    """A line that is nearly vertical has an answer; a vertical one raises ValueError for any bias and x1."""
    boundary = student.perceptron.boundary
    expect.number(boundary(np.array([1.5, -1e-10]), 0.5, 2.0), 3.5e10)
    for weights, bias, x1 in [
        (np.array([-2.0, 0.0]), 0.0, 0.0),
        (np.array([4, 0]), -1, 3),
        (np.array([1.0, 0.0]), 0.5, np.array([0.0, 1.0, 2.0])),
    ]:
        with expect.raises("ValueError"):
            boundary(weights, bias, x1)


@pytest.mark.task("3.2", weight=2)
def test_learns_other_gates(student):
    """A new perceptron learns gates of one, two or three inputs."""
    for n, needed in [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3)]:
        X = np.array(np.meshgrid(*[[0, 1]] * n)).reshape(n, -1)
        for y in (X.sum(axis=0) >= needed, X.sum(axis=0) < needed):
            model = student.perceptron.Perceptron(n)
            model.fit(X, y.astype(int), 100)
            weights, bias = (
                expect.array(model.weights, shape=(n,), array_like=True),
                expect.number(model.bias),
            )
            z = weights @ X + bias
            expect.that(
                np.array_equal(z >= 0, y) or np.array_equal(z > 0, y),
                "The weights and the bias should separate the samples of a gate after training.",
            )


@pytest.mark.task("3.3")
def test_xor_is_what_training_reports(student):
    """The mistakes on XOR are those that a new perceptron makes when it is trained, as in the handout's figure."""
    trained, _, _ = train(np.zeros(2), 0.0, GATE_INPUTS, XOR, 12)
    reports(student.perceptron.mistakes_on_xor(12), trained)


@pytest.mark.task("3.3")
def test_xor_starts_anew(student, rng):
    """Every call trains a new perceptron and runs as many epochs as it is asked for, also none."""
    longer = int(rng.integers(6, 12))
    first = expect.items(student.perceptron.mistakes_on_xor(longer), longer)
    second = expect.items(student.perceptron.mistakes_on_xor(longer - 2), longer - 2)
    for one, two in zip(first[:-2], second, strict=True):
        expect.integer(two, expect.integer(one, minimum=1), minimum=1)
    expect.items(student.perceptron.mistakes_on_xor(0), 0)


@pytest.mark.task("3.4", timeout=20)
def test_gate_shows_the_line(student, rng):
    """The picture of a gate looks different where the decision line is another one."""
    student.perceptron.boundary = boundary
    targets, (w1, w2) = XOR, rng.uniform(0.5, 1.5, size=2)
    bias, w2 = -(w1 + w2) / 2, w2 * rng.choice([-1, 1])
    lines = [(w1, w2, bias), (2 * w1, w2, bias), (w1, 2 * w2, bias), (w1, w2, bias / 2)]
    for others in (lines, [(w1, -w2, bias), (w1, -w2, 0), (0, w2, -w2 / 3)]):
        pictures = [gate(student, np.array([a, b]), c, targets) for a, b, c in others]
        all_differ(pictures, "The picture should show the line that the weights and the bias decide.")


@pytest.mark.task("3.4", timeout=20)
def test_gate_shows_the_targets(student, rng):
    """The picture of a gate looks different where the target of a sample is another one, and changes no argument."""
    student.perceptron.boundary = boundary
    weights, targets = rng.uniform(0.5, 1.5, size=2), rng.permutation([0, 0, 1, 1])
    bias = -weights.sum() / 2
    gates = [np.where(np.arange(4) == sample, 1 - targets, targets) for sample in range(4)]
    kept_weights, kept = student.keep(weights), student.keep(targets)
    pictures = [gate(student, kept_weights, bias, y) for y in (kept, *gates)]
    all_differ(pictures, "The picture should show the target of each sample.")
    expect.array(kept_weights, weights)
    expect.array(kept, targets)


def gate(student, weights, bias, targets):
    """What the student's picture of a gate looks like."""
    return expect.figure(student.perceptron.draw_gate(weights, bias, targets))


def reports(mistakes, expected):
    """See whether the mistakes of each epoch are the expected ones."""
    for count, number in zip(expect.items(mistakes, len(expected)), expected, strict=True):
        expect.integer(count, number)


def all_differ(pictures, sentence):
    """No two pictures look the same."""
    for number, picture in enumerate(pictures):
        expect.that(not any(picture.looks_like(other) for other in pictures[:number]), sentence)


def boundary(weights, bias, x1):
    """A right `boundary`, for lines that are not vertical."""
    w1, w2 = expect.numbers(weights, shape=(2,))
    expect.that(w2 != 0, "boundary was called for a vertical line.")
    return (-(w1 * expect.numbers(x1) + expect.numbers(bias, shape=())) / w2)[()]


def perceptron(student, weights, bias, given=()):
    """A perceptron of the student's in a given state; `step` and the methods in `given` are ours."""
    # How many of the thresholds, a single one just below 0, lie below z: a right `step`.
    student.perceptron.step = student.keep(np.array([-1e-300])).searchsorted
    for method in given:
        setattr(student.perceptron.Perceptron, method.__name__, method)
    model = student.perceptron.Perceptron(len(weights))
    model.weights = weights
    model.bias = bias
    return model


def predict(self, X):
    """A right `predict`, on a perceptron of the student's."""
    weights, bias = state(self)
    samples = expect.numbers(X)
    expect.that(
        samples.ndim in (1, 2) and len(samples) == len(weights),
        "predict was called with something other than samples in columns.",
    )
    return np.where(weights @ samples + bias >= 0, 1, 0)[()]


def update(self, x, target):
    """A right `update`, on a perceptron of the student's."""
    weights, bias = state(self)
    sample = expect.numbers(x, shape=weights.shape)
    error = float(expect.numbers(target, shape=())) - (weights @ sample + bias >= 0)
    self.weights = weights + error * sample
    self.bias = bias + error
    return bool(error != 0)


def state(model):
    """The weights and the bias that a perceptron of the student's has now."""
    weights, bias = model.weights, model.bias
    return expect.numbers(weights, shape=(None,)), float(expect.numbers(bias, shape=()))


def lessons(student, rng, apart):
    """Mistakes of both kinds, each of them undone by the other: the perceptron after each update, and what is due.

    What is `apart`, "weights" or "bias", is made right in between, so that the other does not depend on it.
    """
    samples = [rng.normal(size=4), rng.normal(size=4), np.array([2, 0, -1, 3]), np.zeros(4, dtype=int)]
    for target, x in zip([0, 1] * 2, samples, strict=True):
        w, error = rng.normal(size=4), 2 * target - 1
        b = float(-(w @ x) - error * rng.uniform(0.1, 0.4))
        model = perceptron(student, w, b, given=[predict])
        model.update(x, target)
        yield model, w + error * x, b + error
        setattr(model, apart, {"weights": w + error * x, "bias": b + error}[apart])
        model.update(x, 1 - target)
        yield model, w, b


def mixed_batch(rng, n, m):
    """Weights, bias, samples and answers: both answers occur, and some would be others without the bias or by rows."""
    while True:
        w, b, X = rng.normal(size=n), float(rng.normal()), rng.normal(size=(n, m))
        z = w @ X
        answers = np.where(z + b >= 0, 1, 0)
        by_rows = n == m and np.array_equal(answers, w @ X.T + b >= 0)
        if 0 < answers.sum() < m and np.any(answers != (z >= 0)) and not by_rows:
            return w, b, X, answers


def separable_course(rng, n, m):
    """A state, and m samples of n inputs that a plane separates, on which training takes three epochs or more.

    It would go otherwise from zero, in another order, with one update an epoch, or, where m is n, by rows. But for the
    last mistakes, each epoch has some of both kinds, and one epoch as many of either. The first has not as many of one
    kind as of the other, and not as many in all as there were before it.
    """
    while True:
        plane, w, b = rng.normal(size=n + 1), rng.normal(size=n), float(rng.normal())
        X = rng.uniform(-1, 1, size=(n, m))
        y = np.where(plane[:n] @ X + plane[n] >= 0, 1, 0)
        mistakes, final, _ = train(w, b, X, y, 200)
        others = [
            train(0 * w, 0.0, X, y, 200),
            train(w, b, X[:, ::-1], y[::-1], 200),
            train(w, b, np.roll(X, -1, axis=1), np.roll(y, -1), 200),
            train_by_batch(w, b, X, y, 200),
        ]
        if m == n:
            others.append(train(w, b, X.T, y, 200))
        distinct = all(other != mistakes and not np.allclose(end, final) for other, end, _ in others)
        _, _, first_b = train(w, b, X, y, 1)
        both = abs(first_b - b) < mistakes[0] != train_by_batch(w, b, X, y, 1)[0][0]
        if distinct and both and 3 <= len(mistakes) < 8 and _both_kinds(w, b, X, y, len(mistakes) - 2):
            return w, b, X, y


def train(w, b, X, y, max_epochs):
    """The mistakes of each epoch by Rosenblatt's rule, and the weights and bias at the end."""
    mistakes = []
    while len(mistakes) < max_epochs and 0 not in mistakes:
        mistakes.append(0)
        for x, target in zip(X.T, y, strict=True):
            error = target - (w @ x + b >= 0)
            w, b = w + error * x, b + error
            mistakes[-1] += int(error != 0)
    return mistakes, w, b


def _both_kinds(w, b, X, y, epochs):
    """Whether each of these epochs has mistakes of both kinds, and one epoch as many of either, so that b stays."""
    moves = []
    for _ in range(epochs):
        (mistakes,), w, new_b = train(w, b, X, y, 1)
        moves.append(abs(round(new_b - b)))
        b = new_b
        if moves[-1] == mistakes:
            return False
    return 0 in moves


def train_by_batch(w, b, X, y, max_epochs):
    """The same, wrongly: all errors of an epoch come from the weights at its start."""
    mistakes = []
    while len(mistakes) < max_epochs and 0 not in mistakes:
        errors = y - (w @ X + b >= 0)
        w, b = w + X @ errors, b + errors.sum()
        mistakes.append(int(np.count_nonzero(errors)))
    return mistakes, w, b
