"""Public checks of gradient descent: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other inputs. Where one of your functions may call another, a check puts
a stand-in for the other one in its place, so that a mistake costs points in one task only. The stand-ins here know no
formula: they look up what is known of two samples.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest

from autograder import expect

# Two samples, whose best line is x - 1, and a descent to it from w = 5, b = 1 with the rate 0.25.
X, Y = np.array([0.0, 2.0]), np.array([-1.0, 1.0])
RATE = 0.25
# Four samples, of which no two are alike.
FOUR = np.array([0.0, 2.0, 2.0, 0.0]), np.array([-1.0, 1.0, 5.0, 3.0])
WS, BS, LOSSES = [5.0, 0.0, 1.5, 1.0], [1.0, -2.0, -1.0, -1.25], [52.0, 5.0, 0.5, 0.0625]


class Known(NamedTuple):
    """What is known of the line (w, b) on some samples: its loss, its gradients, and where a step of RATE leads."""

    loss: float
    gradients: tuple[float, float]
    step: tuple[float, float]


# By w, b and the inputs.
TABLE = {
    (5.0, 1.0, (0.0, 2.0)): Known(52.0, (20.0, 12.0), (0.0, -2.0)),
    (5.0, 1.0, (0.0,)): Known(4.0, (0.0, 4.0), (5.0, 0.0)),
    (5.0, 1.0, (2.0,)): Known(100.0, (40.0, 20.0), (-5.0, -4.0)),
    (0.0, -2.0, (0.0, 2.0)): Known(5.0, (-6.0, -4.0), (1.5, -1.0)),
    (0.0, -2.0, (0.0,)): Known(1.0, (0.0, -2.0), (0.0, -1.5)),
    (0.0, -2.0, (2.0,)): Known(9.0, (-12.0, -6.0), (3.0, -0.5)),
    (1.5, -1.0, (0.0, 2.0)): Known(0.5, (2.0, 1.0), (1.0, -1.25)),
    (1.5, -1.0, (0.0,)): Known(0.0, (0.0, 0.0), (1.5, -1.0)),
    (1.5, -1.0, (2.0,)): Known(1.0, (4.0, 2.0), (0.5, -1.5)),
    (1.0, -1.25, (0.0, 2.0)): Known(0.0625, (-0.5, -0.5), (1.125, -1.125)),
    (1.0, -1.25, (0.0,)): Known(0.0625, (0.0, -0.5), (1.0, -1.125)),
    (1.0, -1.25, (2.0,)): Known(0.0625, (-1.0, -0.5), (1.25, -1.125)),
    # On the way with one sample after the other, in both orders.
    (5.0, 0.0, (0.0, 2.0)): Known(41.0, (18.0, 10.0), (0.5, -2.5)),
    (5.0, 0.0, (0.0,)): Known(1.0, (0.0, 2.0), (5.0, -0.5)),
    (5.0, 0.0, (2.0,)): Known(81.0, (36.0, 18.0), (-4.0, -4.5)),
    (-4.0, -4.5, (0.0, 2.0)): Known(97.25, (-27.0, -17.0), (2.75, -0.25)),
    (-4.0, -4.5, (0.0,)): Known(12.25, (0.0, -7.0), (-4.0, -2.75)),
    (-4.0, -4.5, (2.0,)): Known(182.25, (-54.0, -27.0), (9.5, 2.25)),
    (-5.0, -4.0, (0.0, 2.0)): Known(117.0, (-30.0, -18.0), (2.5, 0.5)),
    (-5.0, -4.0, (0.0,)): Known(9.0, (0.0, -6.0), (-5.0, -2.5)),
    (-5.0, -4.0, (2.0,)): Known(225.0, (-60.0, -30.0), (10.0, 3.5)),
    (-5.0, -2.5, (0.0, 2.0)): Known(92.25, (-27.0, -15.0), (1.75, 1.25)),
    (-5.0, -2.5, (0.0,)): Known(2.25, (0.0, -3.0), (-5.0, -1.75)),
    (-5.0, -2.5, (2.0,)): Known(182.25, (-54.0, -27.0), (8.5, 4.25)),
}
# Answers of these lines, by w, b and the input.
ANSWERS = {
    (5.0, 1.0, 0.0): 1.0,
    (5.0, 1.0, 2.0): 11.0,
    (0.0, -2.0, 0.0): -2.0,
    (0.0, -2.0, 2.0): -2.0,
    (1.5, -1.0, 0.0): -1.0,
    (1.5, -1.0, 2.0): 2.0,
    (1.0, -1.25, 0.0): -1.25,
    (1.0, -1.25, 2.0): 0.75,
    (5.0, 0.0, 0.0): 0.0,
    (5.0, 0.0, 2.0): 10.0,
    (-4.0, -4.5, 0.0): -4.5,
    (-4.0, -4.5, 2.0): -12.5,
    (-5.0, -4.0, 0.0): -4.0,
    (-5.0, -4.0, 2.0): -14.0,
    (-5.0, -2.5, 0.0): -2.5,
    (-5.0, -2.5, 2.0): -12.5,
    (5.0, -2.0, 0.0): -2.0,
    (5.0, 2.0, 0.0): 2.0,
}
# Two other samples, both at x = 0, by b and the targets; w is 5. With the rate 0.5 a sample moves b to its target.
TARGETS = np.array([-2.0, 2.0])
AT_ZERO = {
    (1.0, (-2.0, 2.0)): Known(5.0, (0.0, 2.0), (5.0, 0.0)),
    (1.0, (-2.0,)): Known(9.0, (0.0, 6.0), (5.0, -2.0)),
    (1.0, (2.0,)): Known(1.0, (0.0, -2.0), (5.0, 2.0)),
    (-2.0, (-2.0, 2.0)): Known(8.0, (0.0, -4.0), (5.0, 0.0)),
    (-2.0, (-2.0,)): Known(0.0, (0.0, 0.0), (5.0, -2.0)),
    (-2.0, (2.0,)): Known(16.0, (0.0, -8.0), (5.0, 2.0)),
    (2.0, (-2.0, 2.0)): Known(8.0, (0.0, 4.0), (5.0, 0.0)),
    (2.0, (-2.0,)): Known(16.0, (0.0, 8.0), (5.0, -2.0)),
    (2.0, (2.0,)): Known(0.0, (0.0, 0.0), (5.0, 2.0)),
}
# Losses of lines with b = -1, by w and the inputs.
SLICE = {
    (3.0, (0.0, 2.0)): 8.0,
    (0.0, (0.0, 2.0)): 2.0,
    (1.0, (0.0, 2.0)): 0.0,
    (3.0, (0.0,)): 0.0,
    (0.0, (0.0,)): 0.0,
    (1.0, (0.0,)): 0.0,
    (3.0, (2.0,)): 16.0,
    (0.0, (2.0,)): 4.0,
    (1.0, (2.0,)): 0.0,
}


@pytest.mark.task("1.1")
def test_line_of_some_inputs(student):
    """The line answers each input with w·x + b."""
    expect.array(student.gradient_descent.predict(np.array([0.0, 1.0, -2.0]), 3.0, 0.5), [0.5, 3.5, -5.5])
    expect.array(student.gradient_descent.predict(np.array([4, 1]), -1, 2), [-2, 1])


@pytest.mark.task("1.2")
def test_loss_is_a_mean_of_squares(student):
    """The loss is the mean of the squared errors, and 0 on a line that fits."""
    give(student, "predict")
    expect.number(student.gradient_descent.loss(X, Y, 5.0, 1.0), 52.0)
    expect.number(student.gradient_descent.loss(X, Y, 0.0, -2.0), 5.0)
    expect.number(student.gradient_descent.loss(X, np.array([-1.0, 2.0]), 1.5, -1.0), 0.0)
    expect.number(student.gradient_descent.loss(*FOUR, 5.0, 1.0), 36.0)


@pytest.mark.task("1.3")
def test_gradient_along_w(student):
    """The slope along w has the 2, the mean and the sign of the formula."""
    give(student, "predict")
    for w, b in [(5.0, 1.0), (0.0, -2.0)]:
        dw, _ = expect.items(student.gradient_descent.gradients(X, Y, w, b), 2)
        expect.number(dw, TABLE[w, b, (0.0, 2.0)].gradients[0])
    dw, _ = expect.items(student.gradient_descent.gradients(*FOUR, 5.0, 1.0), 2)
    expect.number(dw, 16.0)


@pytest.mark.task("1.3")
def test_gradient_along_b(student):
    """The slope along b has the 2, the mean and the sign of the formula."""
    give(student, "predict")
    for w, b in [(5.0, 1.0), (0.0, -2.0)]:
        _, db = expect.items(student.gradient_descent.gradients(X, Y, w, b), 2)
        expect.number(db, TABLE[w, b, (0.0, 2.0)].gradients[1])
    _, db = expect.items(student.gradient_descent.gradients(*FOUR, 5.0, 1.0), 2)
    expect.number(db, 8.0)


@pytest.mark.task("1.4")
def test_differences_to_both_sides(student):
    """A slope is measured to both sides, and only one of the two numbers moves at a time."""

    def f(w, b):
        w, b = expect.numbers(w, shape=()), expect.numbers(b, shape=())
        return w**3 + w * b**2

    dw, db = expect.items(student.gradient_descent.central_differences(f, 2.0, 3.0, 0.5), 2)
    expect.number(dw, 21.25)
    expect.number(db, 12.0)


@pytest.mark.task("1.5")
def test_update_goes_downhill(student):
    """A step takes the learning rate times each gradient away, and both gradients are those at the old place."""
    give(student, "gradients", "predict")
    for w, b, new_w, new_b in [(5, 1, 0.0, -2.0), (0.0, -2.0, 1.5, -1.0)]:
        moved_w, moved_b = expect.items(student.gradient_descent.update(X, Y, w, b, RATE), 2)
        expect.number(moved_w, new_w)
        expect.number(moved_b, new_b)


@pytest.mark.task("2.1")
def test_fit_keeps_w_and_b(student):
    """Descent gives every w and b, from the start, a whole number here, to the place after the last update."""
    give(student, "update", "gradients", "loss", "predict")
    x, y = student.keep(X), student.keep(Y)
    ws, bs, _ = expect.items(student.gradient_descent.fit(x, y, 5, 1, RATE, 3), 3)
    expect.array(ws, WS, dtype="float64")
    expect.array(bs, BS, dtype="float64")
    expect.array(x, X)
    expect.array(y, Y)


@pytest.mark.task("2.1")
def test_fit_keeps_losses(student):
    """Descent gives the loss at every w and b, also at the start and after the last update."""
    give(student, "update", "gradients", "loss", "predict")
    for epochs in (3, 0):
        *_, losses = expect.items(student.gradient_descent.fit(X, Y, 5.0, 1.0, RATE, epochs), 3)
        expect.array(losses, LOSSES[: epochs + 1], dtype="float64")


@pytest.mark.task("3.1")
def test_descend_into_the_bowl(student):
    """Descent in the bowl gives every w, from the start on, which may be a whole number."""
    expect.array(student.gradient_descent.descend(0, 0.1, 3), [0.0, 0.6, 1.08, 1.464], dtype="float64")
    expect.array(student.gradient_descent.descend(5.0, 0.75, 2), [5.0, 2.0, 3.5], dtype="float64")
    expect.array(student.gradient_descent.descend(2, 0.1, 0), [2.0], dtype="float64")


@pytest.mark.task("3.1")
def test_descend_with_one_half(student):
    """With the rate 0.5 the first step ends in the minimum, and the next ones stay there."""
    expect.array(student.gradient_descent.descend(0.0, 0.5, 3), [0.0, 3.0, 3.0, 3.0], dtype="float64")


@pytest.mark.task("3.2")
def test_steps_are_counted(student):
    """The steps to the first w that is close are counted, and a path that comes nowhere near raises ValueError."""
    path = np.array([0.0, 1.0, 2.0, 2.75, 3.1, 2.95, 8.0])
    for within, steps in [(0.5, 3), (0.2, 4), (5.0, 0)]:
        expect.integer(student.gradient_descent.count_steps(path, 3.0, within), steps)
    with expect.raises("ValueError"):
        student.gradient_descent.count_steps(path, 3.0, 0.01)


@pytest.mark.task("3.2")
def test_steps_are_computed(student):
    """The steps to one hundredth of the distance are those that counting finds, on both sides of 0.5 and at 0.5."""
    for rate, steps in [(0.01, 228), (0.1, 21), (0.5, 1), (0.9, 21)]:
        expect.integer(student.gradient_descent.steps_needed(rate, 0.01), steps)
    expect.integer(student.gradient_descent.steps_needed(0.25, 0.1), 4)
    for rate in (1.0, 0.0):
        with expect.raises("ValueError"):
            student.gradient_descent.steps_needed(rate, 0.01)


@pytest.mark.task("3.3")
@pytest.mark.parametrize(
    ("factor", "word"),
    [
        (-1.1, "diverges"),
        (-1.0, "bounces"),
        (0.0, "one step"),
        (-0.8, "overshoots"),
        (-0.98, "overshoots"),
        (0.98, "creeps"),
        (0.8, "converges"),
    ],
)
def test_paths_in_a_word(student, factor, word):
    """Each kind of path has its word: here every distance is the one before it times a factor."""
    for start, length in [(-3.0, 31), (4.0, 81)]:
        path = 3.0 + start * factor ** np.arange(length)
        expect.text(student.gradient_descent.describe_rate(path, 3.0), word)


@pytest.mark.task("3.3")
def test_a_long_path_that_overshoots(student):
    """On a long path rounding decides where the last w lie, and they are not asked."""
    offsets = -3.0 * (-0.5) ** np.arange(41)
    offsets[36:] = [1e-16, 1e-16, 0.0, 1e-16, 1e-16]
    expect.text(student.gradient_descent.describe_rate(2.0 + offsets, 2.0), "overshoots")


@pytest.mark.task("3.4")
def test_largest_rate_of_some_inputs(student):
    """The largest rate is 1 over the mean of the squares."""
    expect.number(student.gradient_descent.largest_rate(np.array([1.0, -1.0, 2.0, 4.0])), 2 / 11)
    expect.number(student.gradient_descent.largest_rate(np.array([0, 3])), 2 / 9)


@pytest.mark.task("3.4")
def test_standardised_inputs(student):
    """Standardised inputs have the mean 0 and the standard deviation 1, and the caller's array stays as it was."""
    for x in (np.array([1.0, 1.0, 5.0, 5.0]), np.array([1, 5])):
        kept = student.keep(x)
        expect.array(student.gradient_descent.standardise(kept), (x - 3) / 2, dtype="float64")
        expect.array(kept, x)


