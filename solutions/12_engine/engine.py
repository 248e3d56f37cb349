"""Assignment 12: an autograd engine of your own.

`Value` is one number that remembers how it was made, `Tensor` an array that does. In both, every operation says two
things: what comes out, and how the outcome depends on what went in. `backward` does the rest, for all of them.

A *plain number* is an int or a float. Samples stand in columns, as in assignments 03 to 07.
"""

import math
import timeit
from itertools import pairwise

import numpy as np


class Value:
    """One number in a graph.

    data: a float. grad: a float, the slope of whatever `backward` was called on with respect to this number; 0 at
    first. parents: a tuple of the Values that it was made of. slopes: a tuple of as many floats: how fast `data`
    changes with the data of each parent. A Value that was not made of others is a *leaf*: both tuples are empty.

    Every operation returns a new Value and changes no other, also where `+=` stands for `+`. Where it takes two
    operands, one of them may be a plain number, on either side. An operation may be made of others, as a - b of
    a + (-b), but for that of task 1.8. A plain number may become a Value, a further parent, or be left out of the
    parents.
    """

    def __init__(self, data, parents=(), slopes=()):
        """Given: make a Value. data: a number. parents, slopes: tuples or lists of equal length."""
        self.data = float(data)
        self.grad = 0.0
        self.parents = tuple(parents)
        self.slopes = tuple(slopes)

    def __repr__(self):
        """A text that shows data and grad as they are now, as Python prints a float (task 1.1)."""
        ### BEGIN SOLUTION
        return f"Value(data={self.data}, grad={self.grad})"
        ### END SOLUTION

    def __add__(self, other):
        """self + other (task 1.2). other: a Value or a plain number. Returns a new Value."""
        ### BEGIN SOLUTION
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))
        ### END SOLUTION

    def __radd__(self, other):
        """other + self, where other is a plain number (task 1.2). Returns a new Value."""
        ### BEGIN SOLUTION
        return as_value(other) + self
        ### END SOLUTION

    def __neg__(self):
        """-self (task 1.2). Returns a new Value."""
        ### BEGIN SOLUTION
        return Value(-self.data, (self,), (-1.0,))
        ### END SOLUTION

    def __sub__(self, other):
        """self - other (task 1.2). other: a Value or a plain number. Returns a new Value."""
        ### BEGIN SOLUTION
        other = as_value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0))
        ### END SOLUTION

    def __rsub__(self, other):
        """other - self, where other is a plain number (task 1.2). Returns a new Value."""
        ### BEGIN SOLUTION
        return as_value(other) - self
        ### END SOLUTION

    def __mul__(self, other):
        """self * other (task 1.2). other: a Value, perhaps self, or a plain number. Returns a new Value."""
        ### BEGIN SOLUTION
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))
        ### END SOLUTION

    def __rmul__(self, other):
        """other * self, where other is a plain number (task 1.2). Returns a new Value."""
        ### BEGIN SOLUTION
        return as_value(other) * self
        ### END SOLUTION

    def __truediv__(self, other):
        """self / other (task 1.3). other: a Value or a plain number, not 0. Returns a new Value."""
        ### BEGIN SOLUTION
        other = as_value(other)
        quotient = self.data / other.data
        return Value(quotient, (self, other), (1 / other.data, -quotient / other.data))
        ### END SOLUTION

    def __rtruediv__(self, other):
        """other / self, where other is a plain number (task 1.3). Returns a new Value."""
        ### BEGIN SOLUTION
        return as_value(other) / self
        ### END SOLUTION

    def __pow__(self, exponent):
        """self ** exponent (task 1.3). exponent: a plain number.

        self.data may be negative where the exponent is whole, and 0 where it is 1 or more. Returns a new Value.
        """
        ### BEGIN SOLUTION
        return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))
        ### END SOLUTION

    def __rpow__(self, base):
        """base ** self, where base is a plain number above 0 (task 1.3). Returns a new Value."""
        ### BEGIN SOLUTION
        power = base**self.data
        return Value(power, (self,), (power * math.log(base),))
        ### END SOLUTION

    def exp(self):
        """The exponential (task 1.4). Returns a new Value."""
        ### BEGIN SOLUTION
        power = math.exp(self.data)
        return Value(power, (self,), (power,))
        ### END SOLUTION

    def log(self):
        """The natural logarithm; self.data is above 0 (task 1.4). Returns a new Value."""
        ### BEGIN SOLUTION
        return Value(math.log(self.data), (self,), (1 / self.data,))
        ### END SOLUTION

    def tanh(self):
        """The hyperbolic tangent, for data of any size (task 1.4). Returns a new Value."""
        ### BEGIN SOLUTION
        height = math.tanh(self.data)
        return Value(height, (self,), (1 - height**2,))
        ### END SOLUTION

    def relu(self):
        """The larger of self and 0 (task 1.4). At 0 its slope is 0, as in PyTorch. Returns a new Value."""
        ### BEGIN SOLUTION
        return Value(max(self.data, 0.0), (self,), (1.0 if self.data > 0 else 0.0,))
        ### END SOLUTION

    def backward(self):
        """Give this Value, and each that it is made of, its gradient (task 1.6). May call `topological_order`.

        *Adds* to the `grad` of every leaf the slope of self with respect to that leaf; the slope of self with respect
        to itself is 1. A second call on the same graph adds the same again. What is made of others shows the slope of
        self with respect to it after the first call on a graph; no check looks at it after a second. Uses
        `parents` and `slopes` alone, so that it need not know any operation. Returns nothing.
        """
        ### BEGIN SOLUTION
        nodes = topological_order(self)
        for node in nodes:
            if node.parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(nodes):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad
        ### END SOLUTION


