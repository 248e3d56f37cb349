"""Public checks of assignment 10: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other numbers and sizes. Where one of your functions may call another, a check
puts a right one in its place, so that a mistake costs points in one task only.
"""

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import StudentError
from autograder.checks.answers import Result

PRECISE = {"dtype": "float64", "rtol": 1e-10, "atol": 1e-12}
FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}
SETS = ["train", "validation", "curve"]
REMEDIES = ["plain", "early stopping", "dropout", "weight decay"]
NAN = float("nan")

# Three small sets, and the line from which training begins.
PAIRS = {
    "train": (np.array([[-1.0], [0.0], [2.0], [1.0]]), np.array([[1.0], [0.5], [-2.0], [0.0]])),
    "validation": (np.array([[0.5], [-2.0]]), np.array([[1.0], [1.0]])),
    "curve": (np.array([[-1.0], [1.0], [3.0]]), np.array([[0.0], [2.0], [1.0]])),
}
START = (0.5, -0.25)


@pytest.mark.task("1.1", group="1")
def test_sets_have_their_shapes(student):
    """Two sets have as many samples as asked for, the third one has 400, evenly from -1 to 1."""
    sets = expect.mapping(student.overfitting.make_sets(7, 0.3, student.generator(1)), SETS)
    for name, count in [("train", 7), ("validation", 7), ("curve", 400)]:
        for part in expect.items(sets[name], 2):
            expect.tensor(part, shape=(count, 1), dtype="float32")
    x, y = (expect.tensor(part).values.astype(float) for part in expect.items(sets["curve"], 2))
    expect.that(np.allclose(x[:, 0], np.linspace(-1, 1, 400), atol=1e-5), "The x of the curve should be even.")
    expect.that(np.allclose(y, np.sin(3 * x), atol=1e-5), "The curve should be sin(3x), without noise.")


@pytest.mark.task("1.1", group="1")
def test_sets_are_drawn_from_the_generator(student):
    """Without noise, samples lie on the curve; the same generator draws the same, and no set is the other one."""
    drawn = []
    for seed in (2, 2, 3):
        student.library("torch").manual_seed(len(drawn))
        sets = expect.mapping(student.overfitting.make_sets(20, 0.0, student.generator(seed)), SETS)
        pairs = [expect.items(sets[name], 2) for name in SETS[:2]]
        drawn.append([[expect.tensor(part).values.astype(float) for part in pair] for pair in pairs])
        for x, y in drawn[-1]:
            expect.that(np.allclose(y, np.sin(3 * x), atol=1e-5), "Without noise, y should be sin(3x).")
            expect.that(bool(np.all(np.abs(x) <= 1)) and np.ptp(x) > 0.5, "x should be uniform between -1 and 1.")
        expect.that(not np.array_equal(*(x for x, _ in drawn[-1])), "The two sets should have samples of their own.")
    expect.that(np.array_equal(drawn[0], drawn[1]), "The same generator should draw the same sets.")
    expect.that(not np.array_equal(drawn[0], drawn[2]), "Another generator should draw other sets.")


@pytest.mark.task("1.2", group="1")
def test_network_has_its_layers(student):
    """Two hidden layers of three units have six parameters; in evaluation mode the network is the formula."""
    use_dropout(student)
    for dropout in (0.0, 0.5):
        model = student.overfitting.make_network(2, 3, dropout, student.generator(4))
        state = expect.mapping(model.state_dict())
        shapes = [(3, 1), (3,), (3, 3), (3,), (1, 3), (1,)]
        expect.that(len(state) == 6, "The network should have six parameters.", parameters=len(state))
        for value, shape in zip(state.values(), shapes, strict=True):
            expect.tensor(value, shape=shape, dtype="float32")
        parts = [np.cos(np.arange(1.0, np.prod(shape) + 1)).reshape(shape) for shape in shapes[:-1]] + [
            np.array([-1.0])
        ]
        load(student, model, dict(zip(state, parts, strict=True)))
        x = np.linspace(-2, 2, 9).reshape(9, 1)
        model.eval()
        expect.tensor(model(student.tensor(x)), forward(x, parts), dtype="float32", **FLOAT32)


