"""Sets of labelled images."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from autograder.errors import UserError

SIDE = 28
"""Images have 28 rows and 28 columns."""


class DataError(UserError):
    """Data that cannot be had or read; the message names the file and the remedy."""


@dataclass(frozen=True, eq=False)
class Split:
    """`images` uint8 (n, 28, 28), 0 for paper and 255 for ink, rows from top to bottom; `labels` uint8 (n,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images for training and for testing.

    `name` is what manifests call it: "mnist", "digits" (the stand-in) or "other" (what `MNIST_DIR` named instead).
    `notice` is what everybody must be told about it; empty for MNIST.
    """

    name: Literal["mnist", "digits", "other"]
    train: Split
    test: Split
    notice: str = ""

    @property
    def provisional(self) -> bool:
        """Whether results on it stand only until the real data are there."""
        return self.name == "digits"
