"""Hidden checks of assignment 10: numbers drawn for each submission, other sizes, and files that nobody should trust.

Nothing here imports PyTorch. Formulas in NumPy say what is expected; models and optimisers are PyTorch's own,
made in the student process.
"""

import io
import pickle
import zipfile
from itertools import pairwise

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import StudentError
from autograder.checks.answers import Result

PRECISE = {"dtype": "float64", "rtol": 1e-9, "atol": 1e-11}
FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}
SETS = ["train", "validation", "curve"]
REMEDIES = ["plain", "early stopping", "dropout", "weight decay"]
NAN = float("nan")
STOP_EARLY = [1, 2, 3, 6, 8]
"""With these seeds the best check of the reference is among the first ones, and not the last."""


@pytest.mark.task("1.1", group="1")
def test_sets_of_any_size(student, rng):
    """Sets of any size are float32 columns; samples are drawn one by one, and the curve is always the same."""
    for count, noise in [(1, 0.5), (400, 0), (5, 0.1)]:
        sets = expect.mapping(student.overfitting.make_sets(count, noise, generator(student, rng)), SETS)
        for name in SETS:
            rows = 400 if name == "curve" else count
            x, y = (expect.tensor(part, shape=(rows, 1), dtype="float32") for part in expect.items(sets[name], 2))
            if name == "curve" or noise == 0:
                due = np.sin(3 * x.values.astype(float))
                expect.that(np.allclose(y.values, due, atol=1e-5), "Without noise, y should be sin(3x).")
            if name == "curve":
                even = np.linspace(-1, 1, 400)[:, np.newaxis]
                expect.that(np.allclose(x.values, even, atol=1e-5), "The x of the curve should be even.")


@pytest.mark.task("1.1", group="1")
def test_samples_have_their_distributions(student, rng):
    """x is uniform between -1 and 1, and the noise is normal, of the size asked for, another one for each sample."""
    count, noise = 4000, float(rng.uniform(0.2, 0.6))
    sets = expect.mapping(student.overfitting.make_sets(count, noise, generator(student, rng)), SETS)
    drawn = []
    for name in SETS[:2]:
        x, y = (expect.tensor(part).values.astype(float)[:, 0] for part in expect.items(sets[name], 2))
        errors = (y - np.sin(3 * x)) / noise
        drawn += [x, errors]
        expect.that(bool(np.all(np.abs(x) <= 1)), "x should lie between -1 and 1.")
        # Standard deviations over sets: of the mean 0.0091, of the mean square 0.0047; of the noise 0.016 and 0.0224.
        expect.that(abs(x.mean()) < 0.06 and abs(np.mean(x**2) - 1 / 3) < 0.03, "x should be uniform.")
        expect.that(
            abs(errors.mean()) < 0.1 and abs(np.mean(errors**2) - 1) < 0.14 and np.abs(errors).max() > 2.2,
            "The noise should be normal, and as large as asked for.",
        )
    for one in range(4):
        for other in range(one):
            apart = float(np.corrcoef(drawn[one], drawn[other])[0, 1])
            expect.that(abs(apart) < 0.1, "All numbers of both sets should be drawn by themselves.", correlation=apart)


@pytest.mark.task("1.1", group="1")
def test_sets_can_be_repeated(student, rng):
    """A seed decides on both sets, and the global generator on nothing."""
    seed, drawn = int(rng.integers(1000, 9999)), []
    for number in (seed, seed, seed + 1):
        student.library("torch").manual_seed(len(drawn))
        sets = expect.mapping(student.overfitting.make_sets(6, 0.4, student.generator(number)), SETS)
        drawn.append([expect.tensor(part).values for name in SETS[:2] for part in expect.items(sets[name], 2)])
    expect.that(np.array_equal(drawn[0], drawn[1]), "The same generator should draw the same sets.")
    for one, other in zip(drawn[0], drawn[2], strict=True):
        expect.that(not np.array_equal(one, other), "Another generator should draw other sets.")


