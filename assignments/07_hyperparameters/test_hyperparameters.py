"""Public checks of the hyperparameters: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other inputs. Where one of your functions may call another, or one of
`numpy_network`, a check puts a right one in its place, so that a mistake costs points in one task only. The network
that stands in here learns nothing, and its losses can be followed by hand.
"""

import re
from itertools import pairwise

import numpy as np
import pytest

from autograder import expect
from autograder.checks.answers import WrongAnswer

BASE = {"learning_rate": 0.1, "width": 64, "depth": 1, "batch_size": 64}
RATES = [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0]
PROSE = ["the curves", "why the curve at 10.0 is flat", "which network, and how sure"]
# What each of the three samples of `some_data` adds to a loss of the network that stands in.
SHARES = np.array([1.0, 2.0, 6.0])


@pytest.mark.task("1.1")
def test_settings_of_one_factor(student):
    """There is a setting for each value, in order; the other three numbers and the base stay as they were."""
    base = {"learning_rate": 0.2, "width": 8, "depth": 2, "batch_size": 5}
    kept = student.keep(base)
    found = expect.items(student.hyperparameters.settings(kept, "width", [4, 16, 8]), 3)
    for setting, width in zip(found, [4, 16, 8], strict=True):
        judge_setting(setting, {**base, "width": width})
    judge_setting(kept, base)


@pytest.mark.task("1.1")
def test_an_unknown_factor(student):
    """A factor that no setting has is a ValueError."""
    with expect.raises("ValueError"):
        student.hyperparameters.settings(BASE, "learning rate", [0.1, 0.2])


@pytest.mark.task("1.2")
def test_one_factor_at_a_time(student):
    """The settings of each factor follow each other, and the base setting is there once."""

    def settings(base, factor, values):
        known = {name: expect.number(value) for name, value in expect.mapping(base, list(BASE)).items()}
        name = expect.text(factor)
        expect.that(name in known, "settings was called with another factor.")
        return [{**known, name: expect.number(value)} for value in expect.items(values)]

    student.hyperparameters.settings = settings
    base = {"learning_rate": 0.5, "width": 8, "depth": 2, "batch_size": 16}
    factors = {"depth": [1, 3], "width": [4, 8, 2], "learning_rate": [0.25, 0.5]}
    due = [{**base, "depth": depth} for depth in (1, 3)] + [{**base, "width": width} for width in (4, 8, 2)]
    due += [{**base, "learning_rate": 0.25}]
    found = expect.items(student.hyperparameters.around(base, factors), len(due))
    for setting, expected in zip(found, due, strict=True):
        judge_setting(setting, expected)


@pytest.mark.task("2.1")
def test_one_update_of_your_network(student):
    """`train` with one batch and one epoch makes one step along the gradient of the loss, and returns the loss."""
    rng = np.random.default_rng(11)
    X, Y, activations = rng.normal(size=(4, 6)), np.eye(3)[:, rng.integers(3, size=6)], ["relu", "relu", "softmax"]
    parameters = {}
    for layer, (n_in, n_out) in enumerate(pairwise([4, 5, 4, 3]), start=1):
        parameters[f"W{layer}"], parameters[f"b{layer}"] = rng.normal(size=(n_out, n_in)), rng.normal(size=(n_out, 1))
    loss = "categorical_cross_entropy"
    trained = student.numpy_network.train(X, Y, parameters, activations, loss, 1, 0.5)
    after, costs = expect.items(trained, 2)
    expect.number(expect.items(costs, 1)[0], loss_of(X, Y, parameters), rtol=1e-6)
    for name, value in expect.mapping(after, list(parameters)).items():
        slopes = np.zeros_like(parameters[name])
        for place in np.ndindex(slopes.shape):
            up, down = parameters[name].copy(), parameters[name].copy()
            up[place] += 1e-5
            down[place] -= 1e-5
            rise = loss_of(X, Y, {**parameters, name: up}) - loss_of(X, Y, {**parameters, name: down})
            slopes[place] = rise / 2e-5
        expect.array(value, parameters[name] - 0.5 * slopes, dtype="float", rtol=1e-5, atol=1e-7)


