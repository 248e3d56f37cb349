"""Public checks of the engine: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other numbers. The checks of an operation read what it says, `data`, `parents` and
`slopes` (or `pulls`), and need no `backward`; those of `backward` build their graphs themselves, and need no operation.
So a mistake costs points in one task only. Expected gradients are measured, and no formula stands here.
"""

import cmath
import operator
from itertools import pairwise

import numpy as np
import pytest

from autograder import expect
from autograder.checks.answers import Result
from autograder.checks.verdicts import NotRun


@pytest.mark.task("1.1")
def test_value_shows_itself(student):
    """The text of a Value shows its number and its gradient as they are now."""
    value = student.engine.Value(2.5)
    value.grad = 0.75
    text = expect.text(student.library("builtins").repr(value))
    expect.that("2.5" in text and "0.75" in text, "The text should show data and grad.", text=text)


@pytest.mark.task("1.2")
def test_sums_differences_products(student):
    """Sums, differences, products and negatives have the right number, and the right slope towards each operand."""
    cases = [
        ((5.0, -2.0), [(name, Result(0), Result(1))], data, slopes)
        for name, data, slopes in [("add", 3.0, (1.0, 1.0)), ("sub", 7.0, (1.0, -1.0)), ("mul", -10.0, (-2.0, 5.0))]
    ]
    judge(student, [*cases, ((5.0,), [("neg", Result(0))], -5.0, (-1.0,))])


@pytest.mark.task("1.2")
def test_plain_numbers_on_either_side(student):
    """A plain number may stand on either side of +, - and *."""
    cases = [
        ("add", Result(0), 2, 6.0, 1.0),
        ("add", 2.5, Result(0), 6.5, 1.0),
        ("sub", Result(0), 2.5, 1.5, 1.0),
        ("sub", 1, Result(0), -3.0, -1.0),
        ("mul", Result(0), 3, 12.0, 3.0),
        ("mul", 0.5, Result(0), 2.0, 0.5),
    ]
    judge(student, [((4.0,), [(name, left, right)], data, (slope,)) for name, left, right, data, slope in cases])


@pytest.mark.task("1.2")
def test_a_value_with_itself(student):
    """A Value may be both operands."""
    cases = [("add", 6.0, 2.0), ("mul", 9.0, 6.0), ("sub", 0.0, 0.0)]
    judge(student, [((3.0,), [(name, Result(0), Result(0))], data, (slope,)) for name, data, slope in cases])


@pytest.mark.task("1.3")
def test_quotients(student):
    """Quotients have the right number and slopes, also with a plain number on either side."""
    judge(
        student,
        [
            ((3.0, 4.0), [("truediv", Result(0), Result(1))], 0.75, (0.25, -0.1875)),
            ((3.0,), [("truediv", Result(0), 4)], 0.75, (0.25,)),
            ((4.0,), [("truediv", 3, Result(0))], 0.75, (-0.1875,)),
        ],
    )


@pytest.mark.task("1.3")
def test_powers(student):
    """Powers have the right number and slope, with the number as the exponent and as the base."""
    cases = [
        ((base,), [("pow", Result(0), exponent)], data, (slope,))
        for base, exponent, data, slope in [(2.0, 3, 8.0, 12.0), (-3.0, 2, 9.0, -6.0), (4.0, 0.5, 2.0, 0.25)]
    ]
    judge(student, [*cases, ((3.0,), [("pow", 2, Result(0))], 8.0, (5.545177444479562,))])


@pytest.mark.task("1.4")
@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("exp", [(0.0, 1.0, 1.0), (1.0, 2.718281828459045, 2.718281828459045)]),
        ("log", [(1.0, 0.0, 1.0), (4.0, 1.3862943611198906, 0.25)]),
        ("tanh", [(0.0, 0.0, 1.0), (0.5, 0.46211715726000973, 0.7864477329659274), (-800.0, -1.0, 0.0)]),
        ("relu", [(2.5, 2.5, 1.0), (-2.5, 0.0, 0.0), (0.0, 0.0, 0.0)]),
    ],
)
def test_functions(student, name, places):
    """Each function has the right number and the right slope."""
    steps = [("call", getattr(student.engine.Value, name), Result(0))]
    judge(student, [((place,), steps, data, (slope,)) for place, data, slope in places])


@pytest.mark.task("1.5")
@pytest.mark.parametrize("swapped", [False, True])
def test_parents_come_first(student, swapped):
    """Every node stands in the order once, after all of its parents, whichever of them is named first."""
    nodes, parents = diamond(student, swapped)
    answers = expect.items(student.engine.topological_order(nodes[-1]), len(nodes))
    places = [place_of(answer, nodes) for answer in answers]
    expect.that(set(places) == set(range(len(nodes))), "Each node should stand in the order once.", order=places)
    expect.that(
        all(places.index(parent) < places.index(node) for node, made_of in parents.items() for parent in made_of),
        "A node should stand after all of its parents.",
        order=places,
    )


@pytest.mark.task("1.6")
@pytest.mark.parametrize("swapped", [False, True])
def test_gradients_of_a_graph(student, swapped):
    """Each node's gradient is the sum over all that it goes into, and only then is it passed on."""
    nodes, _ = diamond(student, swapped)
    give_order(student, nodes)
    nodes[-1].backward()
    expect_numbers(nodes, "grad", (48.0, 28.0, 14.0, 6.0, 1.0))