@pytest.mark.task("1.2", group="1")
def test_network_of_any_size(student, rng):
    """A network of any depth and width is the formula in evaluation mode, for any batch."""
    use_dropout(student)
    for hidden, width, dropout, m in [(5, 128, 0.0, 3), (3, 4, 0.5, 4), (1, 1, 0.2, 1), (0, 7, 0.0, 2), (2, 2, 0, 2)]:
        model = student.overfitting.make_network(hidden, width, dropout, generator(student, rng))
        sizes = [1, *[width] * hidden, 1]
        shapes = [shape for n, k in pairwise(sizes) for shape in [(k, n), (k,)]]
        state = expect.mapping(model.state_dict())
        expect.that(len(state) == len(shapes), "The number of parameters is wrong.", parameters=len(state))
        for place, (value, shape) in enumerate(zip(state.values(), shapes, strict=True)):
            found = np.abs(expect.tensor(value, shape=shape, dtype="float32").values)
            bound = 1 / np.sqrt(sizes[place // 2])
            # Of a hundred uniform numbers one is large, but for one case in 10^30.
            spread = found.size < 100 or found.max() > bound / 2
            expect.that(bool(spread and found.max() <= bound + 1e-6), "The layers should be made by `linear`.")
        parts = [rng.normal(size=shape) for shape in shapes]
        load(student, model, dict(zip(state, parts, strict=True)))
        x = rng.uniform(-2, 2, size=(m, 1))
        x[0] = 0.0
        sent = student.tensor(x)
        model.eval()
        due = forward(x, parts)
        close = {"rtol": 1e-3, "atol": 1e-4 * float(np.abs(due).max()) + 1e-6}
        expect.tensor(model(sent), due, dtype="float32", requires_grad=True, **close)
        expect.tensor(sent, x, dtype="float32", **FLOAT32)


@pytest.mark.task("1.2", group="1")
def test_networks_can_be_repeated(student, rng):
    """Every layer's weights come from the generator, others for each layer, and none from the global one."""
    use_dropout(student)
    seed, found = int(rng.integers(1000, 9999)), []
    for number in (seed, seed, seed + 1):
        student.library("torch").manual_seed(len(found))
        model = student.overfitting.make_network(3, 6, 0.3, student.generator(number))
        found.append([expect.tensor(value).values for value in expect.mapping(model.state_dict()).values()])
        expect.that(len(found[-1]) == 8, "The number of parameters is wrong.", parameters=len(found[-1]))
        expect.that(not np.array_equal(found[-1][2], found[-1][4]), "Each layer should have weights of its own.")
    for one, two, three in zip(*found, strict=True):
        expect.that(np.array_equal(one, two), "The same generator should make the same network.")
        expect.that(not np.array_equal(one, three), "Another generator should make another network.")


@pytest.mark.task("1.2", group="1")
def test_dropout_stands_behind_each_hidden_layer(student, rng):
    """Each hidden layer's units are dropped after their ReLU; neither inputs nor outputs are, and no layer twice.

    Where nothing is to be dropped, there is no Dropout.
    """
    made = use_dropout(student)
    source = generator(student, rng)
    model = student.overfitting.make_network(2, 1, 0.5, source)
    state = expect.mapping(model.state_dict())
    expect.that(len(state) == 6, "The network should have six parameters.", parameters=len(state))
    load(student, model, dict(zip(state, [[[1.0]], [2.0], [[1.0]], [5.0], [[1.0]], [40.0]], strict=True)))
    answers = expect.tensor(model(student.tensor(np.ones((400, 1))))).values[:, 0]
    # The first unit is 3, or 0 and 6; the second 5 or 11, or 0, 10 and 22.
    expect.that(set(np.round(answers, 3).tolist()) == {40.0, 50.0, 62.0}, "Dropout stands in the wrong place.")
    expect.that(len(made) == 2, "There should be one Dropout behind each hidden layer.", found=len(made))
    for rate, given in made:
        expect.number(rate, 0.5)
        expect.same(given, source)
    student.overfitting.make_network(2, 1, 0, source)
    with expect.given("dropout 0"):
        expect.that(len(made) == 2, "There should be no Dropout.", found=len(made) - 2)


@pytest.mark.task("2.1")
def test_evaluate_any_model(student, rng):
    """The loss is that in evaluation mode, for any set and dtype; mode, parameters, gradients and sets stay."""
    nn, graphs = student.library("torch.nn"), []
    for training, m, dtype in [(True, 5, "float64"), (False, 1, "float64"), (True, 3, "float32")]:
        w, b = rng.normal(size=2)
        layer = nn.Linear(1, 1).double() if dtype == "float64" else nn.Linear(1, 1)
        load(student, layer, {"weight": [[w]], "bias": [b]}, dtype=dtype)
        model = nn.Sequential(nn.Dropout(0.8), layer)
        model.train(training)
        weight, bias = layer.weight, layer.bias
        weight.grad = student.tensor([[2.0]], dtype=dtype)
        model.register_forward_hook(lambda module, inputs, output: graphs.append(expect.tensor(output).requires_grad))
        x, y = rng.normal(size=(m, 1)), rng.normal(size=(m, 1))
        sent = [student.tensor(part, dtype=dtype) for part in (x, y)]
        loss = student.overfitting.evaluate(model, *sent)
        expect.number(loss, float(np.mean((w * x + b - y) ** 2)), rtol=1e-4 if dtype == "float32" else 1e-9)
        modes, slope, none = [model.training, layer.training], weight.grad, bias.grad
        for mode in modes:
            expect.boolean(mode, training)
        expect.tensor(slope, [[2.0]], dtype=dtype)
        expect.none(none)
        for part, values in zip(opened(student, [*sent, weight, bias]), (x, y, [[w]], [b]), strict=True):
            expect.tensor(part, values, dtype=dtype, **FLOAT32)
    expect.that(len(graphs) > 0 and not any(graphs), "A graph was recorded while the model was evaluated.")


@pytest.mark.task("2.1")
def test_evaluate_leaves_the_statistics_alone(student, rng):
    """A layer that learns from each batch, such as batch normalisation, learns nothing while it is evaluated."""
    norm = student.library("torch.nn").BatchNorm1d(1).double()
    x, y = rng.normal(size=(6, 1)) + 3, rng.normal(size=(6, 1))
    loss = student.overfitting.evaluate(norm, *(student.tensor(part, dtype="float64") for part in (x, y)))
    expect.number(loss, float(np.mean((x / np.sqrt(1 + 1e-5) - y) ** 2)), rtol=1e-6)
    expect.tensor(norm.running_mean, [0.0], dtype="float64")


@pytest.mark.task("2.2", group="training", weight=3)
def test_fit_follows_the_trajectory(student, rng):
    """Updates, checks, penalty and modes are those of the docstring, for any of their numbers."""
    use_parts(student)
    optim = student.library("torch.optim")
    for steps, every, strength, training in [
        (7, 3, 0.0, True),
        (3, 1, 0.3, False),
        (2, 3, 0.0, True),
        (0, 1, 1, False),
    ]:
        pairs, place, rate, due = pairs_of(rng, least=2), rng.normal(size=2), 0.05, []
        inner = line(student, place)
        model = two_faced(student, inner)
        model.train(training)
        sets = sets_of(student, pairs)
        # Momentum would carry along whatever gradient is left over.
        optimiser = optim.SGD(model.parameters(), rate, momentum=0.5)
        velocity = np.zeros(2)
        for step in range(1, steps + 1):
            velocity = 0.5 * velocity + slopes_of(normalised(pairs["train"]), place, strength)
            place = place - rate * velocity
            if step % every == 0:
                due.append(place)
        curves = student.overfitting.fit(model, sets, optimiser, steps, every, strength)
        judge_curves(curves, pairs, due)
        modes = [model.training, inner.training]
        lies_at(inner, place)
        for mode in modes:
            expect.boolean(mode, training)
        for name, pair in expect.mapping(opened(student, [sets])[0], SETS).items():
            for part, values in zip(expect.items(pair, 2), pairs[name], strict=True):
                expect.tensor(part, values, **PRECISE)


@pytest.mark.task("2.2", group="training")
def test_fit_checks_every_tenth_update(student, rng):
    """Without being told, it checks after every tenth update, adds no penalty, and clears what was there before."""
    use_parts(student)
    pairs, place, due = pairs_of(rng), rng.normal(size=2), []
    model = line(student, place)
    model.weight.grad = student.tensor([[50.0]], dtype="float64")
    optimiser = student.library("torch.optim").SGD(model.parameters(), 0.02)
    for step in range(1, 22):
        place = place - 0.02 * slopes_of(pairs["train"], place)
        if step % 10 == 0:
            due.append(place)
    sets = sets_of(student, dict(reversed(pairs.items())))
    judge_curves(student.overfitting.fit(model, sets, optimiser, 21), pairs, due)
    lies_at(model, place)


@pytest.mark.task("2.2", group="training", weight=2)
def test_fit_obeys_any_stopper(student, rng):
    """The stopper is updated at each check, ends the training and restores the model, and the mode comes back."""
    use_parts(student)
    optim, types = student.library("torch.optim"), student.library("types")
    for stop_at, every, steps in [(2, 2, 20), (1, 1, 5), (99, 2, 3)]:
        pairs, place, due, seen = pairs_of(rng), rng.normal(size=2), [], []
        model = line(student, place)
        model.train(stop_at == 1)
        update, restore = watcher(seen, stop_at)
        stopper = types.SimpleNamespace(update=update, restore=restore)
        for step in range(1, steps + 1):
            place = place - 0.05 * slopes_of(pairs["train"], place)
            if step % every == 0:
                due.append(place)
                if len(due) == stop_at:
                    break
        optimiser = optim.SGD(model.parameters(), 0.05)
        curves = student.overfitting.fit(model, sets_of(student, pairs), optimiser, steps, every=every, stopper=stopper)
        judge_curves(curves, pairs, due, SETS[1:])
        lies_at(model, place)
        expect.boolean(model.training, stop_at == 1)
        expect.that(
            len(seen) == len(due) + 1 and seen[-1] == "restored",
            "The stopper should be updated at each check, and restore the model once, at the end.",
            updates=len(seen) - 1,
        )
        for loss, at in zip(seen, due, strict=False):
            wanted = mean_square(pairs["validation"], at)
            expect.that(
                bool(np.isclose(loss, wanted, rtol=1e-6)), "The stopper got another loss than that of validation."
            )


@pytest.mark.task("2.3", group="training", timeout=25)
def test_the_network_overfits(student, rng):
    """The last loss on the true curve is at least 1.2 times the lowest one, in the median over five seeds."""
    ratios = []
    for seed in rng.choice(10_000, size=5, replace=False):
        answer = student.overfitting.overfit(student.generator(int(seed)), hidden=5, width=64, steps=200)
        model, sets, curves = expect.items(answer, 3)
        found = expect.mapping(curves, SETS)
        numbers = {name: [expect.number(number) for number in expect.items(found[name], 20)] for name in SETS}
        losses = losses_of(student, model, sets)
        for name in SETS:
            same = bool(np.isclose(numbers[name][-1], losses[name], rtol=1e-3, atol=1e-6))
            expect.that(same, "The last number of each curve should be what the network loses.", curve=name)
        judge_truth(sets)
        lowest = min(numbers["curve"])
        expect.that(lowest > 0, "A mean of squares is above 0 here.", lowest=lowest)
        ratios.append(numbers["curve"][-1] / lowest)
    median = float(np.median(ratios))
    expect.that(median >= 1.2, "The network should overfit: the loss on the curve should rise again.", median=median)


@pytest.mark.task("2.3", group="training")
def test_overfit_has_its_rate_and_its_noise(student, rng):
    """Weights move as far in ten updates as Adam's rate lets them, and the noise of the samples has the size 1."""
    moves, squares = [], []
    for seed in rng.choice(10_000, size=3, replace=False):
        places = []
        for steps in (10, 20):
            student.library("torch").manual_seed(int(seed))  # both runs begin alike, also where this one is drawn from
            answer = student.overfitting.overfit(student.generator(int(seed)), hidden=2, width=32, steps=steps)
            model, sets, _ = expect.items(answer, 3)
            places.append(has_sizes(model, 2, 32))
        # Over 60 seeds the reference's weights move by 0.0069 to 0.0109 an update at most: 0.0023 by SGD.
        moves.append(float(np.abs(places[1] - places[0]).max()) / 10)
        found = expect.mapping(sets, SETS)
        for name in SETS[:2]:
            x, y = (expect.tensor(part).values.astype(float) for part in expect.items(found[name], 2))
            squares.append(np.mean((y - np.sin(3 * x)) ** 2))
    move, spread = float(np.median(moves)), float(np.sqrt(np.mean(squares)))
    expect.that(0.004 < move < 0.016, "The weights do not move as Adam moves them at the rate 0.01.", move=move)
    # The mean of 240 squares has the standard deviation 0.091.
    expect.that(0.7 < spread < 1.25, "The noise should have the size 1.", spread=spread)


@pytest.mark.task("3.1", weight=2)
def test_any_patience(student, rng):
    """For any patience and any losses, with equal ones, negative ones and nan, it stops where the definition says."""
    cases = []
    for patience in (0, 1, 2, 4):
        losses = rng.integers(-3, 6, size=12) / 2.0
        losses[rng.integers(2, 12)] = losses[:2].min()
        losses = [NAN if place in (3, 7) else float(loss) for place, loss in enumerate(losses)]
        cases.append((patience, [*losses, *[9.0] * (patience + 2)]))
    judge_stops(
        student,
        [
            *cases,
            (1, [NAN, NAN, NAN]),
            (0, [3, 2, 1, 0, 0]),
            (1, [5.0, 6.0, 4.0, 5.0, 3.0, 4.0, 2.0, 3.0, 4.0]),
            (3, [1e-3 - 1e-9 * place for place in range(6)]),
        ],
    )


@pytest.mark.task("3.1")
def test_two_stoppers_at_once(student, rng):
    """Each has a memory of its own, and remembers the best loss, not just the last one."""
    model = line(student, rng.normal(size=2))
    one, other = (student.overfitting.EarlyStopping(patience) for patience in (1, 0))
    updates = one.update, other.update
    pairs = [(1.0, 5.0), (3.0, 4.0), (2.0, 3.0)]
    steps = [("call", update, loss, model) for pair in pairs for update, loss in zip(updates, pair, strict=True)]
    told = [expect.boolean(answer) for answer in opened(student, student.evaluate(steps))]
    expect.that(told == [False, False, False, False, True, False], "It stops at the wrong check.", told=told)


@pytest.mark.task("3.1")
def test_best_weights_are_copies(student, rng):
    """The best weights come back, however the model and what came back are changed in place, and again afterwards."""
    place = rng.normal(size=2)
    model, fresh = line(student, place), line(student, place + 1)
    stopper, places = student.overfitting.EarlyStopping(9), rng.normal(size=(5, 2))
    follow(student, stopper, model, places, [2.0, 1.5, 0.5, 0.6, 0.9])
    for target in (model, fresh, model):
        stopper.restore(target)
        lies_at(target, places[2])
        student.library("torch.nn.init").constant_(target.weight, 8.0)


@pytest.mark.task("3.1")
def test_buffers_come_back(student, rng):
    """Buffers come back as well: batch normalisation learns more than parameters."""
    norm = student.library("torch.nn").BatchNorm1d(1).double()
    stopper, fill = student.overfitting.EarlyStopping(0), student.library("torch.nn.init").constant_
    weight, mean, update = norm.weight, norm.running_mean, stopper.update
    best, worse = (float(number) for number in rng.uniform(1, 9, size=2))
    steps = []
    for value, loss in [(best, 1.0), (worse, 2.0)]:
        steps += [("call", fill, mean, value), ("call", fill, weight, value), ("call", update, loss, norm)]
    student.evaluate(steps, wanted=[])
    stopper.restore(norm)
    mean, weight = norm.running_mean, norm.weight
    expect.tensor(mean, [best], **PRECISE)
    expect.tensor(weight, [best], **PRECISE)


@pytest.mark.task("3.1")
def test_nan_is_no_best_check(student, rng):
    """Where every loss was nan, there is nothing to restore."""
    model = line(student, rng.normal(size=2))
    stopper, place = student.overfitting.EarlyStopping(1), rng.normal(size=2)
    follow(student, stopper, model, [rng.normal(size=2), place], [NAN, None])
    stopper.restore(model)
    lies_at(model, place)


@pytest.mark.task("4.1", group="training")
def test_penalty_of_any_model(student, rng):
    """The penalty of any model, for any strength, has its value, and pulls each parameter by strength·parameter."""
    nn = student.library("torch.nn")
    for sizes, strength in [((2, 3, 1), 0.7), ((2, 2, 2), 0), ((1, 1, 1), 3)]:
        n, h, k = sizes
        model = nn.Sequential(nn.Linear(n, h), nn.Linear(h, k)).double()
        parts = [rng.normal(size=shape) for shape in [(h, n), (h,), (k, h), (k,)]]
        parts[1][0] = 0.0
        load(student, model, dict(zip(["0.weight", "0.bias", "1.weight", "1.bias"], parts, strict=True)), "float64")
        penalty = student.overfitting.l2_penalty(model, strength)
        expect.tensor(penalty, strength / 2 * sum(float(np.sum(part**2)) for part in parts), **PRECISE)
        penalty.backward()
        parameters = expect.items(student.library("builtins").list(model.parameters()), 4)
        slopes = [parameter.grad for parameter in parameters]
        for parameter, slope, part in zip(parameters, slopes, parts, strict=True):
            expect.tensor(parameter, part, **PRECISE)
            expect.tensor(slope, strength * part, **PRECISE)


@pytest.mark.task("4.1", group="training")
def test_penalty_follows_weight_decay(student, rng):
    """Ten updates of SGD with the penalty lead where its `weight_decay` leads."""
    pair, place, strength = pairs_of(rng)["train"], rng.normal(size=2), float(rng.uniform(0.2, 1))
    model = line(student, place)
    optimiser = student.library("torch.optim").SGD(model.parameters(), 0.05)
    penalty = ("call", student.overfitting.l2_penalty, model, strength)
    descend(student, model, optimiser, pair, 10, penalty=penalty)
    for _ in range(10):
        place = place - 0.05 * slopes_of(pair, place, strength)
    lies_at(model, place)


@pytest.mark.task("4.2", group="training")
def test_decay_of_any_model(student, rng):
    """Every parameter of any model shrinks by 1 - rate·strength, in place; gradients and buffers stay."""
    nn = student.library("torch.nn")
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).double()
    parts = [rng.normal(size=shape) for shape in [(2, 2), (2,), (2,), (2,)]]
    parameters = expect.items(student.library("builtins").list(model.parameters()), 4)
    mean = model[1].running_mean
    for parameter, part in zip(parameters, parts, strict=True):
        parameter.data = student.tensor(part, dtype="float64")
        parameter.grad = student.tensor(part + 1, dtype="float64")
    student.library("torch.nn.init").constant_(mean, 4.0)
    left = 1.0
    for rate, strength in [(0.1, 0.5), (0.1, 0.5), (0.01, 0), (0.3, 2), (1, 1)]:
        left *= 1 - rate * strength
        expect.none(student.overfitting.decay(model, rate, strength))
        slopes = [parameter.grad for parameter in parameters]
        *found, buffer = opened(student, [*parameters, mean])
        for parameter, slope, part in zip(found, slopes, parts, strict=True):
            expect.tensor(parameter, left * part, requires_grad=True, **PRECISE)
            expect.tensor(slope, part + 1, **PRECISE)
        expect.tensor(buffer, [4.0, 4.0], **PRECISE)


@pytest.mark.task("4.2", group="training")
def test_decay_follows_adamw(student, rng):
    """Eight updates of Adam with `decay` before each lead where AdamW leads, whatever Adam's own state."""
    pair, place = pairs_of(rng)["train"], rng.normal(size=2)
    optim = student.library("torch.optim")
    ours, theirs = line(student, place), line(student, place)
    rate, strength = float(rng.uniform(0.05, 0.2)), float(rng.uniform(0.3, 0.9))
    one = optim.Adam(ours.parameters(), rate)
    other = optim.AdamW(theirs.parameters(), rate, weight_decay=strength)
    decay = ("call", student.overfitting.decay, ours, rate, strength)
    descend(student, ours, one, pair, 8, before=decay)
    descend(student, theirs, other, pair, 8)
    lies_at(ours, place_of(theirs))


@pytest.mark.task("5.1", weight=3)
def test_dropout_at_any_rate(student, rng):
    """At any rate and for any shape zeros have their share, the rest is scaled, and each falls by itself."""
    for rate, shape in [
        (0.1, (250, 200)),
        (0.5, (50, 20, 50)),
        (0.8, (50_000,)),
        (float(rng.uniform(0.2, 0.4)), (1, 50_000)),
    ]:
        layer = student.overfitting.Dropout(rate, generator(student, rng))
        values = rng.uniform(1, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
        sent, masks = student.tensor(values), []
        for _ in range(2):
            found = expect.tensor(layer(sent), shape=shape, dtype="float32").values.astype(float)
            kept = found != 0
            right = np.allclose(found[kept], values[kept] / (1 - rate), rtol=1e-4)
            expect.that(right, "What is kept should be divided by 1 - rate.", rate=rate)
            masks.append(kept.ravel())
        n, deviation = masks[0].size, np.sqrt(rate * (1 - rate))
        for mask in masks:
            share = 1 - mask.mean()
            expect.that(
                abs(share - rate) < 6 * deviation / np.sqrt(n),
                "The share of zeros should be near the rate.",
                share=share,
            )
        # Of two independent draws, this share agrees; neighbours and rows are such pairs, and so are two calls.
        agree = rate**2 + (1 - rate) ** 2
        spread = 6 * np.sqrt(agree * (1 - agree) / n) * 2
        for name, apart in [("neighbours", 1), ("rows", 200), ("rows of 50", 50), ("blocks", 1000)]:
            found = float(np.mean(masks[0][apart:] == masks[0][:-apart]))
            expect.that(
                abs(found - agree) < spread, "Each number should be dropped by itself.", pairs=name, agree=found
            )
        found = float(np.mean(masks[0] == masks[1]))
        expect.that(abs(found - agree) < spread, "Each call should drop numbers of its own.", agree=found)
        expect.tensor(sent, values, dtype="float32", **FLOAT32)


@pytest.mark.task("5.1")
def test_dropout_drops_no_fixed_number(student, rng):
    """How many are dropped differs from call to call, as it does for draws that do not know of each other."""
    layer, sent = student.overfitting.Dropout(0.5, generator(student, rng)), student.tensor(np.ones((40, 10)))
    answers = opened(student, student.evaluate([("call", layer, sent)] * 12))
    zeros = [int(np.sum(expect.tensor(answer, shape=(40, 10)).values == 0)) for answer in answers]
    # Twelve draws of a number with the standard deviation 10 agree in less than one case in 10^15.
    expect.that(len(set(zeros)) > 1, "The number of zeros should differ from call to call.", zeros=zeros)


@pytest.mark.task("5.1")
def test_dropout_can_be_repeated(student, rng):
    """The generator decides on every call, two layers may share one, and the global one decides on nothing."""
    sent, drawn, seed = student.tensor(np.ones((6, 40))), [], int(rng.integers(1000, 9999))
    for number in (seed, seed, seed + 1):
        student.library("torch").manual_seed(len(drawn))
        source = student.generator(number)
        layers = [student.overfitting.Dropout(0.5, source) for _ in range(2)]
        answers = student.evaluate([("call", layer, sent) for layer in (*layers, layers[0])])
        drawn.append([expect.tensor(answer).values for answer in opened(student, answers)])
    expect.that(np.array_equal(drawn[0], drawn[1]), "The same generator should drop the same numbers.")
    for one in range(3):
        expect.that(not np.array_equal(drawn[0][one], drawn[2][one]), "Another generator should drop others.")
        expect.that(not np.array_equal(drawn[0][one], drawn[0][one - 1]), "Each call should drop other numbers.")


@pytest.mark.task("5.1")
def test_gradients_flow_through_dropout(student, rng):
    """Gradients flow back through the numbers that were kept, in the dtype that came in; a rate of 0 drops nothing."""
    for rate in (0.4, 0.0, 0):
        layer = student.overfitting.Dropout(rate, generator(student, rng))
        values = rng.uniform(1, 2, size=(7, 7))
        sent = student.tensor(values, dtype="float64", requires_grad=True)
        answer = layer(sent)
        kept = expect.tensor(answer, shape=(7, 7), dtype="float64").values != 0
        expect.that(rate > 0 or bool(kept.all()), "A rate of 0 should drop nothing.")
        answer.sum().backward()
        expect.tensor(sent.grad, kept / (1 - rate), **PRECISE)


@pytest.mark.task("5.1")
def test_dropout_draws_nothing_in_evaluation_mode(student, rng):
    """In evaluation mode numbers and gradients pass unchanged, and the generator stays where it was."""
    seed, values = int(rng.integers(1000, 9999)), rng.normal(size=(4, 4))
    values[0, 0] = 0.0
    masks = []
    for looks in (0, 2):
        student.library("torch").manual_seed(seed)
        layer = student.overfitting.Dropout(0.6, student.generator(seed))
        layer.eval()
        for _ in range(looks):
            sent = student.tensor(values, dtype="float64", requires_grad=True)
            answer = layer(sent)
            expect.tensor(answer, values, **PRECISE)
            answer.sum().backward()
            expect.tensor(sent.grad, np.ones((4, 4)), **PRECISE)
        layer.train()
        masks.append(expect.tensor(layer(student.tensor(np.ones((9, 9))))).values)
    expect.that(np.array_equal(*masks), "In evaluation mode, nothing should be drawn.")


@pytest.mark.task("5.1")
def test_dropout_refuses_any_other_rate(student, rng):
    """A rate from 0 up to below 1 is taken, every other one is a ValueError."""
    for rate in (0, 0.0, 0.999, float(rng.uniform(0.01, 0.9))):
        student.overfitting.Dropout(rate, generator(student, rng))
    for rate in (1, 1.0, float(rng.uniform(1.01, 50)), -float(rng.uniform(0.01, 3)), -1):
        with expect.raises("ValueError"):
            student.overfitting.Dropout(rate, generator(student, rng))


@pytest.mark.task("6.1", group="6")
def test_summary_of_any_runs(student, rng):
    """Each run has its row, from curves of any length and any check that was kept, the first one too."""
    first = runs_of(rng, (4, 9, 1))
    for runs in (first, dict(reversed(first.items())), runs_of(rng, (5,)), runs_of(rng, (5,))):
        kept = student.keep(runs)
        table = expect.mapping(student.overfitting.summary(kept))
        expect.that(set(table) == set(runs), "The table should have a row for each run.", rows=list(table))
        for name, run in runs.items():
            row = expect.mapping(table[name], SETS)
            for part in SETS:
                expect.number(row[part], run["curves"][part][run["kept"]])
        same = expect.mapping(opened(student, [kept])[0], list(runs))
        for name, run in runs.items():
            curves = expect.mapping(expect.mapping(same[name], ["curves"])["curves"], SETS)
            expect.items(curves["train"], len(run["curves"]["train"]))


@pytest.mark.task("6.2", group="6")
def test_choice_from_any_table(student, rng):
    """The lowest validation loss wins wherever it stands, the first of equals, also at 0; only nan there never does."""
    names = [f"run {number}" for number in range(5)]
    for order in (names, rng.permutation(names).tolist(), names, names):
        numbers = rng.permutation([0.5, 0.25, 1.0, 2.0, NAN]).tolist()
        table = {
            name: {"train": rng.uniform(), "validation": number, "curve": NAN if number == 0.25 else rng.uniform()}
            for name, number in zip(order, numbers, strict=True)
        }
        kept = student.keep(table)
        expect.text(student.overfitting.choose(kept), order[int(np.nanargmin(numbers))])
        rows = expect.mapping(opened(student, [kept])[0], names)
        for name in names:
            expect.number(expect.mapping(rows[name], SETS)["train"], table[name]["train"])
    row = {"train": 1, "validation": 0, "curve": 1}
    expect.text(student.overfitting.choose({"x": {**row, "validation": NAN}, "z": row, "a": dict(row)}), "z")


@pytest.mark.task("6.3", group="6")
def test_any_runs_are_drawn(student, rng):
    """One run or several, of unequal lengths: all are named, and their curves can be seen up to the last check."""
    for lengths, looks in [((5, 4), SETS[1::-1]), ((7,), [])]:
        runs = runs_of(rng, lengths)
        kept = student.keep(runs)
        figure = expect.figure(student.overfitting.draw_runs(kept))
        for name, run in expect.mapping(kept, list(runs)).items():
            expect.integer(expect.mapping(run, ["curves", "kept"])["kept"], runs[name]["kept"])
        expect.that(any(figure.xlabels) and any(figure.ylabels), "The axes should have labels.")
        named(figure, [*runs, "train", "validation"])
        for name, part in zip(runs, looks, strict=False):
            curves = runs[name]["curves"]
            curve = [*curves[part][:-1], 3.0 - curves[part][-1]]
            changed = {**runs, name: {**runs[name], "curves": {**curves, part: curve}}}
            other = expect.figure(student.overfitting.draw_runs(changed))
            expect.that(not figure.looks_like(other), "A curve is missing from the picture.", run=name, curve=part)


@pytest.mark.task("6.4", group="training")
def test_comparison_of_four(student, rng):
    """Four networks of one size learn from the same sets, each with its remedy, and all of it can be repeated."""
    seed = int(rng.integers(10_000))
    again = expect.mapping(compared(student, seed, 2, 16, 20)["table"], REMEDIES)
    found = compared(student, seed, 2, 16, 20)
    models, runs = (expect.mapping(found[part], REMEDIES) for part in ("models", "runs"))
    judge_truth(found["sets"])
    probe, norms = student.tensor(np.linspace(-1, 1, 40).reshape(40, 1)), {}
    for name in REMEDIES:
        norms[name] = float(np.linalg.norm(has_sizes(models[name], 2, 16)))
        run = expect.mapping(runs[name], ["curves", "kept"])
        numbers = expect.mapping(run["curves"], SETS)["validation"]
        numbers = [expect.number(number) for number in expect.items(numbers)]
        kept, checks = expect.integer(run["kept"], minimum=0), len(numbers)
        expect.that(checks > 0, "There should be checks.", run=name)
        if name == "early stopping":
            best = int(np.argmin(numbers))
            expect.that(kept == best, "Early stopping should keep its best check.", kept=kept, best=best)
            expect.that(checks <= 2, "There are too many checks.", checks=checks)
        else:
            expect.that(checks == 2 and kept == 1, "The last check should be kept.", run=name, kept=kept)
        steps = [("call", models[name].train), ("call", models[name], probe), ("call", models[name], probe)]
        answers = opened(student, student.evaluate(steps, wanted=[1, 2]))
        drops = not np.array_equal(*(expect.tensor(answer).values for answer in answers))
        expect.that(drops == (name == "dropout"), "One network, and only one, should have dropout.", run=name)
        first, second = (expect.mapping(one[name], SETS) for one in (expect.mapping(found["table"], REMEDIES), again))
        for part in SETS:
            expect.number(second[part], expect.number(first[part]), rtol=1e-3, atol=1e-5)
    # AdamW leaves 0.75 of it or more, over 20 seeds, and Adam with an L2 penalty 0.22 or less.
    left = norms["weight decay"] / norms["plain"]
    expect.that(left > 0.4, "Weight decay shrinks the weights more than AdamW does.", left=left)


@pytest.mark.task("6.4", group="training", weight=2)
def test_the_table_is_honest(student, rng):
    """The table equals what the networks lose and the curves say, and the winner loses least in validation.

    Each run has its remedy and no other: early stopping stops after five checks, AdamW shrinks the weights.
    """
    found = compared(student, int(rng.choice(STOP_EARLY)), steps=80)
    models, runs, table = (expect.mapping(found[part], REMEDIES) for part in ("models", "runs", "table"))
    chosen_by, norms = {}, {}
    for name in REMEDIES:
        norms[name] = float(np.linalg.norm(has_sizes(models[name], 5, 128)))
        run, told = expect.mapping(runs[name], ["curves", "kept"]), expect.mapping(table[name], SETS)
        kept, curves = expect.integer(run["kept"], minimum=0), expect.mapping(run["curves"], SETS)
        losses = losses_of(student, models[name], found["sets"])
        for part in SETS:
            numbers = expect.items(curves[part])
            expect.that(kept < len(numbers), "No check has this number.", kept=kept, checks=len(numbers))
            number = expect.number(told[part], losses[part], rtol=1e-3, atol=1e-6)
            expect.number(numbers[kept], number, rtol=1e-6)
        chosen_by[name] = expect.number(told["validation"])
        validation = [expect.number(number) for number in expect.items(curves["validation"])]
        checks, best = stopped(validation, 5) if name == "early stopping" else (8, 7)
        with expect.given(name):
            expect.that(len(validation) == checks, "The number of checks is wrong.", checks=len(validation), due=checks)
            expect.that(kept == best, "Another check should be kept.", kept=kept, due=best)
    expect.text(found["winner"], min(chosen_by, key=chosen_by.__getitem__))
    # AdamW with the decay 1 leaves 0.51 to 0.76 of it, over 20 seeds, and without decay 0.95 or more, over six.
    left = norms["weight decay"] / norms["plain"]
    expect.that(0.43 < left < 0.86, "Weight decay should shrink the weights as AdamW does with 1.", left=left)
    # Dropout leaves 0.98 or more of it (0.85 where a student draws other sets), and 0.75 or less with decay as well.
    left = norms["dropout"] / norms["plain"]
    expect.that(left > 0.8, "With dropout there should be no weight decay.", left=left)


@pytest.mark.task("7.1")
def test_saved_file_holds_every_tensor(student, rng):
    """The file holds parameters and buffers under their names, what is saved last counts, and the model stays."""
    nn, torch = student.library("torch.nn"), student.library("torch")
    model = nn.Sequential(nn.Linear(1, 3), nn.BatchNorm1d(3), nn.Linear(3, 3)).double()
    weight = model[0].weight
    for _ in range(2):
        values = rng.normal(size=(3, 1))
        weight.data = student.tensor(values, dtype="float64")
        student.overfitting.save_weights(model, "kept.pt")
    state = expect.mapping(torch.load("kept.pt", weights_only=True))
    now = expect.mapping(model.state_dict())
    expect.that(
        {"0.weight"} <= set(state) == set(now),
        "The file should hold the state_dict, and nothing else.",
        names=list(state),
    )
    expect.tensor(state["0.weight"], values, **PRECISE)
    expect.tensor(now["0.weight"], values, **PRECISE)


@pytest.mark.task("7.1")
def test_fresh_model_gives_equal_outputs(student, rng):
    """A network that one process has saved answers the same when another process has loaded it into a fresh one."""
    parts = network_parts(rng)
    model = network(student)
    load(student, model, parts)
    student.overfitting.save_weights(model, "here.pt")
    content = student.read_file("here.pt")
    student.restart()
    student.write_file("there.pt", content)
    fresh = network(student)
    student.overfitting.load_weights("there.pt", fresh)
    x = rng.uniform(-2, 2, size=(5, 1))
    due = forward(x, list(parts.values()))
    expect.tensor(fresh(student.tensor(x)), due, dtype="float32", rtol=1e-3, atol=1e-4)
    expect.tensor(fresh[0].weight, requires_grad=True)


@pytest.mark.task("7.1")
def test_untrustworthy_files_are_refused(student, rng):
    """Whole modules, other objects and traps are a ValueError, the model stays, and nothing in the file has run."""
    torch, place = student.library("torch"), rng.normal(size=2)
    model = line(student, place)
    torch.save(line(student, place + 1), "module.pt")
    said = refused(student, "module.pt", model)
    expect.that("state_dict" in said, "The message should have the word state_dict.")
    for name, content in [("list.pt", [1.0, 2.0]), ("number.pt", 3)]:
        torch.save(student.keep(content), name)
        refused(student, name, model)
    student.write_file("trap.pt", torch_file(Trap()))
    refused(student, "trap.pt", model)
    # Whoever unpickles first and refuses afterwards has run what was in the file: it made this one.
    with expect.raises("FileNotFoundError"):
        student.read_file(Trap.MADE)
    lies_at(model, place)


@pytest.mark.task("7.1")
def test_damaged_files_are_refused(student, rng):
    """A file that is cut off anywhere, an empty one, and one of text are a ValueError, and the model stays."""
    place = rng.normal(size=2)
    model = line(student, place)
    student.library("torch").save(line(student, place + 1).state_dict(), "whole.pt")
    file = student.library("builtins").open("whole.pt", "r+b")
    for size in (int(rng.integers(300, 900)), 20, 0):
        file.truncate(size)
        refused(student, "whole.pt", model)
    file.close()
    student.write_file("text.pt", b"weights")
    refused(student, "text.pt", model)
    lies_at(model, place)


@pytest.mark.task("7.1")
def test_other_architectures_are_refused(student, rng):
    """Other widths, a layer more and a layer fewer are a ValueError that names a parameter; nothing is copied."""
    torch, parts = student.library("torch"), network_parts(rng)
    model = network(student)
    load(student, model, parts)
    other = {name: student.tensor(part + 1) for name, part in parts.items()}
    widths = {"2.weight": (5, 4), "2.bias": (5,), "4.weight": (1, 5)}
    for state, names in [
        ({**other, **{name: student.tensor(np.ones(shape)) for name, shape in widths.items()}}, ["2.", "4.weight"]),
        ({name: other[name] for name in list(other)[:4]}, ["4.weight", "4.bias"]),
        ({**other, "5.weight": student.tensor([[1.0]]), "5.bias": student.tensor([2.0])}, ["5.weight", "5.bias"]),
    ]:
        torch.save(student.library("collections").OrderedDict(state), "other.pt")
        said = refused(student, "other.pt", model)
        expect.that(any(name in said for name in names), "The message should name a parameter that does not fit.")
        found = expect.mapping(model.state_dict(), list(parts))
        for name, part in parts.items():
            expect.tensor(found[name], part, dtype="float32", **FLOAT32)
    with expect.raises("FileNotFoundError"):
        student.overfitting.load_weights("nowhere.pt", model)


@pytest.mark.task("8.1")
def test_any_curves(student, rng):
    """Curves of every kind and length get the word of the table, and the first of the best checks."""
    cases = [
        ([1.0, 0.6, 0.3, 0.1], [1.0, 0.5, 0.5, 0.7], "overfitting", 1),
        ([1.0, 0.9, 0.8], [1.0, 0.6, 0.9], "overfitting", 1),  # the first word that fits
        ([1.0, 0.6, 0.3], [1.0, 0.5, 0.56], "healthy", 1),
        ([1.0, 0.3, 0.35], [1.0, 0.5, 2.0], "healthy", 1),
        ([1.0, 0.5, 0.9], [1.0, 0.5, 2.0], "underfitting", 1),
        ([1.0], [2.0], "underfitting", 0),
        ([1.0, 0.1], [0.5, 5.0], "overfitting", 0),
        ([1.0, 1.5, 0.7, 0.6], [1.0, 0.9, 0.9, 0.9], "underfitting", 1),
        ([2, 1, 0.5], [4, 2, 1], "healthy", 2),
    ]
    function = student.overfitting.diagnose
    for scale in (1, float(rng.uniform(0.5, 20))):
        curves = [[scale * number for number in curve] for case in cases for curve in case[:2]]
        kept = [student.keep(curve) for curve in curves]
        told = student.evaluate([("call", function, *pair) for pair in zip(kept[::2], kept[1::2], strict=True)])
        answers = opened(student, [*told, *kept])
        for answer, (_, _, word, best) in zip(answers, cases, strict=False):
            found, number = expect.items(answer, 2)
            expect.text(found, word)
            expect.integer(number, best)
        for one, curve in zip(answers[len(cases) :], curves, strict=True):
            for answer, due in zip(expect.items(one, len(curve)), curve, strict=True):
                expect.number(answer, due)


# Formulas.


def forward(x, parts):
    """What a network with these weights and biases answers, without dropout."""
    for W, b in zip(parts[0:-2:2], parts[1:-2:2], strict=True):
        x = np.maximum(x @ W.T + b, 0)
    return x @ parts[-2].T + parts[-1]


def pairs_of(rng, least=1):
    """Three small sets: one with as many samples as that, the others with more."""
    sizes = rng.permutation([least, *(least + 1 + rng.permutation(4)[:2])])
    return {name: (rng.normal(size=(m, 1)), rng.normal(size=(m, 1))) for name, m in zip(SETS, sizes, strict=True)}


def normalised(pair):
    """A set whose inputs have the mean 0 and the standard deviation 1."""
    x, y = pair
    return (x - x.mean()) / x.std(), y


def mean_square(pair, place):
    """The loss of a line on a set."""
    x, y = pair
    return float(np.mean((place[0] * x + place[1] - y) ** 2))


def slopes_of(pair, place, strength=0.0):
    """The slopes of the loss of a line, with the penalty's."""
    x, y = pair
    errors = place[0] * x + place[1] - y
    return 2 * np.array([np.mean(errors * x), np.mean(errors)]) + strength * np.asarray(place)


def runs_of(rng, lengths):
    """Runs with curves of these lengths."""
    return {
        f"run {'abc'[number]}": {
            "curves": {part: rng.uniform(0.1, 0.9, size=length).tolist() for part in SETS},
            "kept": int(rng.integers(length)) if number else 0,
        }
        for number, length in enumerate(lengths)
    }


class Trap:
    """Makes a file where it is unpickled."""

    MADE = "made_by_a_pickle"

    def __reduce__(self):
        return open, (self.MADE, "w")


def torch_file(value):
    """The bytes of a file as `torch.save` writes it, with a pickle of an object that holds no tensors."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in [
            ("data.pkl", pickle.dumps(value, protocol=2)),
            ("byteorder", b"little"),
            ("version", b"3\n"),
        ]:
            archive.writestr(f"archive/{name}", content)
    return file.getvalue()


# The student's side.


def generator(student, rng):
    """A generator with some seed."""
    return student.generator(int(rng.integers(100_000)))


def opened(student, answers):
    """Several answers, fetched in one message."""
    return expect.items(student.keep(list(answers)), len(answers))


def line(student, place):
    """A linear layer in float64 that lies there."""
    model = student.library("torch.nn").Linear(1, 1).double()
    load(student, model, {"weight": [[place[0]]], "bias": [place[1]]}, dtype="float64")
    return model


def network(student):
    """PyTorch's own network with two hidden layers of four units."""
    nn = student.library("torch.nn")
    return nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))


