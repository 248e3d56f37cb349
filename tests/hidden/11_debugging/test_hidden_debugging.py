"""Hidden checks of parts 1 to 4: instruments on other networks, what diagnoses say, cures, and what came out.

Nothing here imports PyTorch. Models are PyTorch's own, made in the student process, and what is expected comes from
formulas in NumPy.
"""

import numpy as np
import pytest

from autograder import expect

PRECISE = {"dtype": "float64", "rtol": 1e-9, "atol": 1e-12}
BOUND = 0.1


@pytest.mark.task("1.1")
def test_gradient_norms_of_any_model(student, rng):
    """Every parameter has the length of its own gradient, however small or large, and 0 without one."""
    nn = student.library("torch.nn")
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3)).double()
    names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    norms = expect.mapping(student.debugging.gradient_norms(model))
    expect.that(set(norms) == set(names), "The names should be those of named_parameters().", names=list(norms))
    for name in names:
        expect.number(norms[name], 0.0)
    shapes, sizes = [(5, 4), (5,), (3, 5), (3,)], [1.0, 1e-6, 1e3, 0.0]
    gradients = [size * rng.normal(size=shape) for shape, size in zip(shapes, sizes, strict=True)]
    parameters = [model[0].weight, model[0].bias, model[2].weight, model[2].bias]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = student.tensor(gradient, dtype="float64")
    norms = expect.mapping(student.debugging.gradient_norms(model), names)
    for name, gradient in zip(names, gradients, strict=True):
        expect.number(norms[name], float(np.sqrt(np.sum(gradient**2))), rtol=1e-6, atol=1e-12)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        expect.tensor(parameter.grad, gradient, **PRECISE)


@pytest.mark.task("1.2", weight=2)
def test_dead_units_of_any_network(student, rng):
    """Behind each ReLU, and only there, the units are counted that answer 0 to every sample, whether one or many."""
    nn = student.library("torch.nn")
    activations = [nn.ReLU(), nn.LeakyReLU(0.1), nn.ReLU(), nn.Tanh()]
    for m in (6, 1, 3, 3):
        parts = [rng.normal(size=shape) for shape in [(5, 3), (5,), (4, 5), (4,), (3, 4), (3,)]]
        parts[1][:2], parts[5][:] = -50, 0.0
        parts[3][0] = 0.0
        parts[2][0] = 0.0
        first, second, third = linears_of(student, *parts)
        model = nn.Sequential(first, activations[0], second, *activations[1:3], third, activations[3])
        X = rng.normal(size=(m, 3))
        hidden = np.maximum(X @ parts[0].T + parts[1], 0)
        outputs = [hidden, np.maximum(hidden @ parts[2].T + parts[3], 0)]
        sent = student.tensor(X, dtype="float64")
        counts = expect.items(student.debugging.dead_units(model, sent), 2)
        with expect.given("a single sample" if m == 1 else "several samples"):
            for answer, output in zip(counts, outputs, strict=True):
                expect.integer(answer, int(np.sum(np.all(output == 0, axis=0))))
        expect.tensor(sent, X, **PRECISE)


@pytest.mark.task("1.2")
def test_dead_units_leave_the_model_alone(student, rng):
    """No graph is recorded, statistics and gradients stay, the mode comes back; without a ReLU the list is empty."""
    nn, graphs = student.library("torch.nn"), []
    norm, linear = nn.BatchNorm1d(3).double(), linear_of(student, rng.normal(size=(4, 3)), rng.normal(size=4))
    model = nn.Sequential(norm, linear, nn.ReLU())
    linear.weight.grad = student.tensor(np.ones((4, 3)), dtype="float64")
    linear.register_forward_hook(lambda module, inputs, output: graphs.append(expect.tensor(output).requires_grad))
    X = student.tensor(rng.normal(size=(5, 3)) + 2, dtype="float64")
    for training in (True, False):
        model.train(training)
        expect.items(student.debugging.dead_units(model, X), 1)
        expect.boolean(norm.training, training)
    expect.that(len(graphs) > 0 and not any(graphs), "A graph was recorded while units were counted.")
    expect.tensor(norm.running_mean, [0.0, 0.0, 0.0], **PRECISE)
    expect.tensor(linear.weight.grad, np.ones((4, 3)), **PRECISE)
    expect.items(student.debugging.dead_units(nn.Sequential(linear), X), 0)


