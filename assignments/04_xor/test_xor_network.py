"""Public checks of the network that learns XOR: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other numbers and sizes. Where one of your functions may call another, a
check puts a stand-in for the other one in its place, so that a mistake costs points in one task only.
"""

import numpy as np
import pytest

from autograder import expect

NAMES = ("W1", "b1", "W2", "b2")
INPUTS = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])

# A network with three inputs and two hidden units, and four samples for it.
NETWORK = {
    "W1": np.array([[0.5, -1.0, 0.25], [1.0, 0.5, -0.5]]),
    "b1": np.array([[0.1], [-0.2]]),
    "W2": np.array([[2.0, -1.5]]),
    "b2": np.array([[0.3]]),
}
X = np.array(
    [
        [1.0, 0.0, -1.0, 2.0],
        [0.5, 1.0, 0.0, -0.5],
        [-1.0, 2.0, 1.0, 0.0],
    ]
)
Y = np.array([[1.0, 0.0, 0.0, 1.0]])

# Networks with two inputs: one that has learned XOR, one that says the opposite, and one that will never learn it
# (its gradients are all zero).
LEARNED = {
    "W1": np.array([[5.0, 4.0], [4.0, 5.0], [0.0, 1.0]]),
    "b1": np.array([[-2.0], [-6.5], [0.0]]),
    "W2": np.array([[4.0, -4.0, 0.0]]),
    "b2": np.array([[-4.0]]),
}
OPPOSITE = {**LEARNED, "W2": -LEARNED["W2"], "b2": -LEARNED["b2"]}
STUCK = {name: np.zeros_like(value) for name, value in LEARNED.items()}


@pytest.mark.task("1.1")
def test_sigmoid_of_a_number(student):
    """The sigmoid of 0 is one half, and e^z / (1 + e^z) is another way to write it."""
    sigmoid = student.xor_network.sigmoid
    expect.number(sigmoid(0.0), 0.5)
    expect.number(sigmoid(1.0), np.e / (1 + np.e))
    expect.number(sigmoid(-1.0), 1 / (1 + np.e))


@pytest.mark.task("1.1")
def test_sigmoid_of_an_array(student):
    """The sigmoid of an array is an array of the same shape, element by element."""
    z = np.array([[-2.0, 0.0, 1.0], [3.0, -0.5, 40.0]])
    expect.array(student.xor_network.sigmoid(z), 1 / (1 + np.exp(-z)))


@pytest.mark.task("1.2")
def test_initialise_shapes(student):
    """New parameters have the right shapes, and the biases are 0."""
    parameters = expect.mapping(student.xor_network.initialise(3, 5, student.rng(1)), NAMES)
    expect.array(parameters["W1"], shape=(5, 3), dtype="float64")
    expect.array(parameters["b1"], np.zeros((5, 1)), dtype="float64")
    expect.array(parameters["W2"], shape=(1, 5), dtype="float64")
    expect.array(parameters["b2"], np.zeros((1, 1)), dtype="float64")


@pytest.mark.task("1.2")
def test_initialise_makes_units_differ(student):
    """No two of the new weights are alike: units that start alike stay alike for ever."""
    parameters = expect.mapping(student.xor_network.initialise(3, 5, student.rng(1)), NAMES)
    for name, shape in [("W1", (5, 3)), ("W2", (1, 5))]:
        weights = expect.array(parameters[name], shape=shape)
        expect.that(len(np.unique(weights)) == weights.size, f"The numbers in {name} should all differ.")


@pytest.mark.task("2.1")
def test_forward_hidden(student):
    """The hidden units say tanh of their weighted sums and biases."""
    student.xor_network.sigmoid = sigmoid
    A1, _ = expect.items(student.xor_network.forward(NETWORK, X), 2)
    expect.array(A1, answers(NETWORK, X)[0])


@pytest.mark.task("2.1")
def test_forward_output(student):
    """The output unit says the sigmoid of its weighted sum and bias."""
    student.xor_network.sigmoid = sigmoid
    _, A2 = expect.items(student.xor_network.forward(NETWORK, X), 2)
    expect.array(A2, answers(NETWORK, X)[1])


