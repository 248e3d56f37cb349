"""Hidden checks of the hyperparameters: inputs drawn for each submission, and a network that really learns.

`numpy_network` is judged by itself in task 2.1. In 2.4 and 2.5 a right one stands in for it, whose batches are known.
"""

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from autograder import expect
from autograder.checks.answers import WrongAnswer
from autograder.data.standin import stand_in

LOSS = "categorical_cross_entropy"
FACTORS = ["learning_rate", "width", "depth", "batch_size"]
BASE = {"learning_rate": 0.25, "width": 12, "depth": 2, "batch_size": 8}
CHANCE = 0.95 * math.log(10)
IMAGES = (1_200, 10_000)
"""How many images `prepare` takes of the stand-in, and of MNIST."""
FIRST = [f"update_{number}" for number in range(1, 51)]
"""The columns of a run's first updates."""


@pytest.mark.task("1.1")
def test_settings_of_any_factor(student, rng):
    """Any factor has a setting for each of its values, one, many or none, and the base stays as it was."""
    factors = rng.permutation(FACTORS).tolist()
    for factor, count in [*((factor, 3) for factor in factors), (factors[0], 1), (factors[1], 0)]:
        base = turned({**some_setting(rng), "depth": 0})
        values = rng.permutation(np.arange(1, 9))[:count].tolist()
        values = [value / 8 for value in values] if factor == "learning_rate" else values
        if factor == "depth" and count > 1:
            values[1] = 0
        kept, kept_values = student.keep(base), student.keep(values)
        found = expect.items(student.hyperparameters.settings(kept, factor, kept_values), count)
        for setting, value in zip(found, values, strict=True):
            judge_setting(setting, {**base, factor: value})
        judge_setting(kept, base)
        expect.array(kept_values, values, array_like=True)


@pytest.mark.task("1.1")
def test_factors_that_nobody_knows(student, rng):
    """A factor that no setting has is a ValueError, whatever its values are."""
    for factor, values in [("rate", [0.1]), ("Width", [2, 3]), ("seed", [1]), ("", [])]:
        with expect.raises("ValueError"):
            student.hyperparameters.settings(some_setting(rng), factor, values)


@pytest.mark.task("1.2")
def test_settings_around_any_base(student, rng):
    """Settings of all factors come in their order, each of them once, wherever the base stands among the values."""

    def settings(base, factor, values):
        known = {name: expect.number(value) for name, value in expect.mapping(base, FACTORS).items()}
        name = expect.text(factor)
        expect.that(name in known, "settings was called with another factor.")
        return [{**known, name: expect.number(value)} for value in expect.items(values)]

    student.hyperparameters.settings = settings
    base = {"learning_rate": 0.5, "width": 4, "depth": 0, "batch_size": 2}
    for names in (["width"], ["depth", "batch_size", "width"], ["width"], ["width", "batch_size", "depth"], FACTORS):
        base = turned(base)
        factors = {name: [*rng.permutation([3, 5, 6])[:2].tolist(), base[name]] for name in names}
        factors = {name: rng.permutation(values).tolist() for name, values in factors.items()}
        if names[0] == "depth":
            factors |= {"depth": [3, 7], "batch_size": []}
        due = []
        for name, values in factors.items():
            due += [{**base, name: value} for value in values if {**base, name: value} not in due]
        kept, kept_factors = student.keep(base), student.keep(factors)
        found = expect.items(student.hyperparameters.around(kept, kept_factors), len(due))
        for setting, expected in zip(found, due, strict=True):
            judge_setting(setting, expected)
        judge_setting(kept, base)
        for name, values in expect.mapping(kept_factors, names).items():
            expect.array(values, factors[name], array_like=True)


@pytest.mark.task("2.1", weight=2)
def test_updates_at_several_depths(student, rng):
    """`train` makes the right step with one batch, and returns its loss, for networks of one to four layers."""
    for dims, m, dtype in [
        ([6, 5, 3], 7, np.float64),
        ([6, 5, 3], 7, np.float32),
        ([4, 3], 1, np.float64),
        ([3, 6, 5, 4, 2], 9, np.float32),
        ([4, 4, 4], 4, np.float64),
    ]:
        X, Y, parameters = problem(rng, dims, m)
        samples, targets = X.astype(dtype), Y.astype(dtype)
        kept_X, kept = student.keep(samples), student.keep(parameters)
        trained = student.numpy_network.train(kept_X, targets, kept, names_of(dims), LOSS, 1, 0.3)
        after, costs = expect.items(trained, 2)
        due, loss = one_update(samples, targets, parameters, 0.3)
        expect.number(expect.items(costs, 1)[0], loss, rtol=1e-6)
        judge_arrays(after, due, rtol=1e-6, atol=1e-8)
        judge_arrays(kept, parameters, rtol=0, atol=0)
        expect.array(kept_X, samples)


@pytest.mark.task("2.1")
def test_forward_and_its_caches(student, rng):
    """`forward` answers rightly, and its caches hold what each layer has got."""
    for dims, m in [([6, 5, 3], 7), ([4, 3], 1), ([3, 6, 5, 4, 2], 9)]:
        X, _, parameters = problem(rng, dims, m)
        answered = student.numpy_network.forward(X, parameters, names_of(dims))
        AL, caches = expect.items(answered, 2)
        expected, remembered = through(X, parameters)
        expect.array(AL, expected, dtype="float")
        for cache, due in zip(expect.items(caches, len(remembered)), remembered, strict=True):
            expect.array(expect.items(cache, 4)[0], due[0], dtype="float")