@pytest.mark.task("1.6")
def test_the_same_again(student):
    """A second call adds the same again, and a third one, too: 7, 14, 21."""
    Value = student.engine.Value
    x = Value(2.0)
    square, triple = Value(4.0, (x,), (4.0,)), Value(6.0, (x,), (3.0,))
    total = Value(10.0, (square, triple), (1.0, 1.0))
    y = Value(11.0, (total,), (1.0,))
    give_order(student, [x, square, triple, total, y])
    for gradient in (7, 14, 21):
        y.backward()
        expect.number(x.grad, gradient)


@pytest.mark.task("1.6")
def test_two_ends_and_a_parent_twice(student):
    """A node may be made of one parent twice, and backward from two ends adds to a leaf what each gives."""
    Value = student.engine.Value
    x = Value(3.0)
    square = Value(9.0, (x, x), (3.0, 3.0))
    one, other = Value(10.0, (square,), (1.0,)), Value(27.0, (square, x), (3.0, 9.0))
    for end, gradient in [(one, 6), (other, 33), (one, 39)]:
        give_order(student, [x, square, end])
        end.backward()
        expect.number(x.grad, gradient)


@pytest.mark.task("1.6")
def test_leaf_backward(student):
    """A leaf's slope with respect to itself is 1, and it adds up as well."""
    leaf = student.engine.Value(5.0)
    give_order(student, [leaf])
    for gradient in (1, 2):
        leaf.backward()
        expect.number(leaf.grad, gradient)


@pytest.mark.task("1.7")
def test_chain_in_order(student):
    """A chain of 5,000 nodes is put in order without a recursion error."""
    sheet, leaf, root = chain(student, 5000)
    order = sheet.call(student.engine.topological_order, root)
    sheet.gather(sheet.call(student.library("builtins").len, order))
    first, last = sheet.do("getitem", order, 0), sheet.do("getitem", order, -1)
    count, first, last, leaf, root = sheet.answers(sheet.gathered, first, last, leaf, root)
    expect.array(count, [5000])
    expect.same(first, leaf)
    expect.same(last, root)


@pytest.mark.task("1.7")
def test_chain_backward(student):
    """A gradient goes back through 5,000 nodes without a recursion error."""
    sheet, leaf, root = chain(student, 5000)
    sheet.call(student.engine.Value.backward, root)
    sheet.gather(sheet.read(leaf, "grad"))
    expect.array(sheet.numbers(), [-1.0])


@pytest.mark.task("1.8")
def test_own_operation(student):
    """The operation is one node of a and b, its slopes are those that a measurement gives, and it is a new one."""
    judge_own_operation(student, [(0.7, 1.6), (1.8, 0.6), (1.1, 1.4), (1.9, 1.3)])


@pytest.mark.task("1.9")
def test_twenty_expressions(student, rng):
    """Twenty random expressions have the right numbers and gradients: all operations, with backward."""
    judge_expressions(student, [EVERYTHING, *(random_expression(rng, size) for size in range(3, 22))])


@pytest.mark.task("1.9")
def test_same_node_often(student):
    """A node that goes into several others, and twice into one, gets the gradients of all of them."""
    a, b = Result(0), Result(1)
    steps = [("mul", a, b), ("mul", Result(2), Result(2)), ("add", Result(3), Result(2)), ("sub", Result(4), a)]
    judge_expressions(student, [((1.5, -2.0), steps)])


@pytest.mark.task("2.1")
def test_neuron_parameters(student):
    """The parameters are the weights and then the bias, which is 0."""
    neuron = student.engine.Neuron(3, student.rng(1))
    weights = expect.items(neuron.weights, 3)
    for parameter, own in zip(expect.items(neuron.parameters(), 4), [*weights, neuron.bias], strict=True):
        expect.same(parameter, own)
    expect.number(neuron.bias.data, 0)


@pytest.mark.task("2.1")
def test_neuron_weights(student):
    """The weights lie evenly between -1 and 1, and the same generator draws the same ones."""
    one, again = (weights_of(student, 600, 4) for _ in range(2))
    expect.that(bool(np.all(np.abs(one) <= 1)), "All weights should lie between -1 and 1.")
    for low in np.arange(-1, 1, 0.25):
        share = np.mean((one >= low) & (one < low + 0.25))
        expect.that(0.03 < share < 0.25, "The weights should lie evenly between -1 and 1.", share=share)
    expect.that(bool(np.array_equal(one, again)), "All randomness should come from rng.")


@pytest.mark.task("2.1")
def test_parameters_of_a_network(student):
    """A network's parameters are those of all neurons, layer by layer."""
    network = student.engine.Network([3, 2, 1], student.rng(1))
    found = parameters_of(network, [3, 2, 1])
    for parameter, own in zip(expect.items(network.parameters(), 11), found, strict=True):
        expect.same(parameter, own)


@pytest.mark.task("2.1")
def test_parameters_of_a_layer(student):
    """A layer's parameters are those of its neurons, one after the other."""
    layer = student.engine.Layer(2, 3, student.rng(1))
    neurons = [(neuron.weights, neuron.bias) for neuron in expect.items(layer.neurons, 3)]
    found = [one for weights, bias in neurons for one in (*expect.items(weights, 2), bias)]
    for parameter, own in zip(expect.items(layer.parameters(), 9), found, strict=True):
        expect.same(parameter, own)


@pytest.mark.task("2.2")
def test_network_answers(student):
    """Neurons take the tanh of w·x + b, those of the last layer do not."""
    network = student.engine.Network([2, 3, 1], student.rng(1))
    put(network, [2, 3, 1], FIRST)
    for x in ([0.5, -1.0], np.array([2.0, 0.25])):
        (score,) = expect.items(network(x), 1)
        expect.number(score.data, scores([2, 3, 1], FIRST, np.reshape(x, (2, 1)))[0])


