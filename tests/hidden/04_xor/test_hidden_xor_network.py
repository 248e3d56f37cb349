"""Hidden checks of the network that learns XOR: inputs drawn for each submission.

Sizes differ, but for one square case each. Dicts of parameters have their keys in another order than the public checks.
"""

import numpy as np
import pytest

from autograder import expect

NAMES = ("W1", "b1", "W2", "b2")
GRADIENTS = ("dW1", "db1", "dW2", "db2")
INPUTS = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
TARGETS = np.array([[0.0, 1.0, 1.0, 0.0]])
SIZES = [(3, 5, 7), (4, 2, 1), (3, 3, 3)]


@pytest.mark.task("1.1")
def test_sigmoid_far_out(student, rng):
    """The sigmoid is right far from zero too, up to 10,000 on either side, for an array and for a number."""
    z = np.concatenate([rng.uniform(700, 9000, size=3), [1e4, 30.0, 0.0]])
    z = np.concatenate([z, -z])
    expect.array(student.xor_network.sigmoid(z), right_sigmoid(z))
    for number in (float(rng.uniform(720, 9000)), -10_000, 10_000.0, -float(rng.uniform(720, 9000))):
        expect.number(student.xor_network.sigmoid(number), float(number > 0))


@pytest.mark.task("1.1")
def test_sigmoid_leaves_its_argument(student, rng):
    """The sigmoid of an array of any shape, of whole numbers too, is right and leaves that array as it was."""
    shapes = [(7,), (3, 5), (1, 1), (1,)]
    for z in [*(rng.uniform(-9, 9, size=shape) for shape in shapes), rng.permutation(np.arange(-4, 5)).reshape(3, 3)]:
        kept = student.keep(z)
        expect.array(student.xor_network.sigmoid(kept), right_sigmoid(z), dtype="float64")
        expect.array(kept, z)
    far = 1000 * rng.normal(size=(7,)) + 5000
    kept = student.keep(far)
    student.xor_network.sigmoid(kept)
    expect.array(kept, far)


@pytest.mark.task("1.2")
def test_initialise_from_the_generator(student, rng):
    """The generator decides: the same state gives the same weights, and every other one gives others."""
    seed = int(rng.integers(2**31))
    one, same, other = student.rng(seed), student.rng(seed), student.rng(seed + 1)
    first, again = weights(student, one, 4, 3), weights(student, one, 4, 3)
    expect.that(np.array_equal(first, weights(student, same, 4, 3)), "The same state should give the same weights.")
    expect.that(not np.any(first == again), "Weights drawn later should be different.")
    expect.that(not np.any(first == weights(student, other, 4, 3)), "Another seed should give other weights.")


@pytest.mark.task("1.2")
def test_initialise_spread(student, rng):
    """The weights of wide layers, too, spread around 0, neither so little that nothing is learned nor too much."""
    # 1,600 numbers of W1, 800 of W2: their standard deviation is off by 12 % at most, their mean by 0.18 standard
    # deviations, but in fewer than one of 10**6 runs on normal or uniform weights that are allowed.
    generator = student.rng(int(rng.integers(2**31)))
    wide_inputs = np.array([weights(student, generator, 20, 2) for _ in range(40)])[:, :40]
    wide_hidden = np.array([weights(student, generator, 2, 20) for _ in range(40)])
    for layer in (wide_inputs, wide_hidden[:, :40], wide_hidden[:, 40:]):
        expect.that(0.26 < layer.std() < 2.3, "The spread of the weights is not what it should be.")
        expect.that(abs(layer.mean()) < 0.3 * layer.std(), "The mean of the weights should be 0.")