def network_parts(rng):
    """Parameters for this network, by their names."""
    sizes = {0: (4, 1), 2: (4, 4), 4: (1, 4)}
    return {
        f"{layer}.{part}": rng.normal(size=shape)
        for layer, (k, n) in sizes.items()
        for part, shape in [("weight", (k, n)), ("bias", (k,))]
    }


def two_faced(student, layer):
    """A model that normalises its inputs while it is in training mode, and takes them as they are otherwise."""
    nn = student.library("torch.nn")
    return nn.Sequential(nn.BatchNorm1d(1, eps=1e-30, momentum=0.0, affine=False).double(), layer)


def load(student, model, parts, dtype="float32"):
    """Give a model these parameters, by their names."""
    model.load_state_dict({name: student.tensor(np.array(part), dtype=dtype) for name, part in parts.items()})


def sets_of(student, pairs):
    """Three sets that live with the student."""
    return student.keep(
        {name: tuple(student.tensor(part, dtype="float64") for part in pair) for name, pair in pairs.items()}
    )


def lies_at(model, place):
    """A linear layer lies there, and can be trained further."""
    weight, bias = model.weight, model.bias
    expect.tensor(weight, [[place[0]]], requires_grad=True, **PRECISE)
    expect.tensor(bias, [place[1]], requires_grad=True, **PRECISE)


