"""Hidden checks of autograd: inputs drawn for each submission, of unequal sizes, square ones, and single samples.

Nothing here imports PyTorch. Expected values come from formulas in NumPy; tensors are made, and combined, on
the student's side.
"""

import math
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import StudentError

# float32 keeps about 7 digits. Sums of a dozen terms of size 1 lose one or two of them to cancellation, 8 updates
# another one; the mistakes that are looked for change the first or second digit.
FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}
TRAINED = {"rtol": 1e-3, "atol": 1e-4}

# Samples, inputs and neurons of a layer; the last two have the same shapes.
SIZES = [(5, 3, 2), (1, 4, 6), (4, 3, 1), (3, 3, 3), (3, 3, 3)]


@pytest.mark.task("1.1")
def test_tensors_of_any_size(student, rng):
    """Any numbers, whole or not, become float32 tensors of the right shapes."""
    for n, count in [(1, 2), (4, 5), (9, 2)]:
        x, w, b = rng.integers(-200, 200, size=n), rng.normal(size=n), float(rng.normal())
        for numbers in [
            (x.tolist(), w.tolist(), b),
            (w.tolist(), x.tolist(), int(rng.integers(2, 9))),
            (list(x), list(x), np.int64(-3)),
            (list(w), list(w), np.float64(b)),
            ([*x[:-1].tolist(), 0.0], [0, *w[1:].tolist()], 0),
        ][:count]:
            made = expect.items(student.pytorch_autograd.make_tensors(*numbers), 3)
            for answer, values, tracked in zip(made, numbers, [False, True, True], strict=True):
                expect.tensor(answer, values, dtype="float32", requires_grad=tracked)


@pytest.mark.task("1.1")
def test_tracked_tensors_are_leaves(student, rng):
    """The weights and the bias are tracked leaves without a gradient, the input is not tracked."""
    x, w, b = rng.normal(size=5).tolist(), rng.integers(-9, 9, size=5).tolist(), 3
    x, w, b = expect.items(student.pytorch_autograd.make_tensors(x, w, b), 3)
    expect.tensor(x, shape=(5,), requires_grad=False)
    for learned, shape in [(w, (5,)), (b, ())]:
        leaf = expect.tensor(learned, shape=shape, requires_grad=True)
        expect.that(leaf.is_leaf, "A tensor that is learned should be a leaf.")
        expect.none(learned.grad)


@pytest.mark.task("1.2")
def test_neuron_of_any_size(student, rng):
    """A neuron works for any number of inputs, whether it is on or off."""
    make = student.tensor
    for n, z in [(1, 1.5), (4, -0.7), (4, 0.7), (9, 2.5)]:
        with expect.given("a neuron that is on" if z > 0 else "a neuron that is off"):
            numbers = numbers_for(rng, n, z)
            tensors = [make(part) for part in numbers]
            expect.tensor(student.pytorch_autograd.neuron(*tensors), max(z, 0.0), **FLOAT32)
            unchanged(student, tensors, numbers)
    expect.tensor(student.pytorch_autograd.neuron(make([1.0, 0.0]), make([0.0, 3.0]), make(0.0)), 0.0)


@pytest.mark.task("1.2")
def test_gradients_flow_through_the_neuron(student, rng):
    """Gradients flow back to the weights and the bias: the input and 1 where the neuron is on, else 0."""
    make = student.tensor
    for z, on in [(float(rng.uniform(0.5, 2.0)), 1.0), (-float(rng.uniform(0.5, 2.0)), 0.0)]:
        with expect.given("a neuron that is on" if on else "a neuron that is off"):
            values, w, b = numbers_for(rng, 5, z)
            x, w, b = make(values), make(w, requires_grad=True), make(b, requires_grad=True)
            y = student.pytorch_autograd.neuron(x, w, b)
            expect.tensor(y, shape=(), requires_grad=True)
            y.backward()
            expect.tensor(w.grad, on * values, **FLOAT32)
            expect.tensor(b.grad, on, **FLOAT32)


@pytest.mark.task("1.3")
def test_loss_of_any_neuron(student, rng):
    """The loss is the squared distance from the target, for a neuron that is on or off."""
    for z, target in [*errors(rng), *whole_targets(rng)[:2]]:
        with expect.given(side(z, target)):
            _, tracked = state(student, rng, z)
            loss, _, _ = expect.items(student.pytorch_autograd.loss_and_gradients(*tracked, target), 3)
            expect.number(loss, (max(z, 0.0) - target) ** 2, **FLOAT32)


@pytest.mark.task("1.3")
def test_gradients_of_any_neuron(student, rng):
    """The gradients are those of the loss, whether the answer is above or below the target, and nothing has moved."""
    for z, target in [*errors(rng), *whole_targets(rng)]:
        with expect.given(side(z, target)):
            numbers, tracked = state(student, rng, z)
            _, dw, db = expect.items(student.pytorch_autograd.loss_and_gradients(*tracked, target), 3)
            slope = 2 * (z - target) * (z > 0)
            expect.tensor(dw, slope * numbers[0], **FLOAT32)
            expect.tensor(db, slope, **FLOAT32)
            unchanged(student, tracked, numbers)


@pytest.mark.task("1.3")
def test_gradients_stand_in_grad(student, rng):
    """After the call the gradients stand in .grad."""
    ((z, target), *_) = errors(rng)
    (x, *_), (inputs, w, b) = state(student, rng, z)
    student.pytorch_autograd.loss_and_gradients(inputs, w, b, target)
    dw, db = w.grad, b.grad
    expect.tensor(dw, 2 * (z - target) * x, **FLOAT32)
    expect.tensor(db, 2 * (z - target), **FLOAT32)


