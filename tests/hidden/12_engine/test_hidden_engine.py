"""Hidden checks of the engine: the tasks of the public ones on other numbers, graphs and shapes.

Checks of an operation read what it says and need no `backward`; those of `backward` build their graphs themselves.
Expected gradients are measured by a tiny imaginary part, which rounds nothing; `quality.figures` compares that with
PyTorch, so that no check needs it.
"""

import cmath
import operator
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from autograder import expect
from autograder.checks.answers import Result


@pytest.mark.task("1.1")
def test_text_of_a_changed_value(student):
    """The text has the number and the gradient of now, and not of when the Value was made."""
    value = student.engine.Value(-1.5)
    for data, grad in [(-1.5, 0.0), (3.25, -0.625), (3.25, 12.5)]:
        value.data, value.grad = data, grad
        text = expect.text(student.library("builtins").repr(value))
        expect.that(str(data) in text and str(grad) in text, "The text should show data and grad.", text=text)


@pytest.mark.task("1.2", weight=2)
@pytest.mark.parametrize(("one", "other"), [(0.0, 3.5), (-2.5, 0.0), (-1.5, -4.0), (3.0, 3.0)])
def test_arithmetic_at_other_places(student, one, other):
    """Sums, differences, products and negatives hold with zeros, negatives and equal numbers, too."""
    cases = [
        ((one, other), [(name, Result(0), Result(1))], data, slopes)
        for name, data, slopes in [
            ("add", one + other, (1.0, 1.0)),
            ("sub", one - other, (1.0, -1.0)),
            ("mul", one * other, (other, one)),
        ]
    ]
    judge(student, [*cases, ((one,), [("neg", Result(0))], -one, (-1.0,))])


@pytest.mark.task("1.2", weight=2)
@pytest.mark.parametrize("number", [0, -3, 0.75])
def test_other_plain_numbers(student, number):
    """Plain numbers, zero and whole ones among them, may stand on either side of +, - and *."""
    cases = []
    for name, right, left in [("add", 1.0, 1.0), ("sub", 1.0, -1.0), ("mul", number, number)]:
        compute_it = getattr(operator, name)
        cases.append(((-2.5,), [(name, Result(0), number)], compute_it(-2.5, number), (right,)))
        cases.append(((-2.5,), [(name, number, Result(0))], compute_it(number, -2.5), (left,)))
    judge(student, cases)


@pytest.mark.task("1.2")
def test_operands_stay(student):
    """An operation changes neither of its operands, also with += in place of +, and makes a new Value."""
    a, b, c = nodes = values_with_gradients(student)
    operators = student.library("operator")
    judge_operands(
        student,
        nodes,
        [
            *[(name, *pair) for name in ("add", "sub", "mul") for pair in ((a, b), (c, a), (c, 2), (3, c))],
            *[("neg", c), ("add", a, 0), ("mul", 1, a), ("sub", a, 0)],
            *[("call", getattr(operators, name), c, other) for name in ("iadd", "isub", "imul") for other in (a, 2)],
        ],
    )


@pytest.mark.task("1.3")
@pytest.mark.parametrize(("one", "other"), [(-3.0, 0.5), (0.0, -4.0), (5.0, 5.0)])
def test_other_quotients(student, one, other):
    """Quotients hold with negatives and with 0 above the line, and with plain numbers on either side."""
    data, right = one / other, -one / other**2
    judge(
        student,
        [
            ((one, other), [("truediv", Result(0), Result(1))], data, (1 / other, right)),
            ((one,), [("truediv", Result(0), other)], data, (1 / other,)),
            ((other,), [("truediv", one, Result(0))], data, (right,)),
        ],
    )


@pytest.mark.task("1.3")
def test_a_quotient_of_one(student):
    """A Value divided by itself is 1, wherever it is."""
    judge(student, [((-0.5,), [("truediv", Result(0), Result(0))], 1.0, (0.0,))])


@pytest.mark.task("1.3", weight=3)
@pytest.mark.parametrize(
    "powers",
    [
        [(-2.0, 3, -8.0, 12.0), (-1.5, 1, -1.5, 1.0), (3.0, 0, 1.0, 0.0)],
        [(-2.0, -1, -0.5, -0.25), (4.0, -0.5, 0.5, -0.0625), (9.0, 1.5, 27.0, 4.5)],
        [(0.0, 1, 0.0, 1.0), (0.0, 2, 0.0, 0.0), (0.0, 2.5, 0.0, 0.0)],
    ],
    ids=["whole", "negative or broken", "of 0"],
)
def test_other_powers(student, powers):
    """Powers hold for whole, broken, negative and zero exponents, and for a base of 0 where that has a slope."""
    judge(
        student,
        [((base,), [("pow", Result(0), exponent)], data, (slope,)) for base, exponent, data, slope in powers],
    )


@pytest.mark.task("1.3", weight=4)
def test_powers_of_numbers(student):
    """A plain number to the power of a Value holds below 1, too, and for whole numbers."""
    judge(
        student,
        [
            ((exponent,), [("pow", base, Result(0))], base**exponent, (base**exponent * np.log(base),))
            for base, exponent in [(0.5, 3.0), (3, -1.0), (1, 2.5), (2.5, 0.0)]
        ],
    )


@pytest.mark.task("1.3")
def test_operands_of_quotients_and_powers_stay(student):
    """A quotient or a power changes neither of its operands, also with /= or **=, and makes a new Value."""
    a, b, c = nodes = values_with_gradients(student)
    operators = student.library("operator")
    judge_operands(
        student,
        nodes,
        [
            *[("truediv", *pair) for pair in ((a, b), (c, a), (c, 2), (3, c), (c, 1))],
            *[("pow", *pair) for pair in ((c, 2), (c, 1), (2, c))],
            *[("call", operators.itruediv, c, a), ("call", operators.itruediv, c, 2), ("call", operators.ipow, c, 2)],
        ],
    )


