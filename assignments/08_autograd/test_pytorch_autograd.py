"""Public checks of autograd: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other inputs. Where one of your functions may call another, a check puts
a stand-in for the other one in its place, so that a mistake costs points in one task only.

A check cannot hold a tensor of yours in its hands: it asks for tensors to be made on your side, by `tensors`.
"""

import numpy as np
import pytest

from autograder import expect

# Four people: height in cm, weight in kg, age in years.
PEOPLE = np.array([[170.0, 65.0, 25.0], [160.0, 55.0, 30.0], [180.0, 80.0, 22.0], [155.0, 50.0, 35.0]])
WEIGHTS = np.array([[0.01, -0.02, 0.03], [0.02, 0.01, -0.01]])
SUMS = np.array([[1.15, 3.80], [1.40, 3.45], [0.86, 4.18], [1.60, 3.25]])
LABELS = np.array([1.0, 0.0, 1.0, 0.0])

# float32 keeps about 7 digits, and sums lose some of them.
FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}
# The handout's figures are given to four decimals.
FOUR_DECIMALS = {"rtol": 0.0, "atol": 6e-5}


@pytest.mark.task("1.1")
def test_tensors_hold_the_numbers(student):
    """The three tensors hold the numbers that were given, whole or not, as float32."""
    for numbers in [([1, 2, 3], [0.5, 0.1, 0.2], 0), ([0.25, 4.0], [-1, 2], 0.5)]:
        made = expect.items(student.pytorch_autograd.make_tensors(*numbers), 3)
        for tensor, values in zip(made, numbers, strict=True):
            expect.tensor(tensor, values, dtype="float32")


@pytest.mark.task("1.1")
def test_what_is_learned_is_tracked(student):
    """The weights and the bias are tracked, the input is not."""
    x, w, b = expect.items(student.pytorch_autograd.make_tensors([1, 2, 3], [0.5, 0.1, 0.2], 0), 3)
    expect.tensor(x, requires_grad=False)
    expect.tensor(w, requires_grad=True)
    expect.tensor(b, requires_grad=True)


@pytest.mark.task("1.2")
def test_neuron_sums(student):
    """A neuron weights each input, adds them up and adds the bias; its inputs are the gradients of the weights."""
    x, w, b = example(student, b=0.5)
    y = student.pytorch_autograd.neuron(x, w, b)
    expect.tensor(y, 1.8, requires_grad=True)
    y.backward()
    dw, db = w.grad, b.grad
    expect.tensor(dw, [1.0, 2.0, 3.0])
    expect.tensor(db, 1.0)


@pytest.mark.task("1.2")
def test_neuron_is_off(student):
    """A neuron whose sum is negative answers 0, and its gradients are 0."""
    x, w, b = example(student, b=-2.0)
    y = student.pytorch_autograd.neuron(x, w, b)
    expect.tensor(y, 0.0, requires_grad=True)
    y.backward()
    expect.tensor(w.grad, [0.0, 0.0, 0.0])


@pytest.mark.task("1.3")
def test_loss_and_gradients_of_the_example(student):
    """The squared error of the example is 0.09, and backward finds its gradients."""
    student.pytorch_autograd.neuron = neuron
    loss, dw, db = expect.items(student.pytorch_autograd.loss_and_gradients(*example(student), 1.0), 3)
    expect.number(loss, 0.09, **FLOAT32)
    expect.tensor(dw, [0.6, 1.2, 1.8], **FLOAT32)
    expect.tensor(db, 0.6, **FLOAT32)


@pytest.mark.task("1.3")
def test_gradients_start_anew(student):
    """A second call with the same tensors finds its own gradients, and .grad holds them."""
    student.pytorch_autograd.neuron = neuron
    x, w, b = example(student)
    for target, slope in [(1, 0.6), (2.3, -2.0)]:
        _, dw, db = expect.items(student.pytorch_autograd.loss_and_gradients(x, w, b, target), 3)
        w_grad, b_grad = w.grad, b.grad
        for gradient, expected in [(dw, [slope, 2 * slope, 3 * slope]), (db, slope)]:
            expect.tensor(gradient, expected, **FLOAT32)
        expect.tensor(w_grad, [slope, 2 * slope, 3 * slope], **FLOAT32)
        expect.tensor(b_grad, slope, **FLOAT32)