@pytest.mark.task("2.2")
def test_neuron_with_and_without_tanh(student):
    """A neuron without an activation answers w·x + b alone, and takes Values, too."""
    for activation, wanted in [(True, 0.7615941559557649), (False, 1.0)]:
        neuron = student.engine.Neuron(2, student.rng(1), activation)
        for parameter, data in zip(parameters_of_neuron(neuron, 2), (0.5, -0.25, 1.0), strict=True):
            parameter.data = data
        expect.number(neuron([student.engine.Value(1.0), student.engine.Value(2.0)]).data, wanted)


@pytest.mark.task("2.3")
def test_loss_of_known_scores(student):
    """The loss is the mean of log(1 + exp(-y·s))."""
    known = {0.0: student.engine.Value(0.0), 1.0: student.engine.Value(2.0), 2.0: student.engine.Value(-1.0)}

    def network(x):
        first, _ = sample(x, 2).tolist()
        expect.that(first in known, "The network should be asked for one sample, a column of X.")
        return [known[first]]

    X, y = np.array([[0.0, 1.0, 2.0], [5.0, 4.0, 3.0]]), np.array([1.0, -1.0, -1.0])
    expect.number(student.engine.moon_loss(network, X, y).data, np.mean(np.log(1 + np.exp([0.0, 2.0, -1.0]))))


@pytest.mark.task("2.4")
def test_training_on_two_moons(student):
    """Each step takes the learning rate times each gradient away, and the losses begin with that at the start."""
    network = student.engine.Network([2, 3, 1], student.rng(1))
    put(network, [2, 3, 1], FIRST)
    losses = student.engine.train(network, MOONS, SIDES, 0.5, 3)
    wanted, parameters = trained([2, 3, 1], FIRST, MOONS, SIDES, 0.5, 3)
    expect.array(losses, wanted, array_like=True)
    expect_numbers(parameters_of(network, [2, 3, 1]), "data", parameters, atol=1e-8)


@pytest.mark.task("3.1")
@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ((2, 3), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        ((3,), [5.0, 7.0, 9.0]),
        ((1, 3), [[5.0, 7.0, 9.0]]),
        ((2, 1), [[6.0], [15.0]]),
        ((1, 1), [[21.0]]),
        ((1,), [21.0]),
        ((), 21.0),
    ],
)
def test_broadcasting_undone(student, shape, wanted):
    """Where a number was used in several places, its gradient is the sum over them, and the shape is the old one."""
    gradient = student.keep(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    expect.array(as_array(student, student.engine.unbroadcast(gradient, shape)), wanted)
    expect.array(gradient, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


@pytest.mark.task("3.2")
def test_arrays_of_one_shape(student):
    """Sums, differences, products, quotients and negatives of arrays: the numbers, and what goes to each operand."""
    student.engine.unbroadcast = known_sums
    a, b, gradient = np.array([[5.0, -2.0, 6.0]]), np.array([[2.0, 4.0, -3.0]]), np.array([[1.0, -1.0, 2.0]])
    cases = [
        ((a, b), [(name, Result(0), Result(1))], getattr(operator, name)(a, b), gradient, wanted)
        for name, wanted in [
            ("add", (gradient, gradient)),
            ("sub", (gradient, -gradient)),
            ("mul", ([[2.0, -4.0, -6.0]], [[5.0, 2.0, 12.0]])),
            ("truediv", ([[0.5, -0.25, -2 / 3]], [[-1.25, -0.125, -4 / 3]])),
        ]
    ]
    judge_tensors(student, [*cases, ((a,), [("neg", Result(0))], -a, gradient, (-gradient,))])


@pytest.mark.task("3.2")
def test_arrays_and_numbers(student):
    """A plain number or an array may stand on either side."""
    student.engine.unbroadcast = known_sums
    a, gradient, cases = np.array([2.0, -4.0]), np.array([1.0, 3.0]), []
    for name, other, right, left in [
        ("add", 3, gradient, gradient),
        ("sub", np.array([1.0, 5.0]), gradient, -gradient),
        ("mul", np.array([3.0, -2.0]), [3.0, -6.0], [3.0, -6.0]),
        ("truediv", 2, [0.5, 1.5], [-0.5, -0.375]),
    ]:
        compute = getattr(operator, name)
        cases.append(((a,), [(name, Result(0), other)], compute(a, other), gradient, (right,)))
        cases.append(((a,), [(name, other, Result(0))], compute(other, a), gradient, (left,)))
    judge_tensors(student, cases)


@pytest.mark.task("3.2")
def test_arrays_of_two_shapes(student):
    """Where one operand is broadcast, on either side, its part of the gradient has its own shape."""
    student.engine.unbroadcast = known_sums
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0], [-1.0]])
    gradient = np.array([[1.0, 2.0], [-1.0, 3.0]])
    cases = []
    for name, right, left in [
        ("add", (gradient, [[3.0], [2.0]]), ([[3.0], [2.0]], gradient)),
        ("sub", (gradient, [[-3.0], [-2.0]]), ([[3.0], [2.0]], -gradient)),
        ("mul", ([[2.0, 4.0], [1.0, -3.0]], [[5.0], [9.0]]), ([[5.0], [9.0]], [[2.0, 4.0], [1.0, -3.0]])),
        (
            "truediv",
            ([[0.5, 1.0], [1.0, -3.0]], [[-1.25], [-9.0]]),
            ([[2.0], [5 / 12]], [[-2.0, -1.0], [-1 / 9, 3 / 16]]),
        ),
    ]:
        compute = getattr(operator, name)
        cases.append(((a, b), [(name, Result(0), Result(1))], compute(a, b), gradient, right))
        cases.append(((b, a), [(name, Result(0), Result(1))], compute(b, a), gradient, left))
    judge_tensors(student, cases)


