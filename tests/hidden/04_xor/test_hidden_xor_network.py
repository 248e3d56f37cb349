"""Hidden checks of the network that learns XOR: inputs drawn for each submission, no two dimensions alike."""

import numpy as np
import pytest

from autograder import expect

NAMES = ("W1", "b1", "W2", "b2")
GRADIENTS = ("dW1", "db1", "dW2", "db2")
INPUTS = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
TARGETS = np.array([[0.0, 1.0, 1.0, 0.0]])


@pytest.mark.task("1.1")
def test_sigmoid_far_out(student, rng):
    """The sigmoid is right far from zero too, up to 10,000 on either side."""
    z = np.concatenate([rng.uniform(700, 9000, size=3), [1e4, 30.0, 0.0]])
    z = np.concatenate([z, -z])
    expect.array(student.xor_network.sigmoid(z), right_sigmoid(z))


@pytest.mark.task("1.1")
def test_sigmoid_leaves_its_argument(student, rng):
    """The sigmoid of an array of any shape is right and leaves that array as it was."""
    for shape in [(7,), (3, 5)]:
        z = rng.normal(scale=3, size=shape)
        kept = student.keep(z)
        expect.array(student.xor_network.sigmoid(kept), right_sigmoid(z))
        expect.array(kept, z)


@pytest.mark.task("1.2")
def test_initialise_from_the_generator(student, rng):
    """The generator decides: the same state gives the same weights, and every other one gives others."""
    seed = int(rng.integers(2**31))
    one, same, other = student.rng(seed), student.rng(seed), student.rng(seed + 1)
    first, again = weights(student, one, 4, 3), weights(student, one, 4, 3)
    expect.that(np.array_equal(first, weights(student, same, 4, 3)), "The same state should give the same weights.")
    expect.that(not np.any(first == again), "Weights drawn later should be others.")
    expect.that(not np.any(first == weights(student, other, 4, 3)), "Another seed should give other weights.")


@pytest.mark.task("1.2")
def test_initialise_spread(student, rng):
    """The weights spread around 0, neither so little that nothing is learned nor too much."""
    # 1,000 numbers: their standard deviation is off by 7 % at most, their mean by 0.07 standard deviations, but
    # in fewer than one of 10**6 runs on weights that are allowed.
    generator = student.rng(int(rng.integers(2**31)))
    drawn = np.array([weights(student, generator, 2, 5) for _ in range(100)])
    for layer in (drawn[:, :10], drawn[:, 10:]):
        expect.that(0.25 < layer.std() < 2.4, "The spread of the weights is not what it should be.")
        expect.that(abs(layer.mean()) < 0.3 * layer.std(), "The mean of the weights should be 0.")


@pytest.mark.task("2.1")
def test_forward_of_any_size(student, rng):
    """The network's answers are right for any number of inputs, hidden units and samples."""
    for sizes in [(3, 5, 7), (4, 2, 1), (1, 6, 3)]:
        parameters, X, _ = problem(rng, *sizes)
        stand_ins(student, but="forward")
        A1, A2 = expect.items(student.xor_network.forward(parameters, X), 2)
        expect.array(A1, answers(parameters, X)[0])
        expect.array(A2, answers(parameters, X)[1])


@pytest.mark.task("2.1")
def test_forward_changes_nothing(student, rng):
    """The network's answers are right, and the parameters and the samples stay as they were."""
    parameters, X, _ = problem(rng, 3, 5, 7)
    stand_ins(student, but="forward")
    kept, kept_X = student.keep(parameters), student.keep(X)
    _, A2 = expect.items(student.xor_network.forward(kept, kept_X), 2)
    expect.array(A2, answers(parameters, X)[1])
    are(kept, parameters, NAMES)
    expect.array(kept_X, X)


@pytest.mark.task("2.2")
def test_loss_of_any_answers(student, rng):
    """The loss is right for any number of samples, and leaves them as they were."""
    for m in (1, 6, 9):
        A2, Y = rng.uniform(0.05, 0.95, size=(1, m)), targets(rng, m)
        kept_A2, kept_Y = student.keep(A2), student.keep(Y)
        # Whether 1e-12 is a limit or is added makes a difference below 1e-10.
        expect.number(student.xor_network.binary_cross_entropy(kept_A2, kept_Y), loss(A2, Y), rtol=1e-6)
        expect.array(kept_A2, A2)
        expect.array(kept_Y, Y)