@pytest.mark.task("2.1")
def test_batches_and_weights_of_your_network(student):
    """Batches hold every sample once, beside its target; weights have the deviation of "he"; `rng` draws both."""
    X, Y = np.arange(14.0).reshape(2, 7), np.arange(7.0)[np.newaxis]
    batches = expect.items(student.numpy_network.minibatches(X, Y, 3, student.rng(3)), 3)
    samples = []
    for batch, count in zip(batches, (3, 3, 1), strict=True):
        x, y = expect.items(batch, 2)
        samples.append(np.vstack([expect.array(x, shape=(2, count)), expect.array(y, shape=(1, count))]))
    found = np.hstack(samples)
    right = np.array_equal(found[:, np.argsort(found[2])], np.vstack([X, Y]))
    expect.that(right, "Every sample should stand in one batch, beside its target.")
    weights = []
    for seed in (7, 7, 8):
        made = student.numpy_network.initialize_parameters([50, 40, 3], "he", student.rng(seed))
        weights.append(expect.array(expect.mapping(made, ["W1", "b1", "W2", "b2"])["W1"], shape=(40, 50)))
    # 2,000 weights are off by 1.6 % of the deviation by chance, once in a standard deviation.
    deviation = float(weights[0].std())
    expect.that(0.18 < deviation < 0.22, "The deviation of the weights is wrong.", deviation=deviation)
    decided = np.array_equal(weights[0], weights[1]) and not np.array_equal(weights[0], weights[2])
    expect.that(decided, "The weights should come from the generator that is passed in.")


@pytest.mark.task("2.2")
def test_share_of_dead_units(student):
    """A unit is dead if it answers 0 to every sample; the share is taken over the units of all hidden layers."""
    X = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
    hidden = {  # what each hidden layer answers
        ("relu", "softmax"): [[[0.5, 0.0, 1.2], [0.0, 0.0, 0.0], [0.0, 0.0, 0.1]]],
        ("relu", "relu", "softmax"): [[[0.0, 0.0, 0.0], [0.0, 2.0, 0.0]], [[1.0, 1.0, 1.0]] * 6],
        ("tanh", "softmax"): [[[-0.5, 0.5, 0.0], [0.0, 0.0, 0.0], [-0.5, -0.25, -1.0], [0.5, 0.5, 0.5]]],
        ("softmax",): [],
    }
    shares = [1 / 3, 1 / 8, 1 / 4, 0.0]

    def forward(X, parameters, activations):
        samples = expect.numbers(X, shape=(2, None))
        expect.that(samples.shape == (2, 3), "forward was called with other samples than there are.")
        names = tuple(expect.text(name) for name in expect.items(activations))
        expect.that(names in hidden, "forward was called with other activations than there are.")
        answers = [np.array(A) for A in hidden[names]]
        caches = [(A, np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 3))) for A in (samples, *answers)]
        return np.full((3, 3), 1 / 3), caches

    put(student, forward)
    for names, share in zip(hidden, shares, strict=True):
        kept = student.keep(X)
        expect.number(student.hyperparameters.dead_share(kept, {}, list(names)), share)
        expect.array(kept, X)


@pytest.mark.task("2.3")
@pytest.mark.parametrize("loss", [0.3, 2.1, 2.25, 2.31, 24.0, np.nan, np.inf])
def test_a_run_fails(student, loss):
    """A run has failed if its loss is not finite, or so large that the network knows next to nothing."""
    expect.boolean(student.hyperparameters.failed(loss), not loss < 2.1875)


@pytest.mark.task("2.4")
def test_losses_of_a_run(student):
    """The record has the loss of each update and of each epoch, which is the mean over its samples."""
    made, draws = use_known_network(student)
    record = recorded(student, {"learning_rate": 0.5, "width": 5, "depth": 2, "batch_size": 2}, some_data(), seed=7)
    expect.that(made == [[3, 5, 5, 3]], "The network has other layers than its setting says.", layers=made)
    due = np.random.default_rng(7).random(3).tolist()
    expect.that(draws == due, "Each epoch should draw batches of its own, with the generator of the run.", draws=draws)
    # Batches of samples 3 and 2, then 1; each update before has added 0.5.
    updates = [4.0, 1.5, 5.0, 2.5, 6.0, 3.5]
    expect.array(record["update_losses"], updates, array_like=True)
    epochs = [(2 * first + last) / 3 for first, last in zip(updates[::2], updates[1::2], strict=True)]
    expect.array(record["epoch_losses"], epochs, array_like=True)
    expect.number(record["loss"], epochs[-1])


