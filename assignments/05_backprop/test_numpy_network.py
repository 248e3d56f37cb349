"""Public checks of backpropagation: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other inputs and on larger networks. Where one of your functions may call
another, a check puts a stand-in for the other one in its place, so that a mistake costs points in one task only.
The stand-ins here know what comes of the numbers and samples of their check, or the straight line of assignment 02.
"""

import io
import math

import numpy as np
import pytest

from autograder import expect


@pytest.mark.task("1.1")
def test_sigmoid(student):
    """Sigmoid is 1/2 at 0, 3/4 at the logarithm of 3, and 0 or 1 far away."""
    Z = np.array([[0.0, np.log(3.0), 5_000.0], [-np.log(3.0), np.log(9.0), -5_000.0]])
    expect.array(student.numpy_network.sigmoid(Z), [[0.5, 0.75, 1.0], [0.25, 0.9, 0.0]], dtype="float64")


@pytest.mark.task("1.1")
def test_tanh(student):
    """Tanh is 0 at 0, and 0.8 at the logarithm of 3."""
    Z = np.array([[0.0, np.log(3.0)], [-np.log(3.0), np.log(2.0)]])
    expect.array(student.numpy_network.tanh(Z), [[0.0, 0.8], [-0.8, 0.6]], dtype="float64")


@pytest.mark.task("1.1")
def test_relu(student):
    """ReLU lets positive numbers pass and makes 0 of negative ones, in a new array."""
    Z = np.array([[-2.0, 3.0, 0.5], [4.0, -0.1, 0.0]])
    kept = student.keep(Z)
    expect.array(student.numpy_network.relu(kept), [[0.0, 3.0, 0.5], [4.0, 0.0, 0.0]], dtype="float64")
    expect.array(kept, Z)


@pytest.mark.task("1.1")
def test_leaky_relu(student):
    """Leaky ReLU lets positive numbers pass and leaves a hundredth of negative ones."""
    Z = np.array([[-2.0, 3.0, 0.5], [4.0, -0.1, -7.0]])
    expect.array(student.numpy_network.leaky_relu(Z), [[-0.02, 3.0, 0.5], [4.0, -0.001, -0.07]], dtype="float64")


@pytest.mark.task("1.2")
def test_gelu(student):
    """GELU is 0 at 0, follows z on the right, goes to 0 on the left, and dips below 0 on the way."""
    Z = np.array([[0.0, 1.0, -1.0], [6.0, -6.0, 2.0]])
    expected = [[0.0, 0.84134, -0.15866], [6.0, 0.0, 1.9545]]
    expect.array(student.numpy_network.gelu(Z), expected, dtype="float64", atol=1e-3)


@pytest.mark.task("1.3")
def test_softmax_of_one_sample(student):
    """Softmax makes probabilities of the scores of one sample."""
    Z = np.log(np.array([[1.0], [5.0], [2.0]]))
    expect.array(student.numpy_network.softmax(Z), [[0.125], [0.625], [0.25]], dtype="float64")


@pytest.mark.task("1.3")
def test_softmax_of_a_batch(student):
    """Softmax looks at each sample, that is at each column, by itself, however large its scores are."""
    small, large = np.log([[1.0, 3.0, 5.0], [4.0, 1.0, 5.0]]), [[2_000.0, -2_000.0], [2_000.0, 2_000.0]]
    Z = np.hstack([small, large])
    expected = [[0.2, 0.75, 0.5, 0.5, 0.0], [0.8, 0.25, 0.5, 0.5, 1.0]]
    expect.array(student.numpy_network.softmax(Z), expected, dtype="float64")


@pytest.mark.task("1.4", group="1.4 sigmoid")
def test_sigmoid_derivative(student):
    """The derivative of sigmoid is 1/4 at 0, where it is largest."""
    Z = np.array([[0.0, np.log(3.0), -np.log(3.0)]])
    student.numpy_network.sigmoid = knows({0.0: 0.5, np.log(3.0): 0.75, -np.log(3.0): 0.25})
    expect.array(student.numpy_network.sigmoid_derivative(Z), [[0.25, 0.1875, 0.1875]], dtype="float64")


@pytest.mark.task("1.4", group="1.4 tanh")
def test_tanh_derivative(student):
    """The derivative of tanh is 1 at 0, where it is largest."""
    Z = np.array([[0.0, np.log(3.0), -np.log(2.0)]])
    student.numpy_network.tanh = knows(
        {0.0: 0.0, np.log(3.0): 0.8, -np.log(3.0): -0.8, np.log(2.0): 0.6, -np.log(2.0): -0.6}
    )
    expect.array(student.numpy_network.tanh_derivative(Z), [[1.0, 0.36, 0.64]], dtype="float64")


