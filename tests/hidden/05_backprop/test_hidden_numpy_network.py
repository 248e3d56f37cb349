"""Hidden checks of backpropagation: inputs drawn for each submission.

No two dimensions are alike, but in one square case each. Parameters stand in their dicts from the last layer to the
first, which the public checks have the other way. Each network has a weight and a number of its samples that are 0.

While a function is judged, those that it may call are right ones. They open what the student's code hands
them with `expect`, so that a wrong call is the student's failure and never the grader's.
"""

import io
import math
from itertools import pairwise

import numpy as np
import pytest

from autograder import expect

EPSILON = 1e-12
GELU_BY_TANH = 1e-3  # its largest error is 0.0005, and that of its derivative 0.0009
EXTREMES = np.array([-1e4, -750.0, -40.0, 40.0, 750.0, 1e4])


@pytest.mark.task("1.1")
def test_sigmoid_of_any_array(student, rng):
    """Sigmoid is right for arrays of any shape, for large numbers too, and leaves its argument as it was."""
    judge_elementwise(student, rng, sigmoid)


@pytest.mark.task("1.1")
def test_tanh_of_any_array(student, rng):
    """Tanh is right for arrays of any shape, for large numbers too, and leaves its argument as it was."""
    judge_elementwise(student, rng, tanh)


@pytest.mark.task("1.1")
def test_relu_of_any_array(student, rng):
    """ReLU is right for arrays of any shape, for large numbers too, and leaves its argument as it was."""
    judge_elementwise(student, rng, relu)


@pytest.mark.task("1.1")
def test_leaky_relu_of_any_array(student, rng):
    """Leaky ReLU is right for arrays of any shape, for large numbers too, and leaves its argument as it was."""
    judge_elementwise(student, rng, leaky_relu)


@pytest.mark.task("1.2")
def test_gelu_of_any_array(student, rng):
    """GELU is right for arrays of any shape, for large numbers too, and leaves its argument as it was."""
    judge_elementwise(student, rng, gelu, atol=GELU_BY_TANH)


@pytest.mark.task("1.3")
def test_softmax_of_any_batch(student, rng):
    """Softmax gives each sample of a batch its own probabilities, and leaves its argument as it was."""
    for shape in [(4, 6), (3, 3), (5, 1)]:
        Z = rng.normal(scale=2.0, size=shape)
        kept = student.keep(Z)
        with expect.given(batch(*shape)):
            expect.array(student.numpy_network.softmax(kept), softmax(Z), dtype="float64")
            expect.array(kept, Z)


@pytest.mark.task("1.3")
def test_softmax_of_large_numbers(student, rng):
    """Softmax of large numbers, of both signs, is finite and right."""
    Z = rng.permuted(np.array([EXTREMES[:4], EXTREMES[2:], EXTREMES[1:5]]), axis=1).T + rng.normal(size=(4, 3))
    for scores in (Z, -np.abs(Z), 9_990 + rng.normal(size=(3, 5)), -9_990 + rng.normal(size=(5, 2))):
        expect.array(student.numpy_network.softmax(scores), softmax(scores), dtype="float64")


@pytest.mark.task("1.4")
def test_sigmoid_derivative_of_any_array(student, rng):
    """The derivative of sigmoid is right at numbers of any size, for arrays of any shape."""
    judge_derivative(student, rng, "sigmoid")


@pytest.mark.task("1.4")
def test_tanh_derivative_of_any_array(student, rng):
    """The derivative of tanh is right at numbers of any size, for arrays of any shape."""
    judge_derivative(student, rng, "tanh")


@pytest.mark.task("1.4")
def test_relu_derivative_of_any_array(student, rng):
    """The derivative of ReLU is right at numbers of any size, for arrays of any shape."""
    judge_derivative(student, rng, "relu")


@pytest.mark.task("1.4")
def test_leaky_relu_derivative_of_any_array(student, rng):
    """The derivative of leaky ReLU is right at numbers of any size, for arrays of any shape."""
    judge_derivative(student, rng, "leaky_relu")


@pytest.mark.task("1.4")
def test_gelu_derivative_of_any_array(student, rng):
    """The derivative of GELU is right at numbers of any size, for arrays of any shape."""
    judge_derivative(student, rng, "gelu", atol=GELU_BY_TANH)


@pytest.mark.task("1.5")
def test_jacobian_of_any_size(student, rng):
    """The Jacobian matrix of softmax is right for any number of classes, and for large scores too."""
    give(student, ["activations"])
    for n, centre in [(2, 0), (6, 0), (3, 9_990), (3, -9_990)]:
        z = centre + rng.normal(size=n)
        a, kept = softmax(z), student.keep(z)
        expected = np.array([[a[i] * ((i == j) - a[j]) for j in range(n)] for i in range(n)])
        expect.array(student.numpy_network.softmax_jacobian(kept), expected, dtype="float64")
        expect.array(kept, z)


@pytest.mark.task("1.6")
def test_curves_at_any_points(student, rng):
    """The curves are the activations and their derivatives at the points that are asked for."""
    give(student, ["activations"])
    for z in (np.sort(away_from_zero(rng, (17,))), away_from_zero(rng, (17,))):
        kept = student.keep(z)
        curves = expect.mapping(student.numpy_network.activation_curves(kept), ELEMENTWISE)
        for name, curve in curves.items():
            values, slopes = expect.items(curve, 2)
            atol = GELU_BY_TANH if name == "gelu" else 1e-9
            expect.array(values, ACTIVATIONS[name](z), dtype="float64", atol=atol)
            expect.array(slopes, DERIVATIVES[name](z), dtype="float64", atol=atol)
        expect.array(kept, z)


@pytest.mark.task("1.6", timeout=12)
def test_activations_are_drawn_from_the_curves(student, rng):
    """The figure of the activations shows the values and the slopes that are passed in, each under its name."""
    z = np.linspace(-3, 3, 61)
    # All ten curves end somewhere else, far from 0, and one of them at a time ends on the other side of it.
    ends = rng.permutation(np.linspace(0.5, 0.95, 10)).reshape(5, 2, 1)
    curves = {name: tuple(end * np.cos(1.2 * (z - 3))) for name, end in zip(ELEMENTWISE, ends, strict=True)}
    other_end = np.where(z > 2.5, -1, 1)
    other_values = {**curves, "sigmoid": (curves["sigmoid"][0] * other_end, curves["sigmoid"][1])}
    other_slopes = {**curves, "gelu": (curves["gelu"][0], curves["gelu"][1] * other_end)}
    all_curves = (curves, backwards(curves), other_values, other_slopes)
    judge_drawing(ELEMENTWISE, [student.numpy_network.draw_activations(z, shown) for shown in all_curves])


@pytest.mark.task("2.1")
def test_initial_shapes(student, rng):
    """The parameters of a network of any depth have the right shapes, and its biases are zero."""
    for dims in ([3, 5], [2, 7, 4, 1], [6, 5, 4, 3, 2, 8], [4, 4, 4]):
        for method in ("zeros", "large", "xavier", "he"):
            made = initial(student, dims, method, student.rng(int(rng.integers(1000))))
            for layer in range(1, len(dims)):
                expect.array(made[f"W{layer}"], shape=(dims[layer], dims[layer - 1]), dtype="float64")
                expect.array(made[f"b{layer}"], np.zeros((dims[layer], 1)), dtype="float64")


@pytest.mark.task("2.1", timeout=6)
def test_large_weights(student, rng):
    """Large weights are drawn from a normal distribution with a standard deviation of 100."""
    judge_weights(student, rng, "large", lambda n_in: 100.0, dims=(900, 800))


@pytest.mark.task("2.1")
def test_xavier_weights(student, rng):
    """Xavier's weights are drawn from a normal distribution whose deviation depends on the number of inputs."""
    judge_weights(student, rng, "xavier", lambda n_in: math.sqrt(1 / n_in))


@pytest.mark.task("2.1")
def test_he_weights(student, rng):
    """He's weights are drawn from a normal distribution whose deviation depends on the number of inputs."""
    judge_weights(student, rng, "he", lambda n_in: math.sqrt(2 / n_in))