@pytest.mark.task("2.4")
def test_a_run_is_measured(student):
    """Accuracy belongs to the samples of the validation and dead units to the others, after training."""
    use_known_network(student)
    data = some_data()
    setting = {"learning_rate": 0.25, "width": 3, "depth": 1, "batch_size": 3}
    kept = [student.keep(part) for part in data]
    kept_setting = student.keep(setting)
    record = recorded(student, kept_setting, tuple(kept))
    expect.number(record["accuracy"], 0.75)
    expect.number(record["dead"], 0.125)
    expect.integer(record["images"], 3)
    expect.boolean(record["failed"], True)
    expect.number(record["seconds"])
    better = recorded(student, setting, (data[0] / 4, *data[1:]))
    expect.boolean(better["failed"], False)
    for name, value in setting.items():
        expect.number(record[name], value)
    judge_setting(kept_setting, setting)
    for part, before in zip(kept, data, strict=True):
        expect.array(part, before)


@pytest.mark.task("2.4")
def test_updates_beyond_a_hundred(student):
    """Only the first hundred updates are kept, and every epoch is."""
    use_known_network(student)
    x = np.linspace(0.1, 3.5, 35)
    data = (np.vstack([x, x, x]), np.eye(3)[:, np.arange(35) % 3], *some_data()[2:])
    record = recorded(student, {"learning_rate": 0.125, "width": 2, "depth": 1, "batch_size": 1}, data)
    losses = np.tile(x[::-1], 3) + 0.125 * np.arange(105)
    expect.array(record["update_losses"], losses[:100], array_like=True)
    expect.array(record["epoch_losses"], losses.reshape(3, 35).mean(axis=1), array_like=True)


@pytest.mark.task("2.4")
def test_the_generator_decides(student):
    """A run with the same seed gives the same losses, and with another seed others."""
    data = some_data()
    setting = {"learning_rate": 0.05, "width": 4, "depth": 1, "batch_size": 2}
    losses = []
    for seed in (3, 3, 4):
        record = recorded(student, setting, data, seed)
        losses.append(expect.array(record["update_losses"], shape=(6,), array_like=True))
    expect.that(np.array_equal(losses[0], losses[1]), "The same seed should give the same losses.")
    expect.that(not np.allclose(losses[0], losses[2]), "Another seed should give other losses.")


@pytest.mark.task("2.5")
def test_a_run_that_diverges(student):
    """A run ends with the first loss that is not finite, and its record says so."""
    use_known_network(student, last=3)
    record = recorded(student, {"learning_rate": 0.5, "width": 3, "depth": 1, "batch_size": 2}, some_data())
    expect.array(record["update_losses"], [4.0, 1.5, 5.0, np.nan], array_like=True)
    epochs = expect.items(record["epoch_losses"], 2)
    expect.number(epochs[0], 9.5 / 3)
    expect.that(not is_finite(epochs[1]), "The loss of the epoch that diverged should not be finite.")
    expect.that(not is_finite(record["loss"]), "The loss of a run that diverged should not be finite.")
    expect.number(record["accuracy"], np.nan)
    expect.number(record["dead"], np.nan)
    expect.boolean(record["failed"], True)


@pytest.mark.task("2.5")
def test_a_run_that_overflows(student):
    """A run whose numbers overflow gives a record and no warnings."""
    stand_in_for_the_rest(student)
    X = 1e300 * np.array([[1.0, 1.0, 1.0], [1.0, 1.0, -1.0]])
    data = (X, np.eye(3), X, np.eye(3))
    setting = {"learning_rate": 1e100, "width": 4, "depth": 0, "batch_size": 3}
    module = student.hyperparameters
    record, count = expect.items(module.with_warnings(module.run, setting, data, student.rng(7)), 2)
    found = expect.mapping(record, ["failed", "loss"])
    expect.that(not is_finite(found["loss"]), "The loss of a run that diverged should not be finite.")
    expect.integer(count, 0)


@pytest.mark.task("3.1")
def test_every_setting_with_every_seed(student):
    """Each setting runs with each seed, each with a generator of its own; the records come back in this order."""
    runs = use_known_runs(student)
    settings = [{**BASE, "learning_rate": rate} for rate in (0.5, 0.125)]
    records = expect.items(student.hyperparameters.sweep(settings, [3, 0], some_data(), "runs.csv"), 4)
    expect.that(
        runs == [(0.5, 3), (0.5, 0), (0.125, 3), (0.125, 0)], "These are not the runs that were asked for.", runs=runs
    )
    for record, (rate, seed) in zip(records, runs, strict=True):
        found = expect.mapping(record, ["learning_rate", "seed", "loss"])
        expect.number(found["learning_rate"], rate)
        expect.integer(found["seed"], seed)
        expect.number(found["loss"], rate + seed)