@pytest.mark.task("1.4")
@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("exp", [-2.0, 0.25, 5.0]),
        ("log", [0.01, 0.5, 20.0]),
        ("tanh", [-2.0, -0.25, 1.5]),
        ("relu", [-0.001, 0.001, 7.0]),
    ],
)
def test_functions_elsewhere(student, name, places):
    """Each function holds at other places."""
    steps = [("call", getattr(student.engine.Value, name), Result(0))]
    wanted = [COMPUTE[name](place + 1e-25j) for place in places]
    judge(student, [((place,), steps, z.real, (z.imag / 1e-25,)) for place, z in zip(places, wanted, strict=True)])


@pytest.mark.task("1.4")
def test_functions_far_out(student):
    """Functions hold far out, where a formula with large powers does not, and log for small numbers, too."""
    Value = student.engine.Value
    cases = [
        (Value.tanh, 800.0, 1.0, 0.0),
        (Value.tanh, -50.0, -1.0, 0.0),
        (Value.exp, -800.0, 0.0, 0.0),
        (Value.relu, 1e300, 1e300, 1.0),
        (Value.relu, -1e300, 0.0, 0.0),
        (Value.log, 1e-12, np.log(1e-12), 1e12),
        (Value.log, 1e-100, np.log(1e-100), 1e100),
    ]
    judge(student, [((place,), [("call", one, Result(0))], data, (slope,)) for one, place, data, slope in cases])


@pytest.mark.task("1.4")
def test_functions_change_nothing(student):
    """A function makes a new Value and leaves its operand as it was."""
    nodes = values_with_gradients(student)
    functions = [getattr(student.engine.Value, name) for name in ("exp", "log", "tanh", "relu")]
    judge_operands(student, nodes, [("call", function, node) for function in functions for node in nodes])


@pytest.mark.task("1.5")
def test_order_of_random_graphs(student, rng):
    """In graphs of any form each node stands in the order once, after its parents, and nothing else does."""
    for _ in range(3):
        nodes, parents, _ = random_graph(student, rng, 9)
        for root in (8, 5):
            above = ancestors(root, parents)
            answers = expect.items(student.engine.topological_order(nodes[root]), len(above))
            places = [place_of(answer, nodes) for answer in answers]
            expect.that(set(places) == set(above), "Each node should stand in the order once.")
            expect.that(
                all(places.index(one) < places.index(node) for node in above for one in parents[node]),
                "A node should stand after all of its parents.",
            )


@pytest.mark.task("1.5")
def test_order_of_a_leaf_and_of_twins(student):
    """A leaf is an order by itself, Values with equal numbers are different nodes, and gradients stay."""
    Value = student.engine.Value
    a, b = Value(2.0), Value(2.0)
    a.grad = 4.0
    root = Value(2.0, (a, b, a), (1.0, 1.0, 1.0))
    for _ in range(2):
        answers = expect.items(student.engine.topological_order(root), 3)
        expect.that({place_of(answer, [a, b, root]) for answer in answers} == {0, 1, 2}, "A node is missing.")
    (alone,) = expect.items(student.engine.topological_order(a), 1)
    expect.same(alone, a)
    expect.number(a.grad, 4)


@pytest.mark.task("1.5")
def test_order_of_many_paths(student):
    """Sixty nodes that each go twice into the next have more paths than can be followed, and are in order at once."""
    sheet, builtins = Sheet(student), student.library("builtins")
    two = student.library("collections").namedtuple("two", ("first", "second"))
    nodes = [sheet.call(student.engine.Value, 1.0)]
    for _ in range(60):
        pair = sheet.call(two, nodes[-1], nodes[-1])
        nodes.append(sheet.call(student.engine.Value, 1.0, pair, (1.0, 1.0)))
    order = sheet.call(student.engine.topological_order, nodes[-1])
    sheet.gather(sheet.call(builtins.list, sheet.call(builtins.map, builtins.id, order)))
    for node in nodes:
        sheet.gather(sheet.call(builtins.id, node))
    found = expect.array(sheet.numbers(), shape=(122,), dtype="float")
    expect.that(bool(np.array_equal(found[:61], found[61:])), "A node should stand after all of its parents, once.")


@pytest.mark.task("1.6", weight=2)
def test_gradients_of_random_graphs(student, rng):
    """In graphs of any form every gradient is the sum over all paths."""
    for _ in range(3):
        nodes, parents, slopes = random_graph(student, rng, 9)
        give_order(student, nodes, parents)
        nodes[-1].backward()
        above = ancestors(8, parents)
        expect_numbers([nodes[place] for place in above], "grad", flows(parents, slopes, 8)[above])


@pytest.mark.task("1.6")
def test_two_ends_of_one_graph(student, rng):
    """Backward from several nodes of one graph adds to the leaves what each gives, in any order."""
    nodes, parents, slopes = random_graph(student, rng, 9)
    give_order(student, nodes, parents)
    total = np.zeros(9)
    for root in (6, 8, 8, 5, 6, 7):
        nodes[root].backward()
        total += flows(parents, slopes, root)
        expect_numbers(nodes[:3], "grad", total[:3])