@pytest.mark.task("1.4")
def test_relu_derivative(student):
    """The derivative of ReLU is 1 on the right of 0 and 0 on the left."""
    Z = np.array([[-2.0, 3.0, 0.5], [4.0, -0.1, -7.0]])
    expect.array(student.numpy_network.relu_derivative(Z), [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]], dtype="float64")


@pytest.mark.task("1.4")
def test_leaky_relu_derivative(student):
    """The derivative of leaky ReLU is 1 on the right of 0 and 0.01 on the left."""
    Z = np.array([[-2.0, 3.0, 0.5], [4.0, -0.1, -7.0]])
    expected = [[0.01, 1.0, 1.0], [1.0, 0.01, 0.01]]
    expect.array(student.numpy_network.leaky_relu_derivative(Z), expected, dtype="float64")


@pytest.mark.task("1.4")
def test_gelu_derivative(student):
    """The derivative of GELU is 1/2 at 0, 1 on the far right and 0 on the far left."""
    Z = np.array([[0.0, 1.0, -1.0], [6.0, -6.0, 2.0]])
    expected = [[0.5, 1.08332, -0.08332], [1.0, 0.0, 1.08523]]
    expect.array(student.numpy_network.gelu_derivative(Z), expected, dtype="float64", atol=1e-3)


@pytest.mark.task("1.5")
def test_softmax_jacobian(student):
    """More of one class is less of the others: the columns of the Jacobian matrix add up to 0."""
    student.numpy_network.softmax = softmax
    expected = np.array([[7.0, -5.0, -2.0], [-5.0, 15.0, -10.0], [-2.0, -10.0, 12.0]]) / 64
    expect.array(student.numpy_network.softmax_jacobian(np.log([1.0, 5.0, 2.0])), expected, dtype="float64")


@pytest.mark.task("1.6")
def test_activation_curves(student):
    """There is a curve of values and a curve of slopes for each of the five activations."""
    # At 9 and at -9, all five are as good as straight.
    z = np.array([-9.0, 9.0])
    student.numpy_network.sigmoid = knows({-9.0: 1.234e-4, 9.0: 0.9998766})
    student.numpy_network.tanh = knows({-9.0: -1.0, 9.0: 1.0})
    student.numpy_network.relu = knows({-9.0: 0.0, 9.0: 9.0})
    student.numpy_network.leaky_relu = knows({-9.0: -0.09, 9.0: 9.0})
    student.numpy_network.gelu = knows({-9.0: 0.0, 9.0: 9.0})
    student.numpy_network.sigmoid_derivative = knows({-9.0: 1.234e-4, 9.0: 1.234e-4})
    student.numpy_network.tanh_derivative = knows({-9.0: 0.0, 9.0: 0.0})
    student.numpy_network.relu_derivative = knows({-9.0: 0.0, 9.0: 1.0})
    student.numpy_network.leaky_relu_derivative = knows({-9.0: 0.01, 9.0: 1.0})
    student.numpy_network.gelu_derivative = knows({-9.0: 0.0, 9.0: 1.0})
    expected = {
        "sigmoid": ([0.0, 1.0], [0.0, 0.0]),
        "tanh": ([-1.0, 1.0], [0.0, 0.0]),
        "relu": ([0.0, 9.0], [0.0, 1.0]),
        "leaky_relu": ([-0.09, 9.0], [0.01, 1.0]),
        "gelu": ([0.0, 9.0], [0.0, 1.0]),
    }
    curves = expect.mapping(student.numpy_network.activation_curves(z), list(expected))
    for name, (values, slopes) in expected.items():
        found = expect.items(curves[name], 2)
        expect.array(found[0], values, dtype="float64", atol=1e-3)
        expect.array(found[1], slopes, dtype="float64", atol=1e-3)


@pytest.mark.task("1.6", timeout=6)
def test_activations_are_drawn(student):
    """The figure of the activations has a label on its x axis and names each activation."""
    z = np.linspace(-2.0, 2.0, 41)
    names = ["sigmoid", "tanh", "relu", "leaky_relu", "gelu"]
    curves = {name: (np.cos(number * z), np.sin(number * z)) for number, name in enumerate(names, start=1)}
    figure = expect.figure(student.numpy_network.draw_activations(z, curves))
    expect.that(any(figure.xlabels), "The x axis should have a label.")
    named(figure, names)