@pytest.mark.task("2.2")
def test_loss_is_a_mean(student):
    """The loss is the mean of -log(probability given to the right answer)."""
    A2, Y = np.array([[0.9, 0.2, 0.5]]), np.array([[1.0, 0.0, 1.0]])
    mean = -(np.log(0.9) + np.log(0.8) + np.log(0.5)) / 3
    expect.number(student.xor_network.binary_cross_entropy(A2, Y), mean)


@pytest.mark.task("2.2")
def test_loss_of_certainty(student):
    """Someone who is certain and right has a loss of almost 0."""
    A2 = Y = np.array([[1.0, 0.0, 0.0]])
    expect.number(student.xor_network.binary_cross_entropy(A2, Y), 0.0, atol=1e-6)


@pytest.mark.task("2.3")
def test_gradients_of_the_output_unit(student):
    """dW2 and db2 are the slopes of the loss along W2 and b2."""
    gradients = expect.mapping(student.xor_network.backward(NETWORK, X, Y, *answers(NETWORK, X)), ("dW2", "db2"))
    is_slope(gradients["dW2"], "W2")
    is_slope(gradients["db2"], "b2")


@pytest.mark.task("2.3")
def test_gradients_of_the_hidden_units(student):
    """dW1 and db1 are the slopes of the loss along W1 and b1."""
    gradients = expect.mapping(student.xor_network.backward(NETWORK, X, Y, *answers(NETWORK, X)), ("dW1", "db1"))
    is_slope(gradients["dW1"], "W1")
    is_slope(gradients["db1"], "b1")


@pytest.mark.task("2.4")
def test_update_goes_against_the_slope(student):
    """A step changes every parameter against its gradient, by the learning rate times as much."""
    gradients = {
        "dW1": np.array([[1.0, 0.0, -2.0], [0.0, 4.0, 1.0]]),
        "db1": np.array([[-1.0], [2.0]]),
        "dW2": np.array([[3.0, 0.5]]),
        "db2": np.array([[-0.5]]),
    }
    updated = expect.mapping(student.xor_network.update(NETWORK, gradients, 0.1), NAMES)
    expect.array(updated["W1"], [[0.4, -1.0, 0.45], [1.0, 0.1, -0.6]])
    expect.array(updated["b1"], [[0.2], [-0.4]])
    expect.array(updated["W2"], [[1.7, -1.55]])
    expect.array(updated["b2"], [[0.35]])


@pytest.mark.task("3.1")
def test_train_one_step(student):
    """One step of training leads to the parameters that `update` gives, and reports the loss before it."""
    start = {**NETWORK, "W1": np.zeros((2, 3)), "b1": np.zeros((2, 1)), "b2": np.zeros((1, 1))}
    gradients = {
        "dW1": np.array([[-1.0, 0.25, 1.0], [0.75, -0.1875, -0.75]]),
        "db1": np.zeros((2, 1)),
        "dW2": np.zeros((1, 2)),
        "db2": np.zeros((1, 1)),
    }
    after = {**start, "W1": np.array([[0.5, -0.125, -0.5], [-0.375, 0.09375, 0.375]])}
    stand_ins(student, A1=np.zeros((2, 4)), A2=np.full((1, 4), 0.5), gradients=gradients, after=after)
    parameters, losses = expect.items(student.xor_network.train(start, X, Y, 0.5, 1), 2)
    found = expect.mapping(parameters, NAMES)
    for name in NAMES:
        expect.array(found[name], after[name])
    (loss,) = expect.items(losses, 1)
    expect.number(loss, np.log(2))


@pytest.mark.task("3.1")
def test_train_runs_all_steps(student):
    """Training runs as many steps as it is told and reports a loss for each, even where nothing changes."""
    zeros = {f"d{name}": value for name, value in STUCK.items()}
    stand_ins(student, A1=np.zeros((3, 4)), A2=np.full((1, 4), 0.5), gradients=zeros, after=STUCK)
    targets = np.array([[0.0, 1.0, 1.0, 0.0]])
    parameters, losses = expect.items(student.xor_network.train(STUCK, INPUTS, targets, 0.5, 7), 2)
    found = expect.mapping(parameters, NAMES)
    for name in NAMES:
        expect.array(found[name], STUCK[name])
    for loss in expect.items(losses, 7):
        expect.number(loss, np.log(2))