@pytest.mark.task("1.3")
def test_old_gradients_are_forgotten(student, rng):
    """What stood in .grad before the call, of both parameters or of one, has no part in the gradients."""
    make = student.tensor
    for w_has, b_has in [(True, True), (True, False), (False, True)]:
        ((z, target), *_) = errors(rng)
        (x, *_), (inputs, w, b) = state(student, rng, z)
        if w_has:
            w.grad = make(rng.uniform(1, 2, size=5))
        if b_has:
            b.grad = make(float(rng.uniform(1, 2)))
        _, dw, db = expect.items(student.pytorch_autograd.loss_and_gradients(inputs, w, b, target), 3)
        expect.tensor(dw, 2 * (z - target) * x, **FLOAT32)
        expect.tensor(db, 2 * (z - target), **FLOAT32)


@pytest.mark.task("1.4", weight=2)
def test_by_hand_of_any_neuron(student, rng):
    """The chain rule holds for any neuron that is on, tracked or not."""
    on = [*errors(rng)[:2], *whole_targets(rng)[:2]]
    for (z, target), tracked in zip(on, [True, False, True, False], strict=True):
        numbers, inputs = state(student, rng, z, tracked)
        dw, db = expect.items(student.pytorch_autograd.gradients_by_hand(*inputs, target), 2)
        expect.tensor(dw, 2 * (z - target) * numbers[0], **FLOAT32)
        expect.tensor(db, 2 * (z - target), **FLOAT32)
        unchanged(student, inputs, numbers)


@pytest.mark.task("1.4")
def test_by_hand_where_the_neuron_is_off(student, rng):
    """A neuron that is off has gradients of 0."""
    for z, target in [errors(rng)[-1], whole_targets(rng)[-1]]:
        _, inputs = state(student, rng, z)
        dw, db = expect.items(student.pytorch_autograd.gradients_by_hand(*inputs, target), 2)
        expect.tensor(dw, np.zeros(5))
        expect.tensor(db, 0.0)


@pytest.mark.task("1.4")
def test_by_hand_leaves_grad_alone(student, rng):
    """Gradients by hand are right, leave .grad as it was, and need no autograd: nothing has to be recorded."""
    ((z, target), (z_below, target_below), *_) = errors(rng)
    (x, *_), (inputs, w, b) = state(student, rng, z)
    old = rng.normal(size=5)
    w.grad = student.tensor(old)
    dw, _ = expect.items(student.pytorch_autograd.gradients_by_hand(inputs, w, b, target), 2)
    expect.tensor(dw, 2 * (z - target) * x, **FLOAT32)
    old_of_w, old_of_b = w.grad, b.grad
    expect.tensor(old_of_w, old)
    expect.none(old_of_b)
    (x, *_), inputs = state(student, rng, z_below)
    with nothing_recorded(student):
        dw, _ = expect.items(student.pytorch_autograd.gradients_by_hand(*inputs, target_below), 2)
        expect.tensor(dw, 2 * (z_below - target_below) * x, **FLOAT32)


@pytest.mark.task("1.5")
def test_gradients_match_in_every_number(student, rng):
    """A difference in the weights' gradients alone, or in the bias's, is noticed at any scale; rounding is not."""
    make = student.tensor
    for scale, count in [(1.0, 6), (1e-4, 2), (-1e4, 2)]:
        dw, db = scale * rng.uniform(1, 2, size=6), scale * float(rng.uniform(1, 2))
        place = rng.integers(6)
        dw[place - 1] = 0.0
        other, nearly = dw.copy(), dw.copy()
        other[place] *= -1
        nearly[place] *= 1.01
        by_hand = (make(dw), make(db))
        for (dw_found, db_found), answer in [
            ((dw * (1 + 1e-6), db * (1 - 1e-6)), True),
            ((nearly, db), False),
            ((other, db), False),
            ((dw, -db), False),
            ((dw, db), True),
            ((dw, db * 1.01), False),
        ][:count]:
            by_autograd = (make(dw_found), make(db_found))
            expect.boolean(student.pytorch_autograd.gradients_match(by_hand, by_autograd), answer, plain=True)
    unchanged(student, (*by_hand, *by_autograd), (dw, db, nearly, db))
    zeros = (make(np.zeros(6)), make(0.0))
    expect.boolean(student.pytorch_autograd.gradients_match(zeros, zeros), True, plain=True)


@pytest.mark.task("2.1")
def test_value_anywhere(student, rng):
    """The polynomial has the right value anywhere."""
    for x in numbers_of_every_kind(rng):
        y, _ = expect.items(student.pytorch_autograd.value_and_gradient(x), 2)
        expect.number(y, float(x) ** 2 + 3 * float(x) + 1, **FLOAT32)


@pytest.mark.task("2.1")
def test_gradient_anywhere(student, rng):
    """The polynomial has the right slope anywhere."""
    for x in numbers_of_every_kind(rng):
        _, gradient = expect.items(student.pytorch_autograd.value_and_gradient(x), 2)
        expect.number(gradient, 2 * float(x) + 3, **FLOAT32)


@pytest.mark.task("2.2")
def test_nodes_of_any_graph(student, rng):
    """Every node of a graph with several leaves is named, however many ways lead to it, and none twice."""
    for _ in range(2):
        end, first, others = random_graph(student, rng)
        names_are(student.pytorch_autograd.node_names(end), first, others)


@pytest.mark.task("2.2")
def test_nodes_that_are_shared(student, rng):
    """A node that is used twice is named once, and nodes of one name are named one by one."""
    y = student.tensor(float(rng.normal()), requires_grad=True).tanh()
    for _ in range(3):
        y = y.mul(y)
    names_are(student.pytorch_autograd.node_names(y), "Mul", ["Mul", "Mul", "Tanh"])
    vector = student.tensor(rng.uniform(1, 2, size=3), requires_grad=True)  # its sum along an axis is SumBackward1
    names_are(student.pytorch_autograd.node_names(vector.exp().sum(0).neg()), "Neg", ["Sum", "Exp"])


