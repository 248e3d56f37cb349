"""Hidden checks of gradient descent: samples drawn for each submission, single ones, whole numbers and zeros."""

from itertools import combinations, pairwise, permutations

import numpy as np
import pytest

from autograder import expect

# Of the descents in 2.1, one for each of `cases`.
RATES, EPOCHS = [0.1, 0.2, 0.05, 0.02, 0.05, 0.1, 0.25, 0, 1], [5, 2, 4, 3, 3, 3, 1, 2, 0]


@pytest.mark.task("1.1")
def test_line_of_any_inputs(student, rng):
    """The line is right for any number of inputs, whole ones and zeros too, and leaves them as they were."""
    for x, _, w, b in cases(rng):
        kept = student.keep(x)
        expect.array(student.gradient_descent.predict(kept, w, b), w * x + b)
        expect.array(kept, x)


@pytest.mark.task("1.2")
def test_loss_of_any_samples(student, rng):
    """The loss is right for any number of samples, one and whole ones too, and leaves them as they were."""
    give(student, "predict")
    for x, y, w, b in cases(rng):
        kept_x, kept_y = student.keep(x), student.keep(y)
        expect.number(student.gradient_descent.loss(kept_x, kept_y, w, b), mean_squared(x, y, w, b))
        expect.array(kept_x, x)
        expect.array(kept_y, y)


@pytest.mark.task("1.3")
def test_gradient_along_w_of_any_samples(student, rng):
    """The slope along w is right for any number of samples, one and whole ones too, and leaves them as they were."""
    give(student, "predict")
    for x, y, w, b in cases(rng):
        kept_x, kept_y = student.keep(x), student.keep(y)
        dw, _ = expect.items(student.gradient_descent.gradients(kept_x, kept_y, w, b), 2)
        expect.number(dw, slopes(x, y, w, b)[0])
        expect.array(kept_x, x)
        expect.array(kept_y, y)


@pytest.mark.task("1.3")
def test_gradient_along_b_of_any_samples(student, rng):
    """The slope along b is right for any number of samples, one and whole ones too."""
    give(student, "predict")
    for x, y, w, b in cases(rng):
        _, db = expect.items(student.gradient_descent.gradients(x, y, w, b), 2)
        expect.number(db, slopes(x, y, w, b)[1])


@pytest.mark.task("1.4")
def test_differences_of_any_function(student, rng):
    """The slopes of a curved function are measured to both sides, with the way that is given, large or small."""
    p, q, r = rng.uniform(0.5, 2.0, size=3)

    def f(w, b):
        w, b = expect.numbers(w, shape=()), expect.numbers(b, shape=())
        return p * w**3 - q * w * b**2 + r * b**3

    for w, b, epsilon in [
        (*rng.normal(size=2), 0.5),
        (*rng.normal(size=2), 0.01),
        (0, 2, 0.25),
        (-1.5, 0.0, 1),
        (0.5, -2.0, 0.1),
    ]:
        dw, db = expect.items(student.gradient_descent.central_differences(f, w, b, epsilon), 2)
        expect.number(dw, p * (3 * w**2 + epsilon**2) - q * b**2, rtol=1e-6, atol=1e-8)
        expect.number(db, -2 * q * w * b + r * (3 * b**2 + epsilon**2), rtol=1e-6, atol=1e-8)


@pytest.mark.task("1.4")
def test_differences_without_a_way(student, rng):
    """Where no way is given, it is small enough for a slope of five digits."""
    p = rng.uniform(0.5, 2.0)

    def f(w, b):
        return float(np.sin(p * expect.number(w)) * np.exp(expect.number(b)))

    w, b = rng.uniform(0.2, 0.6, size=2)
    dw, db = expect.items(student.gradient_descent.central_differences(f, w, b), 2)
    expect.number(dw, p * np.cos(p * w) * np.exp(b), rtol=1e-5)
    expect.number(db, np.sin(p * w) * np.exp(b), rtol=1e-5)