@pytest.mark.task("2.1")
def test_initial_parameters_of_a_network(student):
    """A network with layers of 4, 3 and 2 units has two matrices of weights and two columns of biases."""
    parameters = initial(student, "he")
    expect.array(parameters["W1"], shape=(3, 4), dtype="float64")
    expect.array(parameters["b1"], np.zeros((3, 1)), dtype="float64")
    expect.array(parameters["W2"], shape=(2, 3), dtype="float64")
    expect.array(parameters["b2"], np.zeros((2, 1)), dtype="float64")


@pytest.mark.task("2.1")
def test_zero_weights(student):
    """The method "zeros" makes all weights 0."""
    parameters = initial(student, "zeros")
    expect.array(parameters["W1"], np.zeros((3, 4)), dtype="float64")
    expect.array(parameters["W2"], np.zeros((2, 3)), dtype="float64")


@pytest.mark.task("2.1")
def test_weights_differ(student):
    """Every other method draws weights from the generator that all differ, and that spread as its formula says."""
    for method in ("large", "xavier", "he"):
        W = expect.array(initial(student, method)["W1"], shape=(3, 4))
        expect.that(np.unique(W).size == 12, "No two weights should be the same.", W1=W)
    expect.array(initial(student, "he")["W1"], W)
    for method, deviation in [("xavier", 0.1), ("he", math.sqrt(0.02))]:
        parameters = student.numpy_network.initialize_parameters([100, 25], method, student.rng(7))
        found = float(expect.array(expect.mapping(parameters, ["W1"])["W1"], shape=(25, 100)).std())
        expect.that(
            abs(found - deviation) < 0.1 * deviation,
            "The standard deviation of a layer with 100 inputs is wrong.",
            method=method,
            deviation=found,
            expected=deviation,
        )


@pytest.mark.task("2.2")
def test_activation_variances(student):
    """Each layer has one variance, over all its units and samples."""
    X, parameters, answers, caches = small_network()
    student.numpy_network.forward = knows_small_network
    variances = student.numpy_network.activation_variances(X, parameters, ["linear", "linear"])
    expect.array(variances, [np.var(caches[1][0]), np.var(answers)], dtype="float64")


@pytest.mark.task("2.3", timeout=6)
def test_variances_drawing(student):
    """The figure of the variances has labels on its axes and names each method."""
    variances = {"zeros": np.zeros(4), "xavier": np.array([0.5, 0.2, 0.1, 0.05]), "he": np.array([0.6, 0.5, 0.7, 0.6])}
    figure = expect.figure(student.numpy_network.draw_variances(variances))
    expect.that(any(figure.xlabels) and any(figure.ylabels), "Both axes should have labels.")
    named(figure, list(variances))


@pytest.mark.task("3.1")
def test_forward_of_one_layer(student):
    """One layer answers with the activation of its weighted sum."""
    X, W, b = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]), np.array([[2.0, -3.0]]), np.array([[0.5]])
    student.numpy_network.leaky_relu = knows({2.5: 2.5, -2.5: -0.025, 1.5: 1.5})
    answered = student.numpy_network.forward(X, {"W1": W, "b1": b}, ["leaky_relu"])
    expect.array(expect.items(answered, 2)[0], [[2.5, -0.025, 1.5]], dtype="float64")


@pytest.mark.task("3.1")
def test_forward_of_two_layers(student):
    """The second layer works with what the first one answers, and each has the activation of its number."""
    X, parameters, _, _ = small_network()
    student.numpy_network.relu = knows({float(z): float(max(z, 0)) for z in range(-3, 7)})
    student.numpy_network.sigmoid = knows({1.5: 0.817574, 3.5: 0.970688, 0.5: 0.622459, 6.5: 0.998499})
    answered = student.numpy_network.forward(X, parameters, ["relu", "sigmoid"])
    expected = [[0.817574, 0.970688, 0.622459, 0.998499]]
    expect.array(expect.items(answered, 2)[0], expected, dtype="float64", atol=1e-5)


@pytest.mark.task("3.1")
def test_caches(student):
    """The caches hold (A_prev, W, b, Z) of each layer, from the first to the last."""
    X, parameters, _, due = small_network()
    answered = student.numpy_network.forward(X, parameters, ["linear", "linear"])
    for cache, expected in zip(expect.items(expect.items(answered, 2)[1], 2), due, strict=True):
        for part, values in zip(expect.items(cache, 4), expected, strict=True):
            expect.array(part, values, dtype="float64")