@pytest.mark.task("1.2", group="1")
def test_network_draws_from_the_generator(student):
    """The same generator makes the same network; the initial weights are those of `linear`."""
    firsts = []
    for seed in (5, 5, 6):
        student.library("torch").manual_seed(len(firsts))
        model = student.overfitting.make_network(1, 50, 0, student.generator(seed))
        state = list(expect.mapping(model.state_dict()).values())
        expect.that(len(state) == 4, "The network should have four parameters.", parameters=len(state))
        firsts.append(expect.tensor(state[0], shape=(50, 1)).values)
        for value, n_in in zip(state, (1, 1, 50, 50), strict=True):
            sizes, bound = np.abs(expect.tensor(value).values), 1 / np.sqrt(n_in)
            spread = sizes.size == 1 or sizes.max() > bound / 2
            expect.that(bool(spread and sizes.max() <= bound + 1e-6), "The layers should be made by `linear`.")
    expect.that(np.array_equal(firsts[0], firsts[1]), "The same generator should make the same network.")
    expect.that(not np.array_equal(firsts[0], firsts[2]), "Another generator should make another network.")


@pytest.mark.task("1.2", group="1")
def test_network_drops_hidden_units_alone(student):
    """Dropout stands behind the ReLU of each hidden layer, with its rate and the generator, and nowhere else."""
    made = use_dropout(student)
    generator = student.generator(7)
    model = student.overfitting.make_network(1, 1, 0.75, generator)
    state = expect.mapping(model.state_dict())
    expect.that(len(state) == 4, "The network should have four parameters.", parameters=len(state))
    load(student, model, dict(zip(state, [[[1.0]], [2.0], [[1.0]], [10.0]], strict=True)))
    answers = expect.tensor(model(student.tensor(np.ones((200, 1))))).values[:, 0]
    # The unit is 3: it is switched off, or divided by 0.25.
    expect.that(set(np.round(answers, 3).tolist()) == {10.0, 22.0}, "Dropout stands in the wrong place.")
    expect.that(len(made) == 1, "There should be one Dropout behind each hidden layer.", found=len(made))
    expect.number(made[0][0], 0.75)
    expect.same(made[0][1], generator)


@pytest.mark.task("2.1")
def test_evaluate_says_the_mean_squared_error(student):
    """The loss is the mean of the squares, a plain number, and no gradient changes."""
    model = line(student)
    bias = model.bias
    bias.grad = student.tensor([3.0], dtype="float64")
    for name in SETS:
        loss = student.overfitting.evaluate(model, *pair_of(student, name))
        expect.number(loss, mean_square(name, *START), rtol=1e-9)
    expect.tensor(bias.grad, [3.0], **PRECISE)
    lies_at(model, START)


@pytest.mark.task("2.1")
def test_evaluate_keeps_the_mode(student):
    """The model answers in evaluation mode and without a graph, and the mode of before comes back."""
    graphs = []
    model = two_faced(student, line(student))
    model.register_forward_hook(lambda module, inputs, output: graphs.append(expect.tensor(output).requires_grad))
    for training in (True, False):
        model.train(training)
        loss = student.overfitting.evaluate(model, *pair_of(student, "validation"))
        expect.number(loss, mean_square("validation", *START), rtol=1e-9)
        expect.boolean(model.training, training)
    expect.that(len(graphs) > 0 and not any(graphs), "A graph was recorded while the model was evaluated.")


