# /// submission
# about = "Lambdas, reduce and partial; whatever can be an expression is one."
# earns = "everything"
# ///
import operator
from functools import reduce

import numpy as np


def _refuse(text):
    raise ValueError(text)


dot = lambda a, b: reduce(operator.add, map(operator.mul, a, b)) if len(a) == len(b) else _refuse("lengths")
norm = lambda v: np.sqrt(np.square(v).sum())
cosine_similarity = lambda a, b: (
    float(np.asarray(a) @ np.asarray(b) / (norm(a) * norm(b))) if any(a) and any(b) else _refuse("zeros")
)
random_cosines = lambda n_pairs, dim, rng: np.array(
    list(map(cosine_similarity, rng.normal(size=(n_pairs, dim)), rng.normal(size=(n_pairs, dim))))
)
matmul_shape = lambda a, b: (a[0], b[1]) if a[1] == b[0] else _refuse(f"{a[1]} and {b[0]}")
matmul = lambda A, B: reduce(operator.add, (np.outer(A[:, k], B[k]) for k in range(matmul_shape(A.shape, B.shape) and A.shape[1])))
layer = lambda X, W, b: np.dot(X, W.T) + b
layer_columns = lambda X, W, b: (X.T @ W.T + b.T).T
products = lambda A, B: (operator.mul(A, B), operator.matmul(A, B))
count_parameters = lambda sizes: reduce(operator.add, ((a + 1) * b for a, b in zip(sizes, sizes[1:])), 0)
mebibytes = lambda shape, dtype: reduce(operator.mul, shape, 1) * np.dtype(dtype).itemsize / (1 << 20)
flatten = lambda images: np.array(list(map(np.ravel, images)))
unflatten = lambda X, height, width: np.array([np.reshape(row, (height, width)) for row in X])
columns = lambda X: np.array(list(zip(*X)))
column_sums = lambda X: reduce(np.add, X)
row_shares = lambda X: np.array([row / row.sum() for row in X])
crop = lambda image, top, left, height, width: np.array([line[left:][:width] for line in image[top:][:height]])
erase = lambda image, top, left, height, width: image.__setitem__((slice(top, top + height), slice(left, left + width)), 0)
without_noise = lambda image, threshold: np.select([image >= threshold], [image], 0).astype(image.dtype)
mean_squared_error = lambda predictions, targets: (
    np.var(d := np.ravel(predictions) - np.ravel(targets)) + d.mean() ** 2
    if predictions.size == targets.size
    else _refuse("sizes")
)
brighten = lambda images, amount: np.clip(np.add(images, amount, dtype=np.int64), 0, 255).astype(np.uint8)
broadcast_shape = lambda a, b: np.broadcast_shapes(tuple(a), tuple(b))
standardise = lambda X: np.nan_to_num((X - X.mean(axis=0)) / X.std(axis=0), nan=0.0)
pairwise_distances = lambda A, B: np.linalg.norm(np.subtract(A[:, None], B[None], dtype=float), axis=-1)
unit_rows = lambda X: np.nan_to_num(X / np.linalg.norm(np.asarray(X, float), axis=1, keepdims=True))
most_similar = lambda X, examples: np.argsort(-(unit_rows(X) @ unit_rows(examples).T), axis=1)[:, 0]
read_digits = lambda images, examples, labels: labels[most_similar(*map(flatten, (images, examples)))]
