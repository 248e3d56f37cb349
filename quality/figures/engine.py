"""The numbers of 12: the example in numbers, three times backward, nodes of an update, and PyTorch's gradients."""

import importlib.util
import itertools
import time
import timeit
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from quality.figures import Figure, Measurement, close, reference
from quality.variants import COURSE

NAME = "12_engine"


def example() -> list[Figure]:
    """The graph that the handout carries through, and x² + 3x + 1 at 2."""
    one = reference(NAME, "engine.py")
    a, b, c = one.Value(2), one.Value(-3), one.Value(10)
    d = a * b
    e = d + c
    root = e * d
    root.backward()
    nodes = dict(zip("abcdeL", (a, b, c, d, e, root), strict=True))
    figures = [
        close(f"example: {what} of {name}", wanted, getattr(nodes[name], what), 1e-12)
        for what, row in [
            ("data", {"a": 2, "b": -3, "c": 10, "d": -6, "e": 4, "L": -24}),
            ("grad", {"a": 6, "b": -4, "c": -6, "d": -2, "e": -6, "L": 1}),
        ]
        for name, wanted in row.items()
    ]
    early = root.slopes[1] * d.slopes[0]
    figures.append(close("example: a's gradient if d passes on at once", -12, early, 1e-12))
    x = one.Value(2)
    y = x**2 + 3 * x + 1
    for wanted in (7, 14, 21):
        y.backward()
        figures.append(close("x² + 3x + 1 at 2: gradient after one backward more", wanted, x.grad, 1e-12))
    return figures


def kept_gradients() -> list[Figure]:
    """Return what a second backward leaves where nodes between keep what they had."""
    one = reference(NAME, "engine.py")
    figures = []
    for wanted, start in [(28, "set to"), (35, "raised by")]:
        x = one.Value(2)
        square, triple = one.Value(4, (x,), (4,)), one.Value(6, (x,), (3,))
        total = one.Value(10, (square, triple), (1, 1))
        y = one.Value(11, (total,), (1,))
        for _ in range(2):
            y.grad = 1.0 if start == "set to" else y.grad + 1.0
            for node in (y, total, square, triple):
                for parent, slope in zip(node.parents, node.slopes, strict=True):
                    parent.grad += slope * node.grad
        figures.append(close(f"second backward, inner gradients kept, the end's {start} 1", wanted, x.grad, 1e-12))
    return figures


def nodes_of_an_update() -> list[Figure]:
    """Return how many Values one update of the handout's network makes."""
    one = reference(NAME, "engine.py")
    X, y = one.two_moons(10, np.random.default_rng(1))
    network = one.Network([2, 8, 8, 1], np.random.default_rng(1))
    count = len(one.topological_order(one.moon_loss(network, X, y)))
    return [close("Values for one update with 100 samples, in thousands", 22, count / 100, 2)]


def expressions() -> list[Figure]:
    """Count the operations in the expressions of the hidden checks."""
    random_expression = _public_checks().random_expression
    rng = np.random.default_rng(1)
    mean = np.mean([len(random_expression(rng, 2 + place % 29)[1]) for place in range(1000)])
    return [close("operations of an expression, in the mean", 24, float(mean), 1)]


def speed() -> list[Figure]:
    """Measure the computing time that arrays save: in a product of many numbers, and in an update."""
    one = reference(NAME, "engine.py")
    a, b, numbers = one.Value(2), one.Value(3), np.ones(22_000)
    objects = _seconds(lambda: numbers * numbers) / (_seconds(lambda: [a * b for _ in range(100)]) / 100)
    network, samples = [2, 8, 8, 1], one.two_moons(100, np.random.default_rng(1))
    times = [_seconds(step(network, *samples)) for step in (one.value_step, one.tensor_step)]
    faster = times[0] / times[1]
    return [
        Figure("Values made while NumPy multiplies 22,000 numbers", "below 100", f"{objects:.0f}", objects < 100),
        Figure("an update: Values over Tensors, in time", "above 60", f"{faster:.0f}", faster > 60),
    ]


