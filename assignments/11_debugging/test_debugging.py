"""Public checks of assignment 11, instruments, predictions and tests: run `pytest` here, or `autograder check`.

Hidden checks judge the same tasks on other numbers and sizes. They alone judge what a diagnosis or a prediction says:
here you see whether both have the right form. The functions that your tests of part 5 are given here are few, and the
hidden ones are others.
"""

from itertools import count

import numpy as np
import pytest

from autograder import expect

CALLS, LONGEST = 500, 100
PRECISE = {"dtype": "float64", "rtol": 1e-9, "atol": 1e-12}

# Two inputs, three units with ReLU, two outputs with ReLU. Of the three units the last answers 0 to all samples.
X = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 2.0]])
W1, b1 = np.array([[1.0, 1.0], [2.0, 0.0], [-1.0, -1.0]]), np.array([0.0, -1.0, 0.5])
W2, b2 = np.array([[1.0, -1.0, 3.0], [-1.0, -1.0, 1.0]]), np.array([0.0, 0.5])
HIDDEN = np.array([[1.0, 1.0, -0.5], [1.0, -1.0, -0.5], [1.0, -3.0, -0.5]])


@pytest.mark.task("1.1")
def test_gradient_norms(student):
    """Each parameter has the length of its gradient under its name, and 0 without one."""
    model = student.library("torch.nn").Linear(2, 2)
    model.weight.grad = student.tensor([[3.0, 0.0], [0.0, -4.0]])
    norms = expect.mapping(student.debugging.gradient_norms(model), ["weight", "bias"])
    expect.number(norms["weight"], 5.0, rtol=1e-6)
    expect.number(norms["bias"], 0.0)


@pytest.mark.task("1.2")
def test_dead_units(student):
    """One of three units, and one of two behind the second ReLU, answer 0 to all three samples."""
    model = network(student)
    counts = expect.items(student.debugging.dead_units(model, samples(student)), 2)
    for answer, due in zip(counts, [1, 1], strict=True):
        expect.integer(answer, due)
    (alone,) = expect.items(student.debugging.dead_units(model, samples(student, X[:1] * [[0, 1]])), 2)[:1]
    expect.integer(alone, 2)


@pytest.mark.task("1.2")
def test_dead_units_while_it_learns(student):
    """A unit that dropout switches off is not dead: the model is measured in evaluation mode, and then put back."""
    nn = student.library("torch.nn")
    model = nn.Sequential(nn.Dropout(1.0), *layers(student))
    for training in (True, False):
        model.train(training)
        counts = expect.items(student.debugging.dead_units(model, samples(student)), 2)
        expect.integer(counts[0], 1)
        expect.boolean(model.training, training)


@pytest.mark.task("1.3")
def test_activation_statistics(student):
    """Each part has the mean of what comes out of it, over all samples and units, and the deviation."""
    pairs = expect.items(student.debugging.activation_statistics(network(student), samples(student)), 4)
    hidden = np.maximum(HIDDEN, 0)
    logits = hidden @ W2.T + b2
    for pair, due in zip(pairs, [HIDDEN, hidden, logits, np.maximum(logits, 0)], strict=True):
        mean, deviation = expect.items(pair, 2)
        expect.number(mean, float(due.mean()), rtol=1e-9)
        expect.number(deviation, float(due.std()), rtol=1e-9)


@pytest.mark.task("1.4")
def test_clip_what_is_too_long(student):
    """Gradients of the total length 13 become 6.5 long together: all of them are halved."""
    model = model_with(student, [[3.0, -4.0]], [12.0])
    expect.number(student.debugging.clip_gradients(model.parameters(), 6.5), 13.0, rtol=1e-6)
    expect.tensor(model.weight.grad, [[1.5, -2.0]], dtype="float64", rtol=1e-5)
    expect.tensor(model.bias.grad, [6.0], dtype="float64", rtol=1e-5)


@pytest.mark.task("1.4")
def test_clip_what_is_short(student):
    """Gradients that are short enough stay as they are, and a parameter without one is passed over."""
    model = model_with(student, [[3.0, -4.0]], None)
    expect.number(student.debugging.clip_gradients(model.parameters(), 6.5), 5.0, rtol=1e-6)
    expect.tensor(model.weight.grad, [[3.0, -4.0]], **PRECISE)
    expect.none(model.bias.grad)


