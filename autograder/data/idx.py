"""The four files of MNIST, and of what is stored like it: where they lie, and what they must hold.

The format is IDX: http://yann.lecun.com/exdb/mnist/. Images of any other size are not MNIST's, so nothing is parsed
here: a file begins as it must, or it is refused.
"""

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.data.dataset import SIDE, DataError, Split

LABELS = 10


@dataclass(frozen=True)
class File:
    """One file: its name without `.gz`, and the SHA-256 of what it holds."""

    name: str
    sha256: str

    def matches(self, content: bytes) -> bool:
        """Return whether this is what the file holds."""
        return hashlib.sha256(content).hexdigest() == self.sha256


TRAIN_IMAGES = File("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")
TRAIN_LABELS = File("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")
TEST_IMAGES = File("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")
TEST_LABELS = File("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")
FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)


def read_files(folder: Path) -> dict[File, bytes]:
    """Return what the four files hold, plain or gzipped. Raises `DataError` for one that is missing or damaged."""
    return {file: _content(folder, file.name) for file in FILES}


def splits(contents: dict[File, bytes], folder: Path) -> tuple[Split, Split]:
    """Training and test images with their labels. Raises `DataError` naming the file."""
    return (
        _split(contents, TRAIN_IMAGES, TRAIN_LABELS, folder),
        _split(contents, TEST_IMAGES, TEST_LABELS, folder),
    )


def _content(folder: Path, name: str) -> bytes:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            try:
                return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            except (OSError, EOFError, zlib.error) as error:
                raise DataError(f"{path}: cannot be read ({error}). Copy it again.") from error
    raise DataError(f"{folder / name}: not there, nor with .gz. Name a folder that holds all four files of MNIST.")


def _split(contents: dict[File, bytes], images: File, labels: File, folder: Path) -> Split:
    pixels = _after_header(contents[images], (SIDE, SIDE), folder / images.name)
    answers = _after_header(contents[labels], (), folder / labels.name)
    if len(pixels) != len(answers):
        raise DataError(f"{folder / labels.name}: {len(answers)} labels for {len(pixels)} images. Copy both again.")
    if not len(answers) or answers.max() >= LABELS:
        raise DataError(f"{folder / labels.name}: labels must be 0 to {LABELS - 1}, at least one. Copy it again.")
    return Split(pixels, answers)


def _after_header(content: bytes, shape: tuple[int, ...], path: Path) -> NDArray[np.uint8]:
    """The items of `shape` that a file holds, as many as there are."""
    dimensions, size = 1 + len(shape), int(np.prod(shape, dtype=int))
    start = 4 + 4 * dimensions
    count = max(len(content) - start, 0) // size
    header = struct.pack(f">I{dimensions}I", 0x800 + dimensions, count, *shape)
    if content[:start] != header or len(content) != start + count * size:
        kind = "images of 28×28" if shape else "labels"
        raise DataError(f"{path}: not a whole IDX file of {kind}. Copy it again.")
    return np.frombuffer(content, np.uint8, offset=start).reshape(count, *shape)