def as_value(number):
    """A Value for a plain number; a Value stays what it is. Given, and of use if you like."""
    return number if isinstance(number, Value) else Value(number)


def topological_order(root):
    """All that a Value or a Tensor is made of, in an order in which it could be computed (tasks 1.5 and 1.7).

    Returns a list of the very objects that are reached from root through `parents`, root itself among them. Each stands
    in it once, after all of its parents; so root is the last one. Changes nothing. Uses `parents` alone.
    """
    ### BEGIN SOLUTION
    order, seen, waiting = [], set(), [(root, False)]
    while waiting:
        node, parents_are_done = waiting.pop()
        if parents_are_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order
    ### END SOLUTION


def own_operation(a, b):
    """An operation of your choice (task 1.8).

    a, b: Values. Between 0.5 and 2, and at least 0.1 apart, there are no kinks.
    Returns one new Value, whose parents are a and b in this order, and no others. Its data depends on both a and b, if
    not at every place. The operations that you have already do not count: a + b, a - b, b - a, a * b, a / b, b / a.
    The larger of the two is one idea.
    """
    ### BEGIN SOLUTION
    slopes = (1.0, 0.0) if a.data > b.data else (0.0, 1.0)
    return Value(max(a.data, b.data), (a, b), slopes)
    ### END SOLUTION


class Neuron:
    """tanh(w·x + b), or w·x + b alone.

    weights: a list of n_inputs Values. bias: a Value. All of them may be set from outside.
    """

    def __init__(self, n_inputs, rng, activation=True):
        """Make a neuron (task 2.1).

        rng: a numpy.random.Generator, the only source of randomness: the weights are drawn evenly between -1 and 1,
        each anew. The bias is 0. activation: whether the neuron takes the tanh.
        """
        ### BEGIN SOLUTION
        self.weights = [Value(rng.uniform(-1, 1)) for _ in range(n_inputs)]
        self.bias = Value(0.0)
        self.activation = activation
        ### END SOLUTION

    def __call__(self, x):
        """What the neuron answers (task 2.2). x: n_inputs Values or numbers, in a list or an array. Returns a Value."""
        ### BEGIN SOLUTION
        z = self.bias
        for weight, value in zip(self.weights, x, strict=True):
            z = z + weight * value
        return z.tanh() if self.activation else z
        ### END SOLUTION

    def parameters(self):
        """A list of the weights and, last, the bias: the very objects (task 2.1)."""
        ### BEGIN SOLUTION
        return [*self.weights, self.bias]
        ### END SOLUTION