@pytest.mark.task("1.6")
def test_gradients_add_to_what_was_there(student):
    """A leaf's gradient adds to what it was set to, also 0, and no number changes."""
    Value = student.engine.Value
    a, b = Value(2.0), Value(-3.0)
    root = Value(-6.0, (a, b, a), (0.5, 0.0, -2.0))
    give_order(student, [a, b, root], {0: (), 1: (), 2: (0, 1, 0)})
    a.grad = 10.0
    root.backward()
    expect.number(a.grad, 8.5)
    expect.number(b.grad, 0)
    a.grad = 0.0
    root.backward()
    expect.number(a.grad, -1.5)
    expect_numbers([a, b, root], "data", [2, -3, -6])


@pytest.mark.task("1.6")
def test_many_paths(student):
    """Twelve nodes that each go twice into the next have 4,096 paths, and each node is visited once."""
    Value = student.engine.Value
    nodes = [Value(1.0)]
    for _ in range(12):
        nodes.append(Value(1.0, (nodes[-1], nodes[-1]), (0.5, 1.5)))
    give_order(student, nodes, {place: (place - 1, place - 1) if place else () for place in range(13)})
    for calls in (1, 2, 3):
        nodes[-1].backward()
        expect.number(nodes[0].grad, calls * 4096)


@pytest.mark.task("1.7", weight=2)
def test_another_chain(student):
    """A chain of 5,000 nodes, to which a second leaf is joined everywhere, is put in order and goes backward."""
    sheet, Value = Sheet(student), student.engine.Value
    two = student.library("collections").namedtuple("two", ("first", "second"))
    leaf, side = sheet.call(Value, 0.5), sheet.call(Value, 2.0)
    root = leaf
    for place in range(4998):
        pair = (root, side) if place % 2 else (side, root)
        root = sheet.call(Value, 0.25, sheet.call(two, *pair), (1.0, 1.0))
    sheet.gather(sheet.call(student.library("builtins").len, sheet.call(student.engine.topological_order, root)))
    sheet.call(Value.backward, root)
    for node in (leaf, side):
        sheet.gather(sheet.read(node, "grad"))
    expect.array(sheet.numbers(), [5000, 1, 4998])


@pytest.mark.task("1.8")
def test_own_operation_elsewhere(student):
    """The operation's slopes hold at other places, too, and it changes neither operand."""
    judge_own_operation(student, [(0.55, 1.95), (1.3, 0.9), (0.8, 1.0), (1.75, 1.5), (1.2, 1.7)])
    a, b = student.engine.Value(0.75), student.engine.Value(1.25)
    student.engine.own_operation(a, b)
    for node, data in [(a, 0.75), (b, 1.25)]:
        expect.number(node.data, data)
        expect.number(node.grad, 0)


@pytest.mark.task("1.9", weight=3)
def test_two_hundred_expressions(student, rng):
    """200 random expressions have the right numbers and gradients, to seven digits."""
    judge_expressions(student, [EVERYTHING, *(random_expression(rng, 2 + place % 29) for place in range(199))])


@pytest.mark.task("2.1")
def test_neurons_of_one_generator(student):
    """Neurons from one generator differ, those from equal generators do not, and one input is enough."""
    rng = student.rng(7)
    drawn = []
    for generator in (rng, rng, student.rng(7)):
        neuron = student.engine.Neuron(2, generator, False)
        drawn.append([expect.number(one) for one in [one.data for one in parameters_of_neuron(neuron, 2)]])
        expect.number(neuron.bias.data, 0)
    expect.that(drawn[0] == drawn[2], "All randomness should come from rng.")
    expect.that(drawn[0][:2] != drawn[1][:2] and drawn[0][0] != drawn[0][1], "Each weight should be drawn anew.")
    neuron = student.engine.Neuron(1, rng)
    for parameter, own in zip(expect.items(neuron.parameters(), 2), parameters_of_neuron(neuron, 1), strict=True):
        expect.same(parameter, own)


@pytest.mark.task("2.1")
@pytest.mark.parametrize("sizes", [[1, 1], [2, 2, 2], [3, 1, 4, 2]])
def test_parameters_of_other_networks(student, sizes):
    """A network's parameters are those of all neurons, layer by layer, for other sizes."""
    kept = student.keep(sizes)
    network = student.engine.Network(kept, student.rng(3))
    expect.array(kept, sizes, array_like=True)
    found = parameters_of(network, sizes)
    for parameter, own in zip(expect.items(network.parameters(), len(found)), found, strict=True):
        expect.same(parameter, own)
    weights = [expect.number(one) for one in [one.data for one in found]]
    expect.that(len({weight for weight in weights if weight}) >= weights_in(sizes), "Each weight should be drawn anew.")


@pytest.mark.task("2.1")
def test_parameters_that_were_set(student):
    """Weights and biases that were set from outside are the parameters from then on."""
    network = student.engine.Network([2, 1], student.rng(1))
    neuron = expect.items(expect.items(network.layers, 1)[0].neurons, 1)[0]
    expect.items(network.parameters(), 3)
    first, second, bias = own = [student.engine.Value(number) for number in (0.5, 0.25, -1.5)]
    neuron.weights, neuron.bias = [first, second], bias
    for one in (neuron, network):
        for parameter, value in zip(expect.items(one.parameters(), 3), own, strict=True):
            expect.same(parameter, value)


@pytest.mark.task("2.2", weight=2)
@pytest.mark.parametrize("sizes", [[2, 1], [2, 2, 2], [3, 4, 2, 2]])
def test_answers_of_other_networks(student, rng, sizes):
    """Networks of other sizes answer what they should, to lists, arrays and Values."""
    numbers = rng.normal(size=count_of(sizes))
    network = student.engine.Network(sizes, student.rng(1))
    put(network, sizes, numbers)
    x = rng.normal(size=sizes[0])
    wanted = all_scores(sizes, numbers, x[:, None])[:, 0]
    for given in (x, x.tolist(), [student.engine.Value(one) for one in x]):
        expect_numbers(expect.items(network(given), sizes[-1]), "data", wanted)


