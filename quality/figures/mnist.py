"""The numbers of 06: how many digits are read, and what becomes of images turned, inverted or shuffled. Needs MNIST."""

import sys
from typing import Any

import numpy as np

from autograder.data.mnist import load
from quality.figures import Figure, Measurement, close, reference

NAME, FILE = "06_mnist", "mnist_classifier.py"
KEPT_BACK, EPOCHS = 5000, 10
PAIRS = ({4, 9}, {7, 2}, {3, 5}, {8, 3})
LEADING = ", ".join("{} and {}".format(*sorted(pair)) for pair in PAIRS)


def read() -> list[Figure]:
    """The shares of test images that are read, in percent, as the handout and the answers for lecturers have them."""
    digits = load()
    if digits.name != "mnist":
        return []
    one = _classifier()
    count = len(digits.train.images) - KEPT_BACK
    images, labels = digits.train.images[:count], digits.train.labels[:count]
    kept_back = (digits.train.images[count:], digits.train.labels[count:])
    tests, truth = digits.test.images, digits.test.labels
    parameters, kinds, history = one.train_classifier(images, labels, EPOCHS, np.random.default_rng(0), kept_back)

    def share(shown: np.ndarray) -> float:
        return float(100 * one.accuracy(truth, one.predict(one.flatten(shown), parameters, kinds)))

    plain, plain_kinds, _ = one.train_baseline(images, labels, EPOCHS, np.random.default_rng(0))
    without = 100 * one.accuracy(truth, one.predict(one.flatten(tests), plain, plain_kinds))
    answers = one.predict(one.flatten(tests), parameters, kinds)
    pairs = np.zeros((10, 10), int)
    np.add.at(pairs, (truth, answers), 1)
    np.fill_diagonal(pairs, 0)
    true, taken = np.unravel_index(pairs.argmax(), pairs.shape)
    turned = share(tests[:, ::-1, ::-1])
    order = np.random.default_rng(1).permutation(28 * 28)
    shuffled = [every.reshape(len(every), -1)[:, order].reshape(every.shape) for every in (images, tests)]
    torn, torn_kinds, _ = one.train_classifier(shuffled[0], labels, EPOCHS, np.random.default_rng(0))
    still = 100 * one.accuracy(truth, one.predict(one.flatten(shuffled[1]), torn, torn_kinds))
    return [
        close("read by the reference", 97.85, share(tests), 0.3),
        close("without hidden layers", 92.30, float(without), 0.4),
        close("cost of the first epoch", 0.28, history["costs"][0], 0.02),
        close("cost of the last epoch", 0.02, history["costs"][-1], 0.01),
        Figure("turned upside down", "a part", f"{turned:.1f}", 10 < turned < 90),
        close("inverted", 10, share(255 - tests), 10),
        close("pixels shuffled in every image, trained on such", 97.85, float(still), 0.4),
        Figure("most frequent mistake", LEADING, f"{true} as {taken}", any({true, taken} == pair for pair in PAIRS)),
    ]


def _classifier() -> Any:
    """The reference, with the network that it imports."""
    sys.modules["numpy_network"] = reference(NAME, "numpy_network.py")
    try:
        return reference(NAME, FILE)
    finally:
        del sys.modules["numpy_network"]


MEASUREMENTS: list[Measurement] = [read]