@pytest.mark.task("1.3", weight=2)
def test_statistics_of_any_network(student, rng):
    """Each part has the mean and the deviation of all that comes out of it, for one number as well as for many."""
    nn = student.library("torch.nn")
    tanh = nn.Tanh()
    for m, width in [(6, 4), (1, 1), (1, 5), (4, 3)]:
        parts = [rng.normal(size=(width, 3)), rng.normal(size=width), rng.normal(size=(1, width)), rng.normal(size=1)]
        before, behind = linears_of(student, *parts)
        model = nn.Sequential(before, tanh, behind)
        X = rng.normal(size=(m, 3))
        sent = student.tensor(X, dtype="float64")
        pairs = expect.items(student.debugging.activation_statistics(model, sent), 3)
        first = X @ parts[0].T + parts[1]
        outputs = [first, np.tanh(first), np.tanh(first) @ parts[2].T + parts[3]]
        with expect.given("a single number" if m == width == 1 else f"{'a single sample' if m == 1 else 'a batch'}"):
            for pair, output in zip(pairs, outputs, strict=True):
                mean, deviation = expect.items(pair, 2)
                expect.number(mean, float(output.mean()), rtol=1e-8, atol=1e-10)
                expect.number(deviation, float(output.std()), rtol=1e-8, atol=1e-10)
        expect.tensor(sent, X, **PRECISE)


@pytest.mark.task("1.3")
def test_statistics_in_evaluation_mode(student, rng):
    """Dropout is off while a model is measured, no graph is recorded, and the mode comes back."""
    nn, graphs = student.library("torch.nn"), []
    W, b, X = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=(3, 3))
    linear = linear_of(student, W, b)
    linear.register_forward_hook(lambda module, inputs, output: graphs.append(expect.tensor(output).requires_grad))
    model = nn.Sequential(nn.Dropout(0.9), linear)
    for training in (True, False):
        model.train(training)
        pairs = expect.items(student.debugging.activation_statistics(model, student.tensor(X, dtype="float64")), 2)
        for pair, output in zip(pairs, [X, X @ W.T + b], strict=True):
            mean, deviation = expect.items(pair, 2)
            expect.number(mean, float(output.mean()), rtol=1e-8, atol=1e-10)
            expect.number(deviation, float(output.std()), rtol=1e-8, atol=1e-10)
        expect.boolean(linear.training, training)
    expect.that(len(graphs) > 0 and not any(graphs), "A graph was recorded while a model was measured.")


@pytest.mark.task("1.4", weight=2)
def test_clip_any_gradients(student, rng):
    """Gradients become shorter in place, by one factor, where all together are too long, and stay elsewhere."""
    nn = student.library("torch.nn")
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()
    first, last = model[0], model[2]
    parameters, without = [first.weight, first.bias, last.bias], last.weight
    for size, share in [(1.0, 0.3), (1e-3, 0.5), (1e4, 0.01), (1.0, 2.0), (1.0, 1.0)]:
        gradients = [size * rng.normal(size=shape) for shape in [(4, 3), (4,), (2,)]]
        given = [student.tensor(gradient, dtype="float64") for gradient in gradients]
        for parameter, tensor in zip(parameters, given, strict=True):
            parameter.grad = tensor
        total = float(np.sqrt(sum(np.sum(gradient**2) for gradient in gradients)))
        most = share * total * (1 + 1e-9 * (share == 1))
        expect.number(student.debugging.clip_gradients(model.parameters(), most), total, rtol=1e-6)
        factor = most / (total + 1e-6) if share < 1 else 1.0
        for parameter, gradient, before in zip(parameters, gradients, given, strict=True):
            due = {"dtype": "float64", "rtol": 3e-6, "atol": 1e-15}
            expect.tensor(parameter.grad, factor * gradient, **due)
            expect.that(
                bool(np.allclose(expect.tensor(before).values, factor * gradient, 3e-6, 0)),
                "Each gradient should be changed in place.",
            )
        expect.none(without.grad)