@pytest.mark.task("2.2")
def test_layer_answers(student):
    """A layer answers with a list of Values, one for each neuron, with the tanh or without."""
    for activation in (True, False):
        layer = student.engine.Layer(2, 2, student.rng(1), activation)
        neurons = expect.items(layer.neurons, 2)
        for neuron, data in zip(neurons, [(1.0, -1.0, 0.5), (0.25, 0.5, -1.0)], strict=True):
            for parameter, number in zip(parameters_of_neuron(neuron, 2), data, strict=True):
                parameter.data = number
        wanted = np.array([-0.5, 0.25])
        wanted = np.tanh(wanted) if activation else wanted
        expect_numbers(expect.items(layer([1.0, 2.0]), 2), "data", wanted)


@pytest.mark.task("2.3")
def test_loss_of_other_scores(student):
    """The loss holds for one sample and for many, for far scores, and for features of any number."""
    numbers = np.array([0.0, -3.0, 100.0, -100.0, 1.5, 1.5])
    scored = [student.engine.Value(number) for number in numbers]

    def network(x):
        place = round(float(sample(x, 3)[2]))
        expect.that(0 <= place < len(scored), "The network should be asked for one sample, a column of X.")
        return [scored[place]]

    y = np.array([-1.0, -1.0, 1.0, 1.0, 1.0, -1.0])
    X = np.stack([np.full(6, 9.0), np.full(6, -9.0), np.arange(6.0)])
    for used in (slice(0, 6), slice(3, 4), slice(4, 6)):
        wanted = np.mean(np.log(1 + np.exp(-y[used] * numbers[used])))
        kept = student.keep(X[:, used]), student.keep(y[used])
        expect.number(student.engine.moon_loss(network, *kept).data, wanted)
        expect.array(kept[0], X[:, used])
        expect.array(kept[1], y[used])


@pytest.mark.task("2.4", weight=2)
def test_longer_training(student, rng):
    """Training goes on from where the network is, whatever gradients it has, and leaves samples alone."""
    sizes = [2, 2, 2, 1]
    numbers = rng.normal(size=count_of(sizes))
    X, y = rng.normal(size=(2, 5)), np.array([1.0, -1.0, 1.0, 1.0, -1.0])
    network = student.engine.Network(sizes, student.rng(1))
    put(network, sizes, numbers)
    for parameter in parameters_of(network, sizes):
        parameter.grad = 2.0
    kept = student.keep(X), student.keep(y)
    for steps, rate in [(4, 0.3), (0, 0.3)]:
        losses, numbers = trained(sizes, numbers, X, y, rate, steps)
        expect.array(student.engine.train(network, *kept, rate, steps), losses, array_like=True)
    losses, numbers = trained(sizes, numbers, X[:, :1], y[:1], 0.1, 2)
    expect.array(student.engine.train(network, X[:, :1], y[:1], 0.1, 2), losses, array_like=True)
    expect_numbers(parameters_of(network, sizes), "data", numbers, atol=1e-8)
    expect.array(kept[0], X)
    expect.array(kept[1], y)


@pytest.mark.task("3.1", weight=4)
@pytest.mark.parametrize(
    "shapes",
    [
        [((2, 4, 3), (3,)), ((2, 4, 3), ()), ((3, 3), (3,)), ((5,), ())],
        [((2, 4, 3), (2, 1, 3)), ((2, 4, 3), (1, 4, 1)), ((3, 3), (3, 1)), ((3, 3), (1, 3)), ((5,), (1,))],
        [((2, 4, 3), (4, 1)), ((2, 4, 3), (1, 3)), ((2, 2, 2, 2), (2, 1, 2))],
        [((2, 4, 3), (1, 1, 1)), ((1, 4), (4,)), ((4, 1), (1, 1)), ((1, 1), (1,))],
        [((5,), (5,)), ((2, 4, 3), (2, 4, 3)), ((), ())],
    ],
    ids=["added", "stretched", "both", "of length 1", "neither"],
)
def test_other_broadcasts_undone(student, rng, shapes):
    """Axes that were added and axes that were stretched are summed, for shapes of up to four axes."""
    gradients = [np.asarray(rng.normal(size=large)) for large, _ in shapes]
    kept = [student.keep(gradient) for gradient in gradients]
    found = [student.engine.unbroadcast(one, shape) for one, (_, shape) in zip(kept, shapes, strict=True)]
    for part, after, gradient, (_, shape) in zip(found, kept, gradients, shapes, strict=True):
        expect.array(as_array(student, part), unbroadcast_here(gradient, shape))
        expect.array(as_array(student, after), gradient)


@pytest.mark.task("3.2", weight=2)
@pytest.mark.parametrize(
    ("one", "other"),
    [((3, 1), (1, 4)), ((2, 4), (4,)), ((4,), (2, 4)), ((), (2, 3)), ((2, 2), (2, 2)), ((2, 1, 3), (4, 1))],
)
def test_operations_that_broadcast(student, rng, one, other):
    """Each operand's part of the gradient has the operand's shape, whichever of them is broadcast."""
    student.engine.unbroadcast = unbroadcast
    a, b = (np.asarray(rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)) for shape in (one, other))
    gradient, cases = rng.normal(size=np.broadcast_shapes(one, other)), []
    for name in ("add", "sub", "mul", "truediv"):
        compute_it = getattr(operator, name)
        wanted = pulled(compute_it, (a, b), gradient)
        cases.append(((a, b), [(name, Result(0), Result(1))], compute_it(a, b), gradient, wanted))
    judge_tensors(student, cases)