@pytest.mark.task("4.1")
def test_slice_of_the_loss(student):
    """A slice has one loss for each w, in their order, and keeps its fractions where each w is a whole number."""
    give(student, "loss")
    for ws, losses in [([3.0, 0.0, 1.0], [8.0, 2.0, 0.0]), ([0, 3], [2.0, 8.0])]:
        expect.array(student.gradient_descent.sweep(X, Y, np.array(ws), -1.0), losses, dtype="float64")


@pytest.mark.task("4.1")
def test_lowest_point_of_the_slice(student):
    """The lowest point is that of the parabola for the b that is given."""
    expect.number(student.gradient_descent.lowest_w(X, Y, -1.0), 1.0)
    expect.number(student.gradient_descent.lowest_w(X, Y, 2.0), -0.5)
    expect.number(student.gradient_descent.lowest_w(np.array([1, 2]), np.array([4, 4]), 1), 1.8)


@pytest.mark.task("4.2", timeout=20)
def test_slice_has_labels(student):
    """The picture of a slice is not blank, its axes have labels, and it changes with the slice and with the steps."""
    ws, losses = np.array([-1.0, 0.0, 1.0, 2.0, 3.0]), np.array([8.0, 2.0, 0.0, 2.0, 8.0])
    steps, step_losses = np.array([3.0, 0.0, 1.5]), np.array([8.0, 2.0, 0.5])
    pictures = [
        expect.figure(student.gradient_descent.draw_slice(*arrays))
        for arrays in (
            (ws, losses, steps, step_losses),
            (ws, losses, steps / 2, step_losses),
            (ws, losses, steps, step_losses / 2),
            (ws, losses / 2, steps, step_losses),
        )
    ]
    has_labels(pictures[0])
    all_differ(pictures, "The picture should show the slice and the steps, where the arrays say.")