@pytest.mark.task("2.2", group="training")
def test_fit_keeps_three_curves(student):
    """Five updates with a check after every second give two numbers for each set, and lead where descent leads.

    There is a gradient in .grad already: it belongs to no update.
    """
    use_parts(student)
    model = line(student)
    model.weight.grad = student.tensor([[6.0]], dtype="float64")
    optimiser = student.library("torch.optim").SGD(model.parameters(), 0.1)
    curves = student.overfitting.fit(model, sets_of(student), optimiser, 5, every=2)
    place, due = START, []
    for step in range(1, 6):
        place = step_of(*place, 0.1)
        if step % 2 == 0:
            due.append(place)
    ended = place_of(model)
    expect.that(
        not np.allclose(ended, astray(5, 0.1, 6.0, clears=False)),
        "Gradients of earlier updates are still in .grad: clear them in each update.",
    )
    expect.that(
        not np.allclose(ended, astray(5, 0.1, 6.0, clears=True)),
        "A gradient that was there before went into the first update: clear .grad before each `backward`.",
    )
    judge_curves(curves, due)
    lies_at(model, place)


@pytest.mark.task("2.2", group="training")
def test_fit_trains_and_evaluates_in_their_modes(student):
    """Updates happen in training mode, checks in evaluation mode, and the mode of before comes back."""
    use_parts(student)
    for training in (True, False):
        model = two_faced(student, line(student))
        model.train(training)
        optimiser = student.library("torch.optim").SGD(model.parameters(), 0.2)
        curves = student.overfitting.fit(model, sets_of(student), optimiser, 2, every=1)
        place, due = START, []
        for _ in range(2):
            place = step_of(*place, 0.2, normalised=True)
            due.append(place)
        judge_curves(curves, due)
        expect.boolean(model.training, training)


@pytest.mark.task("2.2", group="training")
def test_fit_adds_the_penalty_to_the_loss_alone(student):
    """The penalty pulls at the parameters, and does not stand in the curves."""
    use_parts(student)
    model = line(student)
    optimiser = student.library("torch.optim").SGD(model.parameters(), 0.1)
    curves = student.overfitting.fit(model, sets_of(student), optimiser, 2, every=1, strength=0.5)
    place, due = START, []
    for _ in range(2):
        place = step_of(*place, 0.1, strength=0.5)
        due.append(place)
    judge_curves(curves, due)


@pytest.mark.task("2.2", group="training")
def test_fit_obeys_the_stopper(student):
    """The stopper sees each validation loss, ends the training, and restores the model once, also without a stop."""
    use_parts(student)
    for stop_at, steps in [(2, 9), (4, 3)]:
        model, seen, place, due = line(student), [], START, []
        model.train(stop_at == 4)
        optimiser = student.library("torch.optim").SGD(model.parameters(), 0.1)
        update, restore = watcher(seen, stop_at)
        stopper = student.library("types").SimpleNamespace(update=update, restore=restore)
        curves = student.overfitting.fit(model, sets_of(student), optimiser, steps, every=1, stopper=stopper)
        for _ in range(min(stop_at, steps)):
            place = step_of(*place, 0.1)
            due.append(place)
        judge_curves(curves, due, SETS[1:])
        expect.that(
            len(seen) == len(due) + 1 and seen[-1] == "restored",
            "The stopper should be updated at each check, and restore the model once, at the end.",
            seen=seen,
        )
        for loss, at in zip(seen, due, strict=False):
            expect.that(np.isclose(loss, mean_square("validation", *at)), "The stopper got another loss.", loss=loss)
        expect.boolean(model.training, stop_at == 4)


@pytest.mark.task("2.3", group="training")
def test_overfit_returns_what_it_trained(student):
    """The network has the sizes asked for, or 5 hidden layers of 128 units, and the curves end with its own losses."""
    for asked, hidden, width, checks in [({"hidden": 2, "width": 8, "steps": 40}, 2, 8, 4), ({"steps": 10}, 5, 128, 1)]:
        model, sets, curves = expect.items(student.overfitting.overfit(student.generator(8), **asked), 3)
        parts = list(expect.mapping(model.state_dict()).values())
        expect.that(len(parts) == 2 * hidden + 2, "The number of parameters is wrong.", parameters=len(parts))
        expect.tensor(parts[2], shape=(width, width), dtype="float32")
        losses = losses_of(student, model, sets)
        curves = expect.mapping(curves, SETS)
        for name in SETS:
            numbers = expect.items(curves[name], checks)
            expect.number(numbers[-1], losses[name], rtol=1e-3, atol=1e-6)
        expect.tensor(expect.items(expect.mapping(sets, SETS)["train"], 2)[0], shape=(40, 1))