@pytest.mark.task("3.2")
@pytest.mark.parametrize("number", [-0.5, np.array([[2.0], [-1.0], [0.5]]), np.array([4, -2])])
def test_other_plain_operands(student, rng, number):
    """Numbers and arrays, of whole numbers and of other shapes too, may stand on either side."""
    student.engine.unbroadcast = unbroadcast
    a = rng.uniform(0.5, 2, size=(1, 2))
    gradient, cases = rng.normal(size=np.broadcast_shapes(a.shape, np.shape(number))), []
    for name in ("sub", "mul", "truediv"):
        compute_it = getattr(operator, name)
        for step, function in [
            ((name, Result(0), number), lambda z, f=compute_it: f(z, number)),
            ((name, number, Result(0)), lambda z, f=compute_it: f(number, z)),
        ]:
            cases.append(((a,), [step], function(a), gradient, pulled(function, (a,), gradient)))
    judge_tensors(student, cases)


@pytest.mark.task("3.2")
def test_a_tensor_with_itself(student, rng):
    """A Tensor may be both operands, and no operation changes it, also with += in place of +."""
    student.engine.unbroadcast = unbroadcast
    a, gradient = np.array([[1.5, -2.0]]), np.array([[1.0, 3.0]])
    cases = [("add", 2 * gradient), ("sub", 0 * gradient), ("mul", 2 * a * gradient)]
    judge_tensors(
        student,
        [
            ((a,), [(name, Result(0), Result(0))], getattr(operator, name)(a, a), gradient, (wanted,))
            for name, wanted in cases
        ],
    )
    one, other = nodes = tensors_with_gradients(student)
    operators, column = student.library("operator"), np.array([[2.0], [-1.0]])
    judge_operands(
        student,
        nodes,
        [
            *[
                (name, *pair)
                for name in ("add", "sub", "mul", "truediv")
                for pair in ((one, other), (one, 1), (1, other), (other, column), (column, other), (other, 0.5))
            ],
            *[("add", one, 0), ("sub", other, 0), ("neg", one)],
            *[
                ("call", getattr(operators, name), other, operand)
                for name in ("iadd", "isub", "imul", "itruediv")
                for operand in (one, 2)
            ],
        ],
        OF_ARRAYS,
    )


@pytest.mark.task("3.3", weight=4)
@pytest.mark.parametrize("name", ["exp", "log", "tanh", "relu"])
def test_functions_of_other_arrays(student, rng, name):
    """Functions hold for arrays of any shape."""
    steps, function, cases = [("call", getattr(student.engine.Tensor, name), Result(0))], ARRAYS[name], []
    for shape in [(), (4,), (2, 3), (2, 2)]:
        a, gradient = np.asarray(rng.uniform(0.2, 2, size=shape)), np.asarray(rng.normal(size=shape))
        if name != "log":
            a = np.asarray(a * np.reshape(np.resize([1, -1], a.size), shape))
        cases.append(((a,), steps, function(a), gradient, pulled(function, (a,), gradient)))
    if name == "log":
        a, gradient = np.array([1e-12, 1e-9]), np.array([1.0, -2.0])
        cases.append(((a,), steps, np.log(a), gradient, (gradient / a,)))
    judge_tensors(student, cases)


@pytest.mark.task("3.3", weight=4)
def test_functions_leave_their_operand(student):
    """A power or a function makes a new Tensor and leaves its operand as it was."""
    nodes, Tensor = tensors_with_gradients(student), student.engine.Tensor
    steps = [("call", getattr(Tensor, name), node) for name in ("exp", "tanh", "relu") for node in nodes]
    powers = [("pow", node, exponent) for exponent in (1, 2) for node in nodes]
    squared = student.library("operator").ipow
    judge_operands(
        student, nodes, [*steps, *powers, ("call", Tensor.log, nodes[1]), ("call", squared, nodes[1], 2)], OF_ARRAYS
    )


@pytest.mark.task("3.3", weight=2)
@pytest.mark.parametrize("exponent", [3, -1, 0.5, 1])
def test_powers_of_other_arrays(student, rng, exponent):
    """Powers hold for whole, broken and negative exponents, element by element."""
    a, gradient = rng.uniform(0.5, 2, size=(2, 3)), rng.normal(size=(2, 3))
    if exponent in (3, 1):
        a[0] *= -1
        a[1, 1] = 0
    wanted = gradient * exponent * a ** (exponent - 1)
    judge_tensors(student, [((a,), [("pow", Result(0), exponent)], a**exponent, gradient, (wanted,))])


@pytest.mark.task("3.4", weight=2)
@pytest.mark.parametrize(("k", "n", "m"), [(3, 2, 4), (2, 2, 2), (1, 3, 1), (4, 1, 3)])
def test_other_matrix_products(student, rng, k, n, m):
    """Matrix products of other shapes, square ones among them, with an array on either side."""
    a, b, gradient = rng.normal(size=(k, n)), rng.normal(size=(n, m)), rng.normal(size=(k, m))
    left, right = pulled(operator.matmul, (a, b), gradient)
    judge_tensors(
        student,
        [
            ((a, b), [("matmul", Result(0), Result(1))], a @ b, gradient, (left, right)),
            ((a,), [("matmul", Result(0), b)], a @ b, gradient, (left,)),
            ((b,), [("matmul", a, Result(0))], a @ b, gradient, (right,)),
        ],
    )