@pytest.mark.task("2.2")
def test_loss_of_certain_mistakes(student, rng):
    """The loss of answers that are certain and wrong is large and finite, and leaves them as they were."""
    for Y in (np.ones((1, 1)), np.zeros((1, 1)), targets(rng, 5)):
        # -log(1e-12) is 27.6; the bounds let limits from 1e-8 down to the smallest float64 pass.
        kept = student.keep(1 - Y)
        wrong = expect.number(student.xor_network.binary_cross_entropy(kept, Y))
        expect.that(18 < wrong < 750, "The loss should be about 27.6 where every answer is certain and wrong.")
        expect.array(kept, 1 - Y, rtol=0, atol=0)


@pytest.mark.task("2.3", weight=2)
def test_output_gradients_of_any_size(student, rng):
    """The gradients of the output unit are the slopes of the loss, for any sizes."""
    for sizes in [(3, 5, 7), (4, 2, 1)]:
        parameters, X, Y = problem(rng, *sizes)
        gradients = backward_of(student, parameters, X, Y)
        is_slope(gradients["dW2"], parameters, "W2", X, Y)
        is_slope(gradients["db2"], parameters, "b2", X, Y)


@pytest.mark.task("2.3", weight=2)
def test_hidden_gradients_of_any_size(student, rng):
    """The gradients of the hidden units are the slopes of the loss, for any sizes."""
    for sizes in [(3, 5, 7), (4, 2, 1)]:
        parameters, X, Y = problem(rng, *sizes)
        gradients = backward_of(student, parameters, X, Y)
        is_slope(gradients["dW1"], parameters, "W1", X, Y)
        is_slope(gradients["db1"], parameters, "b1", X, Y)


@pytest.mark.task("2.3", weight=2)
def test_gradients_are_means(student, rng):
    """Gradients of a batch that holds every sample twice are those of the batch that holds it once."""
    parameters, X, Y = problem(rng, 3, 5, 4)
    gradients = backward_of(student, parameters, np.hstack([X, X]), np.hstack([Y, Y]))
    for name, value in backpropagated(parameters, X, Y, *answers(parameters, X)).items():
        expect.array(gradients[name], value)


@pytest.mark.task("2.3", weight=2)
def test_backward_changes_nothing(student, rng):
    """The gradients are right, and parameters, samples, targets and answers stay as they were."""
    parameters, X, Y = problem(rng, 3, 5, 7)
    stand_ins(student, but="backward")
    A1, A2 = answers(parameters, X)
    kept, arrays = student.keep(parameters), [student.keep(array) for array in (X, Y, A1, A2)]
    are(student.xor_network.backward(kept, *arrays), backpropagated(parameters, X, Y, A1, A2), GRADIENTS)
    are(kept, parameters, NAMES)
    for answer, array in zip(arrays, (X, Y, A1, A2), strict=True):
        expect.array(answer, array)


@pytest.mark.task("2.4", weight=2)
def test_update_of_any_size(student, rng):
    """A step is right for any sizes and any learning rate."""
    for sizes in [(3, 5, 7), (4, 2, 1)]:
        parameters, gradients, rate = *slopes_at(rng, *sizes), float(rng.uniform(0.2, 2.0))
        are(student.xor_network.update(parameters, gradients, rate), moved(parameters, gradients, rate), NAMES)


@pytest.mark.task("2.4")
def test_update_makes_new_parameters(student, rng):
    """A step gives the right parameters and leaves the old ones and the gradients as they were."""
    parameters, gradients = slopes_at(rng, 3, 5, 7)
    kept, kept_gradients = student.keep(parameters), student.keep(gradients)
    are(student.xor_network.update(kept, kept_gradients, 0.5), moved(parameters, gradients, 0.5), NAMES)
    are(kept, parameters, NAMES)
    are(kept_gradients, gradients, GRADIENTS)


@pytest.mark.task("3.1", weight=3)
def test_training_takes_the_right_path(student, rng):
    """After twenty steps the parameters are where gradient descent on all samples leads."""
    parameters, X, Y = problem(rng, 3, 4, 6)
    stand_ins(student, but="train")
    trained, _ = expect.items(student.xor_network.train(parameters, X, Y, 0.7, 20), 2)
    # Sums in another order differ by less than 1e-12 after twenty steps.
    are(trained, descend(parameters, X, Y, 0.7, 20)[0], NAMES, rtol=0, atol=1e-8)