@pytest.mark.task("2.1")
def test_forward_of_any_size(student, rng):
    """The network's answers are right for any number of inputs, hidden units and samples."""
    stand_ins(student, but="forward")
    for sizes in [*SIZES, (1, 6, 3)]:
        with expect.given(kind(*sizes)):
            parameters, X, _ = problem(rng, *sizes)
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
        with expect.given("a batch of one sample" if m == 1 else "a batch of several samples"):
            A2, Y = rng.uniform(0.05, 0.95, size=(1, m)), targets(rng, m)
            kept_A2, kept_Y = student.keep(A2), student.keep(Y)
            expect.number(student.xor_network.binary_cross_entropy(kept_A2, kept_Y), loss(A2, Y))
            expect.array(kept_A2, A2)
            expect.array(kept_Y, Y)


@pytest.mark.task("2.2")
def test_loss_of_certain_mistakes(student, rng):
    """The loss of answers that are certain and wrong is that of 1e-12, and leaves them as they were."""
    # A2 or the probability of the right answer may be the one that is moved: a difference of 1e-6. A limit that is
    # added instead makes one of 1e-2, and so does any other limit.
    beyond = float(rng.uniform(2e-13, 8e-13))
    ordinary = float(rng.uniform(0.1, 0.9))
    for A2, Y in [([1.0], [0.0]), ([beyond], [1.0]), ([1 - beyond], [0.0]), ([1.0, ordinary, 0.0], [0.0, 1.0, 1.0])]:
        given, wanted = np.array([A2]), np.array([Y])
        kept = student.keep(given)
        expect.number(student.xor_network.binary_cross_entropy(kept, wanted), loss(given, wanted), rtol=1e-5)
        expect.array(kept, given, rtol=0, atol=0)


@pytest.mark.task("2.3", weight=2)
def test_output_gradients_of_any_size(student, rng):
    """The gradients of the output unit are the slopes of the loss, for any sizes."""
    for sizes in SIZES:
        with expect.given(kind(*sizes)):
            parameters, X, Y = problem(rng, *sizes)
            gradients = backward_of(student, parameters, X, Y)
            is_slope(gradients["dW2"], parameters, "W2", X, Y)
            is_slope(gradients["db2"], parameters, "b2", X, Y)


@pytest.mark.task("2.3", weight=2)
def test_hidden_gradients_of_any_size(student, rng):
    """The gradients of the hidden units are the slopes of the loss, for any sizes."""
    for sizes in SIZES:
        with expect.given(kind(*sizes)):
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
    for sizes, rate in zip(SIZES, (float(rng.uniform(0.2, 2.0)), 2, 0.0), strict=True):
        with expect.given(
            "a learning rate of 0" if rate == 0 else "a whole learning rate" if rate == 2 else kind(*sizes)
        ):
            parameters, gradients = slopes_at(rng, *sizes)
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
    """The parameters are where gradient descent on all samples leads, however many steps it takes."""
    stand_ins(student, but="train")
    ordinary, of_one, (unsteady, large) = problem(rng, 3, 4, 6), almost_certain(rng), overshooting(rng, 4)
    for start, rate, steps in [(ordinary, 0.7, 10), (ordinary, 0.7, 0), (of_one, 0.7, 4), (unsteady, large, 4)]:
        trained, _ = expect.items(student.xor_network.train(*start, rate, steps), 2)
        # Sums in another order make a difference of less than 1e-10.
        are(trained, descend(*start, rate, steps)[0], NAMES, rtol=1e-8, atol=1e-8)