@pytest.mark.task("2.2")
def test_nodes_of_a_leaf(student, rng):
    """A leaf has no graph, and a constant adds nothing to one."""
    make = student.tensor
    x, constant = make(float(rng.normal()), requires_grad=True), make(float(rng.normal()))
    for without_graph in (x, constant, constant.exp()):
        expect.items(student.pytorch_autograd.node_names(without_graph), 0)
    names_are(student.pytorch_autograd.node_names(constant.exp().sub(x.abs())), "Sub", ["Abs"])


@pytest.mark.task("2.3")
def test_gradients_accumulate_anywhere(student, rng):
    """Without zeroing, each pass adds its gradient, for any number and any count of passes."""
    for x, passes in numbers_and_passes(rng):
        gradients = expect.items(student.pytorch_autograd.gradient_after_each_pass(x, passes, False), passes)
        for count, gradient in enumerate(gradients, start=1):
            expect.number(gradient, count * (2 * float(x) + 3), **FLOAT32)


@pytest.mark.task("2.3")
def test_zeroed_gradients_do_not_anywhere(student, rng):
    """Zeroed before each pass, the gradient stays what it is, for any number and any count of passes."""
    for x, passes in numbers_and_passes(rng):
        for gradient in expect.items(student.pytorch_autograd.gradient_after_each_pass(x, passes, True), passes):
            expect.number(gradient, 2 * float(x) + 3, **FLOAT32)


@pytest.mark.task("2.4")
def test_a_freed_graph_fails_anywhere(student, rng):
    """A second backward fails where a node has lost what it needs, and runs where no node needs anything."""
    values = rng.uniform(0.5, 2, size=4)
    x = student.tensor(values, requires_grad=True)
    expect.boolean(student.pytorch_autograd.backward_twice(x.pow(3).sum(), False), False)
    expect.tensor(x.grad, 3 * values**2, **FLOAT32)
    x = student.tensor(float(values[0]), requires_grad=True)
    expect.boolean(student.pytorch_autograd.backward_twice(x.add(x).add(1.0), False), True)
    expect.tensor(x.grad, 4.0)


@pytest.mark.task("2.4")
def test_a_retained_graph_serves_twice_anywhere(student, rng):
    """A second backward through a retained graph runs, and both have reached the leaf."""
    values = rng.uniform(0.5, 2, size=4)
    x = student.tensor(values, requires_grad=True)
    expect.boolean(student.pytorch_autograd.backward_twice(x.pow(3).sum(), True), True)
    expect.tensor(x.grad, 6 * values**2, **FLOAT32)


@pytest.mark.task("2.5", weight=2)
def test_any_vector_with_any_weights(student, rng):
    """The gradient of the weighted sum is right for vectors longer or shorter than x, as long, and of one number."""
    make = student.tensor
    for n, m in [(3, 5), (6, 2), (4, 4), (4, 4), (1, 1)]:
        with expect.given("a vector as long as x" if n == m else "a vector longer or shorter than x"):
            values, A, v = with_a_zero(rng, n), rng.normal(size=(m, n)), with_a_zero(rng, m)
            x, weights = make(values, requires_grad=True), make(v)
            y = make(A).mv(x.pow(2))
            gradient = student.pytorch_autograd.gradient_from_vector(x, y, weights)
            expect.tensor(gradient, 2 * values * (A.T @ v), **FLOAT32)
            unchanged(student, (x, weights), (values, v))


@pytest.mark.task("2.6")
def test_scaled_values_of_any_shape(student, rng):
    """The weights are the values times the scale, in any shape."""
    scale = float(rng.uniform(0.1, 3))
    for shape, factor in [
        ((7,), scale),
        ((3, 5), -scale),
        ((2, 3, 4), scale),
        ((3, 3), 0.0),
        ((3, 3), scale),
        ((1,), 100.0),
    ]:
        with expect.given(
            "a scale of 0" if factor == 0 else "a negative scale" if factor < 0 else f"values with {len(shape)} axes"
        ):
            values = rng.normal(size=shape)
            values.flat[1:2] = 0.0
            weights = student.pytorch_autograd.scaled_leaf(values.tolist(), factor)
            expect.tensor(weights, factor * values, dtype="float32", **FLOAT32)


@pytest.mark.task("2.6")
def test_scaled_weights_receive_gradients(student, rng):
    """Backward fills the weights' own gradient, which was None before."""
    factors = rng.normal(size=(3, 5))
    weights = student.pytorch_autograd.scaled_leaf(rng.normal(size=(3, 5)).tolist(), float(rng.uniform(0.1, 3)))
    expect.tensor(weights, shape=(3, 5), requires_grad=True)
    expect.none(weights.grad)
    weights.mul(student.tensor(factors)).sum().backward()
    expect.tensor(weights.grad, factors, **FLOAT32)


@pytest.mark.task("2.7")
def test_no_gradient_reaches_the_target(student, rng):
    """A tracked target gets no gradient, stays tracked, and y gets its own."""
    make = student.tensor
    for n in (6, 6, 1):
        ours, theirs = with_a_zero(rng, n), with_a_zero(rng, n)
        theirs[1:2] = ours[1:2]
        y, target = make(ours, requires_grad=True), make(theirs, requires_grad=True)
        distance = student.pytorch_autograd.distance_to_constant(y, target)
        expect.tensor(distance, np.mean((ours - theirs) ** 2), requires_grad=True, **FLOAT32)
        distance.backward()
        of_y, of_target = y.grad, target.grad
        expect.tensor(of_y, (ours - theirs) * 2 / n, **FLOAT32)
        expect.none(of_target)
        for tensor, before in zip(now(student, y, target), (ours, theirs), strict=True):
            expect.tensor(tensor, before, requires_grad=True)