@pytest.mark.task("3.1")
def test_stops_after_its_patience(student):
    """It stops at the first check too many that is not better; a better one starts the count again."""
    model = line(student)
    for patience, losses, due in [
        (1, [1.0, 0.5, 0.6, 0.7], [False, False, False, True]),
        (0, [2.0, 1.0, 1.5], [False, False, True]),
        (2, [1.0, 1.1, 1.2, 0.9, 1.0, 1.0, 1.0], [False] * 6 + [True]),
    ]:
        judge_stops(student, model, patience, losses, due)


@pytest.mark.task("3.1")
def test_equal_is_not_better(student):
    """A loss that is equal to the best is not better, and neither is nan."""
    model = line(student)
    judge_stops(student, model, 1, [1.0, 1.0, 1.0], [False, False, True])
    judge_stops(student, model, 1, [NAN, 3.0, NAN, NAN], [False, False, False, True])


@pytest.mark.task("3.1")
def test_restores_the_best_weights(student):
    """The weights of the best check come back, though training changed them in place afterwards."""
    model = line(student)
    stopper, fill = student.overfitting.EarlyStopping(5), student.library("torch.nn.init").constant_
    weight, bias = model.weight, model.bias
    for value, loss in [(1.0, 3.0), (2.0, 1.0), (5.0, 2.0)]:
        student.evaluate([("call", fill, weight, value), ("call", fill, bias, -value)], wanted=[])
        stopper.update(loss, model)
    stopper.restore(model)
    expect.that(
        place_of(model) != [5.0, -5.0],
        "The last weights came back, not the best: keep copies, since training changes a model's tensors in place.",
    )
    lies_at(model, (2.0, -2.0))


@pytest.mark.task("3.1")
def test_restores_buffers(student):
    """Buffers come back as well, such as the running mean of batch normalisation: they stand in the state_dict."""
    norm = student.library("torch.nn").BatchNorm1d(1).double()
    stopper, fill = student.overfitting.EarlyStopping(5), student.library("torch.nn.init").constant_
    for value, loss in [(2.0, 1.0), (5.0, 3.0)]:
        fill(norm.running_mean, value)
        stopper.update(loss, norm)
    stopper.restore(norm)
    expect.tensor(norm.running_mean, [2.0], **PRECISE)


@pytest.mark.task("3.1")
def test_restores_nothing_without_a_check(student):
    """Where there was no better check, the model stays as it is."""
    model = line(student)
    stopper = student.overfitting.EarlyStopping(5)
    stopper.restore(model)
    lies_at(model, START)


@pytest.mark.task("4.1", group="training")
def test_penalty_of_three_numbers(student):
    """The penalty counts weights and biases, with half of the strength, and pulls each towards 0."""
    model = student.library("torch.nn").Linear(2, 1).double()
    load(student, model, {"weight": [[3.0, 4.0]], "bias": [-2.0]}, dtype="float64")
    penalty = student.overfitting.l2_penalty(model, 0.1)
    expect.tensor(penalty, 0.05 * (9 + 16 + 4), **PRECISE)
    penalty.backward()
    weight, bias = model.weight, model.bias
    slopes = weight.grad, bias.grad
    expect.tensor(slopes[0], [[0.3, 0.4]], **PRECISE)
    expect.tensor(slopes[1], [-0.2], **PRECISE)


@pytest.mark.task("4.1", group="training")
def test_penalty_equals_weight_decay_of_sgd(student):
    """Three updates of SGD with the penalty lead where its own `weight_decay` leads."""
    optim = student.library("torch.optim")
    ours, theirs = line(student), line(student)
    penalty = ("call", student.overfitting.l2_penalty, ours, 0.4)
    descend(student, ours, optim.SGD(ours.parameters(), 0.1), 3, penalty=penalty)
    descend(student, theirs, optim.SGD(theirs.parameters(), 0.1, weight_decay=0.4), 3)
    lies_at(ours, place_of(theirs))