@pytest.mark.task("3.4")
def test_a_square_of_a_matrix(student, rng):
    """A matrix may be both factors, and no product changes a factor."""
    a, gradient = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    wanted = pulled(lambda z: z @ z, (a,), gradient)
    judge_tensors(student, [((a,), [("matmul", Result(0), Result(0))], a @ a, gradient, wanted)])
    one, other = nodes = tensors_with_gradients(student)
    row, squared = np.array([[1.0, -2.0]]), student.library("operator").imatmul
    pairs = [(one, other), (row, other), (other, row.T), (other, other)]
    steps = [*[("matmul", *pair) for pair in pairs], ("call", squared, other, other)]
    judge_operands(student, nodes, steps, OF_ARRAYS)


@pytest.mark.task("3.5", weight=4)
@pytest.mark.parametrize("name", ["sum", "mean"])
@pytest.mark.parametrize(
    "calls",
    [
        [((2, 4, 3), 1, False), ((3, 3), 0, False), ((3, 3), 1, False), ((5,), 0, False)],
        [((2, 4, 3), -1, False), ((1, 4), 0, False)],
        [((2, 4, 3), 0, True), ((3, 2), None, True)],
        [((2, 4, 3), None, False), ((), None, False)],
    ],
    ids=["dropped", "turned", "kept", "all"],
)
def test_other_sums_and_means(student, rng, name, calls):
    """Sums and means along any axis, kept or not, of arrays of any shape."""
    method, cases = getattr(student.engine.Tensor, name), []
    for shape, axis, keepdims in calls:
        function = partial(getattr(np, name), axis=axis, keepdims=keepdims)
        a = np.asarray(rng.normal(size=shape))
        gradient = np.asarray(rng.normal(size=np.shape(function(a))))
        steps = [("call", method, Result(0), axis, keepdims)]
        cases.append(((a,), steps, function(a), gradient, pulled(function, (a,), gradient)))
    judge_tensors(student, cases)


@pytest.mark.task("3.5")
def test_arguments_by_name(student):
    """axis and keepdims may be left out and may be named, and no sum changes a Tensor."""
    tensor = student.engine.Tensor([[1.0, 2.0], [3.0, 6.0]])
    expect.array(tensor.sum().data, 12.0)
    expect.array(tensor.mean().data, 3.0)
    expect.array(tensor.sum(axis=0).data, [4.0, 8.0])
    expect.array(tensor.mean(keepdims=True, axis=1).data, [[1.5], [4.5]])
    expect.array(tensor.mean(0).data, [2.0, 4.0])
    nodes, Tensor = tensors_with_gradients(student), student.engine.Tensor
    calls = [(function, node) for function in (Tensor.sum, Tensor.mean) for node in nodes]
    steps = [("call", *call, axis, kept) for call in calls for axis in (None, 0, 1) for kept in (False, True)]
    judge_operands(student, nodes, steps, OF_ARRAYS)


@pytest.mark.task("3.6", weight=2)
def test_backward_through_arrays(student):
    """A Tensor that goes into several others, of other shapes, gets the gradients of all; calls add up."""
    a, middle, root, flow = array_graph(student)
    for calls in (1, 2, 3):
        root.backward()
        expect.array(a.grad, calls * flow)
    middle.grad = np.zeros((2, 2))
    a.grad = np.array([1.0, -1.0])
    root.backward()
    expect.array(a.grad, flow + np.array([1.0, -1.0]))
    expect.array(a.data, [0.5, 1.5])


@pytest.mark.task("3.6")
def test_pulls_that_share_an_array(student):
    """A function of `pulls` may return a read-only array, or the gradient of other nodes: leave it as it is."""
    numpy, Tensor = student.library("numpy"), student.engine.Tensor
    stretched = student.library("functools").partial(numpy.broadcast_to, shape=(2,))
    leaf = Tensor([1.0, 2.0])
    one, other = (Tensor([3.0, 4.0], (leaf,), (numpy.asarray,)) for _ in range(2))
    both = Tensor([5.0, 6.0], (one, other, one), (numpy.asarray,) * 3)
    root = Tensor([7.0], (both, leaf), (stretched, stretched))
    give_order(student, [leaf, one, other, both, root], {0: (), 1: (0,), 2: (0,), 3: (1, 2, 1), 4: (3, 0)})
    root.backward()
    for node, gradient in [(both, 1.0), (one, 2.0), (other, 1.0), (leaf, 4.0)]:
        expect.array(node.grad, [gradient, gradient])
    root.backward()
    expect.array(leaf.grad, [8.0, 8.0])


@pytest.mark.task("3.6")
@pytest.mark.parametrize("given", [4.0, [[2.5]], [3.0]])
def test_backward_of_a_single_number(student, given):
    """A leaf of one number, of any shape, has the slope 1 with respect to itself."""
    tensor = student.engine.Tensor(given)
    give_order(student, [tensor], {0: ()})
    for slope in (1.0, 2.0):
        tensor.backward()
        found = expect.numbers(tensor.grad, shape=np.shape(given))
        expect.that(bool(np.all(found == slope)), "A leaf's slope with respect to itself is 1, each time.", grad=found)


@pytest.mark.task("3.6")
@pytest.mark.parametrize("given", [[1.0, 1.0], [[0.0], [0.0], [0.0]]])
def test_backward_refuses_arrays(student, given):
    """backward raises ValueError where there are more numbers than one, and then changes nothing."""
    tensor = student.engine.Tensor(given)
    give_order(student, [tensor], {0: ()})
    with expect.raises("ValueError"):
        tensor.backward()
    expect.array(tensor.grad, np.zeros(np.shape(given)))