def place_of(model):
    """Where a linear layer lies."""
    weight, bias = model.weight, model.bias
    return [expect.tensor(part).values.item() for part in (weight, bias)]


def follow(student, stopper, model, places, losses):
    """Move a linear layer in place from place to place, and tell a stopper the loss at each, unless it is None."""
    weight, bias, update = model.weight, model.bias, stopper.update
    fill, steps = student.library("torch.nn.init").constant_, []
    for (w, b), loss in zip(places, losses, strict=True):
        steps += [("call", fill, weight, float(w)), ("call", fill, bias, float(b))]
        if loss is not None:
            steps.append(("call", update, loss, model))
    student.evaluate(steps, wanted=[])


def descend(student, model, optimiser, pair, updates, penalty=None, before=None):
    """Train on one set, in one message; `penalty` is a step that is added to the loss, `before` one that goes first."""
    x, y = (student.tensor(part, dtype="float64") for part in pair)
    mse_loss, backward = student.library("torch.nn.functional").mse_loss, student.library("torch").Tensor.backward
    clear, step, steps = optimiser.zero_grad, optimiser.step, []
    for _ in range(updates):
        steps += [("call", clear), ("call", model, x)]
        steps.append(("call", mse_loss, Result(len(steps) - 1), y))
        if penalty is not None:
            steps += [penalty, ("add", Result(len(steps) - 1), Result(len(steps)))]
        steps.append(("call", backward, Result(len(steps) - 1)))
        if before is not None:
            steps.append(before)
        steps.append(("call", step))
    student.evaluate(steps, wanted=[])