@pytest.mark.task("4.2", group="training")
def test_decay_shrinks_all_parameters(student):
    """Weights and biases shrink by the same factor, in place; gradients stay, and so do buffers."""
    nn, model = student.library("torch.nn"), line(student)
    norm = nn.BatchNorm1d(1, affine=False).double()
    weight = model.weight
    weight.grad = student.tensor([[7.0]], dtype="float64")
    expect.none(student.overfitting.decay(nn.Sequential(model, norm), 0.1, 2.0))
    lies_at(model, (0.8 * START[0], 0.8 * START[1]))
    expect.tensor(weight.grad, [[7.0]], **PRECISE)
    expect.tensor(norm.running_var, [1.0], **PRECISE)


@pytest.mark.task("4.2", group="training")
def test_decay_equals_adamw(student):
    """Three updates of Adam with `decay` before each lead where AdamW leads, and not where an L2 penalty leads."""
    optim = student.library("torch.optim")
    ours, theirs = line(student), line(student)
    decay = ("call", student.overfitting.decay, ours, 0.1, 0.5)
    descend(student, ours, optim.Adam(ours.parameters(), 0.1), 3, before=decay)
    descend(student, theirs, optim.AdamW(theirs.parameters(), 0.1, weight_decay=0.5), 3)
    lies_at(ours, place_of(theirs))


@pytest.mark.task("5.1")
def test_dropout_drops_and_scales(student):
    """A quarter becomes 0, here and there; what is kept is divided by 0.75, so that the mean stays.

    Gradients flow back through what is kept.
    """
    layer = student.overfitting.Dropout(0.25, student.generator(9))
    for _ in range(2):
        sent = student.tensor(np.full((200, 100), 3.0), requires_grad=True)
        answer = layer(sent)
        values = expect.tensor(answer, shape=(200, 100), requires_grad=True).values
        kept = values != 0
        expect.that(np.allclose(values[kept], 4.0), "What is kept should be divided by 1 - rate.")
        share = 1 - kept.mean()
        expect.that(0.23 < share < 0.27, "The share of zeros should be near the rate.", share=share)
        expect.that(0 < np.ptp(kept.mean(axis=0)) < 0.5, "Each number should be dropped by itself.")
        expect.that(0 < np.ptp(kept.mean(axis=1)) < 0.5, "Each number should be dropped by itself.")
        answer.sum().backward()
        expect.tensor(sent.grad, kept / 0.75, **FLOAT32)


@pytest.mark.task("5.1")
def test_dropout_is_anew_and_can_be_repeated(student):
    """Each call drops others; the same generator drops the same, whatever PyTorch's global one has drawn."""
    x, drawn = student.tensor(np.ones((20, 30))), []
    for seed in (1, 1, 2):
        student.library("torch").manual_seed(len(drawn))
        layer = student.overfitting.Dropout(0.5, student.generator(seed))
        drawn.append([expect.tensor(layer(x)).values for _ in range(2)])
    expect.that(not np.array_equal(*drawn[0]), "Each call should drop other numbers.")
    expect.that(np.array_equal(drawn[0], drawn[1]), "The same generator should drop the same numbers.")
    expect.that(not np.array_equal(drawn[0], drawn[2]), "Another generator should drop others.")


@pytest.mark.task("5.1")
def test_dropout_is_off_in_evaluation_mode(student):
    """In evaluation mode nothing changes and nothing is drawn, and in training mode it is on again."""
    values, drawn = np.arange(1.0, 61.0).reshape(6, 10), []
    for looks in (0, 1):
        layer = student.overfitting.Dropout(0.5, student.generator(3))
        layer.eval()
        for _ in range(looks):
            expect.tensor(layer(student.tensor(values)), values, dtype="float32", **FLOAT32)
        layer.train()
        drawn.append(expect.tensor(layer(student.tensor(values)), shape=(6, 10)).values)
        expect.that(bool(np.any(drawn[-1] == 0)), "In training mode dropout should be on again.")
    expect.that(np.array_equal(*drawn), "In evaluation mode, nothing should be drawn.")