@pytest.mark.task("3.1")
def test_each_record_is_in_the_file(student):
    """A record is in the file before the next run begins, a failed one too, with its seed."""
    runs = use_known_runs(student, "one_by_one.csv", fails=0.5)
    settings = [{**BASE, "learning_rate": rate} for rate in (0.25, 0.5, 2.0)]
    student.hyperparameters.sweep(settings, [5], some_data(), "one_by_one.csv")
    expect.that(len(runs) == 3, "There should be three runs.", runs=runs)
    table = expect.mapping(student.read_table("one_by_one.csv"), ["learning_rate", "seed", "loss", "failed"])
    expect.array(table["learning_rate"], [0.25, 0.5, 2.0])
    expect.array(table["seed"], [5, 5, 5])
    expect.array(table["loss"], [5.25, np.nan, 7.0])
    expect.array(table["failed"], [0, 1, 0])


@pytest.mark.task("3.1")
def test_progress_is_shown(student):
    """All runs that are to come go through `progress`, once."""
    use_known_runs(student)
    shown = []

    def progress(runs):
        shown.append(len(runs))
        return runs

    student.hyperparameters.sweep([BASE, {**BASE, "width": 8}], [1, 2], some_data(), "progress.csv", progress)
    expect.that(shown == [4], "`progress` should be called once, with the list of the runs.", lengths=shown)


@pytest.mark.task("3.2")
def test_a_sweep_goes_on(student):
    """A run that the file holds is not run again, a failed run neither; its records come back all the same."""
    runs = use_known_runs(student, fails=0.5)
    first, second = ([{**BASE, "learning_rate": rate} for rate in rates] for rates in [(0.5, 2.0), (0.25, 0.5)])
    student.hyperparameters.sweep(first, [1, 2], some_data(), "on.csv")
    runs.clear()
    records = expect.items(student.hyperparameters.sweep(second, [2, 3], some_data(), "on.csv"), 4)
    expect.that((0.5, 2) not in runs, "This run is in the file already.", runs=runs)
    expect.that(runs == [(0.25, 2), (0.25, 3), (0.5, 3)], "These are not the runs that were asked for.", runs=runs)
    for record, (rate, seed) in zip(records, [(0.25, 2), (0.25, 3), (0.5, 2), (0.5, 3)], strict=True):
        found = expect.mapping(record, ["learning_rate", "seed", "loss", "failed"])
        expect.number(found["learning_rate"], rate)
        expect.integer(found["seed"], seed)
        expect.number(found["loss"], np.nan if rate == 0.5 else rate + seed)
        expect.boolean(found["failed"], rate == 0.5)
    table = expect.mapping(student.read_table("on.csv"), ["learning_rate", "seed"])
    expect.array(table["learning_rate"], [0.5, 0.5, 2.0, 2.0, 0.25, 0.25, 0.5])
    expect.array(table["seed"], [1, 2, 1, 2, 2, 3, 3])


@pytest.mark.task("3.2")
def test_nothing_is_left_to_do(student):
    """A sweep that is complete runs nothing, and gives the same records again."""
    runs = use_known_runs(student)
    for setting in (BASE, dict(reversed(BASE.items()))):  # the order of its keys means nothing
        records = expect.items(student.hyperparameters.sweep([setting], [4], some_data(), "complete.csv"), 1)
        expect.number(expect.mapping(records[0], ["loss"])["loss"], 4.1)
    expect.that(runs == [(0.1, 4)], "These are not the runs that were asked for.", runs=runs)


@pytest.mark.task("4.1")
def test_best_in_the_mean(student):
    """The mean over its seeds decides for a setting, and not its best run."""
    records = [
        a_record(accuracy=0.75, width=8, seed=0),
        a_record(accuracy=0.875, width=16, seed=0),
        a_record(accuracy=0.75, width=8, seed=1),
        a_record(accuracy=0.5, width=16, seed=1),
    ]
    judge_setting(student.hyperparameters.best(records), {**BASE, "width": 8})