@pytest.mark.task("3.1", weight=2)
def test_training_reports_the_losses(student, rng):
    """Training reports the loss before each step."""
    parameters, X, Y = problem(rng, 3, 4, 6)
    stand_ins(student, but="train")
    _, losses = expect.items(student.xor_network.train(parameters, X, Y, 0.7, 20), 2)
    expected = descend(parameters, X, Y, 0.7, 20)[1]
    for found, number in zip(expect.items(losses, 20), expected, strict=True):
        expect.number(found, number, rtol=1e-6)


@pytest.mark.task("3.1")
def test_training_changes_nothing_of_the_callers(student, rng):
    """Training leads to the right parameters, and those it started from and the samples stay as they were."""
    parameters, X, Y = problem(rng, 3, 4, 6)
    stand_ins(student, but="train")
    kept, kept_X, kept_Y = student.keep(parameters), student.keep(X), student.keep(Y)
    trained, _ = expect.items(student.xor_network.train(kept, kept_X, kept_Y, 0.7, 3), 2)
    are(trained, descend(parameters, X, Y, 0.7, 3)[0], NAMES)
    are(kept, parameters, NAMES)
    expect.array(kept_X, X)
    expect.array(kept_Y, Y)


@pytest.mark.task("3.2", timeout=20)
def test_learn_xor_returns_the_network_that_learned(student, rng):
    """The network that has learned XOR is returned, be it the first, a later or the last one."""
    # More time than elsewhere for those who train with a loop of their own, which calls our stand-ins at each step.
    for lucky, max_starts in [(1, 1), (2, 4), (3, 3)]:
        n_hidden = int(rng.integers(3, 7))
        starts(student, rng, n_hidden, lucky, max_starts)
        learned = student.xor_network.learn_xor(n_hidden, student.rng(1), max_starts)
        expect.that(knows_xor(learned, n_hidden), "The network that is returned should know XOR.")


@pytest.mark.task("3.2", timeout=20)
def test_learn_xor_stops_at_the_limit(student, rng):
    """After max_starts starts without success RuntimeError is raised."""
    for max_starts in (1, 3):
        starts(student, rng, 3, max_starts + 1, max_starts)
        learn_xor, generator = student.xor_network.learn_xor, student.rng(1)
        with expect.raises("RuntimeError"):
            learn_xor(3, generator, max_starts)


@pytest.mark.task("3.3", weight=3, timeout=20)
def test_learns_xor_from_other_starts(student):
    """All functions of parts 1 to 3 together learn XOR from other starts, and your `forward` gives the answers."""
    # With eight to ten units, each of 1,000 starts learned XOR: with weights of standard deviation 0.3, 1 and 2 in 500
    # steps at rate 1, and with 1 also at rates from 0.1 (5,000 steps) to 2. The worst mistakes that learn now and then
    # do so in less than half of the cases, so five networks tell them from right solutions. The seeds stand here
    # because a fresh one would not make the answer harder to guess: it would only let chance decide.
    for n_hidden, seed in [(8, 12), (9, 3), (8, 27), (10, 5), (9, 41)]:
        learned = student.xor_network.learn_xor(n_hidden, student.rng(seed), 3)
        expect.that(knows_xor(learned, n_hidden), "The network that is returned should know XOR.")
        _, A2 = expect.items(student.xor_network.forward(learned, INPUTS), 2)
        expect.array(A2, answers(network_of(learned, n_hidden), INPUTS)[1])


@pytest.mark.task("4.1", weight=3)
def test_grid_of_any_size(student, rng):
    """The grid holds the probability at every point, for any number of rows and columns."""
    for columns, rows in [(6, 3), (2, 5), (1, 4)]:
        parameters, _, _ = problem(rng, 2, 5, 1)
        x1, x2 = np.sort(rng.uniform(-1, 2, size=columns)), np.sort(rng.uniform(-1, 2, size=rows))
        stand_ins(student, but="decision_grid")
        P = student.xor_network.decision_grid(parameters, x1, x2)
        expect.array(P, [[answers(parameters, np.array([[a], [b]]))[1].item() for a in x1] for b in x2])