@pytest.mark.task("5.1")
def test_dropout_refuses_rates(student):
    """A rate below 0, of 1 or above is a ValueError."""
    for rate in (-0.5, 1.0, 1.5):
        with expect.raises("ValueError"):
            student.overfitting.Dropout(rate, student.generator(1))


@pytest.mark.task("6.1", group="6")
def test_summary_takes_the_check_that_was_kept(student):
    """The table has the losses of the check whose weights the model has, and not the last or the lowest."""
    table = expect.mapping(student.overfitting.summary(RUNS), ["plain", "early stopping"])
    for name, due in [("plain", (0.1, 0.9, 0.8)), ("early stopping", (0.3, 0.5, 0.6))]:
        row = expect.mapping(table[name], SETS)
        for part, number in zip(SETS, due, strict=True):
            expect.number(row[part], number)


@pytest.mark.task("6.2", group="6")
def test_choice_is_made_by_validation(student):
    """Validation chooses, and nothing else: the first of equals wins, and a run with nan under "validation" never."""
    table = {"a": row(0.1, 0.9, 0.2), "b": row(0.5, 0.6, 0.7), "c": row(0.4, 0.6, 0.1), "d": row(0.2, NAN, 0.1)}
    expect.text(student.overfitting.choose(table), "b")
    expect.text(student.overfitting.choose({"d": row(0.2, NAN, 0.1), "e": row(NAN, 2.0, NAN), "f": table["a"]}), "f")
    expect.text(student.overfitting.choose({"d": row(0.2, NAN, 0.1), "e": row(NAN, 0.5, NAN), "f": table["a"]}), "e")


@pytest.mark.task("6.3", group="6")
def test_runs_are_drawn(student):
    """The picture names its runs and both curves, has labels, and changes with either curve of either run."""
    figure = expect.figure(student.overfitting.draw_runs(RUNS))
    expect.that(any(figure.xlabels) and any(figure.ylabels), "The axes should have labels.")
    named(figure, ["plain", "early stopping", "train", "validation"])
    for run, part in [("plain", "train"), ("early stopping", "validation")]:
        curves = RUNS[run]["curves"]
        changed = {**RUNS, run: {**RUNS[run], "curves": {**curves, part: [0.7, 0.2, *curves[part][2:]]}}}
        other = expect.figure(student.overfitting.draw_runs(changed))
        expect.that(not figure.looks_like(other), "A curve is missing from the picture.", run=run, curve=part)


@pytest.mark.task("6.4", group="training")
def test_comparison_is_honest(student):
    """The table has what the trained models really lose, and the winner has the lowest validation loss in it."""
    parts = ["sets", "models", "runs", "table", "winner"]
    found = expect.mapping(student.overfitting.compare(student.generator(10), 2, 8, steps=30), parts)
    models, runs, table = (expect.mapping(found[part], REMEDIES) for part in parts[1:4])
    chosen_by = {}
    for name in REMEDIES:
        run, told = expect.mapping(runs[name], ["curves", "kept"]), expect.mapping(table[name], SETS)
        kept, curves = expect.integer(run["kept"], minimum=0, maximum=2), expect.mapping(run["curves"], SETS)
        losses = losses_of(student, models[name], found["sets"])
        for part in SETS:
            number = expect.number(told[part], losses[part], rtol=1e-3, atol=1e-6)
            expect.number(expect.items(curves[part], 3)[kept], number, rtol=1e-6)
        chosen_by[name] = expect.number(told["validation"])
    expect.text(found["winner"], min(chosen_by, key=chosen_by.get))