@pytest.mark.task("2.7")
def test_a_target_computed_from_the_same_leaf(student, rng):
    """Where y and the target come from one leaf, the gradient takes the way through y alone."""
    values = rng.uniform(0.5, 2, size=6)
    x = student.tensor(values, requires_grad=True)
    target = student.keep(x.pow(2))
    distance = student.pytorch_autograd.distance_to_constant(x.mul(2.0), target)
    expect.tensor(distance, np.mean((2 * values - values**2) ** 2), requires_grad=True, **FLOAT32)
    distance.backward()
    expect.tensor(x.grad, 2 * (2 * values - values**2) / 6 * 2, **FLOAT32)
    after = expect.tensor(target, values**2, requires_grad=True)
    expect.that(after.grad_fn is not None, "The target should keep its own graph.")


@pytest.mark.task("3.1")
def test_layer_of_any_size_in_numpy(student, rng):
    """In NumPy, a layer of any size answers with one row for each sample."""
    for m, n, k in SIZES:
        with expect.given(sizes(m, n, k)):
            numbers = layer_task(rng, m, n, k)
            X, W, b = numbers
            kept = [student.keep(part) for part in numbers]
            expect.array(student.pytorch_autograd.layer_numpy(*kept), X @ W.T + b, dtype="float64")
            for before, after in zip(numbers, now(student, *kept), strict=True):
                expect.array(after, before, dtype="float64")


@pytest.mark.task("3.1")
def test_layer_of_any_size_in_pytorch(student, rng):
    """In PyTorch, a layer of any size answers with one row for each sample, and gradients flow back."""
    make = student.tensor
    for m, n, k in SIZES:
        with expect.given(sizes(m, n, k)):
            numbers = layer_task(rng, m, n, k)
            samples, weights, biases = numbers
            upstream = rng.normal(size=(m, k))
            X, W, b = tracked_layer(student, *numbers)
            sums = student.pytorch_autograd.layer_torch(X, W, b)
            expect.tensor(sums, samples @ weights.T + biases, requires_grad=True, **FLOAT32)
            sums.backward(make(upstream))
            dW, db = W.grad, b.grad
            expect.tensor(dW, upstream.T @ samples, **FLOAT32)
            expect.tensor(db, upstream.sum(axis=0), **FLOAT32)
            unchanged(student, (X, W, b), numbers)


@pytest.mark.task("3.2")
def test_probabilities_of_any_size(student, rng):
    """The probabilities are right for any samples and neurons, and sums that are 0 or far from it."""
    student.pytorch_autograd.layer_torch = layer_torch
    far = np.array([[0.0], [1.0], [-1.0]]), np.array([[95.0]]), np.array([0.0])
    for X, W, b in [*(layer_task(rng, *sizes) for sizes in SIZES), far]:
        tensors = tracked_layer(student, X, W, b)
        expect.tensor(student.pytorch_autograd.predict(*tensors), sigmoid(X @ W.T + b), **FLOAT32)
        unchanged(student, tensors, (X, W, b))