@pytest.mark.task("1.4")
def test_by_hand_above_the_target(student):
    """An answer above its target gives the gradients that the chain rule says, and .grad stays as it was."""
    student.pytorch_autograd.neuron = neuron
    x, w, b = example(student)
    dw, db = expect.items(student.pytorch_autograd.gradients_by_hand(x, w, b, 1), 2)
    expect.tensor(dw, [0.6, 1.2, 1.8], **FLOAT32)
    expect.tensor(db, 0.6, **FLOAT32)
    w_grad, b_grad = w.grad, b.grad
    expect.none(w_grad)
    expect.none(b_grad)


@pytest.mark.task("1.4")
def test_by_hand_below_the_target(student):
    """An answer below its target gives gradients of the other sign, and a neuron that is off gradients of 0."""
    student.pytorch_autograd.neuron = neuron
    dw, db = expect.items(student.pytorch_autograd.gradients_by_hand(*example(student, -2.0), 1), 2)
    expect.tensor(dw, [0.0, 0.0, 0.0], **FLOAT32)
    expect.tensor(db, 0.0, **FLOAT32)
    dw, db = expect.items(student.pytorch_autograd.gradients_by_hand(*example(student), 2.3), 2)
    expect.tensor(dw, [-2.0, -4.0, -6.0], **FLOAT32)
    expect.tensor(db, -2.0, **FLOAT32)


@pytest.mark.task("1.5")
def test_gradients_match_up_to_rounding(student):
    """Gradients that differ by rounding match, others do not."""
    make = student.tensor
    by_hand = (make([0.6, 1.2, 1.8]), make(0.6))
    rounded = (make([0.6000001, 1.2, 1.8]), make(0.6))
    expect.boolean(student.pytorch_autograd.gradients_match(by_hand, rounded), True, plain=True)
    for other in [(make([0.6, 1.2, 1.9]), make(0.6)), (make([0.6, 1.2, 1.8]), make(0.7))]:
        expect.boolean(student.pytorch_autograd.gradients_match(by_hand, other), False, plain=True)


@pytest.mark.task("2.1")
def test_value_at_2(student):
    """The polynomial is 11 at 2, and -1 at -1; x may be an int."""
    for x, value in [(2.0, 11.0), (-1, -1.0)]:
        y, _ = expect.items(student.pytorch_autograd.value_and_gradient(x), 2)
        expect.number(y, value, **FLOAT32)


@pytest.mark.task("2.1")
def test_gradient_at_2(student):
    """The slope of the polynomial is 7 at 2, and 1 at -1; x may be an int."""
    for x, slope in [(2.0, 7.0), (-1, 1.0)]:
        _, gradient = expect.items(student.pytorch_autograd.value_and_gradient(x), 2)
        expect.number(gradient, slope, **FLOAT32)


@pytest.mark.task("2.2", weight=2)
def test_nodes_of_the_polynomial(student):
    """The graph of the polynomial has the nodes Add, Add, Pow and Mul, and begins with an Add."""
    x = student.tensor(2.0, requires_grad=True)
    y = x.pow(2).add(x.mul(3.0)).add(1.0)
    names_are(student.pytorch_autograd.node_names(y), "Add", ["Add", "Pow", "Mul"])


@pytest.mark.task("2.2")
def test_nodes_of_a_chain(student):
    """The first name is that of the end, a node to which two ways lead is named once, and a leaf has no graph."""
    x = student.tensor(2.0, requires_grad=True)
    names_are(student.pytorch_autograd.node_names(x.mul(3.0).exp()), "Exp", ["Mul"])
    y = x.sin()
    names_are(student.pytorch_autograd.node_names(y.mul(y)), "Mul", ["Sin"])
    vector = student.tensor([1.0, 2.0], requires_grad=True)  # its mean along an axis is MeanBackward1
    names_are(student.pytorch_autograd.node_names(vector.mean(0)), "Mean", [])
    expect.items(student.pytorch_autograd.node_names(x), 0)