def _seconds(step: Callable[[], object]) -> float:
    """The computing time of the fastest of ten calls."""
    return min(timeit.repeat(step, timer=time.process_time, number=1, repeat=10))


def moons() -> list[Figure]:
    """Follow the loss in the handout's picture."""
    one = reference(NAME, "engine.py")
    X, y = one.two_moons(100, np.random.default_rng(1))
    losses = one.descend(one.first_parameters([2, 8, 8, 1], np.random.default_rng(1)), X, y, 0.5, 1500)
    return [
        close("two moons: the loss at the start", 0.385, losses[0], 5e-4),
        close("two moons: the loss after 1,500 steps", 0.0009, losses[-1], 2e-4),
    ]


def networks_agree() -> list[Figure]:
    """The network of Values and that of Tensors give the same numbers."""
    one = reference(NAME, "engine.py")
    X, y = one.two_moons(6, np.random.default_rng(1))
    network = one.Network([2, 3, 1], np.random.default_rng(1))
    parameters = []
    for layer in network.layers:
        parameters.append(one.Tensor([[weight.data for weight in neuron.weights] for neuron in layer.neurons]))
        parameters.append(one.Tensor([[neuron.bias.data] for neuron in layer.neurons]))
    losses = np.array(one.train(network, X, y, 0.5, 5))
    others = np.array(one.descend(parameters, X, y, 0.5, 5))
    return [
        close("Values and Tensors: largest difference of six losses", 0, float(np.max(np.abs(losses - others))), 1e-9)
    ]


def against_pytorch() -> list[Figure]:
    """Gradients of 200 random expressions: the reference, the checks' measurement, and PyTorch, under three seeds."""
    try:
        import torch
    except ImportError:
        return [Figure("200 expressions against PyTorch", "1e-12", "PyTorch is not installed", True)]
    one, checks = reference(NAME, "engine.py"), _public_checks()
    functions = {**checks.COMPUTE, **{name: getattr(torch, name) for name in ("exp", "log", "tanh", "relu")}}
    ours = {
        **checks.COMPUTE,
        **{name: getattr(one.Value, name) for name in ("exp", "log", "tanh", "relu")},
    }
    apart: dict[str, float] = {"the reference": 0.0, "the checks' measurement": 0.0}
    for seed, place in itertools.product(range(3), range(200)):
        leaves, steps = checks.random_expression(np.random.default_rng([seed, place]), 2 + place % 29)
        tracked = [torch.tensor(leaf, dtype=torch.float64, requires_grad=True) for leaf in leaves]
        checks.compute(tracked, steps, functions).backward()
        wanted = np.array([float(leaf.grad) for leaf in tracked if leaf.grad is not None])
        values = [one.Value(leaf) for leaf in leaves]
        checks.compute(values, steps, ours).backward()
        for name, found in [
            ("the reference", [value.grad for value in values]),
            ("the checks' measurement", checks.gradients_of(leaves, steps)),
        ]:
            apart[name] = max(apart[name], _apart(np.array(found), wanted))
    return [close(f"600 expressions: {name} against PyTorch", 0, most, 1e-12) for name, most in apart.items()]


def _apart(found: Any, wanted: Any) -> float:
    """The largest distance, as a share of the largest gradient."""
    return float(np.max(np.abs(found - wanted)) / max(1.0, np.max(np.abs(wanted))))


def _public_checks() -> ModuleType:
    """The module of the public checks, for its expressions."""
    path = COURSE.assignment(NAME).folder / "test_engine.py"
    spec = importlib.util.spec_from_file_location("public_checks_of_engine", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MEASUREMENTS: list[Measurement] = [
    *(example, kept_gradients, nodes_of_an_update, expressions, speed, moons),
    *(networks_agree, against_pytorch),
]