@pytest.mark.task("1.5")
def test_update_of_any_line(student, rng):
    """A step is right at any place and with any rate, whole ones too, and leaves the samples as they were."""
    give(student, "gradients", "predict")
    for (x, y, w, b), rate in zip(cases(rng), [0.3, 0.1, 0.01, 1, 0.2, 0.3, 0.25, 0, 2.5], strict=True):
        kept_x, kept_y = student.keep(x), student.keep(y)
        new_w, new_b = expect.items(student.gradient_descent.update(kept_x, kept_y, w, b, rate), 2)
        expected_w, expected_b = moved(x, y, w, b, rate)
        expect.number(new_w, expected_w)
        expect.number(new_b, expected_b)
        expect.array(kept_x, x)
        expect.array(kept_y, y)


@pytest.mark.task("2.1", weight=2)
def test_fit_takes_the_right_path(student, rng):
    """Every w and b on the way is right, for any samples, rate and number of epochs, and from whole numbers too."""
    give(student, "update", "gradients", "loss", "predict")
    for (x, y, w, b), rate, epochs in zip(cases(rng), RATES, EPOCHS, strict=True):
        ws, bs, _ = expect.items(student.gradient_descent.fit(x, y, w, b, rate, epochs), 3)
        expected_ws, expected_bs, _ = path(x, y, w, b, rate, epochs)
        expect.array(ws, expected_ws, dtype="float64")
        expect.array(bs, expected_bs, dtype="float64")


@pytest.mark.task("2.1")
def test_fit_knows_every_loss(student, rng):
    """Every loss on the way is right, from the one at the start to the one after the last update."""
    give(student, "update", "gradients", "loss", "predict")
    for (x, y, w, b), rate, epochs in zip(cases(rng), RATES, EPOCHS, strict=True):
        *_, losses = expect.items(student.gradient_descent.fit(x, y, w, b, rate, epochs), 3)
        expect.array(losses, path(x, y, w, b, rate, epochs)[2], dtype="float64")


@pytest.mark.task("2.1")
def test_fit_leaves_the_samples(student, rng):
    """Descent starts anew in every call, and leaves the samples as they were."""
    give(student, "update", "gradients", "loss", "predict")
    x, y, w, b = next(cases(rng))
    kept_x, kept_y = student.keep(x), student.keep(y)
    for start in (w, -w):
        parts = expect.items(student.gradient_descent.fit(kept_x, kept_y, start, b, 0.1, 3), 3)
        for part, expected in zip(parts, path(x, y, start, b, 0.1, 3), strict=True):
            expect.array(part, expected, dtype="float64")
    expect.array(kept_x, x)
    expect.array(kept_y, y)


@pytest.mark.task("3.1")
def test_descend_with_any_rate(student, rng):
    """Descent in the bowl is right for any start, whole ones too, any rate and any number of steps."""
    for start, rate, steps in [
        (rng.normal(), rng.uniform(0.1, 0.4), 7),
        (rng.normal(), rng.uniform(0.6, 0.9), 6),
        (rng.normal(), 1.25, 3),
        (-2, 0.25, 4),
        (0, 1, 5),
        (3, 0.1, 2),
        (7, 0, 2),
        (4, 0.3, 0),
    ]:
        expected = 3 + (start - 3) * (1 - 2 * rate) ** np.arange(steps + 1)
        expect.array(student.gradient_descent.descend(start, rate, steps), expected, dtype="float64")


@pytest.mark.task("3.2")
def test_steps_of_any_path_are_counted(student, rng):
    """The first w that is closer than asked for counts, from either side of any minimum; one as far away does not."""
    minimum = rng.normal()
    for start, factor in [(-4.0, 0.7), (5.0, -0.6), (2.0, 0.9)]:
        distances = abs(start) * abs(factor) ** np.arange(30)
        steps = int(rng.integers(3, 15))
        within = float(np.sqrt(distances[steps] * distances[steps - 1]))
        w = student.keep(minimum + start * factor ** np.arange(30))
        expect.integer(student.gradient_descent.count_steps(w, minimum, within), steps)
        with expect.raises("ValueError"):
            student.gradient_descent.count_steps(w, minimum, 0.9 * float(distances[-1]))
        expect.array(w, minimum + start * factor ** np.arange(30))
    for w, minimum, within, steps in [
        (np.array([4.0, 1.0, -1.5, -2.5, 6.0, -2.0]), -2, 1, 2),
        (np.array([9, 5, 4, 3]), 3, 2, 2),
        (np.array([9, 5, 4, 3]), 3, 2.5, 1),
        (np.array([0.5, 7.0]), 0, 1, 0),
        (np.array([3, 0, 1]), 0, 1, 1),
    ]:
        expect.integer(student.gradient_descent.count_steps(w, minimum, within), steps)