@pytest.mark.task("1.4")
def test_clip_a_list(student):
    """A list of parameters will do as well, a gradient of zeros stays one, a whole number may be the limit.

    A total that is the limit is not above it.
    """
    model = student.library("torch.nn").Linear(2, 1).double()
    model.weight.grad = student.tensor([[0.0, 0.0]], dtype="float64")
    kept = student.keep([model.weight, model.bias])
    expect.number(student.debugging.clip_gradients(kept, 2), 0.0)
    expect.tensor(model.weight.grad, [[0.0, 0.0]], **PRECISE)
    model.bias.grad = student.tensor([-8.0], dtype="float64")
    expect.number(student.debugging.clip_gradients(kept, 2), 8.0, rtol=1e-6)
    expect.tensor(model.bias.grad, [-2.0], dtype="float64", rtol=1e-5)
    tiny = 2.0**-22
    model.weight.grad = student.tensor([[3 * tiny, 0.0]], dtype="float64")
    model.bias.grad = student.tensor([4 * tiny], dtype="float64")
    with expect.given("a total that is the limit"):
        expect.number(student.debugging.clip_gradients(kept, 5 * tiny), 5 * tiny, rtol=1e-6, atol=0)
        expect.tensor(model.bias.grad, [4 * tiny], **PRECISE)


@pytest.mark.task("1.5", weight=2)
def test_ten_samples_of_any_line(student, rng):
    """A copy makes the updates with the first ten samples, or with fewer; its last loss has to be below the limit."""
    loss_function = student.library("torch.nn").MSELoss()
    for m, updates, rate, limit in [(14, 30, 0.05, 0.5), (10, 0, 0.01, 0.05), (4, 20, 0.1, 0.01), (1, 5, 0.01, 100)]:
        x, (w, b) = rng.normal(size=(m, 1)), rng.normal(size=2)
        y = rng.normal(size=(m, 1))
        due = line_after(x[:10], y[:10], w, b, updates, rate)
        limit = limit if abs(due - limit) > 0.01 * limit else 2 * limit
        model = linear_of(student, [[w]], [b])
        weight, bias = model.weight, model.bias
        weight.grad = student.tensor([[5.0]], dtype="float64")
        sent = student.tensor(x, dtype="float64"), student.tensor(y, dtype="float64")
        answer = student.debugging.overfits_ten_samples(model, loss_function, *sent, updates, rate, limit)
        verdict, loss = expect.items(answer, 2)
        with expect.given("no update" if updates == 0 else f"{'fewer than ten samples' if m < 10 else 'many samples'}"):
            expect.number(loss, due, rtol=1e-6)
            expect.boolean(verdict, due < limit)
        expect.tensor(weight.detach(), [[w]], **PRECISE)
        expect.tensor(bias.detach(), [b], **PRECISE)
        expect.tensor(weight.grad, [[5.0]], **PRECISE)
        expect.none(bias.grad)
        for part, values in zip(sent, (x, y), strict=True):
            expect.tensor(part, values, **PRECISE)
    sent = student.tensor([[1.0]], dtype="float64"), student.tensor([[3.0]], dtype="float64")
    answer = student.debugging.overfits_ten_samples(linear_of(student, [[1.0]], [0.0]), loss_function, *sent, 0, 0.1, 4)
    with expect.given("a loss that is the limit"):
        expect.boolean(expect.items(answer, 2)[0], False)