class Layer:
    """Several neurons with the same inputs. neurons: a list of n_outputs Neurons."""

    def __init__(self, n_inputs, n_outputs, rng, activation=True):
        """Make a layer of Neurons (task 2.1)."""
        ### BEGIN SOLUTION
        self.neurons = [Neuron(n_inputs, rng, activation) for _ in range(n_outputs)]
        ### END SOLUTION

    def __call__(self, x):
        """What the neurons answer (task 2.2). x: as for a Neuron. Returns a list of n_outputs Values."""
        ### BEGIN SOLUTION
        return [neuron(x) for neuron in self.neurons]
        ### END SOLUTION

    def parameters(self):
        """A list of the parameters of all neurons, neuron by neuron (task 2.1)."""
        ### BEGIN SOLUTION
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]
        ### END SOLUTION


class Network:
    """Layers one after the other. layers: a list of Layers, the last of which takes no tanh."""

    def __init__(self, sizes, rng):
        """Make a network (task 2.1). sizes: a list of ints: the inputs, then the neurons of each layer."""
        ### BEGIN SOLUTION
        last = len(sizes) - 2
        self.layers = [
            Layer(n_inputs, n_outputs, rng, activation=place < last)
            for place, (n_inputs, n_outputs) in enumerate(pairwise(sizes))
        ]
        ### END SOLUTION

    def __call__(self, x):
        """What the last layer answers (task 2.2). x: as for a Neuron. Returns a list of Values."""
        ### BEGIN SOLUTION
        for layer in self.layers:
            x = layer(x)
        return x
        ### END SOLUTION

    def parameters(self):
        """A list of the parameters of all layers, layer by layer (task 2.1)."""
        ### BEGIN SOLUTION
        return [parameter for layer in self.layers for parameter in layer.parameters()]
        ### END SOLUTION


def moon_loss(network, X, y):
    """The mean of log(1 + exp(-y·s)) over the samples (task 2.3).

    network: takes a sample, as a Network does, and returns a list with one Value, the score s. X: array (n_inputs, m),
    samples in columns. y: array (m,) of -1.0 and 1.0. Scores lie between -100 and 100. Returns a Value.
    """
    ### BEGIN SOLUTION
    total = 0.0
    for x, target in zip(X.T, y, strict=True):
        (score,) = network(x)
        total = total + (1 + (-target * score).exp()).log()
    return total / len(y)
    ### END SOLUTION


def train(network, X, y, learning_rate, steps):
    """Gradient descent on `moon_loss` with all samples (task 2.4). May use all that stands above.

    network: a Network, whose parameters are changed; nothing is promised of their `grad` before or after.
    Returns an array or a list of steps + 1 numbers: the loss at the start and after each step.
    """
    ### BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        loss = moon_loss(network, X, y)
        losses.append(loss.data)
        for parameter in network.parameters():
            parameter.grad = 0.0
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= learning_rate * parameter.grad
    return [*losses, moon_loss(network, X, y).data]
    ### END SOLUTION


def unbroadcast(gradient, shape):
    """Undo a broadcast (task 3.1).

    gradient: array, the gradient of something that NumPy has made by broadcasting an array of shape `shape` to
    gradient.shape. shape: a tuple.
    Returns an array of that shape, the gradient of the array *before*: where one number was used in several places, it
    is the sum of their gradients. Changes nothing.
    """
    ### BEGIN SOLUTION
    added = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(added)))
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return gradient.sum(axis=stretched, keepdims=True)
    ### END SOLUTION