@pytest.mark.task("4.1")
def test_failed_settings_are_never_best(student):
    """A setting with a failed run is never the best one, whatever its accuracies; without a setting it is an error."""
    for accuracy in (np.nan, 0.96875):
        records = [
            a_record(accuracy=accuracy, depth=2, failed=True),
            a_record(accuracy=0.5, batch_size=8),
            a_record(accuracy=0.9375, depth=2, seed=1),
            a_record(accuracy=0.625, batch_size=16),
        ]
        judge_setting(student.hyperparameters.best(records), {**BASE, "batch_size": 16})
    with expect.raises("ValueError"):
        student.hyperparameters.best([a_record(accuracy=0.5, failed=True)])


@pytest.mark.task("4.1")
def test_the_first_of_equals(student):
    """Of settings with the same mean the first one is best."""
    records = [a_record(accuracy=accuracy, width=width) for accuracy, width in [(0.5, 64), (0.75, 32), (0.75, 8)]]
    judge_setting(student.hyperparameters.best(records), {**BASE, "width": 32})


@pytest.mark.task("5.1", timeout=6)
def test_losses_are_drawn(student):
    """The axis is logarithmic: twice the loss is the same way up everywhere; axes and curves have names."""
    levels = []
    for middle in (1.0, 2.0, 4.0):
        records = [curve(rate, loss) for rate, loss in [(0.5, 0.25), (0.001, middle), (4.0, 16.0)]]
        levels.append(expect.figure(student.hyperparameters.draw_losses(records)))
    judge_names(levels[0], [0.5, 0.001, 4.0])
    ways = way_up(levels[0], levels[1]), way_up(levels[1], levels[2])
    logarithmic = min(ways) >= 5 and abs(ways[0] - ways[1]) <= 3
    expect.that(logarithmic, "The axis of the losses is not logarithmic.", ways=ways)
    _, _, bottom, top = levels[0].limits[0].tolist()
    shown = (bottom <= 0.0101 and top >= 30) or bottom <= -2  # whoever draws logarithms has these on the axis
    expect.that(shown, "The axis should show every loss from 0.01 to 30.", bottom=bottom, top=top)


@pytest.mark.task("5.1", timeout=6)
def test_a_diverging_curve_hides_no_other(student):
    """A run whose losses grow to 1e30 and then end has a name and a curve, and the others can still be told apart."""
    grows = {**curve(10.0, 1.0), "update_losses": [10.0**power for power in range(31)] + [np.inf, np.nan]}
    grows |= {"loss": np.nan, "failed": True}
    pictures = []
    for loss in (0.5, 1.0):
        records = [curve(0.1, 0.25), grows, curve(1.0, loss)]
        pictures.append(expect.figure(student.hyperparameters.draw_losses(records)))
    judge_names(pictures[0], [0.1, 10.0, 1.0])
    top = float(pictures[0].limits[0][3])
    expect.that(top <= 100.0, "The axis of the losses should end at 100 or below.", top=top)
    expect.that(way_up(*pictures) >= 5, "A diverging run hides how far the others lie apart.")
    without = expect.figure(student.hyperparameters.draw_losses([curve(0.1, 0.25), curve(1.0, 1.0)]))
    expect.that(not without.looks_like(pictures[1]), "The run that diverged is missing from the picture.")


@pytest.mark.task("5.2", timeout=6)
def test_a_factor_is_drawn(student):
    """The picture shows means and their spread, and the factor is named on the x axis."""
    pictures = []
    for spread in (0.0, 0.125):
        records = [a_record(accuracy=0.5, width=32), a_record(accuracy=0.5, width=32, seed=1)]
        records += [a_record(accuracy=0.75 + shift, width=8, seed=2) for shift in (-spread, spread)]
        records += [a_record(accuracy=0.875, width=32, seed=3), a_record(accuracy=0.25, width=8, seed=3)]
        pictures.append(expect.figure(student.hyperparameters.draw_factor(records, "width")))
    expect.that(any("width" in label.lower() for label in pictures[0].xlabels), "The x axis should name the factor.")
    expect.that(any(pictures[0].ylabels), "The y axis should have a label.")
    expect.that(not pictures[0].looks_like(pictures[1]), "The spread over the seeds is not in the picture.")


@pytest.mark.task("5.2", timeout=6)
def test_failed_runs_are_not_drawn(student):
    """A run that failed changes nothing in the picture."""
    records = [a_record(accuracy=accuracy, depth=depth) for depth, accuracy in [(1, 0.75), (2, 0.875), (3, 0.5)]]
    pictures = []
    for more in ([], [a_record(accuracy=0.125, depth=2, seed=1, failed=True)]):
        pictures.append(expect.figure(student.hyperparameters.draw_factor(records + more, "depth")))
    expect.that(pictures[0].looks_like(pictures[1]), "A run that failed should be left out of the picture.")