@pytest.mark.task("3.2")
def test_binary_cross_entropy(student):
    """Two samples, answered with 0.8 where 1 is right and with 0.4 where 0 is right; then one with 0 instead of 1."""
    AL, Y = np.array([[0.8, 0.4]]), np.array([[1.0, 0.0]])
    expect.number(student.numpy_network.compute_loss(AL, Y, "binary_cross_entropy"), -np.log(0.8 * 0.6) / 2)
    certain = student.numpy_network.compute_loss(np.array([[0.0]]), np.array([[1.0]]), "binary_cross_entropy")
    expect.number(certain, -np.log(1e-12), atol=1e-3)


@pytest.mark.task("3.2")
def test_categorical_cross_entropy(student):
    """Two samples of three classes: what counts is the probability of the right one."""
    AL = np.array([[0.7, 0.1], [0.2, 0.5], [0.1, 0.4]])
    Y = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    expect.number(student.numpy_network.compute_loss(AL, Y, "categorical_cross_entropy"), -np.log(0.7 * 0.4) / 2)


@pytest.mark.task("3.2")
def test_mean_squared_error(student):
    """Two samples with three outputs each: the squares are added up for a sample, then averaged."""
    AL, Y = np.array([[1.0, 2.0], [0.0, 4.0], [3.0, -1.0]]), np.array([[0.0, 2.0], [2.0, 1.0], [3.0, 1.0]])
    expect.number(student.numpy_network.compute_loss(AL, Y, "mean_squared_error"), (1 + 4 + 0 + 0 + 9 + 4) / 2)


@pytest.mark.task("4.1")
def test_weight_gradient_of_one_layer(student):
    """With sigmoid and binary cross-entropy, the error of a sample is its answer minus its target."""
    gradients = one_layer_gradients(student)
    expect.array(gradients["dW1"], [[1.0 / 3, 0.35]], dtype="float64")


@pytest.mark.task("4.1")
def test_bias_gradient_of_one_layer(student):
    """The gradient of the bias is the mean error of the samples, and has the bias's shape."""
    gradients = one_layer_gradients(student)
    expect.array(gradients["db1"], [[1.15 / 3]], dtype="float64")


@pytest.mark.task("4.1")
def test_weight_gradient_of_a_hidden_layer(student):
    """The error of a hidden layer comes back through the weights behind it, where its ReLU lets it pass."""
    gradients = hidden_layer_gradients(student)
    expect.array(gradients["dW1"], np.array([[8.0, -8.0], [0.0, 0.0], [20.0, -8.0]]) / 3, dtype="float64")


@pytest.mark.task("4.1")
def test_bias_gradient_of_a_hidden_layer(student):
    """The bias of a hidden layer has a gradient too, of its own shape."""
    gradients = hidden_layer_gradients(student)
    expect.array(gradients["db1"], np.array([[8.0], [0.0], [6.0]]) / 3, dtype="float64")


@pytest.mark.task("4.2")
def test_update(student):
    """Every parameter takes a step against its gradient, and the old ones stay."""
    parameters = {"W1": np.array([[1.0, 2.0, 3.0]]), "b1": np.array([[4.0]])}
    gradients = {"db1": np.array([[5.0]]), "dW1": np.array([[10.0, -10.0, 0.0]])}
    kept = student.keep(parameters)
    new = student.numpy_network.update_parameters(kept, gradients, 0.1)
    new, old = expect.mapping(new, ["W1", "b1"]), expect.mapping(kept, ["W1", "b1"])
    expect.array(new["W1"], [[0.0, 3.0, 3.0]], dtype="float64")
    expect.array(new["b1"], [[3.5]], dtype="float64")
    expect.array(old["W1"], parameters["W1"])
    expect.array(old["b1"], parameters["b1"])


@pytest.mark.task("4.3")
def test_right_gradients_pass(student):
    """Right gradients differ from central differences by next to nothing."""
    X, Y, parameters, gradients = line(student)
    check, kept = student.numpy_network.gradient_check, student.keep(parameters)
    apart = expect.number(check(kept, gradients, X, Y, ["linear"], "mean_squared_error"))
    if not 0 <= apart < 1e-7:
        for name, value in expect.mapping(kept, ["W1", "b1"]).items():
            expect.array(value, parameters[name], rtol=0, atol=0)
        shared = "The differences are ½ or 2 times the gradients: do both losses share an array that is moved twice?"
        expect.that(not np.isclose(apart, 1 / 3, atol=1e-3), shared, distance=apart, limit=1e-7)
    expect.that(0 <= apart < 1e-7, "Right gradients should be found to be right.", distance=apart, limit=1e-7)