@pytest.mark.task("2.3")
def test_gradients_accumulate(student):
    """Without zeroing, the gradient at 2 is 7, then 14, then 21."""
    gradients = expect.items(student.pytorch_autograd.gradient_after_each_pass(2.0, 3, False), 3)
    for gradient, expected in zip(gradients, [7.0, 14.0, 21.0], strict=True):
        expect.number(gradient, expected, **FLOAT32)


@pytest.mark.task("2.3")
def test_zeroed_gradients_do_not(student):
    """Zeroed before each pass, the gradient at 2 stays 7."""
    for gradient in expect.items(student.pytorch_autograd.gradient_after_each_pass(2.0, 3, True), 3):
        expect.number(gradient, 7.0, **FLOAT32)


@pytest.mark.task("2.4")
def test_a_freed_graph_fails(student):
    """The second backward fails where the first has freed the graph: only one pass reaches x."""
    x = student.tensor(2.0, requires_grad=True)
    expect.boolean(student.pytorch_autograd.backward_twice(x.pow(2).add(x.mul(3.0)), False), False)
    expect.tensor(x.grad, 7.0)


@pytest.mark.task("2.4")
def test_a_retained_graph_serves_twice(student):
    """The second backward runs where the first has retained the graph: both passes reach x."""
    x = student.tensor(2.0, requires_grad=True)
    expect.boolean(student.pytorch_autograd.backward_twice(x.pow(2).add(x.mul(3.0)), True), True)
    expect.tensor(x.grad, 14.0)


@pytest.mark.task("2.5")
def test_equal_weights_give_the_gradient_of_the_sum(student):
    """With weights of 1, the gradient is that of the sum."""
    make = student.tensor
    x = make([1.0, 2.0, 3.0], requires_grad=True)
    gradient = student.pytorch_autograd.gradient_from_vector(x, x.pow(2), make([1.0, 1.0, 1.0]))
    expect.tensor(gradient, [2.0, 4.0, 6.0])


@pytest.mark.task("2.5")
def test_each_part_has_its_weight(student):
    """Each part of the vector counts with its weight, also where it comes from several numbers."""
    make = student.tensor
    x = make([1.0, 2.0, 3.0], requires_grad=True)
    gradient = student.pytorch_autograd.gradient_from_vector(x, x.pow(2), make([1.0, 0.5, -10.0]))
    expect.tensor(gradient, [2.0, 2.0, -60.0])
    x = make([1.0, 2.0, 3.0], requires_grad=True)
    y = make([[1.0, 0.0, 2.0], [3.0, -1.0, 0.0]]).mv(x)
    expect.tensor(student.pytorch_autograd.gradient_from_vector(x, y, make([2.0, -1.0])), [-1.0, 1.0, 4.0])


@pytest.mark.task("2.6")
def test_scaled_values(student):
    """The weights are the values times the scale."""
    weights = student.pytorch_autograd.scaled_leaf([[1.0, -2.0, 3.0], [0.5, 0.0, -4.0]], 0.1)
    expect.tensor(weights, [[0.1, -0.2, 0.3], [0.05, 0.0, -0.4]], dtype="float32")


@pytest.mark.task("2.6")
def test_scaled_weights_are_a_leaf(student):
    """The weights are a tracked leaf."""
    weights = expect.tensor(student.pytorch_autograd.scaled_leaf([[1.0, -2.0, 3.0]], 0.1), requires_grad=True)
    expect.that(weights.is_leaf, "The weights should be a leaf: nothing may be computed from a tracked tensor.")


@pytest.mark.task("2.7")
def test_distance_is_a_mean(student):
    """The distance is the mean of the squared differences."""
    make = student.tensor
    y, target = make([1.0, 2.0, 4.0, 8.0], requires_grad=True), make([0.0, 4.0, 4.0, 5.0])
    expect.tensor(student.pytorch_autograd.distance_to_constant(y, target), 3.5)