@pytest.mark.task("3.3")
def test_functions_of_arrays(student):
    """Powers and functions work element by element: the numbers, and what goes to the operand."""
    Tensor, gradient = student.engine.Tensor, np.array([2.0, -1.0, 0.5])
    cases = [
        ([("pow", Result(0), 2)], [3.0, -1.0, 0.0], [9.0, 1.0, 0.0], [12.0, 2.0, 0.0]),
        ([("call", Tensor.exp, Result(0))], [0.0, 0.0, 1.0], [1, 1, np.e], [2, -1, np.e / 2]),
        ([("call", Tensor.log, Result(0))], [1.0, 4.0, 0.5], np.log([1, 4, 0.5]), [2.0, -0.25, 1.0]),
        ([("call", Tensor.tanh, Result(0))], [0.0, 0.5, -90.0], np.tanh([0, 0.5, -90]), [2, -0.7864477329659274, 0]),
        ([("call", Tensor.relu, Result(0))], [3.0, -3.0, 0.0], [3.0, 0.0, 0.0], [2.0, 0.0, 0.0]),
    ]
    judge_tensors(student, [((np.array(a),), steps, data, gradient, (wanted,)) for steps, a, data, wanted in cases])


@pytest.mark.task("3.4")
def test_matrix_product(student):
    """The matrix product has the right numbers, and what goes to each operand has its shape."""
    a, b = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]]), np.array([[2.0], [1.0], [3.0]])
    gradient = np.array([[1.0], [-2.0]])
    left, right, product = [[2.0, 1.0, 3.0], [-4.0, -2.0, -6.0]], [[1.0], [0.0], [2.0]], [[4.0], [-2.0]]
    judge_tensors(
        student,
        [
            ((a, b), [("matmul", Result(0), Result(1))], product, gradient, (left, right)),
            ((a,), [("matmul", Result(0), b)], product, gradient, (left,)),
            ((b,), [("matmul", a, Result(0))], product, gradient, (right,)),
        ],
    )


@pytest.mark.task("3.5")
@pytest.mark.parametrize(
    ("axis", "keepdims", "gradient", "total", "pulled"),
    [
        (None, False, 2.0, 21.0, [[2.0] * 3] * 2),
        (0, False, [1.0, 2.0, 3.0], [5.0, 7.0, 9.0], [[1.0, 2.0, 3.0]] * 2),
        (1, False, [1.0, -1.0], [6.0, 15.0], [[1.0] * 3, [-1.0] * 3]),
        (1, True, [[1.0], [-1.0]], [[6.0], [15.0]], [[1.0] * 3, [-1.0] * 3]),
        (-2, False, [1.0, 2.0, 3.0], [5.0, 7.0, 9.0], [[1.0, 2.0, 3.0]] * 2),
        (None, True, [[2.0]], [[21.0]], [[2.0] * 3] * 2),
    ],
)
def test_sum_and_mean(student, axis, keepdims, gradient, total, pulled):
    """Sum and mean have NumPy's numbers and shapes, and what goes back has the operand's shape."""
    a, count = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), {None: 6, 0: 2, 1: 3, -2: 2}[axis]
    Tensor, cases = student.engine.Tensor, []
    for function, share in [(Tensor.sum, 1), (Tensor.mean, count)]:
        steps = [("call", function, Result(0), axis, keepdims)]
        cases.append(((a,), steps, np.array(total) / share, np.array(gradient), (np.array(pulled) / share,)))
    judge_tensors(student, cases)


@pytest.mark.task("3.6")
def test_tensor_backward(student):
    """Gradients of arrays add up over all paths, and over calls."""
    a, middle, root = small_graph(student)
    give_order(student, [a, middle, root])
    root.backward()
    expect.array(a.grad, [7.0, 14.0])
    expect.array(middle.grad, [1.0, 2.0])
    root.backward()
    expect.array(a.grad, [14.0, 28.0])


@pytest.mark.task("3.6")
def test_backward_of_many_numbers(student):
    """backward raises ValueError where there is more than one number."""
    tensor = student.engine.Tensor([1.0, 2.0])
    give_order(student, [tensor])
    with expect.raises("ValueError"):
        tensor.backward()


@pytest.mark.task("3.7")
def test_network_of_tensors(student):
    """The loss of a network of Tensors, and its gradients, are those of the same network of Values."""
    parameters = tensors(student, [2, 3, 1], FIRST)
    loss = student.engine.tensor_loss(parameters, MOONS, SIDES)
    expect.array(loss.data, loss_of([2, 3, 1], FIRST, MOONS, SIDES), shape=())
    loss.backward()
    expect_blocks([one.grad for one in parameters], [2, 3, 1], slopes_of([2, 3, 1], FIRST, MOONS, SIDES))


@pytest.mark.task("3.7")
def test_descent_with_tensors(student):
    """Descent gives the losses at the start and after each step, and moves each parameter along its gradient."""
    parameters = tensors(student, [2, 3, 1], FIRST)
    losses = student.engine.descend(parameters, MOONS, SIDES, 0.5, 3)
    wanted, after = trained([2, 3, 1], FIRST, MOONS, SIDES, 0.5, 3)
    expect.array(losses, wanted, array_like=True)
    expect_blocks([one.data for one in parameters], [2, 3, 1], after)