class Tensor:
    """An array in a graph.

    data: a float64 array. grad: a float64 array of the same shape, zeros at first. parents: a tuple of the Tensors that
    it was made of. pulls: a tuple of as many functions. Each takes the gradient of this Tensor, an array of its shape,
    and returns what that gives to the parent's gradient, an array of the parent's shape. They change nothing.

    Operations are as those of `Value`, element by element, with NumPy's broadcasting: one of two operands may be
    a plain number or an array, on either side.
    """

    __array_ufunc__ = None  # array * tensor is then left to Tensor.__rmul__; keep this line

    def __init__(self, data, parents=(), pulls=()):
        """Given: make a Tensor. data: a number, an array or lists of numbers, which are copied.

        parents, pulls: tuples or lists of equal length.
        """
        self.data = np.array(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.parents = tuple(parents)
        self.pulls = tuple(pulls)

    def __repr__(self):
        """Given: a text that shows data and grad."""
        return f"Tensor(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        """self + other (task 3.2). May call `unbroadcast`, as all of task 3.2 may. Returns a new Tensor."""
        ### BEGIN SOLUTION
        other = as_tensor(other)

        def pull_self(gradient):
            return unbroadcast(gradient, self.data.shape)

        def pull_other(gradient):
            return unbroadcast(gradient, other.data.shape)

        return Tensor(self.data + other.data, (self, other), (pull_self, pull_other))
        ### END SOLUTION

    def __radd__(self, other):
        """other + self, where other is a plain number or an array (task 3.2). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return as_tensor(other) + self
        ### END SOLUTION

    def __neg__(self):
        """-self (task 3.2). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return Tensor(-self.data, (self,), (lambda gradient: -gradient,))
        ### END SOLUTION

    def __sub__(self, other):
        """self - other (task 3.2). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return self + (-as_tensor(other))
        ### END SOLUTION

    def __rsub__(self, other):
        """other - self, where other is a plain number or an array (task 3.2). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return as_tensor(other) - self
        ### END SOLUTION

    def __mul__(self, other):
        """self * other, element by element (task 3.2). Returns a new Tensor."""
        ### BEGIN SOLUTION
        other = as_tensor(other)

        def pull_self(gradient):
            return unbroadcast(gradient * other.data, self.data.shape)

        def pull_other(gradient):
            return unbroadcast(gradient * self.data, other.data.shape)

        return Tensor(self.data * other.data, (self, other), (pull_self, pull_other))
        ### END SOLUTION

    def __rmul__(self, other):
        """other * self, where other is a plain number or an array (task 3.2). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return as_tensor(other) * self
        ### END SOLUTION

    def __truediv__(self, other):
        """self / other, element by element; other has no 0 (task 3.2). Returns a new Tensor."""
        ### BEGIN SOLUTION
        other = as_tensor(other)

        def pull_self(gradient):
            return unbroadcast(gradient / other.data, self.data.shape)

        def pull_other(gradient):
            return unbroadcast(-gradient * self.data / other.data**2, other.data.shape)

        return Tensor(self.data / other.data, (self, other), (pull_self, pull_other))
        ### END SOLUTION

    def __rtruediv__(self, other):
        """other / self, where other is a plain number or an array (task 3.2). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return as_tensor(other) / self
        ### END SOLUTION

    def __pow__(self, exponent):
        """self ** exponent, element by element (task 3.3). exponent and data: as in `Value`. Returns a new Tensor."""
        ### BEGIN SOLUTION
        slope = exponent * self.data ** (exponent - 1)
        return Tensor(self.data**exponent, (self,), (lambda gradient: gradient * slope,))
        ### END SOLUTION

    def exp(self):
        """The exponential of each element (task 3.3). Returns a new Tensor."""
        ### BEGIN SOLUTION
        power = np.exp(self.data)
        return Tensor(power, (self,), (lambda gradient: gradient * power,))
        ### END SOLUTION

    def log(self):
        """The natural logarithm of each element; they are above 0 (task 3.3). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return Tensor(np.log(self.data), (self,), (lambda gradient: gradient / self.data,))
        ### END SOLUTION

    def tanh(self):
        """The hyperbolic tangent of each element (task 3.3). Returns a new Tensor."""
        ### BEGIN SOLUTION
        height = np.tanh(self.data)
        return Tensor(height, (self,), (lambda gradient: gradient * (1 - height**2),))
        ### END SOLUTION

    def relu(self):
        """The larger of each element and 0; at 0 the slope is 0 (task 3.3). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return Tensor(np.maximum(self.data, 0), (self,), (lambda gradient: gradient * (self.data > 0),))
        ### END SOLUTION

    def __matmul__(self, other):
        """self @ other (task 3.4). self: (k, n). other: (n, m), a Tensor or an array. Returns a new Tensor (k, m)."""
        ### BEGIN SOLUTION
        other = as_tensor(other)

        def pull_self(gradient):
            return gradient @ other.data.T

        def pull_other(gradient):
            return self.data.T @ gradient

        return Tensor(self.data @ other.data, (self, other), (pull_self, pull_other))
        ### END SOLUTION

    def __rmatmul__(self, other):
        """other @ self, where other is an array (k, n) and self (n, m) (task 3.4). Returns a new Tensor."""
        ### BEGIN SOLUTION
        return as_tensor(other) @ self
        ### END SOLUTION

    def sum(self, axis=None, keepdims=False):
        """The sum of all elements, or along an axis, as NumPy has it (task 3.5).

        axis: None or an int, which may be negative. Returns a new Tensor: of shape () for axis None without keepdims.
        """

        ### BEGIN SOLUTION
        def pull(gradient):
            if axis is not None and not keepdims:
                gradient = np.expand_dims(gradient, axis)
            return np.broadcast_to(gradient, self.data.shape)

        return Tensor(self.data.sum(axis=axis, keepdims=keepdims), (self,), (pull,))
        ### END SOLUTION

    def mean(self, axis=None, keepdims=False):
        """The mean of all elements, or along an axis (task 3.5). As `sum`, which it may call."""
        ### BEGIN SOLUTION
        total = self.sum(axis, keepdims)
        count = self.data.size / total.data.size
        return Tensor(total.data / count, (total,), (lambda gradient: gradient / count,))
        ### END SOLUTION

    def backward(self):
        """Give this Tensor, and each that it is made of, its gradient (task 3.6). May call `topological_order`.

        As in `Value`, with `pulls` in place of `slopes`: it adds to the `grad` of every leaf, and a second call adds
        the same again. A function of `pulls` may return an array that is read-only, or that others hold, too: add it,
        and leave it as it is. Changes no `data`.
        Raises ValueError, and changes nothing, if self holds more than one number.
        """
        ### BEGIN SOLUTION
        if self.data.size != 1:
            raise ValueError(f"backward starts from a single number, not from shape {self.data.shape}.")
        nodes = topological_order(self)
        for node in nodes:
            if node.parents:
                node.grad = np.zeros_like(node.data)
        self.grad = self.grad + 1.0
        for node in reversed(nodes):
            for parent, pull in zip(node.parents, node.pulls, strict=True):
                parent.grad = parent.grad + pull(node.grad)
        ### END SOLUTION


def as_tensor(numbers):
    """A Tensor for a plain number or an array; a Tensor stays what it is. Given, and of use if you like."""
    return numbers if isinstance(numbers, Tensor) else Tensor(numbers)


def tensor_loss(parameters, X, y):
    """The same as `moon_loss`, for a network of Tensors (task 3.7). May use all of `Tensor`.

    parameters: a list of Tensors W1, b1, W2, b2 …, each W (n_out, n_in) and b (n_out, 1). Each layer gives W @ A + b,
    where A is what the layer before has given, and X at first; all but the last take the tanh of it. The last layer has
    one output, the scores (1, m).
    X: array (n_inputs, m). y: array (m,) of -1.0 and 1.0. Returns a Tensor of shape (): the mean of log(1 + exp(-y·s)).
    """
    ### BEGIN SOLUTION
    A = X
    for place in range(0, len(parameters), 2):
        W, b = parameters[place : place + 2]
        A = W @ A + b
        if place + 2 < len(parameters):
            A = A.tanh()
    return (1 + (-y * A).exp()).log().mean()
    ### END SOLUTION


def descend(parameters, X, y, learning_rate, steps):
    """Gradient descent on `tensor_loss` (task 3.7). May use all of `Tensor`, and `tensor_loss`.

    parameters: as above; their data is changed. Nothing is promised of their `grad` before or after.
    Returns an array or a list of steps + 1 numbers: the loss at the start and after each step.
    """
    ### BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        loss = tensor_loss(parameters, X, y)
        losses.append(float(loss.data))
        for parameter in parameters:
            parameter.grad = np.zeros_like(parameter.data)
        loss.backward()
        for parameter in parameters:
            parameter.data = parameter.data - learning_rate * parameter.grad
    return [*losses, float(tensor_loss(parameters, X, y).data)]
    ### END SOLUTION


# Given, and not graded: two moons, and what `python engine.py` prints and draws.

BLUE, ORANGE, INK = "#3b6fb6", "#e08a2c", "#333333"


def two_moons(m, rng, noise=0.1):
    """m samples on two half circles that reach into each other: X (2, m), y (m,) of -1.0 and 1.0."""
    y = np.where(np.arange(m) % 2 == 0, -1.0, 1.0)
    angle = rng.uniform(0, np.pi, size=m)
    X = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    X[:, y > 0] *= -1
    return X + noise * rng.normal(size=X.shape), y


def first_parameters(sizes, rng):
    """W1, b1, W2, b2 … for `tensor_loss`, drawn as those of `Network`."""
    layers = [
        (Tensor(rng.uniform(-1, 1, size=(n_out, n_in))), Tensor(np.zeros((n_out, 1))))
        for n_in, n_out in pairwise(sizes)
    ]
    return [parameter for layer in layers for parameter in layer]


def print_example():
    """Print the example of the handout, and three times backward through one graph."""
    a, b, c = Value(2.0), Value(-3.0), Value(10.0)
    d = a * b
    e = d + c
    root = e * d
    root.backward()
    for name, node in zip("abcdeL", (a, b, c, d, e, root), strict=True):
        print(f"{name}: {node}")

    x = Value(2.0)
    y = x**2 + 3 * x + 1
    for _ in range(3):
        y.backward()
        print("gradient of x² + 3x + 1 at 2, so far:", x.grad)


def milliseconds(step, repeats):
    """How long the fastest of several calls takes."""
    return 1e3 * min(timeit.repeat(step, number=1, repeat=repeats))


def value_step(sizes, X, y):
    """A function that makes one update with Values."""
    network = Network(sizes, np.random.default_rng(1))
    return lambda: train(network, X, y, 0.1, 1)


def tensor_step(sizes, X, y):
    """A function that makes one update with Tensors."""
    parameters = first_parameters(sizes, np.random.default_rng(1))
    return lambda: descend(parameters, X, y, 0.1, 1)


def pytorch_step(sizes, X, y):
    """A function that makes one update with PyTorch. Raises ImportError where that is not installed."""
    import torch

    model = torch.nn.Sequential()
    for n_in, n_out in pairwise(sizes):
        model.extend([torch.nn.Linear(n_in, n_out, dtype=torch.float64), torch.nn.Tanh()])
    model = model[:-1]
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    rows, targets = torch.from_numpy(X.T.copy()), torch.from_numpy(y)[:, None]

    def step():
        for _ in range(2):  # `train` and `descend` compute the loss once more at the end, and so does this
            loss = torch.log(1 + torch.exp(-targets * model(rows))).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    return step


def print_speed(sizes, X, y):
    """Print how long one update takes with Values, with Tensors and, if it is installed, with PyTorch."""
    print(f"Value:   {milliseconds(value_step(sizes, X, y), 3):8.2f} ms for an update")
    print(f"Tensor:  {milliseconds(tensor_step(sizes, X, y), 50):8.2f} ms")
    try:
        print(f"PyTorch: {milliseconds(pytorch_step(sizes, X, y), 50):8.2f} ms")
    except ImportError:
        print("PyTorch: not installed, so there is nothing to compare with.")


def draw_moons(parameters, X, y, losses):
    """Draw the loss of each step, and where the score of a network of Tensors changes its sign."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    left.plot(losses, color=INK)
    left.set(xlabel="step", ylabel="loss", yscale="log")
    xs, ys = np.linspace(-2, 2, 121), np.linspace(-1.5, 1.5, 91)
    A = np.stack([grid.ravel() for grid in np.meshgrid(xs, ys)])
    for place in range(0, len(parameters), 2):
        A = parameters[place].data @ A + parameters[place + 1].data
        if place + 2 < len(parameters):
            A = np.tanh(A)
    right.contourf(xs, ys, A.reshape(len(ys), len(xs)) > 0, levels=1, colors=[BLUE, ORANGE], alpha=0.25)
    for target, color in [(-1, BLUE), (1, ORANGE)]:
        right.plot(*X[:, y == target], "o", markersize=4, color=color)
    right.set(xlabel="$x_1$", ylabel="$x_2$")
    return figure


if __name__ == "__main__":
    print_example()
    X, y = two_moons(100, np.random.default_rng(1))
    print_speed([2, 8, 8, 1], X, y)
    parameters = first_parameters([2, 8, 8, 1], np.random.default_rng(1))
    losses = descend(parameters, X, y, 0.5, 1500)
    print(f"two moons: the loss falls from {losses[0]:.3f} to {losses[-1]:.4f}")
    draw_moons(parameters, X, y, losses).savefig("my_moons.png", dpi=120)
    print("Saved my_moons.png.")