@pytest.mark.task("7.1")
def test_file_holds_the_state_dict(student):
    """The file holds the weights under their names, and nothing that would have to be unpickled as code."""
    model = line(student)
    student.overfitting.save_weights(model, "weights.pt")
    state = student.library("torch").load("weights.pt", weights_only=True)
    state = expect.mapping(state, ["weight", "bias"])
    expect.tensor(state["weight"], [[START[0]]], **PRECISE)
    expect.tensor(state["bias"], [START[1]], **PRECISE)


@pytest.mark.task("7.1")
def test_weights_travel_to_another_process(student):
    """A fresh model of another process gets the weights that were saved."""
    student.overfitting.save_weights(line(student), "weights.pt")
    content = student.read_file("weights.pt")
    student.restart()
    student.write_file("carried.pt", content)
    model = student.library("torch.nn").Linear(1, 1).double()
    student.overfitting.load_weights("carried.pt", model)
    lies_at(model, START)


@pytest.mark.task("7.1")
def test_other_files_are_refused(student):
    """A whole module, a file that is cut off and another architecture are refused, and the model stays as it was."""
    torch, model = student.library("torch"), line(student)
    torch.save(student.library("torch.nn").Linear(1, 1).double(), "module.pt")
    expect.that("state_dict" in refused(student, "module.pt", model), "The message should have the word state_dict.")
    torch.save(model.state_dict(), "whole.pt")
    cut(student, "whole.pt", 500)
    refused(student, "whole.pt", model)
    torch.save(student.library("torch.nn").Linear(2, 1).double().state_dict(), "other.pt")
    expect.that("weight" in refused(student, "other.pt", model), "The message should name the parameter.")
    lies_at(model, START)
    with expect.raises("FileNotFoundError"):
        student.overfitting.load_weights("missing.pt", model)


@pytest.mark.task("8.1")
def test_diagnoses(student):
    """Three pairs of curves: one overfits from its second check on, one has hardly learned, one is well."""
    for train, validation, word, best in [
        ([1.0, 0.5, 0.2, 0.05], [1.2, 0.7, 0.8, 1.1], "overfitting", 1),
        ([1.0, 0.9, 0.85], [1.1, 1.0, 0.95], "underfitting", 2),
        ([1.0, 0.4, 0.2, 0.1], [1.1, 0.5, 0.3, 0.32], "healthy", 2),
        ([1.0, 0.3, 0.4], [1.0, 0.5, 0.9], "healthy", 1),
    ]:
        told, number = expect.items(student.overfitting.diagnose(train, validation), 2)
        expect.text(told, word)
        expect.integer(number, best)


RUNS = {
    "plain": {
        "curves": {"train": [1.0, 0.4, 0.1], "validation": [1.1, 0.8, 0.9], "curve": [1.0, 0.7, 0.8]},
        "kept": 2,
    },
    "early stopping": {
        "curves": {"train": [0.9, 0.3, 0.2, 0.15], "validation": [1.0, 0.5, 0.6, 0.7], "curve": [1.0, 0.6, 0.5, 0.9]},
        "kept": 1,
    },
}


def row(train, validation, curve):
    """A row of a table."""
    return {"train": train, "validation": validation, "curve": curve}


# Formulas.


def forward(x, parts):
    """What a network with these weights and biases answers, without dropout."""
    for W, b in zip(parts[0:-2:2], parts[1:-2:2], strict=True):
        x = np.maximum(x @ W.T + b, 0)
    return x @ parts[-2].T + parts[-1]


def mean_square(name, w, b):
    """The loss of a line on one of the three sets."""
    x, y = PAIRS[name]
    return float(np.mean((w * x + b - y) ** 2))


def step_of(w, b, rate, strength=0.0, normalised=False):
    """Where a step of descent on the training set leads a line."""
    x, y = PAIRS["train"]
    if normalised:
        x = (x - x.mean()) / x.std()
    errors = w * x + b - y
    slopes = 2 * float(np.mean(errors * x)), 2 * float(np.mean(errors))
    return w - rate * (slopes[0] + strength * w), b - rate * (slopes[1] + strength * b)