@pytest.mark.ungraded
def test_against_pytorch(student, rng):
    """Forty random expressions have the gradients that PyTorch computes."""
    try:
        import torch
    except ImportError:
        raise NotRun("PyTorch is not installed here, so there is nothing to compare with.") from None
    functions = {**COMPUTE, "exp": torch.exp, "log": torch.log, "tanh": torch.tanh, "relu": torch.relu}
    expressions = [random_expression(rng, size) for size in [4, 8, 12, 16] * 10]
    found = [answer[1:] for answer in engine_answers(student, expressions)]
    for (leaves, steps), gradients in zip(expressions, found, strict=True):
        tracked = [torch.tensor(leaf, dtype=torch.float64, requires_grad=True) for leaf in leaves]
        compute(tracked, steps, functions).backward()
        wanted = [leaf.grad.item() for leaf in tracked]
        expect.that(
            bool(np.allclose(gradients, wanted)), "A gradient is not PyTorch's.", wanted=wanted, yours=gradients
        )


# What the checks share.


class Sheet:
    """Steps of one evaluation, written down one by one, and numbers to be gathered from them in one array."""

    def __init__(self, student):
        self.student, self.steps = student, []
        self.append = student.library("numpy").append
        self.gathered = None

    def do(self, name, *operands):
        """Write down a step, and return what stands for its result."""
        self.steps.append((name, *operands))
        return Result(len(self.steps) - 1)

    def call(self, function, *arguments):
        """Write down a call."""
        return self.do("call", function, *arguments)

    def read(self, owner, name):
        """Write down that an attribute is read."""
        return self.do("getattr", owner, name)

    def gather(self, numbers):
        """Put one number more, or several, to those that are gathered."""
        self.gathered = self.call(self.append, np.zeros(0) if self.gathered is None else self.gathered, numbers)

    def answers(self, *wanted):
        """Do all that is written down, and answer what these steps gave."""
        return self.student.evaluate(self.steps, wanted=[one.step for one in wanted])

    def numbers(self):
        """Do all that is written down, and answer what was gathered."""
        return self.answers(self.gathered)[0]


def as_array(student, answer):
    """An answer as an array: NumPy's scalars and plain numbers become arrays of shape ()."""
    return student.library("numpy").array(answer)


def place_of(answer, nodes):
    """Where an object of the student's stands among others; None if it is none of them."""
    for place, node in enumerate(nodes):
        try:
            expect.same(answer, node)
        except AssertionError:
            continue
        return place
    return None


def evaluated(student, kind, cases):
    """The leaves and the result of each case, (leaves, steps, …), made of new objects of a kind in one evaluation."""
    steps, places = [], []
    for leaves, own, *_ in cases:
        first = len(steps)
        steps += [("call", kind, leaf) for leaf in leaves]
        steps += [(name, *(moved(one, first) for one in operands)) for name, *operands in own]
        places.append((slice(first, first + len(leaves)), len(steps) - 1))
    answers = student.evaluate(steps)
    return [(answers[of_leaves], answers[last]) for of_leaves, last in places]


def moved(operand, first):
    """An operand of a step that stands so many places further back."""
    return Result(operand.step + first) if isinstance(operand, Result) else operand


def paths(graphs, flows, name, pull_all):
    """What flows from each result to its leaves over all paths, for graphs (leaves, result).

    Parents get `pull_all(pairs)`, for pairs of a flow and what the attribute of this name has.
    """
    totals = [[0.0] * len(leaves) for leaves, _ in graphs]
    waiting = [(number, result, flow) for number, ((_, result), flow) in enumerate(zip(graphs, flows, strict=True))]
    visits = 0
    while waiting:
        inner = []
        for number, node, flow in waiting:
            place = place_of(node, graphs[number][0])
            if place is None:
                inner.append((number, flow, node.parents, getattr(node, name)))
            else:
                totals[number][place] = totals[number][place] + flow
        visits += len(inner)
        expect.that(visits <= 40 * len(graphs), "One operation should not need so many nodes.")
        waiting, pairs = [], []
        for number, flow, parents, slopes in inner:
            parents = expect.items(parents)
            pairs += [(flow, slope) for slope in expect.items(slopes, len(parents))]
            waiting += [(number, parent) for parent in parents]
        waiting = [(*one, flow) for one, flow in zip(waiting, pull_all(pairs), strict=True)]
    return totals


def judge(student, cases):
    """See whether steps on new Values give the number, and the slopes towards the Values.

    A case is (leaves, steps, number, slopes).
    """
    graphs = evaluated(student, student.engine.Value, cases)
    for data, (_, _, number, _) in zip([result.data for _, result in graphs], cases, strict=True):
        expect.number(data, number)
    found = paths(
        graphs, [1.0] * len(cases), "slopes", lambda pairs: [flow * expect.number(slope) for flow, slope in pairs]
    )
    for (leaves, result), own, (*_, slopes) in zip(graphs, found, cases, strict=True):
        for leaf, slope, wanted in zip(leaves, own, slopes, strict=True):
            expect.that(
                bool(np.isclose(slope, wanted, rtol=1e-7, atol=1e-9)),
                "A slope towards an operand is wrong.",
                operation=result,
                towards=leaf,
                slope=slope,
                expected=wanted,
            )