@pytest.mark.task("2.1")
def test_initial_weights_come_from_the_generator(student, rng):
    """The same generator gives the same weights, and another one or the next call others, in all layers."""
    dims, seed = [4, 6, 3], int(rng.integers(1000))
    generator = student.rng(seed)
    generators = (generator, generator, student.rng(seed), student.rng(seed + 1))
    first, later, second, other = (initial(student, dims, "he", one) for one in generators)
    for name in ("W1", "W2"):
        values = expect.array(first[name], shape=(None, None))
        expect.array(second[name], values)
        others = expect.array(other[name], shape=values.shape)
        expect.that(not np.any(values == others), "Another generator should give other weights.")
        later_values = expect.array(later[name], shape=values.shape)
        expect.that(not np.any(values == later_values), "The next call should draw other weights.")


@pytest.mark.task("2.2")
def test_variances_of_any_network(student, rng):
    """The variance of each layer is taken over all its units and samples, whatever its mean."""
    for dims, activations, m in [
        ([3, 6, 5, 4], ["relu", "tanh", "sigmoid"], 9),
        ([3, 6, 5, 4], ["tanh", "linear", "relu"], 9),
        ([4, 7], ["leaky_relu"], 1),
        ([3, 3, 3], ["relu", "sigmoid"], 3),
        DEEP,
    ]:
        X, parameters = network(rng, dims, activations, m)
        give(student, ["activations", "forward"])
        AL, caches = run(X, parameters, activations)
        outputs = [cache[0] for cache in caches[1:]] + [AL]
        expected = [np.mean(A**2) - np.mean(A) ** 2 for A in outputs]
        kept_X, kept = student.keep(X), student.keep(parameters)
        with expect.given(f"{layers(activations)}, {batch(dims[-1], m)}"):
            variances = student.numpy_network.activation_variances(kept_X, kept, activations)
            expect.array(variances, expected, dtype="float64")
            expect.array(kept_X, X)
            unchanged(kept, parameters)


@pytest.mark.task("2.3", timeout=6)
def test_variances_are_drawn(student, rng):
    """The figure of the variances shows those that are passed in, each under its name; some may be 0."""
    drawn = {name: rng.uniform(0.1, 2.0, size=6) for name in ("large", "xavier", "he")}
    variances, last = {"zeros": np.zeros(6), **drawn}, np.array([0, 0, 0, 0, 0, 1.5])
    others = [{**variances, name: variances[name] + last} for name in ("zeros", "he")]
    kept = student.keep(variances)
    all_variances = (kept, backwards(variances), *others)
    judge_drawing(variances, [student.numpy_network.draw_variances(shown) for shown in all_variances])
    unchanged(kept, variances)


@pytest.mark.task("3.1")
def test_forward_of_any_network(student, rng):
    """A network of any depth, with any activations, answers rightly."""
    give(student, ["activations"])
    for dims, activations, m in NETWORKS:
        X, parameters = network(rng, dims, activations, m)
        with expect.given(f"{layers(activations)}, {batch(dims[-1], m)}"):
            kept_X, kept = student.keep(X), student.keep(parameters)
            AL, _ = expect.items(student.numpy_network.forward(kept_X, kept, activations), 2)
            # Whoever writes GELU by tanh into the forward pass is off by 0.0005 in each unit of that layer.
            atol = 1e-2 if "gelu" in activations else 1e-9
            expect.array(AL, run(X, parameters, activations)[0], dtype="float64", rtol=1e-9, atol=atol)
            expect.array(kept_X, X)
            unchanged(kept, parameters)
    X, parameters = network(rng, [3, 5, 2], ["tanh", "linear"], 6)
    AL, _ = expect.items(student.numpy_network.forward(X.astype("float32"), parameters, ["tanh", "linear"]), 2)
    expect.array(AL, run(X, parameters, ["tanh", "linear"])[0], rtol=1e-4, atol=1e-4)


@pytest.mark.task("3.1")
def test_forward_remembers_every_layer(student, rng):
    """The caches hold what each layer has worked with: its input, weights, bias and weighted sum."""
    for dims, activations, m in NETWORKS:
        X, parameters = network(rng, dims, activations, m)
        with expect.given(f"{layers(activations)}, {batch(dims[-1], m)}"):
            give(student, ["activations"])
            _, caches = expect.items(student.numpy_network.forward(X, parameters, activations), 2)
            expected = run(X, parameters, activations)[1]
            atol = 1e-2 if "gelu" in activations else 1e-9
            for cache, due in zip(expect.items(caches, len(activations)), expected, strict=True):
                for part, values in zip(expect.items(cache, 4), due, strict=True):
                    expect.array(part, values, dtype="float64", rtol=1e-9, atol=atol)


@pytest.mark.task("3.1")
def test_forward_leaves_its_arguments(student, rng):
    """The forward pass answers rightly and leaves samples and parameters as they were."""
    dims, activations = [3, 5, 4, 2], ["relu", "leaky_relu", "linear"]
    X, parameters = network(rng, dims, activations, m=6)
    give(student, ["activations"])
    kept_X, kept = student.keep(X), student.keep(parameters)
    AL, _ = expect.items(student.numpy_network.forward(kept_X, kept, activations), 2)
    expect.array(AL, run(X, parameters, activations)[0], rtol=1e-9, atol=1e-11)
    expect.array(kept_X, X)
    unchanged(kept, parameters)


@pytest.mark.task("3.2", weight=2)
def test_binary_cross_entropy_of_any_batch(student, rng):
    """Binary cross-entropy is added up over the outputs and averaged over the samples."""
    for shape in [(1, 7), (3, 5), (3, 3), (2, 1)]:
        AL, Y = rng.uniform(0.05, 0.95, size=shape), rng.integers(2, size=shape).astype(float)
        judge_loss(student, AL, Y, "binary_cross_entropy")


@pytest.mark.task("3.2", weight=2)
def test_categorical_cross_entropy_of_any_batch(student, rng):
    """Categorical cross-entropy looks at the right class of each sample and is averaged over the samples."""
    for n, m in [(3, 7), (5, 2), (4, 4), (3, 1)]:
        AL, Y = softmax(rng.normal(size=(n, m))), np.eye(n)[:, rng.integers(n, size=m)]
        judge_loss(student, AL, Y, "categorical_cross_entropy")
        judge_loss(student, AL, softmax(rng.normal(size=(n, m))), "categorical_cross_entropy")


@pytest.mark.task("3.2", weight=2)
def test_mean_squared_error_of_any_batch(student, rng):
    """The squared error is added up over the outputs and averaged over the samples."""
    for shape in [(1, 7), (3, 5), (3, 3), (2, 1)]:
        judge_loss(student, rng.normal(size=shape), rng.normal(scale=3.0, size=shape), "mean_squared_error")


@pytest.mark.task("3.2", weight=2)
def test_binary_cross_entropy_is_clipped(student, rng):
    """Binary cross-entropy is finite, and as large as the clipping says, where an answer is 0 or 1."""
    AL, Y = np.array([[0.0, 1.0, 0.25, 1.0, 0.0]]), np.array([[1.0, 0.0, 1.0, 1.0, 0.0]])
    order = rng.permutation(5)
    judge_loss(student, AL[:, order], Y[:, order], "binary_cross_entropy", atol=1e-3)
    # These are clipped by no one. Whoever adds EPSILON instead doubles the last two.
    AL, Y = np.array([[1e-6, 1 - 1e-6, 1e-8, EPSILON, 1 - EPSILON]]), np.array([[1.0, 0.0, 0.0, 1.0, 0.0]])
    judge_loss(student, AL, Y, "binary_cross_entropy", atol=1e-3)


@pytest.mark.task("3.2")
def test_categorical_cross_entropy_is_clipped(student, rng):
    """Categorical cross-entropy is finite, and as large as the clipping says, where an answer is 0 or 1."""
    AL = np.array([[0.0, 1.0, 0.5, EPSILON], [1.0, 0.0, 0.5, 1.0 - EPSILON]])
    Y = np.array([[1.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]])
    order = rng.permutation(4)
    judge_loss(student, AL[:, order], Y[:, order], "categorical_cross_entropy", atol=1e-3)


@pytest.mark.task("4.1")
def test_weights_under_binary_cross_entropy(student, rng):
    """The weight gradients of a sigmoid network under binary cross-entropy are right in every layer."""
    for dims, activations, m, certain in BINARY:
        judge_gradients(student, rng, dims, activations, "binary_cross_entropy", "W", m, certain)


@pytest.mark.task("4.1")
def test_biases_under_binary_cross_entropy(student, rng):
    """The bias gradients of a sigmoid network under binary cross-entropy are right in every layer."""
    for dims, activations, m, certain in BINARY:
        judge_gradients(student, rng, dims, activations, "binary_cross_entropy", "b", m, certain)