@pytest.mark.task("1.5")
def test_ten_samples_with_dropout(student, rng):
    """The copy learns with dropout switched off, and the model itself stays in its mode."""
    nn = student.library("torch.nn")
    x, (w, b) = rng.normal(size=(11, 1)), rng.normal(size=2)
    y = 2 * x + 1
    model = nn.Sequential(nn.Dropout(0.7), linear_of(student, [[w]], [b]))
    for training in (True, False):
        model.train(training)
        sent = student.tensor(x, dtype="float64"), student.tensor(y, dtype="float64")
        _, loss = expect.items(student.debugging.overfits_ten_samples(model, nn.MSELoss(), *sent), 2)
        expect.number(loss, line_after(x[:10], y[:10], w, b, 100, 0.01), rtol=1e-6)
        expect.boolean(model.training, training)


@pytest.mark.task("2.1", group="diagnoses")
@pytest.mark.parametrize("part", ["cause", "number"])
def test_diagnosis_of_ada(student, part):
    """The cause is true; the number is right to one per cent."""
    judge_diagnosis(part, student.debugging.diagnose_ada(), ["high rate"], 5.49915)


@pytest.mark.task("2.2", group="diagnoses")
@pytest.mark.parametrize("part", ["cause", "number"])
def test_diagnosis_of_ben(student, part):
    """The cause is true; the number is right to one per cent."""
    judge_diagnosis(part, student.debugging.diagnose_ben(), ["dead units"], 32)


@pytest.mark.task("2.3", group="diagnoses")
@pytest.mark.parametrize("part", ["cause", "number"])
def test_diagnosis_of_cleo(student, part):
    """The cause is true; the number is right to one per cent."""
    judge_diagnosis(part, student.debugging.diagnose_cleo(), ["gradients not cleared"], 27.1406)


@pytest.mark.task("2.4", group="diagnoses")
@pytest.mark.parametrize("part", ["cause", "number"])
def test_diagnosis_of_dan(student, part):
    """The cause is true; the number is right to one per cent."""
    judge_diagnosis(part, student.debugging.diagnose_dan(), ["wrong mode"], 0.00484162)


@pytest.mark.task("2.5", group="diagnoses")
@pytest.mark.parametrize("part", ["cause", "number"])
def test_diagnosis_of_eve(student, part):
    """The cause is true; the number is as small as rounding makes it."""
    judge_diagnosis(part, student.debugging.diagnose_eve(), ["no activation"], 0, atol=1e-12)


@pytest.mark.task("2.6", group="diagnoses")
@pytest.mark.parametrize("part", ["cause", "number"])
def test_diagnosis_of_finn(student, part):
    """The cause is true; the number is right to one per cent."""
    judge_diagnosis(part, student.debugging.diagnose_finn(), ["torn pairs"], 0.00939946)


@pytest.mark.task("2.7", group="diagnoses")
@pytest.mark.parametrize("part", ["cause", "number"])
def test_diagnosis_of_gus(student, part):
    """The cause is true; the number is right to one per cent."""
    judge_diagnosis(part, student.debugging.diagnose_gus(), ["vanishing gradients"], 2.95391e-14)


@pytest.mark.task("2.8", group="diagnoses")
@pytest.mark.parametrize("part", ["cause", "number"])
def test_diagnosis_of_hana(student, part):
    """The cause is true; the number is right to one per cent."""
    judge_diagnosis(part, student.debugging.diagnose_hana(), ["softmax of one", "output cut off"], 60)


@pytest.mark.task("3.1", weight=2)
def test_ada_stays_well(student):
    """Ada learns other samples from other weights, twice, to a loss below 0.1, and answers alike each time."""
    judge_patient(student, student.patients.ada, "ada")


@pytest.mark.task("3.2", weight=2)
def test_ben_stays_well(student):
    """Ben learns other samples from other weights, twice, to a loss below 0.1, and answers alike each time."""
    judge_patient(student, student.patients.ben, "ben")


