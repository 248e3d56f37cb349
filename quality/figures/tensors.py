"""The figures of assignment 01: its handout's examples, what random vectors do, and how well its digits are read."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.data.dataset import Dataset
from autograder.data.mnist import load
from autograder.data.standin import stand_in
from quality.figures import Figure, Measurement, close, reference

SEEDS = 200
Array = NDArray[Any]


REFERENCE = reference("01_tensors", "tensors.py")


def _same(what: str, expected: Any, measured: Any, remark: str = "") -> Figure:
    return Figure(what, str(expected), str(measured), str(expected) == str(measured), remark)


def examples() -> list[Figure]:
    """Return what the handout computes on paper."""
    a, b = np.array([1, 2, 3]), np.array([4, 5, 6])
    A, B = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
    X, W, biases = np.array([[1, 2], [0, -1]]), np.array([[1, 10], [-2, 4]]), np.array([0.5, -1.0])
    layer, in_columns = REFERENCE.layer(X, W, biases), REFERENCE.layer_columns(X.T, W, biases[:, np.newaxis])
    return [
        close("(1, 2, 3) · (4, 5, 6)", 32, REFERENCE.dot(a, b), 0),
        close("the norm of (3, 4)", 5, REFERENCE.norm(np.array([3, 4])), 0),
        close("the cosine of (1, 2, 3) and (4, 5, 6)", 0.9746, REFERENCE.cosine_similarity(a, b), 5e-5),
        close("the same by 32 / (√14 √77)", 0.9746, 32 / math.sqrt(14) / math.sqrt(77), 5e-5),
        close("1/√768", 0.036, 1 / math.sqrt(768), 5e-4),
        _same("(1, 2, 3) * (4, 5, 6)", [4, 10, 18], REFERENCE.products(a, b)[0].tolist()),
        _same("the product of the two matrices", [[19, 22], [43, 50]], REFERENCE.matmul(A, B).tolist()),
        _same("the layer on paper", [[21.5, 5.0], [-9.5, -5.0]], layer.tolist()),
        _same("the layer in columns is its transpose", layer.T.tolist(), in_columns.tolist()),
        _same("parameters of 3, 5, 5, 2", 62, REFERENCE.count_parameters([3, 5, 5, 2])),
        _same("parameters of 784, 128, 10", 101_770, REFERENCE.count_parameters([784, 128, 10])),
        _same("numbers of 32 sequences of 512 tokens", 12_582_912, math.prod((32, 512, 768))),
        close("MiB of these in float32", 48, REFERENCE.mebibytes((32, 512, 768), "float32"), 0),
        close("MiB of a (1000, 5000) in float64", 38.1, REFERENCE.mebibytes((1000, 5000), "float64"), 0.05),
        close("GiB of a (1000, 5000, 784)", 29.2, REFERENCE.mebibytes((1000, 5000, 784), "float64") / 1024, 0.05),
        close("multiplications of (A @ B) @ C", 11e6, 1000 * 10 * 1000 + 1000 * 1000, 0),
        close("multiplications of A @ (B @ C)", 20_000, 10 * 1000 + 1000 * 10, 0),
        close("multiplications for an image in a network with 128 units", 101_632, 784 * 128 + 128 * 10, 0),
    ]


def shapes() -> list[Figure]:
    """Return what the handout asks to predict, and what eight bits make of sums."""
    a, b = np.zeros(3), np.zeros((3, 1))
    found = [value.shape for value in (a + a, b + b, a + b, a * b.T, a @ b)]
    pixels = np.array([200, 50], dtype=np.uint8)
    added = pixels + np.array([100, 0], dtype=np.uint8)
    return [
        _same("shapes of a + a, b + b, a + b, a * b.T, a @ b", [(3,), (3, 1), (3, 3), (1, 3), (1,)], found),
        _same("b @ a", "an error", "an error" if _fails(b, a) else "no error"),
        _same("200 + 100 in uint8", 44, added[0]),
        _same("50 - 60 in uint8", 246, (pixels - np.array([0, 60], dtype=np.uint8))[1]),
        _same("(64, 128) and (128,)", (64, 128), REFERENCE.broadcast_shape((64, 128), (128,))),
        _same("(5,) and (5, 1)", (5, 5), REFERENCE.broadcast_shape((5,), (5, 1))),
    ]


def _fails(one: Array, other: Array) -> bool:
    try:
        one @ other
    except ValueError:
        return True
    return False


def random_vectors() -> list[Figure]:
    """Return how far the cosines of 250 pairs, as the public check draws them, stay from its bounds."""
    means, deviations = [], []
    for seed in range(SEEDS):
        cosines = REFERENCE.random_cosines(250, 768, np.random.default_rng(seed))
        means.append(cosines.mean())
        deviations.append(cosines.std())
    room = min(np.mean(deviations) - 0.026, 0.047 - np.mean(deviations)) / np.std(deviations)
    return [
        close("standard deviation of cosines in 768 dimensions, mean of 200 seeds", 0.036, np.mean(deviations), 5e-4),
        _at_least("its bounds 0.026 and 0.047 in 1.3, in standard deviations", 6, room),
        _at_least("the bound 0.015 of the mean, in standard deviations", 6, 0.015 / np.std(means)),
    ]


def digits() -> list[Figure]:
    """Return how many digits the most similar example reads, on MNIST and on its stand-in."""
    images, small = load(), stand_in()
    found = [*_on_mnist(images)] if images.name == "mnist" else []
    first = _first(small, 1500, 297)
    return [
        *found,
        close("stand-in, read by the most similar of 1,500, in percent", 98.7, 100 * first, 0.05),
        close("stand-in, read by the most similar mean, in percent", 90.6, 100 * _by_means(small, 1500, 297), 0.05),
    ]


def _on_mnist(images: Dataset) -> list[Figure]:
    draws = np.array(_draws(images, 5000, 1000))
    lowest, mean = draws.min(), draws.mean()
    many = _by_means(images, len(images.train.labels), len(images.test.labels))
    return [
        close(
            "MNIST, 1,000 read by 5,000, in percent",
            94.7,
            100 * mean,
            0.5,
            f"the mean of {SEEDS} draws, from {lowest:.1%} to {draws.max():.1%}: a single draw may well give 94.7",
        ),
        close("the same for the first of both, in percent", 91.7, 100 * _first(images, 5000, 1000), 0.05),
        close(
            "the first 1,000 by the most similar mean of 5,000, in percent",
            77.2,
            100 * _by_means(images, 5000, 1000),
            0.05,
        ),
        close("all 10,000 by the most similar mean of 60,000, in percent", 82, 100 * many, 0.5),
        _at_least("the threshold of 90 % in 6.2, in standard deviations", 6, (mean - 0.9) / draws.std()),
    ]


def _first(images: Dataset, examples: int, asked: int) -> float:
    read = REFERENCE.read_digits(
        images.test.images[:asked], images.train.images[:examples], images.train.labels[:examples]
    )
    return float((read == images.test.labels[:asked]).mean())


def _draws(images: Dataset, examples: int, asked: int) -> list[float]:
    """The shares that are read with examples and images drawn at random, as the hidden check does."""
    train, test = (REFERENCE.unit_rows(REFERENCE.flatten(split.images)) for split in (images.train, images.test))
    train, test = train.astype(np.float32), test.astype(np.float32)
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(SEEDS):
        chosen, wanted = rng.permutation(len(train))[:examples], rng.permutation(len(test))[:asked]
        nearest = (test[wanted] @ train[chosen].T).argmax(axis=1)
        shares.append(float((images.train.labels[chosen][nearest] == images.test.labels[wanted]).mean()))
    return shares


def _by_means(images: Dataset, examples: int, asked: int) -> float:
    rows, labels = REFERENCE.flatten(images.train.images[:examples]), images.train.labels[:examples]
    means = np.array([rows[labels == digit].mean(axis=0) for digit in range(10)])
    read = REFERENCE.most_similar(REFERENCE.flatten(images.test.images[:asked]), means)
    return float((read == images.test.labels[:asked]).mean())


def _at_least(what: str, least: float, measured: float) -> Figure:
    return Figure(what, f"at least {least:g}", f"{measured:.3g}", measured >= least)


MEASUREMENTS: list[Measurement] = [examples, shapes, random_vectors, digits]