@pytest.mark.task("4.1")
def test_weights_under_categorical_cross_entropy(student, rng):
    """The weight gradients of a softmax network under categorical cross-entropy are right in every layer."""
    for dims, activations, m, certain in CATEGORICAL:
        judge_gradients(student, rng, dims, activations, "categorical_cross_entropy", "W", m, certain)


@pytest.mark.task("4.1")
def test_weights_under_squared_error(student, rng):
    """The weight gradients under squared error are right, whatever the last activation."""
    for last in ("linear", "tanh", "sigmoid", "leaky_relu"):
        judge_gradients(student, rng, [4, 5, 2], ["tanh", last], "mean_squared_error", "W")


@pytest.mark.task("4.1")
def test_weights_behind_each_activation(student, rng):
    """The weight gradients are right behind each activation of a hidden layer."""
    for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "gelu"):
        judge_gradients(student, rng, [3, 7, 5, 4], [name, name, "softmax"], "categorical_cross_entropy", "W")


@pytest.mark.task("4.1")
def test_biases_of_any_depth(student, rng):
    """The bias gradients are right in networks of one to eleven layers."""
    for depth in (1, 2, 3, 5):
        dims = [6, 5, 7, 3, 4, 8][: depth + 1]
        activations = [*["tanh", "relu", "sigmoid", "leaky_relu"][: depth - 1], "linear"]
        judge_gradients(student, rng, dims, activations, "mean_squared_error", "b")
    dims, activations, m = DEEP
    judge_gradients(student, rng, dims, activations, "mean_squared_error", "b", m)


@pytest.mark.task("4.1")
def test_weights_of_any_depth(student, rng):
    """The weight gradients are what the loss says when each weight is moved a little, in any depth."""
    for depth in (1, 4):
        dims = [4, 6, 5, 3, 2][: depth + 1]
        activations = [*["tanh", "sigmoid", "tanh"][: depth - 1], "linear"]
        X, parameters = network(rng, dims, activations, m=7)
        Y = rng.normal(size=(dims[-1], 7))
        give(student, ["activations"])
        AL, caches = run(X, parameters, activations)
        gradients = student.numpy_network.backward(AL, Y, caches, activations, "mean_squared_error")
        names = [f"W{layer}" for layer in range(1, depth + 1)]
        gradients = expect.mapping(gradients, [f"d{name}" for name in names])
        for name in names:
            estimate = differences(X, Y, parameters, name, activations, "mean_squared_error", 1e-5)
            gradient = expect.array(gradients[f"d{name}"], shape=estimate.shape, dtype="float64")
            # Right gradients are 1e-9 away from central differences in float64, wrong ones 1e-2 and more.
            apart = np.linalg.norm(gradient - estimate) / np.linalg.norm(estimate)
            expect.that(apart < 1e-6, "A weight gradient is not what the loss says.", layer=name, apart=apart)
    dims, activations, m = DEEP
    judge_gradients(student, rng, dims, activations, "mean_squared_error", "W", m)


@pytest.mark.task("4.1")
def test_backward_leaves_its_arguments(student, rng):
    """The backward pass gives the right weight gradients and leaves answers, targets and caches as they were."""
    give(student, ["activations"])
    for loss, last in zip(LOSSES, ["sigmoid", "softmax", "tanh"], strict=True):
        dims, activations = [3, 5, 4, 2], ["relu", "leaky_relu", last]
        X, parameters = network(rng, dims, activations, m=6)
        Y = targets(rng, dims[-1], 6, loss)
        AL, caches = run(X, parameters, activations)
        kept_AL, kept_Y, kept = student.keep(AL), student.keep(Y), student.keep(caches)
        due = gradients_of(AL, Y, caches, activations, loss)
        with expect.given(f"{loss}, {layers(activations)}"):
            gradients = student.numpy_network.backward(kept_AL, kept_Y, kept, activations, loss)
            for name, gradient in expect.mapping(gradients, ["dW1", "dW2", "dW3"]).items():
                expect.array(gradient, due[name])
        expect.array(kept_AL, AL)
        expect.array(kept_Y, Y)
        for cache, values in zip(expect.items(kept, 3), caches, strict=True):
            for array, value in zip(expect.items(cache, 4), values, strict=True):
                expect.array(array, value)


@pytest.mark.task("4.2")
def test_update_of_any_network(student, rng):
    """Every parameter goes down its gradient; the old parameters and the gradients stay as they were."""
    for dims, rate in [([3, 5, 4, 2], float(rng.uniform(0.1, 0.9))), ([3, 3, 3], 2), ([3, 3, 3], 0)]:
        _, parameters = network(rng, dims, ["tanh"] * (len(dims) - 1), m=2)
        # The gradients stand from the first layer to the last, and one of them is 0.
        gradients = {f"d{name}": rng.normal(size=value.shape) for name, value in backwards(parameters).items()}
        gradients["dW1"][0, 0] = 0.0
        kept, kept_gradients = student.keep(parameters), student.keep(gradients)
        new = student.numpy_network.update_parameters(kept, kept_gradients, rate)
        for name, value in expect.mapping(new, list(parameters)).items():
            expect.array(value, parameters[name] - rate * gradients[f"d{name}"], dtype="float64")
        unchanged(kept, parameters)
        unchanged(kept_gradients, gradients)


@pytest.mark.task("4.3")
def test_gradient_check_measures(student, rng):
    """The gradient check returns how far gradients are from central differences, for any step."""
    for dims, activations, loss in [
        ([1, 1, 2], ["tanh", "softmax"], "categorical_cross_entropy"),
        ([1, 1, 1, 1], ["tanh", "tanh", "linear"], "mean_squared_error"),
    ]:
        X, parameters = network(rng, dims, activations, m=5)
        Y = targets(rng, dims[-1], 5, loss)
        give(student, ["forward", "compute_loss"])
        gradients = {f"d{name}": rng.normal(size=value.shape) for name, value in backwards(parameters).items()}
        for step, kind in ((1e-5, "a small step"), (0.3, "a large step")):
            expected = distance(parameters, gradients, X, Y, activations, loss, step)
            check = student.numpy_network.gradient_check
            # The loss is rounded at 1e-16, which a step of 1e-5 turns into 1e-11.
            with expect.given(kind):
                expect.number(check(parameters, gradients, X, Y, activations, loss, step), expected, rtol=1e-6)


@pytest.mark.task("4.3")
def test_gradient_check_looks_at_every_parameter(student, rng):
    """The gradient check notices a mistake in any single gradient, and finds none where all are right."""
    dims, activations, loss = [1, 2, 1], ["tanh", "sigmoid"], "binary_cross_entropy"
    X, parameters = network(rng, dims, activations, m=5)
    Y = targets(rng, 1, 5, loss)
    give(student, ["forward", "compute_loss"])
    AL, caches = run(X, parameters, activations)
    right = gradients_of(AL, Y, caches, activations, loss)
    check = student.numpy_network.gradient_check
    good = expect.number(check(parameters, right, X, Y, activations, loss))
    expect.that(0 <= good < 1e-7, "Right gradients should be found to be right.", distance=good, limit=1e-7)
    for name, value in right.items():
        wrong = {**right, name: value.copy()}
        wrong[name][-1, -1] += rng.uniform(0.5, 1.0)
        expected = distance(parameters, wrong, X, Y, activations, loss, 1e-5)
        expect.number(check(parameters, wrong, X, Y, activations, loss), expected, rtol=1e-5)


@pytest.mark.task("4.3")
def test_gradient_check_leaves_the_parameters(student, rng):
    """The gradient check finds right gradients right, and leaves parameters and all else exactly as they were."""
    dims, activations, loss = [2, 2, 3], ["sigmoid", "softmax"], "categorical_cross_entropy"
    X, parameters = network(rng, dims, activations, m=5)
    X[1] = 0.0  # The second input is always off, so its gradients are 0.
    Y = targets(rng, 3, 5, loss)
    give(student, ["forward", "compute_loss"])
    AL, caches = run(X, parameters, activations)
    right = gradients_of(AL, Y, caches, activations, loss)
    given = {"parameters": parameters, "gradients": right, "X": X, "Y": Y}
    kept = {name: student.keep(value) for name, value in given.items()}
    good = expect.number(student.numpy_network.gradient_check(*kept.values(), activations, loss))
    expect.that(0 <= good < 1e-7, "Right gradients should be found to be right.", distance=good, limit=1e-7)
    unchanged(kept["parameters"], parameters)
    unchanged(kept["gradients"], right)
    expect.array(kept["X"], X)
    expect.array(kept["Y"], Y)