@pytest.mark.task("4.3")
def test_wrong_gradients_are_found(student):
    """The gradient check measures how far the gradients are from what the loss says, all of them together."""
    X, Y, parameters, gradients = line(student)
    wrong = {name: 3 * gradient for name, gradient in gradients.items()}
    check = student.numpy_network.gradient_check
    apart = expect.number(check(parameters, wrong, X, Y, ["linear"], "mean_squared_error"))
    expect.that(abs(apart - 0.5) < 1e-5, "|3g - g| / (|3g| + |g|) is a half.", distance=apart, expected=0.5, limit=1e-5)


@pytest.mark.task("5.1")
def test_sizes_of_minibatches(student):
    """Ten samples in batches of four: 4, 4 and 2."""
    batches = made_batches(student)
    shapes = [(x.shape, y.shape) for x, y in batches]
    expected = [((2, 4), (1, 4)), ((2, 4), (1, 4)), ((2, 2), (1, 2))]
    expect.that(shapes == expected, "The shapes of the batches are wrong.", shapes=shapes, expected=expected)


@pytest.mark.task("5.1")
def test_samples_of_minibatches(student):
    """Every sample stands in one batch, beside its own target; the generator decides in which."""
    batches = made_batches(student)
    numbers = sorted(float(number) for x, _ in batches for number in x[0])
    expect.that(numbers == list(range(10)), "Every sample should stand in one batch.", first_feature=numbers)
    beside = all(np.array_equal(x[0] + x[1], y[0]) for x, y in batches)
    expect.that(beside, "Every sample should stand beside its own target.")
    same = all(np.array_equal(one, two) for (one, _), (two, _) in zip(batches, made_batches(student), strict=True))
    expect.that(same, "The same generator should give the same batches.")


@pytest.mark.task("5.2")
def test_train_a_line(student):
    """Two epochs with the full batch make two updates, and so does one with two mini-batches."""
    X, Y, parameters, _ = line(student)
    trained = student.numpy_network.train(X, Y, parameters, ["linear"], "mean_squared_error", 2, 0.1)
    final = expect.mapping(expect.items(trained, 2)[0], ["W1", "b1"])
    expect.array(final["W1"], [[2.8 / 3]], dtype="float64")
    expect.array(final["b1"], [[2.24 / 3]], dtype="float64")
    final = expect.mapping(two_batches(student, parameters)[0], ["W1", "b1"])
    expect.array(final["W1"], [[1.8]], dtype="float64")
    expect.array(final["b1"], [[0.9]], dtype="float64")


@pytest.mark.task("5.2")
def test_costs_of_a_line(student):
    """The cost of an epoch is from before its updates: of all samples at once, or the mean over its mini-batches'."""
    X, Y, parameters, _ = line(student)
    trained = student.numpy_network.train(X, Y, parameters, ["linear"], "mean_squared_error", 2, 0.1)
    costs = expect.items(expect.items(trained, 2)[1], 2)
    expect.number(costs[0], 41.0 / 3)
    expect.number(costs[1], 6.76)
    expect.number(expect.items(two_batches(student, parameters)[1], 1)[0], (2 * 36.0 + 9.0) / 3)


@pytest.mark.task("5.3")
def test_predict_with_one_unit(student):
    """With one output unit, the label is 1 from 0.5 on."""
    X = np.array([[3.0, -3.0, 0.0, -0.5]])
    parameters = {"W1": np.array([[2.0]]), "b1": np.array([[0.0]])}
    student.numpy_network.forward = knows_layer(X, 1 / (1 + np.exp(-2 * X)))
    labels = student.numpy_network.predict(X, parameters, ["sigmoid"])
    expect.array(labels, [1, 0, 1, 0], dtype="integer")


@pytest.mark.task("5.3")
def test_predict_with_several_units(student):
    """With several output units, the label is the number of the one that answers most."""
    X = np.array([[1.0, -1.0, 0.0, 2.0], [0.0, 3.0, -1.0, 4.0]])
    parameters = {"W1": np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]), "b1": np.zeros((3, 1))}
    student.numpy_network.forward = knows_layer(X, np.concatenate([X, -X.sum(axis=0, keepdims=True)]))
    labels = student.numpy_network.predict(X, parameters, ["linear"])
    expect.array(labels, [0, 1, 2, 1], dtype="integer")