def judge_curves(curves, pairs, places, names=SETS):
    """Each of these curves has the losses of a line at these places."""
    found = expect.mapping(curves, SETS)
    for name in names:
        for number, place in zip(expect.items(found[name], len(places)), places, strict=True):
            expect.number(number, mean_square(pairs[name], place), rtol=1e-7, atol=1e-10)


def judge_stops(student, cases):
    """With each patience, it says that it is time where the definition says so; nothing is asked of it afterwards."""
    model, steps, wanted = line(student, (1.0, 2.0)), [], []
    stoppers = [student.overfitting.EarlyStopping(patience) for patience, _ in cases]
    updates = [stopper.update for stopper in stoppers]
    for (patience, losses), update in zip(cases, updates, strict=True):
        best, waited = float("inf"), 0
        for check, loss in enumerate(losses):
            best, waited = (loss, 0) if loss < best else (best, waited + 1)
            steps.append(("call", update, loss, model))
            wanted.append((waited > patience, patience, losses[: check + 1]))
            if waited > patience:
                break
    answers = opened(student, student.evaluate(steps))
    for answer, (due, patience, losses) in zip(answers, wanted, strict=True):
        told = expect.boolean(answer)
        expect.that(told == due, "It stops at the wrong check.", patience=patience, losses=losses)