@pytest.mark.task("2.7")
def test_distance_has_a_gradient(student):
    """Gradients flow back to y, and none to a target that is tracked."""
    make = student.tensor
    y, target = make([1.0, 2.0, 4.0, 8.0], requires_grad=True), make([0.0, 4.0, 4.0, 5.0], requires_grad=True)
    distance = student.pytorch_autograd.distance_to_constant(y, target)
    expect.tensor(distance, requires_grad=True)
    distance.backward()
    expect.tensor(y.grad, [0.5, -1.0, 0.0, 1.5])
    expect.none(target.grad)
    expect.tensor(target, requires_grad=True)


@pytest.mark.task("3.1")
def test_layer_of_the_people_in_numpy(student):
    """In NumPy, two neurons answer four people with four rows of two sums, to which their biases are added."""
    for biases in [np.zeros(2), np.array([-1.0, 0.5])]:
        sums = student.pytorch_autograd.layer_numpy(PEOPLE, WEIGHTS, biases)
        expect.array(sums, SUMS + biases, dtype="float64")


@pytest.mark.task("3.1")
def test_layer_of_the_people_in_pytorch(student):
    """In PyTorch, the same people and neurons give the same numbers, and gradients flow back."""
    make = student.tensor
    for biases in [np.zeros(2), np.array([-1.0, 0.5])]:
        W, b = make(WEIGHTS, requires_grad=True), make(biases, requires_grad=True)
        sums = student.pytorch_autograd.layer_torch(make(PEOPLE), W, b)
        expect.tensor(sums, SUMS + biases, dtype="float32", requires_grad=True, **FLOAT32)


@pytest.mark.task("3.2")
def test_probabilities_of_the_people(student):
    """The prediction is the sigmoid of the layer's sums."""
    student.pytorch_autograd.layer_torch = layer_torch
    probabilities = student.pytorch_autograd.predict(*people(student, WEIGHTS))
    expect.tensor(probabilities, 1 / (1 + np.exp(-SUMS)), **FLOAT32)


@pytest.mark.task("3.2")
def test_predictions_are_not_tracked(student):
    """A prediction is not tracked, though the weights are, and for a single person it has two axes, too."""
    student.pytorch_autograd.layer_torch = layer_torch
    X, W, b = people(student, WEIGHTS)
    expect.tensor(student.pytorch_autograd.predict(X, W, b), shape=(4, 2), requires_grad=False)
    alone = student.pytorch_autograd.predict(student.tensor(PEOPLE[:1]), W, b)
    expect.tensor(alone, shape=(1, 2), requires_grad=False)
    expect.tensor(W.mul(2.0), requires_grad=True)


@pytest.mark.task("3.3")
def test_losses_of_the_people(student):
    """Each person has a loss of their own."""
    make = student.tensor
    each = student.pytorch_autograd.losses(make(SUMS[:, 0]), make(LABELS))
    expect.tensor(each, [0.2751, 1.6204, 0.3529, 1.7839], **FOUR_DECIMALS)


@pytest.mark.task("3.3")
def test_losses_of_a_coin(student):
    """A logit of 0 says 1/2, and costs log 2 whatever the label is; gradients flow back to the logits."""
    make = student.tensor
    each = student.pytorch_autograd.losses(make([0.0, 0.0, 0.0], requires_grad=True), make([1.0, 0.0, 0.0]))
    expect.tensor(each, np.full(3, np.log(2.0)), requires_grad=True, **FLOAT32)


@pytest.mark.task("3.4")
def test_step_says_the_loss(student):
    """A step on the four people returns the mean loss before it, and the next one the loss after it."""
    X, W, b = people(student, WEIGHTS[:1])
    shapes = []

    def watched(logits, labels):
        shapes.append((expect.tensor(logits).shape, expect.tensor(labels).shape))
        return losses(logits, labels)

    for loss in (1.0081, 0.8785):
        answer = step(student, X, W, b, watched)
        if shapes and not np.isclose(expect.number(answer), loss, **FOUR_DECIMALS):
            expect.that(
                sorted(map(len, shapes[-1])) != [1, 2],
                "losses was called with logits (m, 1) and labels (m,): that makes (m, m) losses. "
                "Take an axis away first.",
                logits=shapes[-1][0],
                labels=shapes[-1][1],
            )
        expect.number(answer, loss, **FOUR_DECIMALS)