@pytest.mark.task("5.4")
def test_save_and_load(student):
    """A saved network can be loaded, and a file with a pickled object is refused."""
    _, parameters, _, _ = small_network()
    student.numpy_network.save_parameters("saved.npz", parameters, ["tanh", "linear"])
    loaded, activations = expect.items(student.numpy_network.load_parameters("saved.npz"), 2)
    for name, value in expect.mapping(loaded, list(parameters)).items():
        expect.array(value, parameters[name], dtype="float64")
    for name, expected in zip(expect.items(activations, 2), ["tanh", "linear"], strict=True):
        expect.text(name, expected)
    pickled = {**parameters, "W1": np.array([1.0, None], dtype=object)}
    student.write_file("pickled.npz", npz(activations=np.array(["tanh", "linear"]), **pickled))
    with expect.raises("ValueError"):
        student.numpy_network.load_parameters("pickled.npz")


@pytest.mark.task("6.1", timeout=6)
def test_learns_the_ring(student):
    """A network learns to tell the points of a ring from those inside it."""
    X, Y = ring(np.random.default_rng(1), 120)
    rng = np.random.default_rng(2)
    parameters = {"W1": rng.normal(size=(8, 2)), "b1": np.zeros((8, 1))}
    parameters |= {"W2": rng.normal(size=(1, 8)), "b2": np.zeros((1, 1))}
    activations, loss = ["tanh", "sigmoid"], "binary_cross_entropy"
    trained = student.numpy_network.train(X, Y, parameters, activations, loss, 300, 1.0)
    parameters, costs = expect.items(trained, 2)
    costs = [expect.number(cost) for cost in expect.items(costs, 300)]
    expect.that(costs[-1] < 0.1 < costs[0], "The cost should fall below 0.1.", first=costs[0], last=costs[-1])
    labels = expect.array(student.numpy_network.predict(X, parameters, activations), shape=(120,))
    right = np.mean(labels == Y[0])
    expect.that(right > 0.95, "The network should know more than 95 % of its samples.", right=right)


@pytest.mark.task("6.2", timeout=6)
def test_the_program(student):
    """`train` learns from one file and saves the network, and `predict` uses it in another process."""
    X, Y = ring(np.random.default_rng(3), 200)
    new_X, new_Y = ring(np.random.default_rng(4), 100)
    student.write_file("data.npz", npz(X=X, Y=Y))
    arguments = ["--hidden", "16", "--activation", "tanh", "--loss", "binary_cross_entropy", "--epochs", "200"]
    program(student, "train", "--data", "data.npz", "--out", "ring.npz", *arguments, "--batch-size", "20")
    content = student.read_file("ring.npz")
    student.restart()
    student.write_file("ring.npz", content)
    student.write_file("new.npz", npz(X=new_X))
    lines = program(student, "predict", "--weights", "ring.npz", "--data", "new.npz").splitlines()
    expect.that(len(lines) >= 100, "There should be a line for each sample.", lines=len(lines))
    right = np.mean([line.strip() == str(int(label)) for line, label in zip(lines[-100:], new_Y[0], strict=True)])
    expect.that(right > 0.9, "The program should know more than 90 % of the new samples.", right=right)


def knows(table):
    """A stand-in for an activation or a derivative that knows its values at a few numbers, in arrays of any shape."""
    numbers, values = np.array(list(table)), np.array(list(table.values()))

    def stand_in(Z):
        asked = expect.numbers(Z)
        expect.that(asked.size < 10_000, "It was called with an array that is larger than any here.")
        nearest = np.abs(np.subtract.outer(asked.ravel(), numbers)).argmin(axis=-1).reshape(asked.shape)
        expect.that(
            np.allclose(asked, numbers[nearest]),
            "It should be asked for numbers of Z, or of -Z.",
            argument=asked,
            numbers_of_Z=numbers,
        )
        return values[nearest]

    return stand_in


def softmax(Z):
    """A stand-in for softmax: of one sample, or of the columns of a batch."""
    scores = expect.numbers(Z)
    expect.that(scores.ndim > 0 and scores.size > 0, "softmax was called without scores.")
    odds = np.exp(np.clip(scores, -500, 500))
    return odds / odds.sum(axis=0)


def small_network():
    """Samples, parameters, answers and caches of a network of two linear layers, by hand."""
    X = np.array([[1.0, 0.0, 2.0, -1.0], [0.0, 1.0, 1.0, 3.0]])
    W1, b1 = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]]), np.array([[1.0], [0.0], [-2.0]])
    Z1 = np.array([[2.0, 3.0, 5.0, 6.0], [0.0, -1.0, -1.0, -3.0], [1.0, -1.0, 5.0, -2.0]])
    W2, b2 = np.array([[1.0, 1.0, -1.0]]), np.array([[0.5]])
    Z2 = np.array([[1.5, 3.5, -0.5, 5.5]])
    parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return X, parameters, Z2, [(X, W1, b1, Z1), (Z1, W2, b2, Z2)]


