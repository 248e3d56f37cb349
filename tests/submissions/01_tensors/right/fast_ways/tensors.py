# /// submission
# about = "Vectorised all through: distances by squares and a clip, the most similar example by blocks in float32."
# earns = "everything"
# ///
import math

import numpy as np


def dot(a, b):
    if np.shape(a) != np.shape(b):
        raise ValueError("vectors of different lengths")
    return float(np.vdot(a, b))


def norm(v):
    return math.hypot(*v)


def cosine_similarity(a, b):
    if np.all(a == 0) or np.all(b == 0):
        raise ValueError("no direction")
    return dot(a / norm(a), b / norm(b))


def random_cosines(n_pairs, dim, rng):
    vectors = rng.standard_normal((2, n_pairs, dim))
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.multiply(*vectors).sum(axis=-1)


def matmul_shape(a, b):
    if a[1] - b[0]:
        raise ValueError(f"{a} x {b}")
    return a[:1] + b[1:]


def matmul(A, B):
    return A @ B


def layer(X, W, b):
    return np.inner(X, W) + b


def layer_columns(X, W, b):
    return layer(X.T, W, b[:, 0]).T


def products(A, B):
    return A * B, A.dot(B)


def count_parameters(sizes):
    return sum(map(lambda n_in, n_out: n_out * n_in + n_out, sizes[:-1], sizes[1:]))


def mebibytes(shape, dtype):
    return math.prod(shape) * np.dtype(dtype).itemsize / 2**20


def flatten(images):
    return images.reshape(images.shape[0], images.shape[1] * images.shape[2])


def unflatten(X, height, width):
    return X.reshape((*X.shape[:1], height, width))


def columns(X):
    return np.stack(list(X), axis=1)


def column_sums(X):
    return np.ones(len(X)) @ X


def row_shares(X):
    return (X.T / X.sum(axis=1)).T


def crop(image, top, left, height, width):
    rows, places = np.arange(top, top + height), np.arange(left, left + width)
    return image[rows[:, None], places]


def erase(image, top, left, height, width):
    part = image[top : top + height, left : left + width]
    part.fill(0)


def without_noise(image, threshold):
    return np.where(image < threshold, np.zeros_like(image), image)


def mean_squared_error(predictions, targets):
    if len(predictions) - len(targets):
        raise ValueError("as many predictions as targets")
    return np.mean((predictions.flatten() - targets.flatten()) ** 2)


def brighten(images, amount):
    table = np.clip(np.arange(256) + amount, 0, 255).astype(np.uint8)
    return table[images]


def broadcast_shape(a, b):
    from itertools import zip_longest

    pairs = list(zip_longest(reversed(a), reversed(b), fillvalue=1))
    if any(len({*pair} - {1}) > 1 for pair in pairs):
        raise ValueError(f"{a} against {b}")
    return tuple(max(pair) for pair in reversed(pairs))


def standardise(X):
    centred = X - X.mean(0)
    return centred / np.maximum(X.std(0), 1e-300)


def pairwise_distances(A, B):
    A, B = np.float64(A), np.float64(B)
    squares = np.sum(A * A, 1)[:, None] - 2 * A @ B.T + np.sum(B * B, 1)
    return np.sqrt(np.clip(squares, 0, None))


def unit_rows(X):
    X = X.astype(np.float32)
    return X / np.maximum(np.linalg.norm(X, axis=1)[:, None], np.float32(1e-20))


def most_similar(X, examples):
    examples = unit_rows(examples).T
    return np.concatenate([(unit_rows(block) @ examples).argmax(1) for block in np.array_split(X, min(4, len(X)))])


def read_digits(images, examples, labels):
    return labels[most_similar(flatten(images), flatten(examples))]