@pytest.mark.task("3.2")
def test_steps_for_any_rate_are_computed(student, rng):
    """The steps to any fraction are right for any rate, and rates that never get there raise ValueError."""
    for low, high in [(0.004, 0.02), (0.05, 0.3), (0.6, 0.7), (0.8, 0.97)]:
        rate, fraction, steps = needed(rng, low, high)
        expect.integer(student.gradient_descent.steps_needed(rate, fraction), steps)
    expect.integer(student.gradient_descent.steps_needed(0.5, 1e-6), 1)
    expect.integer(student.gradient_descent.steps_needed(0.45, 0.7), 1)
    for rate in (1, 1.2, 2, 0, -0.1):
        with expect.raises("ValueError"):
            student.gradient_descent.steps_needed(rate, 0.2)


@pytest.mark.task("3.3", weight=2)
@pytest.mark.parametrize("word", ["diverges", "bounces", "one step", "overshoots", "creeps", "converges"])
def test_any_path_in_a_word(student, rng, word):
    """Paths of this kind have this word, whatever their minimum, their side and their length."""
    for minimum, offsets in paths_of(word, rng):
        w = student.keep(minimum + offsets)
        expect.text(student.gradient_descent.describe_rate(w, minimum), word)
        expect.array(w, minimum + offsets)


@pytest.mark.task("3.3")
def test_crooked_paths_in_a_word(student):
    """Of a path whose distances go up and down the end decides, and so it does of one that goes up for a while."""
    falling = np.linspace(4.0, 1.0, 22)
    risen, jumping = falling.copy(), falling * (-1.0) ** np.arange(22)
    risen[1] = 9.0
    jumping[10] *= 1.5
    slow = np.linspace(4.0, 3.0, 22)
    slow[5] = 4.5
    for offsets, word in [
        (risen, "converges"),
        (jumping, "converges"),
        (slow, "converges"),
        (np.append(falling, 5.0), "diverges"),
        (np.append(jumping, -5.0), "diverges"),
        (np.array([4.0, 3.0, -2.0, *np.linspace(1.8, 1.0, 20)]), "converges"),
        (np.array([4.0, *np.linspace(1.0, 3.0, 21)]), "converges"),
        (np.array([4.0, *np.linspace(1.0, 0.9, 20)]), "converges"),
        (np.array([4.0, 1.0, *np.zeros(20)]), "converges"),
        (np.array([4.0, 3.0, 3.0, *np.linspace(2.9, 1.0, 20)]) * (-1.0) ** np.arange(23), "converges"),
        (np.array([*np.linspace(4.0, 2.1, 20), 1.9]), "converges"),
        (np.linspace(4.0, 2.0, 21), "converges"),
    ]:
        for minimum in (0.0, -2.0):
            expect.text(student.gradient_descent.describe_rate(minimum + offsets, minimum), word)


@pytest.mark.task("3.4")
def test_largest_rate_of_any_inputs(student, rng):
    """The largest rate is right for any inputs, whole ones and zeros too, and leaves them as they were."""
    for x in (rng.normal(size=6), 170 + 10 * rng.normal(size=5), np.array([-2.5]), np.array([3, 0, -4, 100])):
        kept = student.keep(x)
        expect.number(student.gradient_descent.largest_rate(kept), 1 / np.mean(x**2))
        expect.array(kept, x)


@pytest.mark.task("3.4")
def test_any_inputs_standardised(student, rng):
    """Any inputs are standardised, whole ones too, and leave the caller's array as it was."""
    for x in (rng.normal(size=6), 170 + 10 * rng.normal(size=5), np.array([0.0, 3.0]), np.array([3, 0, -4, 100])):
        kept = student.keep(x)
        expect.array(student.gradient_descent.standardise(kept), (x - np.mean(x)) / np.std(x), dtype="float64")
        expect.array(kept, x)


@pytest.mark.task("4.1")
def test_any_slice(student, rng):
    """A slice has the loss of each w, in any order and of any number, and leaves all arrays as they were."""
    give(student, "loss")
    slices = [rng.normal(size=n) for n in (4, 4, 5, 3, 2, 3)] + [np.array([2, -1, 0]), np.array([0.5]), np.zeros(2)]
    for (x, y, _, b), ws in zip(cases(rng), slices, strict=True):
        arrays = [x, y, ws]
        kept = [student.keep(array) for array in arrays]
        expected = [mean_squared(x, y, w, b) for w in ws]
        expect.array(student.gradient_descent.sweep(*kept, b), expected, dtype="float64")
        for held, array in zip(kept, arrays, strict=True):
            expect.array(held, array)