@pytest.mark.task("3.2", timeout=20)
def test_learn_xor_starts_again(student):
    """Two starts that lead nowhere are followed by a third, which is returned once it has learned XOR."""
    starts(student, [STUCK, OPPOSITE, LEARNED, STUCK, STUCK])
    knows_xor(student.xor_network.learn_xor(3, student.rng(1), 5), n_hidden=3)


@pytest.mark.task("3.2", timeout=20)
def test_learn_xor_gives_up(student):
    """If no start has led to a network that knows XOR, RuntimeError is raised."""
    starts(student, [STUCK, STUCK])
    learn_xor, rng = student.xor_network.learn_xor, student.rng(1)
    with expect.raises("RuntimeError"):
        learn_xor(3, rng, 2)


@pytest.mark.task("3.3", timeout=20)
def test_learns_xor(student):
    """Your own functions together learn XOR with eight hidden units: five times, each in one of three starts."""
    # A start with eight units fails less than once in a hundred times. One success could be luck, five cannot.
    for seed in range(5):
        knows_xor(student.xor_network.learn_xor(8, student.rng(seed), 3), n_hidden=8)


@pytest.mark.task("4.1")
def test_grid_holds_the_answers(student):
    """The grid has a row for each x2 and a column for each x1, and holds what the network answers there."""
    student.xor_network.forward = forward
    x1, x2 = np.array([0.0, 0.5, 1.0, 1.25]), np.array([0.0, 1.0])
    rows = [answers(LEARNED, np.array([x1, np.full(4, second)]))[1][0] for second in x2]
    expect.array(student.xor_network.decision_grid(LEARNED, x1, x2), np.array(rows))


@pytest.mark.task("4.2")
def test_hidden_layer_makes_xor_separable(student):
    """In the hidden layer of a network that knows XOR, a plane has the 1s on one side and the 0s on the other."""
    student.xor_network.forward = forward
    H = expect.array(student.xor_network.hidden_representation(LEARNED), shape=(3, 4))
    side = LEARNED["W2"] @ H + LEARNED["b2"] > 0
    expect.that(
        np.array_equal(side, [[False, True, True, False]]),
        "The output unit should separate the samples (0, 1) and (1, 0) from the others.",
        side=side,
    )


@pytest.mark.task("4.2")
def test_plane_holds_the_answers(student):
    """The plane has a row for each a2 and a column for each a1, and holds what the output unit answers there."""
    student.xor_network.sigmoid = sigmoid
    a1, a2 = np.array([-1.0, 0.0, 0.5, 1.0]), np.array([-0.5, 1.0])
    P = student.xor_network.output_plane(np.array([[2.0, -1.5]]), np.array([[0.25]]), a1, a2)
    # The weighted sums and the bias, written out.
    Z2 = np.array([[-1.0, 1.0, 2.0, 3.0], [-3.25, -1.25, -0.25, 0.75]])
    expect.array(P, 1 / (1 + np.exp(-Z2)))


@pytest.mark.task("4.3", timeout=20)
def test_boundary_has_labels(student):
    """The picture of the plane is not blank, and both of its axes have labels."""
    x1, x2 = np.linspace(-0.5, 1.5, 21), np.linspace(-0.5, 1.5, 31)
    P = np.array([answers(LEARNED, np.array([x1, np.full(21, second)]))[1][0] for second in x2])
    has_labels(student.xor_network.draw_boundary(x1, x2, P))


@pytest.mark.task("4.3", timeout=20)
def test_hidden_has_labels(student):
    """The picture of the hidden layer is not blank, and both of its axes have labels."""
    A1 = np.array([[-0.9, 0.9, 0.8, 1.0], [1.0, 0.9, 0.8, -0.9]])
    a1, a2 = np.linspace(-1.25, 1.25, 21), np.linspace(-1.25, 1.25, 31)
    P = 1 / (1 + np.exp(2.0 - 2.0 * a1 - 2.5 * a2[:, np.newaxis]))
    has_labels(student.xor_network.draw_hidden(A1, a1, a2, P))