@pytest.mark.task("6.1")
def test_the_notes_have_their_sections(student):
    """The notes have four sections, three of them with 40 words or more."""
    sections = sections_of(expect.text(student.read_text("architecture_notes.md")))
    for name in (*PROSE, "the numbers"):
        expect.that(name in sections, "A section of the notes is missing.", missing=name, found=list(sections))
    for name in PROSE:
        words = len(re.findall(r"[^\W_]{2,}", re.sub(r"!\[[^\]]*\]\([^)]*\)", "", sections[name])))
        expect.that(words >= 40, "A section of the notes has fewer than 40 words.", section=name, words=words)


@pytest.mark.task("6.1")
def test_the_picture_is_there(student):
    """rates.png is a whole picture of 400 by 300 pixels or more, and the notes show it."""
    width, height = (expect.integer(side) for side in expect.items(student.picture_size("rates.png"), 2))
    expect.that(width >= 400 and height >= 300, "rates.png is too small.", width=width, height=height)
    notes = expect.text(student.read_text("architecture_notes.md"))
    expect.that(re.search(r"!\[[^\]]*\]\((\./)?rates\.png", notes) is not None, "The notes do not show rates.png.")


@pytest.mark.task("6.1", weight=2)
def test_the_numbers_are_those_of_the_file(student):
    """The table has a row for each rate, and each number in it agrees with rates.csv."""
    rows = numbers_of(expect.text(student.read_text("architecture_notes.md")))
    missing = [rate for rate in RATES if rate not in rows]
    expect.that(not missing, "A rate is missing from the table of the notes.", missing=missing)
    table, updates = rates_table(student)
    for rate in RATES:
        row = int(np.flatnonzero(np.isclose(table["learning_rate"], rate))[0])
        largest = np.max(updates[row], where=~np.isnan(updates[row]), initial=-np.inf)
        due = [table["loss"][row], largest, table["accuracy"][row], table["dead"][row]]
        for claimed, number in zip(rows[rate], due, strict=True):
            right = np.isclose(claimed, number, rtol=0.01, atol=0.0051, equal_nan=True)
            expect.that(
                bool(right),
                "A number in the notes is not that of rates.csv.",
                learning_rate=rate,
                notes=claimed,
                file=float(number),
            )


@pytest.mark.task("6.2")
def test_the_file_has_the_seven_rates(student):
    """rates.csv has one row for each of the seven rates, with the base setting, and says rightly which failed."""
    table, updates = rates_table(student)
    rates = sorted(table["learning_rate"].tolist())
    right = len(rates) == len(RATES) and np.allclose(rates, RATES)
    expect.that(right, "rates.csv does not have one row for each of the seven rates.", rates=rates, expected=RATES)
    for name in ("width", "depth", "batch_size"):
        expect.that(bool(np.all(table[name] == BASE[name])), "A run of rates.csv has another setting.", of=name)
    images = set(table["images"].tolist())
    right = images in ({1_200.0}, {10_000.0})
    expect.that(right, "rates.csv comes from another number of images than `prepare` takes.", images=sorted(images))
    due = ~(table["loss"] <= 0.95 * np.log(10))
    expect.that(np.array_equal(table["failed"] == 1, due), "rates.csv does not say rightly which runs failed.")
    low = updates[table["learning_rate"] <= 0.5]
    expect.that(bool(np.all(low[:, :50] > 0)), "The losses of the first updates are missing from rates.csv.")


# What several checks need.


def loss_of(X, Y, parameters):
    """The categorical cross-entropy of a network with two hidden layers of ReLU, and softmax."""
    A = X
    for layer in (1, 2):
        A = np.maximum(parameters[f"W{layer}"] @ A + parameters[f"b{layer}"], 0)
    odds = np.exp(parameters["W3"] @ A + parameters["b3"])
    return -np.mean(np.sum(Y * np.log(odds / odds.sum(axis=0)), axis=0))


def judge_setting(answer, due):
    """A setting has these four numbers, and no further key."""
    found = expect.mapping(answer)
    expect.that(set(found) == set(due), "A setting has other keys than it should.", keys=list(found))
    for name, value in due.items():
        expect.number(found[name], value)


def is_finite(answer):
    """Whether a number is neither NaN nor infinite."""
    return bool(np.isfinite(number_or_nan(answer)))