def judge_tensors(student, cases):
    """See whether steps on new Tensors give the array, and what a gradient of it gives to each of them.

    A case is (leaves, steps, array, gradient, wanted).
    """
    graphs = evaluated(student, student.engine.Tensor, cases)
    for data, (_, _, array, _, _) in zip([result.data for _, result in graphs], cases, strict=True):
        expect.array(data, array, dtype="float64")
    asarray = student.library("numpy").asarray

    def pull_all(pairs):
        kept = [student.keep(flow) for flow, _ in pairs]
        calls = [("call", pull, flow) for (_, pull), flow in zip(pairs, kept, strict=True)]
        arrays = [("call", asarray, Result(place)) for place in range(len(pairs))]
        again = [("call", asarray, flow) for flow in kept]
        first = len(calls)
        answers = student.evaluate([*calls, *arrays, *again], wanted=range(first, 3 * first)) if pairs else []
        opened = [expect.numbers(answer) for answer in [answer.real for answer in answers]]
        for (flow, _), after in zip(pairs, opened[first:], strict=True):
            expect.that(bool(np.array_equal(after, flow)), "A function of pulls should not change its argument.")
        return opened[:first]

    found = paths(graphs, [gradient for *_, gradient, _ in cases], "pulls", pull_all)
    for (_, result), parts, (leaves, *_, wanted) in zip(graphs, found, cases, strict=True):
        for part, expected, leaf in zip(parts, wanted, leaves, strict=True):
            expect.that(
                np.shape(part) == leaf.shape,
                "The array that goes to an operand should have the operand's shape.",
                operation=result,
                shape=np.shape(part),
                expected=leaf.shape,
            )
            expect.that(
                bool(np.allclose(part, expected, rtol=1e-7, atol=1e-9)),
                "The array that goes to an operand is wrong.",
                operation=result,
                found=part,
                expected=expected,
            )


def diamond(student, swapped):
    """Five nodes, and which are made of which: some go into several, and one way is longer than the other."""
    Value = student.engine.Value
    turn = slice(None, None, -1) if swapped else slice(None)
    a, b = Value(2.0), Value(3.0)
    c = Value(6.0, (a, b)[turn], (3.0, 2.0)[turn])
    d = Value(8.0, (c, a)[turn], (1.0, 1.0)[turn])
    e = Value(48.0, (c, d)[turn], (8.0, 6.0)[turn])
    return [a, b, c, d, e], {2: (0, 1), 3: (2, 0), 4: (2, 3)}


def give_order(student, nodes):
    """Put a stand-in for `topological_order` in place that knows the order for the last of some nodes."""

    def topological_order(root):
        expect.that(place_of(root, nodes[-1:]) == 0, "topological_order was called with another node than there is.")
        return nodes

    student.engine.topological_order = topological_order