@pytest.mark.task("5.1")
def test_minibatches_of_any_size(student, rng):
    """Batches of any size hold every sample once, beside its target; none is empty, and only the last is short."""
    for m, batch_size in [(12, 4), (13, 5), (13, 4), (7, 1), (5, 9), (6, 6), (3, 2), (2, 1), (1, 4)]:
        X, Y = rng.normal(size=(3, m)), rng.normal(size=(2, m))
        if m == 6:
            X = X.astype("float32")
        X[1, 0] = 0.0
        kept_X, kept_Y = student.keep(X), student.keep(Y)
        shown = batches_of(student, kept_X, kept_Y, batch_size, seed=int(rng.integers(1000)))
        sizes = [batch.shape[1] for batch, _ in shown]
        expected = [batch_size] * (m // batch_size) + [m % batch_size] * (m % batch_size > 0)
        expect.that(sizes == expected, "The batches should be full, but for the last.", sizes=sizes)
        together = np.concatenate([np.concatenate([x, y]) for x, y in shown], axis=1)
        expected = np.concatenate([X, Y])
        same = np.array_equal(together[:, together[0].argsort()], expected[:, expected[0].argsort()])
        expect.that(same, "Every sample should stand in one batch, beside its own target.")
        expect.array(kept_X, X, rtol=0, atol=0)
        expect.array(kept_Y, Y, rtol=0, atol=0)


@pytest.mark.task("5.1")
def test_minibatches_are_shuffled(student, rng):
    """The order of the samples is random, over all batches, and a new one at every call."""
    m, batch_size = 40, 8
    X = np.arange(2.0 * m).reshape(2, m)
    generator = student.rng(int(rng.integers(1000)))
    orders = []
    for _ in range(3):
        answered = expect.items(student.numpy_network.minibatches(X, X[:1], batch_size, generator), 5)
        batches = [expect.array(expect.items(pair, 2)[0], shape=(2, batch_size)) for pair in answered]
        orders.append(np.concatenate([batch[0] for batch in batches]))
        # All five batches of 8 out of 40 hold neighbours only by chance: less than once in 1e20.
        runs = [np.ptp(batch[0].astype(float)) == batch_size - 1 for batch in batches]
        in_order = np.array_equal(orders[-1], X[0])
        expect.that(not in_order, "The samples stand in their old order: they should be shuffled.")
        expect.that(not all(runs), "The samples should be shuffled, not the batches.")
    different = all(not np.array_equal(one, two) for one, two in pairwise(orders))
    expect.that(different, "Every call should draw a new order.")


@pytest.mark.task("5.1")
def test_minibatches_come_from_the_generator(student, rng):
    """The same generator gives the same batches, another one others, and the samples stay as they were."""
    X, Y, seed = rng.normal(size=(3, 62)), rng.normal(size=(2, 62)), int(rng.integers(1000))
    kept_X, kept_Y = student.keep(X), student.keep(Y)
    first, second, other = (batches_of(student, kept_X, kept_Y, 6, seed=s) for s in (seed, seed, seed + 1))
    expect.that(len(first) == len(second) == len(other) == 11, "There should be eleven batches.")
    for (one, _), (two, _) in zip(first, second, strict=True):
        expect.that(np.array_equal(one, two), "The same generator should give the same batches.")
    # Even where only the order of the batches is random, all stand in the same places less than once in 1e6.
    same = all(np.array_equal(one, two) for (one, _), (two, _) in zip(first, other, strict=True))
    expect.that(not same, "Another generator should give other batches.")
    expect.array(kept_X, X)
    expect.array(kept_Y, Y)


@pytest.mark.task("5.2", weight=2)
def test_trajectory(student, rng):
    """Updates with the full batch lead to the right parameters, from those that are handed over and stay."""
    give_all(student)
    for X, Y, parameters, activations, loss, epochs, rate in trainings(rng, m=11, epochs=15):
        kept_X, kept_Y, kept = student.keep(X), student.keep(Y), student.keep(parameters)
        trained = student.numpy_network.train(kept_X, kept_Y, kept, activations, loss, epochs, rate)
        final, _ = expect.items(trained, 2)
        due, _ = descend(X, Y, parameters, activations, loss, epochs, rate)
        for name, value in expect.mapping(final, list(due)).items():
            expect.array(value, due[name], dtype="float64", rtol=1e-8, atol=1e-8)
        expect.array(kept_X, X)
        expect.array(kept_Y, Y)
        unchanged(kept, parameters)


@pytest.mark.task("5.2")
def test_costs(student, rng):
    """With the full batch, the cost of an epoch is the loss before its update, whether it falls or rises."""
    give_all(student)
    for X, Y, parameters, activations, loss, epochs, rate in trainings(rng, m=9, epochs=5):
        trained = student.numpy_network.train(X, Y, parameters, activations, loss, epochs, rate)
        _, costs = expect.items(trained, 2)
        _, due = descend(X, Y, parameters, activations, loss, epochs, rate)
        for cost, expected in zip(expect.items(costs, epochs), due, strict=True):
            expect.number(cost, expected)


@pytest.mark.task("5.2", weight=2)
def test_updates_of_mini_batches(student, rng):
    """With mini-batches, every batch makes an update with its own mean gradient, and the last one may be short."""
    # All samples are alike, so that the result does not depend on who stands in which batch.
    dims, activations, loss = [3, 4, 2], ["tanh", "softmax"], "categorical_cross_entropy"
    X, parameters = network(rng, dims, activations, m=1)
    X, Y = np.repeat(X, 7, axis=1), np.repeat(targets(rng, 2, 1, loss), 7, axis=1)
    for batch_size, updates in [(3, 3), (1, 7), (7, 1), (20, 1)]:
        give_all(student)
        seeded = student.rng(int(rng.integers(1000)))
        trained = student.numpy_network.train(X, Y, parameters, activations, loss, 2, 0.3, batch_size, seeded)
        final, _ = expect.items(trained, 2)
        due, _ = descend(X, Y, parameters, activations, loss, 2 * updates, 0.3)
        for name, value in expect.mapping(final, list(due)).items():
            expect.array(value, due[name], dtype="float64", rtol=1e-8, atol=1e-8)


@pytest.mark.task("5.2")
def test_costs_of_mini_batches(student, rng):
    """With mini-batches, the cost of an epoch is the mean over its samples, not over its batches."""
    dims, activations, loss = [3, 4, 2], ["tanh", "linear"], "mean_squared_error"
    X, parameters = network(rng, dims, activations, m=1)
    X, Y = np.repeat(X, 7, axis=1), np.repeat(targets(rng, 2, 1, loss), 7, axis=1)
    give_all(student)
    seeded = student.rng(int(rng.integers(1000)))
    trained = student.numpy_network.train(X, Y, parameters, activations, loss, 2, 0.05, 3, seeded)
    _, costs = expect.items(trained, 2)
    _, before = descend(X, Y, parameters, activations, loss, 6, 0.05)
    for cost, (one, two, three) in zip(expect.items(costs, 2), [before[:3], before[3:]], strict=True):
        expect.number(cost, (3 * one + 3 * two + three) / 7, rtol=1e-6)


@pytest.mark.task("5.2")
def test_every_sample_counts_once_an_epoch(student, rng):
    """With mini-batches, every sample contributes to an epoch once."""
    dims, activations, loss, rate = [4, 3, 2], ["tanh", "linear"], "mean_squared_error", 1e-7
    X, parameters = network(rng, dims, activations, m=5)
    Y = targets(rng, 2, 5, loss)
    give_all(student)
    seeded = student.rng(int(rng.integers(1000)))
    trained = student.numpy_network.train(X, Y, parameters, activations, loss, 3, rate, 1, seeded)
    final, _ = expect.items(trained, 2)
    AL, caches = run(X, parameters, activations)
    mean = gradients_of(AL, Y, caches, activations, loss)
    for name, value in expect.mapping(final, list(parameters)).items():
        moved = (parameters[name] - expect.array(value, shape=parameters[name].shape)) / rate
        # At so small a rate the order hardly matters: 15 updates, 3 times the gradients of 5 samples.
        apart = np.linalg.norm(moved - 15 * mean[f"d{name}"]) / np.linalg.norm(15 * mean[f"d{name}"])
        expect.that(apart < 1e-3, "Every sample should contribute once an epoch.", parameter=name, apart=apart)


@pytest.mark.task("5.2")
def test_every_epoch_draws_new_batches(student, rng):
    """Each epoch draws its mini-batches anew, from the generator that is passed in."""
    # Each sample touches a column of the weights of its own, so that the weights tell in which batches it was.
    m, size, epochs, rate, seed = 11, 6, 4, 1e-6, int(rng.integers(1000))
    X, Y = np.eye(m), rng.normal(size=(2, m))
    parameters = {"W1": np.zeros((2, m)), "b1": rng.normal(size=(2, 1))}
    give_all(student)

    def shares(seed):
        """For each sample the sum, over the epochs, of its share in its batch."""
        generator = student.rng(seed)
        trained = student.numpy_network.train(
            X, Y, parameters, ["linear"], "mean_squared_error", epochs, rate, size, generator
        )
        final = expect.mapping(expect.items(trained, 2)[0], list(parameters))
        W = expect.array(final["W1"], shape=(2, m), dtype="float64")
        with np.errstate(all="ignore"):
            return np.abs(W).sum(axis=0) / (2 * rate * np.abs(parameters["b1"] - Y).sum(axis=0))

    drawn = shares(seed)
    # One batch has six samples and the other five. Those of the larger one count 5/6 of the others where they are the
    # same in all epochs, which happens by chance once in a hundred million times.
    with np.errstate(all="ignore"):
        relative = drawn / drawn.max()
    fixed = np.isclose(relative[:, np.newaxis], [0.0, 5 / 6, 1.0], atol=5e-3).any(axis=1)
    expect.that(not fixed.all(), "Each epoch should draw its batches anew.")
    expect.that(bool(np.allclose(drawn, shares(seed), rtol=1e-3)), "The same generator should give the same batches.")
    differs = any(not np.allclose(drawn, shares(seed + number), rtol=1e-3) for number in (1, 2))
    expect.that(differs, "Another generator should give other batches.")


@pytest.mark.task("5.3")
def test_predict_with_one_output(student, rng):
    """A network with one output, of any activation, answers 0 or 1 for each sample, and 1 where it says 0.5."""
    for last, m in [("sigmoid", 30), ("tanh", 30), ("linear", 32), ("sigmoid", 1)]:
        activations = ["tanh", last]
        X, parameters = network(rng, [3, 4, 1], activations, m)
        sums = run(X, parameters, ["tanh", "linear"])[0]
        half = 0.0 if last == "sigmoid" else 0.5
        parameters["b2"] += half - np.median(sums) + (1e-3 if m == 1 else 0.0)  # half of the answers are 1
        judge_labels(student, X, parameters, activations)
    # The first answers are 0.5 to the last bit.
    X, parameters = np.array([[0.5, 0.25, 0.5, 0.75]]), {"b1": np.zeros((1, 1)), "W1": np.ones((1, 1))}
    judge_labels(student, X, parameters, ["linear"])


@pytest.mark.task("5.3")
def test_predict_with_several_outputs(student, rng):
    """A network with several outputs answers with the number of the largest one for each sample."""
    for n_out, last, m in [
        (2, "softmax", 30),
        (4, "softmax", 30),
        (5, "linear", 30),
        (3, "sigmoid", 3),
        (3, "tanh", 1),
    ]:
        activations = ["relu", last]
        X, parameters = network(rng, [3, 6, n_out], activations, m)
        judge_labels(student, X, parameters, activations)


@pytest.mark.task("5.4", weight=2)
def test_a_file_passes_between_two_processes(student, rng):
    """A network of eleven layers that one process has saved is the same when another one has loaded it."""
    dims, activations, m = DEEP
    for _ in range(2):  # what is saved last counts
        _, parameters = network(rng, dims, activations, m)
        kept = student.keep(parameters)
        student.numpy_network.save_parameters("network.npz", kept, activations)
        unchanged(kept, parameters)
    content = student.read_file("network.npz")
    student.restart()
    student.write_file("other.npz", content)
    judge_loaded(student.numpy_network.load_parameters("other.npz"), parameters, activations)


@pytest.mark.task("5.4")
def test_pickled_objects_are_refused(student, rng):
    """A file has the names and types that the docstring says, and one with a single pickled object is refused."""
    activations = ["tanh", "sigmoid"]
    _, parameters = network(rng, [3, 3, 2], activations, m=1)
    student.numpy_network.save_parameters("good.npz", parameters, activations)
    held = expect.mapping(student.read_arrays("good.npz"), ["activations", *parameters])
    for name, value in parameters.items():
        expect.array(held[name], value, dtype="float64", rtol=0, atol=0)
    for name, expected in zip(expect.items(held["activations"], 2), activations, strict=True):
        expect.text(name, expected)
    good = {"activations": np.array(activations), **parameters}
    student.write_file("ours.npz", npz(**good))
    judge_loaded(student.numpy_network.load_parameters("ours.npz"), parameters, activations)
    for name in ("activations", "W2", "b1"):
        student.write_file("bad.npz", npz(**{**good, name: np.array([Trap(), None], dtype=object)}))
        with expect.given(f"a file whose {name} is a pickled object"), expect.raises("ValueError"):
            student.numpy_network.load_parameters("bad.npz")
    # Whoever unpickles first and refuses afterwards has run what was in the file: it made this one.
    with expect.raises("FileNotFoundError"):
        student.read_file(Trap.MADE)


@pytest.mark.task("6.1")
def test_trajectory_of_everything_together(student, rng):
    """All parts together go down the right way: twenty updates with the full batch."""
    for dims, activations, loss in TRAINED:
        X, parameters = network(rng, dims, activations, m=11)
        Y = targets(rng, dims[-1], 11, loss)
        trained = student.numpy_network.train(X, Y, parameters, activations, loss, 20, 0.1)
        final, _ = expect.items(trained, 2)
        due, _ = descend(X, Y, parameters, activations, loss, 20, 0.1)
        for name, value in expect.mapping(final, list(due)).items():
            expect.array(value, due[name], dtype="float64", rtol=1e-8, atol=1e-8)


@pytest.mark.task("6.2")
def test_the_program_trains_as_the_functions_do(student, rng):
    """The program trains the network that its options describe, with the functions of the module."""
    m = 13
    for chosen in [
        {"loss": "binary_cross_entropy", "activation": "tanh", "method": "xavier", "hidden": [6, 5]},
        {"loss": "mean_squared_error", "activation": "leaky_relu", "method": "he", "hidden": [7]},
        {"loss": "binary_cross_entropy", "activation": "gelu", "method": "zeros", "hidden": [3]},
        {},
    ]:
        options = dict(DEFAULTS)
        if chosen:
            seed, rate = int(rng.integers(1, 1000)), float(rng.choice([0.01, 0.02, 0.05]))
            options |= {**chosen, "epochs": 3, "learning-rate": rate, "batch-size": 5, "seed": seed}
        n_out, last = OUTPUTS[options["loss"]]
        X, Y = rng.normal(size=(4, m)), targets(rng, n_out, m, options["loss"])
        student.write_file("data.npz", npz(X=X, Y=Y))
        arguments = [text for name in options if chosen for text in written(name, options[name])]
        program(student, "train", "--data", "data.npz", "--out", "out.npz", *arguments)
        found = student.numpy_network.load_parameters("out.npz")

        dims, activations = [4, *options["hidden"], n_out], [options["activation"]] * len(options["hidden"]) + [last]
        generator = student.rng(options["seed"])
        start = student.numpy_network.initialize_parameters(dims, options["method"], generator)
        settings = [options[name] for name in ("loss", "epochs", "learning-rate", "batch-size")]
        trained = student.numpy_network.train(X, Y, start, activations, *settings, generator)
        names = [f"{kind}{layer}" for layer in range(1, len(dims)) for kind in "Wb"]
        due = expect.mapping(expect.items(trained, 2)[0], names)
        expected = {name: expect.array(value, shape=(None, None)) for name, value in due.items()}
        judge_loaded(found, expected, activations)


@pytest.mark.task("6.2")
def test_the_program_predicts_in_another_process(student, rng):
    """A network that was saved in one process is used by the program in another one."""
    for dims, activations in [([3, 6, 4], ["relu", "softmax"]), ([2, 5, 1], ["tanh", "sigmoid"])]:
        X, parameters = network(rng, dims, activations, m=40)
        parameters["W2"][0] *= 5.0  # Each class is scored on a scale of its own.
        # Labels that rounding could change are left out, and both answers of a single output occur.
        scores = run(X, parameters, [activations[0], "linear"])[0]
        parameters["b2"] -= np.median(scores, axis=1, keepdims=True)
        AL = run(X, parameters, activations)[0]
        ordered = np.sort(AL, axis=0)
        clear = np.abs(AL[0] - 0.5) > 1e-6 if dims[-1] == 1 else ordered[-1] - ordered[-2] > 1e-6
        X, AL = X[:, clear], AL[:, clear]
        labels = (AL[0] >= 0.5).astype(int) if dims[-1] == 1 else AL.argmax(axis=0)
        student.numpy_network.save_parameters("network.npz", parameters, activations)
        content = student.read_file("network.npz")
        student.restart()
        student.write_file("network.npz", content)
        student.write_file("new.npz", npz(X=X))
        printed = program(student, "predict", "--weights", "network.npz", "--data", "new.npz")
        expect.that(
            printed[-len(labels) :] == [str(label) for label in labels],
            "The program should print the label of each sample, one per line.",
        )


# Networks for the forward pass, for the way back (and whether their answers are exactly 0 or 1), and those that are
# trained. In the deep one, W10 stands before W2 in the alphabet.
DEEP = ([2, 3, 4, 2, 3, 4, 2, 3, 4, 2, 3, 2], [*["tanh", "leaky_relu"] * 5, "sigmoid"], 5)
NETWORKS = [
    ([3, 5, 2], ["tanh", "linear"], 7),
    ([2, 6, 4, 3], ["relu", "leaky_relu", "softmax"], 5),
    ([4, 1], ["sigmoid"], 6),
    ([3, 4, 2], ["gelu", "linear"], 6),
    ([3, 3, 3], ["relu", "tanh"], 3),
    ([4, 3, 2], ["sigmoid", "softmax"], 1),
    DEEP,
]
BINARY = [
    ([4, 5, 3, 1], ["tanh", "sigmoid", "sigmoid"], 9, False),
    ([3, 6, 2], ["sigmoid", "sigmoid"], 9, False),
    ([3, 3, 3], ["tanh", "sigmoid"], 3, False),
    ([3, 5, 1], ["tanh", "sigmoid"], 1, False),
    ([3, 4, 2], ["tanh", "sigmoid"], 5, True),
]
CATEGORICAL = [
    ([4, 6, 5, 3], ["tanh", "tanh", "softmax"], 9, False),
    ([5, 4], ["softmax"], 9, False),
    ([4, 4, 4], ["tanh", "softmax"], 4, False),
    ([3, 4], ["softmax"], 1, False),
    ([3, 4, 2], ["tanh", "softmax"], 5, True),
]
TRAINED = [
    ([4, 6, 3], ["tanh", "softmax"], "categorical_cross_entropy"),
    ([3, 5, 4, 1], ["tanh", "sigmoid", "sigmoid"], "binary_cross_entropy"),
    ([2, 5, 3], ["tanh", "linear"], "mean_squared_error"),
]

# What the program takes where it is told nothing; the number of outputs and the last activation of each loss.
DEFAULTS = {
    "hidden": [16],
    "activation": "relu",
    "loss": "categorical_cross_entropy",
    "method": "he",
    "epochs": 100,
    "learning-rate": 0.1,
    "batch-size": None,
    "seed": 0,
}
OUTPUTS = {
    "binary_cross_entropy": (1, "sigmoid"),
    "categorical_cross_entropy": (3, "softmax"),
    "mean_squared_error": (2, "linear"),
}


# The mathematics, written down once more.


def linear(Z):
    return 1.0 * Z


def sigmoid(Z):
    return np.exp(-np.logaddexp(0.0, -Z))


def tanh(Z):
    return np.tanh(Z)


def relu(Z):
    return (Z > 0) * Z


def leaky_relu(Z):
    return np.maximum(0.01 * Z, Z)


def gelu(Z):
    return Z * normal_cdf(Z)


def softmax(Z):
    shifted = Z - np.max(Z, axis=0, keepdims=True)
    return np.exp(shifted - np.log(np.sum(np.exp(shifted), axis=0, keepdims=True)))


def normal_cdf(Z):
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-Z / math.sqrt(2))