@pytest.mark.task("5.1")
def test_batches_hold_every_sample_once(student):
    """Every sample stands in one batch, all batches but the last have the same size, and one batch may hold all."""
    for n, size, sizes in [(7, 3, [3, 3, 1]), (4, 2, [2, 2]), (3, 8, [3])]:
        made = expect.items(student.gradient_descent.batches(n, size, student.rng(1)), len(sizes))
        parts = [
            expect.array(part, shape=(count,), dtype="integer", array_like=True)
            for part, count in zip(made, sizes, strict=True)
        ]
        expect.that(
            np.array_equal(np.sort(np.concatenate(parts)), np.arange(n)),
            "Each sample should stand in exactly one batch.",
        )


@pytest.mark.task("5.1")
def test_batches_are_divided_at_random(student):
    """The next call with the same generator divides anew, and any two samples come into one batch at some time."""
    function, generator = student.gradient_descent.batches, student.rng(4)
    together = set()
    for division in student.evaluate([("call", function, 4, 2, generator)] * 80):
        for part in expect.items(division, 2):
            one, other = expect.array(part, shape=(2,), dtype="integer", array_like=True).tolist()
            together.add((min(one, other), max(one, other)))
    expect.that(len(together) == 6, "Any two of four samples should come into one batch at some time.")