def chain(student, length):
    """A chain of so many nodes, each made of the one before; the slope is -1 once, and 1 elsewhere."""
    sheet, Value = Sheet(student), student.engine.Value
    only = student.library("collections").namedtuple("only", "parent")  # it makes a tuple of one node
    leaf = root = sheet.call(Value, 1.5)
    for place in range(1, length):
        root = sheet.call(Value, 1.5, sheet.call(only, root), (-1.0 if place == length // 2 else 1.0,))
    return sheet, leaf, root


def judge_own_operation(student, places):
    """Measure the slopes of the student's own operation at some places."""
    a, b = (student.engine.Value(number) for number in places[0])
    one, other = expect.items(student.engine.own_operation(a, b).parents, 2)
    expect.same(one, a)
    expect.same(other, b)

    sheet, step = Sheet(student), 1e-5
    Value, operation = student.engine.Value, student.engine.own_operation
    for a, b in places:
        centre = sheet.call(operation, sheet.call(Value, a), sheet.call(Value, b))
        sheet.gather(sheet.read(centre, "slopes"))
        for near in [(a, b), (a + step, b), (a - step, b), (a, b + step), (a, b - step)]:
            result = sheet.call(operation, *(sheet.call(Value, number) for number in near))
            sheet.gather(sheet.read(result, "data"))
    table = expect.array(sheet.numbers(), shape=(7 * len(places),), dtype="float").reshape(-1, 7)
    slopes, data = table[:, :2], table[:, 2]
    measured = np.stack([table[:, 3] - table[:, 4], table[:, 5] - table[:, 6]], axis=1) / (2 * step)
    expect.that(
        bool(np.allclose(slopes, measured, rtol=1e-5, atol=1e-7)),
        "The slopes of your operation are not those that a measurement gives.",
        slopes=slopes,
        measured=measured,
    )
    expect.that(bool(np.all(np.any(measured != 0, axis=0))), "Your operation should depend on both a and b.")
    a, b = np.array(places).T
    expect.that(
        not any(np.allclose(data, old) for old in (a + b, a - b, b - a, a * b, a / b, b / a)),
        "Your operation should be a new one.",
    )


def power(base, exponent):
    """A power of complex numbers."""
    return base**exponent


COMPUTE = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "neg": operator.neg,
    "pow": power,
    "exp": cmath.exp,
    "log": cmath.log,
    "tanh": cmath.tanh,
    "relu": lambda z: z if z.real > 0 else 0 * z,
}
# An expression with every operation, on every side: its leaves, and its steps.
EVERYTHING = (
    [1.5, -0.75],
    [
        ("add", Result(0), 2.0),
        ("sub", 1.0, Result(1)),
        ("mul", Result(2), Result(3)),
        ("truediv", Result(4), Result(0)),
        ("pow", Result(5), 0.5),
        ("exp", Result(1)),
        ("log", Result(6)),
        ("tanh", Result(8)),
        ("relu", Result(9)),
        ("truediv", 2.0, Result(3)),
        ("pow", 2.0, Result(11)),
        ("mul", Result(7), Result(10)),
        ("add", Result(13), Result(12)),
        ("neg", Result(14)),
        ("sub", Result(15), Result(4)),
        ("mul", 3.0, Result(16)),
        ("add", 0.5, Result(17)),
        ("sub", Result(18), 2.5),
        ("mul", Result(19), Result(0)),
        ("pow", Result(1), 3),
        ("add", Result(20), Result(21)),
    ],
)
BINARY, UNARY = ("add", "sub", "mul", "truediv"), ("neg", "exp", "log", "tanh", "relu")


def compute(leaves, steps, functions=COMPUTE):
    """What an expression gives. A step is a name and its operands: a number, or a `Result` for what came before."""
    results = list(leaves)
    for name, *operands in steps:
        results.append(functions[name](*(results[one.step] if isinstance(one, Result) else one for one in operands)))
    return results[-1]


def gradients_of(leaves, steps):
    """The gradient of an expression, measured: a tiny imaginary part is put to one leaf, and read off the result."""
    tiny = 1e-25
    return [
        compute([leaf + 1j * tiny * (place == moved) for place, leaf in enumerate(leaves)], steps).imag / tiny
        for moved in range(len(leaves))
    ]


def is_safe(name, operands):
    """Whether a step is finite and stays away from kinks and poles."""
    first, last = operands[0].real, operands[-1].real
    match name:
        case "relu":
            return abs(first) > 0.1
        case "log":
            return first > 0.3
        case "truediv":
            return abs(last) > 0.4
        case "exp":
            return abs(first) < 2
        case "pow":
            return 0.3 < first < 4 and abs(last) < 3
    return True


def random_step(rng, count):
    """A step on what was computed before it, or on numbers, of which a plain one may stand on either side."""
    one, other = (Result(int(place)) for place in rng.integers(count, size=2))
    plain = float(rng.choice([-2, -1.5, 0.5, 2, 3]))
    kind = rng.integers(5)
    if kind == 0:
        return (str(rng.choice(UNARY)), one)
    if kind == 1:
        return [("pow", one, float(rng.choice([-1, 0.5, 2, 3]))), ("pow", abs(plain), one)][rng.integers(2)]
    name = str(rng.choice(BINARY))
    return [(name, one, other), (name, one, other), (name, one, plain), (name, plain, one), (name, one, one)][
        rng.integers(5)
    ]


def random_expression(rng, size):
    """Two to four leaves, and `size` steps or more, in which everything that is computed counts."""
    count = rng.integers(2, 5)
    leaves = (rng.uniform(0.3, 2, size=count) * rng.choice([-1, 1], size=count)).tolist()
    steps, results = [], [complex(leaf) for leaf in leaves]
    while len(steps) < size:
        name, *operands = random_step(rng, len(results))
        numbers = [results[one.step] if isinstance(one, Result) else complex(one) for one in operands]
        if is_safe(name, numbers) and abs(result := COMPUTE[name](*numbers)) < 20:
            steps.append((name, *operands))
            results.append(result)
    used = {one.step for _, *operands in steps for one in operands if isinstance(one, Result)}
    for place in sorted(set(range(len(results) - 1)) - used):
        steps.append((str(rng.choice(["add", "sub"])), Result(len(leaves) + len(steps) - 1), Result(place)))
    return leaves, steps


def engine_answers(student, expressions):
    """What the student's engine says of expressions: for each an array with its number and the gradients."""
    sheet, engine = Sheet(student), student.engine
    methods = {name: getattr(engine.Value, name) for name in UNARY if name != "neg"}
    backward = engine.Value.backward
    for leaves, steps in expressions:
        results = [sheet.call(engine.Value, leaf) for leaf in leaves]
        for name, *operands in steps:
            there = [results[one.step] if isinstance(one, Result) else one for one in operands]
            results.append(sheet.call(methods[name], *there) if name in methods else sheet.do(name, *there))
        sheet.call(backward, results[-1])
        sheet.gather(sheet.read(results[-1], "data"))
        for leaf in results[: len(leaves)]:
            sheet.gather(sheet.read(leaf, "grad"))
    sizes = [1 + len(leaves) for leaves, _ in expressions]
    found = expect.array(sheet.numbers(), shape=(sum(sizes),), dtype="float")
    return np.split(found, np.cumsum(sizes)[:-1])


def judge_expressions(student, expressions):
    """See whether expressions have the right numbers and gradients; the shortest wrong one is shown."""
    found = engine_answers(student, expressions)
    for (leaves, steps), answer in sorted(zip(expressions, found, strict=True), key=lambda pair: len(pair[0][1])):
        wanted = np.array([compute([complex(leaf) for leaf in leaves], steps).real, *gradients_of(leaves, steps)])
        expect.that(
            bool(np.allclose(answer, wanted, rtol=1e-7, atol=1e-8 * max(1.0, np.max(np.abs(wanted))))),
            "The number of an expression, or a gradient, is wrong.",
            expression=in_words(leaves, steps),
            leaves=leaves,
            number_and_gradients=answer,
            expected=wanted,
        )


def in_words(leaves, steps):
    """An expression as Python code: leaves are a, b, c, d, and what is computed r0, r1, …"""
    signs = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}
    lines = []
    for place, (name, *operands) in enumerate(steps):
        texts = [
            str(one)
            if not isinstance(one, Result)
            else "abcd"[one.step]
            if one.step < len(leaves)
            else f"r{one.step - len(leaves)}"
            for one in operands
        ]
        code = (
            f" {signs[name]} ".join(texts)
            if name in signs
            else f"-{texts[0]}"
            if name == "neg"
            else f"{texts[0]}.{name}()"
        )
        lines.append(f"r{place} = {code}")
    return "; ".join(lines)


# A network of 2, 3 and 1 neurons: for each neuron its weights and its bias. Six samples on two moons.
FIRST = np.array([0.5, -0.75, 0.25, -1.0, 0.5, -0.5, 0.25, 1.0, 0.75, 0.5, -0.25, 1.0, 0.125])
MOONS = np.array([[0.5, -0.5, 0.2, 0.0, -1.5, 1.4], [-0.25, 0.25, 0.7, -0.75, 0.3, -0.1]])
SIDES = np.array([-1.0, 1.0, -1.0, 1.0, -1.0, 1.0])