@pytest.mark.task("4.1")
def test_lowest_point_of_any_slice(student, rng):
    """The lowest point is right for any samples and any b, whole ones too, and leaves the samples as they were."""
    for x, y, _, b in cases(rng):
        kept_x, kept_y = student.keep(x), student.keep(y)
        expected = np.sum(x * (y - b)) / np.sum(x**2)
        expect.number(student.gradient_descent.lowest_w(kept_x, kept_y, b), expected)
        expect.array(kept_x, x)
        expect.array(kept_y, y)


@pytest.mark.task("4.2", timeout=20)
def test_slice_shows_everything(student, rng):
    """The picture of a slice looks different where the parabola, the steps or their losses are other ones."""
    ws = np.sort(rng.uniform(-2, 2, size=20))
    steps = np.sort(rng.uniform(-2, 2, size=5))
    drawn = (ws, ws**2, steps, steps**2)
    others = [(ws, 1.5 * ws**2, steps, steps**2), (ws, ws**2, steps[::-1] / 2, steps**2), (ws, ws**2, steps, steps**4)]
    kept = [student.keep(array) for array in drawn]
    pictures = [expect.figure(student.gradient_descent.draw_slice(*parts)) for parts in (kept, *others)]
    all_differ(pictures, "The picture should show the slice and the steps.")
    for held, array in zip(kept, drawn, strict=True):
        expect.array(held, array)


@pytest.mark.task("5.1")
def test_any_batches(student, rng):
    """Any number of samples is divided, and the last batch has what is left."""
    for n, size in [(10, 4), (9, 3), (5, 1), (1, 1), (6, 6), (2, 7), (8, 5)]:
        divided(student.gradient_descent.batches(n, size, student.rng(int(rng.integers(1000)))), n, size)


@pytest.mark.task("5.1")
def test_batches_come_from_the_generator(student, rng):
    """The same generator divides in the same way, and its next call in another."""
    seed = int(rng.integers(1000))
    first, second = student.rng(seed), student.rng(seed)
    orders = [
        [divided(student.gradient_descent.batches(20, 3, generator), 20, 3) for _ in range(4)]
        for generator in (first, second)
    ]
    expect.that(orders[0] == orders[1], "The same generator should divide in the same way.")
    expect.that(len(set(map(tuple, orders[0]))) > 1, "Each call should divide anew.")


@pytest.mark.task("5.1")
def test_every_order_is_equally_likely(student, rng):
    """Over many calls, each order of three samples comes about as often as each other one."""
    function, generator = student.gradient_descent.batches, student.rng(int(rng.integers(1000)))
    for size in (1, 2):
        made = student.evaluate([("call", function, 3, size, generator)] * 300)
        counts = dict.fromkeys(permutations(range(3)), 0)
        for division in made:
            counts[tuple(divided(division, 3, size))] += 1
        # 50 are expected, with a standard deviation of 6.5.
        expect.that(min(counts.values()) > 8, "Some order comes too seldom.", counts=list(counts.values()))