@pytest.mark.task("3.1", weight=2)
def test_training_reports_the_losses(student, rng):
    """Training reports the loss before each step, and nothing of an earlier training."""
    stand_ins(student, but="train")
    for steps in (9, 4, 0):
        start = problem(rng, 3, 4, 6)
        _, losses = expect.items(student.xor_network.train(*start, 0.7, steps), 2)
        for found, number in zip(expect.items(losses, steps), descend(*start, 0.7, steps)[1], strict=True):
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
    """Starts are drawn with the given generator, and the first that learns XOR is returned as `train` gave it."""
    # More time than elsewhere for those who train with a loop of their own, which calls our stand-ins at each step.
    sequences = [
        [LEARNED],
        [*ALMOST_LEARNED, HARDLY_LEARNED, LEARNED],
        [NOTHING_TO_LEARN_FROM[1], NOTHING_TO_LEARN_FROM[2], LEARNED],
    ]
    for sequence, lucky in zip(sequences, (0, len(ALMOST_LEARNED), 2), strict=True):
        n_hidden, generator = int(rng.integers(3, 7)), student.rng(1)
        networks = [of_switches(rng, n_hidden, *one) for one in sequence]
        drawn_with, trained = starts(student, networks)
        learned = opened(student.xor_network.learn_xor(n_hidden, generator, len(networks)))
        for one in drawn_with:
            expect.same(one, generator)
        if trained:
            expect.that(alike(learned, networks[lucky][1]), "The first network that knows XOR should be returned.")
        else:
            # Training of the student's own. No training moves W1 and b1, so they tell where it started.
            began = any(alike(learned, start, ("W1", "b1")) for start, _ in networks)
            expect.that(began, "The network that is returned should come from one of the starts.")
            expect.that(knows_xor(learned), "The network that is returned should know XOR.")


@pytest.mark.task("3.2", timeout=20)
def test_learn_xor_stops_at_the_limit(student, rng):
    """After max_starts starts without success RuntimeError is raised, however near the networks have come."""
    n_hidden = int(rng.integers(3, 7))
    networks = [of_switches(rng, n_hidden, *one) for one in NOTHING_TO_LEARN_FROM]
    starts(student, networks)
    learn_xor, generator = student.xor_network.learn_xor, student.rng(1)
    with expect.raises("RuntimeError"):
        learn_xor(n_hidden, generator, len(networks))


@pytest.mark.task("3.3", weight=3, timeout=20)
def test_learns_xor_from_other_starts(student):
    """All functions of parts 1 to 3 together learn XOR from other starts, and your `forward` gives the answers."""
    # With eight to ten units, each of 1,000 starts learned XOR: with weights of standard deviation 0.3, 1 and 2 in 500
    # steps at rate 1, and with 1 also at rates from 0.1 (5,000 steps) to 2. The worst mistakes that learn now and then
    # do so in less than half of the cases, so five networks tell them from right solutions. The seeds stand here
    # because a fresh one would not make the answer harder to guess: it would only let chance decide.
    for n_hidden, seed in [(8, 12), (9, 3), (8, 27), (10, 5), (9, 41)]:
        learned = student.xor_network.learn_xor(n_hidden, student.rng(seed), 3)
        network = opened(learned)
        expect.that(network["W1"].shape == (n_hidden, 2), "W1 should have a row for each hidden unit.")
        expect.that(knows_xor(network), "The network that is returned should know XOR.")
        _, A2 = expect.items(student.xor_network.forward(learned, INPUTS), 2)
        expect.array(A2, answers(network, INPUTS)[1])


@pytest.mark.task("4.1", weight=2)
def test_grid_of_any_size(student, rng):
    """The grid holds the probability at every point, for any number of rows and columns."""
    stand_ins(student, but="decision_grid")
    for x1, x2 in planes(rng, -1, 2):
        parameters, _, _ = problem(rng, 2, 5, 1)
        P = student.xor_network.decision_grid(parameters, x1, x2)
        expect.array(P, [[answers(parameters, np.array([[a], [b]]))[1].item() for a in x1] for b in x2])


@pytest.mark.task("4.1")
def test_grid_of_whole_coordinates(student, rng):
    """The grid is right for whole coordinates in any order, and what it is given stays as it was."""
    stand_ins(student, but="decision_grid")
    for _ in range(2):
        parameters, x1, x2 = problem(rng, 2, 5, 1)[0], *whole_plane(rng)
        kept, kept_x1, kept_x2 = student.keep(parameters), student.keep(x1), student.keep(x2)
        P = student.xor_network.decision_grid(kept, kept_x1, kept_x2)
        expect.array(P, [[answers(parameters, np.array([[a], [b]]))[1].item() for a in x1] for b in x2])
    are(kept, parameters, NAMES)
    expect.array(kept_x1, x1)
    expect.array(kept_x2, x2)