def weights_of(student, count, seed):
    """The weights of a new neuron, as an array."""
    weights = expect.items(student.engine.Neuron(count, student.rng(seed)).weights, count)
    return np.array([expect.number(data) for data in [weight.data for weight in weights]])


def parameters_of_neuron(neuron, n_inputs):
    """The weights and the bias of a neuron."""
    weights, bias = neuron.weights, neuron.bias
    return [*expect.items(weights, n_inputs), bias]


def parameters_of(network, sizes):
    """All parameters of a network, read from its neurons."""
    layers = [layer.neurons for layer in expect.items(network.layers, len(sizes) - 1)]
    neurons = [
        (neuron.weights, neuron.bias, n_in)
        for layer, n_in, n_out in zip(layers, sizes[:-1], sizes[1:], strict=True)
        for neuron in expect.items(layer, n_out)
    ]
    return [parameter for weights, bias, n_in in neurons for parameter in (*expect.items(weights, n_in), bias)]


def sample(x, count):
    """The features of a sample that a network is given: numbers, or Values of them."""
    try:
        return expect.numbers(x, shape=(count,))
    except AssertionError as error:
        try:
            return np.array([expect.number(data) for data in [one.data for one in expect.items(x, count)]])
        except AssertionError:
            raise error from None


def expect_numbers(values, name, numbers, **options):
    """See whether an attribute of several Values has these numbers. They are fetched together."""
    for found, number in zip([getattr(value, name) for value in values], numbers, strict=True):
        expect.number(found, number, **options)


def put(network, sizes, numbers):
    """Give a network these parameters."""
    for parameter, number in zip(parameters_of(network, sizes), numbers, strict=True):
        parameter.data = float(number)


def blocks(sizes, numbers):
    """The parameters of a network, neuron by neuron, as W (n_out, n_in) and b (n_out, 1) of each layer."""
    parts, first = [], 0
    for n_in, n_out in pairwise(sizes):
        rows = numbers[first : first + n_out * (n_in + 1)].reshape(n_out, n_in + 1)
        parts += [rows[:, :-1], rows[:, -1:]]
        first += rows.size
    return parts


def scores(sizes, numbers, X):
    """What a network answers to samples in columns."""
    A, parts = X, blocks(sizes, numbers)
    for place in range(0, len(parts), 2):
        A = parts[place] @ A + parts[place + 1]
        A = np.tanh(A) if place + 2 < len(parts) else A
    return A[0]


def loss_of(sizes, numbers, X, y):
    """The loss of a network."""
    return np.mean(np.log(1 + np.exp(-y * scores(sizes, numbers, X))))


def slopes_of(sizes, numbers, X, y):
    """The slopes of the loss, measured as `gradients_of` does."""
    tiny = 1e-25
    return np.array([loss_of(sizes, numbers + 1j * tiny * row, X, y).imag / tiny for row in np.eye(len(numbers))])


def trained(sizes, numbers, X, y, learning_rate, steps):
    """The losses of a descent, and the parameters after it."""
    losses = [loss_of(sizes, numbers, X, y)]
    for _ in range(steps):
        numbers = numbers - learning_rate * slopes_of(sizes, numbers, X, y)
        losses.append(loss_of(sizes, numbers, X, y))
    return losses, numbers


def tensors(student, sizes, numbers):
    """The parameters of a network as Tensors of the student's."""
    return [student.engine.Tensor(block) for block in blocks(sizes, numbers)]


def expect_blocks(answers, sizes, numbers):
    """See whether arrays of the student's are those of a network's parameters."""
    for answer, block in zip(answers, blocks(sizes, numbers), strict=True):
        expect.array(answer, block, atol=1e-8)


# What is known of some gradients (2, 2) and (2, 1): the sums of their rows. The sign does not matter.
SUMS = [
    ([[1.0, 2.0], [-1.0, 3.0]], [[3.0], [2.0]]),
    ([[1.0, 4.0], [-3.0, 12.0]], [[5.0], [9.0]]),
    ([[0.25, 1.0], [-3.0, 12.0]], [[1.25], [9.0]]),
    ([[0.5, 2.0], [3.0, -12.0]], [[2.5], [-9.0]]),
    ([[1.0, 1.0], [-1 / 3, 0.75]], [[2.0], [5 / 12]]),
]


def known_sums(gradient, shape):
    """A stand-in for `unbroadcast` that looks up what it is asked."""
    gradient = expect.numbers(gradient)
    shape = tuple(expect.integer(one) for one in expect.items(shape))
    if shape == gradient.shape:
        return gradient
    if shape == ():
        return np.sum(gradient)
    expect.that(
        gradient.shape == (2, 2) and shape == (2, 1), "unbroadcast was called with a shape that is no operand's."
    )
    found = [
        sign * np.array(total)
        for sign in (1, -1)
        for known, total in SUMS
        if np.allclose(gradient, sign * np.array(known))
    ]
    expect.that(len(found) == 1, "unbroadcast was called with another gradient than there is.")
    return found[0]


def small_graph(student):
    """A Tensor of two numbers, one made of it, and the root, which is made of both; in numbers it is 7·a₀ + 14·a₁."""
    Tensor = student.engine.Tensor
    a = Tensor([1.0, 2.0])
    middle = Tensor([3.0, 4.0], (a,), (lambda gradient: 2 * expect.numbers(gradient, shape=(2,)),))

    def towards_middle(gradient):
        return expect.numbers(gradient, shape=()) * np.array([1.0, 2.0])

    def towards_a(gradient):
        return expect.numbers(gradient, shape=()) * np.array([5.0, 10.0])

    return a, middle, Tensor(35.0, (middle, a), (towards_middle, towards_a))