@pytest.mark.task("5.2", weight=2)
def test_fit_follows_some_batches(student, rng):
    """Every update is one with a batch, every epoch takes each sample once, and each loss is that over all samples."""
    give(student, *STAND_INS)
    for n, size, epochs in [(5, 2, 3), (6, 1, 2), (6, 3, 2), (4, 3, 3), (1, 1, 2)]:
        x, y, (w, b) = rng.normal(size=n), rng.normal(size=n), rng.normal(size=2)
        kept_x, kept_y = student.keep(x), student.keep(y)
        answer = student.gradient_descent.fit(kept_x, kept_y, w, b, 0.1, epochs, size, student.rng(n))
        follow(opened(answer, epochs * -(-n // size)), x, y, (w, b), 0.1, size)
        expect.array(kept_x, x)
        expect.array(kept_y, y)
    x, y = np.array([1, -2, 0, 3]), np.array([2, 0, 1, 5])
    for start in ((0.4, -1.3), (2, 0.7)):
        follow(opened(student.gradient_descent.fit(x, y, *start, 0.05, 1, 3, student.rng(5)), 2), x, y, start, 0.05, 3)
    answer = student.gradient_descent.fit(x, y, 0, 1, 0.05, 2, 2, student.rng(4))
    follow(opened(answer, 4), x, y, (0, 1), 0.05, 2)
    follow(opened(student.gradient_descent.fit(x, y, 0, 1, 0.05, 0, 2, student.rng(4)), 0), x, y, (0, 1), 0.05, 2)


@pytest.mark.task("5.2")
def test_fit_has_one_source_of_randomness(student, rng):
    """The same generator leads along the same path, and another one along another."""
    give(student, *STAND_INS)
    x, y = rng.normal(size=12), rng.normal(size=12)
    seed = int(rng.integers(1000))
    one, two, three = (
        opened(student.gradient_descent.fit(x, y, 0.0, 0.0, 0.1, 2, 5, student.rng(number)), 6)[0]
        for number in (seed, seed, seed + 1)
    )
    expect.that(np.array_equal(one, two), "The same generator should lead along the same path.")
    expect.that(not np.allclose(one, three), "Another generator should lead along another path.")


@pytest.mark.task("5.2")
def test_fit_divides_anew_in_each_epoch(student, rng):
    """The batches of one epoch are not those of the next."""
    give(student, *STAND_INS)
    x, y = rng.normal(size=6), rng.normal(size=6)
    found = opened(student.gradient_descent.fit(x, y, 1.0, -1.0, 0.05, 8, 2, student.rng(1)), 24)
    epochs = follow(found, x, y, (1.0, -1.0), 0.05, 2)
    expect.that(len(set(map(tuple, epochs))) > 2, "The samples should be divided anew in every epoch.")


@pytest.mark.task("5.3", timeout=20)
def test_paths_are_shown(student, rng):
    """The picture of the paths looks different where a path or the contours are other ones, with its names."""
    ws, bs = np.linspace(-2, 2, 9), np.linspace(-3, 3, 7)
    losses = ws**2 + bs[:, None] ** 2
    one, two = tuple(rng.uniform(-2, 2, size=(2, 5))), tuple(rng.uniform(-2, 2, size=(2, 3)))
    kept = student.keep(losses)
    drawings = [
        (ws, bs, kept, {"full": one, "single": two}),
        (ws, bs, losses, {"full": one, "single": (-two[0], two[1])}),
        (ws, bs, losses, {"full": (one[0], -one[1]), "single": two}),
        (ws, bs, losses + 3 * ws * bs[:, None], {"full": one, "single": two}),
        (ws, bs, losses, {"full": one}),
    ]
    pictures = [expect.figure(student.gradient_descent.draw_paths(*parts)) for parts in drawings]
    all_differ(pictures, "The picture should show each path and the contours.")
    for picture, (*_, paths) in zip(pictures, drawings, strict=True):
        for name in paths:
            named(picture, name)
    expect.array(kept, losses)


@pytest.mark.task("7.1")
def test_best_line_of_any_samples(student, rng):
    """The best line is right for any samples, whole ones and inputs far from 0 too, and leaves them as they were."""
    for x, y in [
        (rng.normal(size=8), rng.normal(size=8)),
        (170 + 10 * rng.normal(size=6), 70 + 10 * rng.normal(size=6)),
        (np.array([3, 0, -4, 9]), np.array([1, 0, 0, 7])),
        (np.array([1.0, 2.0, 4.0]), np.array([5.0, 5.0, 5.0])),
        (np.array([0, 1]), np.array([3, -4])),
    ]:
        kept_x, kept_y = student.keep(x), student.keep(y)
        w, b = expect.items(student.gradient_descent.least_squares(kept_x, kept_y), 2)
        expected_w, expected_b = best_line(x, y)
        expect.number(w, expected_w)
        expect.number(b, expected_b)
        expect.array(kept_x, x)
        expect.array(kept_y, y)


@pytest.mark.task("7.2")
def test_line_as_close_as_the_closed_form_says(student, rng):
    """A noisy line is found as closely as the closed form says, in any unit and after any number of epochs."""
    x = rng.normal(size=9)
    y = 2 * x - 1 + 0.5 * rng.normal(size=9)
    for inputs, rate, epochs in [(x, 0.1, 7), (170 + 10 * x, 0.2, 60), (0.01 * x, 0.7, 5), (x, 0.25, 0), (x, 1, 3)]:
        kept_x, kept_y = student.keep(inputs), student.keep(y)
        w, b = expect.items(student.gradient_descent.learn_line(kept_x, kept_y, rate, epochs), 2)
        done = 1 - (1 - 2 * rate) ** epochs
        best_w, _ = best_line(inputs, y)
        expect.number(w, done * best_w)
        expect.number(b, done * (np.mean(y) - best_w * np.mean(inputs)))
        expect.array(kept_x, inputs)
        expect.array(kept_y, y)
    w, b = expect.items(student.gradient_descent.learn_line(np.array([0, 2, 7]), np.array([0, 3, 4]), 0.5, 1), 2)
    expected_w, expected_b = best_line(np.array([0, 2, 7]), np.array([0, 3, 4]))
    expect.number(w, expected_w)
    expect.number(b, expected_b)


def cases(rng):
    """Samples and a line, nine times: (x, y, w, b). Each of them is whole where another is not."""
    for n in (5, 5, 2):
        w, b = rng.uniform(0.3, 2.0, size=2) * rng.permutation([-1, 1])
        yield rng.normal(size=n), rng.normal(size=n), w, b
    yield np.array([1, -2, 0, 3]), np.array([2, 0, 1, -1]), 2, -1
    yield np.array([1, -2, 0, 4]), np.array([2, 0, 5, -1]), 0.3, -1.7
    yield rng.normal(size=3), np.array([1, 0, -4]), -2, 0.6
    yield np.array([1.5]), np.array([-0.5]), -0.25, 3.0
    yield np.array([4.0, 0.0, -1.0]), np.array([0.0, 2.0, 1.0]), 0, 0.0
    yield np.array([0, 2]), np.array([0.5, 0.0]), 1.5, 4


def mean_squared(x, y, w, b):
    """The loss of a line."""
    return np.mean((w * x + b - y) ** 2)


def slopes(x, y, w, b):
    """The gradients of the loss of a line."""
    errors = w * x + b - y
    return 2 * np.mean(errors * x), 2 * np.mean(errors)


def moved(x, y, w, b, rate):
    """Where a step leads."""
    dw, db = slopes(x, y, w, b)
    return w - rate * dw, b - rate * db


def path(x, y, w, b, rate, epochs):
    """Every w, every b and every loss of a descent with all samples."""
    places = [(w, b)]
    for _ in range(epochs):
        places.append(moved(x, y, *places[-1], rate))
    ws, bs = np.transpose(places)
    return ws, bs, [mean_squared(x, y, *place) for place in places]


def best_line(x, y):
    """The line of least squares."""
    w = np.mean((x - np.mean(x)) * (y - np.mean(y))) / np.var(x)
    return w, np.mean(y) - w * np.mean(x)


def needed(rng, low, high):
    """A rate, a fraction, and the steps to it, which rounding cannot change."""
    while True:
        rate, fraction = float(rng.uniform(low, high)), float(rng.uniform(0.002, 0.3))
        steps = np.log(fraction) / np.log(abs(1 - 2 * rate))
        if 0.05 < steps % 1 < 0.95 and steps > 1:
            return rate, fraction, int(np.ceil(steps))


def paths_of(word, rng):
    """Some paths that a word describes: (minimum, offsets from it). None lies within 5 % of another word's."""

    def powers(factor, n):
        return (start * factor ** np.arange(n) for start in rng.uniform(1.0, 4.0) * np.array([1.0, -1.0]))

    lengths = (21, 26, 61)
    if word == "bounces":  # whole numbers, in which there is no rounding
        for minimum, start, n in [(3, -3, 21), (-2, 4, 40), (0, -1, 22)]:
            yield minimum, start * (-1) ** np.arange(n)
            yield float(minimum), start * (-1.0) ** np.arange(n)
        return
    if word == "one step":
        for start in (-3.0, 2.0):
            for left in (0.0, 1e-11):
                yield float(rng.normal()) if left == 0 else 0.0, np.concatenate([[start], np.full(24, left)])
        return
    ranges = {
        "diverges": [(1.03, 1.2), (-1.2, -1.03)],
        "overshoots": [(-0.99, -0.965), (-0.9, -0.3)],
        "creeps": [(0.972, 0.985), (0.985, 0.995)],
        "converges": [(0.9, 0.96), (0.2, 0.9)],
    }
    for low, high in ranges[word]:
        for n in lengths:
            for offsets in powers(rng.uniform(low, high), n):
                yield float(rng.normal()), offsets


def divided(answer, n, size):
    """The samples in the order of their batches; see whether these are a division of n samples."""
    sizes = [min(size, n - first) for first in range(0, n, size)]
    parts = [
        expect.array(part, shape=(count,), dtype="integer", array_like=True)
        for part, count in zip(expect.items(answer, len(sizes)), sizes, strict=True)
    ]
    order = np.concatenate(parts).tolist()
    expect.that(sorted(order) == list(range(n)), "Each sample should stand in exactly one batch.")
    return order


def opened(answer, updates):
    """The w, b and losses of a descent with so many updates."""
    return [expect.array(part, shape=(updates + 1,), dtype="float64") for part in expect.items(answer, 3)]


def follow(found, x, y, start, rate, size):
    """See whether a path is one by batches, and return the samples of each epoch in the order of their batches.

    Nothing is asked of how the samples were drawn: every batch that there could be is tried.
    """
    ws, bs, losses = found
    expect.that(np.allclose((ws[0], bs[0]), start), "The path should begin where it was told to.")
    epochs, left = [], ()
    for place, after in pairwise(zip(ws, bs, strict=True)):
        if not left:
            left = tuple(range(len(x)))
            epochs.append(())
        batch = next(
            (
                part
                for part in combinations(left, min(size, len(left)))
                if np.allclose(moved(x[list(part)], y[list(part)], *place, rate), after, rtol=1e-9, atol=1e-11)
            ),
            None,
        )
        expect.that(batch is not None, "An update is not one with a batch of the samples that this epoch has left.")
        epochs[-1] += batch
        left = tuple(sample for sample in left if sample not in batch)
    expected = [mean_squared(x, y, w, b) for w, b in zip(ws, bs, strict=True)]
    expect.that(np.allclose(losses, expected), "Each loss should be the one over all samples.")
    return epochs


def line(x, w, b):
    """A right `predict`."""
    return (expect.numbers(w, shape=()) * expect.numbers(x) + expect.numbers(b, shape=()))[()]


def arguments(x, y, w, b):
    """Samples, one or more, and a line."""
    inputs, targets = expect.numbers(x), expect.numbers(y)
    expect.that(
        inputs.shape == targets.shape and inputs.ndim < 2 and inputs.size > 0,
        "A function was called with inputs and targets that do not belong together.",
    )
    return inputs, targets, float(expect.numbers(w, shape=())), float(expect.numbers(b, shape=()))


def loss(x, y, w, b):
    """A right `loss`."""
    return float(mean_squared(*arguments(x, y, w, b)))


def gradients(x, y, w, b):
    """A right `gradients`."""
    dw, db = slopes(*arguments(x, y, w, b))
    return float(dw), float(db)


def update(x, y, w, b, learning_rate):
    """A right `update`."""
    new_w, new_b = moved(*arguments(x, y, w, b), float(expect.numbers(learning_rate, shape=())))
    return float(new_w), float(new_b)


def batches(n, batch_size, rng):
    """A right `batches`, for a hundred samples at most. It draws from the student's generator."""
    count, size = (float(expect.numbers(number, shape=())) for number in (n, batch_size))
    expect.that(
        count in range(1, 101) and size >= 1 and size == int(size),
        "batches was called with numbers of samples that cannot be.",
    )
    order = expect.numbers(rng.permutation(int(count)), shape=(int(count),)).astype(int)
    return np.split(order, range(int(size), int(count), int(size)))


STAND_INS = {"predict": line, "loss": loss, "gradients": gradients, "update": update, "batches": batches}


def give(student, *names):
    """Put right functions in place of those that the judged one may call."""
    for name in names:
        setattr(student.gradient_descent, name, STAND_INS[name])


def all_differ(pictures, sentence):
    """No two pictures look the same."""
    expect.that(not any(one.looks_like(other) for one, other in combinations(pictures, 2)), sentence)


def named(picture, name):
    """See whether a legend of the picture has a name, alone or among other words."""
    texts = [text for legend in picture.legends for text in legend]
    expect.that(any(name in text for text in texts), "A legend should name each path.")