def gelu_derivative(Z):
    return normal_cdf(Z) + Z * np.exp(-0.5 * Z**2) / math.sqrt(2 * math.pi)


ELEMENTWISE = ["sigmoid", "tanh", "relu", "leaky_relu", "gelu"]
ACTIVATIONS = {f.__name__: f for f in (linear, sigmoid, tanh, relu, leaky_relu, gelu, softmax)}
DERIVATIVES = {
    "linear": lambda Z: 0.0 * Z + 1.0,
    "sigmoid": lambda Z: sigmoid(Z) * sigmoid(-Z),
    "tanh": lambda Z: 1.0 - np.tanh(Z) ** 2,
    "relu": lambda Z: 1.0 * (Z > 0),
    "leaky_relu": lambda Z: 0.01 + 0.99 * (Z > 0),
    "gelu": gelu_derivative,
}


def run(X, parameters, activations):
    """The answers of a network, and for each layer its input, weights, bias and weighted sum."""
    A, caches = X, []
    for layer, name in enumerate(activations, start=1):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        Z = np.einsum("oi,im->om", W, A) + b
        caches.append((A, W, b, Z))
        A = ACTIVATIONS[name](Z)
    return A, caches


def loss_of(AL, Y, loss):
    """The loss of a batch."""
    clipped = np.minimum(np.maximum(AL, EPSILON), 1 - EPSILON)
    each = {
        "binary_cross_entropy": -Y * np.log(clipped) - (1 - Y) * np.log1p(-clipped),
        "categorical_cross_entropy": -Y * np.log(clipped),
        "mean_squared_error": (Y - AL) ** 2,
    }[loss]
    return float(np.sum(each) / Y.shape[1])