@pytest.mark.task("3.7", weight=2)
def test_expressions_of_arrays(student, rng):
    """Expressions of arrays, with shapes that broadcast and nodes used twice, have the right gradients."""
    Tensor = student.engine.Tensor
    a, b, c = rng.uniform(0.5, 1.5, size=(2, 3)), rng.uniform(0.5, 1.5, size=(3,)), rng.uniform(0.5, 1.5, size=(2, 1))
    for steps, function in [
        (
            [
                ("mul", Result(0), Result(1)),
                ("call", Tensor.tanh, Result(3)),
                ("add", Result(4), Result(2)),
                ("mul", Result(5), Result(3)),
                ("call", Tensor.mean, Result(6), 0, False),
                ("truediv", Result(7), Result(1)),
                ("call", Tensor.sum, Result(8)),
            ],
            lambda a, b, c: np.sum(np.mean((np.tanh(a * b) + c) * (a * b), axis=0) / b),
        ),
        (
            [
                ("sub", 2.0, Result(0)),
                ("matmul", Result(3), np.array([[1.0], [-2.0], [0.5]])),
                ("mul", Result(4), Result(2)),
                ("pow", Result(5), 2),
                ("call", Tensor.log, Result(1)),
                ("call", Tensor.exp, Result(7)),
                ("call", Tensor.mean, Result(8)),
                ("mul", Result(6), Result(9)),
                ("call", Tensor.sum, Result(10)),
            ],
            lambda a, b, c: np.sum((((2 - a) @ np.array([[1.0], [-2.0], [0.5]])) * c) ** 2 * np.mean(b)),
        ),
        (
            [
                ("truediv", Result(0), Result(2)),
                ("call", Tensor.sum, Result(3), 1, True),
                ("truediv", Result(3), Result(4)),
                ("add", Result(5), Result(5)),
                ("sub", Result(6), Result(1)),
                ("call", Tensor.exp, Result(7)),
                ("call", Tensor.mean, Result(8)),
            ],
            lambda a, b, c: np.mean(np.exp(2 * (a / c) / np.sum(a / c, axis=1, keepdims=True) - b)),
        ),
    ]:
        made = [("call", Tensor, leaf) for leaf in (a, b, c)]
        *leaves, root = student.evaluate([*made, *steps], wanted=[0, 1, 2, 2 + len(steps)])
        expect.array(root.data, function(a, b, c), shape=())
        root.backward()
        for leaf, wanted in zip(leaves, pulled(function, (a, b, c), np.array(1.0)), strict=True):
            expect.array(leaf.grad, wanted, atol=1e-8)


@pytest.mark.task("3.7")
@pytest.mark.parametrize("sizes", [[2, 1], [3, 2, 2, 1]])
def test_other_networks_of_tensors(student, rng, sizes):
    """Networks of other depths, and one sample, have the right loss, gradients and descent, whatever `grad` was."""
    numbers = rng.normal(size=count_of(sizes))
    for m in (1, 4):
        X, y = rng.normal(size=(sizes[0], m)), np.resize([1.0, -1.0], m)
        parameters, kept = tensors(student, sizes, numbers), (student.keep(X), student.keep(y))
        loss = student.engine.tensor_loss(parameters, *kept)
        expect.array(kept[0], X)
        expect.array(kept[1], y)
        expect.array(loss.data, loss_of(sizes, numbers, X, y), shape=())
        loss.backward()
        expect_blocks([one.grad for one in parameters], sizes, slopes_of(sizes, numbers, X, y))
    parameters, after = tensors(student, sizes, numbers), numbers
    for parameter, block in zip(parameters, blocks(sizes, numbers), strict=True):
        parameter.grad = np.full(block.shape, 2.0)
    for steps, rate in [(3, 0.4), (0, 0.4), (1, 0.2)]:
        losses, after = trained(sizes, after, X, y, rate, steps)
        expect.array(student.engine.descend(parameters, *kept, rate, steps), losses, array_like=True)
    expect_blocks([one.data for one in parameters], sizes, after)
    losses, _ = trained(sizes, after, X[:, :1], y[:1], 0.3, 1)
    expect.array(student.engine.descend(parameters, X[:, :1], y[:1], 0.3, 1), losses, array_like=True)
    expect.array(kept[0], X)
    expect.array(kept[1], y)


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


OF_ARRAYS = ("data", "grad")


def values_with_gradients(student):
    """Two leaves and a Value made of them, each with a gradient."""
    Value = student.engine.Value
    a, b = Value(3.0), Value(2.0)
    c = Value(6.0, (a, b), (2.0, 3.0))
    a.grad, b.grad, c.grad = 5.0, 7.0, -1.5
    return a, b, c


def tensors_with_gradients(student):
    """A leaf, with negative numbers, and a Tensor made of it, each with a gradient."""
    Tensor, exp = student.engine.Tensor, student.library("numpy").exp
    one = Tensor([[1.5, -2.0]])
    other = Tensor([[2.0, 0.5], [1.0, 3.0]], (one,), (exp,))
    one.grad, other.grad = np.array([[5.0, -7.0]]), np.array([[1.0, 2.0], [3.0, 4.0]])
    return one, other


def judge_operands(student, nodes, steps, numbers=("data", "grad", "slopes")):
    """See whether steps make new objects whose gradients are 0, and leave these nodes as they were."""
    sheet, builtins, is_ = Sheet(student), student.library("builtins"), student.library("operator").is_

    def look():
        sheet.gathered = None
        for node in nodes:
            for name in numbers:
                sheet.gather(sheet.read(node, name))
            ids = sheet.call(builtins.map, builtins.id, sheet.read(node, "parents"))
            sheet.gather(sheet.call(builtins.list, ids))
        return sheet.gathered

    before = look()
    results = [sheet.do(*step) for step in steps]
    sheet.gathered = None
    for result in results:
        for node in nodes:
            sheet.gather(sheet.call(is_, result, node))
    old, sheet.gathered = sheet.gathered, None
    for result in results:
        sheet.gather(sheet.read(result, "grad"))
    gradients, after = sheet.gathered, look()
    before, old, gradients, after = map(expect.numbers, sheet.answers(before, old, gradients, after))
    expect.that(not np.any(old), "An operation should make something new, also where nothing changes.")
    expect.that(bool(np.array_equal(before, after)), "An operation should leave its operands as they were.")
    expect.that(not np.any(gradients), "A new node should have the gradient 0 at first.")


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