@pytest.mark.task("2.1")
def test_batches_of_any_size(student, rng):
    """Batches hold every sample once, beside its target, in an order that the generator decides."""
    X = rng.normal(size=(3, 23))
    Y = np.vstack([X[0] > 0, X[0] <= 0]).astype(float)
    for size in (8, 23, 30, 1):
        orders = []
        for seed in (5, 5, 6):
            batches = expect.items(student.numpy_network.minibatches(X, Y, size, student.rng(seed)), -(-23 // size))
            order = []
            for batch in batches:
                x, y = expect.items(batch, 2)
                samples = expect.array(x, shape=(3, None))
                members = np.argmin(np.abs(samples[0][:, np.newaxis] - X[0]), axis=1)
                expect.array(x, X[:, members])
                expect.array(y, Y[:, members])
                order += members.tolist()
            expect.that(sorted(order) == list(range(23)), "Every sample should stand in one batch.")
            orders.append(order)
        expect.that(orders[0] == orders[1], "The same generator should give the same batches.")
        expect.that(size >= 23 or orders[0] != orders[2], "Another generator should give other batches.")


@pytest.mark.task("2.1")
def test_initial_weights(student, rng):
    """The method "he" draws weights of the right deviation, with the generator that is passed in, and biases of 0."""
    dims = [300, 200, 100]
    made = student.numpy_network.initialize_parameters(dims, "he", student.rng(int(rng.integers(1000))))
    made = expect.mapping(made, ["W1", "b1", "W2", "b2"])
    for layer, (n_in, n_out) in enumerate(pairwise(dims), start=1):
        W = expect.array(made[f"W{layer}"], shape=(n_out, n_in), dtype="float")
        expect.array(made[f"b{layer}"], np.zeros((n_out, 1)))
        # Off by 0.5 % of the deviation at most by chance, once in a standard deviation; twelve of them are allowed.
        ratio = float(W.std() / math.sqrt(2 / n_in))
        expect.that(abs(ratio - 1) < 0.06, "The deviation of the weights is wrong.", ratio=ratio)


@pytest.mark.task("2.2")
def test_dead_units_of_any_network(student, rng):
    """The share is right for any depth and widths, with some, all or no units dead, and for one sample too."""
    for dims, dead, m in [
        ([5, 4, 3], [3], 6),
        ([5, 7, 2, 9, 3], [2, 1, 0], 8),
        ([4, 6, 5, 3], [6, 5], 5),
        ([4, 4, 4], [0], 4),
        ([3, 8, 2], [5], 1),
        ([6, 3], [], 7),
    ]:
        put(student, forward)
        X, parameters = alive_but(rng, dims, dead, m)
        kept_X, kept = student.keep(X), student.keep(turned(parameters) if dims[0] == 4 else parameters)
        share = sum(dead) / sum(dims[1:-1]) if dead else 0.0
        expect.number(student.hyperparameters.dead_share(kept_X, kept, names_of(dims)), share)
        expect.array(kept_X, X)
        judge_arrays(kept, parameters, rtol=0, atol=0)


@pytest.mark.task("2.2")
def test_units_that_are_negative(student, rng):
    """A unit that answers nothing but negative numbers is not dead; one that answers 0 to every sample is."""
    answers = -rng.uniform(0.1, 0.9, size=(5, 6))
    answers[rng.integers(5)] = 0.0

    def forward(X, parameters, activations):
        samples = matrix(X, 6)
        nothing = np.zeros((1, 1))
        return np.full((2, 6), 0.5), [(samples, nothing, nothing, samples), (answers, nothing, nothing, answers)]

    put(student, forward)
    found = student.hyperparameters.dead_share(rng.normal(size=(3, 6)), {}, ["tanh", "softmax"])
    expect.number(found, 0.2)


@pytest.mark.task("2.3")
def test_when_runs_fail(student):
    """Any loss has failed that is not finite or above the bound, and no other one, whole numbers and zero too."""
    for loss in (0, 1, 2, 3, 0.0, 1e-9, 2.15, 2.186, 2.189, 2.22, 2.302, 2.303, 25.3, 1e30, -np.inf, np.inf, np.nan):
        expect.boolean(student.hyperparameters.failed(loss), not -np.inf < loss < CHANCE)


@pytest.mark.task("2.4", weight=2)
def test_record_of_any_run(student, rng):
    """Losses, accuracy and dead units are right for any setting, at any depth, and the arguments stay as they were."""
    for setting, sizes in [
        ({"learning_rate": 0.2, "width": 5, "depth": 2, "batch_size": 4}, (6, 3, 10, 7)),
        ({"learning_rate": 0.5, "width": 4, "depth": 0, "batch_size": 11}, (4, 3, 11, 5)),
        ({"learning_rate": 1, "width": 6, "depth": 1, "batch_size": 5}, (5, 4, 9, 1)),
        ({"learning_rate": 0.1, "width": 3, "depth": 3, "batch_size": 40}, (3, 3, 8, 8)),
    ]:
        n, k, m, v = sizes
        data = (rng.normal(size=(n, m)), one_hot(rng, k, m), rng.normal(size=(n, v)), one_hot(rng, k, v))
        start = use_network(student, rng)
        kept, kept_setting = [student.keep(part) for part in data], student.keep(turned(setting))
        record = recorded(student, kept_setting, tuple(kept))
        due = expected_run(setting, data, weights_of(start, [n, *[setting["width"]] * setting["depth"], k]))
        expect.array(record["update_losses"], due["update_losses"], array_like=True, rtol=1e-6)
        expect.array(record["epoch_losses"], due["epoch_losses"], array_like=True, rtol=1e-6)
        expect.number(record["loss"], due["epoch_losses"][-1], rtol=1e-6)
        expect.number(record["accuracy"], due["accuracy"])
        expect.number(record["dead"], due["dead"])
        expect.integer(record["images"], m)
        for name, value in setting.items():
            expect.number(record[name], value)
        judge_setting(kept_setting, setting)
        for part, before in zip(kept, data, strict=True):
            expect.array(part, before)


@pytest.mark.task("2.4")
def test_a_run_says_that_it_failed(student, rng):
    """A run has failed as `failed` says of its last epoch; its losses are numbers, its seconds too."""
    X, Y = rng.normal(size=(4, 9)), one_hot(rng, 3, 9)
    for setting in ({**BASE, "learning_rate": 0.3}, {**BASE, "learning_rate": 1e-6}):
        use_network(student, rng)
        record = recorded(student, setting, (X, Y, X, Y))
        loss = expect.number(record["loss"])
        expect.boolean(record["failed"], due_failure(loss))
        seconds = expect.number(record["seconds"])
        expect.that(seconds >= 0, "A run takes some time.", seconds=seconds)


@pytest.mark.task("2.4")
def test_weights_and_batches_come_from_the_generator(student, rng):
    """With known weights the seed still decides the batches, and with known batches the weights."""
    m, seed = 20, int(rng.integers(1000))
    data = (rng.normal(size=(4, m)), one_hot(rng, 3, m), rng.normal(size=(4, 4)), one_hot(rng, 3, 4))
    setting = {"learning_rate": 0.2, "width": 5, "depth": 1, "batch_size": 6}
    weights = [he(rng, [4, 5, 3])]

    def initialize_parameters(layer_dims, method, rng):
        dims = [expect.integer(count) for count in expect.items(layer_dims)]
        expect.that(dims == [4, 5, 3], "The network does not have the layers that it should.", layers=dims)
        expect.text(method, "he")
        return weights[0]

    put(student, initialize_parameters)
    losses = [opened_losses(recorded(student, setting, data, start), 12) for start in (seed, seed, seed + 1)]
    expect.that(np.array_equal(losses[0], losses[1]), "The same seed should give the same losses.")
    expect.that(not np.allclose(losses[0], losses[2]), "The batches should be drawn with the generator.")
    # Three epochs in the same batches would begin with the same samples each time.
    first, second = losses[0][0], losses[2][0]
    expect.that(abs(first - second) > 1e-9, "The batches should be drawn with the generator.")


@pytest.mark.task("2.5")
@pytest.mark.parametrize("ending", ["at once", "in the last epoch", "after a hundred", "infinite"])
def test_a_run_ends_where_it_diverges(student, rng, ending):
    """Wherever a loss is not finite, no update follows, and the record says so, with NaN for what is not known."""
    m, size, last = {
        "at once": (7, 3, 0),
        "in the last epoch": (7, 3, 7),
        "after a hundred": (45, 1, 103),
        "infinite": (6, 3, 2),
    }[ending]
    data = (rng.normal(size=(4, m)), one_hot(rng, 3, m), rng.normal(size=(4, 4)), one_hot(rng, 3, 4))
    setting = {"learning_rate": 0.1, "width": 2, "depth": 1, "batch_size": size}
    value = math.inf if ending == "infinite" else math.nan
    start = use_network(student, rng, last, value)
    record = recorded(student, setting, data)
    due = expected_run(setting, data, weights_of(start, [4, 2, 3]), last)
    losses = [*due["update_losses"][:last], value][:100]
    expect.array(record["update_losses"], losses, array_like=True, rtol=1e-6)
    per_epoch = -(-m // size)
    whole = last // per_epoch
    epochs = expect.items(record["epoch_losses"], whole + 1)
    for found, loss in zip(epochs[:whole], due["epoch_losses"], strict=False):
        expect.number(found, loss, rtol=1e-6)
    expect.that(not is_finite(epochs[-1]), "The loss of the epoch that diverged should not be finite.")
    expect.that(not is_finite(record["loss"]), "The loss of a run that diverged should not be finite.")
    for name in ("accuracy", "dead"):
        expect.number(record[name], math.nan)
    expect.boolean(record["failed"], True)


@pytest.mark.task("2.5")
def test_squared_error_that_explodes(student, rng):
    """Linear outputs under squared error, with steps that are too large, end where the loss is not finite any more."""
    m = 12
    data = (10 * rng.normal(size=(4, m)), one_hot(rng, 3, m), rng.normal(size=(4, 4)), one_hot(rng, 3, 4))
    use_network(student, rng)

    def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
        samples = expect.numbers(X, shape=(4, None))
        targets = expect.numbers(Y, shape=(3, samples.shape[1]))
        found = expect.mapping(parameters, ["W1", "b1"])
        W, b = expect.numbers(found["W1"], shape=(3, 4)), expect.numbers(found["b1"], shape=(3, 1))
        with np.errstate(all="ignore"):
            error = W @ samples + b - targets
            cost = float(np.sum(error**2) / samples.shape[1])
            step = expect.number(learning_rate) * 2 / samples.shape[1]
            W, b = W - step * error @ samples.T, b - step * error.sum(axis=1, keepdims=True)
        return {"W1": W, "b1": b}, [cost] * expect.integer(epochs, minimum=1, maximum=1)

    put(student, train)
    setting = {"learning_rate": 1e25, "width": 3, "depth": 0, "batch_size": 2}
    record = recorded(student, setting, data)
    found = expect.items(record["update_losses"])
    expect.that(1 < len(found) < 18, "The run should end with the first loss that is not finite.", updates=len(found))
    for loss in found[:-1]:
        expect.number(loss)
    expect.that(not is_finite(found[-1]), "The last loss of a run that diverged should be there.")
    expect.boolean(record["failed"], True)


@pytest.mark.task("2.5")
def test_warnings_of_a_run_that_overflows(student, rng):
    """A run whose numbers overflow gives no warnings, with hidden layers and without."""
    scale = 10.0 ** int(rng.integers(290, 300))
    X = scale * np.array([[1.0, 1.0, 1.0, -1.0], [1.0, 1.0, -1.0, 1.0], [0.5, 0.5, 1.0, 1.0]])
    Y = np.eye(2)[:, [0, 1, 0, 1]]
    stand_in_for_the_rest(student)
    module = student.hyperparameters
    for depth in (0, 1):
        setting = {"learning_rate": 1e80, "width": 16, "depth": depth, "batch_size": 4}
        answered = module.with_warnings(module.run, setting, (X, Y, X, Y), student.rng(int(rng.integers(1000))))
        _, count = expect.items(answered, 2)
        expect.integer(count, 0)


@pytest.mark.task("3.1")
def test_order_of_any_sweep(student, rng):
    """Settings and seeds run and come back in their order, whatever they are, and the arguments stay as they were."""
    for number, (count, seeds) in enumerate([(3, [7, 2]), (1, [5]), (2, rng.permutation(9)[:4].tolist()), (2, [])]):
        runs, data = use_known_runs(student), small_data()
        settings = distinct_settings(rng, count)
        kept, kept_seeds = student.keep(settings), student.keep(seeds)
        path = f"order_{number}.csv"
        records = expect.items(student.hyperparameters.sweep(kept, kept_seeds, data, path), count * len(seeds))
        wanted = [(setting, seed) for setting in settings for seed in seeds]
        judge_runs(runs, wanted)
        for record, (setting, seed) in zip(records, wanted, strict=True):
            judge_record(record, setting, seed)
        judge_seeds(kept_seeds, seeds)
        for found, setting in zip(expect.items(kept, count), settings, strict=True):
            judge_setting(found, setting)


@pytest.mark.task("3.1")
def test_the_file_grows_run_by_run(student, rng):
    """Every record is in the file before the next run begins, those of failed runs too."""
    settings = distinct_settings(rng, 4)
    runs = use_known_runs(student, "growing.csv", fails=settings[1])
    student.hyperparameters.sweep(settings, [6, 1], small_data(), "growing.csv")
    wanted = [(setting, seed) for setting in settings for seed in (6, 1)]
    judge_runs(runs, wanted)
    judge_table(student, "growing.csv", wanted, settings[1])


@pytest.mark.task("3.1")
def test_what_progress_gives_is_run(student, rng):
    """`progress` gets every run that is still to do, and may be `tqdm`, or anything that goes through a list."""
    settings = distinct_settings(rng, 3)
    runs, lengths = use_known_runs(student), []

    def progress(runs):
        lengths.append(len(runs))
        return runs

    student.hyperparameters.sweep(settings[:1], [3, 4], small_data(), "shown.csv", progress=progress)
    student.hyperparameters.sweep(settings, [3, 4], small_data(), "shown.csv", progress=progress)
    expect.that(lengths == [2, 4], "`progress` should be called once, with all runs that are still to do.", of=lengths)
    judge_runs(runs, [(setting, seed) for setting in settings for seed in (3, 4)])


@pytest.mark.task("3.2", weight=2)
def test_any_sweep_goes_on(student, rng):
    """A run that the file holds is not run again, in whatever order it is asked for, and its record is as it was."""
    settings = distinct_settings(rng, 5)
    runs = use_known_runs(student, fails=settings[2])
    first = [(settings[k], seed) for k in (2, 0, 3) for seed in (8, 0)]
    student.hyperparameters.sweep([settings[k] for k in (2, 0, 3)], [8, 0], small_data(), "more.csv")
    judge_runs(runs, first)
    runs.clear()
    wanted = [(settings[k], seed) for k in (4, 0, 1, 2) for seed in (0, 5, 8)]
    later = [turned(settings[k]) for k in (4, 0, 1, 2)]
    records = expect.items(student.hyperparameters.sweep(later, [0, 5, 8], small_data(), "more.csv"), 12)
    new = [one for one in wanted if one not in first]
    known = [one for one in runs if one in [(key(setting), seed) for setting, seed in first]]
    expect.that(not known, "This run is in the file already.", runs=known)
    judge_runs(runs, new)
    for record, (setting, seed) in zip(records, wanted, strict=True):
        judge_record(record, setting, seed, failed=setting == settings[2])
    judge_table(student, "more.csv", first + new, settings[2])


@pytest.mark.task("3.2")
def test_runs_are_told_apart(student, rng):
    """A run in the file is another one if a single number of its setting or its seed is other."""
    base = turned({"learning_rate": 0.1, "width": 16, "depth": 2, "batch_size": 16})
    runs = use_known_runs(student)
    student.hyperparameters.sweep([base], [2], small_data(), "apart.csv")
    others = [{**base, name: value} for name, value in [("learning_rate", 0.2), ("width", 2), ("depth", 1)]]
    others += [{**base, "batch_size": 2}, {**base, "width": 2, "depth": 16}]
    others = rng.permutation(np.array(others, dtype=object)).tolist()
    student.hyperparameters.sweep(others, [2], small_data(), "apart.csv")
    student.hyperparameters.sweep([base], [1], small_data(), "apart.csv")
    judge_runs(runs, [(base, 2), *((other, 2) for other in others), (base, 1)])


@pytest.mark.task("4.1")
def test_best_of_any_records(student, rng):
    """The highest mean wins, with any numbers of settings and seeds, in any order; the records stay as they were."""
    for count, seeds in [(4, 3), (6, 1), (1, 2), (3, 5)]:
        settings = distinct_settings(rng, count)
        means = rng.permutation(np.linspace(0.3, 0.9, count))
        records = []
        for place, (setting, mean) in enumerate(zip(settings, means, strict=True)):
            shifts = rng.uniform(-0.02, 0.02, size=seeds)
            if place != means.argmax():  # the best single run is of another setting than the best mean
                shifts[0] += 1.0
            shifts -= shifts.mean()
            records += [a_record(mean + shift, seed=seed, **setting) for seed, shift in enumerate(shifts)]
        records = [turned(records[place]) for place in rng.permutation(len(records))]
        kept = student.keep(records)
        judge_setting(student.hyperparameters.best(kept), settings[int(means.argmax())])
        for found, record in zip(expect.items(kept, len(records)), records, strict=True):
            expect.number(expect.mapping(found, ["accuracy"])["accuracy"], record["accuracy"])


@pytest.mark.task("4.1")
def test_best_counts_every_seed_alike(student, rng):
    """Settings with more seeds, or fewer, are compared by their means, and not by their sums or their best runs."""
    one, other = distinct_settings(rng, 2)
    records = [a_record(accuracy, seed=seed, **one) for seed, accuracy in enumerate([0.5, 0.5625, 0.9375, 0.5])]
    records += [a_record(0.75, seed=3, **other)]
    judge_setting(student.hyperparameters.best(records), other)
    judge_setting(student.hyperparameters.best(records[::-1]), other)


@pytest.mark.task("4.1")
def test_best_leaves_out_what_failed(student, rng):
    """A failed run excludes its setting, wherever it stands and whatever its accuracy is, and NaN wins nowhere."""
    settings = distinct_settings(rng, 4)
    for accuracy in (math.nan, 0.0, 0.9921875):
        records = [a_record(0.875, seed=seed, **settings[0]) for seed in (0, 1)]
        records += [a_record(accuracy, seed=2, failed=True, **settings[0]), a_record(0.5, **settings[1])]
        records += [a_record(0.625, **settings[2]), a_record(accuracy, failed=True, **settings[3])]
        for order in (slice(None), slice(None, None, -1)):
            judge_setting(student.hyperparameters.best(records[order]), settings[2])
    for records in ([a_record(0.9, failed=True, **setting) for setting in settings], []):
        with expect.raises("ValueError"):
            student.hyperparameters.best(records)


@pytest.mark.task("4.1")
def test_best_of_equals(student, rng):
    """Of settings with one mean the one whose record stands first is best."""
    settings = distinct_settings(rng, 4)
    records = [a_record(0.5, **settings[0])]
    records += [a_record(0.75, seed=seed, **settings[k]) for seed in (4, 2) for k in (1, 2, 3)]
    judge_setting(student.hyperparameters.best(records), settings[1])
    judge_setting(student.hyperparameters.best(records[::-1]), settings[3])


@pytest.mark.task("5.1", timeout=6)
def test_any_losses_are_drawn(student, rng):
    """Every record has a curve and a name, the axis is logarithmic, and all from 0.01 to 30 is on it."""
    rates = rng.permutation([0.004, 0.3, 3.0, 7.0, 20.0]).tolist()
    levels = [0.02, 0.1, 5.0, 28.0]
    pictures = []
    for level in (0.4, 0.8, 1.6):
        curves = [turned(curve(rate, loss)) for rate, loss in zip(rates, [*levels, level], strict=True)]
        pictures.append(expect.figure(student.hyperparameters.draw_losses(curves)))
    judge_names(pictures[0], rates)
    ways = [way_up(*pair) for pair in pairwise(pictures)]
    logarithmic = min(ways) >= 5 and abs(ways[0] - ways[1]) <= 3
    expect.that(logarithmic, "The axis of the losses is not logarithmic.", ways=ways)
    _, _, bottom, top = pictures[0].limits[0].tolist()
    expect.that((bottom <= 0.0101 and top >= 30) or bottom <= -2, "The axis should show every loss from 0.01 to 30.")
    expect.that(top <= 100.0, "The axis of the losses should end at 100 or below.", top=top)


@pytest.mark.task("5.1", timeout=6)
def test_curves_that_end_early(student, rng):
    """Runs that diverged at once, later, or to infinity hide no other curve, and are named."""
    ends = {
        11.0: [math.nan],
        12.0: [2.5, 1e12, math.inf],
        13.0: [2.5, *(10.0 ** rng.uniform(0, 200, size=20)).tolist(), math.nan],
    }
    failed = [{**curve(rate, 1.0), "update_losses": losses, "failed": True} for rate, losses in ends.items()]
    pictures = []
    for loss in (0.3, 0.9):
        records = [curve(0.7, loss), *failed, curve(0.2, 3.0)]
        kept = student.keep(records)
        pictures.append(expect.figure(student.hyperparameters.draw_losses(kept)))
    judge_names(pictures[0], [0.2, 0.7, *ends])
    for found, record in zip(expect.items(kept, len(records)), records, strict=True):
        part = expect.mapping(found, ["learning_rate", "update_losses"])
        expect.number(part["learning_rate"], record["learning_rate"])
        expect.array(part["update_losses"], record["update_losses"], array_like=True)
    expect.that(way_up(*pictures) >= 8, "A diverging run hides how far the others lie apart.")


@pytest.mark.task("5.2", timeout=6)
def test_any_factor_is_drawn(student, rng):
    """Means and spreads are in the picture for each factor, in whatever order the records come."""
    for factor, values in [("learning_rate", [0.5, 0.125]), ("batch_size", [4, 32, 8])]:
        centers, apart = rng.permutation([32, 40, 48]) / 64, np.array([-1, 0, 1]) / 64  # their means are exact
        accuracies = {value: center + apart for value, center in zip(values, centers, strict=False)}
        order = rng.permutation(3 * len(values))
        first = drawn(student, factor, accuracies, order)
        labels = [label.lower().replace("_", " ") for label in first.xlabels]
        expect.that(any(factor.replace("_", " ") in label for label in labels), "The x axis should name the factor.")
        expect.that(any(first.ylabels), "The y axis should have a label.")
        wide = {value: some + 2 * apart for value, some in accuracies.items()}
        expect.that(
            not drawn(student, factor, wide, order).looks_like(first), "The spread over the seeds is not drawn."
        )
        moved = {value: some - 0.125 * (value == values[0]) for value, some in accuracies.items()}
        expect.that(not drawn(student, factor, moved, order).looks_like(first), "The accuracies are not drawn.")


@pytest.mark.task("5.2", timeout=6)
def test_failed_runs_of_any_factor(student, rng):
    """Runs that failed leave the picture as it is, also where a value has no other run."""
    values = [(4, 0.5), (9, 0.8)]
    records = [a_record(accuracy, width=width, seed=seed) for seed in (0, 1) for width, accuracy in values]
    pictures = []
    for more in ([], [(9, math.nan), (4, 0.1), (64, 0.2)]):
        shown = [a_record(accuracy, width=width, seed=5, failed=True) for width, accuracy in more] + records
        kept = student.keep(shown)
        pictures.append(expect.figure(student.hyperparameters.draw_factor(kept, "width")))
    for found, record in zip(expect.items(kept, len(shown)), shown, strict=True):
        part = expect.mapping(found, ["width", "accuracy"])
        expect.number(part["width"], record["width"])
        expect.number(part["accuracy"], record["accuracy"])
    expect.that(pictures[0].looks_like(pictures[1]), "A run that failed should be left out of the picture.")


@pytest.mark.task("6.2", timeout=30)
def test_rows_are_run_again(student, rng, data):
    """Two rows of rates.csv are run again, and come within 5 % of their losses.

    Both have a rate up to 0.5; on the small digits up to 0.1, because 0.5 kills units there. Of 10,000 images the first
    row is run for one epoch only, to save time: its first updates tell a run from any other.
    """
    low = rows_to_run_again(student)
    small = low[0]["images"] == min(IMAGES)
    stored, count = (stand_in().train, min(IMAGES)) if small else (data.train, int(data.thresholds["images"]))
    large, compared = count == max(IMAGES), low[0]["images"] == count  # else MNIST is not here: provisional
    X = student.keep(np.ascontiguousarray(stored.images[:count].reshape(-1, 784).T.astype(np.float32) / 255))
    Y = student.keep((np.arange(10)[:, np.newaxis] == stored.labels[:count]).astype(np.float32))
    few = np.zeros((784, 5), dtype=np.float32), np.eye(10, 5, dtype=np.float32)
    sure = [row for row in low if row["learning_rate"] <= (0.5 if large else 0.1)]
    for place, epochs in zip(rng.permutation(len(sure))[:2], (1 if large else 3, 3), strict=True):
        row = sure[place]
        setting = {"learning_rate": row["learning_rate"], "width": 64, "depth": 1, "batch_size": 64}
        student.hyperparameters.EPOCHS = epochs  # whoever trains for three all the same has the same first one
        record = student.hyperparameters.run(setting, (X, Y, *few), student.rng(int(row["seed"])))
        found = expect.mapping(record, ["epoch_losses", "update_losses"])
        ends = expect.array(found["epoch_losses"], shape=(None,), array_like=True)
        updates = expect.array(found["update_losses"], shape=(None,), array_like=True)
        enough = len(ends) >= epochs and len(updates) >= len(FIRST)
        expect.that(enough, "A row of rates.csv, run again, has fewer losses.", epochs=len(ends), updates=len(updates))
        again = np.array([ends[epochs - 1], *updates[: len(FIRST)]])
        said = np.array([row[f"epoch_{epochs}"], *(row[name] for name in FIRST)])
        off = np.abs(again - said) / said
        near = bool(np.all(off <= 0.05)) if compared else again[0] < math.log(10)
        worst = int(np.argmax(off))
        expect.that(
            bool(near),
            "A row of rates.csv, run again, has other losses.",
            of=[f"epoch_{epochs}", *FIRST][worst],
            loss=float(again[worst]),
            file=float(said[worst]),
        )


def rows_to_run_again(student):
    """The three rows of rates.csv with a rate up to 0.5, as dicts of numbers."""
    names = ["learning_rate", "width", "depth", "batch_size", "seed", "images", "loss", "epoch_1", "epoch_3", *FIRST]
    table = expect.mapping(student.read_table("rates.csv"), names)
    columns = {name: [number_or_nan(cell) for cell in expect.items(table[name])] for name in names}
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    low = [row for row in rows if row["learning_rate"] <= 0.5]
    expect.that(len(low) == 3, "rates.csv should have three rows with a rate up to 0.5.", rows=len(low))
    for row in low:
        usual = (row["width"], row["depth"], row["batch_size"]) == (64, 1, 64) and 0 <= row["seed"] < 2**32
        expect.that(usual, "A run of rates.csv has another setting.")
        expect.that(math.isfinite(row["loss"]), "A run of rates.csv with a rate up to 0.5 has failed.")
        expect.that(row["loss"] == row["epoch_3"], "The loss of a run in rates.csv is not that of its last epoch.")
        expect.that(row["images"] in IMAGES, "rates.csv comes from another number of images than `prepare` takes.")
    return low


# The mathematics, written down once more.


def names_of(dims):
    """ReLU in the hidden layers, softmax in the last one."""
    return ["relu"] * (len(dims) - 2) + ["softmax"]


def through(X, parameters):
    """The answers of a network of ReLU and softmax, and its caches."""
    A, caches = X, []
    for layer in range(1, len(parameters) // 2 + 1):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        Z = W @ A + b
        caches.append((A, W, b, Z))
        A = Z * (Z > 0)
    odds = np.exp(Z - Z.max(axis=0))
    return odds / odds.sum(axis=0), caches


def one_update(X, Y, parameters, rate):
    """The parameters after one step with all of these samples, and the loss before it."""
    AL, caches = through(X, parameters)
    loss = float(-np.sum(Y * np.log(np.clip(AL, 1e-12, 1 - 1e-12))) / Y.shape[1])
    after, error = {}, (AL - Y) / Y.shape[1]
    for layer in range(len(caches), 0, -1):
        A_prev, W, b, _ = caches[layer - 1]
        after[f"W{layer}"] = W - rate * error @ A_prev.T
        after[f"b{layer}"] = b - rate * error.sum(axis=1, keepdims=True)
        error = (W.T @ error) * (A_prev > 0)
    return after, loss


def expected_run(setting, data, parameters, last=None):
    """What a run with these weights and the batches of `use_network` gives; it ends after `last` updates, if at all."""
    X, Y, X_val, Y_val = data
    m, updates, epochs = X.shape[1], [], []
    for epoch in range(3):
        total = 0.0
        for columns in known_batches(m, setting["batch_size"], epoch):
            if len(updates) == last:
                return {"update_losses": updates, "epoch_losses": epochs}
            parameters, loss = one_update(X[:, columns], Y[:, columns], parameters, setting["learning_rate"])
            updates.append(loss)
            total += loss * len(columns)
        epochs.append(total / m)
    accuracy = np.mean(through(X_val, parameters)[0].argmax(axis=0) == Y_val.argmax(axis=0))
    dead = due_share(X, parameters)
    return {"update_losses": updates, "epoch_losses": epochs, "accuracy": float(accuracy), "dead": dead}


def due_share(X, parameters):
    """What `dead_share` answers in these checks, which is easily told from a wrong place or time of asking."""
    return float(np.tanh(abs(np.sum(parameters["b1"])) + 0.01 * X.shape[1] + 0.001 * abs(np.sum(X))))


def due_failure(loss):
    """What `failed` answers in these checks."""
    return not math.isfinite(loss) or loss > 0.9


def known_batches(m, size, epoch):
    """The columns of each batch: the samples in an order of their own for each epoch."""
    order = np.roll(np.arange(m)[::-1], 2 * epoch)
    return [order[start : start + size] for start in range(0, m, size)]


# Inputs.


def one_hot(rng, classes, m):
    """Targets of samples, no class of which is empty where that can be."""
    return np.eye(classes)[:, rng.permutation(np.arange(m) % classes)]


def he(rng, dims):
    """Initial weights."""
    parameters = {}
    for layer, (n_in, n_out) in enumerate(pairwise(dims), start=1):
        parameters[f"W{layer}"] = rng.normal(size=(n_out, n_in)) * math.sqrt(2 / n_in)
        parameters[f"b{layer}"] = np.zeros((n_out, 1))
    return parameters


def problem(rng, dims, m):
    """Samples, targets and parameters, with no weighted sum near the corner of ReLU."""
    while True:
        X, Y, parameters = rng.normal(size=(dims[0], m)), one_hot(rng, dims[-1], m), he(rng, dims)
        parameters = {name: value + 0.3 * rng.normal(size=value.shape) for name, value in parameters.items()}
        _, caches = through(X, parameters)
        if min(np.abs(Z).min() for _, _, _, Z in caches) > 1e-3:
            return X, Y, parameters


def alive_but(rng, dims, dead, m):
    """Samples and parameters of a network in which so many units of each hidden layer are dead, and no more.

    Where there are several samples, every other unit that is alive answers 0 to some of them.
    """
    X, parameters = rng.uniform(0.5, 1.0, size=(dims[0], m)), {}
    for layer, (n_in, n_out) in enumerate(pairwise(dims), start=1):
        W = rng.uniform(0.1, 1.0, size=(n_out, n_in))
        b = np.zeros((n_out, 1))
        if layer <= len(dead):
            gone = rng.permutation(n_out)[: dead[layer - 1]]
            b[gone] = -1000.0
        if layer == 1 and m > 1:
            for unit in range(0, n_out, 2):
                if b[unit] == 0:
                    sums = np.sort(W[unit] @ X)
                    b[unit] = -(sums[0] + sums[1]) / 2
        parameters |= {f"W{layer}": W, f"b{layer}": b}
    return X, parameters


def some_setting(rng):
    """A setting of small numbers."""
    whole = {name: int(rng.integers(9, 30)) for name in FACTORS[1:]}
    return {"learning_rate": float(rng.uniform(1.5, 2.0)), **whole}


def turned(known):
    """A dict with its keys in the other order, which means nothing."""
    return dict(reversed(known.items()))


def distinct_settings(rng, count):
    """Settings, each another in two numbers at least, of dyadic rates."""
    rates, widths = rng.permutation(np.arange(1, 17))[:count] / 16, rng.permutation(np.arange(2, 40))[:count]
    return [
        {"learning_rate": float(rate), "width": int(width), "depth": int(rng.integers(0, 4)), "batch_size": 8}
        for rate, width in zip(rates, widths, strict=True)
    ]


def small_data():
    """Data that no run looks at."""
    return np.zeros((2, 3)), np.eye(3), np.zeros((2, 3)), np.eye(3)


def a_record(accuracy, seed=0, failed=False, **factors):
    """A record of the base setting, with other values of some factors."""
    losses = {"update_losses": [2.5, 1.5], "epoch_losses": [2.0, 1.0, 0.5], "loss": 0.5}
    measured = {"accuracy": float(accuracy), "dead": 0.0, "failed": failed, "seconds": 0.25}
    return {**BASE, **factors, "images": 3, **losses, **measured, "seed": seed}


def curve(rate, loss):
    """A record whose hundred updates all have this loss."""
    return a_record(0.5, learning_rate=rate) | {"update_losses": [loss] * 100}


# What several checks do.


def judge_setting(answer, due):
    """A setting has these four numbers, and no further key."""
    found = expect.mapping(answer)
    expect.that(set(found) == set(due), "A setting has other keys than it should.", keys=list(found))
    for name, value in due.items():
        expect.number(found[name], value)


def judge_arrays(answer, due, rtol, atol):
    """A dict of arrays is right in every number."""
    for name, value in expect.mapping(answer, list(due)).items():
        expect.array(value, due[name], dtype="float", rtol=rtol, atol=atol)


def is_finite(answer):
    """Whether a number is neither NaN nor infinite."""
    return math.isfinite(number_or_nan(answer))


def number_or_nan(answer):
    """A number; NaN where it is not finite."""
    for expected in (None, math.nan, math.inf, -math.inf):
        try:
            number = expect.number(answer, expected)
        except WrongAnswer:
            continue
        return number if math.isfinite(number) else math.nan
    return expect.number(answer)


def recorded(student, setting, data, seed=7):
    """The record of a run, as a dict of answers; `dead_share` and `failed` have others in their place."""
    stand_in_for_the_rest(student)
    record = student.hyperparameters.run(setting, data, student.rng(seed))
    names = ["images", "update_losses", "epoch_losses", "loss", "accuracy", "dead", "failed", "seconds"]
    return expect.mapping(record, [*FACTORS, *names])


def stand_in_for_the_rest(student):
    """Let `dead_share` answer `due_share`, and `failed` answer `due_failure`."""

    def dead_share(X, parameters, activations):
        found = {name: expect.numbers(value) for name, value in expect.mapping(parameters, ["b1"]).items()}
        return due_share(expect.numbers(X, shape=(None, None)), found)

    def failed(loss):
        return due_failure(number_or_nan(loss))

    student.hyperparameters.dead_share, student.hyperparameters.failed = dead_share, failed


def weights_of(starts, dims):
    """The weights that a run has drawn, once, for the layers of its setting."""
    expect.that(len(starts) == 1, "The weights should be drawn by `initialize_parameters`, once.", times=len(starts))
    made = [len(starts[0]["W1"][0]), *(len(starts[0][f"W{layer}"]) for layer in range(1, len(starts[0]) // 2 + 1))]
    expect.that(made == dims, "The network has other layers than its setting says.", layers=made, expected=dims)
    return starts[0]


def opened_losses(record, count):
    """The losses of so many updates."""
    return expect.array(record["update_losses"], shape=(count,), array_like=True)


def key(setting):
    """The four numbers of a setting."""
    return tuple(float(setting[name]) for name in FACTORS)


def judge_runs(runs, wanted):
    """These settings have run with these seeds, in this order."""
    due = [(key(setting), seed) for setting, seed in wanted]
    expect.that(
        runs == due,
        "These are not the runs that were asked for, or they are in another order.",
        runs=runs,
        expected=due,
    )


def judge_seeds(answer, due):
    """A list holds these seeds."""
    for found, seed in zip(expect.items(answer, len(due)), due, strict=True):
        expect.integer(found, seed)


def judge_record(record, setting, seed, failed=False):
    """A record is that of a known run."""
    found = expect.mapping(record, [*FACTORS, "seed", "loss", "failed", "update_losses"])
    for name in FACTORS:
        expect.number(found[name], setting[name])
    expect.integer(found["seed"], seed)
    expect.number(found["loss"], math.nan if failed else known_loss(key(setting), seed))
    expect.boolean(found["failed"], failed)
    expect.array(found["update_losses"], [2.5, 1.5], array_like=True)


def judge_table(student, path, wanted, failed):
    """A file holds the records of these runs, in this order."""
    table = expect.mapping(student.read_table(path), [*FACTORS, "seed", "loss", "failed"])
    for name in FACTORS:
        expect.array(table[name], [setting[name] for setting, _ in wanted])
    expect.array(table["seed"], [seed for _, seed in wanted])
    losses = [math.nan if setting == failed else known_loss(key(setting), seed) for setting, seed in wanted]
    expect.array(table["loss"], losses)
    expect.array(table["failed"], [setting == failed for setting, _ in wanted])


def known_loss(setting, seed):
    """The loss of a known run."""
    return setting[0] + 0.01 * setting[1] + seed


def use_known_runs(student, path=None, fails=None):
    """Let a run be one whose loss is known, or NaN with the setting `fails`.

    Returns the list of the runs to come. With a `path`, the records of all runs before must stand there.
    """
    runs = []
    first_numbers = {int(np.random.default_rng(seed).integers(10**6)): seed for seed in range(10)}

    def run(setting, data, rng):
        number = expect.integer(rng.integers(10**6))
        fresh = number in first_numbers
        expect.that(fresh, "The generator of a run should be a new one, made by default_rng with its seed.")
        if path is not None and runs:
            rows = len(expect.array(expect.mapping(student.read_table(path), ["seed"])["seed"]))
            expect.that(rows == len(runs), "The record of a run is not in the file while the next one runs.", rows=rows)
        found = {name: expect.number(value) for name, value in expect.mapping(setting, FACTORS).items()}
        expect.that(max(found.values()) < 1000, "A run has another setting than was asked for.")
        runs.append((key(found), first_numbers[number]))
        failed = fails is not None and key(fails) == key(found)
        loss = math.nan if failed else known_loss(*runs[-1])
        setting = {name: value if name == "learning_rate" else int(value) for name, value in found.items()}
        record = a_record(0.5, **setting) | {"loss": loss, "epoch_losses": [1.5, loss], "failed": failed}
        del record["seed"]
        return record

    student.hyperparameters.run = run
    return runs


def drawn(student, factor, accuracies, order):
    """The picture of a factor with these accuracies of each value, from records in this order."""
    records = []
    for value, some in accuracies.items():
        records += [a_record(accuracy, seed=seed, **{factor: value}) for seed, accuracy in enumerate(some)]
    shown = [turned(records[place]) for place in order]
    return expect.figure(student.hyperparameters.draw_factor(shown, factor))


def judge_names(picture, rates):
    """The picture has labels, and a legend with each of the rates."""
    expect.that(any(picture.xlabels) and any(picture.ylabels), "Both axes should have labels.")
    texts = " ".join(text for legend in picture.legends for text in legend)
    named = [float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", texts)]
    missing = [rate for rate in rates if not np.any(np.isclose(named, rate))]
    expect.that(not missing, "A learning rate is missing from the legend.", missing=missing, legend=texts)


def way_up(before, after):
    """How many pixels lie between the two places of the one curve that has moved, which is level."""
    moved = np.any(before.pixels != after.pixels, axis=2)
    rows = np.flatnonzero(moved.mean(axis=1) > 0.4)
    expect.that(len(rows) > 0, "The picture does not change with the losses, or not enough.")
    return int(rows[-1] - rows[0])


# Right functions that stand in for those of `numpy_network`.


def put(student, *functions):
    """Put these in the place of functions of `numpy_network`, once `hyperparameters` has been imported.

    Code that has imported functions by name goes on with those.
    """
    _, network = student.hyperparameters, student.numpy_network
    for function in functions:
        setattr(network, function.__name__, function)


def matrix(answer, columns=None, rows=None):
    """A matrix that is not empty, of this size where it is given; none here has a thousand rows or columns."""
    values = expect.numbers(answer, shape=(rows, columns))
    expect.that(values.size > 0, "A function was called with an empty array.")
    expect.that(max(values.shape) < 1_000, "A function was called with an array that is larger than any here.")
    return values


def layers_of(parameters, activations, n_in):
    """The parameters of a network, which has as many layers as activations."""
    names = [expect.text(name) for name in expect.items(activations)]
    right = len(names) > 0 and names == ["relu"] * (len(names) - 1) + ["softmax"]
    expect.that(right, "A function of the network was called with other activations than it has.")
    found = expect.mapping(parameters)
    wanted = {f"{kind}{layer}" for layer in range(1, len(names) + 1) for kind in "Wb"}
    expect.that(set(found) == wanted, "There are more layers, or fewer, than activations.")
    values = {}
    for layer in range(1, len(names) + 1):
        W = values[f"W{layer}"] = matrix(found[f"W{layer}"], n_in)
        n_in = len(W)
        values[f"b{layer}"] = matrix(found[f"b{layer}"], 1, n_in)
    return values


def forward(X, parameters, activations):
    """A right `forward`."""
    samples = matrix(X)
    return through(samples, layers_of(parameters, activations, len(samples)))


def use_network(student, rng, last=None, value=math.nan):
    """Let `numpy_network` be a right one whose batches are known, and keep the weights that it begins with.

    After `last` updates the loss is `value`.
    """
    starts, counts = [], {"epochs": 0, "updates": 0}
    draw = np.random.default_rng(int(rng.integers(10**6)))

    def initialize_parameters(layer_dims, method, rng):
        expect.text(method, "he")
        starts.append(he(draw, [expect.integer(count, minimum=1, maximum=999) for count in expect.items(layer_dims)]))
        return starts[-1]

    def minibatches(X, Y, batch_size, rng):
        samples = matrix(X)
        targets, size = matrix(Y, samples.shape[1]), expect.integer(batch_size, minimum=1)
        expect.number(rng.random())  # a generator, and no seed
        counts["epochs"] += 1
        chosen = known_batches(samples.shape[1], size, counts["epochs"] - 1)
        return [(samples[:, columns], targets[:, columns]) for columns in chosen]

    def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
        expect.text(loss, LOSS)
        samples = matrix(X)
        targets, rate = matrix(Y, samples.shape[1]), expect.number(learning_rate)
        values, costs = layers_of(parameters, activations, len(samples)), []
        for _ in range(expect.integer(epochs, minimum=0, maximum=100)):
            with np.errstate(all="ignore"):
                values, cost = one_update(samples, targets, values, rate)
            costs.append(value if counts["updates"] == last else cost)
            counts["updates"] += 1
        return values, costs

    put(student, initialize_parameters, minibatches, train, forward)
    return starts