def gradients_of(AL, Y, caches, activations, loss):
    """The gradients of all parameters, from the last layer to the first."""
    upstream = (AL - Y) / Y.shape[1]
    if loss == "mean_squared_error":
        upstream = 2 * upstream * DERIVATIVES[activations[-1]](caches[-1][3])
    gradients = {}
    for layer in range(len(caches), 0, -1):
        A_prev, W, _, _ = caches[layer - 1]
        gradients[f"dW{layer}"] = np.einsum("om,im->oi", upstream, A_prev)
        gradients[f"db{layer}"] = np.einsum("om->o", upstream)[:, None]
        if layer > 1:
            slope = DERIVATIVES[activations[layer - 2]](caches[layer - 2][3])
            upstream = np.einsum("oi,om->im", W, upstream) * slope
    return gradients


def descend(X, Y, parameters, activations, loss, updates, rate):
    """The parameters after full-batch descent, and the loss before each update."""
    costs = []
    for _ in range(updates):
        AL, caches = run(X, parameters, activations)
        costs.append(loss_of(AL, Y, loss))
        gradients = gradients_of(AL, Y, caches, activations, loss)
        parameters = {name: value - rate * gradients[f"d{name}"] for name, value in parameters.items()}
    return parameters, costs


def differences(X, Y, parameters, name, activations, loss, step):
    """Central differences of the loss with respect to one parameter."""
    estimate = np.zeros_like(parameters[name])
    for place in np.ndindex(estimate.shape):
        moved = np.zeros_like(estimate)
        moved[place] = step
        up, down = (
            loss_of(run(X, {**parameters, name: parameters[name] + move}, activations)[0], Y, loss)
            for move in (moved, -moved)
        )
        estimate[place] = (up - down) / (2 * step)
    return estimate


def distance(parameters, gradients, X, Y, activations, loss, step):
    """Return the result that a gradient check has to have."""
    g = np.concatenate([gradients[f"d{name}"].ravel() for name in parameters])
    e = np.concatenate([differences(X, Y, parameters, name, activations, loss, step).ravel() for name in parameters])
    return np.linalg.norm(g - e) / (np.linalg.norm(g) + np.linalg.norm(e))


# Inputs.