@pytest.mark.task("4.2")
def test_hidden_layer_of_any_network(student, rng):
    """The four samples stand where the hidden units of any network put them, in their order."""
    for n_hidden in (2, 5):
        parameters, _, _ = problem(rng, 2, n_hidden, 1)
        stand_ins(student, but="hidden_representation")
        H = student.xor_network.hidden_representation(parameters)
        expect.array(H, answers(parameters, INPUTS)[0])


@pytest.mark.task("4.2")
def test_plane_of_any_size(student, rng):
    """The plane holds what any output unit answers at every point, for any number of rows and columns."""
    for columns, rows in [(6, 3), (2, 5), (1, 4)]:
        W2, b2 = rng.normal(size=(1, 2)), rng.normal(size=(1, 1))
        a1, a2 = np.sort(rng.uniform(-1, 1, size=columns)), np.sort(rng.uniform(-1, 1, size=rows))
        stand_ins(student, but="output_plane")
        P = student.xor_network.output_plane(W2, b2, a1, a2)
        expect.array(P, [[right_sigmoid(W2 @ np.array([[a], [b]]) + b2).item() for a in a1] for b in a2])


@pytest.mark.task("4.3", timeout=20)
def test_boundary_shows_the_answers(student, rng):
    """The picture of the plane looks different where the network answers otherwise."""
    x1, x2 = np.linspace(-0.5, 1.5, 21), np.linspace(-0.5, 1.5, 31)
    slope = rng.uniform(1.0, 2.0)
    P = right_sigmoid(4 * (x2[:, None] - 0.5 - slope * (x1 - 0.5)))
    stand_ins(student, but="draw_boundary")
    pictures = [expect.figure(student.xor_network.draw_boundary(x1, x2, grid)) for grid in (P, 1 - P)]
    differ(pictures, "The picture should show the probabilities P.")


@pytest.mark.task("4.3", timeout=20)
def test_hidden_shows_the_samples(student, rng):
    """The picture of the hidden layer looks different where the samples stand elsewhere."""
    A1, a1, a2, P = hidden_plane(rng)
    elsewhere = A1 * [[1.0, 0.3, 0.8, 0.1], [0.5, 1.0, 0.2, 0.9]]
    stand_ins(student, but="draw_hidden")
    pictures = [expect.figure(student.xor_network.draw_hidden(H, a1, a2, P)) for H in (A1, elsewhere)]
    differ(pictures, "The picture should show the samples where A1 puts them.")


@pytest.mark.task("4.3", timeout=20)
def test_hidden_shows_the_output_unit(student, rng):
    """The picture of the hidden layer looks different where the output unit answers otherwise."""
    A1, a1, a2, P = hidden_plane(rng)
    stand_ins(student, but="draw_hidden")
    pictures = [expect.figure(student.xor_network.draw_hidden(A1, a1, a2, grid)) for grid in (P, 1 - P)]
    differ(pictures, "The picture should show the probabilities P.")