@pytest.mark.task("1.5")
def test_ten_samples(student):
    """Points on a line are no trouble for a linear layer, and a curve is; the layer itself stays as it was."""
    x = np.linspace(-1, 1, 12)[:, np.newaxis]
    loss_function = student.library("torch.nn").MSELoss()
    model = student.library("torch.nn").Linear(1, 1).double()
    values = {"weight": student.tensor([[0.2]], dtype="float64"), "bias": student.tensor([0.1], dtype="float64")}
    model.load_state_dict(values)
    for y, due in [(0.3 * x + 0.2, True), (x**2, False)]:
        sent = student.tensor(x, dtype="float64"), student.tensor(y, dtype="float64")
        verdict, loss = expect.items(student.debugging.overfits_ten_samples(model, loss_function, *sent), 2)
        expect.boolean(verdict, due)
        expect.number(loss, ten_samples(x[:10], y[:10], 0.2, 0.1, 100, 0.01), rtol=1e-4, atol=1e-10)
        expect.tensor(model.weight.detach(), [[0.2]], **PRECISE)
        expect.none(model.weight.grad)


@pytest.mark.task("2.1", weight=0.1, group="diagnoses")
def test_form_of_ada(student):
    """Ada's diagnosis is a cause and a number. Whether they are right, hidden checks say."""
    judge_diagnosis(student, student.debugging.diagnose_ada())


@pytest.mark.task("2.2", weight=0.1, group="diagnoses")
def test_form_of_ben(student):
    """Ben's diagnosis is a cause and a number. Whether they are right, hidden checks say."""
    judge_diagnosis(student, student.debugging.diagnose_ben())


@pytest.mark.task("2.3", weight=0.1, group="diagnoses")
def test_form_of_cleo(student):
    """Cleo's diagnosis is a cause and a number. Whether they are right, hidden checks say."""
    judge_diagnosis(student, student.debugging.diagnose_cleo())


@pytest.mark.task("2.4", weight=0.1, group="diagnoses")
def test_form_of_dan(student):
    """Dan's diagnosis is a cause and a number. Whether they are right, hidden checks say."""
    judge_diagnosis(student, student.debugging.diagnose_dan())


@pytest.mark.task("2.5", weight=0.1, group="diagnoses")
def test_form_of_eve(student):
    """Eve's diagnosis is a cause and a number. Whether they are right, hidden checks say."""
    judge_diagnosis(student, student.debugging.diagnose_eve())


@pytest.mark.task("2.6", weight=0.1, group="diagnoses")
def test_form_of_finn(student):
    """Finn's diagnosis is a cause and a number. Whether they are right, hidden checks say."""
    judge_diagnosis(student, student.debugging.diagnose_finn())


@pytest.mark.task("2.7", weight=0.1, group="diagnoses")
def test_form_of_gus(student):
    """Gus's diagnosis is a cause and a number. Whether they are right, hidden checks say."""
    judge_diagnosis(student, student.debugging.diagnose_gus())


@pytest.mark.task("2.8", weight=0.1, group="diagnoses")
def test_form_of_hana(student):
    """Hana's diagnosis is a cause and a number. Whether they are right, hidden checks say."""
    judge_diagnosis(student, student.debugging.diagnose_hana())


@pytest.mark.task("4.1", group="predictions")
def test_form_of_equal_start(student):
    """You have predicted something, right or wrong. What came out, and the number, hidden checks judge."""
    judge_prediction(student.debugging.predict_equal_start())


@pytest.mark.task("4.2", group="predictions")
def test_form_of_fifty_layers(student):
    """You have predicted something, right or wrong. What came out, and the number, hidden checks judge."""
    judge_prediction(student.debugging.predict_fifty_layers())


@pytest.mark.task("4.3", group="predictions")
def test_form_of_negative_weights(student):
    """You have predicted something, right or wrong. What came out, and the number, hidden checks judge."""
    judge_prediction(student.debugging.predict_negative_weights())


@pytest.mark.task("4.4", group="predictions")
def test_form_of_shape(student):
    """You have predicted something, right or wrong. What came out, and the number, hidden checks judge."""
    judge_prediction(student.debugging.predict_shape())


@pytest.mark.task("4.5", group="predictions")
def test_form_of_fraud(student):
    """You have predicted something, right or wrong. What came out, and the number, hidden checks judge."""
    judge_prediction(student.debugging.predict_fraud())


@pytest.mark.task("4.6", group="predictions")
def test_form_of_swing(student):
    """You have predicted something, right or wrong. What came out, and the number, hidden checks judge."""
    judge_prediction(student.debugging.predict_swing())