@pytest.mark.task("5.2", weight=2)
def test_fit_by_single_samples(student):
    """With batches of 1 an epoch makes an update with each sample, and the losses are those over all samples."""
    give(student, *STAND_INS)
    x, y = student.keep(X), student.keep(Y)
    ws, bs, losses = expect.items(student.gradient_descent.fit(x, y, 5, 1, RATE, 1, 1, student.rng(1)), 3)
    ws, bs, losses = (expect.array(part, shape=(3,), dtype="float64") for part in (ws, bs, losses))
    orders = [([5, 5, -4], [1, 0, -4.5], [52, 41, 97.25]), ([5, -5, -5], [1, -4, -2.5], [52, 117, 92.25])]
    expect.that(
        any(np.allclose([ws, bs, losses], order) for order in orders),
        "With two samples there are two orders, and this is neither.",
        ws=ws,
        bs=bs,
        losses=losses,
    )
    expect.array(x, X)
    expect.array(y, Y)


@pytest.mark.task("5.2")
def test_fit_divides_anew(student):
    """Every epoch takes each sample once, and not always in the same order."""
    give(student, *STAND_INS)
    answer = student.gradient_descent.fit(np.zeros(2), TARGETS, 5.0, 1.0, 0.5, 40, 1, student.rng(2))
    _, bs, _ = expect.items(answer, 3)
    used = expect.array(bs, shape=(81,))[1:].reshape(40, 2)  # each update moves b to the target of its sample
    expect.that(
        np.array_equal(np.sort(used), np.tile(TARGETS, (40, 1))), "In every epoch each sample should be used once."
    )
    expect.that(0 < np.count_nonzero(used[:, 0] == 2) < 40, "The samples should be divided anew in every epoch.")