def right_sigmoid(z):
    """The sigmoid, which tanh gives without any overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def answers(parameters, X):
    """A1 and A2."""
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    return A1, right_sigmoid(parameters["W2"] @ A1 + parameters["b2"])


def loss(A2, Y):
    """The mean of -log(probability given to the right answer)."""
    return float(np.mean(-np.log(np.clip(np.where(Y == 1, A2, 1 - A2), 1e-12, 1))))


def backpropagated(parameters, X, Y, A1, A2):
    """The gradients, sample by sample; `is_slope` is the oracle that knows nothing of backpropagation."""
    total = {f"d{name}": np.zeros_like(value) for name, value in parameters.items()}
    for i in range(X.shape[1]):
        error = A2[0, i] - Y[0, i]
        hidden = error * parameters["W2"][0] * (1 - A1[:, i] ** 2)
        total["dW1"] += np.outer(hidden, X[:, i])
        total["db1"] += hidden[:, np.newaxis]
        total["dW2"] += error * A1[:, i]
        total["db2"] += error
    return {name: value / X.shape[1] for name, value in total.items()}


def moved(parameters, gradients, rate):
    """The parameters after one step."""
    return {name: parameters[name] - rate * gradients[f"d{name}"] for name in NAMES}


def descend(parameters, X, Y, rate, steps):
    """The parameters after `steps` steps, and the loss before each."""
    losses = []
    for _ in range(steps):
        A1, A2 = answers(parameters, X)
        losses.append(loss(A2, Y))
        parameters = moved(parameters, backpropagated(parameters, X, Y, A1, A2), rate)
    return parameters, losses


def is_slope(gradient, parameters, name, X, Y):
    """Compare a gradient with the slope of the loss by central differences."""
    slope = np.empty_like(parameters[name])
    for place in np.ndindex(slope.shape):
        above, below = parameters[name].copy(), parameters[name].copy()
        above[place] += 1e-5
        below[place] -= 1e-5
        ends = [loss(answers({**parameters, name: end}, X)[1], Y) for end in (above, below)]
        slope[place] = (ends[0] - ends[1]) / 2e-5
    found = expect.array(gradient, shape=slope.shape)
    # The differences are good to about 1e-10 of the norm, which is 1e-3 or more.
    distance = np.linalg.norm(found - slope) / np.linalg.norm(slope)
    expect.that(bool(distance < 1e-6), f"d{name} should be the slope of the loss along {name}.", distance=distance)


def are(answer, expected, names, **tolerance):
    """Compare the arrays of a dict."""
    found = expect.mapping(answer, names)
    for name in names:
        expect.array(found[name], expected[name], **tolerance)


def problem(rng, n_inputs, n_hidden, m):
    """Parameters with biases, samples, and targets."""
    parameters = {
        "W1": rng.normal(size=(n_hidden, n_inputs)),
        "b1": rng.normal(size=(n_hidden, 1)),
        "W2": rng.normal(size=(1, n_hidden)) + 0.5,
        "b2": rng.normal(size=(1, 1)),
    }
    return parameters, rng.normal(size=(n_inputs, m)), targets(rng, m)


def targets(rng, m):
    """Targets of which half are 1, or the smaller half; a single one is 1."""
    return rng.permutation(np.arange(m) < max(1, m // 2)).astype(float)[np.newaxis]


def slopes_at(rng, *sizes):
    """Parameters, and gradients of the same shapes."""
    parameters, X, Y = problem(rng, *sizes)
    return parameters, backpropagated(parameters, X, Y, *answers(parameters, X))


def hidden_plane(rng):
    """Four samples in the plane of two hidden units, its coordinates, and answers that separate the samples."""
    A1 = np.array([[-0.9, 0.9, 0.8, 0.9], [0.9, 0.8, 0.9, -0.9]]) + rng.uniform(-0.05, 0.05, size=(2, 4))
    a1, a2 = np.linspace(-1.25, 1.25, 21), np.linspace(-1.25, 1.25, 31)
    first, second = rng.uniform(2.0, 3.0, size=2)
    return A1, a1, a2, right_sigmoid(first * a1 + second * a2[:, np.newaxis] - 2.0)


def differ(pictures, sentence):
    """Two pictures do not look the same."""
    expect.that(not pictures[0].looks_like(pictures[1]), sentence)


def weights(student, generator, n_inputs, n_hidden):
    """All weights of a new network of the student's in a row, those of the hidden layer first."""
    found = expect.mapping(student.xor_network.initialise(n_inputs, n_hidden, generator), ("W1", "W2"))
    layers = {"W1": (n_hidden, n_inputs), "W2": (1, n_hidden)}
    return np.concatenate([expect.array(found[name], shape=shape).ravel() for name, shape in layers.items()])


def backward_of(student, parameters, X, Y):
    """The student's gradients."""
    stand_ins(student, but="backward")
    return expect.mapping(student.xor_network.backward(parameters, X, Y, *answers(parameters, X)), GRADIENTS)


def knows_xor(parameters, n_hidden):
    """Whether a network of the student's answers XOR rightly."""
    _, A2 = answers(network_of(parameters, n_hidden), INPUTS)
    return np.all(np.abs(A2 - TARGETS) < 0.5)


def network_of(parameters, n_hidden):
    """The parameters of a network of the student's with two inputs."""
    network = opened(parameters)
    expect.that(network["W1"].shape == (n_hidden, 2), "W1 should have a row for each hidden unit.")
    return network