@pytest.mark.task("4.7", group="predictions")
def test_form_of_autograd(student):
    """You have predicted something, right or wrong. What came out, and the number, hidden checks judge."""
    judge_prediction(student.debugging.predict_autograd())


@pytest.mark.task("4.8", group="predictions")
def test_form_of_wheel(student):
    """You have predicted something, right or wrong. What came out, and the number, hidden checks judge."""
    judge_prediction(student.debugging.predict_wheel())


@pytest.mark.task("5.1")
@pytest.mark.parametrize("kind", ["a part left out", "a wrong sign", "a mean in place of a sum"])
def test_trust_backward(student, rng, kind):
    """Right layers are trusted, and the same ones with a mistake in backward are not."""
    mistake = {
        "a part left out": lambda dX, dW, db: (dX, dW, 0 * db),
        "a wrong sign": lambda dX, dW, db: (-dX, dW, db),
        "a mean in place of a sum": lambda dX, dW, db: (dX, dW, db / len(dX)),
    }[kind]
    trust = student.debugging.trust_backward
    linear = kind == "a part left out"
    curve, slope = (lambda Z: Z, np.ones_like) if linear else (lambda Z: Z**3 + Z, lambda Z: 3 * Z**2 + 1)
    forward, backward = layer_of(curve, slope)
    with expect.given("a right layer"):
        expect.boolean(trust(*lend_layer(forward, backward), student.rng(int(rng.integers(9999)))), True)
    wrong = lend_layer(forward, lambda *place: mistake(*backward(*place)))
    with expect.given(kind):
        expect.boolean(trust(*wrong, student.rng(int(rng.integers(9999)))), False)


@pytest.mark.task("5.2")
@pytest.mark.parametrize("kind", ["a wrong sign", "no bias correction", "plain descent"])
def test_trust_optimiser(student, rng, kind):
    """Adam is trusted, and another optimiser is not."""
    wrong = {
        "a wrong sign": lambda w, g, m, v, t, rate: (
            2 * w - adam(w, g, m, v, t, rate)[0],
            *adam(w, g, m, v, t, rate)[1:],
        ),
        "no bias correction": lambda w, g, m, v, t, rate: adam(w, g, m, v, 10**6, rate),
        "plain descent": lambda w, g, m, v, t, rate: (w - rate * g, *adam(w, g, m, v, t, rate)[1:]),
    }[kind]
    trust = student.debugging.trust_optimiser
    with expect.given("Adam"):
        expect.boolean(trust(*lend_step(adam), student.rng(int(rng.integers(9999)))), True)
    with expect.given(kind):
        expect.boolean(trust(*lend_step(wrong), student.rng(int(rng.integers(9999)))), False)


@pytest.mark.task("5.3")
@pytest.mark.parametrize("kind", ["not shuffled", "a sample lost", "torn pairs"])
def test_trust_split(student, rng, kind):
    """A right split is trusted, and one with a mistake is not."""
    wrong = {
        "not shuffled": lambda X, y, share, seed: divided(X, y, share, np.arange(len(X))),
        "a sample lost": lambda X, y, share, seed: split(X[1:], y[1:], share, seed),
        "torn pairs": lambda X, y, share, seed: split(X, y[::-1], share, seed),
    }[kind]
    trust = student.debugging.trust_split
    with expect.given("a right split"):
        expect.boolean(trust(*lend_split(split), student.rng(int(rng.integers(9999)))), True)
    with expect.given(kind):
        expect.boolean(trust(*lend_split(wrong), student.rng(int(rng.integers(9999)))), False)


# Forms.


def judge_diagnosis(student, answer):
    """It is a pair of a cause and a number."""
    cause, number = expect.items(answer, 2)
    causes = expect.mapping(student.debugging.CAUSES)
    expect.that(expect.text(cause) in causes, "The cause should be one of the keys of CAUSES.")
    expect.number(number)


def judge_prediction(answer):
    """It is two letters and a number."""
    prediction, result, number = expect.items(answer, 3)
    for letter in (prediction, result):
        expect.that(expect.text(letter) in ("a", "b", "c"), 'A prediction and a result are "a", "b" or "c".')
    expect.number(number)


# Formulas.


def ten_samples(x, y, w, b, updates, rate):
    """The mean squared error of a line after some updates of Adam."""
    place, m, v = np.array([w, b]), np.zeros(2), np.zeros(2)
    for t in range(1, updates + 1):
        errors = place[0] * x + place[1] - y
        g = np.array([2 * np.mean(errors * x), 2 * np.mean(errors)])
        place, m, v = adam(place, g, m, v, t, rate)
    return float(np.mean((place[0] * x + place[1] - y) ** 2))