def knows_small_network(X, parameters, activations):
    """A stand-in for `forward` that knows what the small network makes of its samples: all of them or some, and both
    layers or one.
    """
    _, _, _, layers = small_network()
    A, count = expect.numbers(X, shape=(None, None)), len(expect.items(activations))
    found = expect.mapping(parameters, [f"{kind}{layer}" for layer in range(1, count + 1) for kind in "Wb"])
    caches = []
    for number in range(1, count + 1):
        W, b = expect.numbers(found[f"W{number}"]), expect.numbers(found[f"b{number}"])
        for samples, weights, biases, sums in layers:
            if W.shape == weights.shape and len(A) == len(samples):
                expect.that(np.array_equal(W, weights) and np.array_equal(b, biases), "These are not its parameters.")
                caches.append((A, W, b, sums[:, columns_of(A, samples)]))
                A = caches[-1][3]
                break
        else:
            expect.that(False, "The small network has no such layer.", W=W)
    return A, caches


def knows_layer(samples, answers):
    """A stand-in for `forward` that knows the answers of a single layer to these samples, all of them or some."""

    def forward(X, parameters, activations):
        asked = expect.numbers(X, shape=(len(samples), None))
        return answers[:, columns_of(asked, samples)], []

    return forward


def columns_of(asked, samples):
    """Where each of the columns that are asked for stands among the samples."""
    expect.that(asked.size < 10_000, "It was called with an array that is larger than any here.")
    near = np.isclose(asked[:, :, np.newaxis], samples[:, np.newaxis, :]).all(axis=0)
    expect.that(near.any(axis=1).all(), "It should be asked for samples of X, or for what a layer makes of them.")
    return near.argmax(axis=1)


def one_layer_gradients(student):
    """The gradients of a layer of one sigmoid unit with two inputs, from three samples. Its answers stay."""
    A0 = np.array([[1.0, 0.0, 2.0], [0.0, 2.0, -1.0]])
    W, b, Z = np.log(3.0) * np.array([[4.0, 3.0]]), np.log(3.0) * np.array([[-4.0]]), np.log([[1.0, 9.0, 3.0]])
    AL, Y = np.array([[0.5, 0.9, 0.75]]), np.array([[1.0, 0.0, 0.0]])
    student.numpy_network.sigmoid_derivative = knows({0.0: 0.25, np.log(9.0): 0.09, np.log(3.0): 0.1875})
    kept = student.keep(AL)
    gradients = student.numpy_network.backward(kept, Y, [(A0, W, b, Z)], ["sigmoid"], "binary_cross_entropy")
    expect.array(kept, AL)
    return expect.mapping(gradients, ["dW1", "db1"])


def hidden_layer_gradients(student):
    """The gradients of a hidden layer of three ReLU units, whose slopes are known here."""
    X = np.array([[2.0, 1.0, 0.0], [1.0, -1.0, 2.0]])
    Z1 = np.array([[-1.0, 1.0, -2.0], [-3.0, -6.0, -4.0], [4.0, 5.0, 1.0]])
    A1, W1, b1 = np.maximum(Z1, 0), np.array([[0.0, -1.0], [1.0, 1.0], [1.0, -1.0]]), np.array([[0.0], [-6.0], [3.0]])
    W2, b2 = np.array([[2.0, 5.0, 1.0]]), np.array([[0.0]])
    AL, Y = np.array([[4.0, 7.0, 1.0]]), np.array([[0.0, 5.0, 4.0]])
    student.numpy_network.relu_derivative = knows(
        {z: float(z > 0) for z in (-6.0, -4.0, -3.0, -2.0, -1.0, 1.0, 4.0, 5.0)}
    )
    caches = [(X, W1, b1, Z1), (A1, W2, b2, AL)]
    gradients = student.numpy_network.backward(AL, Y, caches, ["relu", "linear"], "mean_squared_error")
    return expect.mapping(gradients, ["dW1", "db1"])


def initial(student, method):
    """Initial parameters for layers of 4, 3 and 2 units."""
    parameters = student.numpy_network.initialize_parameters([4, 3, 2], method, student.rng(7))
    return expect.mapping(parameters, ["W1", "b1", "W2", "b2"])