@pytest.mark.task("3.4")
def test_step_finds_gradients(student):
    """A step on the four people leaves its gradients in W.grad and b.grad, whatever stood there."""
    X, W, b = people(student, WEIGHTS[:1])
    W.grad = student.tensor([[1.0, 2.0, 3.0]])
    step(student, X, W, b)
    expect.tensor(W.grad, [[40.7270, 11.5755, 10.1581]], **FOUR_DECIMALS)
    expect.tensor(b.grad, [0.2741], **FOUR_DECIMALS)


@pytest.mark.task("3.4")
def test_step_changes_the_weights(student):
    """A step on the four people changes the weights."""
    X, W, b = people(student, WEIGHTS[:1])
    step(student, X, W, b)
    expect.tensor(W.detach(), [[0.0059, -0.0212, 0.0290]], **FOUR_DECIMALS)


@pytest.mark.task("3.4")
def test_step_changes_the_bias(student):
    """A step on the four people changes the bias."""
    X, W, b = people(student, WEIGHTS[:1])
    step(student, X, W, b)
    expect.tensor(b.detach(), [-2.7409e-05], rtol=1e-4, atol=0.0)


@pytest.mark.task("4.1")
def test_gradients_of_one_sigmoid_layer(student, rng):
    """One sigmoid layer under binary cross-entropy has the gradients that dZ = A - Y gives."""
    X, W, b = rng.normal(size=(3, 5)), rng.normal(size=(2, 3)), rng.normal(size=(2, 1))
    Y = rng.integers(2, size=(2, 5)).astype(float)
    dZ = 1 / (1 + np.exp(-(W @ X + b))) - Y
    found = student.pytorch_autograd.network_gradients(X, Y, {"W1": W, "b1": b}, ["sigmoid"], "binary_cross_entropy")
    one_layer(found, dZ, X)


@pytest.mark.task("4.1")
def test_gradients_of_one_softmax_layer(student, rng):
    """A softmax layer under categorical cross-entropy, also above another layer, has the gradients of dZ = A - Y."""
    X, W, b = rng.normal(size=(3, 5)), rng.normal(size=(4, 3)), rng.normal(size=(4, 1))
    Y = np.eye(4)[:, rng.integers(4, size=5)]
    exponentials = np.exp(W @ X + b)
    dZ = exponentials / exponentials.sum(axis=0) - Y
    found = student.pytorch_autograd.network_gradients(
        X, Y, {"W1": W, "b1": b}, ["softmax"], "categorical_cross_entropy"
    )
    one_layer(found, dZ, X)
    below = {"W1": np.eye(3), "b1": np.zeros((3, 1))}  # a linear layer that changes nothing
    found = student.pytorch_autograd.network_gradients(
        X, Y, {"b2": b, "W2": W, **below}, ["linear", "softmax"], "categorical_cross_entropy"
    )
    one_layer(found, dZ, X, layer=2)
    one_layer(found, W.T @ dZ, X)


@pytest.mark.task("4.2")
def test_equal_gradients_agree(student):
    """Gradients agree with themselves in any order, and not with others."""
    ours = {"dW1": np.array([[1.0, -2.0, 3.0]]), "db1": np.array([[0.5]])}
    for theirs, answer in [
        (dict(reversed(ours.items())), True),
        ({**ours, "db1": np.array([[0.6]])}, False),
        ({**ours, "db1": np.array([[np.nan]])}, False),
    ]:
        expect.boolean(student.pytorch_autograd.gradients_agree(ours, theirs), answer, plain=True)


@pytest.mark.task("4.2")
def test_gradients_need_the_same_names(student):
    """Gradients of which one is missing do not agree, whichever side lacks it."""
    both = {"dW1": np.array([[1.0, -2.0, 3.0]]), "db1": np.array([[0.5]])}
    one = {"dW1": both["dW1"]}
    expect.boolean(student.pytorch_autograd.gradients_agree(both, one), False)
    expect.boolean(student.pytorch_autograd.gradients_agree(one, both), False)
    expect.boolean(student.pytorch_autograd.gradients_agree(one, one), True)