@pytest.mark.task("5.2")
def test_fit_by_one_large_batch(student):
    """With a batch that holds all samples, descent is the one with all samples."""
    give(student, *STAND_INS)
    for size in (2, 5):
        ws, bs, losses = expect.items(student.gradient_descent.fit(X, Y, 5.0, 1.0, RATE, 3, size, student.rng(3)), 3)
        expect.array(ws, WS)
        expect.array(bs, BS)
        expect.array(losses, LOSSES)


@pytest.mark.task("5.3", timeout=20)
def test_paths_have_labels_and_names(student):
    """The picture of the paths is not blank, has labels, names each path, and changes with the paths and the losses."""
    ws, bs, losses = plane()
    paths = {"straight": (WS, BS), "crooked": (BS, WS)}
    pictures = [
        expect.figure(student.gradient_descent.draw_paths(*arrays))
        for arrays in (
            (ws, bs, losses, paths),
            (ws, bs, losses[::-1], paths),
            (ws, bs, losses, {**paths, "crooked": (BS, BS)}),
        )
    ]
    has_labels(pictures[0])
    for name in paths:
        named(pictures[0], name)
    all_differ(pictures, "The picture should show the paths and the contours of the losses.")


@pytest.mark.task("7.1")
def test_best_line(student):
    """The best line goes through two samples exactly, and between more of them."""
    for x, y, best in [(X, Y, (1.0, -1.0)), (np.array([0, 1, 5]), np.array([1, 5, 6]), (11 / 14, 17 / 7))]:
        w, b = expect.items(student.gradient_descent.least_squares(x, y), 2)
        expect.number(w, best[0])
        expect.number(b, best[1])