def number_or_nan(answer):
    """A number; NaN where it is not finite."""
    for expected in (None, np.nan, np.inf, -np.inf):
        try:
            number = expect.number(answer, expected)
        except WrongAnswer:
            continue
        return number if np.isfinite(number) else np.nan
    return expect.number(answer)


def put(student, *functions):
    """Put these in the place of functions of `numpy_network`, once `hyperparameters` has been imported.

    Code that has imported functions by name goes on with those.
    """
    _, network = student.hyperparameters, student.numpy_network
    for function in functions:
        setattr(network, function.__name__, function)


def some_data():
    """Three samples to learn from and four others, of three features and three classes."""
    X_val = np.array([[0.0, 3.0, 1.0, 0.0], [2.0, 0.0, 0.0, 1.0], [1.0, 1.0, 5.0, 4.0]])
    Y_val = np.eye(3)[:, [1, 0, 2, 1]]
    return np.vstack([SHARES, 1 - SHARES, SHARES**2]), np.eye(3), X_val, Y_val


def recorded(student, setting, data, seed=7):
    """The record of a run, as a dict of answers; `dead_share` and `failed` have right ones in their place."""
    stand_in_for_the_rest(student)
    names = ["learning_rate", "width", "depth", "batch_size", "images", "update_losses", "epoch_losses", "loss"]
    record = student.hyperparameters.run(setting, data, student.rng(seed))
    return expect.mapping(record, [*names, "accuracy", "dead", "failed", "seconds"])


def stand_in_for_the_rest(student):
    """Let an eighth of the units be dead to samples to learn from, and a run fail above 3, which is not your rule."""

    def dead_share(X, parameters, activations):
        trained = expect.number(expect.mapping(parameters, ["b1"])["b1"][0][0]) != 0
        return 0.125 if trained and expect.numbers(X, shape=(None, None)).shape[1] != 4 else 0.875

    def failed(loss):
        return not is_finite(loss) or expect.number(loss) > 3

    student.hyperparameters.dead_share, student.hyperparameters.failed = dead_share, failed


def use_known_network(student, last=None):
    """Let `numpy_network` be one that learns nothing: every update adds the learning rate to every bias.

    The loss of a batch is the mean of the first feature, plus the bias. Batches are taken from the end of the samples.
    After `last` updates the loss is NaN. Returns two lists that will be filled: the layers of networks, and one number
    that each call of `minibatches` draws.
    """
    made, draws = [], []

    def initialize_parameters(layer_dims, method, rng):
        expect.text(method, "he")
        dims = [expect.integer(count, minimum=1, maximum=100) for count in expect.items(layer_dims)]
        made.append(dims)
        layers = list(enumerate(pairwise(dims), start=1))
        weights = {f"W{layer}": np.zeros((n_out, n_in)) for layer, (n_in, n_out) in layers}
        return weights | {f"b{layer}": np.zeros((n_out, 1)) for layer, (_, n_out) in layers}

    def minibatches(X, Y, batch_size, rng):
        draws.append(expect.number(rng.random()))
        samples, size = expect.numbers(X, shape=(None, None)), expect.integer(batch_size, minimum=1)
        targets, m = expect.numbers(Y, shape=(None, samples.shape[1])), samples.shape[1]
        chosen = [np.arange(m)[::-1][start : start + size] for start in range(0, m, size)]
        return [(samples[:, columns], targets[:, columns]) for columns in chosen]

    def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
        expect.text(loss, "categorical_cross_entropy")
        values, samples = known_parameters(parameters, activations), expect.numbers(X, shape=(None, None))
        rate, costs = expect.number(learning_rate), []
        expect.that(samples.size > 0 and rate > 0, "train was called without a sample, or with a rate of 0 or below.")
        batches = [(samples, None)]
        if not is_none(batch_size):
            expect.that(rng is not None, "train was called with a batch size and without a generator.")
            batches = minibatches(X, Y, batch_size, rng)
        for _ in range(expect.integer(epochs, minimum=0, maximum=100)):
            total = 0.0
            for samples, _ in batches:
                bias = values["b1"][0, 0]
                ended = last is not None and round(bias / rate) >= last
                total += np.sum(samples[0] + (np.nan if ended else bias))
                values = {name: value + rate * (name[0] == "b") for name, value in values.items()}
            costs.append(float(total / sum(samples.shape[1] for samples, _ in batches)))
        return values, costs

    def forward(X, parameters, activations):
        values, samples = known_parameters(parameters, activations), expect.numbers(X, shape=(3, None))
        trained = values["b1"][0, 0] > 0
        return (samples if trained else 0 * samples), [(samples, values["W1"], values["b1"], samples)]

    put(student, initialize_parameters, minibatches, train, forward)
    return made, draws