def away_from_zero(rng, shape):
    """Numbers of both signs, none near the corner of ReLU."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.1, 3.0, size=shape)


def network(rng, dims, activations, m):
    """Samples and parameters of a network, the last layer first, with no weighted sum near the corner of ReLU.

    One number of the samples and one of each matrix is 0, where there are others.
    """
    while True:
        X, parameters = rng.normal(size=(dims[0], m)), {}
        for layer, (n_in, n_out) in enumerate(pairwise(dims), start=1):
            parameters[f"W{layer}"] = rng.normal(size=(n_out, n_in)) * math.sqrt(1.5 / n_in)
            parameters[f"b{layer}"] = 0.5 * rng.normal(size=(n_out, 1))
        for array in (X, *(parameters[f"W{layer}"] for layer in range(1, len(dims)))):
            if array.size > 2:
                array[-1, -1] = 0.0
        parameters = backwards(parameters)
        _, caches = run(X, parameters, activations)
        if min(np.abs(Z).min() for _, _, _, Z in caches) > 1e-3:
            return X, parameters


def targets(rng, n_out, m, loss):
    """Random targets; for the cross-entropies they are probabilities, so that the upstream gradient is random."""
    if loss == "binary_cross_entropy":
        return rng.uniform(size=(n_out, m))
    if loss == "categorical_cross_entropy":
        return softmax(2 * rng.normal(size=(n_out, m)))
    return rng.normal(size=(n_out, m))


def backwards(values):
    """The same dict, from its last key to its first."""
    return dict(reversed(values.items()))


def trainings(rng, m, epochs):
    """Tasks for `train`: ordinary networks, a square one, one sample, no epoch, and a cost that rises."""
    for dims, activations, loss in TRAINED:
        X, parameters = network(rng, dims, activations, m)
        yield X, targets(rng, dims[-1], m, loss), parameters, activations, loss, epochs, 0.3
    activations, loss = ["tanh", "linear"], "mean_squared_error"
    for size, few, rate in [(3, 2, 0.1), (3, 0, 0.1), (1, 2, 1)]:
        X, parameters = network(rng, [3, 3, 3], activations, size)
        yield X, targets(rng, 3, size, loss), parameters, activations, loss, few, rate
    X, parameters = network(rng, [3, 2], ["linear"], 4)
    Y, rate = targets(rng, 2, 4, loss), 0.1
    while (costs := descend(X, Y, parameters, ["linear"], loss, 3, rate)[1])[1] < 1.2 * costs[0]:
        rate *= 1.5
    yield X, Y, parameters, ["linear"], loss, 4, rate


class Trap:
    """Makes a file where it is unpickled."""

    MADE = "made_by_a_pickle"

    def __reduce__(self):
        return open, (self.MADE, "w")


def written(option, value):
    """An option as it stands on a command line."""
    return [f"--{option}", *map(str, value if isinstance(value, list) else [value])]


def npz(**arrays):
    """The bytes of an .npz file."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


# What several checks do.


def points(rng):
    """Where activations are judged: at ordinary numbers, at large ones, and at 0; square, and twice in one shape."""
    square = away_from_zero(rng, (3, 3))
    square[rng.integers(3), rng.integers(3)] = 0.0
    large = rng.permutation([*EXTREMES, 0.0])
    return {
        "an array with one axis": away_from_zero(rng, (7,)),
        "a column": away_from_zero(rng, (7, 1)),
        "very large numbers of both signs, and an exact zero": large.reshape(7, 1),
        "a square array with an exact zero": square,
    }


def judge_elementwise(student, rng, function, atol=1e-9):
    """An activation at ordinary and at large numbers; its argument stays as it was."""
    for kind, Z in points(rng).items():
        with expect.given(kind):
            kept = student.keep(Z)
            answer = getattr(student.numpy_network, function.__name__)(kept)
            expect.array(answer, function(Z), dtype="float64", atol=atol)
            expect.array(kept, Z)


def judge_derivative(student, rng, name, atol=1e-9):
    """A derivative at ordinary and at large numbers; its argument stays as it was.

    At the corners of ReLU and leaky ReLU any number will do.
    """
    give(student, ["values"])
    for kind, Z in points(rng).items():
        with expect.given(kind):
            kept = student.keep(Z)
            answer = getattr(student.numpy_network, f"{name}_derivative")(kept)
            slopes = expect.array(answer, shape=Z.shape, dtype="float64")
            anything = (Z == 0) & name.endswith("relu")
            expect.array(answer, np.where(anything, slopes, DERIVATIVES[name](Z)), dtype="float64", atol=atol)
            expect.array(kept, Z)


def judge_drawing(names, drawn):
    """A figure shows what it is given: `drawn` are one, one of the same data in another order, and of other data.

    Whoever draws in the order of the dict writes titles or legends in that order, too. Where the names stay, so does
    what is shown under them. (A public check sees to it that there are names.)
    """
    figure, reordered, *others = [expect.figure(one) for one in drawn]
    written = "".join(filter(str.isalnum, f"{figure.titles}{figure.legends}".lower()))
    stay = (figure.titles, figure.legends) == (reordered.titles, reordered.legends)
    if stay and all(name.replace("_", "") in written for name in names):
        expect.that(figure.looks_like(reordered), "Each curve should stand under its own name.")
    for other in others:
        expect.that(not figure.looks_like(other), "The figure should change when its data do.")


def judge_labels(student, X, parameters, activations):
    """The labels of the samples; neither these nor the parameters change."""
    give(student, ["activations", "forward"])
    AL = run(X, parameters, activations)[0]
    expected = (AL[0] >= 0.5).astype(int) if len(AL) == 1 else AL.argmax(axis=0)
    kept_X, kept = student.keep(X), student.keep(parameters)
    expect.array(student.numpy_network.predict(kept_X, kept, activations), expected, dtype="integer")
    expect.array(kept_X, X)
    unchanged(kept, parameters)


def initial(student, dims, method, generator):
    """Initial parameters by the student's code, as answers; the list of dimensions stays as it was."""
    kept = student.keep(dims)
    made = student.numpy_network.initialize_parameters(kept, method, generator)
    for width, due in zip(expect.items(kept, len(dims)), dims, strict=True):
        expect.integer(width, due)
    return expect.mapping(made, [f"{kind}{layer}" for layer in range(1, len(dims)) for kind in "Wb"])


def judge_weights(student, rng, method, deviation, dims=(250, 200, 300)):
    """Mean, deviation and shape of the distribution of many weights in two layers.

    With N weights, the mean is off by deviation/√N, the measured deviation by deviation/√(2N), and the share of
    those beyond two deviations, 4.55 %, by √(0.0455·0.9545/N). All bounds are six times that. Six bounds in a
    check make a false alarm once in 80 million.
    """
    made = initial(student, list(dims), method, student.rng(int(rng.integers(1000))))
    for layer, (n_in, n_out) in enumerate(pairwise(dims), start=1):
        W, sigma, count = expect.array(made[f"W{layer}"], shape=(n_out, n_in)), deviation(n_in), n_in * n_out
        with np.errstate(all="ignore"):
            mean, measured, beyond = W.mean(), W.std(), np.mean(np.abs(W) > 2 * sigma)
        expect.that(np.unique(W).size > 0.99 * W.size, "The weights should be drawn one by one.")
        near = abs(mean) < 6 * sigma / math.sqrt(count)
        expect.that(near, "The mean of the weights should be 0.", mean=mean)
        near = abs(measured - sigma) < 6 * sigma / math.sqrt(2 * count)
        expect.that(near, "The standard deviation is wrong.", measured=measured, expected=sigma)
        near = abs(beyond - 0.0455) < 6 * math.sqrt(0.0455 * 0.9545 / count)
        expect.that(near, "The weights should be normally distributed.")


def judge_loss(student, AL, Y, loss, atol=1e-9):
    """The loss of a batch, which stays as it was."""
    kept_AL, kept_Y = student.keep(AL), student.keep(Y)
    with expect.given(f"{loss}, {batch(*AL.shape)}"):
        expect.number(student.numpy_network.compute_loss(kept_AL, kept_Y, loss), loss_of(AL, Y, loss), atol=atol)
        expect.array(kept_AL, AL)
        expect.array(kept_Y, Y)