def all_scores(sizes, numbers, X):
    """What a network answers to samples in columns: (n_out, m)."""
    A, parts = X, blocks(sizes, numbers)
    for place in range(0, len(parts), 2):
        A = parts[place] @ A + parts[place + 1]
        A = np.tanh(A) if place + 2 < len(parts) else A
    return A


def scores(sizes, numbers, X):
    """What a network with one output answers."""
    return all_scores(sizes, numbers, X)[0]


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


def random_graph(student, rng, count):
    """Three leaves and further nodes, each made of one to three before it: (nodes, parents, slopes) by place.

    All ways from the end to the leaves go through the fifth node, which has a parent twice.
    """
    parents = dict.fromkeys(range(3), ())
    slopes = dict.fromkeys(range(3), ())
    sheet, Value = Sheet(student), student.engine.Value
    named = student.library("collections").namedtuple
    tuples = [named("several", [f"parent{place}" for place in range(size)]) for size in (1, 2, 3)]
    nodes = [sheet.call(Value, float(place)) for place in range(3)]
    for place in range(3, count):
        others = [int(one) for one in rng.integers(place, size=rng.integers(0, 3))]
        made_of = (place - 1, *others) if place != 4 else (place - 1, place - 1, *others[:1])
        parents[place] = tuple(int(one) for one in rng.permutation(made_of))
        slopes[place] = tuple(float(slope) for slope in rng.uniform(0.5, 1.5, len(made_of)) * rng.choice([-1, 1]))
        together = sheet.call(tuples[len(made_of) - 1], *(nodes[one] for one in parents[place]))
        nodes.append(sheet.call(Value, 0.5, together, slopes[place]))
    return sheet.answers(*nodes), parents, slopes


def ancestors(root, parents):
    """The places of all nodes that a node is made of, and its own, in ascending order."""
    found = {root}
    for place in range(root, -1, -1):
        if place in found:
            found.update(parents[place])
    return sorted(found)


def flows(parents, slopes, root):
    """The slope of a node with respect to each."""
    gradients = np.zeros(len(parents))
    gradients[root] = 1.0
    for place in range(root, -1, -1):
        for parent, slope in zip(parents[place], slopes[place], strict=True):
            gradients[parent] += slope * gradients[place]
    return gradients


def give_order(student, nodes, parents):
    """Put a right `topological_order` in place, for a graph whose nodes are known."""

    def topological_order(root):
        place = place_of(root, nodes)
        expect.that(place is not None, "topological_order was called with another node than there is.")
        return [nodes[one] for one in ancestors(place, parents)]

    student.engine.topological_order = topological_order


def weights_in(sizes):
    """How many weights a network has."""
    return sum(n_in * n_out for n_in, n_out in pairwise(sizes))


def count_of(sizes):
    """How many parameters a network has."""
    return weights_in(sizes) + sum(sizes[1:])


def unbroadcast_here(gradient, shape):
    """Sum a gradient to the shape that was broadcast to it."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    return gradient.sum(axis=tuple(axis for axis, length in enumerate(shape) if length == 1), keepdims=True)


def unbroadcast(gradient, shape):
    """A right `unbroadcast`."""
    gradient = expect.numbers(gradient)
    shape = tuple(expect.integer(one, minimum=0) for one in expect.items(shape))
    added = gradient.ndim - len(shape)
    expect.that(
        added >= 0 and all(one in (1, there) for one, there in zip(shape, gradient.shape[added:], strict=True)),
        "unbroadcast was called with a shape that cannot be broadcast to the gradient's.",
    )
    return unbroadcast_here(gradient, shape)


ARRAYS = {"exp": np.exp, "log": np.log, "tanh": np.tanh, "relu": lambda z: np.where(z.real > 0, z, 0 * z)}


def pulled(function, arrays, gradient):
    """What a gradient of the result gives to each array, measured number by number."""
    tiny, parts = 1e-25, []
    for moved, array in enumerate(arrays):
        part = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            changed = [one.astype(complex) for one in arrays]
            changed[moved][place] += 1j * tiny
            part[place] = np.sum(gradient * np.imag(function(*changed)) / tiny)
        parts.append(part)
    return parts


def array_graph(student):
    """A leaf of two numbers, a matrix made of it, and a root made of both; and the gradient of the leaf."""
    Tensor = student.engine.Tensor
    one, other = np.array([2.0, -1.0]), np.array([[1.0, 2.0], [3.0, -4.0]])

    def to_leaf_from_middle(gradient):
        return expect.numbers(gradient, shape=(2, 2)) @ one

    def to_middle(gradient):
        return float(expect.numbers(gradient, shape=())) * other

    def to_leaf(gradient):
        return float(expect.numbers(gradient, shape=())) * np.array([0.25, -0.5])

    a = Tensor([0.5, 1.5])
    middle = Tensor(np.ones((2, 2)), (a,), (to_leaf_from_middle,))
    root = Tensor(3.0, (a, middle), (to_leaf, to_middle))
    give_order(student, [a, middle, root], {0: (), 1: (0,), 2: (0, 1)})
    return a, middle, root, other @ one + np.array([0.25, -0.5])