@pytest.mark.task("3.3", weight=2)
def test_cleo_stays_well(student):
    """Cleo learns other samples from other weights, twice, to a loss below 0.1, and answers alike each time."""
    judge_patient(student, student.patients.cleo, "cleo")


@pytest.mark.task("3.4", weight=2)
def test_dan_stays_well(student):
    """Dan learns other samples from other weights, twice, to a loss below 0.1, and answers alike each time."""
    judge_patient(student, student.patients.dan, "dan")


@pytest.mark.task("3.5", weight=2)
def test_eve_stays_well(student):
    """Eve learns other samples from other weights, twice, to a loss below 0.1, and answers alike each time."""
    judge_patient(student, student.patients.eve, "eve")


@pytest.mark.task("3.6", weight=2)
def test_finn_stays_well(student):
    """Finn learns other samples from other weights, twice, to a loss below 0.1, and answers alike each time."""
    judge_patient(student, student.patients.finn, "finn")


@pytest.mark.task("3.7", weight=2)
def test_gus_stays_well(student):
    """Gus learns other samples from other weights, twice, to a loss below 0.1, and answers alike each time."""
    judge_patient(student, student.patients.gus, "gus")


@pytest.mark.task("3.8", weight=2)
def test_hana_stays_well(student):
    """Hana learns other samples from other weights, twice, to a loss below 0.1, and answers alike each time."""
    judge_patient(student, student.patients.hana, "hana")


@pytest.mark.task("4.1", weight=2, group="predictions")
@pytest.mark.parametrize("part", ["result", "number"])
def test_equal_start(student, part):
    """The result is true, whatever was predicted, and the count is exact."""
    judge_prediction(part, student.debugging.predict_equal_start(), "b", 1)


@pytest.mark.task("4.2", weight=2, group="predictions")
@pytest.mark.parametrize("part", ["result", "number"])
def test_fifty_layers(student, part):
    """The result is true, whatever was predicted, and the count is exact."""
    judge_prediction(part, student.debugging.predict_fifty_layers(), "a", 3)


@pytest.mark.task("4.3", weight=2, group="predictions")
@pytest.mark.parametrize("part", ["result", "number"])
def test_negative_weights(student, part):
    """The result is true, whatever was predicted, and the number is right to one per cent."""
    judge_prediction(part, student.debugging.predict_negative_weights(), "b", 0.5123)


@pytest.mark.task("4.4", weight=2, group="predictions")
@pytest.mark.parametrize("part", ["result", "number"])
def test_shape(student, part):
    """The result is true, whatever was predicted, and the count is exact."""
    judge_prediction(part, student.debugging.predict_shape(), "b", 100_352)


@pytest.mark.task("4.5", weight=2, group="predictions")
@pytest.mark.parametrize("part", ["result", "number"])
def test_fraud(student, part):
    """The result is true, whatever was predicted, and the count is exact."""
    judge_prediction(part, student.debugging.predict_fraud(), "b", 13)


@pytest.mark.task("4.6", weight=2, group="predictions")
@pytest.mark.parametrize("part", ["result", "number"])
def test_swing(student, part):
    """The result is true, whatever was predicted, and the number is right to one per cent."""
    judge_prediction(part, student.debugging.predict_swing(), "c", 0.2)


@pytest.mark.task("4.7", weight=2, group="predictions")
@pytest.mark.parametrize("part", ["result", "number"])
def test_autograd(student, part):
    """The result is true, whatever was predicted, and the count is exact."""
    judge_prediction(part, student.debugging.predict_autograd(), "b", 218_772)


@pytest.mark.task("4.8", weight=2, group="predictions")
@pytest.mark.parametrize("part", ["result", "number"])
def test_wheel(student, part):
    """The result is true, whatever was predicted, and the number is right to one per cent."""
    judge_prediction(part, student.debugging.predict_wheel(), "c", 7.5)