@pytest.mark.task("4.3")
def test_a_network_is_judged_by_its_gradients(student):
    """A network whose gradients are autograd's agrees with autograd, one with others does not."""
    gradients = {"dW1": np.array([[-0.5, -0.5, -0.5]]), "db1": np.array([[-0.5]])}
    others = {"dW1": np.array([[-0.5, -0.5, -0.5]]), "db1": np.array([[0.5]])}
    expect.boolean(verify(student, gradients, gradients), True)
    expect.boolean(verify(student, others, gradients), False)


def example(student, b=0.0):
    """The example of part 1: input, weights and bias, as a right `make_tensors` makes them."""
    make = student.tensor
    return make([1.0, 2.0, 3.0]), make([0.5, 0.1, 0.2], requires_grad=True), make(b, requires_grad=True)


def neuron(x, w, b):
    """A right `neuron`."""
    return w.dot(x).add(b).relu()


def names_are(answer, first, others):
    """The names of a graph's nodes: the first one, and the others in any order."""
    names = [expect.text(name) for name in expect.items(answer, 1 + len(others))]
    expect.that(names[0] == first, "The first name should be that of y.grad_fn.", names=names)
    expect.that(sorted(names[1:]) == sorted(others), "The names are wrong.", names=names, expected=[first, *others])


def people(student, weights):
    """The four people, and as many neurons as `weights` has rows, with a bias of 0."""
    make = student.tensor
    return make(PEOPLE), make(weights, requires_grad=True), make(np.zeros(len(weights)), requires_grad=True)


def layer_torch(X, W, b):
    """A right `layer_torch`."""
    return X.matmul(W.t()).add(b)


def losses(logits, labels):
    """A right `losses`: log(1 + e^z) - t·z."""
    return logits.exp().log1p().addcmul(labels, logits, value=-1.0)


def step(student, X, W, b, losses=losses):
    """Run a training step on the four people, with a right layer and right losses."""
    student.pytorch_autograd.layer_torch = layer_torch
    student.pytorch_autograd.losses = losses
    return student.pytorch_autograd.training_step(X, student.tensor(LABELS), W, b, 1e-4)


def one_layer(answer, dZ, X, layer=1):
    """The gradients of a single layer whose input is X."""
    dW, db = f"dW{layer}", f"db{layer}"
    found = expect.mapping(answer, [dW, db])
    precise = {"dtype": "float64", "rtol": 1e-9, "atol": 1e-11}
    expect.array(found[dW], dZ @ X.T / X.shape[1], **precise)
    expect.array(found[db], dZ.mean(axis=1, keepdims=True), **precise)


def verify(student, by_network, by_autograd):
    """Verify a neuron on two samples, of which a network finds the first gradients and autograd the second ones."""

    def forward(X, parameters, activations):
        return np.array([[0.5, 0.5]]), [(X, np.zeros((1, 3)), np.zeros((1, 1)), np.zeros((1, 2)))]

    def backward(AL, Y, caches, activations, loss):
        if np.all(expect.array(AL) == 1.0):
            swapped = np.all(expect.array(Y) == 0.5)
            expect.that(not swapped, "backward was called with Y before AL: the answers come first.", AL=[[1.0, 1.0]])
        expect.array(AL, [[0.5, 0.5]])
        return by_network

    def network_gradients(X, Y, parameters, activations, loss):
        return by_autograd

    def gradients_agree(ours, theirs):
        one, other = (expect.array(expect.mapping(side, ["db1"])["db1"]) for side in (ours, theirs))
        return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-9))

    student.numpy_network.forward = forward
    student.numpy_network.backward = backward
    student.pytorch_autograd.network_gradients = network_gradients
    student.pytorch_autograd.gradients_agree = gradients_agree
    parameters = {"W1": np.zeros((1, 3)), "b1": np.zeros((1, 1))}
    return student.pytorch_autograd.verify_network(
        student.numpy_network, np.ones((3, 2)), np.ones((1, 2)), parameters, ["sigmoid"], "binary_cross_entropy"
    )