@pytest.mark.task("3.2")
def test_tracking_goes_on_after_a_prediction(student, rng):
    """A prediction is not tracked; the weights are, and what is computed with them afterwards has a graph."""
    student.pytorch_autograd.layer_torch = layer_torch
    X, W, b = rng.normal(size=(5, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)
    inputs, weights, biases = tracked_layer(student, X, W, b)
    probabilities = student.pytorch_autograd.predict(inputs, weights, biases)
    expect.tensor(probabilities, sigmoid(X @ W.T + b), requires_grad=False, **FLOAT32)
    for parameter in (weights, biases):
        expect.boolean(parameter.requires_grad, True)
        expect.tensor(parameter.mul(2.0), requires_grad=True)


@pytest.mark.task("3.3")
def test_losses_of_any_samples(student, rng):
    """The loss of each sample is right, whatever its label, with logits of 0 and from -8 to 8."""
    make = student.tensor
    ends = np.array([8.0, 8.0, -8.0, -8.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
    some = rng.uniform(-4, 4, size=6), mixed_labels(rng, 6)
    for z, t in [some, ends, (rng.uniform(-4, 4, size=1), np.ones(1)), (rng.uniform(-4, 4, size=3), np.zeros(3))]:
        logits, labels = make(z), make(t)
        expect.tensor(student.pytorch_autograd.losses(logits, labels), np.log1p(np.exp(z)) - t * z, **FLOAT32)
        unchanged(student, (logits, labels), (z, t))


@pytest.mark.task("3.3")
def test_losses_have_gradients(student, rng):
    """Gradients flow back from each loss to its own logit: probability minus label."""
    make = student.tensor
    z, t, upstream = rng.uniform(-4, 4, size=7), mixed_labels(rng, 7), rng.normal(size=7)
    z[:3] = [-8.0, 0.0, 8.0]
    logits = make(z, requires_grad=True)
    each = student.pytorch_autograd.losses(logits, make(t))
    expect.tensor(each, shape=(7,), requires_grad=True)
    each.backward(make(upstream))
    expect.tensor(logits.grad, upstream * (sigmoid(z) - t), **FLOAT32)


@pytest.mark.task("3.4")
def test_step_on_any_samples(student, rng):
    """A step returns the loss before it, and moves weights and bias against their gradients, at any rate."""
    for m, n, rate in [(7, 3, 0.4), (3, 3, 1), (1, 4, np.float64(0.25)), (4, 1, 0)]:
        with expect.given(
            "a rate of 0"
            if rate == 0
            else "a single sample"
            if m == 1
            else "as many samples as features"
            if m == n
            else "several samples"
        ):
            task = course(student, rng, m, n, rate)
            loss, dW, db = logistic(*task.numbers)
            expect.number(task.step(), loss, **FLOAT32)
            unchanged(student, (task.X, task.labels), task.numbers[:2])
            W, b = now(student, task.W, task.b)
            expect.tensor(W, task.weights - rate * dW, **FLOAT32)
            expect.tensor(b, task.bias - rate * db, **FLOAT32)


@pytest.mark.task("3.4")
def test_step_forgets_old_gradients(student, rng):
    """What stood in .grad before a step, of both parameters or of one, has no part in it; its own gradients stay."""
    make = student.tensor
    for W_has, b_has in [(True, True), (True, False), (False, True)]:
        task = course(student, rng)
        if W_has:
            task.W.grad = make(rng.uniform(1, 2, size=(1, 3)))
        if b_has:
            task.b.grad = make(rng.uniform(1, 2, size=1))
        _, dW, db = logistic(*task.numbers)
        task.step()
        W_grad, b_grad = task.W.grad, task.b.grad
        expect.tensor(W_grad, dW, **FLOAT32)
        expect.tensor(b_grad, db, **FLOAT32)
        W, b = now(student, task.W, task.b)
        expect.tensor(W, task.weights - task.rate * dW, **FLOAT32)
        expect.tensor(b, task.bias - task.rate * db, **FLOAT32)


@pytest.mark.task("3.4")
def test_step_leaves_tracked_leaves(student, rng):
    """After a step, weights and bias have moved and are tracked leaves as before."""
    task = course(student, rng)
    _, dW, db = logistic(*task.numbers)
    task.step()
    for parameter, expected in [
        (task.W.view_as(task.W), task.weights - task.rate * dW),
        (task.b.view_as(task.b), task.bias - task.rate * db),
    ]:
        expect.tensor(parameter, expected, requires_grad=True, **FLOAT32)
    expect.boolean(task.W.is_leaf, True)
    expect.boolean(task.b.is_leaf, True)


@pytest.mark.task("3.4")
def test_eight_steps(student, rng):
    """Eight steps lead where gradient descent leads."""
    task = course(student, rng)
    X, t, W, b = task.numbers
    for _ in range(8):
        expected, dW, db = logistic(X, t, W, b)
        W, b = W - task.rate * dW, b - task.rate * db
        expect.number(task.step(), expected, **TRAINED)
    expect.tensor(task.W.detach(), W, **TRAINED)
    expect.tensor(task.b.detach(), b, **TRAINED)


@pytest.mark.task("4.1")
def test_gradients_of_deep_networks(student, rng):
    """Networks with every activation and every loss, of up to eleven layers, have the right gradients."""
    for activations, loss, samples in networks(rng):
        X, Y, parameters = network_task(rng, activations, loss, samples)
        found = student.pytorch_autograd.network_gradients(X, Y, parameters, activations, loss)
        expected = network_gradients(X, Y, parameters, activations, loss)
        # In float64 both are right to 1e-13; a step through float32 would cost seven digits.
        for name, gradient in expect.mapping(found, list(expected)).items():
            expect.array(gradient, expected[name], dtype="float64", rtol=1e-9, atol=1e-11)


@pytest.mark.task("4.1")
def test_gradients_leave_the_arrays(student, rng):
    """The gradients are right, and the arrays that came in are as they were."""
    activations, loss = ["tanh", "linear"], "mean_squared_error"
    X, Y, parameters = network_task(rng, activations, loss)
    kept = {name: student.keep(value) for name, value in reversed(parameters.items())}
    kept_X, kept_Y = student.keep(X), student.keep(Y)
    found = student.pytorch_autograd.network_gradients(kept_X, kept_Y, kept, activations, loss)
    expected = network_gradients(X, Y, parameters, activations, loss)
    for name, gradient in expect.mapping(found, list(expected)).items():
        expect.array(gradient, expected[name], rtol=1e-9, atol=1e-11)
    after = now(student, kept_X, kept_Y, *(kept[name] for name in parameters))
    for before, array in zip([X, Y, *parameters.values()], after, strict=True):
        expect.array(array, before, dtype="float64")


@pytest.mark.task("4.2")
def test_gradients_agree_up_to_rounding(student, rng):
    """Rounding is forgiven at any scale, a single wrong number is not, wherever it stands and however it is wrong."""
    ours = random_gradients(rng)
    rounded = {name: value * (1 + 1e-13 * rng.normal(size=value.shape)) for name, value in ours.items()}
    upside_down = dict(reversed(rounded.items()))
    for one, other in [(ours, rounded), ({}, {}), (ours, upside_down), (upside_down, ours)]:
        expect.boolean(agree(student, one, other), True, plain=True)
    for name in ours:
        place = tuple(int(rng.integers(length)) for length in ours[name].shape)
        for mistake in (-1.0, 1 + 1e-6, np.nan):
            wrong = {**ours, name: ours[name].copy()}
            wrong[name][place] *= mistake
            expect.boolean(agree(student, ours, wrong), False, plain=True)
            expect.boolean(agree(student, wrong, ours), False, plain=True)
    expect.boolean(agree(student, wrong, wrong), False, plain=True)
    expect.boolean(agree(student, ours, {name: 1.01 * value for name, value in ours.items()}), False)
    expect.boolean(agree(student, ours, {name: 1.01 * value for name, value in ours.items()}, 0.1), True)
    expect.boolean(agree(student, ours, {name: 1.01 * value for name, value in ours.items()}, 0), False)
    for scale in (1e-6, 1e6):
        scaled = {name: scale * value for name, value in ours.items()}
        expect.boolean(agree(student, scaled, {name: value * (1 + 1e-13) for name, value in scaled.items()}), True)
        expect.boolean(agree(student, scaled, {name: value * (1 + 1e-8) for name, value in scaled.items()}), False)
    zeros = {name: np.zeros_like(value) for name, value in ours.items()}
    expect.boolean(agree(student, zeros, zeros), True)
    expect.boolean(agree(student, ours, zeros), False)
    for one, difference, answer in norms(rng):
        expect.boolean(agree(student, {"dW1": one}, {"dW1": one + difference}, 0.125), answer)
    kept = [{name: student.keep(value) for name, value in side.items()} for side in (ours, rounded)]
    expect.boolean(agree(student, *kept), True)
    before = [*ours.values(), *rounded.values()]
    for numbers, after in zip(before, now(student, *kept[0].values(), *kept[1].values()), strict=True):
        expect.array(after, numbers, rtol=0.0, atol=0.0)


@pytest.mark.task("4.2")
def test_gradients_need_the_same_shapes(student, rng):
    """Gradients of other shapes, or of other names, do not agree, even where NumPy would broadcast them."""
    ours = random_gradients(rng)
    for names in [("dW1", "db1", "db2", "dW2"), ("dW1", "db1", "dW2", "db3")]:
        expect.boolean(agree(student, ours, dict(zip(names, ours.values(), strict=True))), False)
    ours["db1"][:] = ours["db1"][0]
    for other in [ours["db1"][:, 0], ours["db1"].T, ours["db1"][:1], np.tile(ours["db1"], (1, 3))]:
        expect.boolean(agree(student, ours, {**ours, "db1": other}), False)
    expect.boolean(agree(student, ours, {name: value.copy() for name, value in ours.items()}), True)


@pytest.mark.task("4.3")
def test_right_and_wrong_networks(student, rng):
    """Right networks agree with autograd, and networks with well-known mistakes do not."""
    activations, loss = ["relu", "tanh", "softmax"], "categorical_cross_entropy"
    for samples, count in [(7, 5), (7, 1), (4, 2), (1, 1)]:
        X, Y, parameters = network_task(rng, activations, loss, samples)
        task = X, Y, parameters, activations, loss
        gradients = network_gradients(*task)
        put_comparison(student, *task)
        for by_network, answer in [
            ({name: 3 * value for name, value in gradients.items()}, False),
            (gradients, True),
            ({**gradients, "db3": -gradients["db3"]}, False),
            ({**gradients, "dW1": np.zeros_like(gradients["dW1"])}, False),
            ({name: value.copy() for name, value in gradients.items()}, True),
        ][:count]:
            put_network(student.numpy_network, *task, by_network)
            expect.boolean(student.pytorch_autograd.verify_network(student.numpy_network, *task), answer)


@pytest.mark.task("4.3", weight=2)
def test_any_network_is_asked(student, rng):
    """The network that was passed is judged, whatever `numpy_network` finds; small mistakes and failures count."""
    activations, loss = ["tanh", "linear"], "mean_squared_error"
    X, Y, parameters = network_task(rng, activations, loss)
    task = X, Y, dict(reversed(parameters.items())), activations, loss
    gradients = network_gradients(*task)
    nearly = {**gradients, "dW2": (1 + 1e-6) * gradients["dW2"]}
    put_comparison(student, *task)
    kept = [student.keep(X), student.keep(Y), {name: student.keep(value) for name, value in task[2].items()}]
    for by_network, by_numpy_network, answer in [(gradients, nearly, True), (nearly, gradients, False)]:
        network = student.keep(lambda: None)
        put_network(network, *task, by_network)
        put_network(student.numpy_network, *task, by_numpy_network)
        expect.boolean(student.pytorch_autograd.verify_network(network, *kept, activations, loss), answer)
    after = now(student, *kept[:2], *kept[2].values())
    for before, array in zip([X, Y, *task[2].values()], after, strict=True):
        expect.array(array, before, dtype="float64")
    without_backward = student.keep(lambda: None)
    without_backward.forward = lambda X, parameters, activations: (np.zeros_like(Y), [])
    try:
        agrees = expect.boolean(student.pytorch_autograd.verify_network(without_backward, X, Y, parameters, *task[3:]))
    except StudentError:
        return
    expect.that(not agrees, "A network that fails does not agree.")


def numbers_for(rng, n, z):
    """Input, weights and bias of a neuron with n inputs whose sum is z; an input and a weight are 0."""
    x, w = with_a_zero(rng, n), rng.normal(size=n)
    w[2:3] = 0.0
    return x, w, float(z - w @ x)


def with_a_zero(rng, n):
    """Numbers of which the first is 0, unless it is the only one."""
    numbers = rng.normal(size=n)
    numbers[: n // 2][:1] = 0.0
    return numbers


def numbers_of_every_kind(rng):
    """Whole numbers, floats and scalars of NumPy."""
    return [
        *rng.uniform(1, 4, size=1).tolist(),
        *(rng.uniform(-4, -2), 0, -3, 120),
        *(np.float64(rng.uniform(1, 4)), np.int64(5)),
    ]


def numbers_and_passes(rng):
    """Numbers of every kind, and how many passes they take; one has none."""
    return list(zip(numbers_of_every_kind(rng), [int(rng.integers(4, 8)), 0, 3, 1, 2, 3], strict=False))


def now(student, *kept):
    """What tensors and arrays hold now, all fetched together."""
    return expect.items(student.keep(list(kept)), len(kept))


def unchanged(student, tensors, before):
    """Tensors that hold what they held before."""
    for tensor, numbers in zip(now(student, *tensors), before, strict=True):
        after = expect.tensor(tensor, shape=np.shape(numbers)).values
        expect.that(np.allclose(after, numbers), "A tensor that came in was changed, and should be as it was.")


@contextmanager
def nothing_recorded(student):
    """Let PyTorch record nothing, where the module knows it by its name."""
    try:
        switch = student.keep(student.pytorch_autograd.torch.set_grad_enabled)
        switch(False)
    except StudentError:
        yield
        return
    try:
        yield
    finally:
        switch(True)


def errors(rng):
    """Sums and targets: an answer above its target, one below, and a neuron that is off."""
    z, error = rng.uniform([0.2, 1.0, 1.0], [0.8, 2.0, 2.0]), rng.uniform(0.3, 0.9, size=3)
    return [
        (float(z[0]), float(z[0] - error[0])),
        (float(z[1]), float(z[1] + error[1])),
        (float(-z[2]), float(error[2])),
    ]


def whole_targets(rng):
    """Sums and targets that are whole numbers, one of them 0, or scalars of NumPy; the last neuron is off."""
    z = rng.uniform(0.5, 1.5, size=3).tolist()
    return [(z[0], 0), (z[1], int(rng.integers(2, 6))), (-z[2], np.float64(rng.uniform(0.5, 1.5)))]


def state(student, rng, z, tracked=True):
    """A neuron with five inputs whose sum is z, and a right `neuron` for it: its numbers, and the same as tensors."""
    student.pytorch_autograd.neuron = neuron
    make = student.tensor
    x, w, b = numbers_for(rng, 5, z)
    return (x, w, b), (make(x), make(w, requires_grad=tracked), make(b, requires_grad=tracked))


def neuron(x, w, b):
    """A right `neuron`."""
    return w.dot(x).add(b).relu()


def names_are(answer, first, others):
    """The names of a graph's nodes: the first one, and the others in any order."""
    names = [expect.text(name) for name in expect.items(answer, 1 + len(others))]
    expect.that(names[0] == first, "The first name should be that of the tensor's own node.")
    expect.that(sorted(names[1:]) == sorted(others), "Some names are wrong, or some nodes are named twice.")


def random_graph(student, rng):
    """A graph of eight nodes above two leaves: its end, the end's name and the names of all other nodes.

    Each operation takes the value before it; the last one takes another node beside it, and takes that one first.
    """
    make = student.tensor
    values = [make(float(rng.normal()), requires_grad=True) for _ in range(2)]
    names = []
    for lowest in (0, 0, 0, 2):
        alone, together = str(rng.choice(["sin", "tanh", "sigmoid", "neg"])), str(rng.choice(["add", "sub", "mul"]))
        other = values[int(rng.integers(lowest, len(values)))]
        latest = getattr(values[-1], alone)()
        values += [latest, getattr(other, together)(latest)]
        names += [alone.capitalize(), together.capitalize()]
    return values[-1], names[-1], names[:-1]


def layer_torch(X, W, b):
    """A right `layer_torch`."""
    return X.matmul(W.t()).add(b)


def losses(logits, labels):
    """A right `losses`: log(1 + e^z) - t·z."""
    return logits.exp().log1p().addcmul(labels, logits, value=-1.0)


def layer_task(rng, m, n, k):
    """Samples, weights and biases of a layer, a 0 in each but for single numbers."""
    return with_a_zero(rng, m * n).reshape(m, n), with_a_zero(rng, k * n).reshape(k, n), with_a_zero(rng, k)


def tracked_layer(student, X, W, b):
    """Samples, and tracked weights and biases, as tensors."""
    make = student.tensor
    return make(X), make(W, requires_grad=True), make(b, requires_grad=True)


def mixed_labels(rng, m):
    """Labels of both kinds in random order."""
    return rng.permutation(np.arange(m) % 2).astype(float)


def sigmoid(z):
    """1 / (1 + e^(-z))."""
    return 1 / (1 + np.exp(-z))


@dataclass
class Course:
    """A training step to be judged: its numbers, and the student's tensors that hold them."""

    student: object
    numbers: tuple
    X: object
    labels: object
    W: object
    b: object
    rate: float

    @property
    def weights(self):
        return self.numbers[2]

    @property
    def bias(self):
        return self.numbers[3]

    def step(self):
        """Run one step; returns what the student's function answers."""
        return self.student.pytorch_autograd.training_step(self.X, self.labels, self.W, self.b, self.rate)


def course(student, rng, m=7, n=3, rate=0.5):
    """Samples and a neuron to train, with a right layer and right losses in place."""
    student.pytorch_autograd.layer_torch = layer_torch
    student.pytorch_autograd.losses = losses
    (X, W, b), labels = layer_task(rng, m, n, 1), mixed_labels(rng, m)
    X_tensor, W_tensor, b_tensor = tracked_layer(student, X, W, b)
    return Course(student, (X, labels, W, b), X_tensor, student.tensor(labels), W_tensor, b_tensor, rate)


def logistic(X, labels, W, b):
    """The mean binary cross-entropy of a sigmoid neuron, and its gradients."""
    z = X @ W[0] + b
    dz = (sigmoid(z) - labels) / len(z)
    return float(np.mean(np.log1p(np.exp(z)) - labels * z)), (dz @ X)[np.newaxis], dz.sum(keepdims=True)


def networks(rng):
    """Activations, losses and numbers of samples of networks; every activation occurs, and more than nine layers."""
    hidden = [str(name) for name in rng.permutation(["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "linear"])]
    return [
        ([*hidden[:3], "sigmoid"], "binary_cross_entropy", 7),
        ([*hidden[3:5], "softmax"], "categorical_cross_entropy", 7),
        (hidden[4:], "mean_squared_error", 1),
        (["linear"], "mean_squared_error", 7),
        (["linear"], "mean_squared_error", 7),
        (["tanh"] * 10 + ["linear"], "mean_squared_error", 3),
    ]


def network_task(rng, activations, loss, m=7):
    """Samples in columns, targets that fit the loss, and parameters; all dimensions of up to four layers differ.

    Deeper networks have three neurons in each layer. Weights are small enough that no sigmoid comes so near to 0 or 1
    that PyTorch's cross-entropy clips it.
    """
    sizes = [4, 3, 6, 2, 5][: len(activations) + 1] if len(activations) < 5 else [3] * (len(activations) + 1)
    parameters = {}
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        parameters[f"W{layer}"] = rng.uniform(-1, 1, size=(n_out, n_in))
        parameters[f"b{layer}"] = rng.uniform(-1, 1, size=(n_out, 1))
    parameters["b1"][0] = 0.0  # further on, behind ReLUs that are all off, it would put a sample on a kink
    targets = {
        "binary_cross_entropy": rng.integers(2, size=(sizes[-1], m)).astype(float),
        "categorical_cross_entropy": np.eye(sizes[-1])[:, rng.integers(sizes[-1], size=m)],
        "mean_squared_error": rng.normal(size=(sizes[-1], m)),
    }
    X = rng.uniform(-2, 2, size=(sizes[0], m))
    X[0, 0] = 0.0
    return X, targets[loss], parameters


def cdf(z):
    """The probability that a standard normal number is below z."""
    return (1 + np.vectorize(math.erf)(z / math.sqrt(2))) / 2


def softmax(Z):
    """The softmax of each column."""
    exponentials = np.exp(Z - Z.max(axis=0))
    return exponentials / exponentials.sum(axis=0)


# Each activation with its slope; the slope of softmax is not needed, since softmax comes with its own loss.
ACTIVATIONS = {
    "linear": (lambda z: z, np.ones_like),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
    "gelu": (lambda z: z * cdf(z), lambda z: cdf(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)),
    "softmax": (softmax, None),
}


def network_gradients(X, Y, parameters, activations, loss):
    """The gradients of a network by the chain rule, samples in columns."""
    As, Zs = [X], []
    for layer, name in enumerate(activations, start=1):
        Zs.append(parameters[f"W{layer}"] @ As[-1] + parameters[f"b{layer}"])
        As.append(ACTIVATIONS[name][0](Zs[-1]))
    dZ = (As[-1] - Y) / X.shape[1]
    if loss == "mean_squared_error":
        dZ = 2 * dZ * ACTIVATIONS[activations[-1]][1](Zs[-1])
    gradients = {}
    for layer in range(len(activations), 0, -1):
        gradients[f"dW{layer}"] = dZ @ As[layer - 1].T
        gradients[f"db{layer}"] = dZ.sum(axis=1, keepdims=True)
        if layer > 1:
            dZ = parameters[f"W{layer}"].T @ dZ * ACTIVATIONS[activations[layer - 2]][1](Zs[layer - 2])
    return gradients


def agree(student, *arguments):
    """What the student's function says of two dicts of gradients."""
    return student.pytorch_autograd.gradients_agree(*arguments)


def random_gradients(rng):
    """Gradients of two layers, no number near 0."""
    shapes = {"dW1": (3, 4), "db1": (3, 1), "dW2": (2, 3), "db2": (2, 1)}
    return {name: rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], shape) for name, shape in shapes.items()}


def norms(rng):
    """Arrays, a difference, and whether it is at most an eighth of both norms; other norms than the root say otherwise.

    The first is sqrt(6) long, its largest number and its largest singular value are 1, and the sum of all is 6.
    """
    eye, one = np.eye(6), np.zeros((6, 6))
    one[tuple(rng.integers(6, size=2))] = 1.0
    place = tuple(rng.integers(6, size=2))
    short, long = np.zeros((6, 6)), np.zeros((6, 6))
    short[place], long[place] = 0.45, 1.0
    return [(eye, short, True), (eye, long, False), (one, np.full((6, 6), 0.1), False)]


def put_network(network, samples, targets, values, names, loss_name, gradients):
    """Let a network find these gradients, and see that it is asked rightly."""
    answers = 0.125 * np.ones_like(targets)

    def forward(X, parameters, activations):
        expect.array(X, samples)
        expect_arrays(parameters, values)
        expect_texts(activations, names)
        return answers, [(np.zeros((2, 3)), np.zeros((4, 2)), np.zeros((4, 1)), np.zeros((4, 3)))] * 3

    def backward(AL, Y, caches, activations, loss):
        expect.array(AL, answers)
        expect.array(Y, targets)
        expect.items(caches, 3)
        expect_texts(activations, names)
        expect.text(loss, loss_name)
        return gradients

    network.forward = forward
    network.backward = backward


def put_comparison(student, samples, targets, values, names, loss_name):
    """Let `network_gradients` and `gradients_agree` be right ones, and see that they are asked rightly."""
    right = network_gradients(samples, targets, values, names, loss_name)

    def by_autograd(X, Y, parameters, activations, loss):
        expect.array(X, samples)
        expect.array(Y, targets)
        expect_arrays(parameters, values)
        expect_texts(activations, names)
        expect.text(loss, loss_name)
        return right

    def agree(ours, theirs):  # where a tolerance of their own is asked for, the student's own function answers
        one, other = (opened_arrays(side, list(right)) for side in (ours, theirs))
        return all(
            one[name].shape == other[name].shape
            and np.linalg.norm(one[name] - other[name]) <= 1e-10 * np.linalg.norm([one[name], other[name]])
            for name in right
        )

    student.pytorch_autograd.network_gradients = by_autograd
    student.pytorch_autograd.gradients_agree = agree


def opened_arrays(answer, names):
    """The arrays under these names."""
    return {name: expect.numbers(value) for name, value in expect.mapping(answer, names).items()}


def expect_arrays(answer, expected):
    """A dict that holds these arrays."""
    for name, value in expect.mapping(answer, list(expected)).items():
        expect.array(value, expected[name])


def expect_texts(answer, expected):
    """A list of these texts."""
    for text, wanted in zip(expect.items(answer, len(expected)), expected, strict=True):
        expect.text(text, wanted)


def side(z, target):
    """A neuron and its target in words."""
    if z <= 0:
        return "a neuron that is off"
    return "an answer above its target" if z > target else "an answer below its target"


def sizes(m, n, k):
    """The sizes of a layer in words."""
    if m == 1:
        return "a single sample"
    if n == k:
        return "as many neurons as inputs"
    return "one neuron" if k == 1 else "several samples and neurons"