def answers(parameters, X):
    """A1 and A2, by the formulas at the head of `xor_network.py`."""
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    return A1, 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"])))


def is_slope(gradient, name):
    """Compare a gradient with the slope of the loss, measured: move each number a little, both ways."""
    slope = np.empty_like(NETWORK[name])
    for place in np.ndindex(slope.shape):
        slope[place] = (loss_moved(name, place, 1e-5) - loss_moved(name, place, -1e-5)) / 2e-5
    # The measurement itself is good to ten digits.
    expect.array(gradient, slope, rtol=1e-6, atol=1e-7)


def loss_moved(name, place, distance):
    """The loss of NETWORK after one of its numbers has been moved."""
    moved = NETWORK[name].copy()
    moved[place] += distance
    _, A2 = answers({**NETWORK, name: moved}, X)
    return np.mean(-np.log(np.where(Y == 1, A2, 1 - A2)))


def knows_xor(parameters, n_hidden):
    """See whether a network answers XOR rightly."""
    found = expect.mapping(parameters, NAMES)
    shapes = {"W1": (n_hidden, 2), "b1": (n_hidden, 1), "W2": (1, n_hidden), "b2": (1, 1)}
    _, A2 = answers({name: expect.array(found[name], shape=shapes[name]) for name in NAMES}, INPUTS)
    expect.that(
        np.all(np.abs(A2 - [[0, 1, 1, 0]]) < 0.5),
        "The network should answer all four samples of XOR rightly.",
        A2=A2,
    )


def has_labels(picture):
    """See whether a figure has axes with both labels."""
    figure = expect.figure(picture)
    expect.that(
        any(x.strip() and y.strip() for x, y in zip(figure.xlabels, figure.ylabels, strict=False)),
        "Both axes should have a label.",
    )


# Stand-ins for functions of yours that another one may call.


def sigmoid(z):
    """A right `sigmoid`."""
    return 1 / (1 + np.exp(-np.clip(expect.numbers(z), -500, 500)))


def forward(parameters, X):
    """A right `forward`, for networks with two inputs."""
    found = expect.mapping(parameters, NAMES)
    n_hidden, samples = len(expect.numbers(found["W1"], shape=(None, 2))), expect.numbers(X, shape=(2, None))
    expect.that(n_hidden * samples.size < 1_000_000, "forward was called with more than there is here.")
    shapes = {"W1": (n_hidden, 2), "b1": (n_hidden, 1), "W2": (1, n_hidden), "b2": (1, 1)}
    network = {name: expect.numbers(found[name], shape=shapes[name]) for name in NAMES}
    with np.errstate(all="ignore"):
        return answers(network, samples)


def stand_ins(student, A1, A2, gradients, after):
    """Stand-ins for what `train` may call, right for a single step or for steps that change nothing.

    All samples get the same answers, so that some of them get what all get.
    """

    def forward(parameters, X):
        m = expect.numbers(X, shape=(None, None)).shape[1]
        expect.that(m <= 4, "There are four samples.")
        return A1[:, :m], A2[:, :m]

    def binary_cross_entropy(A2, Y):
        return float(np.log(2))

    def backward(parameters, X, Y, A1, A2):
        return gradients

    def update(parameters, gradients, learning_rate):
        return after

    for function in (forward, binary_cross_entropy, backward, update):
        setattr(student.xor_network, function.__name__, function)


def starts(student, networks):
    """Let `initialise` give these networks, one after the other; training leaves each as it is."""
    coming = iter(networks)

    def initialise(n_inputs, n_hidden, rng):
        network = next(coming, None)
        expect.that(network is not None, "There were more starts than allowed.")
        return network

    def train(parameters, X, Y, learning_rate, steps):
        _, A2 = forward(parameters, X)
        expect.that(A2.size == 4, "train was called with other samples than those of XOR.")
        loss = np.mean(-np.log(np.where(np.not_equal(*INPUTS), A2, 1 - A2)))
        return parameters, [loss] * expect.integer(steps, minimum=1, maximum=100_000)

    for function in (initialise, train, forward):
        setattr(student.xor_network, function.__name__, function)