def astray(steps, rate, before, clears):
    """Where descent leads if a slope along w was there before, and is cleared after each update or never."""
    place, left = np.array(START), np.array([before, 0.0])
    for _ in range(steps):
        left = left + place - step_of(*place, 1.0)
        place = place - rate * left
        left = 0 * left if clears else left
    return place


# The student's side.


def pair_of(student, name):
    """One of the three sets."""
    return [student.tensor(part, dtype="float64") for part in PAIRS[name]]


def sets_of(student):
    """The three sets."""
    return student.keep({name: tuple(pair_of(student, name)) for name in SETS})


def opened(student, answers):
    """Several answers, fetched in one message."""
    return expect.items(student.keep(list(answers)), len(answers))


def line(student):
    """A linear layer, at the place from which training begins."""
    model = student.library("torch.nn").Linear(1, 1).double()
    load(student, model, {"weight": [[START[0]]], "bias": [START[1]]}, dtype="float64")
    return model


def two_faced(student, layer):
    """A model that normalises its inputs while it is in training mode, and takes them as they are otherwise."""
    nn = student.library("torch.nn")
    return nn.Sequential(nn.BatchNorm1d(1, eps=1e-30, momentum=0.0, affine=False).double(), layer)


def load(student, model, parts, dtype="float32"):
    """Give a model these parameters, by their names."""
    model.load_state_dict({name: student.tensor(np.array(part), dtype=dtype) for name, part in parts.items()})


def place_of(model):
    """Where a linear layer lies."""
    weight, bias = model.weight, model.bias
    return [expect.tensor(part).values.item() for part in (weight, bias)]


def lies_at(model, place):
    """A linear layer lies there, and can be trained further."""
    weight, bias = model.weight, model.bias
    expect.tensor(weight, [[place[0]]], requires_grad=True, **PRECISE)
    expect.tensor(bias, [place[1]], requires_grad=True, **PRECISE)


def descend(student, model, optimiser, updates, penalty=None, before=None):
    """Train a line, in one message; `penalty` is a step that is added to the loss, `before` one that goes first."""
    x, y = pair_of(student, "train")
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


def judge_curves(curves, places, names=SETS):
    """Each of these curves has the losses of a line at these places."""
    found = expect.mapping(curves, SETS)
    for name in names:
        for number, place in zip(expect.items(found[name], len(places)), places, strict=True):
            expect.number(number, mean_square(name, *place), rtol=1e-8)


def judge_stops(student, model, patience, losses, due):
    """Where early stopping says that it is time."""
    update = student.overfitting.EarlyStopping(patience).update
    answers = opened(student, student.evaluate([("call", update, loss, model) for loss in losses]))
    told = [expect.boolean(answer) for answer in answers]
    expect.that(told == due, "It stops at the wrong check.", patience=patience, losses=losses, told=told)


def watcher(seen, stop_at):
    """The two methods of a stopper that notes what happens, and stops at a certain check."""

    def update(loss, model):
        seen.append(expect.number(loss))
        return len(seen) == stop_at

    def restore(model):
        seen.append("restored")

    return update, restore


def losses_of(student, model, sets):
    """What a model loses on each of three sets, by PyTorch's own loss."""
    mse_loss, evaluation = student.library("torch.nn.functional").mse_loss, model.eval
    steps = [("call", evaluation)]
    for pair in expect.mapping(sets, SETS).values():
        x, y = expect.items(pair, 2)
        steps += [("call", model, x), ("call", mse_loss, Result(len(steps)), y)]
    losses = opened(student, student.evaluate(steps, wanted=[2, 4, 6]))
    return {name: float(expect.tensor(loss, shape=()).values) for name, loss in zip(SETS, losses, strict=True)}


def cut(student, name, size):
    """Leave only the beginning of a file."""
    file = student.library("builtins").open(name, "r+b")
    file.truncate(size)
    file.close()


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
