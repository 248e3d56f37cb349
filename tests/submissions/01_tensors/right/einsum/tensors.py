# /// submission
# about = "Everything that multiplies is an einsum, and everything that copies an np.array."
# earns = "everything"
# ///
import numpy as np
from numpy import einsum


def dot(a, b):
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} {b.shape}")
    return einsum("i,i", a, b)


def norm(v):
    return einsum("i,i", v, v) ** 0.5


def cosine_similarity(a, b):
    if not a.any() or not b.any():
        raise ValueError("zero vector")
    return einsum("i,i", a, b) / np.sqrt(einsum("i,i", a, a)) / np.sqrt(einsum("i,i", b, b))


def random_cosines(n_pairs, dim, rng):
    A, B = rng.normal(size=(n_pairs, dim)), rng.normal(size=(n_pairs, dim))
    return einsum("ij,ij->i", A, B) / np.sqrt(einsum("ij,ij->i", A, A) * einsum("ij,ij->i", B, B))


def matmul_shape(a, b):
    (n, k), (l, m) = a, b
    if k != l:
        raise ValueError(f"{k} != {l}")
    return n, m


def matmul(A, B):
    matmul_shape(A.shape, B.shape)
    return einsum("ik,kj->ij", A, B)


def layer(X, W, b):
    return einsum("...i,oi->...o", X, W) + b


def layer_columns(X, W, b):
    return einsum("im,oi->om", X, W) + b


def products(A, B):
    if A.ndim == 1:
        return einsum("i,i->i", A, B), einsum("i,i", A, B)
    return einsum("ij,ij->ij", A, B), einsum("ij,jk->ik", A, B)


def count_parameters(sizes):
    return sum((a + 1) * b for a, b in zip(sizes, sizes[1:]))


def mebibytes(shape, dtype):
    return np.prod(np.array(shape, dtype=object), initial=1) * np.dtype(dtype).itemsize / 1048576


def flatten(images):
    m, h, w = images.shape
    return np.array(images).reshape(m, h * w)


def unflatten(X, height, width):
    return np.array([row.reshape(height, width) for row in X])


def columns(X):
    return einsum("ij->ji", X)


def column_sums(X):
    return einsum("ij->j", X)


def row_shares(X):
    return X / einsum("ij->i", X)[:, None]


def crop(image, top, left, height, width):
    return np.array(image[top:][:height, left:][:, :width])


def erase(image, top, left, height, width):
    image[top:][:height, left:][:, :width] *= 0


def without_noise(image, threshold):
    return image * (image >= threshold)


def mean_squared_error(predictions, targets):
    if predictions.size != targets.size:
        raise ValueError("sizes")
    e = predictions.ravel() - targets.ravel()
    return einsum("i,i", e, e) / e.size


def brighten(images, amount):
    return np.uint8(np.clip(np.int16(images) + amount, 0, 255))


def broadcast_shape(a, b):
    return np.broadcast_shapes(a, b)


def standardise(X):
    centred = X - einsum("ij->j", X) / len(X)
    sigma = np.sqrt(einsum("ij,ij->j", centred, centred) / len(X))
    return np.divide(centred, sigma, out=np.zeros(X.shape), where=sigma > 0)


def pairwise_distances(A, B):
    D = A[:, None].astype(float) - B[None].astype(float)
    return np.sqrt(einsum("ijk,ijk->ij", D, D))


def unit_rows(X):
    X = np.array(X, dtype=np.float64)
    lengths = np.sqrt(einsum("ij,ij->i", X, X))
    lengths[lengths == 0] = 1.0
    return X / lengths[:, None]


def most_similar(X, examples):
    return np.argmax(einsum("in,jn->ij", unit_rows(X), unit_rows(examples), optimize=True), axis=-1)


def read_digits(images, examples, labels):
    return np.take(labels, most_similar(flatten(images), flatten(examples)))
