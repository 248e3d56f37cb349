"""The stand-in for MNIST: the small handwritten digits that scikit-learn made known, kept in `digits.npz`."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.data.dataset import SIDE, Dataset, Split

FILE = Path(__file__).with_name("digits.npz")
SMALL = 8
"""The small images have 8 rows and 8 columns."""
TEST_SIZE = 297
BRIGHTEST = 16
NOTICE = (
    "MNIST is not here, so scikit-learn's 1,797 small digits, enlarged, stood in for it, and the result is "
    "provisional. `autograder data` fetches MNIST; MNIST_DIR names a folder that holds it."
)


def stand_in() -> Dataset:
    """1,500 images for training and 297 for testing, 8×8 pixels enlarged to 28×28."""
    with np.load(FILE, allow_pickle=False) as stored:
        small, labels = stored["images"], stored["labels"]
    images = np.round(enlarged(small) * (255 / BRIGHTEST)).astype(np.uint8)
    order = np.random.default_rng(0).permutation(len(labels))
    train, test = order[TEST_SIZE:], order[:TEST_SIZE]
    return Dataset("digits", Split(images[train], labels[train]), Split(images[test], labels[test]), NOTICE)


def enlarged(small: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Images (n, 8, 8) as (n, 28, 28), bilinear, with their corner pixels in the corners; values 0 to 16.

    Pixel by pixel and in this order: where a value lies half-way between two grey levels, its last bit says which
    one is taken.
    """
    places = np.arange(SIDE) * ((SMALL - 1) / (SIDE - 1))
    before = np.minimum(places.astype(int), SMALL - 2)
    share = places - before
    ends = ((before, 1 - share), (before + 1, share))
    large = np.zeros((len(small), SIDE, SIDE))
    for rows, row_shares in ends:
        for columns, column_shares in ends:
            large += small[:, rows[:, np.newaxis], columns] * row_shares[:, np.newaxis] * column_shares
    return large.clip(0, BRIGHTEST)