def watcher(seen, stop_at):
    """The two methods of a stopper that notes what happens, and stops at a certain check."""

    def update(loss, model):
        seen.append(expect.number(loss))
        return len(seen) == stop_at

    def restore(model):
        seen.append("restored")

    return update, restore


def losses_of(student, model, sets):
    """What a model loses on each of three sets in evaluation mode, by PyTorch's own loss."""
    mse_loss, evaluation = student.library("torch.nn.functional").mse_loss, model.eval
    steps = [("call", evaluation)]
    for pair in expect.mapping(sets, SETS).values():
        x, y = expect.items(pair, 2)
        steps += [("call", model, x), ("call", mse_loss, Result(len(steps)), y)]
    losses = opened(student, student.evaluate(steps, wanted=[2, 4, 6]))
    return {name: float(expect.tensor(loss, shape=()).values) for name, loss in zip(SETS, losses, strict=True)}


def judge_truth(sets):
    """40 noisy samples twice, and the true curve."""
    found = expect.mapping(sets, SETS)
    for name, count in [("train", 40), ("validation", 40), ("curve", 400)]:
        x, y = (expect.tensor(part, shape=(count, 1)).values.astype(float) for part in expect.items(found[name], 2))
        on_the_curve = bool(np.allclose(y, np.sin(3 * x), atol=1e-4))
        expect.that(
            on_the_curve == (name == "curve"), "The curve should have no noise, and the samples some.", set=name
        )