def judge_diagnosis(part, answer, causes, due, atol=0.0):
    """One part of a diagnosis."""
    cause, number = expect.items(answer, 2)
    if part == "cause":
        expect.that(expect.text(cause) in causes, "The patient has another illness.")
    else:
        expect.number(number, due, rtol=0.01, atol=atol)


def judge_prediction(part, answer, letter, due):
    """One part of a prediction. A count, which is an int, has to be exact."""
    _, result, number = expect.items(answer, 3)
    if part == "result":
        expect.text(result, letter)
    else:
        expect.number(number, due, rtol=1e-9 if isinstance(due, int) else 0.01, atol=0)


def judge_patient(student, patient, name):
    """Treat a patient twice, and ask the models."""
    for seed in (31, 47):
        X, y = samples_for(name, np.random.default_rng(seed))
        sent = student.tensor(X, dtype="float64"), student.tensor(y, dtype="float64")
        model, losses = expect.items(patient(*sent, student.generator(seed)), 2)
        values = [expect.number(loss) for loss in expect.items(losses)]
        expect.that(len(values) > 0, "There should be a loss before each update.")
        answers = expect.tensor(model(sent[0]), shape=y.shape).values.astype(float)
        loss = loss_of(name, answers, y)
        expect.that(bool(loss < BOUND), "The loss on the samples should be below 0.1 after the training.", loss=loss)
        expect.tensor(model(sent[0]), answers)
        with expect.given("some of the samples, in another order"):
            expect.tensor(model(student.tensor(X[::-3], dtype="float64")), answers[::-3], rtol=1e-6, atol=1e-9)
        for part, values in zip(sent, (X, y), strict=True):
            expect.tensor(part, values, **PRECISE)


# Formulas.


def line_after(x, y, w, b, updates, rate):
    """The mean squared error of a line after some updates of Adam."""
    place, m, v = np.array([w, b]), np.zeros(2), np.zeros(2)
    for t in range(1, updates + 1):
        errors = place[0] * x + place[1] - y
        g = np.array([2 * np.mean(errors * x), 2 * np.mean(errors)])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        place = place - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return float(np.mean((place[0] * x + place[1] - y) ** 2))


def samples_for(name, rng):
    """Forty samples of the kind that a patient learns from."""
    if name in ("ada", "cleo"):
        X = rng.normal(size=(40, 2)) * [2, 1]
        return X, X @ [[0.5], [-4.0]] + 2
    X = rng.uniform(-1, 1, size=(40, 2))
    X += 0.3 * np.sign(X)
    return X, 1.0 * (X.prod(axis=1, keepdims=True) > 0)


def loss_of(name, answers, y):
    """The mean squared error of Ada and Cleo; of all others the cross-entropy, with logarithms from -100 on."""
    if name in ("ada", "cleo"):
        return float(np.mean((answers - y) ** 2))
    expect.that(bool(np.all((answers >= 0) & (answers <= 1))), "The model should answer with probabilities.")
    costs = -np.log(np.where(y == 1, answers, 1 - answers))
    return float(np.mean(np.minimum(costs, 100)))


# The student's side.


def linear_of(student, weight, bias):
    """A linear layer with this weight and bias."""
    (made,) = linears_of(student, weight, bias)
    return made


def linears_of(student, *parts):
    """Linear layers, each with its weight and bias, which stand in turn."""
    nn = student.library("torch.nn")
    linear, parameter = nn.Linear, nn.Parameter
    parts = [np.array(part, dtype=float) for part in parts]
    steps = [("call", linear, *weight.shape[::-1]) for weight in parts[::2]]
    steps += [("call", parameter, student.tensor(part, dtype="float64")) for part in parts]
    made = student.evaluate(steps)
    layers, parameters = made[: len(parts) // 2], made[len(parts) // 2 :]
    for layer, weight, bias in zip(layers, parameters[::2], parameters[1::2], strict=True):
        layer.weight, layer.bias = weight, bias
    return layers