def starts(student, rng, n_hidden, lucky, max_starts):
    """Let `initialise` give networks that can learn nothing, but for one; the other functions are ours.

    Where all weights are zero, so are all gradients but that of b2, which has its minimum where it starts.
    """
    stand_ins(student, but="learn_xor")
    zeros = {
        "W1": np.zeros((n_hidden, 2)),
        "b1": np.zeros((n_hidden, 1)),
        "W2": np.zeros((1, n_hidden)),
        "b2": np.zeros((1, 1)),
    }
    coming = iter([network_that_knows_xor(rng, n_hidden) if i + 1 == lucky else zeros for i in range(max_starts)])

    def initialise(n_inputs, n_hidden, rng):
        expect.integer(n_inputs, 2)
        expect.integer(n_hidden, zeros["W2"].size)
        network = next(coming, None)
        expect.that(network is not None, "There were more starts than allowed.")
        return network

    student.xor_network.initialise = initialise


def network_that_knows_xor(rng, n_hidden):
    """Two units say whether one input at least is 1, and whether both are; others are ignored."""
    knowing = {
        "W1": rng.normal(size=(n_hidden, 2)),
        "b1": rng.normal(size=(n_hidden, 1)),
        "W2": np.zeros((1, n_hidden)),
        "b2": np.array([[-4.0]]),
    }
    one, both = rng.permutation(n_hidden)[:2]
    knowing["W1"][[one, both]] = 5.0
    knowing["b1"][one], knowing["b1"][both] = -2.5, -7.5
    knowing["W2"][0, one], knowing["W2"][0, both] = 4.0, -4.0
    return knowing


def stand_ins(student, but):
    """Put right functions in the place of the student's, but for the one that is judged."""

    for function in (sigmoid, forward, binary_cross_entropy, backward, update, train):
        if function.__name__ != but:
            setattr(student.xor_network, function.__name__, function)


def sigmoid(z):
    """A right `sigmoid`."""
    return right_sigmoid(expect.numbers(z))[()]


def forward(parameters, X):
    """A right `forward`."""
    network = opened(parameters)
    return answers(network, matrix(X, rows=network["W1"].shape[1]))


def binary_cross_entropy(A2, Y):
    """A right `binary_cross_entropy`."""
    probabilities = expect.numbers(A2, shape=(1, None))
    expect.that(probabilities.size > 0, "binary_cross_entropy was called without answers.")
    return loss(probabilities, expect.numbers(Y, shape=probabilities.shape))


def backward(parameters, X, Y, A1, A2):
    """A right `backward`."""
    network = opened(parameters)
    n_hidden, n_inputs = network["W1"].shape
    samples = matrix(X, rows=n_inputs)
    m = samples.shape[1]
    expect.that(m > 0, "backward was called without samples.")
    shapes = [(Y, (1, m)), (A1, (n_hidden, m)), (A2, (1, m))]
    return backpropagated(network, samples, *(expect.numbers(answer, shape=shape) for answer, shape in shapes))


def update(parameters, gradients, learning_rate):
    """A right `update`."""
    network, slopes = opened(parameters), expect.mapping(gradients, GRADIENTS)
    slopes = {f"d{name}": expect.numbers(slopes[f"d{name}"], shape=network[name].shape) for name in NAMES}
    return moved(network, slopes, expect.numbers(learning_rate, shape=()))


def train(parameters, X, Y, learning_rate, steps):
    """A right `train`, which stops after a hundred steps: none of our networks needs more."""
    network = opened(parameters)
    samples = matrix(X, rows=network["W1"].shape[1])
    expect.that(samples.size > 0, "train was called without samples.")
    wanted = expect.numbers(Y, shape=(1, samples.shape[1]))
    rate, number = expect.numbers(learning_rate, shape=()), expect.integer(steps, minimum=1)
    return descend(network, samples, wanted, rate, min(number, 100))


def matrix(answer, rows=None):
    """A matrix, with so many rows where that is given; none here has a thousand rows or columns."""
    values = expect.numbers(answer, shape=(rows, None))
    expect.that(max(values.shape) < 1_000, "A function was called with an array that is larger than any here.")
    return values


def opened(parameters):
    """The parameters of a network, shapes and all."""
    found = expect.mapping(parameters, NAMES)
    n_hidden, n_inputs = matrix(found["W1"]).shape
    shapes = {"W1": (n_hidden, n_inputs), "b1": (n_hidden, 1), "W2": (1, n_hidden), "b2": (1, 1)}
    return {name: expect.numbers(found[name], shape=shapes[name]) for name in NAMES}