@pytest.mark.task("4.2")
def test_hidden_layer_of_any_network(student, rng):
    """The four samples stand where the hidden units of any network put them, in their order."""
    stand_ins(student, but="hidden_representation")
    for n_hidden in (2, 5, 4, 2):
        parameters, _, _ = problem(rng, 2, n_hidden, 1)
        kept = student.keep(parameters)
        H = student.xor_network.hidden_representation(kept)
        expect.array(H, answers(parameters, INPUTS)[0])
    are(kept, parameters, NAMES)


@pytest.mark.task("4.2")
def test_plane_of_any_size(student, rng):
    """The plane holds what any output unit answers at every point, and what it is given stays as it was."""
    stand_ins(student, but="output_plane")
    for a1, a2 in [*planes(rng, -1, 1), whole_plane(rng), whole_plane(rng)]:
        W2, b2 = rng.normal(size=(1, 2)), rng.normal(size=(1, 1))
        kept = [student.keep(array) for array in (W2, b2, a1, a2)]
        P = student.xor_network.output_plane(*kept)
        expect.array(P, [[right_sigmoid(W2 @ np.array([[a], [b]]) + b2).item() for a in a1] for b in a2])
    for answer, array in zip(kept, (W2, b2, a1, a2), strict=True):
        expect.array(answer, array)


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
    total = {f"d{name}": np.zeros_like(parameters[name]) for name in NAMES}
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


def kind(n_inputs, n_hidden, m):
    """The sizes of a network and its batch in words."""
    if m == 1:
        return "a batch of one sample"
    if n_inputs == n_hidden == m:
        return "as many inputs and hidden units as samples"
    return "a network with one input" if n_inputs == 1 else "a batch of several samples"


def are(answer, expected, names, **tolerance):
    """Compare the arrays of a dict."""
    found = expect.mapping(answer, names)
    for name in names:
        expect.array(found[name], expected[name], dtype="float64", **tolerance)


def problem(rng, n_inputs, n_hidden, m):
    """Parameters with biases, samples, and targets; one weight is 0, and one number of a sample."""
    W1, X = rng.normal(size=(n_hidden, n_inputs)), rng.normal(size=(n_inputs, m))
    W1[-1, -1] = X[0, 0] = 0.0
    parameters = {
        "b2": rng.normal(size=(1, 1)),
        "W2": rng.normal(size=(1, n_hidden)) + 0.5,
        "b1": rng.normal(size=(n_hidden, 1)),
        "W1": W1,
    }
    return parameters, X, targets(rng, m)


def almost_certain(rng):
    """A problem of one sample, which a network answers rightly from the beginning, with a loss of 6e-6."""
    parameters, X, Y = problem(rng, 3, 4, 1)
    A1, _ = answers(parameters, X)
    return {**parameters, "b2": 12.0 - parameters["W2"] @ A1}, X, Y


def overshooting(rng, steps):
    """A problem and a learning rate with which the loss after the last step is far from the lowest."""
    parameters, X, Y = problem(rng, 3, 4, 3)
    start, rate = (parameters, np.hstack([X, X]), np.hstack([Y, 1 - Y])), 4.0
    while (losses := descend(*start, rate, steps + 1)[1])[-1] < 1.5 * min(losses):
        rate *= 1.5
    return start, rate


def planes(rng, low, high):
    """Coordinates for several planes, one of them square."""
    for columns, rows in [(6, 3), (1, 4), (4, 4)]:
        yield np.sort(rng.uniform(low, high, size=columns)), np.sort(rng.uniform(low, high, size=rows))


def whole_plane(rng):
    """Whole coordinates in any order."""
    return rng.permutation([-1, 0, 1, 2]), rng.permutation([0, 1, -2])


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


def knows_xor(network):
    """Whether a network answers XOR rightly."""
    _, A2 = answers(network, INPUTS)
    return bool(np.all(np.abs(A2 - TARGETS) < 0.5))


def alike(network, other, names=NAMES):
    """Whether two networks have the same arrays under these names."""
    pairs = [(network[name], other[name]) for name in names]
    return all(one.shape == two.shape and np.allclose(one, two, rtol=1e-7, atol=1e-9) for one, two in pairs)


