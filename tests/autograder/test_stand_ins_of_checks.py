"""The stand-ins of the checks answer numbers of any dtype as those of float64, or say what is wrong with them."""

import contextlib
import functools
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.answers import Answer, Origin, WrongAnswer

ROOT = Path(__file__).parents[2]
DTYPES = ("bool", "int8", "uint8", "int64", "float16", "float32")


@functools.cache
def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(value):
    return Answer(None, value, Origin("an argument"))


def converted(value, dtype):
    """The same with all arrays in another dtype."""
    if isinstance(value, np.ndarray):
        return value.astype(dtype)
    if isinstance(value, (list, tuple)):
        return type(value)(converted(part, dtype) for part in value)
    if isinstance(value, dict):
        return {key: converted(part, dtype) for key, part in value.items()}
    return value


class Generator:
    """A generator of a student's, as a stand-in sees it."""

    def permutation(self, count):
        return answer(np.arange(count)[::-1].copy())


def ones(*shape):
    return np.ones(shape)


LAYERS = {"W1": ones(3, 2), "b1": ones(3, 1), "W2": ones(2, 3), "b2": ones(2, 1)}
SLOPES = {f"d{name}": value for name, value in LAYERS.items()}
CACHES = [(ones(2, 4), ones(3, 2), ones(3, 1), ones(3, 4)), (ones(3, 4), ones(2, 3), ones(2, 1), ones(2, 4))]
NAMES, LOSS = ["relu", "softmax"], "categorical_cross_entropy"
XOR = {"W1": ones(3, 2), "b1": ones(3, 1), "W2": ones(1, 3), "b2": ones(1, 1)}
NETWORK = {
    "forward": (ones(2, 4), LAYERS, NAMES),
    "compute_loss": (ones(2, 4), ones(2, 4), LOSS),
    "backward": (ones(2, 4), ones(2, 4), CACHES, NAMES, LOSS),
    "update_parameters": (LAYERS, SLOPES, 0.5),
}
CALLS = {
    "tests/hidden/03_perceptron/test_hidden_perceptron.py": {"boundary": (ones(2), ones(), ones(3))},
    "tests/hidden/04_xor/test_hidden_xor_network.py": {
        "sigmoid": (ones(2, 3),),
        "forward": (XOR, ones(2, 4)),
        "binary_cross_entropy": (ones(1, 4), ones(1, 4)),
        "backward": (XOR, ones(2, 4), ones(1, 4), ones(3, 4), ones(1, 4)),
        "update": (XOR, {f"d{name}": value for name, value in XOR.items()}, 0.5),
    },
    "tests/hidden/05_backprop/test_hidden_numpy_network.py": {
        **NETWORK,
        "activate": (ones(2, 4), "gelu"),
        "activation_derivative": (ones(2), "sigmoid"),
        "minibatches": (ones(2, 4), ones(1, 4), 3, Generator()),
    },
    "tests/hidden/06_mnist/test_hidden_mnist_classifier.py": {
        **NETWORK,
        "train_epoch": (ones(2, 4), ones(2, 4), LAYERS, NAMES, 0.5, 3, Generator()),
        "predict": (ones(2, 4), LAYERS, NAMES),
        "accuracy": (ones(4), ones(4)),
    },
    "assignments/03_perceptron/test_perceptron.py": {"boundary": (ones(2), ones(), ones(3))},
    "assignments/04_xor/test_xor_network.py": {"sigmoid": (ones(2, 3),), "forward": (XOR, ones(2, 4))},
    "assignments/05_backprop/test_numpy_network.py": {"softmax": (ones(3, 2),)},
}
CASES = [(path, name) for path, calls in CALLS.items() for name in calls]


def called(path, name, arguments):
    function = getattr(loaded(ROOT / path), name)
    return function(*(value if isinstance(value, Generator) else answer(value) for value in arguments))


def assert_same(one, other):
    if isinstance(one, dict):
        one, other = [one[key] for key in sorted(one)], [other[key] for key in sorted(other)]
    if isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            assert_same(*pair)
    else:
        np.testing.assert_allclose(one, other, rtol=1e-6)
        assert np.asarray(one).dtype == np.asarray(other).dtype


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("path", "name"), CASES)
def test_ones_of_any_dtype_are_ones(path, name, dtype):
    arguments = CALLS[path][name]
    assert_same(called(path, name, converted(arguments, dtype)), called(path, name, arguments))


@pytest.mark.parametrize(("path", "name"), CASES)
@pytest.mark.parametrize("wrong", ["1", None, {}, [], [[1], [1, 2]], 1j, np.nan, 10**400, ones(0), ones(7, 5, 3)])
def test_each_argument_may_be_anything(path, name, wrong):
    arguments = CALLS[path][name]
    for place, value in enumerate(arguments):
        if not isinstance(value, Generator):
            with contextlib.suppress(WrongAnswer):
                called(path, name, (*arguments[:place], wrong, *arguments[place + 1 :]))


@pytest.mark.parametrize(("path", "name"), CASES)
def test_arrays_of_objects_are_refused_in_words(path, name):
    with pytest.raises(WrongAnswer):
        called(path, name, converted(CALLS[path][name], object))


def test_a_network_is_asked_for_parts():
    for path in list(CALLS)[2:4]:
        X, rng = ones(2, 4), np.random.default_rng(1)
        parameters = {name: rng.normal(size=value.shape) for name, value in LAYERS.items()}
        AL, _ = called(path, "forward", (X, parameters, NAMES))
        A1, _ = called(path, "forward", (X[:, :1], {"W1": parameters["W1"], "b1": parameters["b1"]}, ["relu"]))
        moved = {"W1": parameters["W2"], "b1": parameters["b2"]}
        np.testing.assert_allclose(called(path, "forward", (A1, moved, ["softmax"]))[0], AL[:, :1])
        only = called(path, "update_parameters", ({"W2": ones(2, 3)}, {"dW2": ones(2, 3)}, 0.5))
        np.testing.assert_allclose(only["W2"], 0.5 * ones(2, 3))