@pytest.mark.task("7.2")
def test_line_in_its_own_unit(student):
    """Inputs far from 0 are no trouble, and the line that is found holds for them as they were given."""
    w, b = expect.items(student.gradient_descent.learn_line(2 * X + 500, Y, 0.25, 60), 2)
    expect.number(w, 0.5)
    expect.number(b, -251.0)


@pytest.mark.task("7.2")
def test_line_after_a_few_epochs(student):
    """After two epochs with the rate 0.25, three quarters of the way are done."""
    w, b = expect.items(student.gradient_descent.learn_line(np.array([3.0, 7.0]), np.array([2.0, 6.0]), 0.25, 2), 2)
    expect.number(w, 0.75)
    expect.number(b, -0.75)


def at_most_two(numbers):
    """The numbers of one or two samples, in a row."""
    row = np.ravel(expect.numbers(numbers))
    expect.that(row.size <= 2, "A function was called for more samples than there are.")
    return row


def known(x, y, w, b):
    """What the tables know of a line and some of two samples, in any order, and the rate of their steps."""
    inputs, targets = at_most_two(x), at_most_two(y)
    w, b = expect.number(w), expect.number(b)
    row, rate = None, RATE
    if np.array_equal(inputs, targets + 1):
        row = TABLE.get((w, b, tuple(sorted(inputs.tolist()))))
    elif w == 5 and not inputs.any():
        row, rate = AT_ZERO.get((b, tuple(sorted(targets.tolist())))), 0.5
    expect.that(row is not None, "A function was called for a line, or for samples, that do not exist.")
    return row, rate


def predict(x, w, b):
    """A stand-in for `predict` that looks up each answer."""
    inputs = expect.numbers(x)
    w, b = expect.number(w), expect.number(b)
    expect.that(
        all((w, b, value) in ANSWERS for value in np.ravel(inputs).tolist()),
        "predict was called for another line, or another input, than there is.",
    )
    return np.reshape([ANSWERS[w, b, value] for value in np.ravel(inputs).tolist()], inputs.shape)[()]


def loss(x, y, w, b):
    """A stand-in for `loss` that looks it up."""
    inputs = tuple(sorted(at_most_two(x).tolist()))
    if expect.number(b) == -1 and (expect.number(w), inputs) in SLICE:
        return SLICE[expect.number(w), inputs]
    return known(x, y, w, b)[0].loss


def gradients(x, y, w, b):
    """A stand-in for `gradients` that looks them up."""
    return known(x, y, w, b)[0].gradients


def update(x, y, w, b, learning_rate):
    """A stand-in for `update` that looks up where the step leads."""
    row, rate = known(x, y, w, b)
    expect.that(expect.number(learning_rate) == rate, "update was called with another rate than there is.")
    return row.step


def batches(n, batch_size, rng):
    """A stand-in for `batches` that knows the divisions of two samples."""
    expect.that(expect.integer(n) == 2, "batches was called for another number of samples than there is.")
    if expect.integer(batch_size, minimum=1) > 1:
        return [np.array([0, 1])]
    first = expect.integer(rng.integers(2), minimum=0, maximum=1)
    return [np.array([first]), np.array([1 - first])]


STAND_INS = {"predict": predict, "loss": loss, "gradients": gradients, "update": update, "batches": batches}


def give(student, *names):
    """Put stand-ins in place of functions that the judged one may call."""
    for name in names:
        setattr(student.gradient_descent, name, STAND_INS[name])


def plane():
    """A few places (w, b), and the loss at each: (ws, bs, losses)."""
    ws, bs = np.linspace(-2, 6, 9), np.linspace(-3, 3, 7)
    return ws, bs, (ws - 1) ** 2 + (bs[:, None] + 1) ** 2


def has_labels(picture):
    """See whether a figure has axes with both labels."""
    expect.that(
        any(x.strip() and y.strip() for x, y in zip(picture.xlabels, picture.ylabels, strict=False)),
        "Both axes should have a label.",
    )


def all_differ(pictures, sentence):
    """No two pictures look the same."""
    expect.that(not any(one.looks_like(other) for one, other in combinations(pictures, 2)), sentence)


def named(picture, name):
    """See whether a legend of the picture has a name, alone or among other words."""
    texts = [text for legend in picture.legends for text in legend]
    expect.that(any(name in text for text in texts), "A legend should name each path.")