# Networks by the sums Z2 with which they answer the samples, and by the samples that their hidden units single out (to
# the output unit, all others are alike). All units are saturated, so no training moves W1 and b1: a start can learn XOR
# or cannot from the beginning. Sums are sixteenths, so that 0 is 0 to the last bit.
EACH = (1, 2, 3)
LEARNED = ((-4.0, 4.0, 4.0, -4.0), EACH)
HARDLY_LEARNED = ((-0.25, 0.25, 0.25, -0.25), EACH)
ALMOST_LEARNED = [
    ((-4.0, 4.0, 4.0, 0.25), EACH),
    ((-4.0, -0.25, 4.0, -4.0), EACH),
    ((0.25, 4.0, 4.0, -4.0), EACH),
    ((-4.0, 4.0, 4.0, 0.0), EACH),
    ((-4.0, 4.0, 0.0, -4.0), EACH),
    ((-4.0, 4.0, 0.0, 0.0), EACH),
]
NOTHING_TO_LEARN_FROM = [
    ((0.0, 0.0, 0.0, 0.0), ()),
    ((-4.0, 0.25, 0.25, 0.25), (0,)),
    ((-0.25, -0.25, 4.0, -0.25), (2,)),
    ((0.0, 0.0, 0.0, -4.0), (3,)),
]


def of_switches(rng, n_hidden, sums, singled_out):
    """A start, and where training leads it."""
    units, rest = rng.permutation(n_hidden), next(sums[i] for i in range(4) if i not in singled_out)
    W1, W2 = rng.normal(size=(n_hidden, 2)), np.zeros((1, n_hidden))
    b1 = rng.choice([-1.0, 1.0], size=(n_hidden, 1)) * rng.uniform(60, 90, size=(n_hidden, 1))
    for unit, sample in zip(units, singled_out, strict=False):
        slope = rng.uniform(60, 90)
        W1[unit] = slope * (2 * INPUTS[:, sample] - 1)
        b1[unit] = slope * (0.5 - INPUTS[:, sample].sum())
        W2[0, unit] = (sums[sample] - rest) / 2
    hidden = {"W1": W1, "b1": b1}
    return (
        {**hidden, "W2": np.zeros_like(W2), "b2": np.zeros((1, 1))},
        {**hidden, "W2": W2, "b2": np.array([[rest + W2.sum()]])},
    )


def starts(student, networks):
    """Let `initialise` give one start after the other, and `train` what each leads to; the others are ours as well.

    Returns two lists that grow with every call: the generators that `initialise` got, and the steps of `train`.
    """
    stand_ins(student, but="learn_xor")
    coming, generators, trainings = iter(networks), [], []

    def initialise(n_inputs, n_hidden, rng):
        expect.integer(n_inputs, 2)
        start, _ = next(coming, (None, None))
        expect.that(start is not None, "There were more starts than allowed.")
        expect.integer(n_hidden, start["W2"].size)
        generators.append(rng)
        return start

    def train(parameters, X, Y, learning_rate, steps):
        network, samples = opened(parameters), matrix(X, rows=2)
        wanted = expect.numbers(Y, shape=(1, samples.shape[1]))
        expect.that(np.array_equal(wanted[0], samples[0] != samples[1]), "train was called with samples not of XOR.")
        number = expect.integer(steps, minimum=0)
        expect.numbers(learning_rate, shape=())
        trained = next((one for start, one in networks if alike(network, start, ("W1", "b1"))), None)
        expect.that(trained is not None, "train was called with something other than a start.")
        trainings.append(number)
        return trained, [loss(answers(trained, INPUTS)[1], TARGETS)] * min(number, 100)

    student.xor_network.initialise, student.xor_network.train = initialise, train
    return generators, trainings


def stand_ins(student, but):
    """Put right functions in the place of the student's, but for the one that is judged."""

    for function in (sigmoid, forward, binary_cross_entropy, backward, update):
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