def judge_gradients(student, rng, dims, activations, loss, kind, m=9, certain=False):
    """The gradients of all weights (`kind` "W") or all biases ("b"); a `certain` network says 0 and 1 only."""
    X, parameters = network(rng, dims, activations, m)
    if certain:
        _, caches = run(X, parameters, activations)
        sums = np.abs(caches[-1][3] if activations[-1] == "sigmoid" else np.diff(caches[-1][3], axis=0))
        parameters[f"W{len(activations)}"] *= 800 / sums.min()
        parameters[f"b{len(activations)}"] *= 800 / sums.min()
    Y = targets(rng, dims[-1], m, loss)
    give(student, ["activations"])
    AL, caches = run(X, parameters, activations)
    due = gradients_of(AL, Y, caches, activations, loss)
    names = [f"d{kind}{layer}" for layer in range(1, len(dims))]
    # Whoever writes GELU's derivative by tanh into the backward pass is off by 0.0009 in each unit.
    atol = 1e-2 if "gelu" in activations else 1e-9
    answers = ", whose answers are exactly 0 and 1" if certain else ""
    with expect.given(f"{layers(activations)}, {batch(dims[-1], m)}{answers}"):
        gradients = student.numpy_network.backward(AL, Y, caches, activations, loss)
        for name, gradient in expect.mapping(gradients, names).items():
            with expect.given(f"the gradient {name} of {layers(activations)}, {batch(dims[-1], m)}{answers}"):
                expect.array(gradient, due[name], dtype="float64", atol=atol)


def layers(activations):
    """A network in words: how many layers it has, and with which activations."""
    if len(activations) == 1:
        return f"a network of one layer ({activations[0]})"
    names = ", ".join(activations) if len(activations) < 5 else f"… {activations[-1]}"
    return f"a network of {len(activations)} layers ({names})"


def batch(outputs, samples):
    """A batch in words: whether it is of one sample, or has as many outputs as samples."""
    if samples == 1:
        return "a batch of one sample"
    if outputs == samples:
        return "a batch of as many samples as outputs"
    return "a batch with one output" if outputs == 1 else "a batch with several outputs"


def unchanged(kept, values):
    """A kept dict of arrays still holds what was put into it."""
    for name, value in expect.mapping(kept, list(values)).items():
        expect.array(value, values[name], rtol=0, atol=0)


def batches_of(student, X, Y, batch_size, seed):
    """The mini-batches that the student's code makes: pairs of arrays."""
    made = student.numpy_network.minibatches(X, Y, batch_size, student.rng(seed))
    pairs = [expect.items(pair, 2) for pair in expect.items(made)]
    expect.that(len(pairs) > 0, "There should be at least one batch.")
    opened = [(expect.array(x, shape=(3, None)), expect.array(y, shape=(2, None))) for x, y in pairs]
    expect.that(all(x.shape[1] == y.shape[1] for x, y in opened), "Each batch needs as many targets as samples.")
    return opened


def judge_loaded(answer, parameters, activations):
    """A loaded network is the one that was saved."""
    loaded, names = expect.items(answer, 2)
    values = expect.mapping(loaded, list(parameters))
    expect.that(len(loaded) == len(parameters), "The parameters that are loaded should be those that were saved.")
    for name, value in values.items():
        expect.array(value, parameters[name], dtype="float64", rtol=1e-12, atol=1e-12)
    for name, expected in zip(expect.items(names, len(activations)), activations, strict=True):
        expect.text(name, expected)


def program(student, *arguments):
    """The lines that the program prints, without empty ones."""
    ended = expect.mapping(student.run_program("numpy_network", *arguments), ["status", "output"])
    expect.integer(ended["status"], 0)
    return [line.strip() for line in expect.text(ended["output"]).splitlines() if line.strip()]


# Right functions that stand in for the student's own: for networks of any dimensions, and for parts of them.


def give(student, names):
    """Put right functions in place of the student's: "values" of activations, "activations" with derivatives, …"""
    for function in (forward, compute_loss, backward, update_parameters, minibatches):
        if function.__name__ in names:
            setattr(student.numpy_network, function.__name__, function)
    if "values" in names or "activations" in names:
        for name, function in ACTIVATIONS.items():
            setattr(student.numpy_network, name, stand_in(function))
    if "activations" in names:
        for name, function in DERIVATIVES.items():
            setattr(student.numpy_network, f"{name}_derivative", stand_in(function))
        student.numpy_network.activate = activate
        student.numpy_network.activation_derivative = activation_derivative


def give_all(student):
    """Everything that training may call."""
    give(student, ["activations", "forward", "compute_loss", "backward", "update_parameters", "minibatches"])


def stand_in(function):
    """An activation or a derivative for what the student's code calls it with: numbers, and arrays of any shape."""

    def activation(Z):
        values = expect.numbers(Z)
        expect.that(values.size < 100_000, "An activation was called with an array that is larger than any here.")
        if function is softmax:
            expect.that(values.ndim > 0 and values.size > 0, "softmax was called without scores.")
        with np.errstate(all="ignore"):
            return function(values)[()]

    return activation


def activate(Z, name):
    return stand_in(ACTIVATIONS[known(name, ACTIVATIONS)])(Z)


def activation_derivative(Z, name):
    return stand_in(DERIVATIVES[known(name, DERIVATIVES)])(Z)


def known(name, names):
    """A name that is one of `names`."""
    text = expect.text(name)
    expect.that(text in names, "A function was called with a name that it does not know.", name=text)
    return text


def forward(X, parameters, activations):
    names = [known(name, ACTIVATIONS) for name in expect.items(activations)]
    expect.that(len(names) > 0, "forward was called without activations.")
    samples = matrix(X)
    found = expect.mapping(parameters, [f"{kind}{layer}" for layer in range(1, len(names) + 1) for kind in "Wb"])
    values, n_in = {}, len(samples)
    for layer in range(1, len(names) + 1):
        W = values[f"W{layer}"] = matrix(found[f"W{layer}"], n_in)
        values[f"b{layer}"] = matrix(found[f"b{layer}"], 1, len(W))
        n_in = len(W)
    with np.errstate(all="ignore"):
        return run(samples, values, names)


def compute_loss(AL, Y, loss):
    answers = matrix(AL)
    wanted = matrix(Y, *answers.shape[::-1])
    with np.errstate(all="ignore"):
        return loss_of(answers, wanted, known(loss, LOSSES))


def backward(AL, Y, caches, activations, loss):
    names = [known(name, ACTIVATIONS) for name in expect.items(activations)]
    name = known(loss, LOSSES)
    expect.that(len(names) > 0, "backward was called without activations.")
    expect.that("softmax" not in names[:-1], "softmax is for the last layer.")
    expect.that(name != "mean_squared_error" or names[-1] != "softmax", "Nobody asks for this pair.")
    answers = matrix(AL)
    n_in, m = None, answers.shape[1]
    remembered = []
    for cache in expect.items(caches, len(names)):
        A_prev, W, b, Z = expect.items(cache, 4)
        before = matrix(A_prev, m, n_in)
        weights = matrix(W, len(before))
        n_in = len(weights)
        remembered.append((before, weights, matrix(b, 1, n_in), matrix(Z, m, n_in)))
    wanted = matrix(Y, m, n_in)
    expect.that(len(answers) == n_in, "backward was called with answers that are not those of the last layer.")
    with np.errstate(all="ignore"):
        return gradients_of(answers, wanted, remembered, names, name)


def update_parameters(parameters, gradients, learning_rate):
    old = {name: expect.numbers(value) for name, value in expect.mapping(parameters).items()}
    slopes = expect.mapping(gradients, [f"d{name}" for name in old])
    rate = expect.numbers(learning_rate, shape=())
    with np.errstate(all="ignore"):
        return {
            name: value - rate * expect.numbers(slopes[f"d{name}"], shape=value.shape) for name, value in old.items()
        }


def minibatches(X, Y, batch_size, rng):
    samples = matrix(X)
    m = samples.shape[1]
    wanted, size = matrix(Y, m), expect.integer(batch_size, minimum=1)
    order = expect.array(rng.permutation(m), shape=(m,), dtype="integer")
    expect.that(np.array_equal(np.sort(order), np.arange(m)), "Something other than a generator was passed on.")
    cuts = [order[start : start + size] for start in range(0, m, size)]
    return [(samples[:, columns], wanted[:, columns]) for columns in cuts]


LOSSES = ["binary_cross_entropy", "categorical_cross_entropy", "mean_squared_error"]


def matrix(answer, columns=None, rows=None):
    """A matrix that is not empty, of this size where it is given; none here has a thousand rows or columns."""
    values = expect.numbers(answer, shape=(rows, columns))
    expect.that(values.size > 0, "A function was called with an empty array.")
    expect.that(max(values.shape) < 1_000, "A function was called with an array that is larger than any here.")
    return values