def made_batches(student):
    """Mini-batches of ten numbered samples, whose targets are the sums of their features."""
    X = np.array([np.arange(10.0), 100.0 + np.arange(10.0) ** 2])
    made = student.numpy_network.minibatches(X, X.sum(axis=0, keepdims=True), 4, student.rng(7))
    pairs = [expect.items(pair, 2) for pair in expect.items(made, 3)]
    return [(expect.array(x, shape=(2, None)), expect.array(y, shape=(1, None))) for x, y in pairs]


def line(student):
    """The line of assignment 02 as a network of one unit: samples, targets, parameters, gradients.

    Stand-ins for the functions that `train` and `gradient_check` may call know this line.
    """

    def forward(X, parameters, activations):
        samples, W, b = expect.numbers(X, shape=(1, None)), *opened(parameters)
        answers = W * samples + b
        return answers, [(samples, W, b, answers)]

    def compute_loss(AL, Y, loss):
        return float(np.mean(errors_of(AL, Y) ** 2))

    def backward(AL, Y, caches, activations, loss):
        errors = errors_of(AL, Y)
        cache = expect.items(expect.items(caches, 1)[0], 4)
        samples = expect.numbers(cache[0], shape=errors.shape)
        return {"dW1": 2 * np.mean(errors * samples, keepdims=True), "db1": 2 * np.mean(errors, keepdims=True)}

    def update_parameters(parameters, gradients, learning_rate):
        old, rate = expect.mapping(parameters), expect.numbers(learning_rate, shape=())
        slopes = expect.mapping(gradients, [f"d{name}" for name in old])
        steps = {name: rate * expect.numbers(slopes[f"d{name}"], shape=(1, 1)) for name in old}
        return {name: expect.numbers(value, shape=(1, 1)) - steps[name] for name, value in old.items()}

    def errors_of(AL, Y):
        answers = expect.numbers(AL, shape=(1, None))
        expect.that(answers.size > 0, "There should be at least one answer.")
        return answers - expect.numbers(Y, shape=answers.shape)

    def opened(parameters):
        found = expect.mapping(parameters, ["W1", "b1"])
        return expect.numbers(found["W1"], shape=(1, 1)), expect.numbers(found["b1"], shape=(1, 1))

    def minibatches(X, Y, batch_size, rng):
        samples = expect.numbers(X, shape=(1, None))
        expect.that(samples.size < 10_000, "It was called with an array that is larger than any here.")
        wanted, size = expect.numbers(Y, shape=samples.shape), expect.integer(batch_size, minimum=1)
        cuts = range(0, samples.size, size)
        return [(samples[:, start : start + size], wanted[:, start : start + size]) for start in cuts]

    for function in (forward, compute_loss, backward, update_parameters, minibatches):
        setattr(student.numpy_network, function.__name__, function)
    X, Y = np.array([[2.0, 0.0, 3.0]]), np.array([[6.0, 2.0, 1.0]])
    parameters = {"W1": np.array([[0.0]]), "b1": np.array([[0.0]])}
    return X, Y, parameters, {"dW1": np.array([[-10.0]]), "db1": np.array([[-6.0]])}


def two_batches(student, parameters):
    """What `train` makes of the line in an epoch of two mini-batches, of two samples and of one that are all alike."""
    X, Y = np.array([[2.0, 2.0, 2.0]]), np.array([[6.0, 6.0, 6.0]])
    trained = student.numpy_network.train(
        X, Y, parameters, ["linear"], "mean_squared_error", 1, 0.05, 2, student.rng(7)
    )
    return expect.items(trained, 2)


def ring(rng, m):
    """Points of a ring, whose target is 1, and points inside it, whose target is 0."""
    Y = np.arange(m) % 2
    radius, angle = np.where(Y, rng.uniform(1.4, 2.0, m), rng.uniform(0.0, 0.8, m)), rng.uniform(0, 2 * np.pi, m)
    return np.array([radius * np.cos(angle), radius * np.sin(angle)]), Y[np.newaxis].astype(float)


def named(figure, names):
    """Each name stands somewhere on the figure; capitals, spaces and underscores do not matter."""
    texts = [*figure.titles, *figure.xlabels, *figure.ylabels, *(text for legend in figure.legends for text in legend)]
    written = ["".join(filter(str.isalnum, text.lower())) for text in texts]
    for name in names:
        wanted = name.replace("_", "")
        expect.that(any(wanted in text for text in written), "A title or a legend should name each curve.", name=name)


def npz(**arrays):
    """The bytes of an .npz file."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def program(student, *arguments):
    """What the program prints."""
    ended = expect.mapping(student.run_program("numpy_network", *arguments), ["status", "output"])
    expect.integer(ended["status"], 0)
    return expect.text(ended["output"])