def has_sizes(model, hidden, width):
    """A network has so many hidden layers of that width; the numbers of the second one's weights."""
    parts = list(expect.mapping(model.state_dict()).values())
    expect.that(len(parts) == 2 * hidden + 2, "A network has the wrong number of parameters.", parameters=len(parts))
    return expect.tensor(parts[2], shape=(width, width)).values


def stopped(validation, patience):
    """How many checks early stopping makes of these, and which of them it keeps."""
    best = 0
    for check, loss in enumerate(validation):
        if loss < validation[best]:
            best = check
        if check - best > patience:
            return check + 1, best
    return 8, best


def compared(student, seed, *sizes, **steps):
    """What `compare` gives for a seed."""
    parts = ["sets", "models", "runs", "table", "winner"]
    return expect.mapping(student.overfitting.compare(student.generator(seed), *sizes, **steps), parts)


def refused(student, name, model):
    """A file is refused with a ValueError; what its message says."""
    said = []
    with expect.raises("ValueError"):
        try:
            student.overfitting.load_weights(name, model)
        except StudentError as error:
            said.append(error.text)
            raise
    return said[0]


def named(figure, names):
    """Each name stands in a title, a label or a legend."""
    texts = [*figure.titles, *figure.xlabels, *figure.ylabels, *(text for legend in figure.legends for text in legend)]
    for name in names:
        found = any(name in text.lower() for text in texts)
        expect.that(found, "A title or a legend should name each run and each curve.", name=name)