# Functions that a test of part 5 is given.


def layer_of(curve, slope):
    """A layer's forward and backward pass, for a function of Z and its slope."""

    def forward(X, W, b):
        return curve(X @ W.T + b)

    def backward(X, W, b, dY):
        dZ = dY * slope(X @ W.T + b)
        return dZ @ W, dZ.T @ X, dZ.sum(axis=0)

    return forward, backward


def adam(w, g, m, v, t, rate):
    """One update of Adam."""
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v


def split(X, y, share, seed):
    """A random split."""
    return divided(X, y, share, np.random.default_rng(seed).permutation(len(X)))


def divided(X, y, share, order):
    """Two sets, with the first samples of this order in the validation set."""
    count = int(share * len(X))
    return X[order[count:]], y[order[count:]], X[order[:count]], y[order[:count]]


# How a test of part 5 gets them: it calls them over the channel, with what it likes.


def lend_layer(forward, backward):
    """Both passes of a layer, for arrays that fit together."""
    calls = count(1)

    def opened(X, W, b, dY=None):
        expect.that(next(calls) <= CALLS, "A test may call what it is given 500 times in all.")
        X, W, b = expect.numbers(X, shape=(None, None)), expect.numbers(W, shape=(None, None)), expect.numbers(b)
        sizes = (*X.shape, len(W))
        expect.that(min(sizes) >= 1 and max(sizes) <= LONGEST, "Sizes go from 1 to 100.")
        expect.that(W.shape[1] == X.shape[1] and b.shape == W.shape[:1], "The shapes of X, W and b do not fit.")
        return (X, W, b) if dY is None else (X, W, b, expect.numbers(dY, shape=(len(X), len(W))))

    return lambda X, W, b: forward(*opened(X, W, b)), lambda X, W, b, dY: backward(*opened(X, W, b, dY))


def lend_step(step):
    """A step of an optimiser, for arrays of one shape."""
    calls = count(1)

    def lent(w, g, m, v, t, rate):
        expect.that(next(calls) <= CALLS, "A test may call what it is given 500 times in all.")
        w = expect.numbers(w)
        expect.that(w.ndim in (1, 2) and 1 <= w.size <= LONGEST**2, "An optimiser takes vectors and matrices.")
        g, m, v = (expect.numbers(part, shape=w.shape) for part in (g, m, v))
        expect.that(bool(np.all(v >= 0)), "v cannot be negative.")
        return step(w, g, m, v, expect.integer(t, minimum=1, maximum=10**6), expect.number(rate))

    return (lent,)


def lend_split(split):
    """A split, for samples with their targets."""
    calls = count(1)

    def lent(X, y, share, seed):
        expect.that(next(calls) <= CALLS, "A test may call what it is given 500 times in all.")
        X = expect.numbers(X, shape=(None, None))
        expect.that(2 <= len(X) <= 1000 and 1 <= X.shape[1] <= LONGEST, "There are 2 to 1000 samples.")
        part = expect.number(share)
        expect.that(0 < part < 1, "A share lies between 0 and 1.")
        return split(X, expect.numbers(y, shape=(len(X),)), part, expect.integer(seed, minimum=0, maximum=10**9))

    return (lent,)


# The student's side.


def samples(student, values=X):
    """A batch of samples."""
    return student.tensor(values, dtype="float64")


def layers(student):
    """The two layers, each with its ReLU."""
    nn = student.library("torch.nn")
    linear, parameter, relu = nn.Linear, nn.Parameter, nn.ReLU
    parts = [("call", parameter, student.tensor(part, dtype="float64")) for part in (W1, b1, W2, b2)]
    steps = [("call", linear, 2, 3), ("call", relu), ("call", linear, 3, 2), ("call", relu), *parts]
    *made, first_weight, first_bias, second_weight, second_bias = student.evaluate(steps)
    made[0].weight, made[0].bias = first_weight, first_bias
    made[2].weight, made[2].bias = second_weight, second_bias
    return made


def network(student):
    """The network of both layers."""
    return student.library("torch.nn").Sequential(*layers(student))


def model_with(student, weight, bias):
    """A linear layer whose parameters have these gradients."""
    model = student.library("torch.nn").Linear(2, 1).double()
    model.weight.grad = student.tensor(weight, dtype="float64")
    if bias is not None:
        model.bias.grad = student.tensor(bias, dtype="float64")
    return model