def known_parameters(parameters, activations):
    """The parameters of a network, which has as many layers as activations."""
    names = [expect.text(name) for name in expect.items(activations)]
    right = len(names) > 0 and names == ["relu"] * (len(names) - 1) + ["softmax"]
    expect.that(right, "A function of the network was called with other activations than it has.", activations=names)
    wanted = [f"{kind}{layer}" for layer in range(1, len(names) + 1) for kind in "Wb"]
    found = expect.mapping(parameters)
    expect.that(set(found) == set(wanted), "There are more layers, or fewer, than activations.", layers=len(found) // 2)
    values = {name: expect.numbers(value, shape=(None, None)) for name, value in found.items()}
    expect.that(all(value.size for value in values.values()), "A function of the network was called with empty arrays.")
    return values


def is_none(answer):
    """Whether an argument was left out."""
    try:
        expect.none(answer)
    except WrongAnswer:
        return False
    return True


def use_known_runs(student, path=None, fails=None):
    """Let a run be one whose loss is its learning rate plus its seed, or NaN at the rate `fails`.

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
        found = {name: expect.number(value) for name, value in expect.mapping(setting, list(BASE)).items()}
        runs.append((found["learning_rate"], first_numbers[number]))
        failed = found["learning_rate"] == fails
        loss = np.nan if failed else sum(runs[-1])
        record = a_record(accuracy=0.5, **found) | {"loss": loss, "epoch_losses": [1.5, loss], "failed": failed}
        del record["seed"]
        return record

    student.hyperparameters.run = run
    return runs


def a_record(accuracy, seed=0, failed=False, **factors):
    """A record of the base setting, with other values of some factors."""
    setting = {**BASE, **factors}
    setting |= {name: int(setting[name]) for name in ("width", "depth", "batch_size")}
    losses = {"update_losses": [2.5, 1.5], "epoch_losses": [2.0, 1.0, 0.5], "loss": 0.5}
    measured = {"accuracy": accuracy, "dead": 0.0, "failed": failed, "seconds": 0.25}
    return {**setting, "images": 3, **losses, **measured, "seed": seed}


def curve(rate, loss):
    """A record whose hundred updates all have this loss."""
    return a_record(accuracy=0.5, learning_rate=rate) | {"update_losses": [loss] * 100}


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


def sections_of(notes):
    """The text below each heading, by its words in lower case."""
    parts = re.split(r"^#+[ \t]*(.+?)[ \t#]*$", notes, flags=re.MULTILINE)
    return {
        " ".join(name.lower().strip(" .:?").split()): text for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def numbers_of(notes):
    """The four numbers of each row of the notes' table, by learning rate."""
    rows = {}
    for line in notes.splitlines():
        cells = [cell.strip(" *`") for cell in line.strip().strip("|").split("|")]
        if line.strip().startswith("|") and len(cells) == 5 and re.fullmatch(r"[\d.,]+", cells[0]):
            for cell in cells:
                number = re.fullmatch(r"[+-]?\d*[.,]?\d+(e[+-]?\d+)?\s*%?|nan|inf", cell.lower())
                expect.that(number is not None, "A cell of the table in the notes is not a number.", row=line.strip())
            rate, *numbers = map(claimed, cells)
            rows[rate] = numbers
    return rows


def claimed(cell):
    """The number in a cell; NaN where it is not finite."""
    number = float(cell.lower().replace(",", ".").rstrip("% ")) / (100 if cell.endswith("%") else 1)
    return number if np.isfinite(number) else np.nan


def rates_table(student):
    """Columns of rates.csv by name, with NaN where a number is not finite; and the losses of the updates, by rows."""
    names, updates = [*BASE, "images", "loss", "epoch_1", "epoch_3", "accuracy", "dead", "failed"], range(1, 101)
    found = expect.mapping(student.read_table("rates.csv"), [*names, *(f"update_{number}" for number in updates)])
    columns = {name: np.array([number_or_nan(cell) for cell in expect.items(values)]) for name, values in found.items()}
    return columns, np.array([columns[f"update_{number}"] for number in updates]).T