# Right functions that stand in for the student's own.


def use_dropout(student):
    """Put PyTorch's own `Dropout` in the place of the student's; returns a list of what it is called with."""
    made = []

    def Dropout(rate, generator):
        probability = expect.number(rate)
        expect.that(0 <= probability < 1, "Dropout was called with a rate outside of 0 to 1.")
        made.append((rate, generator))
        return student.library("torch.nn").Dropout(probability)

    student.overfitting.Dropout = Dropout
    return made


def use_parts(student):
    """Put right functions in the place of those that `fit` may call."""
    mse_loss, getattr_ = student.library("torch.nn.functional").mse_loss, student.library("builtins").getattr
    to_vector, dot = student.library("torch.nn.utils").parameters_to_vector, student.library("torch").dot

    def evaluate(model, x, y):
        steps = [
            ("call", getattr_, model, "training"),
            ("call", getattr_, model, "train"),
            ("call", Result(1), False),
            ("call", model, x),
            ("call", mse_loss, Result(3), y),
            ("call", Result(1), Result(0)),
            ("call", getattr_, Result(4), "item"),
            ("call", Result(6)),
        ]
        return student.evaluate(steps, wanted=[7])[0]

    def l2_penalty(model, strength):
        half = expect.number(strength) / 2
        steps = [
            ("call", getattr_, model, "parameters"),
            ("call", Result(0)),
            ("call", to_vector, Result(1)),
            ("call", dot, Result(2), Result(2)),
            ("mul", Result(3), half),
        ]
        return student.evaluate(steps, wanted=[4])[0]

    student.overfitting.evaluate, student.overfitting.l2_penalty = evaluate, l2_penalty
